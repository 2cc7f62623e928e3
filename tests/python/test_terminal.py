"""What a person sees: `mysfits` under a pseudo-terminal, standard output in a pipe of its own."""

import re

import pytest

from helpers.terminal import CTRL_C, Terminal

BUCKET = "mysfits-000000000000-eu-west-1"
RESOURCES = ["bucket", "site", "table", "mysfits"]
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
NOTE = "bucket: relaxing Block Public Access for bucket policies only: a website is read by everyone"
END = "deployed, 4 changed"
# A sign and a name: `⠋ table   waiting: CREATING        1s`. Two signs have a test of their own.
LIVE = re.compile(rf"[·✓{SPINNER}]( ✓)?( ({'|'.join(RESOURCES)})\b.*)?")
COLOUR = re.compile(rb"\x1b\[[0-9;]*m")
ESCAPE = b"\x1b"

DEPLOY = ("deploy", "part-2", "--local")


@pytest.fixture
def slow(start_cloud):
    """A local cloud in which a table takes two seconds."""
    return start_cloud(pace=0.25)


@pytest.fixture
def mysfits(slow, program_for):
    """`mysfits` for use with `slow`."""
    return program_for(slow)


def watched(terminal):
    """Runs it to its end; every line that ever stood on the screen."""
    seen = {}
    while terminal.open:
        terminal.read(0.1)
        seen |= dict.fromkeys(terminal.screen.shown())
    assert terminal.end() == 0, str(terminal)
    return list(seen)


@pytest.mark.parametrize("columns", [80, 40])
def test_no_line_is_longer_than_the_screen(mysfits, columns):
    """Every line at any time is one resource's whole line: none is wrapped, none stands twice."""
    with Terminal(mysfits, *DEPLOY, columns=columns) as terminal:
        seen = watched(terminal)
    others = [line for line in seen if not LIVE.fullmatch(line)]
    assert [line for line in others if line.strip() not in NOTE and line.strip() not in END] == []
    assert any(re.fullmatch(rf"[{SPINNER}] table +waiting: CREATING +\d+s", line) for line in seen)


@pytest.mark.parametrize("columns", [80, 40])
def test_finished_lines_stay(mysfits, columns):
    """The last screen: the note, one finished line a resource in order, the end. Nothing moves on."""
    with Terminal(mysfits, *DEPLOY, columns=columns) as terminal:
        assert terminal.end() == 0
        shown = terminal.screen.shown()
    finished = [line for line in shown if line.startswith("✓")]
    assert [line.split()[1] for line in finished] == RESOURCES
    for line in finished:
        assert re.fullmatch(r"✓ \w+ +created: .* \d+\.\d s", line), line
        assert len(line) <= columns
    others = [line for line in shown if line not in finished]
    assert "".join(f"{line:{columns}}" for line in others).split() == f"{NOTE} {END}".split()
    assert not set(SPINNER) & set("".join(shown))


def test_a_line_is_never_two_things_at_once(mysfits):
    """A frame with a spinner before the sign of the end is a line that is finished and is not."""
    with Terminal(mysfits, *DEPLOY) as terminal:
        assert terminal.end() == 0
        drawn = COLOUR.sub(b"", terminal.raw).decode()
    assert re.findall(rf"[{SPINNER}] ✓ \w+", drawn) == []


def test_titles_at_eighty_columns(mysfits):
    """With room, a finished line says what it is about."""
    with Terminal(mysfits, *DEPLOY) as terminal:
        assert terminal.end() == 0
        text = "\n".join(terminal.screen.shown())
    for title in [
        f"created: S3 bucket `{BUCKET}`",
        "created: the site's files in the bucket",
        "created: DynamoDB table `MysfitsTable`",
        "created: the twelve mysfits in the table",
    ]:
        assert title in text


def test_standard_output_holds_the_address_only(mysfits):
    """One line, the site's URL, without any escape."""
    with Terminal(mysfits, *DEPLOY) as terminal:
        assert terminal.end() == 0
        assert re.fullmatch(rb"http://[\w.:/-]+\n", terminal.out)
        assert BUCKET.encode() in terminal.out
        assert "http://" not in str(terminal)


def test_colours(mysfits):
    """Colours on a terminal; with `NO_COLOR` none, and the rest as before."""
    with Terminal(mysfits, *DEPLOY) as terminal:
        assert terminal.end() == 0
        assert COLOUR.search(terminal.raw)
    with Terminal(mysfits, *DEPLOY, NO_COLOR="1") as terminal:
        assert terminal.end() == 0
        assert not COLOUR.search(terminal.raw)
        assert "✓ table" in str(terminal)


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"CI": "true"}], ids=["dumb", "CI"])
def test_plain_lines_where_nothing_may_move(mysfits, environment):
    """One line a change, in the order of the changes; no cursor is moved."""
    with Terminal(mysfits, *DEPLOY, columns=120, rows=100, **environment) as terminal:
        assert terminal.end() == 0
        plain = COLOUR.sub(b"", terminal.raw)
        shown = terminal.screen.shown()
    assert ESCAPE not in plain
    assert not set(SPINNER) & set("".join(shown))
    assert shown.count("table: waiting: CREATING") == 1
    ended = [line.split(":")[0] for line in shown if re.search(r": created \(.* s\)$", line)]
    assert sorted(ended) == sorted(RESOURCES)
    assert ended.index("bucket") < ended.index("site")
    assert ended.index("table") < ended.index("mysfits")
    assert shown[-1] == END


