"""Figure 8: posts a second with one and with two Zope clients on PostgreSQL, one thread each."""

import os
import shutil
import threading
import time
from cluster import Cluster
from pages import MEYER
from processes import free_port
from report import Figure
from sites import JSON
from sites import Person
from sites import ROOT
from sites import ROUNDS
from sites import WrongAnswer


SECONDS = float(os.environ.get("BENCH_SECONDS", 10))


class Zope:
    """A Zope client of the cluster, as Person sees a site."""

    def __init__(self, port):
        self.url = f"http://localhost:{port}"


def posts(folder, paths_of):
    """Figure 8; the cluster is made in `folder`. `paths_of`: what data.py printed → paths."""
    shutil.rmtree(folder, ignore_errors=True)
    path = os.pathsep.join(str(ROOT / name) for name in ("benchmarks", "scripts"))
    cluster = Cluster(folder, free_port(), clients=2, env={"PYTHONPATH": path})
    cluster.make()
    try:
        paths = paths_of(cluster.run("benchmarks/data.py", "T1"))
        for zope in cluster.zopes:
            zope.begin()
        for zope in cluster.zopes:
            zope.wait_ready()
        hammers = [
            Hammer(Zope(port), paths[f"98/Z{number:02}"]["threads"][0])
            for number, port in enumerate(cluster.ports)
        ]
        one, two = [], []
        for _ in range(ROUNDS):
            one.append(_rate(hammers[:1]))
            two.append(_rate(hammers))
    finally:
        cluster.stop()
    yield Figure(
        "8",
        "posts a second, two Zope clients on PostgreSQL, none failed",
        f"two: {max(two):.1f}/s",
        f"one: {max(one):.1f}/s",
        max(two) / max(one),
        at_least=1.9,
    )


class Hammer:
    """Posts into one thread, again and again."""

    def __init__(self, zope, thread):
        self.person = Person(zope, MEYER)
        self.thread = thread

    def run(self, end, done):
        """Post until `end`; note each post in `done`, and what went wrong."""
        body = {"text": "Guten Tag", "expects": "reply"}
        try:
            while time.monotonic() < end:
                self.person.ask(f"++api++/{self.thread}/@messages", "POST", json=body, headers=JSON)
                done.append(None)
        except WrongAnswer as error:
            done.append(error)


def _rate(hammers):
    done = []
    end = time.monotonic() + SECONDS
    workers = [threading.Thread(target=hammer.run, args=(end, done)) for hammer in hammers]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    errors = [error for error in done if error]
    if errors:
        raise errors[0]
    return len(done) / SECONDS
