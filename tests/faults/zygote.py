"""A process that has loaded Zope and Plone and forks servers from itself, each up within a second.

What a fork goes on to do is what the ordinary `runwsgi` does with the ordinary configuration: it opens the
database, starts the workers and serves. Only importing and reading ZCML lie behind it already.

Usage: python -m faults.zygote <instance>; then a command a line on the standard input, as JSON:
[job, arguments], answered by the number of the process that does it. `Zygote` is the other end.
"""

import gc
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path


TESTS = Path(__file__).parents[1]
OURS = [str(TESTS), str(TESTS.parent / "scripts")]
PATH = os.pathsep.join(filter(None, [*OURS, os.environ.get("PYTHONPATH")]))


class Zygote:
    """The other end: starts the process and has it fork.

    `environment`: variables for it and all its forks.
    """

    def __init__(self, instance, log, **environment):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "faults.zygote", str(instance)],
            env={**os.environ, "PYTHONPATH": PATH, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        self._answer()

    def start(self, job, **arguments):
        """Start a job; return its process id."""
        print(json.dumps([job, arguments]), file=self._process.stdin, flush=True)
        return self._answer()

    def run(self, job, out, **arguments):
        """Do a job that writes its answer, JSON, to the file `out`; return the answer."""
        out.unlink(missing_ok=True)
        wait(self.start(job, out=str(out), **arguments))
        return json.loads(out.read_text())

    def end(self):
        """Let the process end; its forks are not ended."""
        self._process.stdin.close()
        self._process.wait()

    def _answer(self):
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("The zygote has died; see its log.")
        return json.loads(line)


def kill(pid):
    """End a process as a power cut would: at once, nothing is cleaned up."""
    os.kill(pid, signal.SIGKILL)
    wait(pid)


def wait(pid):
    """Wait for the end of a process that is nobody's child here."""
    while is_alive(pid):
        time.sleep(0.005)


def is_alive(pid):
    """Tell whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def main():
    """Load everything, then fork what is asked for until the input ends."""
    instance = Path(sys.argv[1])
    # Only we write to the pipe of answers; whatever else prints goes to the errors.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if "FAKETIME_TIMESTAMP_FILE" in os.environ:
        # Under libfaketime (0.9.10) sleeping is "Invalid argument"; waiting for nothing is not.
        time.sleep = lambda seconds: select.select((), (), (), seconds)
    load(instance)
    from faults import jobs

    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, reap)
    print(json.dumps("ready"), file=answers, flush=True)
    for line in sys.stdin:
        job, arguments = json.loads(line)
        pid = fork(getattr(jobs, job), instance, **arguments)
        print(json.dumps(pid), file=answers, flush=True)


def load(instance):
    """Import all products and read all ZCML, so that a later start of Zope finds it done."""
    import OFS.Application
    import Zope2.App.startup
    from Zope2.Startup.run import configure_wsgi

    configure_wsgi(str(instance / "etc" / "zope.conf"))
    OFS.Application.import_products()
    Zope2.App.startup.load_zcml()
    Zope2.App.startup.load_zcml = lambda: None


def reap(*_):
    """Take note of forks that have ended, and say so where it was not by being killed."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        code = os.waitstatus_to_exitcode(status)
        if code not in (0, -signal.SIGKILL):
            print(f"Process {pid} ended with {code}.", file=sys.stderr, flush=True)


def fork(job, instance, **arguments):
    """Do `job` in a process of its own; return its process id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        random.seed()
        job(instance, **arguments)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
