"""Versions, delete markers and multipart uploads of the local cloud's S3, as boto3 sees them."""

import hashlib
import io

import pytest
from boto3.s3.transfer import TransferConfig

from helpers.aws import create_bucket, refused

BUCKET = "mysfits-of-anna"
KEY = "site/index.html"
MIB = 1024 * 1024


@pytest.fixture
def bucket(s3):
    """A bucket that keeps versions."""
    create_bucket(s3, BUCKET)
    versioning(s3, "Enabled")
    return BUCKET


def versioning(s3, status):
    """Switches versions on or suspends them."""
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": status})


def put(s3, body, key=KEY):
    """A new version; its id."""
    return s3.put_object(Bucket=BUCKET, Key=key, Body=body).get("VersionId")


def read(s3, **which):
    """What is read."""
    return s3.get_object(Bucket=BUCKET, Key=KEY, **which)["Body"].read()


def test_versions_are_off_at_first(s3):
    """No status in a new bucket; its objects are the version `null` and are not kept."""
    create_bucket(s3, BUCKET)
    assert "Status" not in s3.get_bucket_versioning(Bucket=BUCKET)
    assert put(s3, b"one") is None
    put(s3, b"two")
    versions = s3.list_object_versions(Bucket=BUCKET)["Versions"]
    assert [version["VersionId"] for version in versions] == ["null"]


def test_old_versions_stay(s3, bucket):
    """Every version can be read by its id; the list has the newest first."""
    one, two = put(s3, b"one"), put(s3, b"two")
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert (read(s3), read(s3, VersionId=one), read(s3, VersionId=two)) == (b"two", b"one", b"two")
    versions = s3.list_object_versions(Bucket=bucket)["Versions"]
    assert [(each["VersionId"], each["IsLatest"]) for each in versions] == [
        (two, True),
        (one, False),
    ]
    s3.delete_object(Bucket=bucket, Key=KEY, VersionId=two)
    assert read(s3) == b"one"
    with refused("NoSuchVersion"):
        read(s3, VersionId=two)


def test_a_delete_marker_hides(s3, bucket):
    """A delete leaves a marker: the object is not found until the marker is deleted."""
    version = put(s3, b"one")
    answer = s3.delete_object(Bucket=bucket, Key=KEY)
    marker = answer["VersionId"]
    assert answer["DeleteMarker"] is True
    with refused("NoSuchKey") as caught:
        read(s3)
    headers = caught.value.response["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amz-delete-marker"] == "true"
    with refused("MethodNotAllowed"):
        read(s3, VersionId=marker)
    assert read(s3, VersionId=version) == b"one"
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    markers = s3.list_object_versions(Bucket=bucket)["DeleteMarkers"]
    assert [(each["VersionId"], each["IsLatest"]) for each in markers] == [(marker, True)]
    s3.delete_object(Bucket=bucket, Key=KEY, VersionId=marker)
    assert read(s3) == b"one"


def test_what_is_hidden_keeps_the_bucket(s3, bucket):
    """`BucketNotEmpty` for an old version and for a delete marker alone."""
    version = put(s3, b"one")
    marker = s3.delete_object(Bucket=bucket, Key=KEY)["VersionId"]
    with refused("BucketNotEmpty"):
        s3.delete_bucket(Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key=KEY, VersionId=version)
    with refused("BucketNotEmpty"):
        s3.delete_bucket(Bucket=bucket)
    delete = {"Objects": [{"Key": KEY, "VersionId": marker}]}
    answer = s3.delete_objects(Bucket=bucket, Delete=delete)
    assert answer["Deleted"][0]["DeleteMarkerVersionId"] == marker
    s3.delete_bucket(Bucket=bucket)


def test_suspended(s3, bucket):
    """Suspended: new objects are the version `null`, the old versions stay."""
    one = put(s3, b"one")
    versioning(s3, "Suspended")
    put(s3, b"two")
    put(s3, b"three")
    assert (read(s3), read(s3, VersionId="null")) == (b"three", b"three")
    assert read(s3, VersionId=one) == b"one"
    versions = s3.list_object_versions(Bucket=bucket)["Versions"]
    assert [version["VersionId"] for version in versions] == ["null", one]


