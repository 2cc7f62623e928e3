"""What S3 refuses at once, and what it takes again."""

import http.client
import json
import re
from contextlib import closing

import pytest
from botocore.exceptions import ClientError

from helpers import aws, web
from helpers.aws import create_bucket, refused

PART = 5 * 1024 * 1024
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=000000000000/20200229/"
    f"{aws.REGION}/s3/aws4_request, SignedHeaders=host, Signature=0"
}


@pytest.fixture
def bucket(s3):
    create_bucket(s3, "bucket")
    s3.put_object(Bucket="bucket", Key="ten", Body=b"0123456789")
    return "bucket"


def details(caught):
    """The argument that an error names."""
    return {k: v for k, v in caught.value.response["Error"].items() if k.startswith("Argument")}


def begin(s3, bucket, key="key"):
    made = s3.create_multipart_upload(Bucket=bucket, Key=key)
    return {"Bucket": bucket, "Key": key, "UploadId": made["UploadId"]}


def upload(s3, bucket, *bodies):
    """An upload with these parts, and what completes it."""
    named = begin(s3, bucket)
    parts = [
        {"PartNumber": number, "ETag": s3.upload_part(**named, PartNumber=number, Body=body)["ETag"]}
        for number, body in enumerate(bodies, 1)
    ]
    return named | {"MultipartUpload": {"Parts": parts}}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("0-2", "must be of the form bytes=first-last"),
        ("bytes=0", "must be of the form bytes=first-last"),
        ("bytes=-3", "must be of the form bytes=first-last"),
        ("bytes=3-", "must be of the form bytes=first-last"),
        ("bytes=0-1,3-4", "must be of the form bytes=first-last"),
        ("bytes=5-3", "must be of the form bytes=first-last"),
        ("bytes=+1-2", "must be of the form bytes=first-last"),
        ("bytes=0-10", "Range specified is not valid for source object of size: 10"),
        ("bytes=10-12", "Range specified is not valid for source object of size: 10"),
    ],
)
def test_the_range_of_a_copy_is_in_its_source(s3, bucket, given, words):
    """All of it: other ranges of S3 may go beyond the end."""
    named = begin(s3, bucket) | {"PartNumber": 1, "CopySource": f"{bucket}/ten"}
    with refused("InvalidArgument") as caught:
        s3.upload_part_copy(**named, CopySourceRange=given)
    assert words in str(caught.value)
    assert details(caught) == {"ArgumentName": "x-amz-copy-source-range", "ArgumentValue": given}
    copied = s3.upload_part_copy(**named, CopySourceRange="bytes=2-9")["CopyPartResult"]["ETag"]
    assert copied == s3.upload_part(**begin(s3, bucket), PartNumber=1, Body=b"23456789")["ETag"]


@pytest.mark.parametrize("key", ["a,b", "a;b", "a*", "a#b", "😀"])
def test_the_characters_of_tags(s3, bucket, key):
    """Of keys and values, of buckets and objects, in a document and in a header."""
    for tag in [{"Key": key, "Value": "v"}, {"Key": "k", "Value": key}]:
        what = "TagKey" if tag["Key"] == key else "TagValue"
        with refused("InvalidTag") as caught:
            s3.put_object_tagging(Bucket=bucket, Key="ten", Tagging={"TagSet": [tag]})
        assert f"The {what} you have provided is invalid" in str(caught.value)
        with refused("InvalidTag"):
            s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [tag]})
    with refused("InvalidTag"):
        s3.put_object(Bucket=bucket, Key="new", Tagging="k=a%2Cb")
    good = [{"Key": "Ünï 1_.:/=+-@", "Value": "a b_.:/=+-@"}]
    s3.put_object_tagging(Bucket=bucket, Key="ten", Tagging={"TagSet": good})
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": good})


def test_the_size_of_an_upload_is_that_of_its_parts(s3, bucket):
    """When the one who completes it says it."""
    named = upload(s3, bucket, b"x" * PART, b"yz")
    for size in [0, PART, PART + 3]:
        with refused("InvalidRequest") as caught:
            s3.complete_multipart_upload(**named, MpuObjectSize=size)
        words = f"header value {size} does not match what was computed: {PART + 2}"
        assert f"The provided 'x-amz-mp-object-size' {words}" in str(caught.value)
    s3.complete_multipart_upload(**named, MpuObjectSize=PART + 2)


