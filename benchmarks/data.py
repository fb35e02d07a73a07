"""Fill a demo site with a data set: zconsole run zope.conf benchmarks/data.py NAME

Each set is made in steps that are committed; a run that broke off is continued by the next one. S is made by
the functions of the domain, M and L by the loader that is proved to make the same.
"""

import json
import loader
import sys
import time
import transaction
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import messages
from collective.clientportal.domain import participants
from collective.clientportal.domain import registers
from collective.clientportal.domain import rosters
from collective.clientportal.domain.requests import Draft
from dataclasses import dataclass
from dataclasses import replace
from loader import Plan
from plone import api
from Testing.makerequest import makerequest
from zope.component.hooks import setSite
from zope.globalrequest import setRequest


TEAMS = ((("meyer",), ("schmitt",)), (("krause",), ("schmitt",)))
STEP = 20  # matters to a transaction
PASSWORD = "mandantenportal"
FIVE = [f"fuenf{number}@mail.example" for number in range(5)]
LOOKING = [f"{name}@mail.example" for name in ("eine", "einzig", "viele", "zwanzig")]
ROWS = 20  # of the inbox and the start page of a client


@dataclass(frozen=True)
class DataSet:
    """How much a site holds. A client takes part in five matters; every other matter is Meyer's."""

    matters: int
    threads: int  # of each matter
    documents: int = 10  # of each matter
    messages: int = 10  # of each thread
    # Sizes of matters of another kind: one has so many documents, one so many messages in its thread.
    many_documents: tuple[int, ...] = ()
    many_messages: tuple[int, ...] = ()
    rosters: int = 0  # of one client


SETS = {
    "S": DataSet(100, 1),
    # To try the benchmarks themselves.
    "T1": DataSet(10, 1),
    "T2": DataSet(40, 3, many_documents=(10, 40), many_messages=(60, 200), rosters=20),
    "M": DataSet(1_000, 10, many_documents=(100, 1_000), many_messages=(100, 1_000), rosters=100),
    "L": DataSet(
        10_000, 10, many_documents=(100, 10_000), many_messages=(100, 100_000), rosters=1_000
    ),
}


class Filler:
    """Fills one site."""

    def __init__(self, site, data, is_small):
        self.home = site["matters"]
        self.data = data
        self.is_small = is_small
        self.loaders = {}

    def run(self):
        """Make what is missing."""
        start = time.monotonic()
        for number in range(self.data.matters):
            client = f"client{number // 5}@mail.example"
            if number // 2 * self.data.threads < self.data.rosters and number % 2 == 0:
                client = "viele@mail.example"
            shape = (self.data.documents, self.data.threads, self.data.messages)
            self.make(Plan(f"99/{number:05}", *TEAMS[number % 2], client, *shape))
            if number % STEP == STEP - 1:
                self.commit()
                print(f"{number + 1} matters in {time.monotonic() - start:.0f} s", flush=True)
        self.commit()
        for plan in self.probes():
            self.make(plan)
            self.commit()
        with api.env.adopt_user(username="admin"):
            self.plain_folder()
        with api.env.adopt_user(username="meyer@kanzlei-meyer.example"):
            self.five()
        for address in (*FIVE, *LOOKING):
            self.let_in(address)
        self.commit()

    def probes(self):
        """Yield the matters that are looked at, the same in every data set, and the large ones."""
        yield Plan("98/P", *TEAMS[0], "eine@mail.example", 10, 10, 10)
        yield Plan("98/V", ("vogel",), ("schmitt",), "andere@mail.example", 10, 10, 10)
        yield Plan("98/E", *TEAMS[0], "einzig@mail.example", 1, 1, 10)
        for number in range(ROWS):
            yield Plan(f"98/Z{number:02}", *TEAMS[0], "zwanzig@mail.example", 1, 1, 1)
        for size in self.data.many_documents:
            yield Plan(f"98/D{size}", *TEAMS[0], "andere@mail.example", size, 0, 0)
        for size in self.data.many_messages:
            yield Plan(f"98/N{size}", *TEAMS[0], "andere@mail.example", 1, 1, size)

    def plain_folder(self):
        """Make a folder of Plone's own, into which Meyer may put files."""
        site = api.portal.get()
        if "files" not in site:
            folder = api.content.create(site, "Folder", "files")
            folder.manage_setLocalRoles("meyer", ["Owner"])
            folder.reindexObjectSecurity()

    def five(self):
        """Make a matter with five clients in one thread."""
        plan = Plan("98/F", *TEAMS[0], FIVE[0], 1, 0, 0)
        if self.found(plan) is None:
            matter = self.by_domain(plan)
            people = [participants.invite(matter, address).id for address in FIVE[1:]]
            people += [user_id for user_id in matter.participants if user_id not in people]
            messages.send(matter, Draft("Guten Tag"), "reply", people, title="An alle")

    def let_in(self, address):
        """Give a client the password of the demo firm."""
        user_id = accounts.find(address)
        if user_id is not None:
            api.portal.get_tool("acl_users").userSetPassword(user_id, PASSWORD)
            accounts.person(user_id).activated = registers.now()

    def make(self, plan):
        """Make a matter, unless it is there."""
        if self.found(plan) is None:
            make = self.by_domain if self.is_small else self.loader(plan)
            make(plan)

    def by_domain(self, plan):
        """Make a matter by the functions of the domain; return it."""
        return loader.by_domain(self.home, plan)

    def loader(self, plan):
        """Return the loader for the team of a matter, with its model."""
        team = plan.handlers[0]
        if team not in self.loaders:
            model = replace(plan, reference=f"97/{team}", documents=1, threads=1, messages=2)
            found = self.found(model) or self.by_domain(model)
            self.loaders[team] = loader.Loader(self.home, found)
        return self.loaders[team]

    def found(self, plan):
        """Return the matter that was made, or None."""
        return by_reference(plan.reference)

    def commit(self):
        """Do the workers' part, commit, and forget what was made."""
        loader.settle()
        transaction.commit()
        self.home._p_jar.cacheMinimize()


def by_reference(reference):
    """Return a matter, or None."""
    uid = registers.registers().references.get(reference.casefold())
    return uid and access.unchecked_matter(uid)


def paths():
    """Return reference → where a matter to look at lies, and what is in it: paths below the site."""
    found = {}
    for reference in (*registers.registers().references.keys("98/", "98/~"), "99/00000"):
        matter = by_reference(reference)
        threads = sorted(rosters.threads(matter), key=lambda thread: thread.creation_date)
        rooms = rosters.folders(matter)
        found[matter.reference] = {
            "matter": _path(matter),
            "threads": [_path(thread) for thread in threads],
            "folders": [_path(folder) for folder in rooms],
            "documents": [_path(doc) for room in rooms for doc in rosters.documents(room)],
        }
    return found


def _path(obj):
    return "/".join(obj.getPhysicalPath()[2:])


def main(app, name):
    """Fill the site with a set; print where things are."""
    root = makerequest(app)
    setRequest(root.REQUEST)
    site = root["Plone"]
    setSite(site)
    Filler(site, SETS[name], is_small=name in ("S", "T1")).run()
    print(json.dumps(paths()))
    app._p_jar.db().close()  # saves the index, or the server must scan the database


if "app" in globals():  # zconsole provides it
    main(app, sys.argv[-1])  # noqa: F821
