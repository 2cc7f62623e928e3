"""A program under a pseudo-terminal, and what a person would see on its screen."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

import pyte

CTRL_C = "\x03"


class Screen(pyte.Screen):
    """A screen that remembers which lines ran over its right edge."""

    def __init__(self, columns, rows):
        super().__init__(columns, rows)
        self.drawing = False
        self.wrapped = []

    def draw(self, data):
        self.drawing = True
        super().draw(data)
        self.drawing = False

    def linefeed(self):
        # A line feed in the middle of text is the terminal's own: the line was too long.
        if self.drawing:
            self.wrapped.append(self.display[self.cursor.y])
        super().linefeed()

    def shown(self):
        """The lines with something on them."""
        return [line.rstrip() for line in self.display if line.strip()]


class Terminal:
    """A program whose standard input and error are a terminal; standard output is a pipe."""

    def __init__(self, program, *arguments, columns=80, rows=24, **environment):
        self.screen = Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.out = b""
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            [*program.command, *arguments],
            stdin=slave,
            stdout=subprocess.PIPE,
            stderr=slave,
            cwd=program.home,
            env=program.environment | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"} | environment,
            start_new_session=True,
            # The terminal must be the session's own for Ctrl-C to reach the program.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self.open = {self.master, self.process.stdout.fileno()}

    def resize(self, columns, rows):
        """Makes the window another size."""
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)
        self.screen.resize(rows, columns)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        os.close(self.master)

    def read(self, seconds):
        """Takes what the program wrote, waiting for it this long."""
        ready, _, _ = select.select(self.open, [], [], seconds)
        for source in ready:
            try:
                chunk = os.read(source, 65536)
            except OSError:
                # Linux's word for a terminal that its last program has left.
                chunk = b""
            if not chunk:
                self.open.discard(source)
            elif source == self.master:
                self.raw += chunk
                self.stream.feed(chunk)
            else:
                self.out += chunk

    def until(self, check, what, seconds=30):
        """Reads on until `check` of the screen is true."""
        deadline = time.monotonic() + seconds
        while not check(self.screen):
            left = deadline - time.monotonic()
            assert left > 0, f"{what}: not within {seconds} s\n{self}"
            assert self.open, f"{what}: not before it ended\n{self}"
            self.read(min(left, 0.1))

    def shows(self, text, seconds=30):
        """Reads on until this text is on the screen, also over the end of a line."""
        self.until(lambda screen: text in "".join(screen.display), f"`{text}`", seconds)

    def type(self, text):
        """Types."""
        os.write(self.master, text.encode())

    def end(self, seconds=60):
        """Reads on to the end of the program; its exit code."""
        deadline = time.monotonic() + seconds
        while self.open:
            left = deadline - time.monotonic()
            assert left > 0, f"it did not end within {seconds} s\n{self}"
            self.read(min(left, 0.1))
        return self.process.wait(10)

    def __str__(self):
        return "\n".join(self.screen.display)
