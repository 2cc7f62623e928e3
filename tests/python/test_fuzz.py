"""A minute of fuzzing, and that the fuzzer would see and repeat what is wrong."""

import random

from fuzz.judge import verdict
from fuzz.mutate import Mutator
from fuzz.recording import Recording
from fuzz.replay import line_of, raw_of
from fuzz.requests import Request
from fuzz.run_of import Asked, Run
from fuzz.watch import Sentinel
from fuzz.wire import Answer
from fuzz.worker import said

SEED, SECONDS = 1, 60

SEEDS = [
    Request(
        "json", "POST", "/", [("x-amz-target", "a.b")], b'{"TableName":"a","Key":{"Id":{"S":"1"}}}'
    ),
    Request(
        "form", "POST", "/", [("host", "localhost")], b"Action=CreateStack&Tags.member.1.Key=a"
    ),
    Request(
        "xml",
        "PUT",
        "/bucket?tagging",
        [("range", "bytes=0-1")],
        b"<Tagging><Key>a</Key></Tagging>",
    ),
]


def test_a_minute():
    """No 5xx, no connection closed without an answer, no panic, no end, no file outside the folder."""
    run = Run(Asked(seed=SEED, seconds=SECONDS, workers=2, round=10**9))
    total = run.go()
    print(f"seed {SEED}: {total.sent} requests, {dict(total.statuses)}")
    assert total.sent > SECONDS, "the cloud hardly answers"
    assert not total.sorts, f"seed {SEED}, {total.sent} requests\n{said(total)}"


def some_requests(seed):
    """The first requests of a seed."""
    mutator = Mutator(random.Random(seed), Recording(SEEDS, [], {"tablename": ["MysfitsTable"]}))
    return [mutator.next().raw() for _ in range(300)]


def test_a_seed_gives_the_same_requests():
    """And others than another seed."""
    assert some_requests("1.1.0") == some_requests("1.1.0")
    assert some_requests("1.1.0") != some_requests("1.1.1")
    assert len(set(some_requests("1.1.0"))) > 200


def test_a_finding_is_repeated_in_another_lab():
    """The ids of the lab in which it was found become those of another one."""
    raw = b"GET /restapis/abc123def4 HTTP/1.1\r\n\r\n" + bytes(range(256))
    line = line_of(raw, {"restapiid": ["abc123def4"]})
    again = raw_of(line, {"restapiid": ["zyx987wvu6"]})
    assert again == raw.replace(b"abc123def4", b"zyx987wvu6")


def test_what_is_wrong():
    """An error of the server is, but for what AWS answers so, too."""
    call, api = Request("call", "POST", "/"), Request("api", "GET", "/_execute-api/a/prod/mysfits")
    broken = Answer(500, b"", b'{"message":"Internal server error"}')
    assert verdict(api, broken) is None
    assert verdict(call, broken).startswith("500")
    assert verdict(call, Answer(501, b"", b"<Code>NotImplemented</Code>")) is None
    assert verdict(call, Answer(400, b"", b"")) is None


def test_a_file_outside_is_seen(tmp_path):
    """Of those within, nothing is said."""
    (tmp_path / "cloud").mkdir()
    sentinel = Sentinel(tmp_path, tmp_path / "cloud")
    (tmp_path / "cloud" / "state").touch()
    assert sentinel.strangers() == []
    (tmp_path / "escaped").touch()
    assert sentinel.strangers() == [f"{tmp_path}/escaped"]
