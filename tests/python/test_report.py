"""`mysfits report`, which students hand in, and `mysfits class reports`, which reads them."""

import csv
import io
import json
import os
import stat

import pytest

from helpers.aws import create_table

PART = ("deploy", "part-2", "--local", "--yes")


@pytest.fixture
def report(mysfits):
    """The report on a lab with its parts 1 and 2."""
    mysfits.done(*PART)
    mysfits.done("report", "--local", "--name", "Anna", "--out", "anna.json")
    return mysfits.home / "anna.json"


def write(home, file, report, **changes):
    (home / file).write_text(json.dumps(report | changes))


def test_a_report_names_the_lab_and_what_stands(mysfits, report):
    """Only its owner can read it, and it says what it is not."""
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    written = json.loads(report.read_text())
    assert (written["type"], written["schema"], written["place"]) == ("report", 1, "local")
    assert (written["name"], written["account"]) == ("Anna", "000000000000")
    assert (written["region"], written["lab"]) == ("eu-west-1", "mythical-mysfits")
    assert written["site"].startswith("http://") and written["api_id"] is None
    states = {it["resource"]: it["state"] for it in written["resources"]}
    assert states["table"] == "ready" and "not there" in states.values()
    assert "no proof" in written["note"]
    ended = mysfits.run("report", "--local", "--out", "anna.json").expect(2)
    assert "error[MYS094]" in ended.err
    ended = mysfits.run("report", "--local").expect(0)
    assert json.loads(ended.out)["lab"] == "mythical-mysfits" and "no proof" in ended.err


def test_nothing_is_changed_by_a_report(cloud, mysfits, report):
    cloud.forget_requests()
    mysfits.done("report", "--local")
    assert [it["operation"] for it in cloud.requests() if it["mutating"]] == []


def test_what_was_made_by_hand_counts(mysfits, dynamodb):
    """It carries no tag."""
    create_table(dynamodb)
    written = json.loads(mysfits.run("report", "--local").out)
    states = {it["resource"]: it["state"] for it in written["resources"]}
    assert states["table"] != "not ours"


def test_reports_are_read_however_they_were_kept(mysfits, report):
    """From standard output, as JSON lines, and with a byte order mark."""
    plain = mysfits.done("report", "--local")
    lines = mysfits.done("report", "--local", "--output", "json")
    (mysfits.home / "plain.json").write_text("\ufeff" + plain)
    (mysfits.home / "lines.json").write_text(lines)
    out = mysfits.done("class", "reports", "anna.json", "plain.json", "lines.json")
    assert out.startswith("3 reports handed in")
    assert "`anna.json`  Anna" in out and "not on AWS: local" in out


def test_two_reports_of_one_lab_are_found(mysfits, report):
    home, first = mysfits.home, json.loads(report.read_text())
    aws = first | {"place": "aws", "api_id": "abc123", "user_pool_id": "eu-west-1_AbC"}
    write(home, "anna.json", aws)
    write(home, "bert.json", aws, account="222222222222", api_id="x", name="Bert")
    write(home, "cora.json", aws, lab="cora", api_id="y", user_pool_id=None)
    ended = mysfits.run("class", "reports", "anna.json", "bert.json", "cora.json").expect(3)
    assert "! the same user pool as `bert.json`" in ended.out
    assert "! the same user pool as `anna.json`" in ended.out
    assert ended.out.count("!") == 3  # One is in the sentence about them.
    out = mysfits.run("class", "reports", "anna.json", "bert.json", "--output", "json").out
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["same"] for line in lines if line["type"] == "handed-in"] == [
        [{"what": "user pool", "files": ["bert.json"]}],
        [{"what": "user pool", "files": ["anna.json"]}],
    ]


def test_all_malformed_reports_are_named_at_once(mysfits, report):
    """Also what is no file, or has no end; the others are shown."""
    home, good = mysfits.home, json.loads(report.read_text())
    write(home, "a.json", good, account="12", region="mars-1")
    (home / "b.json").write_text("no JSON")
    (home / "large.json").write_text("x" * 100_000)
    os.mkfifo(home / "pipe.json")
    names = ["anna.json", "a.json", "b.json", "large.json", "pipe.json", "none.json"]
    ended = mysfits.run("class", "reports", *names).expect(3)
    assert "1 report handed in" in ended.out
    assert "error[MYS090]: 5 reports cannot be read" in ended.err
    for said in (
        "`a.json`: `account` cannot be `12`",
        "`a.json`: `region` cannot be `mars-1`",
        "`b.json`: it is no report",
        "`large.json`: it is larger than 64 KB",
        "`pipe.json`: it is no file",
        "`none.json`: No such file",
    ):
        assert said in ended.err, said


def test_a_spreadsheet_gets_no_formulas(mysfits, report):
    home, good = mysfits.home, json.loads(report.read_text())
    write(home, "anna.json", good, name="=HYPERLINK(\"http://x\",\"y\")\u202e\u001b[2J")
    line = ("class", "reports", "anna.json", "--csv")
    printed = mysfits.done(*line)
    [row] = csv.DictReader(io.StringIO(printed))
    assert row["name"] == "'=HYPERLINK(\"http://x\",\"y\")[2J"
    assert (row["file"], row["account"]) == ("anna.json", "000000000000")
    mysfits.done(*line, "--out", "all.csv")
    assert (home / "all.csv").read_text() == printed
    assert stat.S_IMODE((home / "all.csv").stat().st_mode) == 0o600
