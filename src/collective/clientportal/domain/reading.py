"""Reading messages: what a person may see of a thread, and the acts by which they open it (B28)."""

from collective.clientportal import _
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.message_thread import Attachment
from collective.clientportal.content.message_thread import Message
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import journal
from collective.clientportal.domain import rosters
from collective.clientportal.domain import status
from collective.clientportal.domain import turns
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.status import Act
from collective.clientportal.domain.status import Row
from collective.clientportal.events import DocumentFetched
from collective.clientportal.events import FileRecord
from collective.clientportal.events import MessageOpened
from datetime import datetime
from plone import api
from zope.event import notify


def open_(thread: MessageThread, act: Act, seen: str = "") -> None:
    """Note one of the six acts of the client who acts (B28). Raises NotThere, CannotBeMarked.

    `seen`: id of the newest message on the page on which it was done: what came later was not opened by
    it; "": everything was seen. For staff it says that the clients' messages in the thread are seen.
    """
    access.require(access.VIEW, thread)
    matter = thread.aq_parent
    user_id = access.current_user_id()
    if user_id in rosters.team(matter):
        if turns.seen_by_us(matter, thread):
            journal.look_again(matter)
        return
    key = turns.addressed(thread, user_id, seen)
    if key is None:
        return
    row = thread.rows[key, user_id]
    after = status.opened(row, act, now())
    if after == row:
        return
    turns.write_row(thread, user_id, key, after)
    turns.set_states(matter, thread)
    details = {"act": act.value, "message": str(key), "thread": thread.title}
    thread_uid = api.content.get_uuid(thread)
    notify(MessageOpened(matter, user_id, thread_uid, (user_id,), details=details))


def open_matter(matter: Matter, act: Act, seen: str = "") -> None:
    """Note for every thread of the client who acts that the matter was opened (B28); `seen` as in `open_`."""
    for thread in access.threads(matter):
        open_(thread, act, seen)


def missed(thread: MessageThread, seen: str) -> str:
    """Return the id of the latest message to the client who acts, where it waits and is later than `seen`.

    "" where there is none; `seen` as in `open_`.
    """
    user_id = access.current_user_id()
    latest = thread.latest.get(user_id)
    newest = turns.key_of(seen)
    if latest is None or newest is None or latest <= newest:
        return ""
    return str(latest) if thread.rows[latest, user_id].unread else ""


def visible(thread: MessageThread, before: str = "", limit: int = 50) -> list[Message]:
    """Return messages of a thread, oldest first: the `limit` latest ones before the id `before`."""
    access.require(access.VIEW, thread)
    inside = access.has(access.VIEW_JOURNAL, thread.aq_parent)
    key = turns.key_of(before)
    found: list[Message] = []
    for message in turns.backwards(thread, None if key is None else key - 1):
        if inside:
            found.append(message)
        elif not message.internal:
            found.append(_as_shown(thread, message))
        if len(found) == limit:
            break
    return found[::-1]


def attachment(thread: MessageThread, uid: str) -> Attachment:
    """Return a file of a thread that the person who acts may see, or raise NotThere."""
    access.require(access.VIEW, thread)
    found = thread.attachments.get(uid)
    hidden = found is not None and (found.internal or found.message in thread.recalled)
    if found is None or (hidden and not access.has(access.VIEW_JOURNAL, thread.aq_parent)):
        raise NotThere(_("error_not_there", default="This is not there."))
    return found


def fetched(thread: MessageThread, uid: str, seen: str = "") -> None:
    """Note that the client who acts has fetched a file of a thread: the first time counts (B28).

    `seen` as in `open_`.
    """
    file = attachment(thread, uid)
    open_(thread, Act.OPEN_ATTACHMENT, seen)
    user_id = access.current_user_id()
    matter = thread.aq_parent
    if user_id in matter.participants and user_id not in file.fetched:
        file.fetched[user_id] = now()
        notify(DocumentFetched(matter, user_id, uid, (user_id,), (_record(file),)))


def recalled_at(thread: MessageThread, message: Message) -> datetime | None:
    """Return when a message was recalled (UTC), or None."""
    recall = thread.recalled.get(message.key)
    return recall and recall.time


def recipient_rows(thread: MessageThread, message: Message) -> list[tuple[str, Row]]:
    """Return (user id, row) for the recipients of a message: all for the firm, their own for a client."""
    inside = access.is_insider()
    me = access.current_user_id()
    return [
        (user_id, thread.rows[message.key, user_id])
        for user_id in message.recipients
        if inside or user_id == me
    ]


def _as_shown(thread: MessageThread, message: Message) -> Message:
    """Return what clients are shown for a message: nothing of it where it was recalled."""
    if message.key not in thread.recalled:
        return message
    shown = Message(message.key, message.author, message.time, "", message.expects, (), (), False)
    shown.recalled = thread.recalled[message.key]
    return shown


def file_records(thread: MessageThread, message: Message) -> tuple[FileRecord, ...]:
    """Return what the journal keeps of the files of a message."""
    return tuple(_record(thread.attachments[uid]) for uid in message.files)


def _record(file: Attachment) -> FileRecord:
    return FileRecord(
        file.uid, file.file.filename, file.file.getSize(), documents.digest(file.file)
    )
