"""`cfn-lint`, which knows AWS's schemas of every resource type, on the core stack's template."""

import pytest

from helpers.places import BIN, TEMPLATES
from helpers.program import Program

CORE = TEMPLATES / "core.yml"
# Its mildest remarks count too.
STRICT = ["--include-checks", "I", "--non-zero-exit-code", "informational"]


@pytest.fixture
def lint(tmp_path):
    """`cfn-lint` in an empty folder."""
    return Program(tmp_path / "home", BIN / "cfn-lint")


@pytest.mark.parametrize("topology", ["classic", "economy"])
def test_the_template_is_clean(lint, topology):
    """In both topologies, in the oldest region and in the lab's: not one remark."""
    regions = ["--regions", "eu-west-1", "us-east-1"]
    zones = ["AvailabilityZoneOne=eu-west-1b", "AvailabilityZoneTwo=eu-west-1c"]
    parameters = ["--parameters", f"Topology={topology}", *zones]
    ended = lint.run("--template", CORE, *regions, *STRICT, *parameters).expect(0)
    assert ended.out.strip() == ""


def test_mistakes_are_found(lint, tmp_path):
    """A topology that is none, a resource that is none, a property that is none: each is seen."""
    unknown = lint.run("--template", CORE, "--parameters", "Topology=luxury").expect(2)
    assert "luxury" in unknown.out
    for right, wrong in [("!Ref InternetGateway", "!Ref Nobody"), ("MapPublicIpOnLaunch", "MapIp")]:
        spoilt = tmp_path / "core.yml"
        text = CORE.read_text()
        assert right in text
        spoilt.write_text(text.replace(right, wrong))
        assert wrong.split()[-1] in lint.run("--template", spoilt).expect(2).out
