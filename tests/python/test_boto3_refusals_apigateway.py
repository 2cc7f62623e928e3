"""What API Gateway refuses at once: methods that name what is not there."""

import pytest

from helpers.aws import refused


@pytest.fixture
def gateway(cloud):
    return cloud.client("apigateway")


@pytest.fixture
def root(gateway):
    """The root of a new API."""
    new = gateway.create_rest_api(name="api")
    return {"restApiId": new["id"], "resourceId": new["rootResourceId"]}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"requestValidatorId": "abc123"}, "Invalid Request Validator identifier specified"),
        ({"requestModels": {"application/json": "Pet"}}, "Invalid model identifier specified: Pet"),
        (
            {"requestParameters": {"foo.bar": True}},
            "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
            "[Invalid mapping expression specified: foo.bar]",
        ),
        ({"requestParameters": {"method.request.cookie.a": True}}, "method.request.cookie.a"),
        ({"requestParameters": {"method.request.path.": True}}, "method.request.path."),
        ({"requestParameters": {"method.response.header.a": True}}, "method.response.header.a"),
        (
            {"requestParameters": {"method.request.path.a": True, "method.request.header.a": False}},
            "Parameter names must be unique across querystring, header and path",
        ),
    ],
)
def test_what_a_method_names_is_there(gateway, root, settings, words):
    """Validators, models, parameters."""
    method = root | {"httpMethod": "GET", "authorizationType": "NONE"}
    with refused("BadRequestException") as caught:
        gateway.put_method(**method, **settings)
    assert words in str(caught.value)
    gateway.put_method(
        **method,
        requestModels={"application/json": "Empty", "text/plain": "Error"},
        requestParameters={
            "method.request.path.a": True,
            "method.request.querystring.b.c": False,
            "method.request.header.X-D": True,
        },
    )


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            {"responseModels": {"application/json": "Pet"}},
            "Invalid model identifier specified: Pet",
        ),
        (
            {"responseParameters": {"foo.bar": True}},
            "[Invalid mapping expression specified: foo.bar]",
        ),
        ({"responseParameters": {"method.request.header.a": True}}, "method.request.header.a"),
        (
            {"responseParameters": {"method.response.querystring.a": True}},
            "method.response.querystring.a",
        ),
    ],
)
def test_what_a_response_names_is_there(gateway, root, settings, words):
    """Models and headers."""
    method = root | {"httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    with refused("BadRequestException") as caught:
        gateway.put_method_response(**method, statusCode="200", **settings)
    assert words in str(caught.value)
    gateway.put_method_response(
        **method,
        statusCode="200",
        responseModels={"application/json": "Empty"},
        responseParameters={"method.response.header.Access-Control-Allow-Origin": True},
    )