def test_an_upload_is_completed_again(s3, bucket):
    """A retry after a lost answer gets the answer of the first; nothing else does."""
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    named = upload(s3, bucket, b"x" * PART, b"yz")
    first = s3.complete_multipart_upload(**named)
    again = s3.complete_multipart_upload(**named)
    for part in ["ETag", "VersionId", "Key", "ChecksumCRC64NVME"]:
        assert again[part] == first[part]
    assert len(s3.list_object_versions(Bucket=bucket, Prefix="key")["Versions"]) == 1
    other = named | {"MultipartUpload": {"Parts": named["MultipartUpload"]["Parts"][:1]}}
    for wrong in [other, named | {"Key": "other"}]:
        with refused("NoSuchUpload"):
            s3.complete_multipart_upload(**wrong)
    with refused("NoSuchUpload"):
        s3.list_parts(Bucket=bucket, Key="key", UploadId=named["UploadId"])
    with refused("NoSuchUpload"):
        s3.abort_multipart_upload(Bucket=bucket, Key="key", UploadId=named["UploadId"])


def test_an_upload_is_completed_again_after_a_restart(cloud, s3, bucket):
    """And with the object as it is now, which may be another."""
    named = upload(s3, bucket, b"one")
    first = s3.complete_multipart_upload(**named)
    cloud.stop()
    cloud.start()
    assert s3.complete_multipart_upload(**named)["ETag"] == first["ETag"]
    s3.put_object(Bucket=bucket, Key="key", Body=b"new")
    assert s3.complete_multipart_upload(**named)["ETag"] == first["ETag"]
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"new"


def raw(cloud, method, path, headers, body=b""):
    """The answer to a request of exactly these headers: its status and its text."""
    with closing(http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=30)) as connection:
        connection.putrequest(method, path)
        for name, value in (SIGNED | headers).items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_what_a_body_is_said_to_have(cloud, bucket):
    """The header of its hash is one of AWS's words or a hash."""
    for wrong in ["zz", "unsigned-payload", "A" * 63, "g" * 64]:
        status, text = raw(
            cloud, "PUT", "/bucket/key", {"x-amz-content-sha256": wrong, "Content-Length": "0"}
        )
        assert (status, "<Code>InvalidArgument</Code>" in text) == (400, True), text
        assert "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, " in text
        assert f"<ArgumentValue>{wrong}</ArgumentValue>" in text
    status, text = raw(
        cloud, "PUT", "/bucket/key", {"x-amz-content-sha256": "0" * 64, "Content-Length": "0"}
    )
    assert (status, "XAmzContentSHA256Mismatch" in text) == (400, True)
    good = {"x-amz-content-sha256": "UNSIGNED-PAYLOAD", "Content-Length": "0"}
    assert raw(cloud, "PUT", "/bucket/key", good)[0] == 200


