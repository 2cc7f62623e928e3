"""What is mutated: the requests of a lab from deploy to likes, and one of every operation there is."""

import json
import re
from collections import defaultdict

from fuzz import requests
from fuzz.operations import every_operation
from long.lab import DEPLOY
from long.proxy import Proxy

# Commands that read much of what there is.
READS = [
    ("status", "all", "--local"),
    ("plan", "all", "--local"),
    ("labs", "--local"),
    ("cost", "--local"),
]
ELEMENT = re.compile(rb"<(\w+)>([^<>]{1,200})</")
# What a request with these in its target would do to the fuzzer itself: end the cloud, empty it, or let
# calls fail on purpose.
FORBIDDEN = re.compile(r"_local/+(stop|reset|faults)", re.IGNORECASE)
# A recorded request is there this often: what succeeded is tried more than what was made up.
WEIGHT = 3
# The backend itself is no request that is worth mutating.
LARGEST = 300_000


class Recording:
    """Requests to mutate, and values by the name of the member in which they were seen."""

    def __init__(self, recorded, generated, words):
        self.requests = recorded * WEIGHT + generated
        self.recorded, self.generated, self.words = len(recorded), len(generated), words


def record(lab, visit):
    """Brings the lab up through a proxy, visits it, and gives what came by."""
    proxy = Proxy(lab.cloud.port)
    try:
        program = lab.program_at(lab.program.home, proxy.port)
        program.done(*DEPLOY)
        visit(proxy.port)
        for command in READS:
            program.run(*command)
        met = list(proxy.met)
        doors = {str(door): str(port) for port, door in proxy.addresses.doors.items()}
    finally:
        proxy.stop()
    words = _words(met)
    met = [one for one in met if one.door == "cloud" and len(one.request.body) < LARGEST]
    recorded = [_request(one, doors) for one in met]
    control = [
        _control(path)
        for path in ("health", "services", "requests?since=1", "mail?since=0", "mail.html")
    ]
    return Recording(recorded + control, every_operation(lab.cloud, words), words)


def _request(one, doors):
    """A request as the cloud got it: with its own ports."""
    body = one.request.body
    for door, port in doors.items():
        body = body.replace(f":{door}".encode(), f":{port}".encode())
    headers = [
        (
            name,
            value.replace(next(iter(doors)), doors[next(iter(doors))]) if name == "host" else value,
        )
        for name, value in one.request.headers
    ]
    return requests.from_parts(one.name, one.request.method, one.request.target, headers, body)


def _control(path):
    return requests.from_parts("control", "GET", f"/_local/{path}", [("host", "localhost")], b"")


def _words(met):
    words = defaultdict(set)
    for one in met:
        for message in (one.request, one.answer):
            for name, value in _members(message.body if message else b""):
                words[name.lower()].add(value)
    return {name: sorted(found)[:50] for name, found in words.items()}


def _members(body):
    if body[:1] == b"<":
        return [
            (name.decode(), text.decode(errors="replace")) for name, text in ELEMENT.findall(body)
        ]
    if body[:1] in (b"{", b"["):
        try:
            return list(_leaves(json.loads(body), ""))
        except ValueError:
            return []
    pairs = requests.pairs_of(body.decode("latin-1")) if b"Action=" in body[:4096] else []
    return [
        (re.sub(r"[\d.]+$", "", name).rpartition(".")[2], value) for name, value in pairs if value
    ]


def _leaves(tree, name):
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _leaves(value, key)
    elif isinstance(tree, list):
        for value in tree:
            yield from _leaves(value, name)
    elif isinstance(tree, str) and tree:
        yield name, tree
