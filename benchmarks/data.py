"""Fill a demo site with a data set: zconsole run zope.conf benchmarks/data.py NAME

Each set is made in steps that are committed; a run that broke off is continued by the next one. S is made by
the functions of the domain, M and L by the loader that is proved to make the same.
"""

import loader
import sys
import time
import transaction
from collective.clientportal.domain import access
from collective.clientportal.domain import registers
from dataclasses import dataclass
from dataclasses import replace
from loader import Plan
from Testing.makerequest import makerequest
from zope.component.hooks import setSite
from zope.globalrequest import setRequest


TEAMS = ((("meyer",), ("schmitt",)), (("krause",), ("schmitt",)))
STEP = 20  # matters to a transaction
PASSWORD = "mandantenportal"


@dataclass(frozen=True)
class DataSet:
    """How much a site holds. A client takes part in five matters; every other matter is Meyer's."""

    matters: int
    threads: int  # of each matter
    documents: int = 10  # of each matter
    messages: int = 10  # of each thread
    # Matters of another kind: one with so many documents, one with so many messages in its thread.
    large: tuple[int, ...] = ()
    rosters: int = 0  # of one client


SETS = {
    "S": DataSet(100, 1),
    "M": DataSet(1_000, 10, large=(100, 1_000), rosters=100),
    "L": DataSet(10_000, 10, large=(100, 10_000, 100_000), rosters=1_000),
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
            self.make(
                Plan(
                    f"99/{number:05}",
                    *TEAMS[number % 2],
                    client,
                    self.data.documents,
                    self.data.threads,
                    self.data.messages,
                )
            )
            if number % STEP == STEP - 1:
                self.commit()
                print(f"{number + 1} matters in {time.monotonic() - start:.0f} s", flush=True)
        self.commit()
        for size in self.data.large:
            if size <= 10_000:
                self.make(Plan(f"98/D{size}", *TEAMS[0], "eine@mail.example", size, 0, 0))
                self.commit()
            self.make(Plan(f"98/N{size}", *TEAMS[0], "eine@mail.example", 1, 1, size))
            self.commit()

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
            self.loaders[team] = loader.Loader(
                self.home, self.found(model) or self.by_domain(model)
            )
        return self.loaders[team]

    def found(self, plan):
        """Return the matter that was made, or None."""
        uid = registers.registers().references.get(plan.reference.casefold())
        return uid and access.unchecked_matter(uid)

    def commit(self):
        """Do the workers' part, commit, and forget what was made."""
        loader.settle()
        transaction.commit()
        self.home._p_jar.cacheMinimize()


def main(app, name):
    """Fill the site with a set."""
    root = makerequest(app)
    setRequest(root.REQUEST)
    site = root["Plone"]
    setSite(site)
    Filler(site, SETS[name], is_small=name == "S").run()
    app._p_jar.db().close()  # saves the index, or the server must scan the database


main(app, sys.argv[-1])  # noqa: F821 - zconsole provides `app`
