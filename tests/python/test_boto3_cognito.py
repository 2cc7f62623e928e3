"""The local cloud's Cognito, as boto3 and programs of others see it."""

import jwt
import pytest
from pycognito.aws_srp import AWSSRP

from helpers.aws import refused
from helpers.cognito import EMAIL, PASSWORD, Pool


@pytest.fixture
def cognito(cloud):
    """Cognito of `cloud`."""
    return cloud.client("cognito-idp")


@pytest.fixture
def pool(cloud):
    """A pool like the lab's, with a client for every flow."""
    return Pool(cloud)


@pytest.fixture
def visited(pool):
    """Such a pool with a visitor who has confirmed."""
    return pool.with_visitor()


def test_pool_that_verifies_addresses(cognito):
    """CreateUserPool auto-verified email."""
    made = cognito.create_user_pool(PoolName="pool", AutoVerifiedAttributes=["email"])["UserPool"]
    assert made["AutoVerifiedAttributes"] == ["email"]
    assert made["Policies"]["PasswordPolicy"]["MinimumLength"] == 8
    assert (made["UserPoolTier"], made["MfaConfiguration"]) == ("ESSENTIALS", "OFF")
    assert cognito.describe_user_pool(UserPoolId=made["Id"])["UserPool"] == made


def test_client_without_secret(pool):
    """CreateUserPoolClient (no secret), with the flows that AWS gives it."""
    made = pool.cognito.create_user_pool_client(UserPoolId=pool.id, ClientName="client")
    client = made["UserPoolClient"]
    assert "ClientSecret" not in client
    flows = {"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"}
    assert set(client["ExplicitAuthFlows"]) == flows
    described = pool.cognito.describe_user_pool_client(
        UserPoolId=pool.id, ClientId=client["ClientId"]
    )
    assert described["UserPoolClient"] == client


def test_pools_are_listed_by_pages(cognito):
    """ListUserPools pagination: five pools of one name, two a page."""
    ids = {cognito.create_user_pool(PoolName="pool")["UserPool"]["Id"] for _ in range(5)}
    pages = list(cognito.get_paginator("list_user_pools").paginate(MaxResults=2))
    assert [len(page["UserPools"]) for page in pages] == [2, 2, 1]
    assert {pool["Id"] for page in pages for pool in page["UserPools"]} == ids


def test_weak_password(pool):
    """SignUp weak password -> InvalidPasswordException."""
    for password in ("short-1", "griffin-1", "GRIFFIN-1", "Griffin-x", "Griffin11"):
        with refused("InvalidPasswordException"):
            pool.sign_up(password=password)


def test_sign_up(pool):
    """SignUp (unsigned) unconfirmed + CodeDelivery."""
    made = pool.sign_up()
    assert made["UserConfirmed"] is False
    assert made["CodeDeliveryDetails"] == {
        "Destination": "v***@e***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    user = pool.cognito.admin_get_user(UserPoolId=pool.id, Username=EMAIL)
    assert user["UserStatus"] == "UNCONFIRMED"
    unsigned = [call for call in pool.cloud.requests() if call["operation"] == "SignUp"]
    assert [call["account"] for call in unsigned] == [None]


def test_sign_up_again(pool):
    """SignUp again -> UsernameExistsException."""
    pool.sign_up()
    with refused("UsernameExistsException"):
        pool.sign_up()


def test_sign_in_before_confirmation(pool):
    """InitiateAuth unconfirmed -> UserNotConfirmed."""
    pool.sign_up()
    with refused("UserNotConfirmedException"):
        pool.sign_in()


def test_confirmation(pool):
    """ConfirmSignUp wrong code -> CodeMismatchException; ConfirmSignUp right code."""
    pool.sign_up()
    with refused("CodeMismatchException"):
        pool.confirm(pool.wrong_code())
    pool.confirm(pool.code())
    user = pool.cognito.admin_get_user(UserPoolId=pool.id, Username=EMAIL)
    assert user["UserStatus"] == "CONFIRMED"


def test_wrong_password(visited):
    """InitiateAuth wrong password -> NotAuthorized."""
    with refused("NotAuthorizedException"):
        visited.sign_in(password="Griffin-2")


def test_password(visited):
    """InitiateAuth USER_PASSWORD_AUTH."""
    tokens = visited.sign_in()
    assert (tokens["TokenType"], tokens["ExpiresIn"]) == ("Bearer", 3600)
    assert set(tokens) >= {"AccessToken", "IdToken", "RefreshToken"}


def test_flow_that_the_client_does_not_have(cloud):
    """A client that AWS would refuse the flow is refused it here."""
    pool = Pool(cloud, flows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]).with_visitor()
    with refused("InvalidParameterException") as caught:
        pool.sign_in()
    message = caught.value.response["Error"]["Message"]
    assert message == "USER_PASSWORD_AUTH flow not enabled for this client"


