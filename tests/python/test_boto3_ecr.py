"""Image repositories of the local cloud's ECR: its API with boto3, and its registry over HTTP."""

import json
import time

import pytest

from helpers import web
from helpers.aws import refused, tags_of
from helpers.image import CONFIG, MANIFEST, digest_of, small_image
from helpers.registry import Registry

NAME = "mythicalmysfits/service"
LAB = [{"Key": "mysfits:lab", "Value": "mythical-mysfits"}]


@pytest.fixture
def repository(ecr):
    """An empty repository."""
    return ecr.create_repository(repositoryName=NAME, tags=LAB)["repository"]


@pytest.fixture
def registry(cloud, repository):
    """The registry, with the repository in it."""
    return Registry(cloud)


def images(ecr):
    """The details of the images by their digests."""
    found = ecr.describe_images(repositoryName=NAME)["imageDetails"]
    return {image["imageDigest"]: image for image in found}


def test_a_repository(ecr, repository):
    """Its ARN, its address and its settings; then it is found.

    Row: ecr CreateRepository
    Row: ecr ListTagsForResource
    """
    arn = f"arn:aws:ecr:eu-west-1:000000000000:repository/{NAME}"
    assert (repository["repositoryArn"], repository["registryId"]) == (arn, "000000000000")
    assert repository["repositoryUri"].endswith(f"/{NAME}")
    assert repository["imageTagMutability"] == "MUTABLE"
    assert tags_of(ecr.list_tags_for_resource(resourceArn=arn)["tags"]) == tags_of(LAB)
    ecr.tag_resource(resourceArn=arn, tags=[{"Key": "owner", "Value": "anna"}])
    ecr.untag_resource(resourceArn=arn, tagKeys=["mysfits:lab"])
    assert tags_of(ecr.list_tags_for_resource(resourceArn=arn)["tags"]) == {"owner": "anna"}
    found = ecr.describe_repositories(repositoryNames=[NAME])["repositories"]
    assert [each["repositoryArn"] for each in found] == [arn]
    assert ecr.describe_images(repositoryName=NAME)["imageDetails"] == []


def test_a_name_is_taken_once(cloud, ecr, repository):
    """Another account has names of its own.

    Row: ecr CreateRepository again -> RepositoryAlreadyExists
    """
    with refused("RepositoryAlreadyExistsException"):
        ecr.create_repository(repositoryName=NAME)
    other = cloud.client("ecr", "222222222222")
    with refused("RepositoryNotFoundException"):
        other.describe_repositories(repositoryNames=[NAME])
    other.create_repository(repositoryName=NAME)


@pytest.mark.parametrize("name", ["Mysfits", "my//sfits", "-mysfits", "mysfits/"])
def test_names_have_rules(ecr, name):
    """`InvalidParameterException`, and no repository."""
    with refused("InvalidParameterException"):
        ecr.create_repository(repositoryName=name)
    assert ecr.describe_repositories()["repositories"] == []


def test_the_password(cloud, ecr, repository):
    """It opens the registry to the user `AWS` for twelve hours, and nothing else does.

    Row: ecr GetAuthorizationToken
    Row: ecr DATA docker registry GET /v2/
    """
    granted = ecr.get_authorization_token()["authorizationData"][0]
    hours = (granted["expiresAt"].timestamp() - time.time()) / 3600
    assert 11.9 < hours < 12.1
    registry = Registry(cloud)
    assert registry.request("GET", "/v2/").status == 200
    for headers in [{}, {"Authorization": "Basic QVdTOm5vbmU="}]:
        page = web.get(f"{cloud.url}/v2/", headers)
        assert page.status == 401
        assert page.headers["www-authenticate"].startswith("Basic realm=")
        assert json.loads(page.body)["errors"][0]["code"] == "UNAUTHORIZED"
    # The password of another account opens that account's registry.
    other = Registry(cloud, cloud.client("ecr", "222222222222"))
    assert other.request("GET", f"/v2/{NAME}/tags/list").status == 404


