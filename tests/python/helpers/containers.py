"""Real container runtimes: an unpacked image is run in namespaces of its own, as no user of the machine,
on a root that cannot be written to. The network is the machine's, so that the tests can ask it.
"""

import json
import os
import subprocess
from contextlib import contextmanager

import pytest

from helpers.places import clean_environment
from helpers.tools import tool
from helpers.waiting import until

# A user of the machine without any files.
NOBODY = 65534

# What a runtime mounts into every container.
MOUNTS = [
    {"destination": "/proc", "type": "proc", "source": "proc"},
    {
        "destination": "/dev",
        "type": "tmpfs",
        "source": "tmpfs",
        "options": ["nosuid", "strictatime", "mode=755", "size=65536k"],
    },
]


class Bubblewrap:
    """`bwrap`: all it does stands on its command line."""

    def __init__(self, folder):
        self.program = tool("bwrap", "bubblewrap")
        self.folder = folder

    def command(self, root, config, environment):
        """The command that runs the entry point of an image."""
        for mounted in ("proc", "dev"):
            (root / mounted).mkdir(exist_ok=True)
        user, group = user_of(config)
        return [
            *[self.program, "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"],
            *["--die-with-parent", "--new-session", "--cap-drop", "ALL"],
            *["--uid", str(user), "--gid", str(group)],
            *["--ro-bind", root, "/", "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/"],
            "--clearenv",
            *[word for pair in environment.items() for word in ("--setenv", *pair)],
            *["--chdir", "/", "--", *config["Entrypoint"]],
        ]

    def check(self):
        """Leaves the test out where the kernel does not let it work."""
        probe = [self.program, "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "true"]
        ended = subprocess.run(probe, capture_output=True, text=True, timeout=60, check=False)
        leave_out_unless(ended.returncode == 0, self.program, ended.stderr)

    def forget(self):
        """It keeps nothing."""


class Runc:
    """`runc`, the runtime under most container engines, with a bundle as the OCI specifies it."""

    NAME = "mysfits-service"

    def __init__(self, folder):
        self.program = tool("runc", "runc")
        self.folder = folder
        self.base = [self.program, "--root", folder / "state"]

    def command(self, root, config, environment):
        """The command that runs the entry point of an image."""
        return self.bundle("bundle", root, config["Entrypoint"], user_of(config), environment)

    def bundle(self, name, root, arguments, user, environment):
        """Writes a bundle; the command that runs it."""
        bundle = self.folder / name
        bundle.mkdir()
        namespaces = [{"type": kind} for kind in ("pid", "ipc", "uts", "mount", "user")]
        linux = {"namespaces": namespaces, "maskedPaths": ["/proc/kcore"]}
        # Outside it is the user who runs the tests: the local cloud refuses all others.
        for kind, number, own in [("uid", user[0], os.geteuid()), ("gid", user[1], os.getegid())]:
            linux[f"{kind}Mappings"] = [{"containerID": number, "hostID": own, "size": 1}]
            if os.geteuid() == 0:
                # runc sets a container up as the container's own root, which must be somebody.
                linux[f"{kind}Mappings"] += [{"containerID": 0, "hostID": NOBODY, "size": 1}]
        document = {
            "ociVersion": "1.0.2",
            "process": {
                "terminal": False,
                "user": {"uid": user[0], "gid": user[1]},
                "args": list(arguments),
                "env": [f"{name}={value}" for name, value in environment.items()],
                "cwd": "/",
                "noNewPrivileges": True,
                "capabilities": {},
            },
            "root": {"path": str(root), "readonly": True},
            "mounts": MOUNTS,
            "linux": linux,
        }
        (bundle / "config.json").write_text(json.dumps(document))
        return [*self.base, "run", "--bundle", bundle, f"{self.NAME}-{os.getpid()}-{name}"]

    def check(self):
        """Leaves the test out where the kernel does not let it work."""
        root = self.folder / "empty"
        root.mkdir()
        # It comes as far as the program, which is not there.
        probe = self.bundle("probe", root, ["/nothing"], (65534, 65534), {})
        ended = subprocess.run(probe, capture_output=True, text=True, timeout=60, check=False)
        leave_out_unless("/nothing: no such file" in ended.stderr, self.program, ended.stderr)

    def forget(self):
        """Deletes what a container that was killed leaves behind."""
        name = f"{self.NAME}-{os.getpid()}-bundle"
        subprocess.run([*self.base, "delete", "--force", name], capture_output=True, check=False)


def user_of(config):
    """User and group of an image, which must not be root."""
    user, group = (int(number) for number in config["User"].split(":"))
    assert user != 0 and group != 0
    return user, group


def leave_out_unless(works, program, words):
    """Skips the test where a runtime does not work, with the runtime's own words."""
    if not works:
        pytest.skip(f"{program} cannot make containers here: {words.strip()}")


class Container:
    """A container that runs."""

    def __init__(self, process, log):
        self.process = process
        self.log = log

    def lines(self):
        """The JSON lines that it has written."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line[:1] == "{"]

    def address(self):
        """Where it listens, once it says so."""

        def listening():
            assert self.process.poll() is None, f"it ended: {self.log.read_text()}"
            found = [line["address"] for line in self.lines() if line["message"] == "listening"]
            return found and found[0]

        return f"http://{until(listening, 'the container listens')}"


@contextmanager
def container(runtime, root, config, environment):
    """Runs the entry point of an unpacked image until the end of the `with` block."""
    log = runtime.folder / "container.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            runtime.command(root, config, environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=clean_environment(runtime.folder),
        )
    try:
        yield Container(process, log)
    finally:
        process.kill()
        process.wait()
        runtime.forget()
