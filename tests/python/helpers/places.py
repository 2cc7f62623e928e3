"""Where things are, and the environment that every program of the tests gets."""

import os
import platform
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "templates"
WEB = ROOT / "web"
# The lab's own files, in the shape in which students get them.
LAB = Path(__file__).resolve().parents[1] / "data" / "lab"

# AWS's actions and resource types, as npm installs them.
IAM_DATA = ROOT / "tests" / "iam" / "node_modules" / "@cloud-copilot" / "iam-data" / "data"

# What pytest and its workers are told by the environment. The programs that they start are not.
OWN = ("CI", "MYSFITS_BIN", "MYSFITS_SERVICE_BINARY")


def _file(variable, default):
    """The file that a variable names, or this one."""
    return Path(os.environ.get(variable) or ROOT / "target" / default).absolute()


# The binary under test.
MYSFITS = _file("MYSFITS_BIN", "debug/mysfits")
# The backend, static, for images. The end-to-end tests of cargo build it there.
BACKEND = _file(
    "MYSFITS_SERVICE_BINARY",
    f"{platform.machine()}-unknown-linux-gnu/service/mysfits-service",
)
# Whether nobody is there to read that a test was left out.
IN_CI = bool(os.environ.get("CI"))

# The programs that came with the packages of `tests/requirements.txt`.
BIN = Path(sys.executable).parent

# Variables by which a machine's own settings would get into a test.
FOREIGN = ("AWS_", "MYSFITS_", "XDG_")
FOREIGN_NAMES = {"CI", "TERM", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "COLUMNS", "LINES"}


def clean_environment(home, **more):
    """The environment of a machine on which nothing of AWS is set up, and what the test adds."""

    def is_foreign(name):
        return name.startswith(FOREIGN) or name in FOREIGN_NAMES or name.lower().endswith("_proxy")

    environment = {name: value for name, value in os.environ.items() if not is_foreign(name)}
    environment |= {
        "HOME": str(home),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    return environment | {name: str(value) for name, value in more.items()}
