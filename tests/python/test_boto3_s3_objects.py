"""Objects of the local cloud's S3, as boto3 sees them."""

import hashlib
import io
import base64

import pytest

from helpers import web
from helpers.aws import create_bucket, make_public, refused

BUCKET = "mysfits-of-anna"


@pytest.fixture
def bucket(s3):
    """An empty bucket."""
    create_bucket(s3, BUCKET)
    return BUCKET


def put(s3, key, body=b"hello", **more):
    """One object."""
    return s3.put_object(Bucket=BUCKET, Key=key, Body=body, **more)


def keys(page):
    """The keys on a page of a list."""
    return [found["Key"] for found in page.get("Contents", [])]


def test_objects_come_back_as_they_were(s3, bucket):
    """Body, ETag, length, content type, cache control and metadata of five objects.

    Row: s3 PutObject x5 (ETag=md5)
    Row: s3 HeadObject content-type
    """
    for number in range(5):
        body = bytes([number]) * (number * 1000)
        etag = put(
            s3,
            f"images/{number}.svg",
            body,
            ContentType="image/svg+xml",
            CacheControl="no-cache",
            Metadata={"mysfits-site": "0.1.0"},
        )["ETag"]
        assert etag == f'"{hashlib.md5(body).hexdigest()}"'
        for found in [
            s3.head_object(Bucket=bucket, Key=f"images/{number}.svg"),
            answer := s3.get_object(Bucket=bucket, Key=f"images/{number}.svg"),
        ]:
            assert found["ETag"] == etag
            assert found["ContentLength"] == len(body)
            assert found["ContentType"] == "image/svg+xml"
            assert found["CacheControl"] == "no-cache"
            assert found["Metadata"] == {"mysfits-site": "0.1.0"}
        assert answer["Body"].read() == body


@pytest.mark.parametrize(
    "key",
    ["a b+c", "ä/ö/ü", "a//b", "/a", "a/../b", "100%", "a%20b", "<&>'\"", "?x=y", "#", "🐉" * 256],
)
def test_any_key(s3, bucket, key):
    """Keys of any characters, up to 1024 bytes, in lists too."""
    put(s3, key, key.encode())
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    assert keys(s3.list_objects_v2(Bucket=bucket)) == [key]
    assert keys(s3.list_objects(Bucket=bucket)) == [key]
    s3.delete_object(Bucket=bucket, Key=key)
    assert keys(s3.list_objects_v2(Bucket=bucket)) == []


def test_a_key_that_is_too_long(s3, bucket):
    """1025 bytes are `KeyTooLongError`."""
    with refused("KeyTooLongError"):
        put(s3, "k" * 1025)


def test_the_list_has_pages(s3, bucket):
    """Both lists lead through all keys, in the order of their bytes, none twice.

    Row: s3 ListObjectsV2 pagination
    """
    wanted = sorted([f"{number}" for number in range(11)] + ["Z", "a", "ä"], key=str.encode)
    for key in reversed(wanted):
        put(s3, key)
    for operation in ["list_objects_v2", "list_objects"]:
        pages = s3.get_paginator(operation).paginate(
            Bucket=bucket, PaginationConfig={"PageSize": 4}
        )
        pages = [keys(page) for page in pages]
        assert [len(page) for page in pages] == [4, 4, 4, 2]
        assert sum(pages, []) == wanted
    page = s3.list_objects_v2(Bucket=bucket, MaxKeys=4)
    assert (page["KeyCount"], page["MaxKeys"], page["IsTruncated"]) == (4, 4, True)
    assert keys(s3.list_objects_v2(Bucket=bucket, StartAfter="9")) == ["Z", "a", "ä"]


def test_folders_in_lists(s3, bucket):
    """A delimiter rolls folders up, also over pages."""
    for key in ["index.html", "css/a.css", "css/b.css", "images/x/y.svg", "js/main.js"]:
        put(s3, key)
    page = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert keys(page) == ["index.html"]
    folders = [found["Prefix"] for found in page["CommonPrefixes"]]
    assert (folders, page["KeyCount"]) == (["css/", "images/", "js/"], 4)
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 1}
    )
    rolled = [found["Prefix"] for page in pages for found in page.get("CommonPrefixes", [])]
    assert rolled == folders
    assert keys(s3.list_objects_v2(Bucket=bucket, Prefix="css/")) == ["css/a.css", "css/b.css"]


def test_missing_objects(s3, bucket):
    """`NoSuchKey`, a head without a body, and a delete that is content."""
    with refused("NoSuchKey"):
        s3.get_object(Bucket=bucket, Key="missing")
    with refused("404"):
        s3.head_object(Bucket=bucket, Key="missing")
    s3.delete_object(Bucket=bucket, Key="missing")


def test_checksums_as_boto3_sends_them(s3, bucket):
    """boto3 adds a checksum of its own; it is kept and comes back when asked for."""
    put(s3, "plain")
    found = s3.head_object(Bucket=bucket, Key="plain", ChecksumMode="ENABLED")
    sent = [name for name in found if name.startswith("Checksum") and name != "ChecksumType"]
    assert sent, found
    assert found["ChecksumType"] == "FULL_OBJECT"
    # boto3 compares the checksum while it reads.
    body = s3.get_object(Bucket=bucket, Key="plain", ChecksumMode="ENABLED")["Body"]
    assert body.read() == b"hello"


