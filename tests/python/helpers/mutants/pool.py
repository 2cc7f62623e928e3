"""What can be wrong with the user pool and its client."""

from helpers.mutants import gone, mutant, swap

PASSWORDS = {
    "MinimumLength": 8,
    "RequireLowercase": True,
    "RequireUppercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 7,
}


def update_pool(lab, changed):
    """Cognito resets what is left out: all of the lab's settings are given, but those that change."""
    described = lab.cognito.describe_user_pool(UserPoolId=lab.pool)["UserPool"]
    right = {
        "AutoVerifiedAttributes": ["email"],
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False},
        "Policies": {"PasswordPolicy": PASSWORDS},
        "AccountRecoverySetting": recovery("verified_email"),
        "UserPoolTier": described.get("UserPoolTier", "ESSENTIALS"),
        "UserPoolTags": described.get("UserPoolTags", {}),
    } | changed
    lab.cognito.update_user_pool(UserPoolId=lab.pool, **right)


def recovery(name):
    return {"RecoveryMechanisms": [{"Priority": 1, "Name": name}]}


def closed(yes):
    return {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": yes}}


swap("user-pool-email", update_pool, {"AutoVerifiedAttributes": []}, {})
swap("user-pool-open", update_pool, closed(True), {})
swap(
    "user-pool-passwords",
    update_pool,
    {"Policies": {"PasswordPolicy": PASSWORDS | {"MinimumLength": 6}}},
    {},
)
swap(
    "user-pool-recovery",
    update_pool,
    {"AccountRecoverySetting": recovery("verified_phone_number")},
    {},
)


def update_client(lab, changed):
    right = {
        "ClientName": "MysfitsUserPoolClient",
        "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
        "PreventUserExistenceErrors": "ENABLED",
        "EnableTokenRevocation": True,
    } | changed
    lab.cognito.update_user_pool_client(UserPoolId=lab.pool, ClientId=lab.client, **right)


swap(
    "client-flows",
    update_client,
    {"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"]},
    {},
)
swap("client-no-hints", update_client, {"PreventUserExistenceErrors": "LEGACY"}, {})
swap("client-revocation", update_client, {"EnableTokenRevocation": False}, {})


def remove_client(lab):
    lab.cognito.delete_user_pool_client(UserPoolId=lab.pool, ClientId=lab.client)


gone("user-pool-client", remove_client)
gone("user-pool", lambda lab: lab.cognito.delete_user_pool(UserPoolId=lab.pool))


@mutant("sign-up")
def out_of_order(lab):
    lab.cloud.refuse("cognito-idp", "InitiateAuth", "InternalErrorException")
    yield
    lab.cloud.release()
