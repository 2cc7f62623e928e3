"""The real binary against moto, as it would be against AWS: `--endpoint-url`, and keys of no account.

What moto cannot do, and why it is not asked here (the local cloud has tests of each):

* Block Public Access is off in new buckets, and a public policy is taken while it is on: that the
  switches are opened before the policy is written cannot be seen here, only that they end right.
* Tags at `CreateBucket` are ignored. The deployment tags the bucket afterwards, which these tests do
  see; that tags come with the bucket they cannot.
* There is no website endpoint: objects are read by path, and neither index nor error document.
* Everything settles at once: no table is ever seen CREATING.
"""

import json

import pytest

from helpers import web
from helpers.aws import refused
from helpers.moto import Moto
from helpers.places import WEB

BUCKET = f"mysfits-{Moto.ACCOUNT}-eu-west-1"
TABLE = "MysfitsTable"
LIKES = "MysfitsTableLikes"
COCO = {"MysfitId": {"S": "0e37d916-f960-4772-a25a-01b762b5c1bd"}}


@pytest.fixture
def s3(moto):
    """S3 of moto."""
    return moto.client("s3")


@pytest.fixture
def dynamodb(moto):
    """DynamoDB of moto."""
    return moto.client("dynamodb")


@pytest.fixture
def mysfits(against_moto):
    """`mysfits` against `moto`."""
    return against_moto


def objects(s3, bucket=BUCKET):
    """The objects with what a second upload would change."""
    found = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {each["Key"]: (each["ETag"], each["LastModified"]) for each in found}


def everything(s3, dynamodb):
    """All that a second deploy must not touch."""
    bucket = {"Bucket": BUCKET}
    return {
        "objects": objects(s3),
        "policy": s3.get_bucket_policy(**bucket)["Policy"],
        "website": s3.get_bucket_website(**bucket)["IndexDocument"],
        "block": s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"],
        "tags": s3.get_bucket_tagging(**bucket)["TagSet"],
        "table": dynamodb.describe_table(TableName=TABLE)["Table"],
        "items": sorted(dynamodb.scan(TableName=TABLE)["Items"], key=str),
    }


def tables(dynamodb):
    """The names of the tables."""
    return dynamodb.list_tables()["TableNames"]


def buckets(s3):
    """The names of the buckets."""
    return [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def test_the_bucket_and_the_site(mysfits, moto, s3):
    """Tag, switches, policy, website and every file with its content type; the URL serves the page."""
    printed = mysfits.done("deploy", "part-1", "--yes")
    assert s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"] == [
        {"Key": "mysfits:lab", "Value": "mythical-mysfits"}
    ]
    block = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert block == {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": False,
    }
    statements = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    assert [(each["Effect"], each["Principal"], each["Action"]) for each in statements] == [
        ("Allow", "*", "s3:GetObject")
    ]
    website = s3.get_bucket_website(Bucket=BUCKET)
    assert website["IndexDocument"] == {"Suffix": "index.html"}
    assert website["ErrorDocument"] == {"Key": "error.html"}

    assert set(objects(s3)) == {
        path.relative_to(WEB).as_posix() for path in WEB.rglob("*") if path.is_file()
    }
    for key, content_type in [
        ("index.html", "text/html; charset=utf-8"),
        ("js/main.js", "text/javascript; charset=utf-8"),
        ("images/dragon.svg", "image/svg+xml"),
        ("mysfits.json", "application/json"),
    ]:
        assert s3.head_object(Bucket=BUCKET, Key=key)["ContentType"] == content_type
    assert printed == f"site  {moto.url}/{BUCKET}/index.html  (open this)\n"
    page = web.get(printed.split()[1])
    assert (page.status, page.body) == (200, (WEB / "index.html").read_bytes())


def test_the_table_and_the_mysfits(mysfits, dynamodb):
    """Tag, keys, both indexes, twelve items; the indexes answer."""
    mysfits.done("table", "deploy", "--yes")
    table = dynamodb.describe_table(TableName=TABLE)["Table"]
    assert table["TableStatus"] == "ACTIVE"
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == {
        "GoodEvilIndex",
        "LawChaosIndex",
    }
    tags = dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    assert tags == [{"Key": "mysfits:lab", "Value": "mythical-mysfits"}]
    assert dynamodb.scan(TableName=TABLE)["Count"] == 12
    good = dynamodb.query(
        TableName=TABLE,
        IndexName="GoodEvilIndex",
        KeyConditionExpression="GoodEvil = :g",
        ExpressionAttributeValues={":g": {"S": "Good"}},
    )
    assert {item["Name"]["S"] for item in good["Items"]} == {
        "CoCo",
        "Hasla",
        "Twilight Glitter",
        "Cole",
    }


