"""`mysfits explain`: its scripts make a whole lab with the AWS CLI, and take it down; what it says covers
what a deployment does."""

import json
import subprocess

import pytest

from helpers import web
from helpers.account import everything
from helpers.scripts import Shell, clis
from helpers.tools import tool
from helpers.visitor import Visitor
from test_lab_by_hand import GRETTA, the_backend_answers, the_site_is_served

LOCAL = ["--local", "--region", "eu-west-1"]
# Writing operations of a deployment that nobody types, and why.
OTHERWISE = {
    "PostBlobUploads": "the registry's protocol; by hand it is InitiateLayerUpload",
    "PutBlobUpload": "the registry's protocol; by hand it is UploadLayerPart and CompleteLayerUpload",
    "PutManifest": "the registry's protocol; by hand it is PutImage",
    "ModifyTargetGroup": "writes the health check again, with which the group was created",
}


class Made:
    """What the script has made, as its visitors find it."""

    def __init__(self, cloud, addresses):
        self.cloud = cloud
        _, self.api, self.backend = addresses
        cognito = cloud.client("cognito-idp")
        (pool,) = cognito.list_user_pools(MaxResults=60)["UserPools"]
        found = cognito.list_user_pool_clients(UserPoolId=pool["Id"], MaxResults=60)
        (client,) = found["UserPoolClients"]
        self.values = {
            "NLB_DNS": self.backend.removeprefix("http://"),
            "API_URL": self.api,
            "COGNITO_USER_POOL_ID": pool["Id"],
            "COGNITO_USER_POOL_CLIENT_ID": client["ClientId"],
        }

    def __getitem__(self, name):
        return self.values[name]


def script(mysfits, *words):
    """A script for the local cloud."""
    return mysfits.done("explain", *words, "--script", *LOCAL)


def lines(mysfits, *words):
    """What a command says, as JSON lines."""
    return [json.loads(line) for line in mysfits.done(*words, "--output", "json").splitlines()]


@pytest.fixture
def shell(request, tmp_path, mysfits, backend):
    """A shell with the AWS CLI of this version."""
    shell = Shell(tmp_path / "student", clis()[request.param], mysfits)
    shell.environment["MYSFITS_SERVICE_BINARY"] = str(backend)
    return shell


@pytest.mark.parametrize("shell", clis(), indirect=True)
def test_the_whole_lab_by_script(shell, mysfits, cloud):
    """Up, up again, down, and down again. It is one test: the AWS CLI takes its time."""
    before = everything(cloud)
    up, down = script(mysfits, "all"), script(mysfits, "cleanup", "all")
    for _ in range(2):
        made = Made(cloud, shell.run(up).expect(0).out.split())
        the_site_is_served(made, backend=made.backend)
        the_backend_answers(made)
        only_who_signed_in_may_like(made)
        is_the_labs(mysfits)
        every_check_passes(mysfits)
    for _ in range(2):
        shell.run(down).expect(0)
        left = {kind: found for kind, found in everything(cloud).items() if found != before.get(kind)}
        # Debian's AWS CLI cannot delete a revision that it has deregistered.
        assert set(left) <= {f"task definitions, {it}" for it in ("DELETE_IN_PROGRESS", "INACTIVE")}, left
        # The index of tags lists for a while what is gone; nothing of it costs anything.
        assert [it["dollars_per_day"] for it in lines(mysfits, "labs", *LOCAL) if it["type"] == "lab"] in ([], [0])
    # `mysfits` looks at every resource again.
    cleaned = mysfits.run("cleanup", "all", "--yes", *LOCAL).expect(0)
    assert "nothing of lab `mythical-mysfits` is left" in cleaned.out + cleaned.err


def only_who_signed_in_may_like(made):
    """The API leads to the backend, and its guard takes the ID token of a visitor."""
    like = f"{made['API_URL']}/mysfits/{GRETTA}/like"
    assert web.request("POST", like).status == 401
    pool, client = (made[f"COGNITO_USER_POOL_{it}"] for it in ("ID", "CLIENT_ID"))
    token = Visitor(made.cloud, pool, client).register().sign_in()["IdToken"]
    assert web.request("POST", like, headers={"Authorization": token}).status == 200


def every_check_passes(mysfits):
    """Those for the lab, and those for hardening."""
    (checked,) = [it for it in lines(mysfits, "check", "all", *LOCAL) if it["type"] == "checks"]
    assert {it: checked[it] for it in ("fail", "skipped", "unknown")} == {"fail": 0, "skipped": 0, "unknown": 0}
    assert checked["score"] == checked["max_score"]


