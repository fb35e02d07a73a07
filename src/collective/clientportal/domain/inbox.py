"""A client's inbox: what is awaited of a person, in every matter."""

from BTrees.OOBTree import OOBTree
from collective.clientportal import _
from collective.clientportal.content import message_thread
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.domain import access
from collective.clientportal.domain import rosters
from collective.clientportal.domain.registers import registers
from collective.clientportal.domain.registers import uid_of
from collective.clientportal.domain.status import Row
from collective.clientportal.domain.status import Status
from dataclasses import dataclass
from zope.i18nmessageid import Message


@dataclass(frozen=True)
class Item:
    """Something that is awaited of the person who acts: the latest message to them in a thread."""

    thread: MessageThread
    message: message_thread.Message
    row: Row


def hint(row: Row) -> Message:
    """Return in words what is awaited (B35, B36)."""
    if row.status is Status.AWAITING_DOCUMENTS:
        if row.incomplete:
            return _("hint_file_missing", default="We have your reply; documents are still missing")
        return _("hint_documents", default="Documents are expected")
    if row.status is Status.AWAITING_REPLY:
        return _("hint_reply", default="A reply is expected")
    return _("hint_acknowledge", default="Please take note")


def note(thread: MessageThread, user_id: str, row: Row) -> None:
    """Keep the inbox true to a row that was just written."""
    inbox = registers().inbox
    uid = uid_of(thread)
    if row.unread:
        if user_id not in inbox:
            # The first key stays there for ever, as in every queue; no roster has this name.
            inbox[user_id] = OOBTree({"": ("", "")})
        inbox[user_id][uid] = (uid_of(thread.aq_parent), rosters.roster_of(thread))
    elif uid in inbox.get(user_id, ()):
        del inbox[user_id][uid]


def forget(thread: MessageThread, user_id: str) -> None:
    """Take a thread out of a person's inbox: nothing was ever asked in it that still holds."""
    registers().inbox.get(user_id, {}).pop(uid_of(thread), None)


def count() -> int:
    """Return how many threads await something of the person who acts (B27).

    What it costs follows from what is awaited, not from what the portal holds.
    """
    return len(_visible())


def items() -> list[Item]:
    """Return what is awaited of the person who acts, the oldest first."""
    user_id = access.current_user_id()
    found = []
    for uid, (matter_uid, _roster) in _visible().items():
        matter = access.unchecked_matter(matter_uid)
        thread = matter and matter.get(uid)
        if thread is not None and access.can_see(thread):
            key = thread.latest[user_id]
            found.append(Item(thread, thread.messages[key], thread.rows[key, user_id]))
    return sorted(found, key=lambda item: item.row.since)


def _visible() -> dict[str, tuple[str, str]]:
    """Return UID of thread → (UID of matter, UID that names the roster), without what a closed portal
    hides: it is not cleared by that."""
    user_id = access.current_user_id()
    waiting = registers().inbox.get(user_id, {})
    return {
        uid: (matter, roster)
        for uid, (matter, roster) in waiting.items()
        if rosters.is_on(user_id, roster, rosters.READERS)
    }
