"""`mysfits check --watch`, its files, and every command in docs/checking.md."""

import json
import re
import shlex
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from helpers.places import BACKEND, MYSFITS, ROOT
from helpers.terminal import Terminal

BUCKET = "mysfits-000000000000-eu-west-1"
SUBMISSION = {
    "CLASSROOM": "cloud",
    "ASSIGNMENT": "mysfits",
    "SUBMISSION_TAG": "submit/1",
    "COMMIT_URL": "https://github.com/o/r/commit/1",
    "RELEASE_URL": "https://github.com/o/r/releases/1",
}
CHECK = ("check", "part-1", "--local")


@pytest.fixture
def broken(cloud, program_for):
    """`mysfits` for a local cloud in which part 1 is deployed, and its website is gone."""
    program = program_for(cloud)
    program.done("deploy", "part-1", "--local")
    cloud.client("s3").delete_bucket_website(Bucket=BUCKET)
    return program


def repair(cloud):
    """Makes the bucket a website again, as the lab has it."""
    website = {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "error.html"}}
    cloud.client("s3").put_bucket_website(Bucket=BUCKET, WebsiteConfiguration=website)


def test_junit_tells_verdicts_apart_as_the_exit_code_does(broken):
    """A suite for each part, whose numbers are those of its elements."""
    ended = broken.run(*CHECK, "--report", "junit").expect(3)
    assert "The report is in `check.xml`." in ended.err
    root = ElementTree.parse(broken.home / "check.xml").getroot()
    assert [suite.get("name") for suite in root] == ["part-1"]
    (suite,) = root
    for element, number in [("failure", "failures"), ("error", "errors"), ("skipped", "skipped")]:
        assert len(suite.findall(f"testcase/{element}")) == int(suite.get(number)), element
    assert int(suite.get("failures")) > 0
    assert int(suite.get("tests")) == len(suite.findall("testcase"))


def test_html_is_one_page_about_every_check(broken):
    """Every check, what failed and what to do."""
    lines = broken.run(*CHECK, "--report", "html", "--out", "my lab.html", "--output", "json").expect(3).out
    checks = [line for line in map(json.loads, lines.splitlines()) if line["type"] == "check"]
    page = (broken.home / "my lab.html").read_text()
    assert len(checks) > 5
    for check in checks:
        could = check["verdict"] == "fail" and check["kind"] == "hardening"
        shown = "could" if could else check["verdict"]
        assert f'<li id="{check["check"]}" class="{shown}">' in page, check
    assert "<svg" in page and "<script" not in page


def test_classroom_50_gets_a_grade(broken):
    """Exit code 0 however bad it is, and the fields of the schema."""
    broken.run(*CHECK, "--report", "classroom50", **SUBMISSION).expect(0)
    result = json.loads((broken.home / "result.json").read_text())
    assert list(SUBMISSION.values()) == [
        result[field] for field in ["classroom", "assignment", "submission", "commit", "release"]
    ]
    assert 0 < result["score"] < result["max-score"]
    assert result["score"] == sum(test["score"] for test in result["tests"])
    assert all({"test-name", "passed", "score", "max-score"} <= test.keys() for test in result["tests"])


def test_classroom_50_gets_none_without_a_submission(broken):
    """What is missing is named before anything is checked."""
    ended = broken.run(*CHECK, "--report", "classroom50").expect(1)
    assert "MYS073" in ended.err and "COMMIT_URL" in ended.err
    assert not (broken.home / "result.json").exists()


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 10)])
def test_watching_shows_what_to_do_next(broken, cloud, columns, rows):
    """The failing check first; what is put right is left behind, and `l` lists all."""
    with Terminal(broken, *CHECK, "--watch", columns=columns, rows=rows) as terminal:
        terminal.until(lambda screen: any(re.match(r"fail +\S", line) for line in screen.display), "a failure")
        first = next(line for line in terminal.screen.shown() if line.startswith("fail"))
        # Where it works was said before, in a sentence.
        wrapped = list(terminal.screen.wrapped)
        repair(cloud)
        terminal.shows("All checks pass")
        assert first not in terminal.screen.shown(), str(terminal)
        terminal.type("l")
        terminal.until(lambda screen: any(line.startswith("pass ") for line in screen.display), "the list")
        terminal.type("q")
        assert terminal.end(10) == 0
        assert terminal.screen.wrapped == wrapped


def commands():
    """Every command in docs/checking.md."""
    text = (ROOT / "docs/checking.md").read_text()
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line.split(" #")[0].strip() for block in blocks for line in block.splitlines()]


def test_every_command_in_the_document_works(cloud, program_for):
    """In a complete lab; those that watch until Ctrl-C."""
    program = program_for(cloud)
    program.done("deploy", "all", "--local", "--service-binary", BACKEND)
    bucket = cloud.website(BUCKET, "")
    environment = program.environment | SUBMISSION | {
        "MYSFITS_LOCAL": "1",
        "MYSFITS_SERVICE_BINARY": str(BACKEND),
        "SITE": bucket,
        "NONCE": "anna-7",
    }
    lines = commands()
    assert len(lines) >= 8
    for line in lines:
        assert line.startswith("mysfits "), line
        command = f"{shlex.quote(str(MYSFITS))} {line.removeprefix('mysfits ')}"
        expected = 0
        if "--watch" in line:
            command, expected = f"timeout --preserve-status --signal=INT 10 {command}", 130
        ended = subprocess.run(
            ["bash", "-c", command],
            env=environment,
            cwd=program.home,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode == expected, f"{line}\n{ended.stdout}\n{ended.stderr}"
    assert {"check.xml", "my-lab.html", "result.json"} <= {path.name for path in program.home.iterdir()}