@pytest.mark.parametrize(
    ("algorithm", "digest"), [("SHA256", hashlib.sha256), ("SHA1", hashlib.sha1)]
)
def test_checksums_that_are_asked_for(s3, bucket, algorithm, digest):
    """A chosen algorithm is computed by the client and kept by S3."""
    expected = base64.b64encode(digest(b"hello").digest()).decode()
    assert put(s3, "key", ChecksumAlgorithm=algorithm)[f"Checksum{algorithm}"] == expected
    found = s3.get_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED")
    assert found[f"Checksum{algorithm}"] == expected


@pytest.mark.parametrize("header", ["ChecksumCRC32", "ChecksumCRC32C", "ChecksumSHA256", "ContentMD5"])
def test_a_checksum_that_does_not_fit(s3, bucket, header):
    """A body that is not what its checksum says is `BadDigest`, and is not kept."""
    size = {"ChecksumSHA256": 32, "ContentMD5": 16}.get(header, 4)
    with refused("BadDigest"):
        put(s3, "key", **{header: base64.b64encode(bytes(size)).decode()})
    assert keys(s3.list_objects_v2(Bucket=bucket)) == []


def test_a_stream(s3, bucket):
    """An upload from a file-like object, as `upload_fileobj` does it."""
    body = bytes(range(256)) * 4096
    s3.upload_fileobj(io.BytesIO(body), bucket, "stream", ExtraArgs={"ContentType": "image/png"})
    target = io.BytesIO()
    s3.download_fileobj(bucket, "stream", target)
    assert target.getvalue() == body


def test_ranges(s3, bucket):
    """Parts of an object, and `InvalidRange` beyond its end."""
    put(s3, "key", b"0123456789")
    for wanted, body, where in [
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=8-100", b"89", "bytes 8-9/10"),
    ]:
        found = s3.get_object(Bucket=bucket, Key="key", Range=wanted)
        assert (found["Body"].read(), found["ContentRange"]) == (body, where)
        assert found["ResponseMetadata"]["HTTPStatusCode"] == 206
    with refused("InvalidRange"):
        s3.get_object(Bucket=bucket, Key="key", Range="bytes=10-")


def test_conditions(s3, bucket, cloud):
    """Reading what changed, and writing what is not there, only."""
    etag = put(s3, "key")["ETag"]
    with refused("304"):
        s3.get_object(Bucket=bucket, Key="key", IfNoneMatch=etag)
    with refused("PreconditionFailed"):
        s3.get_object(Bucket=bucket, Key="key", IfMatch='"another"')
    with refused("PreconditionFailed"):
        put(s3, "key", b"other", IfNoneMatch="*")
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"hello"
    put(s3, "new", IfNoneMatch="*")
    make_public(s3, bucket)
    cached = web.get(f"{cloud.url}/{bucket}/key", {"If-None-Match": etag})
    assert (cached.status, cached.body) == (304, b"")


def test_copy(s3, bucket):
    """A copy has the body and metadata of its source, or new ones when told so."""
    put(s3, "a ä", ContentType="text/x-a", Metadata={"who": "anna"})
    source = {"Bucket": bucket, "Key": "a ä"}
    s3.copy_object(Bucket=bucket, Key="b", CopySource=source)
    found = s3.get_object(Bucket=bucket, Key="b")
    assert (found["Body"].read(), found["ContentType"]) == (b"hello", "text/x-a")
    assert found["Metadata"] == {"who": "anna"}
    s3.copy_object(
        Bucket=bucket, Key="b", CopySource=source, MetadataDirective="REPLACE", ContentType="text/x-b"
    )
    found = s3.head_object(Bucket=bucket, Key="b")
    assert (found["ContentType"], found["Metadata"]) == ("text/x-b", {})
    with refused("NoSuchKey"):
        s3.copy_object(Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "missing"})


def test_delete_many(s3, bucket):
    """Up to 1000 keys at once, missing ones too; 1001 are `MalformedXML`."""
    for number in range(5):
        put(s3, f"key-{number}")
    wanted = [{"Key": f"key-{number}"} for number in range(1000)]
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": wanted[:3]})
    assert sorted(found["Key"] for found in answer["Deleted"]) == ["key-0", "key-1", "key-2"]
    with refused("MalformedXML"):
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [*wanted, {"Key": "one-more"}]})
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": wanted, "Quiet": True})
    assert "Deleted" not in answer and "Errors" not in answer
    assert keys(s3.list_objects_v2(Bucket=bucket)) == []


def test_tags_of_objects(s3, bucket):
    """Tags come with the object, and are replaced."""
    put(s3, "key", Tagging="colour=red%20and%20gold")
    tags = s3.get_object_tagging(Bucket=bucket, Key="key")["TagSet"]
    assert tags == [{"Key": "colour", "Value": "red and gold"}]
    s3.put_object_tagging(Bucket=bucket, Key="key", Tagging={"TagSet": []})
    assert s3.get_object_tagging(Bucket=bucket, Key="key")["TagSet"] == []
