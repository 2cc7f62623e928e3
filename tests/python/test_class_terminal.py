"""A class on a terminal: one question for all labs, and one line for each of them."""

import re

import pytest

from helpers.terminal import Terminal

ROSTER = "name,account,lab\nanna,111111111111,a\nbert,222222222222,b\ncora,333333333333,c\n"
DEPLOY = ("class", "deploy", "--part", "part-2", "--local")
QUESTION = "Type the number of labs (3) to continue with all of them:"


@pytest.fixture
def mysfits(cloud, program_for):
    """`mysfits` with a roster in its folder."""
    program = program_for(cloud)
    (program.home / "class.csv").write_text(ROSTER)
    return program


def tables(cloud, account):
    """The tables of an account."""
    return cloud.client("dynamodb", account=account).list_tables()["TableNames"]


@pytest.mark.parametrize(("answer", "code"), [("2", 1), ("y", 1), ("", 1), ("3", 0)])
def test_the_number_of_labs_is_typed(cloud, mysfits, answer, code):
    """Nobody types it out of habit."""
    with Terminal(mysfits, *DEPLOY, columns=100, rows=30) as terminal:
        terminal.shows(QUESTION)
        assert re.search(r"anna +111111111111 +5 to deploy, \$0\.32 a day", str(terminal)), str(terminal)
        assert tables(cloud, "111111111111") == []
        terminal.type(f"{answer}\r")
        assert terminal.end() == code
        assert ("MYS004" in str(terminal)) is (code == 1), str(terminal)
    assert len(tables(cloud, "333333333333")) == (0 if code else 2)


@pytest.mark.parametrize(("columns", "rows"), [(40, 24), (100, 24)])
def test_each_lab_has_a_line(cloud, mysfits, columns, rows):
    """Three that wait for their tables: each has a line, and all have one, for as long as it takes."""
    cloud.hold("dynamodb", "CreateTable")
    with Terminal(mysfits, *DEPLOY, "--yes", columns=columns, rows=rows) as terminal:
        def is_at_work(screen):
            shown = screen.shown()
            rows = [line for line in shown if re.match(r". (anna|bert|cora) +deploying part [12], [23]/5", line)]
            return len(rows) == 3 and shown[-1].startswith("0 of 3 labs")

        terminal.until(is_at_work, "three lines at work")
        # The plan above may be longer: it is text that stays.
        assert not [line for line in terminal.screen.wrapped if "deploying" in line]
        cloud.release()
        assert terminal.end() == 0
        assert not [line for line in terminal.screen.shown() if "deploying" in line], str(terminal)
    assert b"3 labs: 3 ready" in terminal.out
