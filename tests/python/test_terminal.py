"""What a person sees: `mysfits` under a pseudo-terminal, standard output in a pipe of its own."""

import re

import pytest

from helpers.terminal import CTRL_C, Terminal

BUCKET = "mysfits-000000000000-eu-west-1"
RESOURCES = ["bucket", "site", "table", "likes-table", "mysfits"]
TABLES = ["MysfitsTable", "MysfitsTableLikes"]
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
NOTE = "bucket: relaxing Block Public Access for bucket policies only: a website is read by everyone"
END = "Deployed: 5 created in"
NEXT = "To remove everything: `mysfits cleanup all --local`"
WHY = "A DynamoDB table holds the mysfits; its two indexes answer the page's filters."
SIZES = [(80, 10), (80, 24), (120, 40), (40, 30)]
# A sign and a name, `⠋ table   waiting: CREATING  1 s`, what belongs to the row above, or how far it is.
LIVE = re.compile(rf"[✓{SPINNER}] ({'|'.join(RESOURCES)})\b.*|  \S.*|\d of 5 done.*")
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


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_no_line_is_longer_than_the_screen(mysfits, columns, rows):
    """Every line at any time is a row, what belongs to it, or how far it is; none is wrapped."""
    with Terminal(mysfits, *DEPLOY, columns=columns, rows=rows) as terminal:
        seen = watched(terminal)
        # The end may be longer: it is text that stays.
        assert [line for line in terminal.screen.wrapped if LIVE.fullmatch(line.rstrip())] == []
    others = "".join(line for line in seen if not LIVE.fullmatch(line))
    assert not set(SPINNER) & set(others), others
    assert any(re.match(rf"[{SPINNER}] table +waiting: CREATING  \d+ s", line) for line in seen)


def table_at_work(shown):
    """The rows that say that the table is being made."""
    return [line for line in shown if re.match(rf"[{SPINNER}] table\b.*CREATING.*  [\d.]+ s", line)]


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_what_is_at_work_is_on_the_screen_all_the_time(cloud, program_for, columns, rows):
    """A table that never gets ready, a bucket and a site that are: it is named for as long as it takes."""
    cloud.hold("dynamodb", "CreateTable")
    with Terminal(program_for(cloud), *DEPLOY, columns=columns, rows=rows) as terminal:
        terminal.until(
            lambda screen: screen.shown() and screen.shown()[-1].startswith("2 of 5 done"), "half"
        )
        terminal.shows("waiting: CREATING")
        frames = set()
        # As many frames as a spinner has signs, and what is drawn in between.
        while len(frames) < len(SPINNER):
            terminal.read(0.05)
            shown = terminal.screen.shown()
            assert len(table_at_work(shown)) == 1, str(terminal)
            assert shown[-1].startswith("2 of 5 done"), str(terminal)
            assert columns == 40 or "2 wait for `table`" in shown[-1], str(terminal)
            assert (f"  {WHY}" in shown) is (columns >= 100), str(terminal)
            frames.add(table_at_work(shown)[0][0])
        cloud.release()
        assert terminal.end() == 0
        assert not set(SPINNER) & set(str(terminal)), str(terminal)
        assert END in str(terminal)


def test_another_size_leaves_nothing_torn(cloud, program_for):
    """After each change of the window, the block stands there once, and fits."""
    cloud.hold("dynamodb", "CreateTable")
    with Terminal(program_for(cloud), *DEPLOY, columns=110, rows=24) as terminal:
        terminal.shows("2 of 5 done")
        terminal.shows("waiting: CREATING")
        for columns, rows in [(70, 24), (30, 12), (120, 40), (45, 6)]:
            terminal.resize(columns, rows)
            frame = len(terminal.raw)
            # The first frame that it draws may be one of the old size.
            terminal.until(lambda _: terminal.raw[frame:].count(b"2 of 5 done") >= 3, "frames")
            shown = terminal.screen.shown()
            text = str(terminal)
            assert len([line for line in shown if line[0] in SPINNER]) == 1, text
            assert len([line for line in shown if "of 5 done" in line]) == 1, text
            assert len([line for line in shown if re.match(r"✓ site\b", line)]) == 1, text
        cloud.release()
        assert terminal.end() == 0


