"""Makes requests of deploy, of visits and of cleanup fail from outside, and sees whether all is well
afterwards.

    tests/long/run faults --faults 2000 --seed 1

Every request, at every door, meets every kind of fault, in an order that the seed says. One round: a
deploy with some faults, the next one converges; visitors like with some faults, and each like that was
acknowledged is there and counted once; a cleanup with some faults, the next one leaves nothing.
"""

import argparse
import copy
import random
import sys
from collections import Counter

from long.kinds import KINDS
from long.lab import CLEANUP, DEPLOY, Broken, Lab, allowed, keep_clean
from long.proxy import Proxy
from long.rounds import broken_rounds
from long.visits import Visits

PHASES = ("deploy", "visits", "cleanup")


class Behind(Lab):
    """A lab whose program, visitors and tasks meet the cloud through a proxy."""

    def __init__(self, folder, pace):
        super().__init__(folder, pace)
        self.proxy = Proxy(self.cloud.port)
        self.program = self.program_at(folder / "home", self.proxy.port)
        self.outside = copy.copy(self.cloud)
        self.outside.port = self.proxy.port

    def command(self, command):
        """Runs a command, which may fail, but only as the faults allow."""
        ended = self.program.run(*command)
        allowed(command, ended.code, ended.out + ended.err)
        return ended.code

    def visit(self, plan):
        """Visitors like everything while these faults strike."""
        visits = Visits(self.outside)
        self.proxy.begin(plan)
        visits.like_all()
        struck = self.proxy.met
        self.proxy.begin({})
        visits.like_all()
        visits.are_counted()
        return struck

    def end(self):
        """Ends the cloud and the proxy."""
        super().end()
        self.proxy.stop()


class Deck:
    """The faults that are still to come, by phase, each a request's number and a kind."""

    def __init__(self, counts, dice):
        self.cards = {}
        for phase, count in counts.items():
            cards = [(number, kind) for number in range(1, count + 1) for kind in KINDS]
            dice.shuffle(cards)
            self.cards[phase] = cards

    def deal(self, phase, count):
        """The next ones; the used come again when there are no others."""
        cards = self.cards[phase]
        dealt, cards[:] = cards[:count], cards[count:] + cards[:count]
        return dict(dealt)


class Campaign:
    """Rounds of one lab, and what came of them."""

    def __init__(self, lab, asked, dice, tally):
        self.lab, self.asked, self.tally = lab, asked, tally
        self.deck = Deck(self._counts(), dice)

    def _counts(self):
        """How many requests each phase has when nothing fails."""
        counts, proxy = {}, self.lab.proxy
        proxy.begin({})
        self.lab.program.done(*DEPLOY)
        counts["deploy"] = len(proxy.met)
        counts["visits"] = len(self.lab.visit({}))
        proxy.begin({})
        self.lab.program.done(*CLEANUP)
        counts["cleanup"] = len(proxy.met)
        print(f"  requests: {counts}", flush=True)
        return counts

    def round(self):
        """Deploys, visits and cleans up, each with its faults, and then without."""
        self._phase("deploy", lambda plan: self._command(DEPLOY, plan))
        self.lab.converges()
        self._phase("visits", self.lab.visit)
        self._phase("cleanup", lambda plan: self._command(CLEANUP, plan))
        self.lab.vanishes()
        self.lab.alive()

    def _command(self, command, plan):
        self.lab.proxy.begin(plan)
        code = self.lab.command(command)
        met = self.lab.proxy.met
        self.lab.proxy.begin({})
        self.tally.ended[f"{command[0]} ended with {code}"] += 1
        return met

    def _phase(self, phase, act):
        share = {"deploy": 2, "visits": 1, "cleanup": 2}[phase]
        plan = self.deck.deal(phase, max(1, self.asked.at_once * share // 2))
        print(f"  {phase} {plan}", flush=True)
        for met in act(plan):
            if met.fault:
                self.tally.struck[phase, met.fault] += 1
                self.tally.met[met.door, met.name] += 1


class Tally:
    """Counts over all rounds."""

    def __init__(self):
        self.struck, self.met, self.ended = Counter(), Counter(), Counter()

    def __str__(self):
        table = ["", "kind".ljust(10) + "".join(phase.rjust(9) for phase in PHASES)]
        for kind in KINDS:
            counts = (str(self.struck[phase, kind]).rjust(9) for phase in PHASES)
            table.append(kind.ljust(10) + "".join(counts))
        doors = Counter()
        for (door, _), count in self.met.items():
            doors[door] += count
        table.append(f"doors: {dict(doors)}; {len(self.met)} operations")
        table += [f"{ended}: {count}" for ended, count in sorted(self.ended.items())]
        return "\n".join(table)


def campaign(folder, asked, dice, tally):
    """Faults in one cloud, until it is enough or something is broken; gives what is broken."""
    lab = Behind(folder, asked.pace)
    try:
        rounds = Campaign(lab, asked, dice, tally)
        while tally.struck.total() < asked.faults:
            rounds.round()
    except (Broken, AssertionError) as error:
        return error
    finally:
        lab.end()
    return None


def arguments():
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="tests/long/run faults", description=__doc__)
    parser.add_argument("--faults", type=int, default=100, help="how many, at least")
    parser.add_argument("--at-once", type=int, default=4, help="how many in a deploy or a cleanup")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pace", type=float, default=0)
    return parser.parse_args()


def main():
    """Exit code 1 when something was broken."""
    asked, tally = arguments(), Tally()
    keep_clean()
    dice = random.Random(asked.seed)
    broken = broken_rounds(
        "faults",
        lambda: tally.struck.total() >= asked.faults,
        lambda folder: campaign(folder, asked, dice, tally),
    )
    print(f"{tally.struck.total()} faults, seed {asked.seed}, broken: {broken}{tally}")
    return min(broken, 1)


if __name__ == "__main__":
    sys.exit(main())
