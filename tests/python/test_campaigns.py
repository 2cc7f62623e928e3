"""The long campaigns of `tests/long`, a few steps of each: what they take is still there."""

import random
from argparse import Namespace
from collections import Counter

import pytest

from helpers.account import everything
from long import faults, kills
from long.kinds import KINDS
from long.lab import DEPLOY, Broken, Lab


@pytest.fixture(autouse=True)
def _backend(backend):
    """The lab's backend, which every deploy takes."""


@pytest.mark.parametrize("of", ["cloud", "program"])
def test_kills(tmp_path, of):
    """One round: all phases are killed, and all is well afterwards."""
    killed = Counter()
    asked = Namespace(pace=0, of=of, kills=1)
    assert kills.campaign(tmp_path, asked, random.Random(1), killed) is None
    assert set(killed) >= {"deploy", "cleanup"}


def test_faults(tmp_path):
    """One round with as many faults as there are kinds."""
    tally = faults.Tally()
    asked = Namespace(pace=0, at_once=len(KINDS), faults=1)
    assert faults.campaign(tmp_path, asked, random.Random(1), tally) is None
    assert tally.struck.total() > len(KINDS)


def test_each_kind_strikes(tmp_path):
    """A deploy in which the first requests meet all kinds, one after the other, says what failed."""
    lab = faults.Behind(tmp_path, pace=0)
    try:
        for kind in KINDS:
            lab.proxy.begin({3: kind})
            lab.command(DEPLOY)
            assert [met.fault for met in lab.proxy.met if met.fault] == [kind]
        lab.proxy.begin({})
        lab.converges()
    finally:
        lab.end()


def test_what_is_left_is_seen(tmp_path):
    """A cleanup after which something is there that was not before is broken."""
    lab = Lab(tmp_path, pace=0)
    try:
        lab.program.done(*DEPLOY)
        kinds = set(everything(lab.cloud))
        assert len(kinds) > 20, kinds
        lab.cloud.client("ecs").create_cluster(clusterName="left")
        with pytest.raises(Broken, match="left behind.*clusters"):
            lab.vanishes()
    finally:
        lab.end()
