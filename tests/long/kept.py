"""Writes that go on while things are killed; what was acknowledged must be there ever after."""

import secrets
import threading
import time

from botocore.exceptions import BotoCoreError, ClientError

from helpers.aws import create_bucket
from long.lab import Broken

NAME = "kept-through-all"
PASSWORD = "Correct-horse-1"
# Between two writes: others want to use the machine and the cloud, too.
PAUSE = 0.05
# How many of the last writes of each kind are looked for after each kill. All are, at the end.
LATEST = 100


class Kept:
    """A table, a bucket and a pool, none of them the lab's, and a thread that writes there."""

    def __init__(self, cloud):
        self.dynamodb, self.s3 = cloud.client("dynamodb"), cloud.client("s3")
        self.cognito = cloud.client("cognito-idp")
        self.pool, self.client = self._make()
        self.acknowledged = {"items": [], "objects": [], "users": []}
        self.unanswered = 0
        self.over = threading.Event()
        self.writer = threading.Thread(target=self._write_on, daemon=True)

    def _make(self):
        key = [{"AttributeName": "Id", "KeyType": "HASH"}]
        kinds = [{"AttributeName": "Id", "AttributeType": "S"}]
        table = {"TableName": NAME, "KeySchema": key, "AttributeDefinitions": kinds}
        self.dynamodb.create_table(**table, BillingMode="PAY_PER_REQUEST")
        self.dynamodb.get_waiter("table_exists").wait(TableName=NAME)
        create_bucket(self.s3, NAME)
        pool = self.cognito.create_user_pool(PoolName=NAME)["UserPool"]["Id"]
        made = self.cognito.create_user_pool_client(UserPoolId=pool, ClientName=NAME)
        return pool, made["UserPoolClient"]["ClientId"]

    def begin(self):
        """Begins to write; gives this back."""
        self.writer.start()
        return self

    def end(self):
        """Writes no more."""
        self.over.set()
        self.writer.join()

    def _write_on(self):
        writes = [("items", self._item)] * 5 + [("objects", self._object)] * 4
        writes.append(("users", self._user))
        number = 0
        while not self.over.wait(PAUSE):
            kind, write = writes[number % len(writes)]
            number += 1
            name = f"{number}-{secrets.token_hex(4)}"
            try:
                write(name)
            except (BotoCoreError, ClientError):
                self.unanswered += 1
            else:
                self.acknowledged[kind].append(name)

    def _item(self, name):
        self.dynamodb.put_item(TableName=NAME, Item={"Id": {"S": name}, "Of": {"S": name * 9}})

    def _object(self, name):
        self.s3.put_object(Bucket=NAME, Key=name, Body=name.encode() * 99)

    def _user(self, name):
        self.cognito.sign_up(ClientId=self.client, Username=name, Password=PASSWORD)

    def are_there(self, latest=LATEST):
        """Fails when one of the latest acknowledged writes is not there; `None` means all."""
        looks = {"items": self._has_item, "objects": self._has_object, "users": self._has_user}
        for kind, look in looks.items():
            names = list(self.acknowledged[kind])
            lost = [name for name in names[-latest if latest else 0 :] if not look(name)]
            if lost:
                raise Broken(f"lost {kind}: {lost}")

    def _has_item(self, name):
        found = self.dynamodb.get_item(TableName=NAME, Key={"Id": {"S": name}}, ConsistentRead=True)
        return found.get("Item", {}).get("Of", {}).get("S") == name * 9

    def _has_object(self, name):
        try:
            found = self.s3.get_object(Bucket=NAME, Key=name)["Body"].read()
        except ClientError:
            return False
        return found == name.encode() * 99

    def _has_user(self, name):
        try:
            self.cognito.admin_get_user(UserPoolId=self.pool, Username=name)
        except ClientError:
            return False
        return True

    def figures(self):
        """How many writes were acknowledged, and how many were not."""
        counts = {kind: len(names) for kind, names in self.acknowledged.items()}
        return counts | {"without an answer": self.unanswered}


def after(seconds, act):
    """Does something in a while, in a thread of its own."""
    thread = threading.Timer(seconds, act)
    thread.start()
    return thread


def timed(act):
    """How long something takes."""
    begun = time.monotonic()
    act()
    return time.monotonic() - begun
