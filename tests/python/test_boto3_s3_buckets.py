"""Buckets of the local cloud's S3, as boto3 sees them."""

import pytest

from helpers.aws import create_bucket, refused

BUCKET = "mysfits-of-anna"
LAB = [{"Key": "mysfits:lab", "Value": "mythical-mysfits"}]


def tags(s3):
    """The tags of the bucket."""
    answer = s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in answer}


def test_a_bucket_is_created_where_it_was_asked_for(s3):
    """The location constraint, the waiter, the location and the region in the head.

    Row: s3 CreateBucket(LocationConstraint)
    Row: s3 waiter bucket_exists
    Row: s3 GetBucketLocation
    """
    assert BUCKET in create_bucket(s3, BUCKET)["Location"]
    s3.get_waiter("bucket_exists").wait(Bucket=BUCKET)
    assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] == "eu-west-1"
    assert s3.head_bucket(Bucket=BUCKET)["BucketRegion"] == "eu-west-1"
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [BUCKET]


def test_a_name_is_taken_once(cloud, s3):
    """Again by its owner: `BucketAlreadyOwnedByYou`; by another account: `BucketAlreadyExists`.

    Row: s3 CreateBucket again -> BucketAlreadyOwnedByYou
    """
    create_bucket(s3, BUCKET)
    with refused("BucketAlreadyOwnedByYou"):
        create_bucket(s3, BUCKET)
    with refused("BucketAlreadyExists"):
        create_bucket(cloud.client("s3", "222222222222"), BUCKET)


def test_the_oldest_region_is_different(cloud):
    """us-east-1: no location constraint, no location, and a second create is fine."""
    s3 = cloud.client("s3", region="us-east-1")
    s3.create_bucket(Bucket=BUCKET)
    s3.create_bucket(Bucket=BUCKET)
    assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] is None
    assert s3.head_bucket(Bucket=BUCKET)["BucketRegion"] == "us-east-1"


@pytest.mark.parametrize("constraint", [None, "us-west-2"])
def test_the_location_constraint_must_fit(s3, constraint):
    """Elsewhere than in us-east-1, none or another one is `IllegalLocationConstraintException`."""
    setup = {"CreateBucketConfiguration": {"LocationConstraint": constraint}} if constraint else {}
    with refused("IllegalLocationConstraintException"):
        s3.create_bucket(Bucket=BUCKET, **setup)
    assert s3.list_buckets()["Buckets"] == []


@pytest.mark.parametrize(
    "name",
    ["ab", "Mysfits", "my_sfits", "-mysfits", "mysfits-", "my..sfits", "192.168.5.4"]
    + ["xn--mysfits", "mysfits-s3alias", "m" * 64],
)
def test_names_have_rules(s3, name):
    """`InvalidBucketName`, and no bucket.

    Row: s3 CreateBucket invalid name -> InvalidBucketName
    """
    with refused("InvalidBucketName"):
        create_bucket(s3, name)
    assert s3.list_buckets()["Buckets"] == []


@pytest.mark.parametrize("name", ["abc", "my.site", "1-2-3", "m" * 63])
def test_good_names(s3, name):
    """Names at the edge of the rules."""
    create_bucket(s3, name)
    s3.head_bucket(Bucket=name)


def test_tags_come_with_the_bucket(s3):
    """Tags at creation; setting replaces all of them; without tags it is `NoSuchTagSet`.

    Row: s3 PutBucketTagging
    Row: s3 GetBucketTagging
    """
    create_bucket(s3, BUCKET, Tags=LAB)
    assert tags(s3) == {"mysfits:lab": "mythical-mysfits"}
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [{"Key": "owner", "Value": "Änne"}]})
    assert tags(s3) == {"owner": "Änne"}
    s3.delete_bucket_tagging(Bucket=BUCKET)
    with refused("NoSuchTagSet"):
        s3.get_bucket_tagging(Bucket=BUCKET)


def test_a_key_is_a_tag_once(s3):
    """The same key twice is `InvalidTag`."""
    create_bucket(s3, BUCKET)
    with refused("InvalidTag"):
        s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": LAB + LAB})


def test_only_an_empty_bucket_is_deleted(s3):
    """`BucketNotEmpty` while something is in it; then it is gone, and its name is free.

    Row: s3 DeleteBucket non-empty -> BucketNotEmpty
    """
    create_bucket(s3, BUCKET)
    s3.put_object(Bucket=BUCKET, Key="index.html", Body=b"hello")
    with refused("BucketNotEmpty"):
        s3.delete_bucket(Bucket=BUCKET)
    s3.delete_object(Bucket=BUCKET, Key="index.html")
    s3.delete_bucket(Bucket=BUCKET)
    s3.get_waiter("bucket_not_exists").wait(Bucket=BUCKET)
    with refused("NoSuchBucket"):
        s3.list_objects_v2(Bucket=BUCKET)
    create_bucket(s3, BUCKET)


