"""A user pool as the lab makes it, and its visitor."""

import jwt

from helpers.visitor import newest_code

EMAIL = "visitor@example.com"
PASSWORD = "Griffin-1"
FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


class Pool:
    """A pool with a client, as its owner and its visitors see it."""

    def __init__(self, cloud, flows=FLOWS, **settings):
        self.cloud = cloud
        self.cognito = cloud.client("cognito-idp")
        settings = {"AutoVerifiedAttributes": ["email"]} | settings
        made = self.cognito.create_user_pool(PoolName="MysfitsUserPool", **settings)
        self.id = made["UserPool"]["Id"]
        client = self.cognito.create_user_pool_client(
            UserPoolId=self.id, ClientName="MysfitsUserPoolClient", ExplicitAuthFlows=flows
        )
        self.client_id = client["UserPoolClient"]["ClientId"]

    @property
    def issuer(self):
        return f"{self.cloud.url}/_cognito/{self.id}"

    def sign_up(self, email=EMAIL, password=PASSWORD):
        return self.cognito.sign_up(
            ClientId=self.client_id,
            Username=email,
            Password=password,
            UserAttributes=[{"Name": "email", "Value": email}],
        )

    def code(self, email=EMAIL):
        """The last code that was sent to this address."""
        return newest_code(self.cloud, email)

    def wrong_code(self):
        return "000001" if self.code() == "000000" else "000000"

    def confirm(self, code, email=EMAIL):
        return self.cognito.confirm_sign_up(
            ClientId=self.client_id, Username=email, ConfirmationCode=code
        )

    def with_visitor(self):
        """This, with a visitor who has signed up and confirmed."""
        self.sign_up()
        self.confirm(self.code())
        return self

    def initiate(self, flow, **parameters):
        return self.cognito.initiate_auth(
            ClientId=self.client_id, AuthFlow=flow, AuthParameters=parameters
        )

    def sign_in(self, email=EMAIL, password=PASSWORD):
        """The tokens of who signs in."""
        parameters = {"USERNAME": email, "PASSWORD": password}
        return self.initiate("USER_PASSWORD_AUTH", **parameters)["AuthenticationResult"]

    def claims(self, token, audience=None):
        """The claims of a token, verified against the pool's keys as any program verifies them."""
        keys = jwt.PyJWKClient(f"{self.issuer}/.well-known/jwks.json")
        return jwt.decode(
            token,
            keys.get_signing_key_from_jwt(token).key,
            algorithms=["RS256"],
            issuer=self.issuer,
            audience=audience,
            options={"require": ["exp", "iat", "jti", "sub", "token_use"]},
        )
