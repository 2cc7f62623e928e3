"""Programs of the system that nobody here wrote, and that not every machine has."""

import os
import shutil

import pytest

from helpers.places import IN_CI

# Some lie where only root's own path leads.
PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def tool(name, package):
    """The program's path. Where it is missing the test is left out; in CI it must be there."""
    found = shutil.which(name, path=PATH)
    if found is None:
        missing = f"{name} is not installed (Debian: `apt install {package}`)"
        pytest.fail(missing) if IN_CI else pytest.skip(missing)
    return found
