"""Processes that a script starts, watches and ends: none outlives the script."""

import signal
import socket
import subprocess
import time
from pathlib import Path


class NotUp(Exception):
    """A process did not come up; its log tells why."""


class Process:
    """A process with a log of its own, ended by `ending` at the latest when this process ends.

    `ready`: a function that tells whether it does its work. `user`: who it runs as, or None.
    """

    def __init__(self, command, log, ready, env=None, user=None, ending=signal.SIGTERM):
        self.command = [str(part) for part in command]
        self.log = Path(log)
        self.ready = ready
        self.env = env
        self.user = user
        self.ending = ending
        self.popen = None

    def begin(self):
        """Start it, without waiting."""
        name = self.ending.name.removeprefix("SIG")
        # Ctrl-C in a terminal reaches this script alone, which ends them in order.
        prefix = [*as_user(self.user), f"--pdeathsig={name}", "--"]
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                prefix + self.command,
                env=self.env,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_ready(self, seconds=300):
        """Return when it does its work. Raises NotUp."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.popen.poll() is not None:
                break
            if self.ready():
                return
            time.sleep(0.1)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
        raise NotUp(f"{self.command[0]} did not come up; {self.log}:\n{tail}")

    def start(self):
        """Start it and wait."""
        self.begin()
        self.wait_ready()

    @property
    def running(self):
        """Tell whether it runs."""
        return self.popen is not None and self.popen.poll() is None

    def stop(self, seconds=60):
        """End it in good order; hard where that takes too long."""
        if not self.running:
            return
        self.popen.send_signal(self.ending)
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        """End it as a power failure would."""
        self.popen.kill()
        self.popen.wait()


def as_user(name):
    """Return the beginning of a command that runs as `name`; None: as who runs this."""
    if name is None:
        return ["setpriv"]
    return ["setpriv", f"--reuid={name}", f"--regid={name}", "--init-groups"]


def listens(port, host="127.0.0.1"):
    """Tell whether somebody listens on a port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def free_port():
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
