"""Running `mysfits` and other programs as on a machine where nothing of AWS is set up."""

import subprocess
from dataclasses import dataclass

from helpers.places import MYSFITS, clean_environment


@dataclass
class Ended:
    """How a program ended."""

    code: int
    out: str
    err: str

    def expect(self, code):
        """This, when the exit code is the one expected."""
        assert self.code == code, f"exit code {self.code}\n{self.out}\n{self.err}"
        return self


class Program:
    """A program with an environment of its own and a home that is empty."""

    def __init__(self, home, *command, **environment):
        self.command = command or (MYSFITS,)
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.environment = clean_environment(home, **environment)

    def run(self, *arguments, **environment):
        """Runs it to its end. There is no terminal and nothing to read."""
        ended = subprocess.run(
            [*self.command, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=self.home,
            env=self.environment | environment,
            timeout=120,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def start(self, *arguments, **environment):
        """Starts it in the background, to be looked at and signalled. It writes into `said`."""
        with self.said.open("w") as said:
            return subprocess.Popen(
                [*self.command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=self.home,
                env=self.environment | environment,
            )

    @property
    def said(self):
        """What a program in the background has written."""
        return self.home / "said.txt"

    def done(self, *arguments, **environment):
        """Runs it, expects that it succeeds, and gives what it wrote to standard output."""
        return self.run(*arguments, **environment).expect(0).out
