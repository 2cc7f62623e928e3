"""A visitor of the site: registers, confirms with the code from the mailbox, signs in."""

import json
import secrets

from pycognito.aws_srp import AWSSRP

from helpers import web

PASSWORD = "Correct-horse-1"


def newest_code(cloud, address):
    """The newest code that Cognito has sent to an address."""
    mails = json.loads(web.get(f"{cloud.url}/_local/mail").body)["mails"]
    return [mail["code"] for mail in mails if mail["to"] == address][-1]


class Visitor:
    """One person, for one client of one pool."""

    def __init__(self, cloud, pool, client):
        self.cloud, self.pool, self.client = cloud, pool, client
        self.address = f"visitor-{secrets.token_hex(6)}@example.com"
        self.cognito = cloud.client("cognito-idp")

    def register(self):
        """Registers and confirms; gives the visitor back."""
        who = {"ClientId": self.client, "Username": self.address}
        attributes = [{"Name": "email", "Value": self.address}]
        self.cognito.sign_up(**who, Password=PASSWORD, UserAttributes=attributes)
        code = newest_code(self.cloud, self.address)
        self.cognito.confirm_sign_up(**who, ConfirmationCode=code)
        return self

    def sign_in(self):
        """The tokens, for the password."""
        names = {"USERNAME": self.address, "PASSWORD": PASSWORD}
        answer = self.cognito.initiate_auth(
            ClientId=self.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=names
        )
        return answer["AuthenticationResult"]

    def sign_in_by_srp(self):
        """The tokens, for a proof of the password, as the lab's own page signs in."""
        srp = AWSSRP(self.address, PASSWORD, self.pool, self.client, client=self.cognito)
        return srp.authenticate_user()["AuthenticationResult"]
