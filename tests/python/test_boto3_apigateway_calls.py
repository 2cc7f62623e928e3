"""What an API of the local cloud does when it is called: routes, proxies, mocks, its guard."""

import json

import pytest

from helpers.cognito import Pool

YETI = "/mysfits/b41ff031"


@pytest.fixture
def api(api):
    """The lab's API, deployed."""
    return api.deployed()


def asked(answer):
    """What the program behind the API was asked."""
    assert answer.status == 200, answer.text
    return json.loads(answer.body)


def test_calls_reach_the_backend_unchanged(api):
    """Path, query, headers and body; and its headers come back.

    Row: apigw DATA GET /prod/mysfits proxied to backend
    Row: apigw DATA path parameter mapping
    Row: apigw DATA query string passed through
    """
    answer = api.call("GET", "/mysfits", headers={"X-Mine": "42"})
    assert answer.headers["x-from"] == "echo"
    said = asked(answer)
    assert (said["path"], said["headers"]["x-mine"]) == ("/mysfits", "42")
    assert asked(api.call("GET", YETI))["path"] == YETI
    filtered = "/mysfits?filter=GoodEvil&value=Good%20or%20so"
    assert asked(api.call("GET", filtered))["path"] == filtered
    assert asked(api.call("GET", "/"))["path"] == "/"


def test_only_a_token_of_the_pool_comes_in(api, cloud):
    """None, nonsense, a changed one, the access token, one of another pool: 401.

    Row: apigw DATA like without token -> 401
    Row: apigw DATA like with bogus token -> 401
    Row: apigw DATA like with forged-signature token -> 401
    Row: apigw DATA like with Cognito IdToken -> proxied
    """
    tokens = api.pool.sign_in()
    good = tokens["IdToken"]
    other = Pool(cloud).with_visitor().sign_in()["IdToken"]
    forged = good[:-8] + ("A" * 8 if good[-8:] != "A" * 8 else "B" * 8)
    for bad in (None, "nonsense", forged, tokens["AccessToken"], other):
        answer = api.call("POST", f"{YETI}/like", token=bad)
        assert (answer.status, json.loads(answer.body)) == (401, {"message": "Unauthorized"})
        assert answer.headers["x-amzn-errortype"].startswith("UnauthorizedException")
    said = asked(api.call("POST", f"{YETI}/like", token=good, body='{"really": "ünique"}'.encode()))
    assert (said["method"], said["path"]) == ("POST", f"{YETI}/like")
    assert (said["headers"]["authorization"], said["body"]) == (good, '{"really": "ünique"}')


def test_a_preflight_is_a_mock(api):
    """It is answered by the API alone.

    Row: apigw DATA OPTIONS MOCK CORS headers
    """
    answer = api.call("OPTIONS", f"{YETI}/like", headers={"Origin": "http://site.example"})
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert answer.headers["x-from"] is None


@pytest.mark.parametrize(
    ("verb", "path"), [("GET", "/nowhere"), ("POST", "/mysfits"), ("DELETE", f"{YETI}/like")]
)
def test_what_the_api_does_not_have(api, verb, path):
    """AWS speaks of a token that is missing, whatever is.

    Row: apigw DATA unknown path -> 403 Missing Auth Token
    """
    answer = api.call(verb, path)
    assert (answer.status, json.loads(answer.body)) == (
        403,
        {"message": "Missing Authentication Token"},
    )
