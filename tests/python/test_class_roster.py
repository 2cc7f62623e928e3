"""`mysfits class roster`: rosters of what is known elsewhere, against the local cloud."""

import csv
import hashlib
import io
import json
import stat

import pytest

from helpers.places import ROOT

MANAGER = "111111111111"
ROLE = "AdministratorAccess"
START = "https://campus.example/start"
CONFIG = f"""[default]
region = eu-west-1
[profile teacher]
sso_session = campus
sso_account_id = {MANAGER}
sso_role_name = {ROLE}
[profile reader]
role_arn = arn:aws:iam::333333333333:role/Reader
source_profile = teacher
[profile old]
sso_start_url = {START}
sso_region = eu-west-1
[sso-session campus]
sso_start_url = {START}
sso_region = eu-west-1
"""


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def organizations(cloud):
    """An organization with three students, one of whose accounts is closed."""
    organizations = cloud.client("organizations", MANAGER)
    organizations.create_organization()
    return organizations


def student(organizations, name):
    made = organizations.create_account(AccountName=name, Email=f"{name}@example.com")
    return made["CreateAccountStatus"]["AccountId"]


@pytest.fixture
def teacher(cloud, program_for):
    """`mysfits` for who manages the organization and has logged in at its portal."""
    program = program_for(cloud)
    program.environment |= {
        "AWS_ENDPOINT_URL": cloud.url,
        "AWS_ACCESS_KEY_ID": MANAGER,
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "eu-west-1",
        "AWS_CONFIG_FILE": str(program.home / ".aws" / "config"),
    }
    log_in(program, MANAGER)
    return program


def log_in(program, token, expires="2099-01-01T00:00:00Z"):
    """Leaves what `aws configure sso` and `aws sso login` leave behind."""
    folder = program.home / ".aws"
    cache = folder / "sso" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    (folder / "config").write_text(CONFIG)
    for name in ("campus", START):
        file = cache / f"{hashlib.sha1(name.encode()).hexdigest()}.json"
        login = {"startUrl": START, "region": "eu-west-1", "accessToken": token}
        file.write_text(json.dumps(login | {"expiresAt": expires}))


def test_of_an_organization(cloud, organizations, teacher):
    """The manager's account and closed ones are left out, and that is said beside the roster."""
    anna, bert = student(organizations, "anna"), student(organizations, "bert")
    organizations.close_account(AccountId=bert)
    ended = teacher.run("class", "roster", "--from", "organization").expect(0)
    [row] = rows(ended.out)
    assert (row["name"], row["account"], row["email"]) == ("anna", anna, "anna@example.com")
    assert row["role_arn"] == f"arn:aws:iam::{anna}:role/OrganizationAccountAccessRole"
    assert f"Left out: account {MANAGER} (Management account {MANAGER}): it manages" in ended.err
    assert f"Left out: account {bert} (bert): it is not active: its state is CLOSED" in ended.err
    ended = teacher.run("class", "roster", "--from", "organization", "--role", "Teacher").expect(0)
    assert rows(ended.out)[0]["role_arn"].endswith(":role/Teacher")
    assert not [it for it in cloud.requests() if it["mutating"] and it["account"] == "000000000000"]


def test_a_roster_of_an_organization_can_be_deployed(organizations, teacher):
    """With the role that Organizations made, and without another change to the file."""
    student(organizations, "anna")
    teacher.done("class", "roster", "--from", "organization", "--out", "class.csv")
    teacher.done("class", "deploy", "--part", "part-1", "--yes")
    teacher.done("class", "cleanup", "--yes")


def test_all_pages_are_read(organizations, teacher):
    names = {f"student-{number:02}" for number in range(45)}
    for name in names:
        student(organizations, name)
    roster = rows(teacher.done("class", "roster", "--from", "organization"))
    assert {row["name"] for row in roster} == names