def test_a_dumb_terminal_gets_no_escapes(mysfits):
    """`TERM=dumb` knows no colours either."""
    with Terminal(mysfits, *DEPLOY, TERM="dumb") as terminal:
        assert terminal.end() == 0
        assert ESCAPE not in terminal.raw


@pytest.mark.parametrize("how", ["-q", "--output=plain", "--output=json"])
def test_other_ways_to_show(mysfits, how):
    """Quiet, plain and JSON move nothing on a terminal either."""
    with Terminal(mysfits, *DEPLOY, how, columns=120) as terminal:
        assert terminal.end() == 0
        shown = terminal.screen.shown()
        assert ESCAPE not in COLOUR.sub(b"", terminal.raw)
        assert ESCAPE not in terminal.out
    assert (END in shown) is (how == "--output=plain")


def interrupted(program):
    """A deploy in which Ctrl-C was pressed once, when only the table was still on its way."""
    with Terminal(program, *DEPLOY, columns=120) as terminal:
        terminal.shows("✓ site")
        terminal.shows("waiting: CREATING")
        terminal.type(CTRL_C)
        code = terminal.end(5)
        return code, terminal.screen.shown(), terminal.out


def test_ctrl_c_once(start_cloud, program_for):
    """A table takes eight seconds; one Ctrl-C ends the deploy at once, and the next one finishes."""
    cloud = start_cloud(pace=1)
    mysfits = program_for(cloud)
    code, shown, out = interrupted(mysfits)
    text = "\n".join(shown)
    assert (code, out) == (130, b""), text
    assert "stopping" in text
    assert "done: `bucket`, `site`" in text
    assert "mysfits deploy part-2" in text and "continues where this one stopped" in text
    assert not set(SPINNER) & set(text), text

    mysfits.run(*DEPLOY).expect(0)
    dynamodb = cloud.client("dynamodb")
    assert dynamodb.list_tables()["TableNames"] == ["MysfitsTable"]
    assert dynamodb.scan(TableName="MysfitsTable")["Count"] == 12


def test_how_to_go_on_is_the_same_command(start_cloud, program_for):
    """What is printed to go on goes to the same place: without `--local` it would go to AWS."""
    _, shown, _ = interrupted(program_for(start_cloud(pace=1)))
    advice = [line for line in shown if "mysfits deploy part-2" in line]
    assert advice and all("--local" in line for line in advice), advice


CLEANUP = ("cleanup", "all", "--local")
QUESTION = "Type the account id (000000000000)"


def what_is_there(cloud):
    """The buckets and tables."""
    buckets = cloud.client("s3").list_buckets()["Buckets"]
    tables = cloud.client("dynamodb").list_tables()["TableNames"]
    return [bucket["Name"] for bucket in buckets], tables


@pytest.fixture
def deployed(cloud, program_for):
    """`mysfits` for a local cloud in which part 2 is deployed."""
    program = program_for(cloud)
    program.done(*DEPLOY)
    return program


@pytest.mark.parametrize("answer", ["", "y", "yes", "123456789012", "00000000000"])
def test_a_wrong_account_removes_nothing(deployed, cloud, answer):
    """Cleanup lists what it will remove and asks; another answer ends it with 1."""
    with Terminal(deployed, *CLEANUP, columns=120) as terminal:
        terminal.shows(QUESTION)
        for what in ["remove    bucket", "remove    table", "mysfits:lab"]:
            assert what in str(terminal)
        terminal.type(f"{answer}\r")
        assert terminal.end() == 1
        assert "MYS004" in str(terminal)
    assert what_is_there(cloud) == ([BUCKET], ["MysfitsTable"])


def test_the_right_account_removes(deployed, cloud):
    """The account's number, and everything is gone."""
    with Terminal(deployed, *CLEANUP, columns=120) as terminal:
        terminal.shows(QUESTION)
        assert what_is_there(cloud) == ([BUCKET], ["MysfitsTable"])
        terminal.type("000000000000\r")
        assert terminal.end() == 0
        assert terminal.out.startswith(b"nothing is left")
    assert what_is_there(cloud) == ([], [])


def test_ctrl_c_at_the_question(deployed, cloud):
    """No call is in flight: one Ctrl-C ends it with 130, and nothing is removed."""
    with Terminal(deployed, *CLEANUP, columns=120) as terminal:
        terminal.shows(QUESTION)
        terminal.type(CTRL_C)
        assert terminal.end(5) == 130
        shown = terminal.screen.shown()
    assert shown[-1] == "error[MYS130]: interrupted; nothing was done", shown
    assert not any("stopping" in line or "hint:" in line for line in shown), shown
    assert what_is_there(cloud) == ([BUCKET], ["MysfitsTable"])


@pytest.mark.parametrize(("answer", "code", "made"), [("n", 1, 0), ("", 1, 0), ("y", 0, 1)])
def test_deploy_asks_where_it_costs_money(moto, against_moto, answer, code, made):
    """Not on the local cloud, but elsewhere: the plan with its cost, and a question."""
    s3 = moto.client("s3")
    with Terminal(against_moto, "deploy", "part-2", columns=120) as terminal:
        terminal.shows("Go on? [y/N]")
        assert re.search(r"\$\d+\.\d\d a day", str(terminal))
        assert s3.list_buckets()["Buckets"] == []
        terminal.type(f"{answer}\r")
        assert terminal.end() == code
    assert len(s3.list_buckets()["Buckets"]) == made
