"""Figure 7: how many of two transactions that overlap wholly have to be done again.

zconsole run zope.conf benchmarks/conflicts.py prints {pair: percent} as JSON. The functions take any database
with a portal in it: `make test` measures a few pairs on a small one.
"""

import data
import json
import threading
import transaction
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import messages
from collective.clientportal.domain import reading
from collective.clientportal.domain import rosters
from collective.clientportal.domain import sharing
from collective.clientportal.domain.requests import Draft
from collective.clientportal.domain.status import Act
from collective.clientportal.domain.uploads import Upload
from io import BytesIO
from loader import act_as
from Products.CMFCore.indexing import processQueue
from Testing.makerequest import makerequest
from ZODB.POSException import ConflictError
from zope.component.hooks import setSite
from zope.globalrequest import setRequest


PAIRS = 40


def post(thread_path, by):
    """Return an act: somebody writes into a thread; a client where `by` is none of the firm."""

    def act(site):
        thread = site.unrestrictedTraverse(thread_path)
        matter = thread.aq_parent
        act_as(by)
        if by in rosters.team(matter):
            messages.send(matter, Draft("Guten Tag"), "reply", None, thread.getId())
        else:
            messages.reply(thread, Draft("Guten Tag"))

    return act


def read(thread_path, by):
    """Return an act: a client opens the newest message of a thread."""

    def act(site):
        act_as(by)
        reading.open_(site.unrestrictedTraverse(thread_path), Act.OPEN_MESSAGE)

    return act


def release(matter_path, uid, by):
    """Return an act: staff release a document to the first folder of a matter."""

    def act(site):
        act_as(by)
        matter = site.unrestrictedTraverse(matter_path)
        sharing.release(matter, [uid], access.folders(matter)[0].UID())

    return act


def overlap(database, site_id, first, second):
    """Do two acts in two transactions that begin before either ends; tell whether one must be done again."""
    begun, changed = threading.Barrier(2), threading.Barrier(2)
    committed = threading.Event()
    outcome = {}

    def work(name, act, wait):
        transaction.begin()
        connection = database.open()
        try:
            root = makerequest(connection.root()["Application"])
            site = root[site_id]
            setRequest(root.REQUEST)
            setSite(site)
            begun.wait(120)
            act(site)
            processQueue()
            changed.wait(120)
            if wait:
                committed.wait(120)
            transaction.commit()
            outcome[name] = "done"
        except ConflictError as error:
            outcome[name] = "conflict"
            outcome["why"] = str(error)
        finally:
            committed.set()
            transaction.abort()
            setSite(None)
            setRequest(None)
            connection.close()

    workers = [
        threading.Thread(target=work, args=("first", first, False)),
        threading.Thread(target=work, args=("second", second, True)),
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if outcome.get("first") != "done" or "second" not in outcome:
        raise SystemExit(f"wrong: neither done nor a conflict: {outcome}")
    return outcome.get("why", "")


def rate(database, site_id, pairs):
    """Return (percent of conflicts, reasons) of pairs of acts."""
    pairs = list(pairs)
    reasons = [why for why in (overlap(database, site_id, *pair) for pair in pairs) if why]
    return 100 * len(reasons) / len(pairs), reasons


def everywhere(site):
    """Return {what overlaps: pairs of acts} for a data set: matters with a client and a thread each."""
    path = _path_of(site)
    matters = [data.by_reference(f"98/z{number:02}") for number in range(data.ROWS)]
    own = data.by_reference("98/P")
    threads = sorted(rosters.threads(own), key=lambda thread: thread.creation_date)
    [client] = own.participants
    [other] = matters[0].participants
    firsts = [path(rosters.threads(matter)[0]) for matter in matters]
    one, two = path(threads[1]), path(threads[2])
    uids = [_document(matter) for matter in matters]
    again = range(PAIRS)
    return {
        "post + post, two threads of a matter": [
            (post(one, "meyer"), post(two, client)) for _ in again
        ],
        "post + read, two threads of a matter": [
            (post(one, "meyer"), read(two, client)) for _ in again
        ],
        "read + read, two matters": [
            (read(firsts[n], other), read(firsts[n + 1], other)) for n in range(0, data.ROWS - 1, 2)
        ],
        "post + post, two matters": [
            (post(firsts[n % data.ROWS], "meyer"), post(firsts[(n + 1) % data.ROWS], other))
            for n in again
        ],
        "post + post, one thread": [(post(one, "meyer"), post(one, client)) for _ in again],
        "release + release, two matters": [
            (
                release(path(matters[n]), uids[n], "meyer"),
                release(path(matters[n + 1]), uids[n + 1], "meyer"),
            )
            for n in range(0, data.ROWS - 1, 2)
        ],
    }


def _path_of(site):
    return lambda obj: "/".join(obj.getPhysicalPath()[len(site.getPhysicalPath()) :])


def _document(matter):
    """Return the UID of a new document of a matter."""
    act_as("meyer")
    [document] = documents.add_internal(
        matter, [Upload("Neu.txt", "text/plain", BytesIO(b"Guten Tag"))]
    )
    return document.UID()


def main(app):
    """Measure all pairs and print them."""
    root = makerequest(app)
    setRequest(root.REQUEST)
    site = root["Plone"]
    setSite(site)
    found = everywhere(site)
    transaction.commit()
    database = app._p_jar.db()
    print(json.dumps({what: rate(database, "Plone", pairs) for what, pairs in found.items()}))
    database.close()


if "app" in globals():  # zconsole provides it
    main(app)  # noqa: F821