def test_of_a_unit_and_those_below(organizations, teacher):
    """By its path or by its id."""
    [root] = organizations.list_roots()["Roots"]
    courses = unit(organizations, "Courses", root["Id"])
    course = unit(organizations, "Cloud", courses)
    unit(organizations, "Other", courses)
    students = {name: student(organizations, name) for name in ("anna", "bert", "cora")}
    for name, target in (("anna", courses), ("bert", course)):
        organizations.move_account(
            AccountId=students[name], SourceParentId=root["Id"], DestinationParentId=target
        )
    for named, names in [
        ("Courses", {"anna", "bert"}),
        ("Courses/Cloud", {"bert"}),
        (course, {"bert"}),
        (root["Id"], {"anna", "bert", "cora"}),
    ]:
        out = teacher.done("class", "roster", "--from", f"organization:{named}")
        assert {row["name"] for row in rows(out)} == names, named
    ended = teacher.run("class", "roster", "--from", "organization:Courses/Clouds").expect(2)
    assert "MYS092" in ended.err and "`Cloud`, `Other`" in ended.err
    ended = teacher.run("class", "roster", "--from", "organization:ou-0000-00000000").expect(2)
    assert "MYS092" in ended.err and "ParentNotFoundException" in ended.err


def unit(organizations, name, parent):
    made = organizations.create_organizational_unit(ParentId=parent, Name=name)
    return made["OrganizationalUnit"]["Id"]


def test_who_does_not_manage_it_is_told_who_does(organizations, teacher):
    anna = student(organizations, "anna")
    member = {"AWS_ACCESS_KEY_ID": anna}
    ended = teacher.run("class", "roster", "--from", "organization", **member).expect(1)
    assert f"error[MYS091]: account {anna} does not manage the organization: {MANAGER} does" in ended.err
    assert "AccessDeniedException" in ended.err
    none = {"AWS_ACCESS_KEY_ID": "999999999999"}
    ended = teacher.run("class", "roster", "--from", "organization", **none).expect(1)
    assert "error[MYS091]: account 999999999999 is not in an organization" in ended.err
    assert ended.out == ""


def test_of_the_portal(cloud, organizations, teacher):
    """With the token that the AWS CLI has left; nothing that is sent is signed with keys."""
    anna, bert = student(organizations, "anna"), student(organizations, "bert")
    with (teacher.home / ".aws" / "config").open("a") as config:
        config.write(f"[profile anna]\nsso_session = campus\nsso_account_id = {anna}\n")
        config.write(f"sso_role_name = {ROLE}\nregion = us-east-1\n")
    cloud.forget_requests()
    for profile in ("teacher", "old"):
        line = ("class", "roster", "--from", "sso", "--profile", profile)
        ended = teacher.run(*line).expect(0)
        by_name = {row["name"]: row for row in rows(ended.out)}
        assert sorted(by_name) == ["anna", "bert"]
        assert (by_name["anna"]["profile"], by_name["anna"]["region"]) == ("anna", "us-east-1")
        assert (by_name["bert"]["profile"], by_name["bert"]["account"]) == ("", bert)
        assert f"Left out: account {MANAGER}" in ended.err
        assert "1 account has no profile yet" in ended.err
    called = {(it["service"], it["operation"]) for it in cloud.requests()}
    portal = {("sso", it) for it in ("ListAccounts", "ListAccountRoles", "GetRoleCredentials")}
    assert called == portal | {("organizations", "DescribeOrganization")}


def test_profiles_that_are_missing_are_written(organizations, teacher):
    """Into a file of their own, which is appended by hand; nobody else can read it."""
    anna = student(organizations, "anna")
    line = ("class", "roster", "--from", "sso", "--profile", "teacher", "--new-profiles", "new")
    ended = teacher.run(*line).expect(0)
    [row] = rows(ended.out)
    assert row["profile"] == f"class-{anna}"
    new = teacher.home / "new"
    assert new.read_text() == (
        f"[profile class-{anna}]\nsso_session = campus\nsso_account_id = {anna}\n"
        f"sso_role_name = {ROLE}\n"
    )
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert "cat new >> ~/.aws/config" in ended.err
    assert "error[MYS094]" in teacher.run(*line).expect(2).err
    teacher.run(*line, "--force").expect(0)


def test_a_login_that_has_ended_is_said_and_no_token_is_shown(organizations, teacher):
    line = ("class", "roster", "--from", "sso", "--profile", "teacher", "--verbose")
    log_in(teacher, "a-secret-token")
    ended = teacher.run(*line).expect(1)
    assert "Session token not found or invalid" in ended.err and "aws sso login" in ended.err
    assert "a-secret-token" not in ended.out + ended.err
    log_in(teacher, MANAGER, "2020-01-01T00:00:00Z")
    ended = teacher.run(*line).expect(1)
    assert "the login at IAM Identity Center has expired" in ended.err
    assert "`aws sso login --profile teacher`" in ended.err
    for file in (teacher.home / ".aws" / "sso" / "cache").iterdir():
        file.unlink()
    ended = teacher.run(*line).expect(1)
    assert "nobody has logged in at IAM Identity Center" in ended.err
    ended = teacher.run("class", "roster", "--from", "sso").expect(2)
    assert "error[MYS093]" in ended.err and "`default` has no login" in ended.err


