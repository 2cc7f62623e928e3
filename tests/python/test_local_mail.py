"""`mysfits local mail`: the codes that Cognito sent."""

import json
import signal
import subprocess

import pytest

from helpers.cognito import EMAIL, Pool
from helpers.waiting import until

OTHER = "other@example.com"


@pytest.fixture
def pool(cloud):
    """A pool whose visitors have signed up."""
    pool = Pool(cloud)
    pool.sign_up()
    pool.sign_up(OTHER)
    return pool


def test_mails_are_printed(pool, mysfits):
    """For people: when, to whom, what about, the code, the text."""
    lines = mysfits.done("local", "mail", "--to", OTHER).splitlines()
    assert lines[0].endswith(f"Z  {OTHER}")
    code = pool.code(OTHER)
    assert lines[1:] == [
        "  Your verification code",
        f"  code {code}",
        f"  Your confirmation code is {code}",
    ]


def test_mails_are_json_lines(pool, mysfits):
    """For programs: a line a mail."""
    first, *mails = map(json.loads, mysfits.done("local", "mail", "--output", "json").splitlines())
    assert first["type"] == "version"
    assert [(mail["type"], mail["id"], mail["to"]) for mail in mails] == [
        ("mail", 1, EMAIL),
        ("mail", 2, OTHER),
    ]
    assert mails[0]["code"] == pool.code()
    assert set(mails[0]) == {"type", "id", "to", "subject", "code", "text", "sent"}


def test_new_mails_are_followed(pool, mysfits, tmp_path):
    """`--follow` shows what is there, what comes, and what comes after a reset; Ctrl-C ends it."""
    out = tmp_path / "out"
    with out.open("w") as stream:
        following = subprocess.Popen(
            [*mysfits.command, "local", "mail", "--follow"],
            stdout=stream,
            env=mysfits.environment,
            cwd=mysfits.home,
        )
    try:
        until(lambda: OTHER in out.read_text(), "the mails that are there")
        pool.sign_up("third@example.com")
        until(lambda: "third@example.com" in out.read_text(), "a new mail")
        mysfits.done("local", "reset")
        Pool(pool.cloud).sign_up("fourth@example.com")
        until(lambda: "fourth@example.com" in out.read_text(), "a mail after a reset")
        following.send_signal(signal.SIGINT)
        assert following.wait(20) == 0
    finally:
        following.kill()
        following.wait()


def test_nothing_to_show(cloud, mysfits):
    """No mail is no error; no local cloud is one."""
    ended = mysfits.run("local", "mail").expect(0)
    assert (ended.out, ended.err.strip()) == ("", "there is no mail")
    cloud.stop()
    assert "error[MYS" in mysfits.run("local", "mail").expect(1).err
