"""The outbox: notices that are due, written with the act they tell of, sent afterwards.

An entry says which event, to whom, about what; never an address or a text. A sender leases an entry in
a transaction of its own, sends, and settles it in the next: what dies in between is taken up again
when the lease is over, with the same Message-ID.
"""

from collections.abc import Iterator
from collective.clientportal import _
from collective.clientportal.content.registers import OutboxEntry
from collective.clientportal.domain import access
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.registers import registers
from collective.clientportal.domain.registers import time_id
from datetime import datetime
from datetime import timedelta
from plone import api


WAITING = "waiting"
SENDING = "sending"
SENT = "sent"
CANCELLED = "cancelled"
FAILED = "failed"

LEASE = timedelta(minutes=5)
# The pause after the first, second, … failed try; the last one repeats until GIVE_UP_AFTER.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
GIVE_UP_AFTER = timedelta(hours=72)
# So much later than a message, at most, its notices are written: ten minutes, in time ids.
TOLD_WITHIN = 10 * 60 * 1_000_000 << 12


def put(
    event: str, recipient: str, matter: str = "", target: str = "", item: str = ""
) -> OutboxEntry:
    """Write a notice for one person (user id) about a matter and a target in it (UIDs).

    `item`: what it is about in the target, for example the id of a release.
    """
    key = time_id()
    entry = OutboxEntry(str(key), event, recipient, matter, target, item, now())
    registers().outbox[key] = entry
    registers().due[key] = None
    return entry


def lease(at: datetime) -> OutboxEntry | None:
    """Take the next entry that is due at `at` (UTC) for sending, or return None."""
    for key in registers().due.keys(1):
        entry = registers().outbox[key]
        busy = entry.leased_until is not None and entry.leased_until > at
        early = entry.next_try is not None and entry.next_try > at
        if not busy and not early:
            entry.state = SENDING
            entry.leased_until = at + LEASE
            return entry
    return None


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
    if at - entry.created > GIVE_UP_AFTER:
        _close(entry, FAILED)
        return
    entry.state = WAITING
    entry.leased_until = None
    entry.next_try = at + PAUSES[min(entry.tries, len(PAUSES)) - 1]


def postpone(entry: OutboxEntry, why: str, at: datetime) -> None:
    """Note that nothing can be sent yet for want of a setting; this counts as no try."""
    entry.state = WAITING
    entry.leased_until = None
    entry.next_try = at + PAUSES[0]
    entry.last_error = why


def told(event: str, target: str, item: str) -> dict[str, OutboxEntry]:
    """Return the entries of one event about a message in a thread, by recipient.

    `item`: the id of the message. Its notices were written with it, so their ids follow its own closely.
    """
    first = int(item)
    nearby = registers().outbox.values(first, first + TOLD_WITHIN)
    return {
        entry.recipient: entry
        for entry in nearby
        if (entry.event, entry.target, entry.item) == (event, target, item)
    }


def has_failed(entry_id: str) -> bool:
    """Tell whether a notice was refused or given up; no check."""
    entry = registers().outbox.get(int(entry_id)) if entry_id else None
    return entry is not None and entry.state == FAILED


def retry(entry_id: str) -> None:
    """Have an entry tried again now; for those who manage the portal. Raises NotThere."""
    access.require(access.MANAGE_PORTAL, api.portal.get())
    key = int(entry_id) if entry_id.isdecimal() else -1
    entry = registers().outbox.get(key)
    if entry is None or entry.state in (SENT, SENDING):
        raise NotThere(_("error_no_entry", default="There is no such mail waiting."))
    entry.state = WAITING
    entry.next_try = entry.leased_until = None
    registers().due[key] = None


def listing() -> Iterator[OutboxEntry]:
    """Yield all entries, newest first; for those who manage the portal."""
    access.require(access.MANAGE_PORTAL, api.portal.get())
    return iter(reversed(list(registers().outbox.values())))


def _close(entry: OutboxEntry, state: str) -> None:
    entry.state = state
    entry.leased_until = entry.next_try = None
    # The mail has it now; here it would only let others in.
    entry.token = ""
    registers().due.pop(int(entry.id), None)
