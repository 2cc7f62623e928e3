"""APIs of the local cloud when not all is well: who is refused, what is too much, what breaks."""

import base64
import json

import pytest

from helpers import web
from helpers.balancers import health
from helpers.waiting import until

YETI = "/mysfits/b41ff031"


@pytest.fixture
def api(api):
    """The lab's API, deployed."""
    return api.deployed()


def message(answer):
    """What an error says."""
    return json.loads(answer.body)["message"]


def changed(token, part, **more):
    """A token with something else in its head (0) or claims (1), and the signature that it had."""
    parts = token.split(".")
    padded = parts[part] + "=" * (-len(parts[part]) % 4)
    fields = json.loads(base64.urlsafe_b64decode(padded)) | more
    encoded = base64.urlsafe_b64encode(json.dumps(fields).encode())
    parts[part] = encoded.decode().rstrip("=")
    return ".".join(parts)


def test_changed_tokens(api):
    """Other claims, no algorithm, no signature: none is the pool's.

    Row: data planes Cognito authorizer rejects missing/bogus/forged token
    """
    good = api.pool.sign_in()["IdToken"]
    unsigned = changed(good, 0, alg="none").rsplit(".", 1)[0] + "."
    for token in [changed(good, 1, sub="other"), changed(good, 0, alg="HS256"), unsigned, "a.b.c"]:
        answer = api.call("POST", f"{YETI}/like", token=token)
        assert (answer.status, message(answer)) == (401, "Unauthorized")
    assert api.call("POST", f"{YETI}/like", token=f"Bearer {good}").status == 200


def test_an_api_is_called_by_its_host(api):
    """As pages do, and with the headers that the gateway adds.

    Row: data planes execute-api proxies HTTP/VPC_LINK
    """
    for region in ["", ".eu-west-1"]:
        url = f"http://{api.id}.execute-api{region}.localhost:{api.cloud.port}/prod/mysfits"
        answer = web.get(url, headers={"Origin": "http://site.s3-website.localhost"})
        assert (answer.status, json.loads(answer.body)["path"]) == (200, "/mysfits")
        headers = json.loads(answer.body)["headers"]
        assert headers["x-forwarded-for"] == "127.0.0.1"
        assert headers["x-amzn-trace-id"].startswith("Root=1-")
        assert answer.headers["x-amzn-requestid"] and answer.headers["x-amz-apigw-id"]
    for url in [f"/_execute-api/{api.id}/dev/mysfits", "/_execute-api/nobody/prod/mysfits"]:
        answer = web.get(api.cloud.url + url)
        assert (answer.status, message(answer)) == (403, "Forbidden")


def test_a_backend_that_is_gone(api):
    """Nobody behind the link is an error of the gateway."""
    (group,) = api.elb.describe_target_groups()["TargetGroups"]
    arn = group["TargetGroupArn"]
    ((ip, port),) = health(api.elb, arn)
    api.elb.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": ip, "Port": port}])
    failed = lambda: api.call("GET", "/mysfits").status == 500
    until(failed, "the backend is gone")
    answer = api.call("GET", "/mysfits")
    assert (answer.status, message(answer)) == (500, "Internal server error")


def test_an_api_survives_a_restart(api):
    """Its stage, its link and who may call: all is as it was.

    Row: data planes persists to disk
    """
    token = api.pool.sign_in()["IdToken"]
    api.cloud.stop()
    api.cloud.start()
    until(lambda: api.call("GET", "/mysfits").status == 200, "the API answers again")
    likes = [api.call("POST", f"{YETI}/like", token=token).status for token in (None, token)]
    assert likes == [401, 200]


def test_a_stage_is_throttled(api):
    """Who calls too often is told so."""
    patch = [
        {"op": "replace", "path": f"/*/*/throttling/{limit}", "value": value}
        for limit, value in [("rateLimit", "0.01"), ("burstLimit", "3")]
    ]
    api.gateway.update_stage(restApiId=api.id, stageName="prod", patchOperations=patch)
    answers = [api.call("GET", "/mysfits") for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert message(answers[-1]) == "Too Many Requests"


def test_a_body_that_is_too_large(api):
    """Ten megabytes are the most."""
    token = api.pool.sign_in()["IdToken"]
    answer = api.call("POST", f"{YETI}/like", token=token, body=b"x" * (10 * 1024 * 1024 + 1))
    assert (answer.status, message(answer)) == (413, "HTTP content length exceeded 10485760 bytes.")


def test_the_request_log_tells_visitors_apart(api):
    """Their calls are none of the control plane, and what was refused changed nothing."""
    token = api.pool.sign_in()["IdToken"]
    api.cloud.forget_requests()
    api.call("GET", "/mysfits")
    api.call("POST", f"{YETI}/like")
    api.call("POST", f"{YETI}/like", token=token)
    like = "POST /mysfits/{mysfitId}/like"
    assert [
        (each["service"], each["operation"], each["mutating"], each["status"], each["code"])
        for each in api.cloud.requests()
    ] == [
        ("execute-api", "GET /mysfits", False, 200, None),
        ("execute-api", like, False, 401, "UnauthorizedException"),
        ("execute-api", like, True, 200, None),
    ]
