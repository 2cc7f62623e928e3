"""Whose credentials are used: those that the AWS CLI would use, whatever kind of profile it is.

The hosts of sign-in are fixed, so they are reached through a proxy with an authority of the test's own.
The local cloud stands behind the same proxy: what arrives there is signed with the credentials in use.
"""

import datetime
import hashlib
import json
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from helpers.answering import answering
from helpers.authority import Authority
from helpers.forward_proxy import ForwardProxy
from helpers.places import BIN
from helpers.program import Program
from helpers.terminal import Terminal

HOST = "cloud.example"
STATUS = ("status", "part-1", "--endpoint-url", f"https://{HOST}")
# In the local cloud, a key of twelve digits is its account.
BASE, ASSUMED, ENVIRONMENT = "111111111111", "222222222222", "333333333333"
STS = "sts.eu-west-1.amazonaws.com"
SSO = "portal.sso.eu-west-1.amazonaws.com"
SIGN_IN = "eu-west-1.signin.aws.amazon.com"
DEVICE = f"arn:aws:iam::{BASE}:mfa/ana"
ROLE = f"arn:aws:iam::{ASSUMED}:role/lab"
LOGIN = f"arn:aws:iam::{ASSUMED}:user/ana"
CODE = "314159"
KEYS = f"aws_access_key_id = {BASE}\naws_secret_access_key = secret\n"
START = "https://campus.awsapps.com/start"

STATIC = f"[profile lab]\n{KEYS}"
TOKEN = STATIC + "aws_session_token = token-of-the-profile\n"
BEHIND = f"[profile base]\n{KEYS}"
PROFILE = f"[profile lab]\nrole_arn = {ROLE}\nsource_profile = base\n"
OF_ROLE = PROFILE + BEHIND
OF_MFA = PROFILE + f"mfa_serial = {DEVICE}\n" + BEHIND
OF_SSO = (
    f"[profile lab]\nsso_session = campus\nsso_account_id = {ASSUMED}\nsso_role_name = Student\n"
    f"[sso-session campus]\nsso_region = eu-west-1\nsso_start_url = {START}\n"
    "sso_registration_scopes = sso:account:access\n"
)
OF_LOGIN = f"[profile lab]\nlogin_session = {LOGIN}\nregion = eu-west-1\n"


