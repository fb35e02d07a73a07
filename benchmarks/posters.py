"""50 clients, 200 messages each, into one thread, over three Zope clients: make posters

Makes a cluster from nothing (scripts/cluster.py), has POSTERS clients post at once through nginx, and then
looks into the database: every message that was acknowledged is there once, and so is its notice. Then
one client posts while the mail server takes no time and 30 seconds a mail, in turns.
"""

import argparse
import json
import random
import requests
import shutil
import statistics
import sys
import tempfile
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]

from cluster import Cluster  # noqa: E402
from mail_server import MailServer  # noqa: E402
from processes import free_port  # noqa: E402


PASSWORD = "mandantenportal"
RETRIED = ("Zope.SiteErrorLog", "INFO")
SLOW = 30.0  # seconds that the slow mail server takes


class Poster(requests.Session):
    """A client logged in by cookie. `answers`: how often each status came; `seconds`: each post."""

    def __init__(self, cluster, thread, number, run):
        super().__init__()
        self.url = f"{cluster.url}/++api++/{thread}/@messages"
        self.number = number
        self.headers["Accept"] = "application/json"
        self.answers = Counter()
        self.seconds = []
        form = {
            "__ac_name": f"poster{number}.{run}@mail.example",
            "__ac_password": PASSWORD,
            "buttons.login": "1",
        }
        answer = self.post(f"{cluster.url}/login", data=form, allow_redirects=False)
        assert answer.status_code == 302, answer.status_code

    def write(self, count):
        """Post `count` messages, one after the other."""
        for number in range(count):
            text = f"Nachricht {self.number} {number} {uuid.uuid4().hex}"
            start = time.perf_counter()
            answer = self.post(self.url, json={"text": text})
            self.seconds.append(time.perf_counter() - start)
            self.answers[answer.status_code] += 1


def p(values, share):
    """Return the percentile of some seconds, in milliseconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def load(cluster, thread, run, posters, posts):
    """Have all post at once; print what became of it; tell whether all is well."""
    with ThreadPoolExecutor(posters) as pool:
        people = list(pool.map(lambda n: Poster(cluster, thread, n, run), range(posters)))
        start = time.perf_counter()
        list(pool.map(lambda person: person.write(posts), people))
        took = time.perf_counter() - start
    answers = sum((person.answers for person in people), Counter())
    seconds = [one for person in people for one in person.seconds]
    verdict = json.loads(cluster.run("benchmarks/posters_verdict.py", thread).splitlines()[-1])
    logs = [cluster.folder / f"zope{n + 1}/var/log/event.log" for n in range(len(cluster.ports))]
    lines = [json.loads(line) for log in logs for line in log.open()]
    # What is done again is no error, and written down as information.
    retries = sum((line["logger"], line["level"]) == RETRIED for line in lines)
    wanted = posters * posts
    print(f"\n{posters} posters × {posts} posts, {len(cluster.ports)} Zope clients: {took:.0f} s, ")
    print(
        f"{wanted / took:.0f} a second; p50 {p(seconds, 0.5):.0f} ms, p95 {p(seconds, 0.95):.0f} ms"
    )
    print(f"answers: {dict(answers)}")
    print(f"done again after a conflict: {retries}")
    print(f"stored: {verdict}", flush=True)
    return answers == {201: wanted} and (
        verdict["stored"] == verdict["notices"] == wanted
        and verdict["more_than_once"] == verdict["notices_twice"] == 0
    )


def latency(cluster, thread, run, mails, rounds, posts):
    """One client posts, with a mail server that is quick and slow in turns; print both."""
    person = Poster(cluster, thread, 0, run)
    person.write(20)
    seconds = {0.0: [], SLOW: []}
    for _round in range(rounds):
        for delay in random.sample(sorted(seconds), 2):
            mails.delay = delay
            time.sleep(3)  # a mail or two is on its way
            person.seconds = []
            person.write(posts)
            seconds[delay].append(list(person.seconds))
    print(f"\nOne client, {rounds} rounds of {posts} posts each, in turns")
    print("| mail server | p50 ms | p95 ms | least p95 of a round |\n|---|---|---|---|")
    for delay, found in seconds.items():
        every = [one for batch in found for one in batch]
        least = min(p(batch, 0.95) for batch in found)
        print(
            f"| {delay:.0f} s a mail | {p(every, 0.5):.1f} | {p(every, 0.95):.1f} | {least:.1f} |"
        )
    difference = statistics.median(
        p(slow, 0.95) - p(quick, 0.95) for quick, slow in zip(*seconds.values(), strict=True)
    )
    print(f"median difference of the p95 of a round: {difference:+.1f} ms")
    answers = {status for status in person.answers if status != 201}
    print(f"refused: {answers or 'none'}", flush=True)


def main():
    """Make the cluster, measure, clean up; exit with 1 where a message is missing or twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posters", type=int, default=50)
    parser.add_argument("--posts", type=int, default=200)
    parser.add_argument("--clients", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", help="keep the cluster here")
    options = parser.parse_args()
    folder = Path(options.folder or tempfile.mkdtemp(prefix="clientportal-posters-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    mails = MailServer()
    cluster = Cluster(folder / "cluster", free_port(), clients=options.clients)
    print(f"{datetime.now():%d %B %Y %H:%M}: {' '.join(sys.argv)}", flush=True)
    try:
        cluster.make()
        run = f"{time.time():.0f}"
        site = ("benchmarks/posters_site.py", str(options.posters), run, str(mails.port))
        made = cluster.run(*site)
        thread = made.splitlines()[-1]
        cluster.start()
        good = load(cluster, thread, run, options.posters, options.posts)
        if options.rounds:
            latency(cluster, thread, run, mails, options.rounds, 100)
        return 0 if good else 1
    finally:
        cluster.stop()
        mails.stop()
        if not options.folder:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
