"""The outbox: notices that are due, written with the act they tell of, sent afterwards.

An entry says which event, to whom, about what; never an address or a text. A sender leases an entry in
a transaction of its own, sends, and settles it in the next: what dies in between is taken up again
when the lease is over, with the same Message-ID.
"""

import heapq
import secrets
from BTrees.LLBTree import LLTreeSet
from collections.abc import Iterator
from collective.clientportal import _
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.content.portal_folder import PortalFolder
from collective.clientportal.content.registers import OutboxEntry
from collective.clientportal.domain import access
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.registers import first_id
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.registers import RANDOM_BITS
from collective.clientportal.domain.registers import registers
from collective.clientportal.domain.registers import time_id
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from itertools import islice
from plone import api
from typing import Any


WAITING = "waiting"
SENDING = "sending"
SENT = "sent"
CANCELLED = "cancelled"
FAILED = "failed"
CLOSED = (SENT, CANCELLED, FAILED)
STATES = (WAITING, SENDING, *CLOSED)

# Longer than the longest that a mail server may take over one mail (notices.Mailer): nobody else sends it
# meanwhile.
LEASE = timedelta(minutes=20)
# The pause after the first, second, … failed try; the last one repeats until GIVE_UP_AFTER.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
GIVE_UP_AFTER = timedelta(hours=72)
# By how much, at most, the clocks of the machines of a site are apart.
CLOCKS_DIFFER = timedelta(minutes=10)

NEWEST = 2**63 - 1


@dataclass(frozen=True)
class Queue:
    """How much is in the outbox. `waiting`: still to send, `failed`: refused or given up.

    `overdue`: for how long the oldest of those has been waiting whose time has come.
    """

    waiting: int
    failed: int
    overdue: timedelta


def put(
    event: str, recipient: str, matter: str = "", target: str = "", item: str = ""
) -> OutboxEntry:
    """Write a notice for one person (user id) about a matter and a target in it (UIDs).

    `item`: what it is about in the target, for example the id of a release.
    """
    key = time_id()
    entry = OutboxEntry(str(key), event, recipient, matter, target, item, now())
    registers().outbox[key] = entry
    registers().fresh[key] = key
    return entry


def lease(at: datetime) -> OutboxEntry | None:
    """Take the next entry that is due at `at` (UTC) for sending, or return None.

    What waits for a later moment is not looked at, however much it is, but for moments so late that
    the clock must have been put back since.
    """
    book = registers()
    latest = first_id(at + max(LEASE, *PAUSES) + CLOCKS_DIFFER)
    for waiting, first, last in (
        (book.fresh, 1, NEWEST),
        (book.due, 1, first_id(at)),
        (book.due, latest, NEWEST),
    ):
        for entry_id in waiting.values(first, last):
            entry = book.outbox[entry_id]
            entry.state = SENDING
            schedule(entry, at + LEASE)
            return entry
    return None


def schedule(entry: OutboxEntry, at: datetime) -> None:
    """Have an entry that is not closed looked at again at `at` (UTC)."""
    _take_out(entry)
    due = registers().due
    entry.due = first_id(at) | secrets.randbits(RANDOM_BITS)
    while entry.due in due:
        entry.due += 1
    due[entry.due] = int(entry.id)


def next_try(entry: OutboxEntry) -> datetime | None:
    """Return when a sender looks at an entry next: a pause or a lease ends. None: at once, or never."""
    seconds = (entry.due >> RANDOM_BITS) / 1_000_000
    return datetime.fromtimestamp(seconds, UTC) if entry.due else None


def settle_sent(entry: OutboxEntry) -> None:
    """Note that the mail server has taken the mail."""
    _close(entry, SENT)
    entry.tries += 1
    entry.sent = now()
    entry.last_error = ""


def settle_cancelled(entry: OutboxEntry, why: str) -> None:
    """Note that the notice is not due any more, and why."""
    _close(entry, CANCELLED)
    entry.last_error = why


def settle_refused(entry: OutboxEntry, why: str) -> None:
    """Note that the mail server refused the mail for good."""
    _close(entry, FAILED)
    entry.tries += 1
    entry.last_error = why


def settle_failed(entry: OutboxEntry, why: str, at: datetime) -> None:
    """Note that sending did not succeed this time; it is tried again for three days."""
    entry.tries += 1
    entry.last_error = why
    if at - entry.since > GIVE_UP_AFTER:
        _close(entry, FAILED)
        return
    entry.state = WAITING
    schedule(entry, at + PAUSES[min(entry.tries, len(PAUSES)) - 1])


def postpone(entry: OutboxEntry, why: str, at: datetime) -> None:
    """Note that an entry cannot be sent yet; this counts as no try.

    The longer it has waited, the longer is the pause: a quarter of that time, within the usual ones.
    """
    entry.state = WAITING
    entry.last_error = why
    schedule(entry, at + min(max((at - entry.since) / 4, PAUSES[0]), PAUSES[-1]))


