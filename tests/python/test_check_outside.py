"""`mysfits check --url`: from outside, without credentials, of a site that somebody else has written."""

import json

import pytest

from helpers.answering import answering
from helpers.program import Program


@pytest.fixture
def program(tmp_path):
    """`mysfits` on a machine on which there are no credentials and no local cloud."""
    return Program(tmp_path / "home")


def check(program, url, code, *more):
    """The checks of a site by their ids."""
    ended = program.run("check", "--url", url, *more, "--output", "json").expect(code)
    lines = [json.loads(line) for line in ended.out.splitlines()]
    return {line["check"]: line for line in lines if line["type"] == "check"}


def site(pages):
    """A site with these pages: status, headers, body; everything else is not there."""
    asked = []

    def answer(request):
        asked.append((request.command, request.path))
        return pages.get(request.path, (404, {}, b"no"))

    return asked, answering(answer)


def test_a_site_that_leads_elsewhere_and_never_ends(program):
    """Redirects are not followed, and no more is read than a page has."""
    asked, server = site({
        "/": (302, {"Location": "/js/main.js"}, b""),
        "/config.js": (200, {}, b"x" * 1_000_000),
    })
    with server as port:
        found = check(program, f"http://127.0.0.1:{port}/", 3)
    page, config = found["site-page"], found["site-config"]
    assert (page["verdict"], page["actual"]) == ("fail", "status 302")
    assert (config["verdict"], config["because_of"]) == ("skipped", "site-page")
    assert {command for command, _ in asked} == {"GET"}
    # What needs the account is not listed.
    assert "bucket" not in found and "bucket-index" not in found


def test_what_a_site_says_does_not_act_on_the_terminal(program):
    """Control characters are shown."""
    page = b"<title>Mythical Mysfits</title>"
    config = b'api: "http://\x1b[2Jx",\nbackend: "ftp://a.example/"'
    _, server = site({"/": (200, {"Content-Type": "text/html"}, page), "/config.js": (200, {}, config)})
    with server as port:
        url = f"http://127.0.0.1:{port}"
        shown = program.run("check", "--url", url).expect(3).out
        found = check(program, url, 3)
    assert "\x1b[2J" not in shown
    assert found["api-encrypted"]["verdict"] == "fail"
    assert found["site-names-backend"]["actual"] == "`ftp://a.example/`, neither http:// nor https://"
    assert found["backend"]["because_of"] == "site-names-backend"
    assert found["api-list"]["verdict"] == "skipped"


def test_a_nonce_needs_a_site_and_an_address_has_to_be_one(program):
    """The command line is wrong then, and nothing is asked."""
    program.run("check", "--nonce", "x").expect(2)
    for bad in ["ftp://a.example", "a.example", "http://user:secret@a.example"]:
        ended = program.run("check", "--url", bad).expect(2)
        assert "MYS001" in ended.err


def test_a_site_that_does_not_answer_could_not_be_checked(program):
    """Nothing answers: it may be this machine."""
    with answering(lambda _: (200, {}, b"")) as port:
        pass
    found = check(program, f"http://127.0.0.1:{port}", 1)
    assert found["site-page"]["verdict"] == "unknown"
    assert "no answer" in found["site-page"]["actual"]
