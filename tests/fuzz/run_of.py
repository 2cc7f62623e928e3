"""A run: a cloud with a lab, workers that fuzz it, and what is wrong with it after each round."""

import multiprocessing
import random
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from fuzz.images import Images
from fuzz.journey import visit
from fuzz.recording import record
from fuzz.replay import line_of
from fuzz.watch import Sentinel, Watch
from fuzz.worker import Finding, Limits, Result, said, work
from helpers import web
from long.lab import Broken, Lab

# Workers are forked: they share the recording.
PROCESSES = multiprocessing.get_context("fork")


@dataclass
class Asked:
    """What a run is to do. The limits are in seconds and MB; what is above them is a finding."""

    seed: int = 1
    requests: int = 10**9
    seconds: float = 10**9
    workers: int = 3
    # How many requests there are before the lab is made anew.
    round: int = 30_000
    images: int = 20
    slow: float = 20
    health: float = 10
    memory: float = 10**6
    patience: float = 30


class Run:
    """The state of a run."""

    def __init__(self, asked, say=print):
        self.asked, self.say, self.total = asked, say, Result()
        self.top = Path(tempfile.mkdtemp(prefix="fuzz-"))
        inner = self.top / "a" / "b" / "c"
        inner.mkdir(parents=True)
        self.lab = Lab(inner, pace=0)
        inside = [self.lab.cloud.folder, self.lab.program.home]
        self.sentinel = Sentinel(self.top, *inside)
        self.deadline = time.monotonic() + asked.seconds
        self.health, self.memory, self.rounds = (0, 0), [], 0

    def go(self):
        """Runs to the end, and gives all that was seen."""
        try:
            while self.total.sent < self.asked.requests and time.monotonic() < self.deadline:
                self.round()
        finally:
            self.end()
        return self.total

    def end(self):
        """Ends the cloud; its folder stays if something was found."""
        self.lab.end()
        if not self.total.sorts:
            shutil.rmtree(self.top, ignore_errors=True)

    def recorded(self):
        """A recording of the lab, which is brought up for it."""
        return record(self.lab, lambda port: visit(self.lab.cloud, port))

    def round(self):
        """Requests to a new lab, in the state that they leave."""
        self.rounds += 1
        known = len(self.total.findings)
        recording = self.recorded()
        self._images()
        with PROCESSES.Pool(self.asked.workers) as pool:
            watch = Watch(self.lab.cloud)
            results = pool.starmap(work, self._shares(recording))
            watch.end()
        for result in results:
            for finding in result.findings:
                finding.line = line_of(finding.raw, recording.words)
            self.total.add(result)
        self._judge(watch)
        self._again()
        if found := said(self.total, known):
            self.say(found)
        self.say(
            f"round {self.rounds}: {self.total.sent} requests to {recording.recorded} recorded and"
            f" {recording.generated} made ones, {len(self.total.sorts)} sorts of findings,"
            f" health {self.health[1] * 1000:.0f} ms (99 %) {self.health[0] * 1000:.0f} ms (most),"
            f" memory {self.memory[-2:]} MB"
        )

    def _images(self):
        """Hostile images, in the lab as it is before the workers wreck it."""
        images = Images(self.lab.cloud)
        for number in range(self.asked.images):
            dice = random.Random(f"{self.asked.seed}.{self.rounds}.image.{number}")
            if why := images.try_one(dice):
                self._found(f"image {number}: {why}")

    def _shares(self, recording):
        """What each worker is told."""
        asked, port = self.asked, self.lab.cloud.port
        count = min(asked.round, asked.requests - self.total.sent)
        limits = Limits(-(-count // asked.workers), self.deadline, asked.slow, asked.patience)
        places = (f"{asked.seed}.{self.rounds}.{worker}" for worker in range(asked.workers))
        return [(place, port, recording, limits) for place in places]

    def _judge(self, watch):
        """What is to be seen from outside, besides the answers."""
        self.health = max(self.health, watch.slowest())
        self.memory += [max(watch.memory, default=0), (watch.memory or [0])[-1]]
        # One in a hundred may be late for reasons of the machine's own.
        if watch.slowest()[1] > self.asked.health:
            self._found(f"health took {watch.slowest()[1]:.2f} s")
        if self.memory[-1] - self.memory[1] > self.asked.memory:
            self._found(f"memory grew from {self.memory[1]} to {self.memory[-1]} MB")
        for stranger in self.sentinel.strangers():
            self._found(f"a file outside its folder: {stranger}")
        try:
            self.lab.alive()
        except Broken as broken:
            self._found(str(broken)[:3000])

    def _again(self):
        """The state that the requests have left can be read, and deleted."""
        cloud = self.lab.cloud
        try:
            if cloud.process.poll() is None:
                cloud.stop()
            cloud.start()
            answer = web.request("POST", f"{cloud.url}/_local/reset")
            if answer.status != 200:
                self._found(f"reset answered {answer.status} {answer.text}")
        except Exception as error:  # noqa: BLE001 Whatever it is, it is a finding.
            self._found(f"not started or reset again: {error!r}")
            cloud.process.kill()
            self.lab = Lab(self.top / "a" / "b" / f"c-{self.rounds}", pace=0)

    def _found(self, why):
        place = f"{self.asked.seed}.{self.rounds}"
        finding = Finding(place, f"cloud: {why[:60]}", why, b"")
        self.total.add(Result(sorts=Counter([finding.sort]), findings=[finding]))
