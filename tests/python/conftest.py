"""The fixtures. Each test has its own local cloud, on its own port, in its own folder."""

import os

import pytest

from helpers.answering import echo
from helpers.apis import Api
from helpers.cloud import LocalCloud
from helpers.moto import Moto
from helpers.network import make_network
from helpers.places import BACKEND, IN_CI, MYSFITS, OWN, clean_environment
from helpers.program import Program


def pytest_configure():
    """boto3 runs in this process: it gets the same clean environment as the programs."""
    os.environ |= (clean := clean_environment(os.environ.get("HOME", "/")))
    for name in set(os.environ) - set(clean) - set(OWN):
        del os.environ[name]
    if not MYSFITS.is_file():
        raise pytest.UsageError(f"{MYSFITS} is not there: `cargo build` makes it")


@pytest.fixture
def start_cloud(tmp_path):
    """Starts local clouds, and ends them after the test."""
    clouds = []

    def start(**settings):
        cloud = LocalCloud(tmp_path / f"cloud-{len(clouds)}", **settings)
        clouds.append(cloud)
        return cloud.start()

    yield start
    for cloud in clouds:
        if cloud.process is not None:
            cloud.stop()


@pytest.fixture
def cloud(start_cloud):
    """A local cloud in which everything settles at once."""
    return start_cloud()


@pytest.fixture
def program_for(tmp_path):
    """`mysfits` for use with a local cloud."""

    def program(cloud):
        return Program(
            tmp_path / "home", MYSFITS_LOCAL_PORT=cloud.port, MYSFITS_LOCAL_DIR=cloud.folder
        )

    return program


@pytest.fixture
def mysfits(cloud, program_for):
    """`mysfits` for use with `cloud`."""
    return program_for(cloud)


@pytest.fixture
def s3(cloud):
    """S3 of `cloud`."""
    return cloud.client("s3")


@pytest.fixture
def dynamodb(cloud):
    """DynamoDB of `cloud`."""
    return cloud.client("dynamodb")


@pytest.fixture
def cloudformation(cloud):
    """CloudFormation of `cloud`."""
    return cloud.client("cloudformation")


@pytest.fixture
def ec2(cloud):
    """EC2 of `cloud`."""
    return cloud.client("ec2")


@pytest.fixture
def iam(cloud):
    """IAM of `cloud`."""
    return cloud.client("iam")


@pytest.fixture
def ecr(cloud):
    """ECR of `cloud`."""
    return cloud.client("ecr")


@pytest.fixture
def logs(cloud):
    """CloudWatch Logs of `cloud`."""
    return cloud.client("logs")


@pytest.fixture
def elb(cloud):
    """Elastic Load Balancing of `cloud`."""
    return cloud.client("elbv2")


@pytest.fixture
def ecs(cloud):
    """ECS of `cloud`."""
    return cloud.client("ecs")


@pytest.fixture
def network(ec2):
    """A VPC with two public subnets and one that leads nowhere."""
    return make_network(ec2)


@pytest.fixture(scope="session")
def backend():
    """The backend's static binary. In CI it must be there."""
    if not BACKEND.is_file():
        missing = f"{BACKEND} is not there: `cargo test --test end_to_end` builds it"
        pytest.fail(missing) if IN_CI else pytest.skip(missing)
    return BACKEND


@pytest.fixture
def moto(tmp_path):
    """A moto of the test's own."""
    moto = Moto(tmp_path)
    yield moto
    moto.stop()


@pytest.fixture
def against_moto(moto, tmp_path):
    """`mysfits` with an access key, to be run against `moto`."""
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    return Program(
        tmp_path / "home", MYSFITS, "--endpoint-url", moto.url, AWS_REGION="eu-west-1", **keys
    )


@pytest.fixture
def api(cloud, elb, network):
    """The lab's API in front of a program that answers with what it was asked."""
    with echo() as port:
        yield Api(cloud, elb, network, port)
