"""Figures 1, 6, 13, 14 and the floor of 3, in one process: zconsole run zope.conf benchmarks/inside.py NAME

Prints {name: CPU milliseconds, commit included} as JSON.
"""

import data
import json
import sys
import tempfile
import time
import transaction
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import inbox
from collective.clientportal.domain import participants
from collective.clientportal.domain import reading
from collective.clientportal.domain import rosters
from collective.clientportal.domain import sharing
from collective.clientportal.domain.uploads import Upload
from io import BytesIO
from loader import act_as
from loader import Loader
from persistent.mapping import PersistentMapping
from plone import api
from Products.CMFCore.indexing import processQueue
from Testing.makerequest import makerequest
from ZODB.DB import DB
from ZODB.FileStorage import FileStorage
from zope.component.hooks import setSite
from zope.globalrequest import setRequest


ROUNDS = 3
MANY = 20  # documents of a release
LARGE = 2 * 1024**3


def spent(act):
    """Return the CPU milliseconds that `act()` and its commit take."""
    start = time.process_time()
    act()
    transaction.commit()
    return 1000 * (time.process_time() - start)


def in_turns(**acts):
    """Return the least of each, measured in turns."""
    times = {name: [] for name in acts}
    for _ in range(ROUNDS):
        for name, act in acts.items():
            # A new request asks for rights anew.
            setRequest(makerequest(app).REQUEST)  # noqa: F821 - zconsole provides `app`
            times[name].append(spent(act))
    return {name: min(taken) for name, taken in times.items()}


def check(condition, what):
    """Stop where an answer is wrong."""
    if not condition:
        raise SystemExit(f"wrong: {what}")


def clients(site):
    """Name a client on a matter with few and with many documents; share a folder as Plone does."""
    sizes = sorted(int(ref[4:]) for ref in data.paths() if ref.startswith("98/D"))
    matters = [data.by_reference(f"98/d{size}") for size in sizes]
    act_as("meyer")
    folder = _stock_folder(site, sizes[-1])
    users = [f"reader-{number}" for number in range(ROUNDS)]
    addresses = iter([f"client{number}@mail.example" for number in range(2 * ROUNDS)])
    named = []

    def invite(matter):
        def act():
            before = set(matter.participants)
            client = participants.invite(matter, next(addresses))
            named.append((matter, client.id))
            check(client.id not in before, "the client was on the matter before")
            check(client.id in matter.participants, "the client is not on the matter")
            check(
                rosters.group_id(matter.UID(), rosters.READERS) in rosters.groups_of(client.id),
                "the client is on no roster",
            )

        return act

    def share():
        user = users.pop()
        folder.manage_setLocalRoles(user, ["Reader"])
        folder.reindexObjectSecurity()
        processQueue()
        catalog = api.portal.get_tool("portal_catalog")
        seen = catalog.unrestrictedSearchResults(allowedRolesAndUsers=f"user:{user}")
        check(len(seen) == sizes[-1] + 1, f"{len(seen)} documents are shared")

    few, many = (invite(matter) for matter in matters)
    found = in_turns(few=few, many=many, plone=share)
    # This site is kept: the next run finds it as it was.
    for matter, user_id in named:
        participants.remove(matter, user_id)
    folder.manage_delLocalRoles([f"reader-{number}" for number in range(ROUNDS)])
    folder.reindexObjectSecurity()
    transaction.commit()
    return found | {"sizes": sizes}


def _stock_folder(site, size):
    """Return a folder of Plone's with so many files."""
    if "shared" in site:
        return site["shared"]
    with api.env.adopt_user(username="admin"):
        folder = api.content.create(site, "Folder", "shared")
        processQueue()
        loader = Loader(site["matters"], data.by_reference("97/meyer"))
        for number in range(size):
            upload = Upload(f"Schreiben {number}.txt", "text/plain", BytesIO(b"Guten Tag"))
            loader._document(folder, upload)
            if number % 500 == 499:
                transaction.commit()
        transaction.commit()
    return folder


def badge(site):
    """Count what waits for a client who has much, as the badge of every page does."""
    act_as(_user_id("zwanzig@mail.example"))
    check(inbox.count() == data.ROWS, f"{inbox.count()} messages wait")
    start = time.process_time()
    for _ in range(1000):
        inbox.count()
    return {"count": time.process_time() - start}


def releases(site):
    """Release one and many documents, two kilobytes and two gigabytes, each to a folder of its own."""
    act_as("meyer")
    matter = data.by_reference("98/P")
    [folder] = rosters.folders(matter)

    def added(size):
        upload = Upload("Aufnahme.bin", "application/octet-stream", _bytes(size))
        [document] = documents.add_internal(matter, [upload])
        transaction.commit()
        return document.UID()

    def release(found):
        def act():
            made = sharing.release(matter, found.pop(), folder.UID())
            for document in made.documents:
                check(access.can_see(document), "what was released is not there")

        return act

    small = [[added(2048)] for _ in range(ROUNDS)]
    many = [[added(2048) for _ in range(MANY)] for _ in range(ROUNDS)]
    api.portal.set_registry_record("collective.clientportal.staff_upload_megabytes", 4096)
    large = [[added(LARGE)] for _ in range(1)] * ROUNDS
    folders = {"small": small, "many": many}
    found = in_turns(**{name: release(uids) for name, uids in folders.items()})
    # The same bytes go into one folder once.
    start = time.process_time()
    sharing.release(matter, large[0], folder.UID())
    transaction.commit()
    return found | {"large": 1000 * (time.process_time() - start)}


def _bytes(size):
    """Return so many bytes to read, in a file that takes no room."""
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it is read no more
    stream.truncate(size)
    stream.seek(0)
    return stream


def threads(site):
    """Read the newest page of a short and of a very long thread, none of it in memory."""
    act_as("meyer")
    sizes = sorted(int(ref[4:]) for ref in data.paths() if ref.startswith("98/N"))

    def read(size):
        def act():
            app._p_jar.cacheMinimize()  # noqa: F821
            matter = data.by_reference(f"98/N{size}")
            [thread] = access.threads(matter)
            page = reading.visible(thread, limit=50)
            check(len(page) == 50, f"{len(page)} messages")
            check(len([m.text for m in page]) == 50, "no text")

        return act

    short, long = (read(size) for size in sizes)
    return in_turns(warm=short, short=short, long=long) | {"sizes": sizes}


def commit(site):
    """Commit one small object to a FileStorage: the least that a change can cost."""
    with tempfile.TemporaryDirectory() as folder:
        database = DB(FileStorage(f"{folder}/Data.fs"))
        manager = transaction.TransactionManager()
        root = database.open(manager).root()
        root["one"] = PersistentMapping()
        manager.commit()
        start = time.process_time()
        for number in range(500):
            root["one"]["number"] = number
            manager.commit()
        cost = 1000 * (time.process_time() - start) / 500
        database.close()
    return {"commit": cost}


def _user_id(address):
    return next(
        user_id
        for user_id, person in data.registers.registers().people.items()
        if person.email == address
    )


def main(app, name):
    """Measure what `name` says and print it."""
    root = makerequest(app)
    setRequest(root.REQUEST)
    site = root["Plone"]
    setSite(site)
    found = {f.__name__: f for f in (clients, badge, releases, threads, commit)}[name](site)
    print(json.dumps(found))
    app._p_jar.db().close()  # saves the index


main(app, sys.argv[-1])  # noqa: F821 - zconsole provides `app`