def proof(pool, password, **more):
    """The key exchange by a client that others wrote for AWS. It sends no session."""
    return AWSSRP(
        username=EMAIL,
        password=password,
        pool_id=pool.id,
        client_id=pool.client_id,
        client=pool.cognito,
        **more,
    )


def test_srp(visited):
    """SRP: InitiateAuth USER_SRP_AUTH + RespondToAuthChallenge; numbers of all lengths."""
    for _ in range(12):
        tokens = proof(visited, PASSWORD).authenticate_user()["AuthenticationResult"]
        claims = visited.claims(tokens["IdToken"], visited.client_id)
        assert claims["email"] == EMAIL


def test_srp_wrong_password(visited):
    """SRP wrong password -> NotAuthorized."""
    with refused("NotAuthorizedException"):
        proof(visited, "Griffin-2").authenticate_user()


def test_srp_with_addresses_as_names(cloud):
    """The name in the exchange is the user's, not the address that was typed."""
    visited = Pool(cloud, UsernameAttributes=["email"]).with_visitor()
    tokens = proof(visited, PASSWORD).authenticate_user()["AuthenticationResult"]
    claims = visited.claims(tokens["IdToken"], visited.client_id)
    assert claims["cognito:username"] == claims["sub"] != EMAIL
    with refused("NotAuthorizedException"):
        proof(visited, "Griffin-2").authenticate_user()


def test_srp_with_a_secret(visited):
    """A client with a secret, whose hash is part of both calls."""
    made = visited.cognito.create_user_pool_client(
        UserPoolId=visited.id, ClientName="client", GenerateSecret=True
    )["UserPoolClient"]
    visited.client_id = made["ClientId"]
    secret = made["ClientSecret"]
    assert proof(visited, PASSWORD, client_secret=secret).authenticate_user()
    with refused("NotAuthorizedException"):
        proof(visited, PASSWORD, client_secret=secret[::-1]).authenticate_user()


def test_refresh(visited):
    """REFRESH_TOKEN_AUTH, until the token is revoked."""
    first = visited.sign_in()
    token = first["RefreshToken"]
    fresh = visited.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token)["AuthenticationResult"]
    assert "RefreshToken" not in fresh
    before = visited.claims(first["IdToken"], visited.client_id)
    after = visited.claims(fresh["IdToken"], visited.client_id)
    assert before["sub"] == after["sub"] and before["jti"] != after["jti"]
    visited.cognito.revoke_token(Token=token, ClientId=visited.client_id)
    with refused("NotAuthorizedException"):
        visited.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token)
    with refused("NotAuthorizedException"):
        visited.cognito.get_user(AccessToken=fresh["AccessToken"])


def test_tokens_verify(visited):
    """JWTs verify against JWKS (RS256, claims): ID and access tokens have a key each."""
    tokens = visited.sign_in()
    identity = visited.claims(tokens["IdToken"], visited.client_id)
    assert identity["token_use"] == "id"
    assert (identity["email"], identity["email_verified"]) == (EMAIL, True)
    assert identity["cognito:username"] == EMAIL
    access = visited.claims(tokens["AccessToken"])
    assert (access["token_use"], access["client_id"]) == ("access", visited.client_id)
    assert access["scope"] == "aws.cognito.signin.user.admin"
    keys = [jwt.get_unverified_header(tokens[name])["kid"] for name in ("IdToken", "AccessToken")]
    assert keys[0] != keys[1]


def test_foreign_tokens_do_not_verify(cloud, visited):
    """A token of another pool, and one that was changed."""
    token = visited.sign_in()["IdToken"]
    other = Pool(cloud)
    with pytest.raises(jwt.PyJWKClientError):
        other.claims(token, visited.client_id)
    head, _, signature = token.split(".")
    payload = visited.sign_in()["IdToken"].split(".")[1]
    with pytest.raises(jwt.InvalidSignatureError):
        visited.claims(f"{head}.{payload}.{signature}", visited.client_id)


def test_get_user(visited):
    """GetUser(access token), email_verified."""
    user = visited.cognito.get_user(AccessToken=visited.sign_in()["AccessToken"])
    attributes = {entry["Name"]: entry["Value"] for entry in user["UserAttributes"]}
    assert (attributes["email"], attributes["email_verified"]) == (EMAIL, "true")
    assert attributes["sub"]
    with refused("NotAuthorizedException"):
        visited.cognito.get_user(AccessToken=visited.sign_in()["IdToken"])


