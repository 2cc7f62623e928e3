"""docs/lab.md: every command in it is run, each of the two ways in a cloud of its own.

A block that is fenced with `bash hand` is typed with version 2 of the AWS CLI, one with `bash mysfits` with the
program. What the document says that a command prints, it must print.
"""

import os
import shutil
import subprocess

import pytest

from helpers.document import blocks, script
from helpers.places import IN_CI, MYSFITS, ROOT, clean_environment

DOCUMENT = (ROOT / "docs" / "lab.md").read_text()
WAYS = ("hand", "mysfits")


def aws_cli_2():
    """The AWS CLI's version 2. Where it is missing the test is left out; in CI it must be there."""
    for folder in (*os.environ.get("PATH", "").split(os.pathsep), "/usr/bin", "/usr/local/bin"):
        found = shutil.which("aws", path=folder)
        if found and " aws-cli/2" in f" {subprocess.run([found, '--version'], capture_output=True, text=True).stdout}":
            return found
    missing = "the AWS CLI, version 2, is not installed (Debian: `apt install awscli`)"
    pytest.fail(missing) if IN_CI else pytest.skip(missing)


@pytest.fixture
def follow(cloud, backend, tmp_path):
    """Follows one way through the document, in a folder with the repository's files."""

    def follow(way, **programs):
        folder, programs_folder = tmp_path / "clone", tmp_path / "bin"
        for path in (folder, programs_folder):
            path.mkdir()
        for name in ("templates", "web"):
            (folder / name).symlink_to(ROOT / name)
        for name, program in {"mysfits": MYSFITS, **programs}.items():
            (programs_folder / name).symlink_to(program)
        environment = clean_environment(
            tmp_path / "clone",
            BACKEND=backend,
            MYSFITS_SERVICE_BINARY=backend,
            MYSFITS_LOCAL_PORT=cloud.port,
            MYSFITS_LOCAL_DIR=cloud.folder,
            # Nobody is there to be asked.
            MYSFITS_YES="true",
        )
        environment["PATH"] = f"{programs_folder}{os.pathsep}{environment['PATH']}"
        file = tmp_path / "typed.sh"
        file.write_text(script(DOCUMENT, way))
        ended = subprocess.run(
            ["bash", str(file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=folder,
            env=environment,
            timeout=600,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout
        return ended.stdout

    return follow


def what_is_left(cloud):
    """What boto3 finds of everything that the lab makes."""
    stacks = cloud.client("cloudformation").describe_stacks()["Stacks"]
    left = {
        "buckets": cloud.client("s3").list_buckets()["Buckets"],
        "tables": cloud.client("dynamodb").list_tables()["TableNames"],
        "stacks": [it for it in stacks if it["StackStatus"] != "DELETE_COMPLETE"],
        "repositories": cloud.client("ecr").describe_repositories()["repositories"],
        "log groups": cloud.client("logs").describe_log_groups()["logGroups"],
        "clusters": cloud.client("ecs").list_clusters()["clusterArns"],
        "revisions": cloud.client("ecs").list_task_definitions()["taskDefinitionArns"],
        "balancers": cloud.client("elbv2").describe_load_balancers()["LoadBalancers"],
        "target groups": cloud.client("elbv2").describe_target_groups()["TargetGroups"],
        "pools": cloud.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"],
        "links": cloud.client("apigateway").get_vpc_links()["items"],
        "apis": cloud.client("apigateway").get_rest_apis()["items"],
        "networks": [it for it in cloud.client("ec2").describe_vpcs()["Vpcs"] if not it["IsDefault"]],
    }
    return {kind: found for kind, found in left.items() if found}


def test_every_block_of_commands_belongs_to_a_way():
    """Nothing that looks like a command is left out of the tests below."""
    kinds = [kind for kind, _, _ in blocks(DOCUMENT)]
    assert set(kinds) == {f"bash {way}" for way in WAYS}
    assert all(kinds.count(f"bash {way}") >= 8 for way in WAYS)


def test_the_lab_by_hand(follow, cloud):
    """With the AWS CLI, from an empty account to an empty account."""
    said = follow("hand", aws=aws_cli_2())
    assert "nothing is wrong" in said
    assert what_is_left(cloud) == {}


def test_the_lab_with_mysfits(follow, cloud):
    """With `mysfits`, from an empty account to an empty account."""
    said = follow("mysfits")
    assert "nothing is wrong" in said
    assert what_is_left(cloud) == {}