def test_a_push_over_the_registry_protocol(ecr, registry):
    """What was pushed is what ECR describes, and what is pulled.

    Row: ecr DATA docker push over registry v2 + DescribeImages
    Row: ecr DescribeImages latest
    """
    image = small_image()
    assert registry.push(NAME, image) == image.digest
    (found,) = ecr.describe_images(repositoryName=NAME, imageIds=[{"imageTag": "latest"}])[
        "imageDetails"
    ]
    assert (found["imageDigest"], found["imageTags"]) == (image.digest, ["latest"])
    assert found["imageManifestMediaType"] == MANIFEST
    assert found["imageSizeInBytes"] >= len(image.layer)
    for reference in ["latest", image.digest]:
        pulled = registry.request("GET", f"/v2/{NAME}/manifests/{reference}")
        assert (pulled.status, pulled.body) == (200, image.manifest)
        assert pulled.content_type == MANIFEST
        assert pulled.headers["docker-content-digest"] == image.digest
    for digest, blob in image.blobs.items():
        assert registry.request("HEAD", f"/v2/{NAME}/blobs/{digest}").status == 200
        assert registry.request("GET", f"/v2/{NAME}/blobs/{digest}").body == blob
    assert json.loads(registry.request("GET", f"/v2/{NAME}/tags/list").body)["tags"] == ["latest"]


def test_an_image_that_is_not_there(ecr, registry):
    """Its own error for each: tag, repository, and manifest in the registry."""
    with refused("ImageNotFoundException"):
        ecr.describe_images(repositoryName=NAME, imageIds=[{"imageTag": "latest"}])
    with refused("RepositoryNotFoundException"):
        ecr.describe_images(repositoryName="no-such-repository")
    for path, code in [
        (f"/v2/{NAME}/manifests/latest", "MANIFEST_UNKNOWN"),
        (f"/v2/{NAME}/blobs/{digest_of(b'nothing')}", "BLOB_UNKNOWN"),
        ("/v2/no-such-repository/manifests/latest", "NAME_UNKNOWN"),
    ]:
        page = registry.request("GET", path)
        assert (page.status, json.loads(page.body)["errors"][0]["code"]) == (404, code)


def test_digests_are_checked(ecr, registry):
    """A blob that is not what it is said to be, and a manifest without its blobs, are not taken."""
    image = small_image()
    begun = registry.request("POST", f"/v2/{NAME}/blobs/uploads/").headers["location"]
    wrong = registry.request("PUT", f"{begun}?digest={digest_of(b'other')}", image.layer)
    assert (wrong.status, json.loads(wrong.body)["errors"][0]["code"]) == (400, "DIGEST_INVALID")
    path = f"/v2/{NAME}/manifests/latest"
    put = registry.request("PUT", path, image.manifest, Content_Type=MANIFEST)
    assert put.status in (400, 404)
    assert images(ecr) == {}


def upload_layer(ecr, blob):
    """Uploads a layer by ECR's own API, in two parts."""
    upload = ecr.initiate_layer_upload(repositoryName=NAME)["uploadId"]
    half = len(blob) // 2
    for first, part in [(0, blob[:half]), (half, blob[half:])]:
        answer = ecr.upload_layer_part(
            repositoryName=NAME,
            uploadId=upload,
            partFirstByte=first,
            partLastByte=first + len(part) - 1,
            layerPartBlob=part,
        )
        assert answer["lastByteReceived"] == first + len(part) - 1
    digest = digest_of(blob)
    ecr.complete_layer_upload(repositoryName=NAME, uploadId=upload, layerDigests=[digest])


def test_a_push_by_the_api(ecr, repository, registry):
    """Layers in parts, then the manifest, whose digest is the image's.

    Row: ecr Initiate/Upload/CompleteLayerUpload API
    Row: ecr PutImage (digest = sha256 manifest)
    """
    image = small_image()
    digests = list(image.blobs)

    def available():
        found = ecr.batch_check_layer_availability(repositoryName=NAME, layerDigests=digests)
        return {layer["layerDigest"]: layer["layerAvailability"] for layer in found["layers"]}

    assert set(available().values()) == {"UNAVAILABLE"}
    with refused("LayersNotFoundException"):
        ecr.put_image(repositoryName=NAME, imageManifest=image.manifest.decode(), imageTag="v1")
    for blob in image.blobs.values():
        upload_layer(ecr, blob)
    assert available() == dict.fromkeys(digests, "AVAILABLE")
    with refused("LayerAlreadyExistsException"):
        upload_layer(ecr, image.layer)
    put = ecr.put_image(repositoryName=NAME, imageManifest=image.manifest.decode(), imageTag="v1")
    assert put["image"]["imageId"] == {"imageDigest": image.digest, "imageTag": "v1"}
    with refused("ImageAlreadyExistsException"):
        ecr.put_image(repositoryName=NAME, imageManifest=image.manifest.decode(), imageTag="v1")
    got = ecr.batch_get_image(repositoryName=NAME, imageIds=[{"imageTag": "v1"}])["images"][0]
    assert got["imageManifest"].encode() == image.manifest
    # Both ways lead to the same blobs, also by the address that ECR gives for a download.
    assert registry.request("GET", f"/v2/{NAME}/manifests/v1").body == image.manifest
    url = ecr.get_download_url_for_layer(repositoryName=NAME, layerDigest=digest_of(image.layer))
    assert web.get(url["downloadUrl"]).body == image.layer


