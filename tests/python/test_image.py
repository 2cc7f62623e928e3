"""The image that `mysfits` pushes, in the hands of tools that nobody here wrote: `skopeo` reads and
writes it in the local cloud's registry, `bubblewrap` and `runc` run it.
"""

import json
import stat
import tarfile
from io import BytesIO

import pytest

from helpers import web
from helpers.aws import create_table, put_mysfits, template
from helpers.containers import Bubblewrap, Runc, container
from helpers.image import backend_image, digest_of, small_image, unpack
from helpers.program import Program
from helpers.registry import Registry
from helpers.tasks import REPOSITORY
from helpers.tools import tool

MYSFITS = template("populate-dynamodb.json", TABLE_NAME="MysfitsTable")["MysfitsTable"]


@pytest.fixture
def deployed(cloud, mysfits, backend):
    """The lab's part 3 in a local cloud: what ECR says of the image."""
    mysfits.done("deploy", "part-3", "--local", "--service-binary", backend)
    return newest(cloud)


def newest(cloud):
    """What ECR says of the image `latest`."""
    found = cloud.client("ecr").describe_images(
        repositoryName=REPOSITORY, imageIds=[{"imageTag": "latest"}]
    )
    return found["imageDetails"][0]


@pytest.fixture
def skopeo(cloud, tmp_path):
    """`skopeo`, signed in to the registry of `cloud` as a student signs in."""
    home = tmp_path / "skopeo"
    program = Program(home, tool("skopeo", "skopeo"), REGISTRY_AUTH_FILE=home / "auth.json")
    registry = f"localhost:{cloud.port}"
    password = Registry(cloud).password
    sign_in = ["login", "--username", "AWS", "--password", password, "--tls-verify=false", registry]
    program.done(*sign_in)
    return program


def reference(cloud, repository=REPOSITORY, tag=":latest"):
    """An image of the registry, as `skopeo` names it."""
    return f"docker://localhost:{cloud.port}/{repository}{tag}"


def test_skopeo_inspects_it(cloud, deployed, skopeo):
    """Digest, platform, layers and settings, as ECR says and as Fargate needs them."""
    found = json.loads(skopeo.done("inspect", "--tls-verify=false", reference(cloud)))
    assert found["Digest"] == deployed["imageDigest"]
    assert found["RepoTags"] == ["latest"]
    assert (found["Os"], found["Architecture"]) == ("linux", "amd64")
    assert len(found["Layers"]) == 1
    config = skopeo.done("inspect", "--config", "--tls-verify=false", reference(cloud))
    settings = json.loads(config)["config"]
    user, group = settings["User"].split(":")
    assert user != "0" and group != "0"
    assert settings["Entrypoint"] == ["/mysfits-service"]
    assert settings["Labels"]
    by_digest = reference(cloud, tag=f"@{deployed['imageDigest']}")
    assert json.loads(skopeo.done("inspect", "--tls-verify=false", by_digest)) == found


def test_skopeo_copies_it_out_and_in(cloud, deployed, skopeo):
    """To a folder by the OCI's layout, and into another repository: not a byte is different."""
    digest = deployed["imageDigest"]
    skopeo.done("copy", "--src-tls-verify=false", reference(cloud), "oci:layout:latest")
    layout = skopeo.home / "layout"
    (entry,) = json.loads((layout / "index.json").read_text())["manifests"]
    assert entry["digest"] == digest
    for blob in (layout / "blobs" / "sha256").iterdir():
        assert digest_of(blob.read_bytes()) == f"sha256:{blob.name}"

    cloud.client("ecr").create_repository(repositoryName="copies")
    copy = reference(cloud, "copies", ":mine")
    skopeo.done("copy", "--dest-tls-verify=false", "oci:layout:latest", copy)
    found = json.loads(skopeo.done("inspect", "--tls-verify=false", copy))
    assert (found["Digest"], found["RepoTags"]) == (digest, ["mine"])


def test_skopeo_copies_another_in(cloud, skopeo):
    """An image that `mysfits` did not make, from registry to registry; ECR describes it."""
    other = small_image()
    cloud.client("ecr").create_repository(repositoryName="source")
    cloud.client("ecr").create_repository(repositoryName=REPOSITORY)
    Registry(cloud).push("source", other, "v1")
    both = ["--src-tls-verify=false", "--dest-tls-verify=false"]
    skopeo.done("copy", *both, reference(cloud, "source", ":v1"), reference(cloud))
    assert newest(cloud)["imageDigest"] == other.digest
    tags = skopeo.done("list-tags", "--tls-verify=false", reference(cloud, tag=""))
    assert json.loads(tags)["Tags"] == ["latest"]


