"""A local cloud of a test's own: its port, its folder, its end."""

import json
import re
import subprocess

from helpers import aws, web
from helpers.places import MYSFITS, clean_environment
from helpers.waiting import until


class LocalCloud:
    """`mysfits local start --foreground` with a folder of its own."""

    def __init__(self, folder, pace=0, options=()):
        self.folder = folder
        self.pace = pace
        # Further options of this start only.
        self.options = options
        # The system finds a free port: two tests that looked for one could find the same.
        self.port = 0
        self.process = None

    def start(self):
        """Starts it, and waits until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        log = self.folder.with_suffix(".log")
        command = [MYSFITS, "local", "start", "--foreground", "--port", str(self.port)]
        command += ["--dir", self.folder, "--pace", str(self.pace)]
        command += self.options
        self.options = ()
        with log.open("w") as stream:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                cwd=self.folder.parent,
                env=clean_environment(self.folder.parent),
            )

        def running():
            assert self.process.poll() is None, f"it ended: {log.read_text()}"
            return re.search(r"running on port (\d+)", log.read_text())

        self.port = int(until(running, "the local cloud says its port")[1])
        until(lambda: web.get(f"{self.url}/_local/health").status == 200, "it answers")
        return self

    def stop(self):
        """Ends it as `kill` does; it must go by itself."""
        self.process.terminate()
        try:
            self.process.wait(20)
        finally:
            self.process.kill()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def client(self, service, account="000000000000", region=aws.REGION):
        """A boto3 client of this cloud."""
        return aws.client(service, self.url, account, region)

    def website(self, bucket, path="/"):
        """An address of a bucket's website by its host name."""
        return f"http://{bucket}.s3-website.localhost:{self.port}{path}"

    def requests(self):
        """The log of the calls of AWS services that it has answered."""
        return json.loads(web.get(f"{self.url}/_local/requests").body)["requests"]

    def hold(self, service, operation):
        """Keeps changes that this operation begins from completing."""
        self.put_faults([{"kind": "hold", "service": service, "operation": operation}])

    def deny(self, service, operation):
        """Denies an operation to everybody."""
        self.put_faults([{"kind": "denied", "service": service, "operation": operation}])

    def refuse(self, service, operation, code):
        """Answers an operation with this error."""
        rule = {"kind": "error", "service": service, "operation": operation, "code": code}
        self.put_faults([rule | {"message": code}])

    def release(self):
        """Lets changes complete and calls pass."""
        self.put_faults([])

    def put_faults(self, rules):
        """Puts these rules in force, and no others."""
        body = json.dumps({"rules": rules}).encode()
        assert web.request("PUT", f"{self.url}/_local/faults", body).status == 200

    def forget_requests(self):
        """Empties that log."""
        assert web.request("DELETE", f"{self.url}/_local/requests").status == 200
