"""Sites to measure, each served by a process of its own, and how: CPU time of the server, in turns."""

import hashlib
import json
import os
import requests
import shutil
import subprocess
import sys
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "scripts"), str(ROOT / "tests")]
from processes import free_port  # noqa: E402
from processes import Process  # noqa: E402


BIN = Path(sys.executable).parent
ROUNDS = int(os.environ.get("BENCH_ROUNDS", 3))
BATCH = int(os.environ.get("BENCH_BATCH", 20))  # requests
PASSWORD = "mandantenportal"
JSON = {"Accept": "application/json"}
# What the data of a kept site is made from: where it changes, the site is made anew.
SOURCES = ("benchmarks/data.py", "benchmarks/loader.py", "src/collective/clientportal/content/*.py")


class WrongAnswer(Exception):
    """An answer is not what it must be: its time means nothing."""


class Site:
    """A portal with a data set, in a folder of its own; `paths` tells where things are in it."""

    def __init__(self, name, folder):
        self.name = name
        self.folder = Path(folder) / name
        self.port = free_port()
        # Plone's theme is off for 127.0.0.1.
        self.url = f"http://localhost:{self.port}"
        self.process = None
        self.paths = {}

    def make(self):
        """Make instance, demo firm and data set, unless they are there from the same sources."""
        marker = self.folder / "complete.json"
        if marker.exists() and json.loads(marker.read_text())["made from"] == _sources():
            self.make_instance()
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.make_instance()
            self.run("scripts/create_site.py")
            self.run("benchmarks/stock.py")
            paths = json.loads(self.run("benchmarks/data.py", self.name))
            marker.write_text(json.dumps({"made from": _sources(), "paths": paths}))
        self.paths = json.loads(marker.read_text())["paths"]

    def copy(self, name):
        """Return a copy of the site in a folder of its own: what is changed there changes no other figure."""
        copy = Site(name, self.folder.parent)
        shutil.rmtree(copy.folder, ignore_errors=True)
        shutil.copytree(self.folder / "var", copy.folder / "var", ignore=_locks)
        copy.make_instance()
        copy.paths = self.paths
        return copy

    def remove(self):
        """Stop serving, and delete the folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def make_instance(self):
        """Make the settings anew, from the skeleton."""
        shutil.rmtree(self.folder / "etc", ignore_errors=True)
        command = [BIN / "mkwsgiinstance", "-d", self.folder, "-s", ROOT / "etc/skel"]
        subprocess.run([*command, "-u", "admin:admin"], check=True)

    def run(self, script, *args):
        """Run a script in the site; show what it prints, and return the last line."""
        command = [BIN / "zconsole", "run", self.folder / "etc/zope.conf", script, *args]
        done = subprocess.Popen(
            command, cwd=ROOT, env=self._environment(), text=True, stdout=subprocess.PIPE
        )
        line = ""
        for line in done.stdout:
            print(f"  {line.rstrip()[:100]}", file=sys.stderr)
        if done.wait():
            raise WrongAnswer(f"{script} {args} failed in {self.folder}")
        return line

    def start(self, **environment):
        """Serve the site; the workers are off unless told otherwise, so that only requests cost CPU."""
        self.process = Process(
            [BIN / "runwsgi", "-q", self.folder / "etc/zope.ini", f"http_port={self.port}"],
            self.folder / "server.log",
            self._answers,
            env=self._environment() | environment,
        )
        self.process.start()

    def stop(self):
        """Stop serving."""
        if self.process is not None:
            self.process.stop()
            self.process = None

    def cpu(self):
        """Return the CPU seconds that the server has used."""
        tasks = Path(f"/proc/{self.process.popen.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def memory(self):
        """Return how many MB the server holds."""
        status = Path(f"/proc/{self.process.popen.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def size(self):
        """Return the bytes of the database, without blobs."""
        return (self.folder / "var/Data.fs").stat().st_size

    def _environment(self):
        paths = os.pathsep.join(str(ROOT / name) for name in ("benchmarks", "scripts"))
        return os.environ | {
            "CLIENTPORTAL_WORKER": "off",
            "CLIENTPORTAL_BASE_URL": f"{self.url}/Plone",
            "PYTHONPATH": paths,
        }

    def _answers(self):
        try:
            return requests.get(f"{self.url}/Plone/login", timeout=60).ok
        except requests.ConnectionError:
            return False


class Person(requests.Session):
    """Somebody logged in by cookie, as browsers are; `root`: the site below the address of the server."""

    def __init__(self, site, login, root="Plone"):
        super().__init__()
        self.site = site
        self.base = f"{site.url}/{root}"
        form = {"__ac_name": login, "__ac_password": PASSWORD, "buttons.login": "1"}
        self.post(f"{self.base}/login", data=form, allow_redirects=False)
        if not self.cookies.get("__ac"):
            raise WrongAnswer(f"{login} cannot log in")

    def ask(self, path, method="GET", holds="", status=(200, 201, 204), **options):
        """Send a request below the site; raise WrongAnswer unless status and text are as they must be."""
        answer = self.request(method, f"{self.base}/{path}", allow_redirects=False, **options)
        if answer.status_code not in status or holds not in answer.text:
            raise WrongAnswer(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer

    def page(self, path, holds="", size=500):
        """Return a call that asks for a page and checks it."""

        def call():
            answer = self.ask(path, holds=holds)
            if len(answer.content) < size:
                raise WrongAnswer(f"{path}: only {len(answer.content)} bytes")

        return self.site, call

    def json(self, path, check):
        """Return a call that asks for JSON and hands it to `check`, which tells whether it is right."""

        def call():
            answer = self.ask(f"++api++/{path}".rstrip("/"), headers=JSON).json()
            if not check(answer):
                raise WrongAnswer(f"{path}: {str(answer)[:300]}")

        return self.site, call


def compare(*calls, rounds=ROUNDS, batch=BATCH):
    """Return the least CPU milliseconds of each (site, function), of `rounds` rounds measured in turns."""
    least = [float("inf")] * len(calls)
    for _site, call in calls:
        call()
        call()
    for _ in range(rounds):
        for place, (site, call) in enumerate(calls):
            start = site.cpu()
            for _ in range(batch):
                call()
            least[place] = min(least[place], 1000 * (site.cpu() - start) / batch)
    return least


def _locks(_folder, names):
    return [name for name in names if name.endswith((".lock", ".tmp", ".pid"))]


def _sources():
    files = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