def test_an_unfinished_upload_does_not_keep_a_bucket(s3):
    """S3 deletes a bucket with unfinished uploads, and the uploads with it."""
    create_bucket(s3, BUCKET)
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="big")["UploadId"]
    s3.delete_bucket(Bucket=BUCKET)
    create_bucket(s3, BUCKET)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)
    with refused("NoSuchUpload"):
        s3.list_parts(Bucket=BUCKET, Key="big", UploadId=upload)


def test_what_is_not_there_is_not_found(s3):
    """Every call about a bucket that is not there says so."""
    with refused("404"):
        s3.head_bucket(Bucket=BUCKET)
    for call in [s3.get_bucket_website, s3.get_bucket_policy, s3.delete_bucket, s3.list_objects_v2]:
        with refused("NoSuchBucket"):
            call(Bucket=BUCKET)


def test_accounts_are_told_apart(cloud, s3):
    """Another account neither lists nor reads nor empties nor deletes a bucket."""
    create_bucket(s3, BUCKET)
    s3.put_object(Bucket=BUCKET, Key="secret.txt", Body=b"secret")
    other = cloud.client("s3", "222222222222")
    assert other.list_buckets()["Buckets"] == []
    with refused("403"):
        other.head_bucket(Bucket=BUCKET)
    for call in [
        lambda: other.get_object(Bucket=BUCKET, Key="secret.txt"),
        lambda: other.put_object(Bucket=BUCKET, Key="mine.txt", Body=b"mine"),
        lambda: other.list_objects_v2(Bucket=BUCKET),
        lambda: other.delete_bucket(Bucket=BUCKET),
        lambda: other.get_bucket_policy(Bucket=BUCKET),
    ]:
        with refused("AccessDenied"):
            call()
    assert s3.get_object(Bucket=BUCKET, Key="secret.txt")["Body"].read() == b"secret"


def test_the_expected_owner_must_be_the_owner(s3):
    """`ExpectedBucketOwner` guards against a bucket that somebody else made meanwhile."""
    create_bucket(s3, BUCKET)
    s3.list_objects_v2(Bucket=BUCKET, ExpectedBucketOwner="000000000000")
    with refused("AccessDenied"):
        s3.list_objects_v2(Bucket=BUCKET, ExpectedBucketOwner="222222222222")


def test_a_bucket_elsewhere(cloud, s3):
    """Asked in another region, S3 names the bucket's own, and boto3 follows."""
    create_bucket(s3, BUCKET)
    elsewhere = cloud.client("s3", region="us-west-2")
    answers = []
    elsewhere.meta.events.register(
        "response-received.s3", lambda response_dict, **_: answers.append(response_dict)
    )
    assert elsewhere.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    assert answers[0]["status_code"] in (301, 400)
    assert answers[0]["headers"]["x-amz-bucket-region"] == "eu-west-1"
    assert [bucket["Name"] for bucket in elsewhere.list_buckets()["Buckets"]] == [BUCKET]


def test_the_list_of_buckets_has_pages(s3):
    """`ContinuationToken` leads through all buckets, in the order of their names."""
    names = [f"bucket-{number}" for number in range(5)]
    for name in reversed(names):
        create_bucket(s3, name)
    pages = s3.get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 2})
    pages = [[bucket["Name"] for bucket in page["Buckets"]] for page in pages]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sum(pages, []) == names


def test_access_lists_are_off(s3):
    """New buckets have `BucketOwnerEnforced`: an access list for everyone is refused."""
    create_bucket(s3, BUCKET)
    rules = s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    with refused("AccessControlListNotSupported"):
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"", ACL="public-read")
    with refused("AccessControlListNotSupported"):
        s3.put_bucket_acl(Bucket=BUCKET, ACL="public-read")


def test_everything_survives_a_restart(cloud, s3):
    """The state is on disk: bucket, tags, policy, website and objects."""
    create_bucket(s3, BUCKET, Tags=LAB)
    website = {"IndexDocument": {"Suffix": "index.html"}}
    s3.put_bucket_website(Bucket=BUCKET, WebsiteConfiguration=website)
    s3.put_object(Bucket=BUCKET, Key="a/ä b", Body=b"hello", ContentType="text/x-hello")
    cloud.stop()
    cloud.start()
    assert tags(s3) == {"mysfits:lab": "mythical-mysfits"}
    assert s3.get_bucket_website(Bucket=BUCKET)["IndexDocument"] == website["IndexDocument"]
    found = s3.get_object(Bucket=BUCKET, Key="a/ä b")
    assert (found["Body"].read(), found["ContentType"]) == (b"hello", "text/x-hello")
    with refused("BucketAlreadyOwnedByYou"):
        create_bucket(s3, BUCKET)