def test_a_second_deploy_changes_nothing(mysfits, s3, dynamodb):
    """It says so, and it is so: likes that visitors gave stay, no object is written again."""
    first = mysfits.done("deploy", "part-2", "--yes")
    dynamodb.update_item(
        TableName=TABLE,
        Key=COCO,
        UpdateExpression="SET Likes = :n, Adopted = :t",
        ExpressionAttributeValues={":n": {"N": "5"}, ":t": {"BOOL": True}},
    )
    before = everything(s3, dynamodb)
    second = mysfits.run("deploy", "part-2", "--yes").expect(0)
    assert second.out == first
    assert "No changes: everything is up to date." in second.err
    assert everything(s3, dynamodb) == before
    coco = dynamodb.get_item(TableName=TABLE, Key=COCO)["Item"]
    assert (coco["Likes"], coco["Adopted"]) == ({"N": "5"}, {"BOOL": True})
    mysfits.run("plan", "part-2", "--exit-code").expect(0)


def test_a_deleted_object_is_mended_alone(mysfits, s3, dynamodb):
    """`plan --exit-code` is 4 and names it; `deploy` puts that object back and touches no other."""
    mysfits.done("deploy", "part-2", "--yes")
    before = everything(s3, dynamodb)
    s3.delete_object(Bucket=BUCKET, Key="images/dragon.svg")
    plan = mysfits.run("plan", "part-2", "--exit-code").expect(4)
    assert "images/dragon.svg" in plan.out
    assert "images/dragon.svg" not in objects(s3)
    mysfits.done("deploy", "part-2", "--yes")
    after = everything(s3, dynamodb)
    mended, lost = (each["objects"].pop("images/dragon.svg") for each in (after, before))
    assert mended[0] == lost[0]
    assert after == before


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda s3: s3.delete_bucket_website(Bucket=BUCKET), "IndexDocument.Suffix"),
        (lambda s3: s3.delete_bucket_policy(Bucket=BUCKET), "policy"),
        (lambda s3: s3.delete_public_access_block(Bucket=BUCKET), "PublicAccessBlockConfiguration"),
        (lambda s3: s3.put_object(Bucket=BUCKET, Key="index.html", Body=b"mine"), "index.html"),
    ],
    ids=["website", "policy", "block", "changed page"],
)
def test_what_was_changed_by_hand_is_mended(mysfits, s3, dynamodb, spoil, named):
    """Every setting: `plan` names the difference, `deploy` mends exactly that."""
    mysfits.done("deploy", "part-2", "--yes")
    before = everything(s3, dynamodb)
    spoil(s3)
    assert named in mysfits.run("plan", "part-2", "--exit-code").expect(4).out
    mysfits.done("deploy", "part-2", "--yes")
    after = everything(s3, dynamodb)
    if named == "index.html":
        assert after["objects"].pop(named)[0] == before["objects"].pop(named)[0]
    assert after == before
    mysfits.run("plan", "part-2", "--exit-code").expect(0)


def test_missing_mysfits_come_back_without_a_reset(mysfits, dynamodb):
    """Only the missing ones are put; what a student added stays."""
    mysfits.done("table", "deploy", "--yes")
    likes = {
        "UpdateExpression": "SET Likes = :n",
        "ExpressionAttributeValues": {":n": {"N": "5"}},
    }
    dynamodb.update_item(TableName=TABLE, Key=COCO, **likes)
    gone = {"MysfitId": {"S": "b6d16e02-6aeb-413c-b457-321151bb403d"}}
    dynamodb.delete_item(TableName=TABLE, Key=gone)
    dynamodb.put_item(TableName=TABLE, Item={"MysfitId": {"S": "mine"}, "Name": {"S": "Mine"}})
    mysfits.run("plan", "part-2", "--exit-code").expect(4)
    mysfits.done("table", "deploy", "--yes")
    assert dynamodb.get_item(TableName=TABLE, Key=gone)["Item"]["Name"] == {"S": "Rujin"}
    assert dynamodb.get_item(TableName=TABLE, Key=COCO)["Item"]["Likes"] == {"N": "5"}
    assert dynamodb.scan(TableName=TABLE)["Count"] == 13


