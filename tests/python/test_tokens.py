"""Part 4, deployed: which tokens count, at the API and at the load balancer alike."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from helpers import web
from helpers.visitor import Visitor

YETI = "/mysfits/b41ff031-141e-4a8d-bb56-158a22bea0b3"


class Deployed:
    """The whole lab, and the ways to its backend."""

    def __init__(self, cloud, addresses):
        self.cloud = cloud
        self.ways = [addresses["api"], addresses["backend"]]
        cognito = cloud.client("cognito-idp")
        self.pool = cognito.list_user_pools(MaxResults=60)["UserPools"][0]["Id"]
        clients = cognito.list_user_pool_clients(UserPoolId=self.pool)["UserPoolClients"]
        self.client = clients[0]["ClientId"]

    def visitor(self):
        """The ID token of somebody who has just registered and signed in."""
        return Visitor(self.cloud, self.pool, self.client).register().sign_in()["IdToken"]

    def like(self, way, token):
        """Status and JSON of a like on one of the ways."""
        return self.post(way, "like", token)

    def post(self, way, what, token):
        """Status and JSON of an action on one of the ways."""
        answer = web.request("POST", f"{way}{YETI}/{what}", headers={"Authorization": token})
        return answer.status, json.loads(answer.body)

    def signed_by_the_pool(self, token, **claims):
        """The token with other claims, signed with the pool's own key."""
        kept = self.cloud.folder / "state" / "cognito" / "keys" / f"{self.pool}.json"
        key = RSAKey.import_key(json.loads(kept.read_text())["id"] | {"kty": "RSA"})
        was = jwt.decode(token, key)
        return jwt.encode(was.header, was.claims | claims, key)


@pytest.fixture
def lab(cloud, mysfits, backend):
    """The whole lab in `cloud`."""
    said = mysfits.done("deploy", "all", "--local", "--output", "json", "--service-binary", str(backend))
    lines = [json.loads(line) for line in said.splitlines()]
    (addresses,) = [line["addresses"] for line in lines if line["type"] == "result"]
    return Deployed(cloud, addresses)


def test_an_expired_token_is_refused_as_expired(lab):
    token = lab.visitor()
    again = lab.signed_by_the_pool(token)
    late = lab.signed_by_the_pool(token, exp=int(time.time()) - 60)
    for way in lab.ways:
        assert lab.like(way, again)[0] == 200, "the key is the pool's"
        status, said = lab.like(way, late)
        assert status == 401 and "expired" in json.dumps(said), said
    assert web.request("GET", f"{lab.ways[0]}{YETI}").body.count(b'"likes":1') == 1


def test_parallel_likes_count_once_for_each_visitor(lab):
    visitors = [lab.visitor() for _ in range(5)]
    with ThreadPoolExecutor(10) as pool:
        tries = [(lab.ways[place % 2], token) for place in range(10) for token in visitors]
        statuses = [status for status, _ in pool.map(lambda it: lab.like(*it), tries)]
    # The stage takes a hundred calls at once; none of these fifty is too many.
    assert statuses == [200] * len(tries)
    assert json.loads(web.get(f"{lab.ways[0]}{YETI}").body)["likes"] == len(visitors)


def test_who_adopted_gives_back_and_nobody_else(lab):
    """Both doors ask who it is, and the table compares the adopter."""
    ann, bob = lab.visitor(), lab.visitor()
    late = lab.signed_by_the_pool(ann, exp=int(time.time()) - 60)
    for way in lab.ways:
        assert lab.post(way, "give-back", ann)[0] == 409, "nobody has adopted it"
        assert lab.post(way, "adopt", ann)[0] == 200
        assert lab.post(way, "give-back", late)[0] == 401
        assert [lab.post(other, "give-back", bob)[0] for other in lab.ways] == [403, 403]
        assert lab.post(way, "give-back", ann) == (200, {"Update": "Success", "adopted": False})
        # It is free for everybody, and whoever had it has no say any more.
        assert lab.post(way, "adopt", bob)[0] == 200
        assert lab.post(way, "give-back", ann)[0] == 403
        assert lab.post(way, "give-back", bob)[0] == 200
