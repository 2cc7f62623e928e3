"""What `mysfits` deploys, in a real browser: the page of part 3, and a visitor's journey in part 4."""

import json
import os
import shlex
import shutil
import subprocess

import pytest

from helpers.places import MYSFITS, ROOT

BROWSER = ROOT / "tests" / "browser"


pytestmark = pytest.mark.skipif(
    not (shutil.which("node") and shutil.which(os.environ.get("MYSFITS_CHROMIUM", "chromium"))),
    reason="it takes Node.js and Chromium",
)


def deploy(mysfits, part, backend):
    """Brings a part up; the site's address."""
    binary = ["--service-binary", str(backend)]
    said = mysfits.done("deploy", part, "--local", "--output", "json", *binary)
    lines = [json.loads(line) for line in said.splitlines()]
    (site,) = [line["addresses"]["site"] for line in lines if line["type"] == "result"]
    return site.removesuffix("/") + "/"


def browse(mysfits, *files, **places):
    """Runs these browser tests; none of them may be left out."""
    assert (BROWSER / "node_modules").is_dir(), "`npm ci` in tests/browser installs what it takes"
    ended = subprocess.run(
        ["node", "--test", *files],
        cwd=BROWSER,
        env=mysfits.environment | places,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "# skipped 0" in ended.stdout, ended.stdout


def test_the_page_of_part_3(mysfits, backend):
    """The twelve and the filters, read through the load balancer."""
    browse(mysfits, "deployed.test.js", MYSFITS_SITE_URL=deploy(mysfits, "part-3", backend))


def test_the_visitors_journey(mysfits, backend):
    """The page of all parts; then register, confirm, sign in, like, adopt, give back, at two widths."""
    site = deploy(mysfits, "all", backend)
    mail = shlex.join([str(MYSFITS), "local", "mail", "--output", "json"])
    places = {"MYSFITS_SITE_URL": site, "MYSFITS_JOURNEY_URL": site, "MYSFITS_JOURNEY_MAIL": mail}
    places["MYSFITS_JOURNEY_PROGRAM"] = str(MYSFITS)
    browse(mysfits, "deployed.test.js", "journey.test.js", **places)