def test_cleanup_leaves_nothing(mysfits, s3, dynamodb):
    """No bucket, no table, and it says so; a second cleanup finds nothing to do."""
    mysfits.done("deploy", "part-2", "--yes")
    assert "is left in " in mysfits.done("cleanup", "all", "--yes")
    assert (buckets(s3), tables(dynamodb)) == ([], [])
    assert "is left in " in mysfits.done("cleanup", "all", "--yes")


def test_cleanup_of_one_part(mysfits, s3, dynamodb):
    """Part 2 goes, part 1 stays."""
    mysfits.done("deploy", "part-2", "--yes")
    mysfits.done("cleanup", "part-2", "--yes")
    assert (buckets(s3), tables(dynamodb)) == ([BUCKET], [])


def test_cleanup_empties_versions_markers_and_uploads(mysfits, s3):
    """Old versions, delete markers and an unfinished upload, more than one page of them."""
    mysfits.done("deploy", "part-1", "--yes")
    versioning = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=versioning)
    for number in range(1010):
        s3.put_object(Bucket=BUCKET, Key=f"old/{number % 500}", Body=b"old")
    s3.put_object(Bucket=BUCKET, Key="index.html", Body=b"newer")
    s3.delete_object(Bucket=BUCKET, Key="error.html")
    s3.create_multipart_upload(Bucket=BUCKET, Key="unfinished")
    found = s3.list_object_versions(Bucket=BUCKET)
    assert found["IsTruncated"] and s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]
    assert "is left in " in mysfits.done("cleanup", "all", "--yes")
    assert buckets(s3) == []


@pytest.mark.parametrize("tag", [None, "team-7"], ids=["no tag", "another lab's tag"])
def test_what_is_not_ours_survives(mysfits, s3, dynamodb, tag):
    """A bucket of our name without our tag: not deployed to, not cleaned up, exit code 3 and why."""
    location = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=location)
    if tag:
        tags = {"TagSet": [{"Key": "mysfits:lab", "Value": tag}]}
        s3.put_bucket_tagging(Bucket=BUCKET, Tagging=tags)
    s3.put_object(Bucket=BUCKET, Key="thesis.txt", Body=b"two years of work")
    refusal = mysfits.run("deploy", "part-2", "--yes").expect(1)
    error = refusal.err.split("error[")[1]
    assert "mysfits:lab" in error and ("--adopt" in error) == (tag is None)
    left = mysfits.run("cleanup", "all", "--yes").expect(3)
    assert "mysfits:lab" in left.out + left.err
    assert "is left in " not in left.out
    assert (list(objects(s3)), tables(dynamodb)) == (["thesis.txt"], [])
    with refused("NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket=BUCKET)
    # What another lab's tag is on is taken over by nobody.
    mysfits.run("cleanup", "all", "--yes", "--adopt").expect(3 if tag else 0)
    assert buckets(s3) == ([BUCKET] if tag else [])


def test_a_lab_of_its_own_name(mysfits, s3, dynamodb):
    """`--lab` gives other names; the labs do not see each other."""
    mysfits.done("deploy", "part-2", "--yes")
    mysfits.done("deploy", "part-2", "--yes", "--lab", "team-7")
    assert set(buckets(s3)) == {BUCKET, f"{BUCKET}-team-7"}
    assert set(tables(dynamodb)) == {TABLE, LIKES, f"{TABLE}-team-7", f"{LIKES}-team-7"}
    mysfits.done("cleanup", "all", "--yes", "--lab", "team-7")
    assert (buckets(s3), tables(dynamodb)) == ([BUCKET], [TABLE, LIKES])


def test_without_yes_and_without_a_terminal(mysfits, s3, dynamodb):
    """What costs money is asked for: without a terminal that is an error, and nothing is made."""
    ended = mysfits.run("deploy", "part-2").expect(2)
    assert "--yes" in ended.err
    assert ended.out == ""
    assert (buckets(s3), tables(dynamodb)) == ([], [])
