"""Running what `mysfits explain --script` prints, with one of the AWS CLIs on this machine."""

import subprocess
from pathlib import Path

from helpers.places import BIN, MYSFITS
from helpers.program import Ended

# Debian's package. It is older than `AWS_ENDPOINT_URL`.
DEBIAN = Path("/usr/bin/aws")


def clis():
    """The AWS CLIs by their major versions: that of PyPI, and Debian's if it is there."""
    return {"1": BIN / "aws"} | ({"2": DEBIAN} if DEBIAN.is_file() else {})


class Shell:
    """A shell in a folder of its own that finds `mysfits` and one AWS CLI first."""

    def __init__(self, home, aws, mysfits):
        self.home = home
        self.tools = home / "bin"
        self.tools.mkdir(parents=True)
        (self.tools / "mysfits").symlink_to(MYSFITS)
        (self.tools / "aws").symlink_to(aws)
        self.environment = mysfits.environment | {"PATH": f"{self.tools}:/usr/bin:/bin"}

    def run(self, script, **environment):
        """Runs a script that comes out of a pipe."""
        ended = subprocess.run(
            ["bash"],
            input=script,
            capture_output=True,
            text=True,
            cwd=self.home,
            env=self.environment | environment,
            timeout=600,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)
