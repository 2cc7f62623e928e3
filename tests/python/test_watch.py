"""`mysfits status --watch`: under a pseudo-terminal, and in a pipe."""

import json
import signal
import termios

import pytest

from helpers.terminal import CTRL_C, Terminal
from helpers.waiting import until

BUCKET = "mysfits-000000000000-eu-west-1"
WATCH = ("status", "part-2", "--watch", "--local")
SIZES = [(80, 24), (40, 10)]


@pytest.fixture
def deployed(cloud, program_for):
    """`mysfits` for a local cloud in which part 1 is deployed."""
    program = program_for(cloud)
    program.done("deploy", "part-1", "--local")
    return program


def modes(terminal):
    """How the terminal treats keys."""
    return termios.tcgetattr(terminal.master)



@pytest.mark.parametrize(("columns", "rows"), SIZES)
@pytest.mark.parametrize("no_color", ["", "1"])
def test_the_page_shows_changes_and_obeys_keys(deployed, cloud, columns, rows, no_color):
    """All resources, then only what changed; `q` quits, and the terminal is as it was before."""
    with Terminal(deployed, *WATCH, columns=columns, rows=rows, NO_COLOR=no_color) as terminal:
        before = modes(terminal)
        terminal.shows("2 of 5 ready")
        assert modes(terminal) != before
        # Where it works was said before, in a sentence.
        wrapped = list(terminal.screen.wrapped)
        assert "c only changes" in str(terminal)
        cloud.client("s3").delete_bucket_website(Bucket=BUCKET)
        terminal.shows("bucket, was ready")
        terminal.type("c")
        terminal.shows("c everything")
        assert not any("likes-table" in line for line in terminal.screen.shown()), str(terminal)
        assert "bucket, was ready" in str(terminal)
        terminal.type("q")
        assert terminal.end(10) == 0
        assert modes(terminal) == before
        assert terminal.screen.wrapped == wrapped
        assert "q quit" not in str(terminal)
        assert "bucket, was ready" in str(terminal)
        assert terminal.out == b""
        if no_color:
            assert b"\x1b[3" not in terminal.raw and b"\x1b[1m" not in terminal.raw


def test_a_page_that_is_too_long_is_scrolled(deployed):
    """On a small terminal `j` and the arrows move the page, and never beyond its end."""
    with Terminal(deployed, *WATCH, columns=40, rows=6) as terminal:
        terminal.shows("2 of 5 ready")
        terminal.shows("more below")
        assert not any("mysfits" in line for line in terminal.screen.shown()[1:]), str(terminal)
        terminal.type("jj\x1b[B\x1b[B\x1b[B")
        terminal.until(lambda screen: "not there mysfits" in "".join(screen.display), "the end")
        terminal.shows("3 more above")
        terminal.type("kkkkk")
        terminal.until(lambda screen: "ready     bucket" in "".join(screen.display), "the top")
        terminal.type("q")
        assert terminal.end(10) == 0


@pytest.mark.parametrize("how", ["key", "signal"])
def test_ctrl_c_and_a_signal_leave_the_terminal_as_it_was(deployed, how):
    """Ended by Ctrl-C or by another program: no key is lost, and no error is shown."""
    with Terminal(deployed, *WATCH) as terminal:
        before = modes(terminal)
        terminal.shows("2 of 5 ready")
        if how == "key":
            terminal.type(CTRL_C)
        else:
            terminal.process.send_signal(signal.SIGTERM)
        assert terminal.end(10) == 130
        assert modes(terminal) == before
        assert "error[" not in str(terminal) and "stopping" not in str(terminal), str(terminal)
        titles = [line for line in terminal.screen.shown() if "of 5 ready" in line]
        assert len(titles) == 1, str(terminal)


def test_without_a_terminal_each_change_is_a_line(deployed, cloud):
    """The whole status first, then a line for each change, until Ctrl-C."""
    running = deployed.start(*WATCH)
    try:
        said = lambda: deployed.said.read_text()
        until(lambda: "costs $" in said(), "the first look")
        cloud.client("s3").delete_bucket_website(Bucket=BUCKET)
        until(lambda: "\nbucket: differs, was ready; " in said(), "the change")
        running.send_signal(signal.SIGINT)
        assert running.wait(10) == 130
        assert "\x1b" not in said() and "error[" not in said(), said()
        assert said().count("was ready") == 1
    finally:
        running.kill()


def test_json_lines_say_what_it_was(deployed, cloud):
    """Lines as of `status`; of a change with the state before it and the time."""
    running = deployed.start(*WATCH, "--output", "json")
    try:
        lines = lambda: [json.loads(line) for line in deployed.said.read_text().splitlines()]
        until(lambda: any(line["type"] == "bill" for line in lines()), "the first look")
        cloud.client("s3").delete_bucket_website(Bucket=BUCKET)
        changed = until(lambda: [line for line in lines() if "was" in line], "the change")
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 130
        assert [(line["type"], line["resource"], line["state"], line["was"]) for line in changed] == [
            ("status", "bucket", "differs", "ready")
        ]
        assert changed[0]["time"].endswith("Z")
    finally:
        running.kill()