def attach(room: MessageThread | PortalFolder, entry: OutboxEntry) -> None:
    """Note in a thread or folder that an entry is about something in it."""
    room.notices.add((entry.item, int(entry.id)))


def told(room: MessageThread | PortalFolder, item: str) -> list[OutboxEntry]:
    """Return the entries about one thing in a room, oldest first: a message, a release; "": the room."""
    outbox = registers().outbox
    return [outbox[key] for _item, key in room.notices.keys((item, 0), (item, NEWEST))]


def failed(room: MessageThread | PortalFolder) -> list[OutboxEntry]:
    """Return the entries about anything in a room that were refused or given up; no other is looked at."""
    dead = _dead()
    return [
        registers().outbox[key] for _item, key in room.notices if any(key in ids for ids in dead)
    ]


def failed_for(user_id: str, matter: str) -> list[OutboxEntry]:
    """Return a person's entries about a matter (UID) that were refused or given up; no check.

    All of the firm that failed and are kept are looked at: they are few.
    """
    found = (registers().outbox[key] for ids in _dead() for key in ids)
    return [entry for entry in found if (entry.recipient, entry.matter) == (user_id, matter)]


def get(entry_id: str) -> OutboxEntry | None:
    """Return the entry with this id, or None; no check."""
    key = int(entry_id) if entry_id.isdecimal() else NEWEST
    return registers().outbox.get(min(key, NEWEST))


def retry(entry_id: str) -> None:
    """Have an entry tried again now; for those who manage the portal. Raises NotThere."""
    access.require(access.MANAGE_PORTAL, api.portal.get())
    entry = get(entry_id)
    if entry is None or entry.state in (SENT, SENDING):
        raise NotThere(_("error_no_entry", default="There is no such mail waiting."))
    restart(entry)


def restart(entry: OutboxEntry) -> None:
    """Make an entry due anew, with all its tries before it."""
    if entry.state in CLOSED:
        registers().closed[entry.state, entry.event].remove(int(entry.id))
    entry.state = WAITING
    entry.tries = 0
    entry.since = now()
    schedule(entry, now())


def queue() -> Queue:
    """Return how much is in the outbox; no check."""
    book, at = registers(), now()
    failed = sum(map(len, _dead()))
    oldest = [
        key for tree in (book.fresh, book.due) for key in islice(tree.keys(1, first_id(at)), 1)
    ]
    overdue = (first_id(at) - min(oldest, default=first_id(at))) >> RANDOM_BITS
    waiting = len(book.fresh) + len(book.due) - 1  # the latter keeps a first key for ever
    return Queue(waiting, failed, timedelta(microseconds=overdue))


def listing(
    state: str = "", event: str = "", since: int = 1, before: int = NEWEST
) -> Iterator[OutboxEntry]:
    """Yield entries, newest first; for those who manage the portal.

    `state`, `event`: only those ("": all; what is being sent still waits, too); `since`, `before`: only ids
    from the one on and before the other. Costs what is taken from it, not what the outbox holds.
    """
    access.require(access.MANAGE_PORTAL, api.portal.get())
    book = registers()
    before = max(1, min(before, NEWEST))
    if not state and not event:
        found = _newest_first(book.outbox, since, before)
    else:
        waiting = {*book.fresh.values(1), *book.due.values(1)}
        found = heapq.merge(
            sorted((key for key in waiting if since <= key < before), reverse=True),
            *(
                _newest_first(ids, since, before)
                for (ended, about), ids in book.closed.items()
                if state in ("", ended) and event in ("", about)
            ),
            reverse=True,
        )
    for key in found:
        entry = book.outbox[key]
        states = (entry.state, WAITING) if entry.state == SENDING else (entry.state,)
        if state in ("", *states) and event in ("", entry.event):
            yield entry


def _newest_first(tree: Any, since: int, before: int) -> Iterator[int]:
    """Yield the keys of a tree backwards; its own way back would count them all first."""
    try:
        while True:
            before = tree.maxKey(before - 1)
            if before < since:
                return
            yield before
    except ValueError:
        return


def _dead() -> list[LLTreeSet]:
    return [ids for (state, _event), ids in registers().closed.items() if state == FAILED]


def _close(entry: OutboxEntry, state: str) -> None:
    _take_out(entry)
    entry.state = state
    # The mail has it now; here it would only let others in.
    entry.token = ""
    enter_closed(entry)


def enter_closed(entry: OutboxEntry) -> None:
    """Enter an entry that came to an end where the filters look for it."""
    state, closed = entry.state, registers().closed
    if (state, entry.event) not in closed:
        closed[state, entry.event] = LLTreeSet()
    closed[state, entry.event].add(int(entry.id))


def _take_out(entry: OutboxEntry) -> None:
    if entry.due:
        del registers().due[entry.due]
        entry.due = 0
    else:
        registers().fresh.pop(int(entry.id), None)
