"""The rounds of a campaign, each in a folder of its own."""

import shutil
import tempfile
from pathlib import Path


def broken_rounds(name, is_enough, one):
    """Runs rounds until it is enough, and returns how many were broken. `one` gets a folder and returns
    what was found broken, if anything; the folder of such a round stays."""
    broken = 0
    while not is_enough():
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
        if found := one(folder):
            broken += 1
            print(f"BROKEN (its state is in {folder}): {found}", flush=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return broken