def is_the_labs(mysfits):
    """For `plan`, it is the lab as `deploy` makes it. Debian's AWS CLI cannot choose the tier of the pool."""
    planned = mysfits.run("plan", "all", "--exit-code", "--output", "json", *LOCAL)
    rows = [json.loads(line) for line in planned.out.splitlines()]
    changes = {row["resource"]: row["settings"] for row in rows if row.get("action", "none") != "none"}
    settings = {name: [it["name"] for it in found] for name, found in changes.items() if found}
    assert settings in ({}, {"user-pool": ["UserPoolTier"]}), changes


@pytest.mark.parametrize("shell", ["1"], indirect=True)
def test_a_script_stops_at_the_first_error_and_goes_on(shell, mysfits, cloud):
    """It says where, and does not take "I could not look" for "it is not there"."""
    up = script(mysfits, "part-2")
    cloud.deny("dynamodb", "DescribeTable")
    stopped = shell.run(up)
    assert stopped.code != 0
    assert "stopped at table" in stopped.err and "AccessDenied" in stopped.err
    assert cloud.client("dynamodb").list_tables()["TableNames"] == []
    cloud.release()
    shell.run(up).expect(0)
    assert cloud.client("dynamodb").scan(TableName="MysfitsTable")["Count"] == 12


@pytest.mark.parametrize("words", [["all"], ["cleanup", "all"], ["part-1"]])
def test_a_script_has_no_findings(mysfits, tmp_path, words):
    """Of bash itself, and of shellcheck."""
    text = mysfits.done("explain", *words, "--script", *LOCAL, "--lab", "anna", "--bucket", "it-s-annas")
    (tmp_path / "script.sh").write_text(text)
    subprocess.run(["bash", "-n", tmp_path / "script.sh"], check=True)
    subprocess.run([tool("shellcheck", "shellcheck"), tmp_path / "script.sh"], check=True)


def test_what_a_deployment_does_is_explained(mysfits, cloud, backend):
    """Every operation by which a new lab is written is in one of the commands."""
    mysfits.environment["MYSFITS_SERVICE_BINARY"] = str(backend)
    cloud.forget_requests()
    mysfits.done("deploy", "all", "--yes", *LOCAL)
    sent = {call["operation"] for call in cloud.requests() if call["mutating"]}
    explained = {
        operation.split()[-1]
        for line in lines(mysfits, "explain", *LOCAL)
        if line["type"] == "explain"
        for command in line["commands"]
        for operation in command.get("operations", [])
    }
    assert len(sent) > 20
    assert sent - explained - set(OTHERWISE) == set()


def test_values_are_filled_in_as_far_as_they_are_known(mysfits, cloud):
    """From a lab that stands; without one, and without credentials, names stay."""
    mysfits.done("deploy", "part-1", *LOCAL)
    bucket = "mysfits-000000000000-eu-west-1"
    assert f"aws s3api put-bucket-website --bucket {bucket}" in flat(mysfits.done("explain", "bucket", *LOCAL))
    assert "--vpc-id REPLACE_ME_VPC_ID" in flat(mysfits.done("explain", "target-group", *LOCAL))
    without = mysfits.run("explain", "part-1", "--region", "eu-west-1").expect(0)
    assert "no AWS credentials" in without.err
    assert "mysfits-REPLACE_ME_ACCOUNT_ID-eu-west-1" in without.out


def flat(text):
    """A text without ends of lines."""
    return " ".join(text.replace("\\\n", " ").split())


def test_an_unknown_word_is_refused(mysfits):
    """With what there is."""
    refused = mysfits.run("explain", "tabel", *LOCAL).expect(2)
    assert "MYS006" in refused.err and "target-group" in refused.err
    assert "MYS048" in mysfits.done("explain", "mys048")


def test_files_are_rendered(mysfits, cloud, tmp_path):
    """What is known is filled in; the rest is listed with its source; nothing of the student is overwritten."""
    out = tmp_path / "files"
    said = mysfits.done("render", "all", "--out", str(out), *LOCAL)
    assert "REPLACE_ME_VPC_ID" not in said  # No file has it.
    assert "REPLACE_ME_SECURITY_GROUP_ID: needed in `templates/service-definition.json`" in said
    assert "made by `core-stack`" in said and "aws cloudformation describe-stacks" in said
    definition = (out / "templates/task-definition.json").read_text()
    assert '"value": "MysfitsTable"' in definition and "REPLACE_ME_ECS_TASK_ROLE_ARN" in definition
    (out / "web/config.js").write_text("mine")
    kept = mysfits.run("render", "part-1", "--out", str(out), *LOCAL).expect(3)
    assert "`web/config.js` stays as it is: it was changed" in kept.out
    assert (out / "web/config.js").read_text() == "mine"
    table = json.loads((out / "templates/dynamodb-table.json").read_text())
    assert table["TableName"] == "MysfitsTable"
