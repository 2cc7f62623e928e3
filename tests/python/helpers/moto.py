"""moto's server: an AWS that nobody here wrote."""

import re
import subprocess
import sys
from pathlib import Path

from helpers import aws
from helpers.places import clean_environment
from helpers.waiting import until


SERVER = Path(__file__).with_name("moto_server.py")


class Moto:
    """`moto_server` on a free port of 127.0.0.1. It forgets everything when it ends."""

    # The account that moto gives to every key.
    ACCOUNT = "123456789012"

    def __init__(self, folder):
        log = folder / "moto.log"
        with log.open("w") as stream:
            self.process = subprocess.Popen(
                # -P: this folder holds a `moto.py` too, which is not the one that it means.
                [sys.executable, "-P", SERVER, "-p", "0", "-H", "127.0.0.1"],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                cwd=folder,
                env=clean_environment(folder, PYTHONUNBUFFERED="1"),
            )

        def running():
            assert self.process.poll() is None, f"it ended: {log.read_text()}"
            return re.search(r"Running on (http://127\.0\.0\.1:\d+)", log.read_text())

        try:
            self.url = until(running, "moto says its address", 60)[1]
        except BaseException:
            self.stop()
            raise

    def stop(self):
        """Ends it."""
        self.process.kill()
        self.process.wait()

    def client(self, service):
        """A boto3 client of it."""
        return aws.client(service, self.url, "test")
