"""A class of many accounts: killed half-way and continued elsewhere, three accounts that fail, others' resources.

    tests/long/run classes --accounts 200

One account may not create tables, one is throttled for a minute, one may not delete its bucket. They are
reported as such and slow nobody, and in the end every account is empty, service by service, as boto3 says.
"""

import argparse
import csv
import json
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from helpers.account import everything
from helpers.cloud import LocalCloud
from helpers.foreign import Foreign
from helpers.program import Program
from helpers.waiting import until
from long.lab import keep_clean

# Others have resources there, too.
SHARED = "000000000000"
DENIED, THROTTLED, STUCK = (f"{number}" * 12 for number in (1, 2, 3))
THROTTLED_FOR = 60


class Account:
    """One account of a cloud."""

    def __init__(self, cloud, number):
        self.cloud, self.number = cloud, number

    def client(self, service):
        return self.cloud.client(service, account=self.number)


class Course:
    """A roster of so many accounts, and the labs in them."""


    def __init__(self, folder, count):
        self.folder = folder
        self.cloud = LocalCloud(folder / "cloud").start()
        numbers = [str(100_000_000_000 + number) for number in range(count - 4)]
        self.accounts = [SHARED, DENIED, THROTTLED, STUCK, *numbers]
        rows = [f"student {place},{number},lab-{place}" for place, number in enumerate(self.accounts)]
        self.roster = "\n".join(["name,account,lab", *rows, ""])
        self.figures = {}

    def machine(self, name):
        """A folder with the roster, as on a machine of its own, and the program in it."""
        cloud = {"MYSFITS_LOCAL_PORT": self.cloud.port, "MYSFITS_LOCAL_DIR": self.cloud.folder}
        program = Program(self.folder / name, **cloud)
        (program.home / "class.csv").write_text(self.roster)
        return program

    def run(self, machine, code, *words):
        """Runs a command of the class, and returns the states of the labs by their accounts."""
        began = time.monotonic()
        process = machine.start("class", *words, "--local", "--report", "report.csv")
        assert process.wait(1800) == code, machine.said.read_text()[-4000:]
        self.figures[" ".join(words[:2])] = f"{time.monotonic() - began:.1f} s"
        with (machine.home / "report.csv").open(encoding="utf-8-sig", newline="") as file:
            return {row["account"]: row for row in csv.DictReader(file)}

    def killed_half_way(self, machine, state, *words):
        """Kills a command when half of the labs have ended well."""
        process = machine.start("class", *words, "--local", "--yes")
        journal = machine.home / "class.journal.jsonl"

        def half():
            assert process.poll() is None, machine.said.read_text()[-4000:]
            text = journal.read_text() if journal.exists() else ""
            return text.count(f'"state":"{state}"') >= len(self.accounts) // 2

        until(half, f"half of the labs are {state}", 900)
        process.kill()
        process.wait()
        ended = [json.loads(line) for line in journal.read_text().splitlines()[:-1]]
        return sum(line.get("state") == state for line in ended)

    def rules(self, throttled):
        """One account is denied its tables, one throttled or not, one denied the end of its bucket."""
        rules = [
            {"kind": "denied", "service": "dynamodb", "operation": "CreateTable", "account": DENIED},
            {"kind": "denied", "service": "s3", "operation": "DeleteBucket", "account": STUCK},
        ]
        if throttled:
            of = {"service": "dynamodb", "operation": "CreateTable", "account": THROTTLED}
            rules.append({"kind": "throttle"} | of)
        self.cloud.put_faults(rules)


def states(labs):
    return Counter(row["state"] for row in labs.values())


def others(labs, *accounts):
    return {row["state"] for number, row in labs.items() if number not in accounts}


def deployed(course):
    """Half of it on one machine, the rest on another without the journal."""
    course.rules(throttled=True)
    later = threading.Timer(THROTTLED_FOR, course.rules, [False])
    later.daemon = True
    later.start()
    course.figures["ready when killed"] = course.killed_half_way(
        course.machine("one"), "ready", "deploy", "--part", "part-2"
    )
    labs = course.run(course.machine("two"), 3, "deploy", "--part", "part-2", "--yes")
    assert labs[DENIED]["state"] == "failed" and "table" in labs[DENIED]["what"], labs[DENIED]
    # The program gives a throttled account up to half a minute, and the others none of it.
    assert labs[THROTTLED]["state"] == "failed" and "table" in labs[THROTTLED]["what"], labs[THROTTLED]
    assert others(labs, DENIED, THROTTLED) == {"ready"}, states(labs)
    later.join()
    labs = course.run(course.machine("two"), 3, "retry", "--yes")
    assert {number: row["state"] for number, row in labs.items()} == {DENIED: "failed", THROTTLED: "ready"}


def looked_at(course):
    machine = course.machine("two")
    points = course.run(machine, 3, "check", "--part", "part-2")
    verdicts = Counter(row["verdict"] for row in points.values())
    assert verdicts == {"pass": len(points) - 1, "fail": 1} and points[DENIED]["verdict"] == "fail"
    costs = course.run(machine, 0, "cost")
    assert sum(float(row["dollars_per_hour"]) > 0 for row in costs.values()) == len(costs) - 1


def removed(course):
    """Half of it is removed, then the rest by the journal; what is stuck is quarantined, and then removed."""
    machine = course.machine("two")
    course.figures["clean when killed"] = course.killed_half_way(machine, "clean", "cleanup")
    labs = course.run(machine, 3, "retry", "--yes")
    assert labs[STUCK]["state"] == "quarantined", labs[STUCK]
    assert others(labs, STUCK) == {"clean"}, states(labs)
    course.cloud.release()
    labs = course.run(machine, 0, "retry", "--only", "quarantined", "--yes")
    assert {number: row["state"] for number, row in labs.items()} == {STUCK: "clean"}
    labs = course.run(machine, 0, "cleanup", "--yes")
    assert states(labs) == {"clean": len(course.accounts)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=200)
    asked = parser.parse_args()
    keep_clean()
    course = Course(Path(tempfile.mkdtemp(prefix="class-")), asked.accounts)
    try:
        Foreign(course.cloud).seeded()
        theirs = everything(course.cloud)
        deployed(course)
        looked_at(course)
        removed(course)
        assert everything(course.cloud) == theirs, "others' resources are not as they were"
        for number in course.accounts[1:]:
            assert everything(Account(course.cloud, number)) == {}, number
        print(f"{len(course.accounts)} accounts, all empty: {course.figures}", flush=True)
    except BaseException:
        print(f"its state is in {course.folder}", flush=True)
        raise
    finally:
        course.cloud.stop()
    shutil.rmtree(course.folder)


if __name__ == "__main__":
    sys.exit(main())
