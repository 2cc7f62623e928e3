"""Fuzzes the local cloud.

    tests/fuzz/run --seed 7 --requests 1000000 --long

A finding is a line with the seed and the request, which `--replay` sends to a new lab. Without `--long`,
findings are answers of 5xx, connections closed without an answer, panics, the cloud's end, and files
outside its folder; with it, also answers over 1 s, health over 100 ms and memory that grows by 256 MB.
"""

import argparse
import sys
import time

from fuzz.replay import raw_of
from fuzz.run_of import Asked, Run
from fuzz.wire import Wire
from long.lab import keep_clean

LONG = {"slow": 1, "health": 0.1, "memory": 256}


def arguments():
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="tests/fuzz/run", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, help="how many, at least")
    parser.add_argument("--seconds", type=float, help="how long, at most")
    parser.add_argument("--workers", type=int, default=3, help="how many send at the same time")
    parser.add_argument(
        "--round", type=int, default=30_000, help="requests until the lab is made anew"
    )
    parser.add_argument("--long", action="store_true", help="also judge time and memory")
    parser.add_argument(
        "--replay", metavar="LINE", help="send this request of a finding, and nothing else"
    )
    return parser.parse_args()


def main():
    """Exit code 1 when something was found."""
    keep_clean()
    given = arguments()
    if given.replay:
        return replay(given.replay)
    asked = {name: value for name, value in vars(given).items() if value is not None}
    is_long = asked.pop("long")
    if not {"requests", "seconds"} & set(asked):
        asked["seconds"] = 60
    run = Run(Asked(**asked, **(LONG if is_long else {})), say=lambda text: print(text, flush=True))
    begun = time.monotonic()
    total = run.go()
    rate = total.sent / (time.monotonic() - begun)
    print(
        f"seed {given.seed}: {total.sent} requests, {rate:.0f} a second, slowest {total.slowest:.2f} s"
    )
    print(f"statuses: {dict(sorted(total.statuses.items()))}")
    print(f"memory at the most and at the end of each round: {run.memory} MB")
    return 1 if total.sorts else 0


def replay(line):
    """Sends the request of a finding to a new lab, and shows the answer."""
    run = Run(Asked())
    try:
        raw = raw_of(line, run.recorded().words)
        wire = Wire(run.lab.cloud.port, 30)
        print(raw[:3000])
        answer = wire.send(Bytes(raw))
        print(f"{answer.head.decode()}\n\n{answer.body[:5000].decode(errors='replace')}")
        run.lab.alive()
    finally:
        run.end()
    return 0


class Bytes:
    """Bytes to be sent as they are."""

    is_broken = False

    def __init__(self, raw):
        self.bytes, self.method = raw, raw.split(b" ")[0].decode()

    def raw(self):
        """These."""
        return self.bytes


if __name__ == "__main__":
    sys.exit(main())
