"""What Cognito refuses at once: settings out of range, names that are none, another's address."""

import pytest

from helpers import aws
from helpers.aws import refused
from helpers.cognito import EMAIL, PASSWORD, Pool
from helpers.visitor import newest_code

OTHER = "other@example.com"


@pytest.fixture
def pool(cloud):
    """A pool whose calls boto3 does not check before it sends them."""
    pool = Pool(cloud)
    pool.cognito = aws.unchecked(pool.cognito)
    return pool


def make_client(pool, **settings):
    return pool.cognito.create_user_pool_client(UserPoolId=pool.id, ClientName="client", **settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"AccessTokenValidity": -1}, "Value '-1' at 'accessTokenValidity'"),
        ({"AccessTokenValidity": 86401}, "have value less than or equal to 86400"),
        ({"IdTokenValidity": -1}, "have value greater than or equal to 1"),
        ({"IdTokenValidity": 25}, "Invalid range for token validity."),
        ({"RefreshTokenValidity": -1}, "have value greater than or equal to 0"),
        ({"RefreshTokenValidity": 315360001}, "have value less than or equal to 315360000"),
        ({"RefreshTokenValidity": 3651}, "Invalid range for token validity."),
        ({"AuthSessionValidity": 2}, "have value greater than or equal to 3"),
        ({"AuthSessionValidity": 16}, "have value less than or equal to 15"),
    ],
)
def test_lifetimes_are_in_range(pool, settings, words):
    """Of tokens and of sessions, in new clients and in changed ones."""
    with refused("InvalidParameterException") as caught:
        make_client(pool, **settings)
    assert words in str(caught.value)
    with refused("InvalidParameterException"):
        pool.cognito.update_user_pool_client(
            UserPoolId=pool.id, ClientId=pool.client_id, **settings
        )
    made = make_client(pool, AccessTokenValidity=24, RefreshTokenValidity=0, AuthSessionValidity=15)
    assert made["UserPoolClient"]["AccessTokenValidity"] == 24


@pytest.mark.parametrize("field", ["CallbackURLs", "LogoutURLs", "DefaultRedirectURI"])
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("x", "x must contain a scheme"),
        ("/callback", "/callback must contain a scheme"),
        ("https://example.com/#part", "https://example.com/#part cannot use fragment"),
        ("http://example.com/", "http://example.com/ cannot use the HTTP protocol."),
        ("http://localhost.example.com", "cannot use the HTTP protocol."),
        ("a b", "regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"),
        ("h" * 1025, "length less than or equal to 1024"),
    ],
)
def test_where_visitors_are_sent_is_an_address(pool, field, url, words):
    """With a scheme of its own; HTTP on this machine only."""

    def given(url):
        return {field: [url] if field.endswith("s") else url}

    with refused("InvalidParameterException") as caught:
        make_client(pool, **given(url))
    assert words in str(caught.value)
    for good in ["https://example.com/a?b=c", "http://localhost:4566/", "http://127.0.0.1", "my.app://in"]:
        callbacks = {"CallbackURLs": [good]} if field == "DefaultRedirectURI" else {}
        make_client(pool, **callbacks | given(good))


