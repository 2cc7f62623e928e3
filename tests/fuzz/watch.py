"""Watching the cloud from outside while it is fuzzed: its health, its memory, its processes, its files."""

import os
import threading
import time
from pathlib import Path

from helpers import web

PAUSE = 0.1
MEGABYTE = 1 << 20


class Watch:
    """A thread that asks for the health of a cloud, and remembers the worst."""

    def __init__(self, cloud):
        self.cloud, self.over = cloud, threading.Event()
        self.latencies, self.memory, self.failures = [], [], 0
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def _look(self):
        while not self.over.wait(PAUSE):
            begun = time.monotonic()
            try:
                web.get(f"{self.cloud.url}/_local/health")
            except (OSError, web.http.client.HTTPException):
                self.failures += 1
                continue
            self.latencies.append(time.monotonic() - begun)
            self.memory.append(memory(self.cloud.process.pid))

    def end(self):
        """Looks no more."""
        self.over.set()
        self.thread.join()

    def slowest(self):
        """The longest that an answer took, and what 99 of 100 took at most, in seconds."""
        sorted_ = sorted(self.latencies) or [0]
        return sorted_[-1], sorted_[len(sorted_) * 99 // 100]


def memory(process):
    """How many MB a process has in memory; 0 when it has ended."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGESIZE") // MEGABYTE


class Sentinel:
    """The folders around the state's, in which nothing may come into being."""

    def __init__(self, top, *inside):
        self.top, self.inside = top, [str(one) for one in inside]
        self.before = self._files()

    def strangers(self):
        """The files that are new, and those that a path in a request has named elsewhere."""
        elsewhere = [path for path in _escapes() if path.exists()]
        return sorted(self._files() - self.before) + [str(path) for path in elsewhere]

    def _files(self):
        found = set()
        for folder, folders, files in os.walk(self.top):
            folders[:] = [one for one in folders if f"{folder}/{one}" not in self.inside]
            found |= {f"{folder}/{one}" for one in [*folders, *files]}
        return found


def _escapes():
    """Where the files would be that `values` names."""
    name = "fuzz-escape"
    return [Path(folder, name) for folder in ("/tmp", "/", Path.home(), Path.cwd())]
