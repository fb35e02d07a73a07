"""Whose turn it is: where each recipient stands with what was sent to them, and what follows for thread and
matter (B28, B30–B37).

What follows is written with the act. Two people who act at once each see the other's row as it was; so the
sealer of the journal, which comes after both, lets it follow once more (`settle`).
"""

from collections.abc import Iterable
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.message_thread import Message
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.domain import access
from collective.clientportal.domain import cards
from collective.clientportal.domain import inbox
from collective.clientportal.domain import rosters
from collective.clientportal.domain import states
from collective.clientportal.domain import status
from collective.clientportal.domain.registers import uid_of
from collective.clientportal.domain.status import Row
from collective.clientportal.domain.status import Status


LAST = 2**63 - 1  # the largest key of a thread's messages


def own_row(thread: MessageThread) -> Row | None:
    """Return where the client who acts stands in a thread; None where nothing was sent to them."""
    user_id = access.current_user_id()
    key = thread.latest.get(user_id)
    return None if key is None else thread.rows[key, user_id]


def rows(thread: MessageThread) -> list[Row]:
    """Return where each recipient stands with the latest message to them; those removed are left out."""
    readers = set(rosters.readers(thread))
    return [thread.rows[key, user] for user, key in thread.latest.items() if user in readers]


def awaited_of(thread: MessageThread) -> set[str]:
    """Return the user ids of those of whom something is still awaited in a thread."""
    readers = set(rosters.readers(thread))
    latest = ((user, key) for user, key in thread.latest.items() if user in readers)
    return {user for user, key in latest if thread.rows[key, user].unread}


def is_answer_awaited(matter: Matter, user_id: str) -> bool:
    """Tell whether a client is asked for more than to take note, in any thread of `matter`."""
    latest = [(thread, thread.latest.get(user_id)) for thread in rosters.threads(matter)]
    found = [thread.rows[key, user_id] for thread, key in latest if key is not None]
    return any(row.unread and row.status is not Status.AWAITING_ACKNOWLEDGEMENT for row in found)


def matter_row(matter: Matter) -> Row | None:
    """Return the one row that stands for a whole matter (B32, B37)."""
    return status.derived(row for thread in rosters.threads(matter) for row in rows(thread))


def follow_roster(matter: Matter) -> None:
    """Let the states of the threads and of the matter follow from who takes part now."""
    set_states(matter, *rosters.threads(matter))


def step_back(thread: MessageThread, message: Message) -> None:
    """Have a message ask for nothing any more: for its recipients, the one before it to them holds again."""
    for user_id in message.recipients:
        row = thread.rows[message.key, user_id]
        if thread.latest.get(user_id) == message.key and row.status is not Status.WITH_US:
            del thread.latest[user_id]
            earlier = before(thread, user_id, message.key - 1)
            if earlier is None:
                inbox.forget(thread, user_id)
            else:
                thread.latest[user_id] = earlier
                inbox.note(thread, user_id, thread.rows[earlier, user_id])
    follow_roster(thread.aq_parent)


def write_row(thread: MessageThread, user_id: str, key: int, row: Row) -> None:
    """Store where a client stands with a message, and with the thread unless a later one is there."""
    thread.rows[key, user_id] = row
    if key < thread.latest.get(user_id, 0):
        return
    thread.latest[user_id] = key
    inbox.note(thread, user_id, row)


def addressed(thread: MessageThread, user_id: str, seen: str) -> int | None:
    """Return the key of the latest message to a client, not later than `seen`; None where there is none."""
    latest = thread.latest.get(user_id)
    newest = key_of(seen)
    if latest is None or newest is None or latest <= newest:
        return latest
    return before(thread, user_id, newest)


def before(thread: MessageThread, user_id: str, newest: int) -> int | None:
    """Return the key of the latest message to a client that holds, not later than `newest`, or None."""
    keys = (message.key for message in backwards(thread, newest))
    found = (key for key in keys if (key, user_id) in thread.rows and key not in thread.recalled)
    return next(found, None)


def seen_by_us(matter: Matter, thread: MessageThread) -> bool:
    """Note that the team has seen what clients wrote in a thread; tell whether that is news."""
    uid = uid_of(thread)
    keys = [key for key, thread_uid in matter.unseen.items(1) if thread_uid == uid]
    for key in keys:
        del matter.unseen[key]
    return bool(keys)


def set_states(matter: Matter, *threads: MessageThread) -> None:
    """Let the workflow states of these threads, and the matter's card, follow from the rows."""
    for thread in threads:
        wanted = _status(status.derived(rows(thread)))
        if states.of(thread) != wanted:
            states.run(thread, f"to_{wanted}")
    cards.note_status(matter, _status(matter_row(matter)))


def settle(matter: Matter) -> None:
    """Let states and card follow once more, after everybody; to be called by one writer at a time."""
    set_states(matter, *rosters.threads(matter))
    row = matter_row(matter)
    cards.note_dates(matter, row.settled if row is not None else None, len(matter.unseen.keys(1)))


def _status(row: Row | None) -> Status:
    return row.status if row is not None else Status.NONE


def key_of(message_id: str) -> int | None:
    """Return the key that a message id stands for, or None where it is none."""
    if not (message_id.isdecimal() and len(message_id) < 20):
        return None
    return min(int(message_id), LAST)


def backwards(thread: MessageThread, newest: int | None) -> Iterable[Message]:
    """Yield messages from the latest on, without waking those that nobody asks for."""
    while thread.messages:
        try:
            key = thread.messages.maxKey(newest)
        except ValueError:
            return
        yield thread.messages[key]
        newest = key - 1
