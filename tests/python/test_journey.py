"""The visitor's journey in a real browser, on the whole lab as `mysfits` deploys it."""

import json
import os
import shlex
import shutil
import subprocess

import pytest

from helpers.places import MYSFITS, ROOT

BROWSER = ROOT / "tests" / "browser"


@pytest.mark.skipif(
    not (shutil.which("node") and shutil.which(os.environ.get("MYSFITS_CHROMIUM", "chromium"))),
    reason="it takes Node.js and Chromium",
)
def test_the_visitors_journey(mysfits, backend):
    """The page of all parts; then register, confirm, sign in, like, adopt, at two widths."""
    assert (BROWSER / "node_modules").is_dir(), "`npm ci` in tests/browser installs what it takes"
    said = mysfits.done("deploy", "all", "--local", "--output", "json", "--service-binary", str(backend))
    lines = [json.loads(line) for line in said.splitlines()]
    (site,) = [line["addresses"]["site"] for line in lines if line["type"] == "result"]
    site = site.removesuffix("/") + "/"
    mail = shlex.join([str(MYSFITS), "local", "mail", "--output", "json"])
    places = {"MYSFITS_SITE_URL": site, "MYSFITS_JOURNEY_URL": site, "MYSFITS_JOURNEY_MAIL": mail}
    ended = subprocess.run(
        ["node", "--test", "deployed.test.js", "journey.test.js"],
        cwd=BROWSER,
        env=mysfits.environment | places,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "# skipped 0" in ended.stdout, ended.stdout