def test_the_list_of_versions_has_pages(s3, bucket):
    """Key and version markers lead through versions and markers, none twice."""
    wanted = set()
    for key in ["a", "b"]:
        wanted |= {(key, put(s3, bytes([number]), key)) for number in range(3)}
        wanted.add((key, s3.delete_object(Bucket=bucket, Key=key)["VersionId"]))
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, PaginationConfig={"PageSize": 3}
    )
    pages = [page.get("Versions", []) + page.get("DeleteMarkers", []) for page in pages]
    assert [len(page) for page in pages] == [3, 3, 2]
    assert {(each["Key"], each["VersionId"]) for each in sum(pages, [])} == wanted


def test_an_upload_in_parts(s3):
    """Three parts of 5 MiB and a bit: the whole, its ETag, and the parts while it lasts."""
    create_bucket(s3, BUCKET)
    bodies = [bytes([number]) * (5 * MIB) for number in (1, 2, 3)] + [b"and a bit"]
    what = {"Bucket": BUCKET, "Key": KEY}
    upload = s3.create_multipart_upload(**what, ContentType="image/png")["UploadId"]
    what["UploadId"] = upload
    parts = []
    for number, body in enumerate(bodies, 1):
        etag = s3.upload_part(**what, PartNumber=number, Body=body)["ETag"]
        parts.append({"PartNumber": number, "ETag": etag})
    assert [part["Size"] for part in s3.list_parts(**what)["Parts"]] == [5 * MIB] * 3 + [9]
    uploads = s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]
    assert [(each["Key"], each["UploadId"]) for each in uploads] == [(KEY, upload)]
    with refused("NoSuchKey"):
        read(s3)

    done = s3.complete_multipart_upload(**what, MultipartUpload={"Parts": parts})
    digests = b"".join(hashlib.md5(body).digest() for body in bodies)
    assert done["ETag"] == f'"{hashlib.md5(digests).hexdigest()}-4"'
    found = s3.get_object(Bucket=BUCKET, Key=KEY)
    assert (found["ETag"], found["ContentType"]) == (done["ETag"], "image/png")
    assert hashlib.sha256(found["Body"].read()).digest() == hashlib.sha256(
        b"".join(bodies)
    ).digest()
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)


def test_parts_have_rules(s3):
    """A small part that is not the last, a part that was not sent, a wrong order: no object."""
    create_bucket(s3, BUCKET)
    what = {"Bucket": BUCKET, "Key": KEY}
    what["UploadId"] = s3.create_multipart_upload(**what)["UploadId"]
    etags = [
        s3.upload_part(**what, PartNumber=number, Body=b"small")["ETag"] for number in (1, 2)
    ]
    one, two = ({"PartNumber": number, "ETag": etags[number - 1]} for number in (1, 2))
    unsent = {"PartNumber": 3, "ETag": etags[0]}
    for parts, code in [
        ([one, two], "EntityTooSmall"),
        ([one, unsent], "InvalidPart"),
        ([two, one], "InvalidPartOrder"),
    ]:
        with refused(code):
            s3.complete_multipart_upload(**what, MultipartUpload={"Parts": parts})
    s3.abort_multipart_upload(**what)
    with refused("NoSuchUpload"):
        s3.upload_part(**what, PartNumber=1, Body=b"late")
    with refused("NoSuchUpload"):
        s3.abort_multipart_upload(**what)
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_a_big_file_as_boto3_uploads_it(s3):
    """boto3's own transfer splits, sends at the same time, and reads back in parts."""
    create_bucket(s3, BUCKET)
    body = bytes(range(256)) * (4096 * 13)
    config = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    s3.upload_fileobj(io.BytesIO(body), BUCKET, KEY, Config=config)
    assert s3.head_object(Bucket=BUCKET, Key=KEY)["ETag"].endswith('-3"')
    target = io.BytesIO()
    s3.download_fileobj(BUCKET, KEY, target, Config=config)
    assert target.getvalue() == body