def test_a_body_has_a_length(cloud, bucket):
    """Of what is put; in chunks of AWS's own, also the length without them."""
    chunks = b"4\r\nbody\r\n0\r\n\r\n"
    streaming = {"x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}
    length = {"Content-Length": str(len(chunks))}
    for path in ["/bucket/key", "/bucket/key?partNumber=1&uploadId=x"]:
        for headers, body in [({}, b""), (streaming | length, chunks)]:
            status, text = raw(cloud, "PUT", path, headers, body)
            assert (status, "<Code>MissingContentLength</Code>" in text) == (411, True), text
            assert "You must provide the Content-Length HTTP header." in text
    whole = streaming | length | {"x-amz-decoded-content-length": "4"}
    assert raw(cloud, "PUT", "/bucket/key", whole, chunks)[0] == 200
    wrong = streaming | length | {"x-amz-decoded-content-length": "5"}
    assert raw(cloud, "PUT", "/bucket/key", wrong, chunks)[0] == 400
    coded = {"Transfer-Encoding": "chunked"}
    status, text = raw(cloud, "PUT", "/bucket/key", coded, chunks)
    assert (status, "<Code>NotImplemented</Code>" in text) == (501, True), text
    assert "<Header>Transfer-Encoding</Header>" in text
    # What has no body needs no length.
    copy = {"x-amz-copy-source": "bucket/ten"}
    assert raw(cloud, "PUT", "/bucket/copy", copy)[0] == 200
    assert raw(cloud, "PUT", "/other-bucket", {})[0] == 400
    assert raw(cloud, "GET", "/bucket/ten", {}) == (200, "0123456789")


@pytest.mark.parametrize("location", ["foo", "ftp://example.com", "http:/example.com"])
def test_a_website_redirects_to_an_address(s3, bucket, location):
    """Or to a key, with its slash; that of a copy and of an upload, too."""
    said = {"Bucket": bucket, "Key": "key", "WebsiteRedirectLocation": location}
    copy = said | {"CopySource": f"{bucket}/ten", "MetadataDirective": "REPLACE"}
    for make, given in [
        (s3.put_object, said),
        (s3.copy_object, copy),
        (s3.create_multipart_upload, said),
    ]:
        with refused("InvalidRedirectLocation") as caught:
            make(**given)
        words = "The website redirect location must have a prefix of 'http://' or 'https://' or '/'."
        assert words in str(caught.value)
    for good in ["/ten", "http://example.com/", "https://example.com/"]:
        s3.put_object(Bucket=bucket, Key="key", WebsiteRedirectLocation=good)


def test_lists_have_a_number_and_a_type(cloud, s3, bucket):
    """Numbers below the least, and types that S3 does not have."""
    for number in ["0", "10001", "-1", "x"]:
        status, text = raw(cloud, "GET", f"/?max-buckets={number}", {})
        assert (status, "<Code>InvalidArgument</Code>" in text) == (400, True)
        assert "<ArgumentName>max-buckets</ArgumentName>" in text
        assert "Argument max-buckets must be an integer between 1 and 10000." in text
    assert len(s3.list_buckets(MaxBuckets=1)["Buckets"]) == 1
    for kind in ["3", "0", "x"]:
        status, text = raw(cloud, "GET", f"/bucket?list-type={kind}", {})
        assert (status, "<Code>InvalidArgument</Code>" in text) == (400, True)
        assert f"<ArgumentValue>{kind}</ArgumentValue>" in text
    assert raw(cloud, "GET", "/bucket?list-type=2", {})[0] == 200


def location(s3, name, constraint):
    """Where a bucket is after it was asked for there, or the error."""
    given = {"CreateBucketConfiguration": {"LocationConstraint": constraint}} if constraint else {}
    try:
        s3.create_bucket(Bucket=name, **given)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return s3.get_bucket_location(Bucket=name)["LocationConstraint"]


def test_us_east_1_makes_buckets_elsewhere(cloud):
    """Its endpoint was once the only one; those of other regions make only their own."""
    first = cloud.client("s3", region="us-east-1")
    assert location(first, "one", None) is None
    assert location(first, "two", "eu-west-1") == "eu-west-1"
    assert location(first, "three", "ap-south-1") == "ap-south-1"
    assert location(first, "four", "us-east-1") == "InvalidLocationConstraint"
    assert location(first, "five", "mars-1") == "InvalidLocationConstraint"
    other = cloud.client("s3", region="eu-west-1")
    for wrong in [None, "us-east-1", "mars-1", "us-west-2"]:
        assert location(other, "six", wrong) == "IllegalLocationConstraintException"
    with refused("IllegalLocationConstraintException") as caught:
        create_bucket(other, "seven", "mars-1")
    assert "The mars-1 location constraint is incompatible for the region" in str(caught.value)
    assert other.list_objects_v2(Bucket="two")["KeyCount"] == 0


def test_a_bucket_of_versions_says_what_is_left(s3, bucket):
    """A student who has deleted all objects looks at an empty list."""
    with refused("BucketNotEmpty") as caught:
        s3.delete_bucket(Bucket=bucket)
    assert str(caught.value).endswith("The bucket you tried to delete is not empty")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.delete_object(Bucket=bucket, Key="ten")
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    for status in ["Enabled", "Suspended"]:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
        with refused("BucketNotEmpty") as caught:
            s3.delete_bucket(Bucket=bucket)
        words = "is not empty. You must delete all versions in the bucket."
        assert str(caught.value).endswith(words)


def test_a_marker_in_a_common_prefix_skips_it(s3, bucket):
    """In every list: a page that ends there does not begin with the prefix again."""
    for key in ["folder/a", "folder/b", "folder/c", "zebra"]:
        s3.put_object(Bucket=bucket, Key=key)
        s3.create_multipart_upload(Bucket=bucket, Key=key)
    after = "folder/a"
    for page in [
        s3.list_objects(Bucket=bucket, Delimiter="/", Marker=after),
        s3.list_object_versions(Bucket=bucket, Delimiter="/", KeyMarker=after),
        s3.list_multipart_uploads(Bucket=bucket, Delimiter="/", KeyMarker=after),
    ]:
        assert "CommonPrefixes" not in page
        [rest] = [page[kind] for kind in ["Contents", "Versions", "Uploads"] if kind in page]
        assert "zebra" in {entry["Key"] for entry in rest}
        assert not any(entry["Key"].startswith("folder/") for entry in rest)