def test_a_tag_moves(ecr, registry):
    """`latest` is the newest push; the older image stays, untagged, and can be deleted alone."""
    older, newer = small_image(b"older"), small_image(b"newer")
    registry.push(NAME, older)
    registry.push(NAME, newer)
    assert images(ecr)[newer.digest]["imageTags"] == ["latest"]
    assert "imageTags" not in images(ecr)[older.digest]
    untagged = ecr.list_images(repositoryName=NAME, filter={"tagStatus": "UNTAGGED"})["imageIds"]
    assert untagged == [{"imageDigest": older.digest}]
    deleted = ecr.batch_delete_image(repositoryName=NAME, imageIds=untagged)
    assert deleted["failures"] == []
    assert set(images(ecr)) == {newer.digest}


def test_an_immutable_tag_stays(ecr, registry):
    """Another image under the same tag is refused, by the API and over the registry."""
    first, second = small_image(b"first"), small_image(b"second")
    ecr.put_image_tag_mutability(repositoryName=NAME, imageTagMutability="IMMUTABLE")
    registry.push(NAME, first, "v1")
    registry.push(NAME, second, "v2")
    with refused("ImageTagAlreadyExistsException"):
        ecr.put_image(repositoryName=NAME, imageManifest=second.manifest.decode(), imageTag="v1")
    path = f"/v2/{NAME}/manifests/v1"
    page = registry.request("PUT", path, second.manifest, Content_Type=MANIFEST)
    assert (page.status, json.loads(page.body)["errors"][0]["code"]) == (400, "TAG_INVALID")
    assert images(ecr)[first.digest]["imageTags"] == ["v1"]


def test_only_an_empty_repository_is_deleted(ecr, registry):
    """With `force` the images go with it; then it is not found, and its name is free.

    Row: ecr DeleteRepository with images -> RepositoryNotEmpty
    Row: cleanup DeleteRepository force
    Row: cleanup DeleteRepository again -> RepositoryNotFound
    """
    registry.push(NAME, small_image())
    with refused("RepositoryNotEmptyException"):
        ecr.delete_repository(repositoryName=NAME)
    assert len(images(ecr)) == 1
    ecr.delete_repository(repositoryName=NAME, force=True)
    for gone in [
        lambda: ecr.delete_repository(repositoryName=NAME, force=True),
        lambda: ecr.describe_repositories(repositoryNames=[NAME]),
    ]:
        with refused("RepositoryNotFoundException"):
            gone()
    assert registry.request("GET", f"/v2/{NAME}/tags/list").status == 404
    ecr.create_repository(repositoryName=NAME)
    assert images(ecr) == {}


def test_a_layer_is_taken_from_another_repository(ecr, registry):
    """Engines mount what the registry has already instead of sending it again."""
    image = small_image()
    registry.push(NAME, image)
    ecr.create_repository(repositoryName="copy")
    for digest in image.blobs:
        path = f"/v2/copy/blobs/uploads/?mount={digest}&from={NAME}"
        assert registry.request("POST", path, b"").status == 201
    path = "/v2/copy/manifests/latest"
    assert registry.request("PUT", path, image.manifest, Content_Type=MANIFEST).status == 201


def test_lists_have_pages(ecr, registry):
    """Repositories and images lead through pages, none twice."""
    for number in range(4):
        registry.push(NAME, small_image(b"%d" % number), f"v{number}")
        ecr.create_repository(repositoryName=f"more-{number}")
    pages = ecr.get_paginator("describe_images").paginate(
        repositoryName=NAME, PaginationConfig={"PageSize": 3}
    )
    found = [[image["imageTags"][0] for image in page["imageDetails"]] for page in pages]
    assert [len(page) for page in found] == [3, 1]
    assert sorted(sum(found, [])) == ["v0", "v1", "v2", "v3"]
    pages = ecr.get_paginator("describe_repositories").paginate(PaginationConfig={"PageSize": 2})
    assert [len(page["repositories"]) for page in pages] == [2, 2, 1]


def test_everything_survives_a_restart(cloud, ecr, registry):
    """Images, tags and the password: the key and the blobs are on disk."""
    image = small_image()
    registry.push(NAME, image)
    cloud.stop()
    cloud.start()
    assert images(cloud.client("ecr"))[image.digest]["imageTags"] == ["latest"]
    pulled = registry.request("GET", f"/v2/{NAME}/manifests/latest")
    assert json.loads(pulled.body)["config"]["mediaType"] == CONFIG
