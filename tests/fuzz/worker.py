"""One client that sends mutated requests and judges the answers."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field

from fuzz.judge import is_of_api, sort_of, verdict
from fuzz.mutate import Mutator
from fuzz.recording import FORBIDDEN
from fuzz.wire import Closed, Hung, Wire

# How many findings of one sort are kept with their requests.
KEPT = 2
# Without any answer for so many requests in a row, the cloud is gone.
GONE = 5


@dataclass
class Finding:
    """A request with which something was wrong: where in which run, what, and the request's bytes."""

    place: str
    sort: str
    why: str
    raw: bytes
    line: str = ""


@dataclass
class Result:
    """What a worker has seen."""

    sent: int = 0
    statuses: Counter = field(default_factory=Counter)
    sorts: Counter = field(default_factory=Counter)
    findings: list = field(default_factory=list)
    slowest: float = 0

    def add(self, other):
        """Takes in what another one has seen."""
        self.sent += other.sent
        self.statuses += other.statuses
        for finding in other.findings:
            if self.sorts[finding.sort] < KEPT:
                self.findings.append(finding)
        self.sorts += other.sorts
        self.slowest = max(self.slowest, other.slowest)


@dataclass
class Limits:
    """When a worker ends, and what is too slow, in seconds."""

    requests: int
    deadline: float
    slow: float
    patience: float


def work(place, port, recording, limits):
    """Sends requests until one of the limits; `place` seeds the dice."""
    mutator, wire = Mutator(random.Random(place), recording), Wire(port, limits.patience)
    result, unanswered = Result(), 0
    while (
        result.sent < limits.requests and time.monotonic() < limits.deadline and unanswered < GONE
    ):
        request = mutator.next()
        if FORBIDDEN.search(request.target):
            continue
        result.sent += 1
        begun = time.monotonic()
        why, status = _sent(wire, request)
        lasted = time.monotonic() - begun
        result.statuses[status] += 1
        unanswered = 0 if status or request.is_broken else unanswered + 1
        if not is_of_api(request):
            result.slowest = max(result.slowest, lasted)
            if lasted > limits.slow and not why:
                why = f"slow: {lasted:.1f} s"
        if why:
            _found(result, f"{place}:{result.sent}", request, why)
    return result


def _sent(wire, request):
    """Why the answer is wrong, if it is, and its status; 0 without an answer."""
    for is_again in (wire.socket is None, True):
        try:
            answer = wire.send(request)
            return verdict(request, answer), answer.status
        except Hung:
            return "no answer in time", 0
        except Closed as error:
            # A connection that was kept may have been closed meanwhile, whatever came over it now.
            if is_again:
                return (None if request.is_broken else f"closed without an answer: {error}"), 0
    return None, 0


def _found(result, place, request, why):
    sort = sort_of(request, why)
    if result.sorts[sort] < KEPT:
        result.findings.append(Finding(place, sort, why, request.raw()))
    result.sorts[sort] += 1


def said(result, known=0):
    """What was found after so many known findings, as text, with the lines that replay it."""
    lines = []
    for finding in result.findings[known:]:
        lines.append(
            f"FOUND at {finding.place}, {result.sorts[finding.sort]} of this sort: {finding.sort}"
        )
        lines += [f"  {finding.why}", f"  {finding.raw[:700]!r}"]
        lines += [f"  tests/fuzz/run --replay {finding.line}"] if finding.line else []
    return "\n".join(lines)
