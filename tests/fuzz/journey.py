"""What a visitor does, so that it is recorded: the site, the API, registration, both ways to sign in."""

import copy
import json

from fuzz.tour import tour
from helpers import web
from helpers.cognito import Pool
from helpers.visitor import Visitor
from long.visits import Visits


def visit(cloud, port):
    """Visits the lab in a cloud through the proxy on this port."""
    outside = copy.copy(cloud)
    outside.port = port
    visits = Visits(outside)
    visits.like_all()
    _read(visits)
    _read_site(outside)
    _account(outside)
    tour(outside)


def _read(visits):
    token = {
        "Authorization": visits.token,
        "Origin": "http://mysfits.localhost",
        "Content-Type": "application/json",
    }
    for method, path in [
        ("GET", "/mysfits"),
        ("GET", "/mysfits?filter=GoodEvil&value=Good"),
        ("GET", f"/mysfits/{visits.mysfits[0]}"),
        ("POST", f"/mysfits/{visits.mysfits[0]}/adopt"),
        ("POST", f"/mysfits/{visits.mysfits[0]}/give-back"),
        ("OPTIONS", f"/mysfits/{visits.mysfits[0]}/like"),
    ]:
        web.request(method, visits.url + path, b"{}" if method == "POST" else None, token)


def _read_site(cloud):
    (bucket,) = [it["Name"] for it in cloud.client("s3").list_buckets()["Buckets"]]
    for path in ("", "index.html", "js/main.js", "nothing"):
        web.get(f"{cloud.url}/_website/{bucket}/{path}")
        web.get(cloud.website(bucket, f"/{path}"))


def _account(cloud):
    cognito, made = cloud.client("cognito-idp"), Pool(cloud)
    pool, client = made.id, made.client_id
    visitor = Visitor(cloud, pool, client).register()
    tokens = visitor.sign_in_by_srp()
    keys = json.loads(web.get(f"{cloud.url}/_cognito/{pool}/.well-known/jwks.json").body)
    assert keys["keys"]
    cognito.get_user(AccessToken=tokens["AccessToken"])
    cognito.initiate_auth(
        ClientId=client,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
    )
    # As the page sends it, to Cognito's own address.
    target = {
        "X-Amz-Target": "AWSCognitoIdentityProviderService.GetUser",
        "Origin": "http://mysfits.localhost",
    }
    body = json.dumps({"AccessToken": tokens["AccessToken"]}).encode()
    web.request("POST", f"{cloud.url}/_cognito/", body, target)