def test_skopeo_needs_the_password(cloud, deployed, skopeo):
    """Signed out, or with a wrong password, it reads nothing."""
    wrong = ["inspect", "--tls-verify=false", "--creds", "AWS:nobody", reference(cloud)]
    assert skopeo.run(*wrong).code != 0
    skopeo.done("logout", f"localhost:{cloud.port}")
    refused = skopeo.run("inspect", "--tls-verify=false", reference(cloud))
    assert refused.code != 0
    assert "unauthorized" in refused.err


def test_the_same_binary_is_the_same_image(start_cloud, program_for, backend):
    """Two deployments into two clouds have one digest; another binary has another."""
    digests = []
    for _ in range(2):
        cloud = start_cloud()
        program = program_for(cloud)
        program.done("deploy", "part-3", "--local", "--service-binary", backend)
        digests.append(newest(cloud)["imageDigest"])
    assert digests[0] == digests[1]
    longer = program.home / "longer"
    longer.write_bytes(backend.read_bytes() + b"\0")
    program.done("deploy", "part-3", "--local", "--service-binary", longer)
    assert newest(cloud)["imageDigest"] != digests[0]


@pytest.fixture
def image(cloud, deployed):
    """Config and layers of the image, by the registry's protocol."""
    registry = Registry(cloud)

    def blob(descriptor):
        found = registry.request("GET", f"/v2/{REPOSITORY}/blobs/{descriptor['digest']}").body
        assert digest_of(found) == descriptor["digest"]
        return found

    digest = deployed["imageDigest"]
    manifest = json.loads(registry.request("GET", f"/v2/{REPOSITORY}/manifests/{digest}").body)
    return json.loads(blob(manifest["config"])), [blob(layer) for layer in manifest["layers"]]


def test_there_is_nothing_in_it_but_the_program(image, backend):
    """No shell, nothing that changes users, nothing of this machine and no times."""
    config, (layer,) = image
    with tarfile.open(fileobj=BytesIO(layer)) as archive:
        entries = {entry.name: entry for entry in archive}
        assert set(entries) == {"etc", "etc/passwd", "mysfits-service"}
        assert archive.extractfile("mysfits-service").read() == backend.read_bytes()
    for entry in entries.values():
        assert (entry.mtime, entry.uid, entry.gid) == (0, 0, 0)
        assert not entry.mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IWOTH)
    assert "created" not in config or config["created"].startswith("1970-01-01")


@pytest.fixture(params=[Bubblewrap, Runc], ids=["bubblewrap", "runc"])
def runtime(request, tmp_path):
    """A container runtime that works on this machine."""
    folder = tmp_path / "runtime"
    folder.mkdir()
    runtime = request.param(folder)
    runtime.check()
    return runtime


def environment(cloud):
    """What ECS would tell the container, but for the port, which the system chooses."""
    return {
        "HOST": "127.0.0.1",
        "PORT": "0",
        "TABLE_NAME": "MysfitsTable",
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": cloud.url,
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }


def test_it_runs_in_a_real_runtime(cloud, image, runtime):
    """Not as root, on a root that cannot be written to, without anything else: it answers."""
    config, layers = image
    root = runtime.folder / "root"
    unpack(layers, root)
    with container(runtime, root, config["config"], environment(cloud)) as running:
        address = running.address()
        health = web.get(f"{address}/")
        assert (health.status, health.content_type) == (200, "application/json")
        page = web.get(f"{address}/mysfits")
        assert (page.status, page.headers["access-control-allow-origin"]) == (200, "*")
        names = {mysfit["name"] for mysfit in json.loads(page.body)["mysfits"]}
        assert names == {put["PutRequest"]["Item"]["Name"]["S"] for put in MYSFITS}
        running.process.terminate()
        running.process.wait(20)
    if isinstance(runtime, Runc):
        # It passes the signal on, and the backend ends in order.
        assert running.process.returncode == 0
        assert running.lines()[-1]["message"] == "stopped"


def test_a_students_own_image_runs_too(cloud, dynamodb, backend, runtime):
    """An image of the backend that was made in another way: the test's own."""
    create_table(dynamodb)
    put_mysfits(dynamodb)
    own = backend_image(backend, User="1000:1000")
    root = runtime.folder / "root"
    unpack([own.layer], root)
    config = json.loads(own.config)["config"]
    with container(runtime, root, config, environment(cloud)) as running:
        assert len(json.loads(web.get(f"{running.address()}/mysfits").body)["mysfits"]) == 12
