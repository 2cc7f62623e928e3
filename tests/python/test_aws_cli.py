"""The AWS CLI against the local cloud: the lab's parts 1 and 2 as a student types them."""

import json
import shutil

import pytest

from helpers import web
from helpers.aws import public_policy, template
from helpers.places import WEB
from helpers.shell import AwsCli

BUCKET = "mysfits-of-anna"


@pytest.fixture
def aws(cloud, tmp_path):
    """The AWS CLI in a folder of its own."""
    return AwsCli(tmp_path / "student", cloud.url)


def write(aws, name, content):
    """A file in the folder of the CLI, as `file://NAME`."""
    (aws.home / name).write_text(json.dumps(content))
    return f"file://{name}"


def test_part_1_by_hand(aws, cloud):
    """Make a bucket, make it a website, open it, publish the page, look at it."""
    aws.typed(f"s3 mb s3://{BUCKET}")
    aws.typed(f"s3 website s3://{BUCKET} --index-document index.html --error-document error.html")
    policy = write(aws, "policy.json", public_policy(BUCKET))

    blocked = aws.run("s3api", "put-bucket-policy", "--bucket", BUCKET, "--policy", policy)
    assert blocked.code != 0
    assert "AccessDenied" in blocked.err and "BlockPublicPolicy" in blocked.err
    aws.typed(
        f"s3api put-public-access-block --bucket {BUCKET} --public-access-block-configuration"
        " BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=false,RestrictPublicBuckets=false"
    )
    aws.typed(f"s3api put-bucket-policy --bucket {BUCKET} --policy {policy}")

    shutil.copytree(WEB, aws.home / "web")
    aws.typed(f"s3 cp web/index.html s3://{BUCKET}/index.html")
    page = web.get(cloud.website(BUCKET))
    assert (page.status, page.content_type) == (200, "text/html")
    assert page.body == (WEB / "index.html").read_bytes()

    aws.typed(f"s3 sync web s3://{BUCKET} --delete")
    listed = aws.typed(f"s3 ls s3://{BUCKET} --recursive").splitlines()
    assert len(listed) == sum(1 for path in WEB.rglob("*") if path.is_file())
    assert web.get(cloud.website(BUCKET, "/images/dragon.svg")).content_type == "image/svg+xml"

    aws.typed(f"s3 cp s3://{BUCKET}/css/site.css copy.css")
    assert (aws.home / "copy.css").read_bytes() == (WEB / "css/site.css").read_bytes()

    in_use = aws.run("s3", "rb", f"s3://{BUCKET}")
    assert in_use.code != 0 and "BucketNotEmpty" in in_use.err
    aws.typed(f"s3 rb s3://{BUCKET} --force")
    assert aws.typed("s3 ls") == ""


def test_a_second_sync_sends_nothing(aws):
    """`s3 sync` compares times and sizes: what is there is not sent again."""
    aws.typed(f"s3 mb s3://{BUCKET}")
    shutil.copytree(WEB, aws.home / "web")
    assert "upload:" in aws.typed(f"s3 sync web s3://{BUCKET}")
    assert aws.typed(f"s3 sync web s3://{BUCKET}") == ""
    (aws.home / "web/config.js").unlink()
    assert aws.typed(f"s3 sync web s3://{BUCKET} --delete").startswith("delete:")


def test_a_big_file(aws):
    """The CLI sends files above 8 MB in parts, and reads them back in ranges."""
    aws.typed(f"s3 mb s3://{BUCKET}")
    (aws.home / "big").write_bytes(bytes(range(256)) * (4096 * 17))
    aws.typed(f"s3 cp big s3://{BUCKET}/")
    head = json.loads(aws.typed(f"s3api head-object --bucket {BUCKET} --key big"))
    assert head["ETag"].endswith('-3"')
    aws.typed(f"s3 mv s3://{BUCKET}/big s3://{BUCKET}/moved")
    aws.typed(f"s3 cp s3://{BUCKET}/moved back")
    assert (aws.home / "back").read_bytes() == (aws.home / "big").read_bytes()
    assert [line.split()[-1] for line in aws.typed(f"s3 ls s3://{BUCKET}").splitlines()] == ["moved"]


def ask_the_table(aws):
    """A scan counts twelve, and both indexes answer."""
    scanned = json.loads(aws.typed("dynamodb scan --table-name MysfitsTable"))
    assert scanned["Count"] == len(scanned["Items"]) == 12
    for attribute, value, count in [("GoodEvil", "Good", 4), ("LawChaos", "Lawful", 3)]:
        wanted = write(aws, "values.json", {":v": {"S": value}})
        found = aws.typed(
            f"dynamodb query --table-name MysfitsTable --index-name {attribute}Index"
            f" --key-condition-expression {attribute}=:v --expression-attribute-values {wanted}"
        )
        assert json.loads(found)["Count"] == count


def test_part_2_by_hand(aws):
    """Create the table from the lab's file, wait for it, fill it, ask it, delete it."""
    table = write(aws, "table.json", template("dynamodb-table.json", TABLE_NAME="MysfitsTable"))
    created = json.loads(aws.typed(f"dynamodb create-table --cli-input-json {table}"))
    assert created["TableDescription"]["TableStatus"] == "CREATING"
    aws.typed("dynamodb wait table-exists --table-name MysfitsTable")
    described = aws.typed(
        "dynamodb describe-table --table-name MysfitsTable --query Table.TableStatus --output text"
    )
    assert described == "ACTIVE\n"
    items = write(
        aws, "items.json", template("populate-dynamodb.json", TABLE_NAME="MysfitsTable")
    )
    answer = json.loads(aws.typed(f"dynamodb batch-write-item --request-items {items}"))
    assert answer["UnprocessedItems"] == {}
    ask_the_table(aws)
    aws.typed("dynamodb delete-table --table-name MysfitsTable")
    aws.typed("dynamodb wait table-not-exists --table-name MysfitsTable")
    assert json.loads(aws.typed("dynamodb list-tables"))["TableNames"] == []


def test_the_table_of_a_deploy(aws, mysfits):
    """After `mysfits deploy part-2 --local` the AWS CLI finds the same."""
    mysfits.done("deploy", "part-2", "--local")
    ask_the_table(aws)
    account = json.loads(aws.typed("sts get-caller-identity"))["Account"]
    bucket = f"mysfits-{account}-eu-west-1"
    assert aws.typed("s3 ls").split()[-1] == bucket
    tags = json.loads(aws.typed(f"s3api get-bucket-tagging --bucket {bucket}"))["TagSet"]
    assert tags == [{"Key": "mysfits:lab", "Value": "mythical-mysfits"}]


def test_by_hand_first_then_mysfits(aws, mysfits):
    """What a student made by hand is not ours: left alone, and taken over with `--adopt`."""
    bucket = "mysfits-000000000000-eu-west-1"
    aws.typed(f"s3 mb s3://{bucket}")
    refused = mysfits.run("deploy", "part-1", "--local").expect(1)
    assert "--adopt" in refused.err
    mysfits.done("deploy", "part-1", "--local", "--adopt")
    tags = json.loads(aws.typed(f"s3api get-bucket-tagging --bucket {bucket}"))["TagSet"]
    assert {"Key": "mysfits:lab", "Value": "mythical-mysfits"} in tags
