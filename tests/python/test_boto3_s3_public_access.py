"""Who may read and write in the local cloud's S3: Block Public Access, bucket policies, everyone."""

import json

import pytest

from helpers import web
from helpers.aws import ALL_ON, create_bucket, make_public, public_policy, refused

BUCKET = "mysfits-of-anna"


@pytest.fixture
def bucket(s3):
    """A new bucket with one page in it."""
    create_bucket(s3, BUCKET)
    s3.put_object(Bucket=BUCKET, Key="index.html", Body=b"<p>hello", ContentType="text/html")
    return BUCKET


@pytest.fixture
def page(cloud, bucket):
    """The address of the page, for everyone."""
    return f"{cloud.url}/{bucket}/index.html"


def block(s3, **switches):
    """Sets Block Public Access, all switches on but these."""
    s3.put_public_access_block(
        Bucket=BUCKET, PublicAccessBlockConfiguration=ALL_ON | switches
    )


def test_public_access_is_blocked_by_default(s3, bucket):
    """All four switches are on in a new bucket.

    Row: s3 GetPublicAccessBlock default all-true (since 2023)
    """
    found = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert found == ALL_ON


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["*"]}])
def test_a_public_policy_is_refused_while_blocked(s3, bucket, principal):
    """`AccessDenied` that names the switch, and no policy.

    Row: s3 PutBucketPolicy public while BPA on -> AccessDenied
    """
    policy = public_policy(bucket)
    policy["Statement"][0]["Principal"] = principal
    with refused("AccessDenied") as caught:
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    assert "BlockPublicPolicy" in str(caught.value)
    with refused("NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket=bucket)


def test_a_policy_that_is_not_public_is_taken_while_blocked(s3, bucket):
    """A policy for one account is none for everyone."""
    policy = public_policy(bucket)
    policy["Statement"][0]["Principal"] = {"AWS": "arn:aws:iam::222222222222:root"}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is False


def test_a_public_policy_when_allowed(s3, bucket):
    """The two switches about policies off: the policy is taken, and comes back as it was.

    Row: s3 PutPublicAccessBlock(all false)
    Row: s3 PutBucketPolicy public-read
    Row: s3 GetBucketPolicy roundtrip
    Row: s3 GetBucketPolicyStatus IsPublic
    Row: s3 DeleteBucketPolicy
    """
    make_public(s3, bucket)
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]) == public_policy(bucket)
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is True
    s3.delete_bucket_policy(Bucket=bucket)
    with refused("NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket=bucket)


def test_without_a_block(s3, bucket):
    """A deleted Block Public Access blocks nothing, and asking for it says that there is none."""
    s3.delete_public_access_block(Bucket=bucket)
    with refused("NoSuchPublicAccessBlockConfiguration"):
        s3.get_public_access_block(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(public_policy(bucket)))


def test_everyone_reads_only_what_the_policy_lets_them(s3, bucket, page):
    """An anonymous GET is 403 before the policy, 200 with it, and 403 when it is gone again.

    Row: s3 DATA anonymous GET denied before policy (403)
    Row: s3 DATA anonymous GET object after policy (200)
    """
    denied = web.get(page)
    assert denied.status == 403
    assert b"<Code>AccessDenied</Code>" in denied.body
    make_public(s3, bucket)
    found = web.get(page)
    assert (found.status, found.body, found.content_type) == (200, b"<p>hello", "text/html")
    s3.delete_bucket_policy(Bucket=bucket)
    assert web.get(page).status == 403


def test_everyone_only_reads(s3, bucket, page, cloud):
    """With a policy for reading, an anonymous PUT, DELETE or list is 403, and changes nothing.

    Row: s3 DATA anonymous PUT denied (403)
    """
    make_public(s3, bucket)
    for method, url in [
        ("PUT", page),
        ("PUT", f"{cloud.url}/{bucket}/new.html"),
        ("DELETE", page),
        ("DELETE", f"{cloud.url}/{bucket}"),
        ("GET", f"{cloud.url}/{bucket}?list-type=2"),
        ("GET", f"{cloud.url}/{bucket}?policy"),
        ("PUT", f"{cloud.url}/{bucket}?policy"),
        ("GET", f"{cloud.url}/"),
    ]:
        assert web.request(method, url, body=b"").status == 403, f"{method} {url}"
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["index.html"]
    assert s3.get_object(Bucket=bucket, Key="index.html")["Body"].read() == b"<p>hello"


def test_restricted_buckets_serve_nobody_else(s3, bucket, page):
    """`RestrictPublicBuckets` closes a bucket whose policy is public already."""
    make_public(s3, bucket)
    block(s3, BlockPublicPolicy=False)
    assert web.get(page).status == 403
    assert s3.get_object(Bucket=bucket, Key="index.html")["Body"].read() == b"<p>hello"


def test_blocking_policies_leaves_the_one_that_is_there(s3, bucket, page):
    """`BlockPublicPolicy` is about new policies only."""
    make_public(s3, bucket)
    block(s3, RestrictPublicBuckets=False)
    assert web.get(page).status == 200
    with refused("AccessDenied"):
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(public_policy(bucket)))


def test_a_missing_page_shows_only_to_those_who_may_list(s3, bucket, cloud):
    """Who may read but not list cannot tell a missing object (403) from a hidden one."""
    missing = f"{cloud.url}/{bucket}/missing.html"
    make_public(s3, bucket)
    assert web.get(missing).status == 403
    make_public(s3, bucket, "s3:GetObject", "s3:ListBucket")
    assert web.get(missing).status == 404
    with refused("NoSuchKey"):
        s3.get_object(Bucket=bucket, Key="missing.html")


def test_a_deny_wins(s3, bucket, cloud, page):
    """A denied folder is closed though the policy allows everything else."""
    s3.put_object(Bucket=bucket, Key="secret/plan.txt", Body=b"plan")
    make_public(s3, bucket)
    policy = public_policy(bucket)
    policy["Statement"].append(
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{bucket}/secret/*",
        }
    )
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    assert web.get(page).status == 200
    assert web.get(f"{cloud.url}/{bucket}/secret/plan.txt").status == 403


@pytest.mark.parametrize(
    "policy",
    [
        "no json",
        "{}",
        json.dumps(public_policy("another-bucket")),
        json.dumps(public_policy(BUCKET) | {"Statement": [{"Effect": "Maybe"}]}),
    ],
    ids=["no JSON", "empty", "of another bucket", "no such effect"],
)
def test_a_policy_that_is_none(s3, bucket, policy):
    """`MalformedPolicy`."""
    s3.delete_public_access_block(Bucket=bucket)
    with refused("MalformedPolicy"):
        s3.put_bucket_policy(Bucket=bucket, Policy=policy)