def from_now(**span):
    """A time as AWS writes it."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return (now + datetime.timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


def of_process(home, **more):
    """A profile whose credentials a program writes."""
    said = {"Version": 1, "AccessKeyId": ASSUMED, "SecretAccessKey": "secret"} | more
    (home / "said.json").write_text(json.dumps(said))
    return f"[profile lab]\ncredential_process = cat {home / 'said.json'}\n"


class SignIn:
    """A machine with a profile `lab`, and the hosts of AWS that sign in."""

    def __init__(self, folder, cloud):
        self.home = folder / "home"
        authority = Authority(folder)
        self.proxy = ForwardProxy(authority)
        self.proxy.hosts |= {HOST: cloud.port, STS: self.sts, SSO: self.sso, SIGN_IN: self.sign_in}
        self.environment = {
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "HTTPS_PROXY": self.proxy.url,
            "AWS_CA_BUNDLE": str(authority.path),
            "AWS_CONFIG_FILE": str(self.home / ".aws/config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.home / ".aws/credentials"),
        }
        self.mysfits = Program(self.home, **self.environment)
        (self.home / ".aws").mkdir()
        self.session_ends = from_now(hours=1)

    def has(self, config):
        """Writes the profiles."""
        (self.home / ".aws/config").write_text(config)

    def run(self, *more, **environment):
        """Looks at part 1."""
        return self.mysfits.run(*STATUS, *more, **environment)

    def used(self):
        """The key and the token of all that arrived at the cloud since the last time."""
        used = {(asked.key, asked.token) for asked in self.proxy.to(HOST)}
        self.proxy.asked.clear()
        assert len(used) == 1, used
        return used.pop()

    def assumed(self):
        """What STS was asked, and by whom."""
        return [
            (asked.key, {name: value[0] for name, value in parse_qs(asked.body.decode()).items()})
            for asked in self.proxy.to(STS)
        ]

    def sts(self, asked):
        """STS: it assumes roles, with the right code where there is a device."""
        given = parse_qs(asked.body.decode())
        if given.get("SerialNumber", [DEVICE]) != [DEVICE] or given.get("TokenCode", [CODE]) != [CODE]:
            error = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
            body = f"<ErrorResponse><Error><Code>AccessDenied</Code><Message>{error}</Message></Error></ErrorResponse>"
            return 403, {"Content-Type": "text/xml"}, body.encode()
        body = (
            '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>'
            f"<AssumedRoleUser><Arn>arn:aws:sts::{ASSUMED}:assumed-role/lab/s</Arn>"
            "<AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser>"
            f"<Credentials><AccessKeyId>{ASSUMED}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
            f"<SessionToken>token-of-the-role</SessionToken><Expiration>{self.session_ends}</Expiration>"
            "</Credentials></AssumeRoleResult></AssumeRoleResponse>"
        )
        return 200, {"Content-Type": "text/xml"}, body.encode()

    def sso(self, asked):
        """IAM Identity Center: credentials for the token of a login."""
        if asked.headers.get("x-amz-sso_bearer_token") != "token-of-the-login":
            error = {"message": "Session token not found or invalid"}
            headers = {"x-amzn-ErrorType": "UnauthorizedException"}
            return 401, headers, json.dumps(error).encode()
        ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        keys = {
            "accessKeyId": ASSUMED,
            "secretAccessKey": "secret",
            "sessionToken": "token-of-sso",
            "expiration": int(ends.timestamp() * 1000),
        }
        return 200, {"Content-Type": "application/json"}, json.dumps({"roleCredentials": keys}).encode()

    def sign_in(self, asked):
        """AWS Sign-In: a new session for the token of a login."""
        given = json.loads(asked.body)
        if given.get("refreshToken") != "refresh" or "dpop" not in asked.headers:
            error = {"error": "TOKEN_EXPIRED", "message": "no"}
            headers = {"x-amzn-ErrorType": "AccessDeniedException"}
            return 401, headers, json.dumps(error).encode()
        keys = {"accessKeyId": ASSUMED, "secretAccessKey": "s", "sessionToken": "token-refreshed"}
        answer = {
            "accessToken": keys,
            "tokenType": "urn:aws:params:oauth:token-type:access_token_sigv4",
            "expiresIn": 900,
            "refreshToken": "next",
        }
        return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()

    def logged_in_to_sso(self, token="token-of-the-login", ends=None):
        """What `aws sso login` leaves behind."""
        folder = self.home / ".aws/sso/cache"
        folder.mkdir(parents=True, exist_ok=True)
        login = {
            "startUrl": START,
            "region": "eu-west-1",
            "accessToken": token,
            "expiresAt": ends or from_now(hours=8),
        }
        (folder / f"{hashlib.sha1(b'campus').hexdigest()}.json").write_text(json.dumps(login))

    def logged_in(self, ends=None, refresh="refresh"):
        """What `aws login` leaves behind."""
        folder = self.home / ".aws/login/cache"
        folder.mkdir(parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        login = {
            "accessToken": {
                "accessKeyId": ASSUMED,
                "secretAccessKey": "secret",
                "sessionToken": "token-of-the-login",
                "accountId": ASSUMED,
                "expiresAt": ends or from_now(hours=1),
            },
            "tokenType": "aws_sigv4",
            "refreshToken": refresh,
            "idToken": "identity",
            "clientId": "arn:aws:signin:::devtools/same-device",
            "dpopKey": key.decode(),
        }
        name = hashlib.sha256(LOGIN.encode()).hexdigest()
        (folder / f"{name}.json").write_text(json.dumps(login))


@pytest.fixture
def machine(tmp_path, cloud):
    """A machine on which nobody is signed in yet."""
    machine = SignIn(tmp_path, cloud)
    yield machine
    machine.proxy.stop()


@pytest.fixture
def aws(machine):
    """The AWS CLI on the same machine."""
    who = (BIN / "aws", "sts", "get-caller-identity", "--endpoint-url", f"https://{HOST}")
    return Program(machine.home, *who, **machine.environment)


def test_each_kind_of_profile_is_used_as_the_aws_cli_uses_it(machine, aws):
    """The same key and the same token arrive, with a name by flag and by variable."""
    machine.logged_in_to_sso()
    kinds = {
        STATIC: (BASE, None),
        TOKEN: (BASE, "token-of-the-profile"),
        OF_ROLE: (ASSUMED, "token-of-the-role"),
        OF_SSO: (ASSUMED, "token-of-sso"),
        of_process(machine.home, SessionToken="token-of-the-program"): (ASSUMED, "token-of-the-program"),
    }
    for config, expected in kinds.items():
        machine.has(config)
        aws.run("--profile", "lab").expect(0)
        assert machine.used() == expected, config
        for more, environment in ((("--profile", "lab"), {}), ((), {"AWS_PROFILE": "lab"})):
            machine.run(*more, **environment).expect(0)
            assert machine.used() == expected, config


def test_keys_in_the_environment_win_over_a_profile_named_there_only(machine, aws):
    """Also over one with a device, for whose code nobody is then asked."""
    keys = {"AWS_ACCESS_KEY_ID": ENVIRONMENT, "AWS_SECRET_ACCESS_KEY": "secret"}
    machine.logged_in()
    for config in (STATIC, OF_ROLE, OF_MFA, OF_LOGIN):
        machine.has(config)
        machine.run(AWS_PROFILE="lab", **keys).expect(0)
        assert machine.used() == (ENVIRONMENT, None)
    machine.has(STATIC)
    for program in (aws, machine):
        program.run("--profile", "lab", **keys).expect(0)
        assert machine.used() == (BASE, None)


def test_a_console_login_is_used_and_renewed(machine):
    """As it is while it is valid; at its end with a new session, which is kept."""
    machine.has(OF_LOGIN)
    machine.logged_in()
    machine.run("--profile", "lab").expect(0)
    assert machine.used() == (ASSUMED, "token-of-the-login")
    machine.logged_in(ends=from_now(minutes=-1))
    for _ in range(2):
        machine.run("--profile", "lab").expect(0)
        renewals = len(machine.proxy.to(SIGN_IN))
        assert machine.used() == (ASSUMED, "token-refreshed")
    assert renewals <= 1


def test_roles_are_assumed_one_with_the_other_with_all_their_settings(machine):
    """`duration_seconds`, which the SDK ignores, too."""
    machine.has(
        f"[profile lab]\nrole_arn = {ROLE}\nsource_profile = first\nduration_seconds = 900\n"
        f"external_id = campus\nrole_session_name = ana\n"
        f"[profile first]\nrole_arn = {ROLE}-first\nsource_profile = base\n{BEHIND}"
    )
    machine.run("--profile", "lab").expect(0)
    (key, first), (then, second) = machine.assumed()
    assert (key, then) == (BASE, ASSUMED)
    assert first["RoleArn"] == ROLE + "-first" and "DurationSeconds" not in first
    assert second["RoleArn"] == ROLE
    assert (second["DurationSeconds"], second["ExternalId"]) == ("900", "campus")
    assert second["RoleSessionName"] == "ana"
    assert machine.used() == (ASSUMED, "token-of-the-role")


def test_the_code_of_a_device_is_asked_for_once(machine):
    """On a terminal; it is then STS's, and nobody else's."""
    machine.has(OF_MFA)
    with Terminal(machine.mysfits, *STATUS, "--profile", "lab") as terminal:
        terminal.shows(f"Code of the MFA device {DEVICE}:")
        arguments = open(f"/proc/{terminal.process.pid}/cmdline", encoding="utf-8").read()
        terminal.type(CODE + "\n")
        assert terminal.end() == 0, str(terminal)
    assert CODE not in arguments
    [(key, asked)] = machine.assumed()
    assert (key, asked["SerialNumber"], asked["TokenCode"]) == (BASE, DEVICE, CODE)
    assert all(CODE not in str(asked) for asked in machine.proxy.to(HOST))
    assert machine.used() == (ASSUMED, "token-of-the-role")


def test_a_wrong_code_is_told_in_aws_s_words(machine):
    """And nothing is sent to the cloud."""
    machine.has(OF_MFA)
    with Terminal(machine.mysfits, *STATUS, "--profile", "lab") as terminal:
        terminal.shows("Code of the MFA device")
        terminal.type("000000\n")
        assert terminal.end() == 1
        terminal.shows("MYS015")
        terminal.shows("invalid MFA one time pass code")
    assert machine.proxy.to(HOST) == []


def test_without_a_terminal_a_device_is_an_error(machine):
    """It names the profile and the device, and nobody is asked."""
    machine.has(OF_MFA)
    for more, environment in ((("--profile", "lab"), {}), ((), {"AWS_PROFILE": "lab"})):
        ended = machine.run(*more, **environment).expect(1)
        assert "MYS017" in ended.err and "`lab`" in ended.err and DEVICE in ended.err
        assert "aws configure export-credentials --profile lab" in ended.err
    assert machine.proxy.asked == []


def test_a_login_that_is_not_there_or_has_expired_is_told(machine, aws):
    """With what to type, and without asking the cloud."""

    def says(code, *words):
        ended = machine.run("--profile", "lab").expect(1)
        for word in (code, "`lab`", "aws login --profile lab", "aws sso login --profile lab", *words):
            assert word in ended.err, ended.err
        assert machine.proxy.to(HOST) == []

    machine.has(OF_SSO)
    says("MYS010")
    machine.logged_in_to_sso(ends=from_now(hours=-1))
    says("MYS011", "expired")
    machine.logged_in_to_sso(token="ended")
    says("MYS011")
    machine.has(OF_LOGIN)
    says("MYS010")
    machine.logged_in(ends=from_now(minutes=-1), refresh="used")
    says("MYS011", "expired")


def test_a_profile_that_is_not_there_is_an_error(machine):
    """Although there are keys in the environment."""
    machine.has(STATIC)
    keys = {"AWS_ACCESS_KEY_ID": ENVIRONMENT, "AWS_SECRET_ACCESS_KEY": "secret"}
    ended = machine.run("--profile", "lba", **keys).expect(1)
    assert "MYS010" in ended.err and "`lba`" in ended.err
    assert machine.proxy.asked == []


def test_a_role_that_cannot_be_used_is_told(machine):
    """Before anybody is asked for a code."""
    machine.has(f"[profile lab]\nrole_arn = {ROLE}\nmfa_serial = {DEVICE}\n")
    ended = machine.run("--profile", "lab").expect(1)
    assert "MYS010" in ended.err and "`source_profile`" in ended.err
    assert machine.proxy.asked == []


def test_credentials_that_end_before_the_deployment_are_told(machine, backend):
    """Only where their end is known, and only if it comes too early."""
    plan = ("deploy", "all", "--endpoint-url", f"https://{HOST}", "--profile", "lab")
    token = {"SessionToken": "t"}

    def said(config):
        machine.has(config)
        # It stops at the question, for which there is no terminal.
        ended = machine.mysfits.run(*plan, MYSFITS_SERVICE_BINARY=str(backend))
        assert "It takes about" in ended.err, ended.err
        return [line for line in ended.err.splitlines() if "credentials end in" in line]

    [line] = said(of_process(machine.home, Expiration=from_now(minutes=4), **token))
    assert "takes about" in line
    assert said(of_process(machine.home, Expiration=from_now(hours=2), **token)) == []
    assert said(TOKEN) == []


def test_the_end_of_keys_in_the_environment_is_told(machine, backend):
    """As `aws configure export-credentials --format env` writes it beside them."""
    machine.has("")
    keys = {"AWS_ACCESS_KEY_ID": ENVIRONMENT, "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "t"}

    def said(**ends):
        plan = ("deploy", "all", "--endpoint-url", f"https://{HOST}")
        ended = machine.mysfits.run(*plan, MYSFITS_SERVICE_BINARY=str(backend), **keys, **ends)
        assert "It takes about" in ended.err, ended.err
        return [line for line in ended.err.splitlines() if "credentials end in" in line]

    assert len(said(AWS_CREDENTIAL_EXPIRATION=from_now(minutes=4))) == 1
    assert said(AWS_CREDENTIAL_EXPIRATION=from_now(hours=2)) == []
    assert said(AWS_CREDENTIAL_EXPIRATION="soon") == []


def test_in_a_container_its_credentials_are_used(machine, cloud):
    """As in CloudShell: from an address on this machine, which no proxy sees."""
    keys = {
        "AccessKeyId": ASSUMED,
        "SecretAccessKey": "secret",
        "Token": "token-of-the-shell",
        "Expiration": from_now(hours=1),
    }
    with answering(lambda _: (200, {}, json.dumps(keys).encode())) as port:
        shell = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://localhost:{port}/latest/meta-data/container/security-credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "shell",
            "HTTP_PROXY": machine.proxy.url,
        }
        machine.run(**shell).expect(0)
    assert machine.used() == (ASSUMED, "token-of-the-shell")
    assert not any("localhost" in line for line in machine.proxy.lines)
