"""Waiting for a state: asked for again and again until a deadline, never a fixed sleep."""

import time

PAUSE = 0.02


def until(check, what, seconds=30):
    """The first true answer of `check`; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        answer = check()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(PAUSE)
