"""Measure the portal on this machine and print tables of ratios: make bench

Two sites are made from nothing, a small firm and a large one, and served side by side. What is compared
is measured in turns, in one run; a figure is the least CPU time of the server for one request, in
milliseconds (a batch of requests, divided), the steadiest there is on a busy machine.
"""

import base64
import os
import requests
import shutil
import subprocess
import sys
import time
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BUILD = ROOT / "build" / "bench"
SIZES = {"small": (10, 0, 8090), "large": (2000, 2000, 8091)}  # matters, documents, port
ROUNDS = 5
BATCH = 20  # requests
TICK = os.sysconf("SC_CLK_TCK")
PASSWORD = "mandantenportal"
ANNA = "anna.berger@mail.example"
MEYER = "meyer@kanzlei-meyer.example"


class Site:
    """A site of its own, served on loopback."""

    def __init__(self, name):
        self.matters, self.documents, self.port = SIZES[name]
        self.instance = BUILD / name
        self.url = f"http://localhost:{self.port}/Plone"
        self.server = None

    def make(self):
        """Make the instance, the demo firm and what else the site holds."""
        subprocess.run(
            ["make", "--no-print-directory", "instance", f"INSTANCE={self.instance}"],
            cwd=ROOT,
            check=True,
        )
        self.run("scripts/create_site.py")
        self.run("benchmarks/fill.py", str(self.matters), str(self.documents))

    def run(self, script, *args):
        """Run a script in the site; return the last line it printed."""
        command = [BIN / "zconsole", "run", self.instance / "etc/zope.conf", script, *args]
        environment = os.environ | {"CLIENTPORTAL_WORKER": "off", "CLIENTPORTAL_BASE_URL": self.url}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, check=True, text=True, stdout=subprocess.PIPE
        )
        return done.stdout.strip().rpartition("\n")[2]

    def start(self):
        """Serve the site; the workers stay off, so that only requests cost CPU."""
        command = [BIN / "runwsgi", "-q", self.instance / "etc/zope.ini", f"http_port={self.port}"]
        self.server = subprocess.Popen(
            command, env=os.environ | {"CLIENTPORTAL_WORKER": "off"}, cwd=ROOT
        )
        for _ in range(60):
            time.sleep(1)
            try:
                requests.get(f"{self.url}/login", timeout=30).raise_for_status()
                return
            except requests.ConnectionError:
                continue
        raise RuntimeError(f"{self.url} did not come up")

    def stop(self):
        """Stop serving."""
        if self.server:
            self.server.terminate()
            self.server.wait(30)

    def cpu(self):
        """Return the CPU seconds that the server has used."""
        fields = Path(f"/proc/{self.server.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK


class Person(requests.Session):
    """Somebody logged in by cookie, as browsers are."""

    def __init__(self, site, login):
        super().__init__()
        self.site = site
        self.post(
            f"{site.url}/login",
            data={"__ac_name": login, "__ac_password": PASSWORD, "buttons.login": "1"},
            headers={"Host": f"localhost:{site.port}"},
        ).raise_for_status()

    def ask(self, path, method="GET", **options):
        """Send a request below the site; raise where it fails."""
        answer = self.request(method, f"{self.site.url}/{path}", allow_redirects=False, **options)
        if answer.status_code not in (200, 201, 304):
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer


def compare(*calls):
    """Return the least CPU milliseconds a request of each (site, function), measured in turns."""
    least = [float("inf")] * len(calls)
    for _site, call in calls:
        call()
    for _ in range(ROUNDS):
        for place, (site, call) in enumerate(calls):
            start = site.cpu()
            for _ in range(BATCH):
                call()
            least[place] = min(least[place], 1000 * (site.cpu() - start) / BATCH)
    return least


def table(title, head, rows):
    """Print a table."""
    print(f"\n### {title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(f'{c:.1f}' if isinstance(c, float) else c for c in row)} |")
    sys.stdout.flush()


def idle(site, anna):
    """What an open page costs while nothing happens, against the page itself."""
    tag = anna.ask("@@unread").headers["ETag"]
    poll, accent, inbox = compare(
        (site, lambda: anna.ask("@@unread", headers={"If-None-Match": tag})),
        (site, lambda: anna.ask("@@clientportal-accent")),
        (site, lambda: anna.ask("@@inbox")),
    )
    table(
        "Idle cost of the badge",
        ["request", "CPU ms", "of the inbox page"],
        [
            ["poll, nothing new (304)", poll, f"{poll / inbox:.2f}"],
            ["floor: a style sheet made by the same server", accent, f"{accent / inbox:.2f}"],
            ["inbox page", inbox, "1.00"],
        ],
    )
    print(f"\n100 open pages, two polls a minute each: {100 * 2 / 60 * poll / 10:.1f} % of a core.")


def scale(small, large, people):
    """The same pages in a small and in a large firm."""
    paths = {
        "client: my portal": (ANNA, "@@portal"),
        "client: inbox": (ANNA, "@@inbox"),
        "client: badge": (ANNA, "@@unread"),
        "staff: list of matters": (MEYER, "@@matters"),
        "staff: list, by status": (MEYER, "@@matters?status=awaiting_reply&sort=resubmission"),
        "staff: list, by unread": (MEYER, "@@matters?sort=unread"),
        "staff: text blocks": (MEYER, "@@text-blocks-manage"),
    }
    rows = []
    for name, (login, path) in paths.items():
        few, many = compare(
            *((s, lambda p=people[s, login], path=path: p.ask(path)) for s in (small, large))
        )
        rows.append([name, few, many, f"{many / few:.2f}"])
    head = ["page", f"{small.matters} matters", f"{large.matters} matters", "ratio"]
    table("Size of the firm (CPU ms)", head, rows)


def post(site, anna, meyer):
    """A client's message with 50 kB, against a file of the same size by plone.restapi."""
    data = base64.b64encode(os.urandom(50_000)).decode()
    file = {"filename": "a.bin", "content-type": "application/octet-stream", "data": data}
    file["encoding"] = "base64"
    thread = anna.ask("++api++/@inbox").json()["items"][0]["@id"].split("/Plone/")[1]
    thread = f"++api++/{thread.removeprefix('++api++/')}"
    message = {"text": "Anbei die Unterlagen.", "attachments": [file]}
    document = {"@type": "File", "title": "a.bin", "file": file}
    matter = thread.rpartition("/")[0]
    json = {"Accept": "application/json"}
    ours, stock = compare(
        (site, lambda: anna.ask(f"{thread}/@messages", "POST", json=message, headers=json)),
        (site, lambda: meyer.ask(matter, "POST", json=document, headers=json)),
    )
    table(
        "Posting 50 kB (CPU ms)",
        ["request", "CPU ms", "ratio"],
        [
            ["message with a file, team told, journal written", ours, "1.0"],
            ["plone.restapi: POST File", stock, f"{stock / ours:.1f}"],
        ],
    )


def main():
    """Make both sites, measure, clean up."""
    shutil.rmtree(BUILD, ignore_errors=True)
    small, large = Site("small"), Site("large")
    try:
        for site in (small, large):
            site.make()
        invited, shared = map(float, large.run("benchmarks/roster.py").split())
        for site in (small, large):
            site.start()
        people = {(s, who): Person(s, who) for s in (small, large) for who in (ANNA, MEYER)}
        idle(small, people[small, ANNA])
        scale(small, large, people)
        post(small, people[small, ANNA], people[small, MEYER])
        table(
            f"Giving a client access to {large.documents} documents (CPU ms)",
            ["way", "CPU ms", "ratio"],
            [
                ["invite: the roster", invited, "1"],
                ["local role and reindexObjectSecurity", shared, f"{shared / invited:.0f}"],
            ],
        )
    finally:
        for site in (small, large):
            site.stop()
        shutil.rmtree(BUILD, ignore_errors=True)


if __name__ == "__main__":
    main()
