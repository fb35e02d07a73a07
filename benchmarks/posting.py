"""Figures 2, 3 and 9: a message with a file to five people, by HTTP, with all that follows from it."""

import base64
import os
import time
from mail_server import MailServer
from pages import MEYER
from report import Figure
from report import ratio
from sites import BATCH
from sites import compare
from sites import JSON
from sites import Person
from sites import WrongAnswer


def _file():
    data = base64.b64encode(os.urandom(50_000)).decode()
    kind = "application/octet-stream"
    return {"filename": "a.bin", "content-type": kind, "data": data, "encoding": "base64"}


def message(site):
    """Return a call that sends a message with 50 kB to five clients."""
    meyer = Person(site, MEYER)
    thread = site.paths["98/F"]["threads"][0]
    body = {"text": "Anbei die Unterlagen.", "expects": "reply", "attachments": [_file()]}

    def call():
        answer = meyer.ask(f"++api++/{thread}/@messages", "POST", json=body, headers=JSON).json()
        if len(answer["recipients"]) != 5 or answer["files"][0]["size"] != 50_000:
            raise WrongAnswer(f"posting: {str(answer)[:300]}")

    return site, call


def against_plone(site, commit):
    """Figures 2 and 3: against plone.restapi's POST of a File, and against the least there can be.

    `commit`: CPU milliseconds of a transaction with one object.
    """
    meyer = Person(site, MEYER)
    body = {"@type": "File", "title": "a.bin", "file": _file()}

    def upload():
        answer = meyer.ask("++api++/files", "POST", json=body, headers=JSON).json()
        if answer["file"]["size"] != 50_000:
            raise WrongAnswer(f"POST File: {str(answer)[:300]}")

    floor = meyer.json("@site", lambda answer: "plone.site_title" in answer)
    ours, stock, least = compare(message(site), (site, upload), floor)
    what = "a message with 50 kB to 5 recipients"
    posted = ("with notices and journal", ours)
    yield ratio("2", what, posted, ("POST File", stock), at_least=10, inverse=True)
    sizes = []
    for call in (message(site)[1], upload):
        before = site.size()
        for _ in range(BATCH):
            call()
        sizes.append((site.size() - before) / BATCH)
    kilobytes = [f"{size / 1000:.1f} kB" for size in sizes]
    yield Figure(
        "2", "the same: bytes in Data.fs", *kilobytes, sizes[1] / max(sizes[0], 1), at_least=100
    )
    yield ratio("3", what, posted, ("@site logged in + a commit", least + commit), at_most=2.5)


def with_mail(site):
    """Figure 9: the same while the mail server is slow, or not there; three copies of the site, in turns."""
    server = MailServer()
    server.delay = 0.7  # seven round trips of 100 ms
    ports = {"off": 0, "slow": server.port, "down": 1}
    copies = []
    try:
        for name, port in ports.items():
            copy = site.copy(f"mail-{name}")
            copies.append(copy)
            copy.run("benchmarks/mail_settings.py", str(port))
            copy.start(CLIENTPORTAL_WORKER="on")
        calls = [message(copy)[1] for copy in copies]
        times = [[] for _ in calls]
        for _ in range(5 * BATCH):
            for call, taken in zip(calls, times, strict=True):
                start = time.perf_counter()
                call()
                taken.append(1000 * (time.perf_counter() - start))
        off, slow, down = (sorted(taken)[len(taken) // 2] for taken in times)
        for name, spent in (("100 ms away", slow), ("down", down)):
            yield ratio(
                "9",
                f"the same, mail server {name}: median of wall time, none failed",
                (name, spent),
                ("mail switched off", off),
                at_most=1.1,
            )
        if not server.mails:
            raise WrongAnswer("no mail went out while the mail server was slow")
    finally:
        for copy in copies:
            copy.remove()
        server.stop()