def test_a_manager_that_cannot_be_asked_is_said(cloud, organizations, teacher):
    student(organizations, "anna")
    cloud.deny("sso", "GetRoleCredentials")
    ended = teacher.run("class", "roster", "--from", "sso", "--profile", "teacher").expect(0)
    assert len(rows(ended.out)) == 2
    assert "Which account manages the organization could not be asked" in ended.err


def test_of_the_profiles(teacher):
    """AWS is not asked: what the files do not say stays empty."""
    ended = teacher.run("class", "roster", "--from", "profiles").expect(0)
    accounts = {row["profile"]: row["account"] for row in rows(ended.out)}
    assert accounts == {"default": "", "old": "", "reader": "333333333333", "teacher": MANAGER}
    assert "which account 2 of them have" in ended.err


def test_of_a_roster_that_is_there(teacher):
    """It is checked and written in one form."""
    (teacher.home / "excel.csv").write_bytes(
        "\ufeffName;Account;Lab\r\n=Anna;0000-0000-0001;a1\r\n".encode()
    )
    out = teacher.done("class", "roster", "--from", "csv:excel.csv")
    assert out.splitlines() == [
        "name,account,profile,role_arn,external_id,region,lab,email,id",
        "'=Anna,000000000001,,,,,a1,,",
    ]
    (teacher.home / "bad.csv").write_text("name,account\nanna,1.2E+11\nbert,12\n")
    ended = teacher.run("class", "roster", "--from", "csv:bad.csv").expect(2)
    assert "has 2 mistakes" in ended.err


def test_a_file_is_for_its_owner_and_is_not_overwritten(teacher):
    line = ("class", "roster", "--from", "profiles", "--out", "class.csv")
    assert teacher.done(*line) == ""
    roster = teacher.home / "class.csv"
    assert stat.S_IMODE(roster.stat().st_mode) == 0o600
    roster.write_text("mine")
    ended = teacher.run(*line).expect(2)
    assert "error[MYS094]: `class.csv` is there already" in ended.err
    assert roster.read_text() == "mine"
    teacher.done(*line, "--force")
    assert rows(roster.read_text())


def test_json_lines(organizations, teacher):
    anna = student(organizations, "anna")
    out = teacher.done("class", "roster", "--from", "organization", "--output", "json")
    lines = {line["type"]: line for line in map(json.loads, out.splitlines())}
    assert lines["roster-row"]["account"] == anna
    assert lines["roster"]["count"] == 1
    assert lines["roster"]["left_out"][0]["why"] == "it manages the organization"


def test_what_has_no_effect_is_refused(mysfits):
    for line, said in [
        (("--from", "moon"), "it is `organization`"),
        (("--from", "profiles", "--role", "x"), "`--role` has no effect"),
        (("--from", "organization", "--new-profiles", "x"), "`--new-profiles` has no effect"),
        (("--from", "sso", "--local"), "the local cloud has no logins"),
        (("--from", "organization", "--role", "a b"), "it is the name of a role"),
    ]:
        assert said in mysfits.run("class", "roster", *line).expect(2).err, line


def test_every_command_of_the_document_works(organizations, teacher):
    """Those of docs/teaching.md on rosters and reports, in their order."""
    [root] = organizations.list_roots()["Roots"]
    course = unit(organizations, "Cloud", unit(organizations, "Courses", root["Id"]))
    organizations.move_account(
        AccountId=student(organizations, "anna"),
        SourceParentId=root["Id"],
        DestinationParentId=course,
    )
    document = (ROOT / "docs" / "teaching.md").read_text()
    blocks = [block.split("```")[0] for block in document.split("```shell\n")[1:]]
    lines = "".join(blocks).splitlines()
    assert len(lines) == 8
    for line in lines:
        program, *words = line.split()
        assert program == "mysfits"
        teacher.done(*words)
    assert rows((teacher.home / "class.csv").read_text())[0]["name"] == "anna"
    assert rows((teacher.home / "reports.csv").read_text())[0]["name"] == "Anna"
