"""One lab in one local cloud, brought up and taken down by the program again and again."""

import os

from helpers.account import everything
from helpers.cloud import LocalCloud
from helpers.places import BACKEND
from helpers.program import Program

# How the commands may end when something is done to them meanwhile: done, failed, partly.
ALLOWED = {0, 1, 3}
# What stands in a log when a program has broken down.
PANICS = ("panicked at", "stack overflow", "RUST_BACKTRACE", "fatal runtime error", "SIGABRT")
DEPLOY = ("deploy", "all", "--local")
PLAN = ("plan", "all", "--local", "--exit-code")
CLEANUP = ("cleanup", "all", "--local", "--yes")


class Broken(Exception):
    """Something is not as it must be; the text says what."""


class Lab:
    """A local cloud, and the program with it as its cloud."""

    def __init__(self, folder, pace):
        self.cloud = LocalCloud(folder / "cloud", pace=pace).start()
        self.log = self.cloud.folder.with_suffix(".log")
        self.program = self.program_at(folder / "home", self.cloud.port)
        self.before = everything(self.cloud)

    def program_at(self, home, port):
        """The program with this port as that of its cloud."""
        return Program(
            home,
            MYSFITS_LOCAL_PORT=port,
            MYSFITS_LOCAL_DIR=self.cloud.folder,
            MYSFITS_SERVICE_BINARY=BACKEND,
        )

    def converges(self):
        """The next deploy does everything that is left to do."""
        self._well(DEPLOY)
        self._well(PLAN)

    def vanishes(self):
        """The next cleanup leaves nothing."""
        self._well(CLEANUP)
        after = everything(self.cloud)
        if after != self.before:
            left = {kind: found for kind, found in after.items() if found != self.before.get(kind)}
            raise Broken(f"left behind, or lost: {left}; at first: {self.before}")

    def _well(self, command):
        ended = self.program.run(*command)
        if ended.code != 0:
            raise Broken(f"{command[0]} ended with {ended.code}\n{ended.out}\n{ended.err}")

    def alive(self):
        """The cloud has neither ended nor said that something in it broke down."""
        said = self.log.read_text(errors="replace")
        if self.cloud.process.poll() is not None:
            raise Broken(f"the cloud has ended: {self.cloud.process.returncode}\n{said}")
        no_panic(said)

    def kill_cloud(self):
        """Kills the cloud where it stands, and starts it again on its state and its port."""
        self.alive()
        self.cloud.process.kill()
        self.cloud.process.wait()
        self.cloud.start()

    def end(self):
        """Ends the cloud."""
        if self.cloud.process.poll() is None:
            self.cloud.stop()


def allowed(command, code, said):
    """Fails when a command ended in another way than it may."""
    if code not in ALLOWED:
        raise Broken(f"{command[0]} ended with {code}\n{said}")
    no_panic(said)


def no_panic(said):
    """Fails when something broke down, according to what was said."""
    if any(word in said for word in PANICS):
        raise Broken(f"it said:\n{said}")


def keep_clean():
    """The same environment for boto3 in this process as for the programs."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}