def test_forgotten_password(visited):
    """ForgotPassword and ConfirmForgotPassword."""
    cognito, client = visited.cognito, visited.client_id
    cognito.forgot_password(ClientId=client, Username=EMAIL)
    reset = {"ClientId": client, "Username": EMAIL, "Password": "Griffin-2"}
    with refused("CodeMismatchException"):
        cognito.confirm_forgot_password(ConfirmationCode=visited.wrong_code(), **reset)
    cognito.confirm_forgot_password(ConfirmationCode=visited.code(), **reset)
    assert visited.sign_in(password="Griffin-2")
    with refused("NotAuthorizedException"):
        visited.sign_in()


def test_invited_user(pool):
    """AdminCreateUser, and the new password that the first sign-in asks for."""
    pool.cognito.admin_create_user(
        UserPoolId=pool.id, Username="guest", TemporaryPassword="Temporary-1"
    )
    user = proof(pool, "Temporary-1")
    user.username = "guest"
    tokens = user.set_new_password_challenge(PASSWORD)["AuthenticationResult"]
    assert pool.claims(tokens["IdToken"], pool.client_id)["cognito:username"] == "guest"
    assert pool.sign_in(email="guest")


def test_what_it_keeps_survives_a_restart(visited):
    """The pool, its keys, its users and their sign-ins are there again."""
    tokens = visited.sign_in()
    visited.cloud.stop()
    visited.cloud.start()
    assert visited.claims(tokens["IdToken"], visited.client_id)["email"] == EMAIL
    assert visited.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"])
    assert visited.sign_in()


def test_pool_is_deleted(visited):
    """DeleteUserPoolClient; DeleteUserPool; DescribeUserPool gone -> ResourceNotFound."""
    cognito = visited.cognito
    cognito.delete_user_pool_client(UserPoolId=visited.id, ClientId=visited.client_id)
    with refused("ResourceNotFoundException"):
        visited.sign_in()
    cognito.delete_user_pool(UserPoolId=visited.id)
    with refused("ResourceNotFoundException"):
        cognito.describe_user_pool(UserPoolId=visited.id)
    with refused("ResourceNotFoundException"):
        cognito.delete_user_pool(UserPoolId=visited.id)


def test_pool_is_kept(cognito):
    """Deletion protection and a domain keep a pool; an update resets what it does not name."""
    pool = cognito.create_user_pool(
        PoolName="pool",
        DeletionProtection="ACTIVE",
        AutoVerifiedAttributes=["email"],
        UserPoolTier="LITE",
        UserPoolTags={"mysfits:lab": "lab"},
    )["UserPool"]["Id"]
    with refused("InvalidParameterException"):
        cognito.delete_user_pool(UserPoolId=pool)
    cognito.update_user_pool(UserPoolId=pool)
    described = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
    assert described["DeletionProtection"] == "INACTIVE"
    assert "AutoVerifiedAttributes" not in described
    assert (described["UserPoolTier"], described["UserPoolTags"]) == ("LITE", {})
    cognito.create_user_pool_domain(UserPoolId=pool, Domain="mysfits")
    with refused("InvalidParameterException"):
        cognito.delete_user_pool(UserPoolId=pool)
    cognito.delete_user_pool_domain(UserPoolId=pool, Domain="mysfits")
    cognito.delete_user_pool(UserPoolId=pool)


def test_pools_are_found_by_their_tag(cloud, cognito):
    """The tagging API lists tagged pools, and no others."""
    cognito.create_user_pool(PoolName="pool")
    made = cognito.create_user_pool(PoolName="pool", UserPoolTags={"mysfits:lab": "lab"})
    tagging = cloud.client("resourcegroupstaggingapi")
    found = tagging.get_resources(
        TagFilters=[{"Key": "mysfits:lab"}], ResourceTypeFilters=["cognito-idp:userpool"]
    )
    arns = [entry["ResourceARN"] for entry in found["ResourceTagMappingList"]]
    assert arns == [made["UserPool"]["Arn"]]


def test_accounts_are_apart(cloud, pool):
    """Another account does not see the pool, but its visitors need to know no account."""
    other = cloud.client("cognito-idp", account="222222222222")
    assert other.list_user_pools(MaxResults=60)["UserPools"] == []
    with refused("ResourceNotFoundException"):
        other.describe_user_pool(UserPoolId=pool.id)
    pool.cognito = other
    assert pool.sign_up()["UserSub"]
