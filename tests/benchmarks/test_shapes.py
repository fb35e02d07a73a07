"""The shapes that `make bench` measures at length: what is flat stays flat, who overlaps does not conflict.

Nothing here looks at the clock: objects that are written or woken are counted, and transactions that had to
be done again.
"""

import pytest
import sys
import transaction
from collective.clientportal.content.matter import Matter
from collective.clientportal.domain import journal
from collective.clientportal.domain import matter_list
from collective.clientportal.domain import participants
from collective.clientportal.domain import rosters
from collective.clientportal.domain.matter_list import Query
from pathlib import Path
from Products.CMFCore.indexing import processQueue


sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import conflicts
import loader


TEAM = (("handler",), ("assistant",))
# Percent of five pairs, one: a tree that both add to may split its last leaf just then.
SPLITS = 20


@pytest.fixture
def matter(live):
    """A matter with a client and three threads, behind a database that several can write to."""
    plan = loader.Plan("97/1", *TEAM, "karl@mail.example", 1, 3, 3)
    made = loader.by_domain(live.portal["matters"], plan)
    transaction.commit()
    return made


@pytest.fixture
def rate(live, matter):
    """A function: two acts, how often → how many of the pairs had to be done again, and why."""
    database = live.portal._p_jar.db()

    def rate_(first, second, times=5):
        pairs = [(first, second)] * times
        return conflicts.rate(database, live.portal.getId(), pairs)

    return rate_


@pytest.fixture
def client(matter):
    """The user id of the client."""
    return next(iter(matter.participants))


@pytest.fixture
def threads(live, matter):
    """The paths of the threads, the oldest first."""
    depth = len(live.portal.getPhysicalPath())
    found = sorted(rosters.threads(matter), key=lambda thread: thread.creation_date)
    return ["/".join(thread.getPhysicalPath()[depth:]) for thread in found]


@pytest.mark.parametrize("place", [0, -1])
def test_two_who_write_in_one_matter_do_not_conflict(rate, threads, client, place):
    """Issue 6, 7: the firm in one thread, the client in another, whichever stands first in their inbox."""
    answered = sorted(threads)[place]
    written = next(thread for thread in threads if thread != answered)
    percent, reasons = rate(conflicts.post(written, "handler"), conflicts.post(answered, client))
    assert percent <= SPLITS, reasons


def test_writing_and_reading_in_one_matter_do_not_conflict(rate, threads, client):
    """Issue 6, 7"""
    _first, one, two = threads
    percent, reasons = rate(conflicts.post(one, "handler"), conflicts.read(two, client))
    assert percent <= SPLITS, reasons


def test_what_does_conflict_is_noticed(rate, threads, client):
    """The measure itself: two who close a portal at once do."""

    def close(site):
        loader.act_as("handler")
        site.unrestrictedTraverse(threads[0]).aq_parent.portal_enabled = None

    percent, reasons = rate(close, close, 1)
    assert percent == 100
    assert "Matter" in reasons[0]


@pytest.mark.parametrize("documents", [1, 25])
def test_naming_a_client_writes_as_much_however_many_documents_there_are(firm, documents):
    """Issue 6, 1: a few small sets, and nothing for each document."""
    home = firm.portal["matters"]
    made = loader.by_domain(home, loader.Plan("97/2", *TEAM, "karl@mail.example", documents, 0))
    participants.invite(made, "lora@mail.example")
    participants.remove(made, participants.invite(made, "max@mail.example").id)
    transaction.savepoint()
    before = len(firm.portal._p_jar._registered_objects)
    with firm.as_user("handler"):
        participants.invite(made, "max@mail.example")
    processQueue()
    assert len(firm.portal._p_jar._registered_objects) - before < 25


def test_a_list_of_matters_wakes_those_on_the_page(live):
    """Issue 6, 15: whatever it is sorted by."""
    home = live.portal["matters"]
    model = loader.by_domain(home, loader.Plan("97/3", *TEAM, "karl@mail.example", 1, 1, 2))
    load = loader.Loader(home, model)
    for number in range(20):
        load(loader.Plan(f"96/{number}", *TEAM, "lora@mail.example", 0, 1, 2))
    journal.seal()
    transaction.commit()
    connection = live.portal._p_jar
    for order in matter_list.ORDERS:
        connection.cacheMinimize()
        with live.as_user("handler"):
            rows = matter_list.Found(Query(sort_on=order))[:5]
        assert len(rows) == 5
        awake = [
            obj
            for _oid, obj in connection._cache.lru_items()
            if isinstance(obj, Matter) and obj._p_changed is not None
        ]
        assert len(awake) == 5, order
