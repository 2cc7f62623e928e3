"""Where things are, and the environment that every program of the tests gets."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "templates"
WEB = ROOT / "web"

# The binary under test.
MYSFITS = Path(os.environ.get("MYSFITS_BIN") or ROOT / "target" / "debug" / "mysfits").absolute()

# The programs that came with the packages of `tests/requirements.txt`.
BIN = Path(sys.executable).parent

# Variables by which a machine's own settings would get into a test.
FOREIGN = ("AWS_", "MYSFITS_", "XDG_")
FOREIGN_NAMES = {"CI", "TERM", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "COLUMNS", "LINES"}


def clean_environment(home, **more):
    """The environment of a machine on which nothing of AWS is set up, and what the test adds."""

    def is_foreign(name):
        # The workers of pytest read the name of the binary from what they inherit.
        if name == "MYSFITS_BIN":
            return False
        return name.startswith(FOREIGN) or name in FOREIGN_NAMES or name.lower().endswith("_proxy")

    environment = {name: value for name, value in os.environ.items() if not is_foreign(name)}
    environment |= {
        "HOME": str(home),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    return environment | {name: str(value) for name, value in more.items()}
