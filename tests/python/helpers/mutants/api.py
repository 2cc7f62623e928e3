"""What can be wrong with the API, its definition and its stage."""

from helpers.mutants import gone, mutant
from helpers.mutants.backend import remove_api

LIKE, ADOPT = "/mysfits/{mysfitId}/like", "/mysfits/{mysfitId}/adopt"


def replaced(path, value):
    return [{"op": "replace", "path": path, "value": value}]


def without_guard(path):
    """A change of the definition: a method lets everybody in."""

    def change(definition):
        definition["paths"][path]["post"].pop("security")

    return change


def of_draft(check, change):
    """A mutant of the draft; what is deployed stays as it was."""

    @mutant(check)
    def drafted(lab):
        lab.import_api(change)
        yield
        lab.import_api()


def another_pool(definition):
    guard = definition["securityDefinitions"]["MysfitsUserPoolAuthorizer"]
    (arn,) = guard["x-amazon-apigateway-authorizer"]["providerARNs"]
    other = arn.rsplit("/", 1)[0] + "/eu-west-1_Another01"
    guard["x-amazon-apigateway-authorizer"]["providerARNs"] = [other]


def no_header(definition):
    response = definition["x-amazon-apigateway-gateway-responses"]["DEFAULT_4XX"]
    response["responseParameters"].pop("gatewayresponse.header.Access-Control-Allow-Origin")


of_draft("api-like", without_guard(LIKE))
of_draft("api-adopt", without_guard(ADOPT))
of_draft("api-pool", another_pool)
of_draft("api-refusals", no_header)


def of_deployment(check, change):
    """A mutant of what is deployed; the draft is right."""

    @mutant(check)
    def deployed(lab):
        lab.import_api(change)
        lab.redeploy()
        lab.import_api()
        yield
        lab.redeploy()


def no_authorization(definition):
    mock = definition["paths"][LIKE]["options"]["x-amazon-apigateway-integration"]
    allowed = "method.response.header.Access-Control-Allow-Headers"
    mock["responses"]["default"]["responseParameters"][allowed] = "'Content-Type'"


of_deployment("api-refusal-read", no_header)
of_deployment("api-preflight", no_authorization)
gone("rest-api", remove_api)
gone("stage", lambda lab: lab.gateway.delete_stage(restApiId=lab.api, stageName="prod"))


def of_limit(check, name, value):
    """A mutant with another limit of the stage."""

    @mutant(check)
    def limited(lab):
        stage = lab.gateway.get_stage(restApiId=lab.api, stageName="prod")
        right = stage["methodSettings"]["*/*"][name]
        path = f"/*/*/throttling/{name.removeprefix('throttling')[0].lower()}{name.removeprefix('throttling')[1:]}"
        change = lambda to: lab.gateway.update_stage(  # noqa: E731
            restApiId=lab.api, stageName="prod", patchOperations=replaced(path, str(to))
        )
        change(value)
        yield
        change(right)


of_limit("stage-rate", "throttlingRateLimit", 5000)
of_limit("stage-burst", "throttlingBurstLimit", 3000)


@mutant("stage-tidy")
def left_over(lab):
    made = lab.gateway.create_deployment(restApiId=lab.api)["id"]
    yield
    lab.gateway.delete_deployment(restApiId=lab.api, deploymentId=made)


@mutant("api-list")
def no_way_in(lab):
    right = lab.link
    change = lambda to: lab.gateway.update_stage(  # noqa: E731
        restApiId=lab.api, stageName="prod", patchOperations=replaced("/variables/vpcLinkId", to)
    )
    change("nowhere")
    yield
    change(right)


def of_deployed_guard(check, path, answer):
    """A mutant whose draft asks for tokens, and what is deployed does not; nor does the backend, as
    far as `answer` says."""

    @mutant(check)
    def let_in(lab):
        with lab.instead(answer):
            lab.import_api(without_guard(path))
            lab.redeploy()
            lab.import_api()
            yield
            lab.redeploy()


def lets_in(path, with_token):
    """An answer of 404 to whoever comes through the API, with a token or without."""

    def answer(asked):
        if asked.through_api and asked.path.endswith(path) and bool(asked.token) == with_token:
            return 404, {"Access-Control-Allow-Origin": "*"}, b"{}"
        return None

    return answer


of_deployed_guard("api-like-refused", LIKE, lets_in("/like", False))
of_deployed_guard("api-adopt-refused", ADOPT, lets_in("/adopt", False))
of_deployed_guard("api-like-nonsense", LIKE, lets_in("/like", True))
of_deployed_guard("api-adopt-nonsense", ADOPT, lets_in("/adopt", True))
