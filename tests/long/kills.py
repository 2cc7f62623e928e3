"""Kills the local cloud or the program at random times, and sees whether all is well afterwards.

    tests/long/run kills --kills 100 --of cloud --seed 1

One round: a deploy is killed, the next one converges; the cloud is killed while visitors like; a
cleanup is killed, the next one leaves nothing. Meanwhile others write, and nothing of it is lost.
"""

import argparse
import random
import sys
import time
from collections import Counter

from helpers.account import everything
from long.kept import Kept, after, timed
from long.lab import CLEANUP, DEPLOY, Broken, Lab, allowed, keep_clean
from long.rounds import broken_rounds
from long.visits import Visits


class Campaign:
    """A lab whose deploys, visits and cleanups are killed."""

    def __init__(self, lab, dice, of, killed):
        self.lab, self.dice, self.of, self.killed = lab, dice, of, killed
        self.kept = Kept(lab.cloud)
        lab.before = everything(lab.cloud)
        # How long each phase takes when nothing is killed.
        self.lasts = {DEPLOY[0]: timed(lambda: lab.program.done(*DEPLOY))}
        self.lasts["visits"] = timed(Visits(lab.cloud).like_all)
        self.lasts[CLEANUP[0]] = timed(lambda: lab.program.done(*CLEANUP))
        self.kept.begin()

    def round(self):
        """A lab from its beginning to its end, killed in each of its phases."""
        self._killed(DEPLOY)
        self.lab.converges()
        if self.of == "cloud":
            self._killed_while_visited()
        self._killed(CLEANUP)
        self.lab.vanishes()

    def _killed(self, command):
        moment = self.dice.uniform(0, self.lasts[command[0]])
        running = self.lab.program.start(*command)
        time.sleep(moment)
        if self.of == "cloud":
            self.lab.kill_cloud()
            code = running.wait(180)
            allowed(command, code, self.lab.program.said.read_text())
        else:
            running.kill()
            running.wait()
        self._count(command[0], moment)

    def _killed_while_visited(self):
        visits = Visits(self.lab.cloud)
        moment = self.dice.uniform(0, self.lasts["visits"])
        killer = after(moment, self.lab.kill_cloud)
        visits.like_all()
        killer.join()
        self._count("visits", moment)
        self.lab.converges()
        visits.like_all()
        visits.are_counted()

    def _count(self, phase, moment):
        self.killed[phase] += 1
        print(f"  {phase} killed after {moment:.3f} s", flush=True)
        self.kept.are_there()


def arguments():
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="tests/long/run kills", description=__doc__)
    parser.add_argument(
        "--of", choices=["cloud", "program"], default="cloud", help="what is killed"
    )
    parser.add_argument("--kills", type=int, default=20, help="how often, at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pace", type=float, default=0.01)
    return parser.parse_args()


def campaign(folder, asked, dice, killed):
    """Kills in one cloud, until it is enough or something is broken; gives what is broken."""
    lab = Lab(folder, asked.pace)
    try:
        kills = Campaign(lab, dice, asked.of, killed)
        try:
            while killed.total() < asked.kills:
                kills.round()
        finally:
            kills.kept.end()
            print(f"  written: {kills.kept.figures()}", flush=True)
        kills.kept.are_there(latest=None)
        lab.alive()
    except Broken as error:
        return error
    finally:
        lab.end()
    return None


def main():
    """Kills as often as asked; exit code 1 when something was broken."""
    asked, killed = arguments(), Counter()
    keep_clean()
    dice = random.Random(asked.seed)
    broken = broken_rounds(
        "kills",
        lambda: killed.total() >= asked.kills,
        lambda folder: campaign(folder, asked, dice, killed),
    )
    print(f"{asked.of} killed, seed {asked.seed}: {dict(killed)}, broken: {broken}")
    return min(broken, 1)


if __name__ == "__main__":
    sys.exit(main())