def test_the_default_address_is_one_of_the_clients(pool):
    """As AWS has it."""
    with refused("InvalidParameterException") as caught:
        make_client(pool, DefaultRedirectURI="https://a.example", CallbackURLs=["https://b.example"])
    words = "The default redirect URI https://a.example is not in the callback URIs list."
    assert words in str(caught.value)
    with refused("InvalidOAuthFlowException") as caught:
        make_client(pool, AllowedOAuthFlows=["code"], AllowedOAuthScopes=["openid"])
    assert "CallbackUrls can not be empty when code flow" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a b", "satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"),
        ("tab\there", "satisfy regular expression pattern"),
        ("x" * 129, "have length less than or equal to 128"),
    ],
)
def test_a_user_has_a_name(pool, name, words):
    """Signed up or created; its letters may be of any language."""
    sign_up = pool.cognito.sign_up
    create = pool.cognito.admin_create_user
    with refused("InvalidParameterException") as caught:
        sign_up(ClientId=pool.client_id, Username=name, Password=PASSWORD)
    assert f"Value at 'username' failed to satisfy constraint: Member must {words}" in str(caught.value)
    with refused("InvalidParameterException"):
        create(UserPoolId=pool.id, Username=name)
    for good in ["x" * 128, "Jürgen😀_+"]:
        create(UserPoolId=pool.id, Username=good)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (
            {"StringAttributeConstraints": {"MinLength": "9", "MaxLength": "3"}},
            "Attribute custom:x cannot have a max length shorter than it's min length",
        ),
        (
            {"StringAttributeConstraints": {"MinLength": "one"}},
            "Invalid StringAttributeConstraints for schema attribute custom:x",
        ),
        (
            {"StringAttributeConstraints": {"MaxLength": "-1"}},
            "Invalid StringAttributeConstraints for schema attribute custom:x",
        ),
        (
            {"StringAttributeConstraints": {"MaxLength": "2049"}},
            "String attributes cannot have a length of more than 2048",
        ),
        (
            {"AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "9", "MaxValue": "3"}},
            "Attribute custom:x cannot have a max value smaller than it's min value",
        ),
        (
            {"AttributeDataType": "Number", "NumberAttributeConstraints": {"MaxValue": "many"}},
            "Invalid NumberAttributeConstraints for schema attribute custom:x",
        ),
        (
            {"AttributeDataType": "Text"},
            "satisfy enum value set: [Boolean, Number, String, DateTime]",
        ),
        (
            {"Name": "email", "AttributeDataType": "Number"},
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        ),
        (
            {"Name": "email", "DeveloperOnlyAttribute": True},
            "developerOnlyAttribute for standard schema attribute email",
        ),
        (
            {"Name": "email", "StringAttributeConstraints": {"MinLength": "9", "MaxLength": "3"}},
            "Attribute email cannot have a max length shorter than it's min length",
        ),
        ({"Name": "y" * 21}, "have length less than or equal to 20"),
        ({"Name": "a b"}, "satisfy regular expression pattern"),
    ],
)
def test_a_schema_fits_something(pool, schema, words):
    """Of a new pool: its limits are numbers, and the upper one is not below the lower."""
    attribute = {"Name": "x", "AttributeDataType": "String"} | schema
    with refused("InvalidParameterException") as caught:
        pool.cognito.create_user_pool(PoolName="pool", Schema=[attribute])
    assert words in str(caught.value)
    with refused("InvalidParameterException") as caught:
        twice = [{"Name": "x", "AttributeDataType": "String"}] * 2
        pool.cognito.create_user_pool(PoolName="pool", Schema=twice)
    assert "Duplicate custom attribute names custom:x are not allowed" in str(caught.value)
    good = {"MinLength": "0", "MaxLength": "2048"}
    pool.cognito.create_user_pool(
        PoolName="pool",
        Schema=[
            {"Name": "x", "AttributeDataType": "String", "StringAttributeConstraints": good},
            {"Name": "email", "Required": True},
        ],
    )


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"PoolName": "a/b"}, "at 'poolName'"),
        ({"PoolName": "x" * 129}, "have length less than or equal to 128"),
        (
            {"Policies": {"PasswordPolicy": {"MinimumLength": 5}}},
            "have value greater than or equal to 6",
        ),
        (
            {"Policies": {"PasswordPolicy": {"MinimumLength": 100}}},
            "have value less than or equal to 99",
        ),
        ({"Policies": {"PasswordPolicy": {"MinimumLength": -1}}}, "Value '-1' at"),
        (
            {"Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 366}}},
            "have value less than or equal to 365",
        ),
        (
            {"Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": -1}}},
            "have value greater than or equal to 0",
        ),
        (
            {"Policies": {"PasswordPolicy": {"PasswordHistorySize": 25}}},
            "have value less than or equal to 24",
        ),
        (
            {"AdminCreateUserConfig": {"UnusedAccountValidityDays": 366}},
            "have value less than or equal to 365",
        ),
    ],
)
def test_a_pools_settings_are_in_range(pool, settings, words):
    """Of a new pool and of a changed one."""
    with refused("InvalidParameterException") as caught:
        pool.cognito.create_user_pool(**{"PoolName": "pool"} | settings)
    assert words in str(caught.value)
    with refused("InvalidParameterException"):
        pool.cognito.update_user_pool(UserPoolId=pool.id, **settings)


@pytest.mark.parametrize("login", ["UsernameAttributes", "AliasAttributes"])
def test_another_users_address_is_theirs(cloud, login):
    """Where users sign in with it: not to be had by oneself, nor from the pool's owner."""
    pool = Pool(cloud, **{login: ["email"]})
    names = [EMAIL, OTHER] if login == "UsernameAttributes" else ["first", "second"]
    for name, email in zip(names, [EMAIL, OTHER], strict=True):
        pool.cognito.sign_up(
            ClientId=pool.client_id,
            Username=name,
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": email}],
        )
        pool.confirm(newest_code(cloud, email), name)
    flow = {"USERNAME": names[1], "PASSWORD": PASSWORD}
    token = pool.initiate("USER_PASSWORD_AUTH", **flow)["AuthenticationResult"]["AccessToken"]
    wanted = [{"Name": "email", "Value": EMAIL}]
    with refused("AliasExistsException") as caught:
        pool.cognito.update_user_attributes(AccessToken=token, UserAttributes=wanted)
    assert "An account with the email already exists." in str(caught.value)
    with refused("AliasExistsException"):
        pool.cognito.admin_update_user_attributes(
            UserPoolId=pool.id,
            Username=names[1],
            UserAttributes=[*wanted, {"Name": "email_verified", "Value": "true"}],
        )
    kept = pool.cognito.get_user(AccessToken=token)["UserAttributes"]
    assert {"Name": "email", "Value": OTHER} in kept
