"""Visitors of a lab who like: an acknowledged like is there, and is counted once."""

import http.client
import json
from collections import Counter

from helpers import web
from helpers.visitor import Visitor
from long.lab import Broken

LIKES, MYSFITS = "MysfitsTableLikes", "MysfitsTable"


class Visits:
    """One registered visitor of the lab in a cloud."""

    def __init__(self, cloud):
        cognito = cloud.client("cognito-idp")
        pools = cognito.list_user_pools(MaxResults=60)["UserPools"]
        (pool,) = [it["Id"] for it in pools if it["Name"].startswith("Mysfits")]
        clients = cognito.list_user_pool_clients(UserPoolId=pool)["UserPoolClients"]
        visitor = Visitor(cloud, pool, clients[0]["ClientId"]).register()
        self.token = visitor.sign_in()["IdToken"]
        gateway = cloud.client("apigateway")
        (api,) = [it["id"] for it in gateway.get_rest_apis()["items"]]
        self.url = f"{cloud.url}/_execute-api/{api}/prod"
        self.dynamodb = cloud.client("dynamodb")
        self.mysfits = sorted(one["MysfitId"]["S"] for one in self._scan(MYSFITS))
        self.liked = set()

    def like_all(self):
        """Likes them one by one, and remembers which likes were acknowledged."""
        for mysfit in self.mysfits:
            try:
                url = f"{self.url}/mysfits/{mysfit}/like"
                answer = web.request("POST", url, b"{}", {"Authorization": self.token})
            except (OSError, http.client.HTTPException):
                continue
            if answer.status == 200 and json.loads(answer.body)["Update"] == "Success":
                self.liked.add(mysfit)

    def are_counted(self):
        """Fails when an acknowledged like is not there, or one is counted twice or not at all."""
        likes = self._scan(LIKES)
        there = {one["MysfitId"]["S"] for one in likes}
        if lost := self.liked - there:
            raise Broken(f"lost likes: {lost}")
        by_mysfit = Counter(one["MysfitId"]["S"] for one in likes)
        for one in self._scan(MYSFITS):
            name, shown = one["MysfitId"]["S"], int(one.get("Likes", {"N": "0"})["N"])
            if shown != by_mysfit[name]:
                raise Broken(f"{name} has {by_mysfit[name]} likes and shows {shown}")

    def _scan(self, table):
        return self.dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]