def test_a_locale_without_utf_8_gets_ascii(mysfits):
    """`LC_ALL=C`: no byte that such a terminal cannot show."""
    with Terminal(mysfits, *DEPLOY, LC_ALL="C", columns=40) as terminal:
        seen = watched(terminal)
        assert terminal.raw.isascii()
    assert any(re.match(r"\+ bucket created: .*\.\.\.  ", line) for line in seen), seen
    assert any(re.match(r"[|/\\-] table .*  \d+ s", line) for line in seen), seen


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_finished_lines_stay(mysfits, columns, rows):
    """One finished line a resource, in the order in which they ended, then the end. Nothing moves on."""
    with Terminal(mysfits, *DEPLOY, columns=columns, rows=rows + 10) as terminal:
        assert terminal.end() == 0
        shown = terminal.screen.shown()
    finished = [line for line in shown if line.startswith("✓")]
    assert sorted(line.split()[1] for line in finished) == sorted(RESOURCES)
    for line in finished:
        assert re.fullmatch(r"✓ [\w-]+ +created: .*  [\d.]+ s", line), line
        assert len(line) < columns
    others = [line for line in shown if not LIVE.fullmatch(line)]
    words = " ".join(" ".join(others).split())
    assert NOTE in words, words
    assert f"{END} " in words and words.replace(" ", "").endswith(NEXT.replace(" ", "")), words
    assert (f"  {WHY}" in shown) is (columns >= 100)
    assert not set(SPINNER) & set("".join(shown))


def test_a_line_is_never_two_things_at_once(mysfits):
    """A frame with a spinner before the sign of the end is a line that is finished and is not."""
    with Terminal(mysfits, *DEPLOY) as terminal:
        assert terminal.end() == 0
        drawn = COLOUR.sub(b"", terminal.raw).decode()
    assert re.findall(rf"[{SPINNER}] ✓ [\w-]+", drawn) == []


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
    """One line, the site's address with its label, without any escape."""
    with Terminal(mysfits, *DEPLOY) as terminal:
        assert terminal.end() == 0
        assert re.fullmatch(rb"site  http://[\w.:/-]+  \(open this\)\n", terminal.out)
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
    assert shown[-2].startswith(END) and shown[-1] == NEXT


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
    assert (END in "\n".join(shown)) is (how == "--output=plain")


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
    assert "interrupted: `table` (AWS continues creating it)" in text and "failed" not in text
    assert "would cost up to $0.32 a day on AWS" in text
    for command in ["mysfits deploy part-2 --local", "mysfits cleanup all --local"]:
        assert "".join(shown).count(command) == 1, text
    assert not set(SPINNER) & set(text), text

    mysfits.run(*DEPLOY).expect(0)
    dynamodb = cloud.client("dynamodb")
    assert dynamodb.list_tables()["TableNames"] == TABLES
    assert dynamodb.scan(TableName="MysfitsTable")["Count"] == 12


def test_how_to_go_on_is_the_same_command(start_cloud, program_for):
    """What is printed to go on goes to the same place: without `--local` it would go to AWS."""
    _, shown, _ = interrupted(program_for(start_cloud(pace=1)))
    advice = [line for line in shown if "mysfits deploy part-2" in line]
    assert advice and all("--local" in line for line in advice), advice


CLEANUP = ("cleanup", "all", "--local")
QUESTION = "account 000000000000 in eu-west-1? [y/N]"


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


@pytest.mark.parametrize("answer", ["", "n", "000000000000"])
def test_another_answer_than_yes_removes_nothing(deployed, cloud, answer):
    """Cleanup lists what it will remove and asks; another answer ends it with 1."""
    with Terminal(deployed, *CLEANUP, columns=120) as terminal:
        terminal.shows(QUESTION)
        for what in ["remove    bucket", "remove    table", "mysfits:lab"]:
            assert what in str(terminal)
        terminal.type(f"{answer}\r")
        assert terminal.end() == 1
        assert "MYS004" in str(terminal)
    assert what_is_there(cloud) == ([BUCKET], TABLES)


def test_yes_removes(deployed, cloud):
    """On the local cloud a yes is enough, and everything is gone."""
    with Terminal(deployed, *CLEANUP, columns=120) as terminal:
        terminal.shows(QUESTION)
        assert what_is_there(cloud) == ([BUCKET], TABLES)
        terminal.type("y\r")
        assert terminal.end() == 0
        assert terminal.out.startswith(b"nothing of ")
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
    assert what_is_there(cloud) == ([BUCKET], TABLES)


@pytest.mark.parametrize(("answer", "code", "made"), [("n", 1, 0), ("", 1, 0), ("y", 0, 1)])
def test_deploy_asks_where_it_costs_money(moto, against_moto, answer, code, made):
    """Not on the local cloud, but elsewhere: the plan with its cost, and a question."""
    s3 = moto.client("s3")
    with Terminal(against_moto, "deploy", "part-2", columns=120) as terminal:
        terminal.shows("a day? [y/N]")
        assert re.search(r"\$\d+\.\d\d a day", str(terminal))
        assert s3.list_buckets()["Buckets"] == []
        terminal.type(f"{answer}\r")
        assert terminal.end() == code
        assert ("Browsers such as Chrome warn" in str(terminal)) is (code == 0)
    assert len(s3.list_buckets()["Buckets"]) == made
