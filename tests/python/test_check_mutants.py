"""Every check of `mysfits check` fails when exactly the thing is broken that it is about, and only then.

One complete lab is shared: each mutant breaks it and puts it right again.
"""

import random
from contextlib import ExitStack

import pytest

from helpers.cloud import LocalCloud
from helpers.complete import CompleteLab
from helpers.mutants import LAST, load
from helpers.program import Program

MUTANTS = load()
FIRST = [name for name in MUTANTS if name not in LAST]
# It is checked from outside only, with a nonce that the grader gives out.
OUTSIDE = {"site-nonce"}
# How many things are broken at once.
AT_ONCE = 5
# Those that end the lab's tasks, its tables or its API, on which other mutants of the same time act.
ALONE = {"service", "cluster", "table", "table-key", "table-law", "table-good", "bucket", "rest-api"}
ALONE |= {"stage", "user-pool", "user-pool-client", "listener", "target-group", "task-definition"}
ALONE |= {"repository", "image", "log-group", "likes-table", *LAST}

pytestmark = pytest.mark.xdist_group("mutants")


@pytest.fixture(scope="module")
def lab(tmp_path_factory, backend):
    """The complete lab. It passes every check."""
    folder = tmp_path_factory.mktemp("mutants")
    cloud = LocalCloud(folder / "cloud").start()
    program = Program(
        folder / "home",
        MYSFITS_LOCAL_PORT=cloud.port,
        MYSFITS_LOCAL_DIR=cloud.folder,
        MYSFITS_SERVICE_BINARY=backend,
    )
    lab = CompleteLab(cloud, program)
    try:
        lab.deploy()
        passes(lab)
        yield lab
    finally:
        cloud.stop()


def failed(checked):
    """The ids of the checks that failed, and of those that could not be carried out."""
    return {name for name, line in checked.items() if line["verdict"] in ("fail", "unknown")}


def words(checked):
    """What a person needs who looks for the reason."""
    names = ["check", "verdict", "because_of", "expected", "actual", "seen_in"]
    lines = [line for line in checked.values() if line["verdict"] != "pass"]
    return "\n".join(" | ".join(str(line[name]) for name in names) for line in lines)


def passes(lab):
    """The whole lab is right."""
    checked = lab.check()
    assert not [line for line in checked.values() if line["verdict"] != "pass"], words(checked)


def test_every_check_has_a_mutant(lab):
    """The table has exactly the checks."""
    assert set(lab.check()) == set(MUTANTS)
    outside = set(lab.check("--url", lab.site, "--nonce", "x"))
    assert outside - set(MUTANTS) == OUTSIDE


def test_no_check_changes_anything(lab):
    """By the log of the cloud, and by what the backend holds."""
    before = lab.dynamodb.scan(TableName="MysfitsTable")["Items"]
    lab.cloud.forget_requests()
    lab.check()
    requests = lab.cloud.requests()
    assert [it["operation"] for it in requests if it["mutating"]] == []
    assert len(requests) > 30
    assert lab.dynamodb.scan(TableName="MysfitsTable")["Items"] == before
    assert lab.cognito.list_users(UserPoolId=lab.pool)["Users"] == []


def breaks_exactly(lab, check):
    """The check fails; every other one passes, or is skipped because of it."""
    with MUTANTS[check](lab):
        checked = lab.check()
    assert failed(checked) == {check}, words(checked)
    because = {line["because_of"] for line in checked.values() if line["verdict"] == "skipped"}
    assert because <= {check}, words(checked)
    assert checked[check]["actual"] and checked[check]["seen_in"]


@pytest.mark.parametrize("check", FIRST)
def test_a_mutant_fails_its_check_and_no_other(lab, check):
    """One thing is broken."""
    breaks_exactly(lab, check)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_several_things_at_once_are_named(lab, seed):
    """Of five things that do not depend on each other, exactly these."""
    checked = lab.check()
    chosen = independent(checked, random.Random(seed))
    with ExitStack() as broken:
        for check in chosen:
            broken.enter_context(MUTANTS[check](lab))
        found = lab.check()
    assert failed(found) == set(chosen), words(found)


def independent(checked, chance):
    """Five checks of different resources, none of which depends on another one."""
    names = sorted(set(FIRST) - ALONE)
    chance.shuffle(names)
    chosen = []
    for name in names:
        same = [it for it in chosen if checked[it]["resource"] == checked[name]["resource"]]
        related = [it for it in chosen if name in above(checked, it) or it in above(checked, name)]
        if not same and not related and len(chosen) < AT_ONCE:
            chosen.append(name)
    return chosen


def above(checked, name):
    """The checks that a check depends on, and those of these."""
    found = set(checked[name]["depends_on"])
    return found | {it for other in found for it in above(checked, other)}


def test_the_nonce(lab):
    """From outside: none, another, and the right one, in the configuration or as an object."""
    url = ("--url", lab.site, "--nonce", "n-1")
    assert lab.check(*url)["site-nonce"]["actual"] == "none"
    lab.put_object("nonce.txt", {"Body": b"n-2\n", "ContentType": "text/plain"})
    assert lab.check(*url)["site-nonce"]["actual"] == "another one"
    lab.put_object("nonce.txt", {"Body": b"n-1\n", "ContentType": "text/plain"})
    assert lab.check(*url)["site-nonce"]["verdict"] == "pass"
    lab.s3.delete_object(Bucket=lab.bucket, Key="nonce.txt")
    right = lab.object("config.js")
    with_nonce = right["Body"].replace(b"window.MYSFITS = {", b'window.MYSFITS = {\n  nonce: "n-1",')
    lab.put_object("config.js", right | {"Body": with_nonce})
    assert lab.check(*url)["site-nonce"]["verdict"] == "pass"
    lab.put_object("config.js", right)


@pytest.mark.parametrize("check", LAST)
def test_what_others_stand_on_fails_alone(lab, check):
    """What stands on it is skipped."""
    breaks_exactly(lab, check)


def test_the_lab_is_right_again(lab):
    """After all mutants."""
    lab.deploy()
    passes(lab)
