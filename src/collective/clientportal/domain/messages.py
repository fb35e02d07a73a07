"""Messages: sending with an expected action, replying, noting, opening."""

import hashlib
import unicodedata
import uuid
from collections.abc import Iterable
from collections.abc import Sequence
from collective.clientportal import _
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.message_thread import Attachment
from collective.clientportal.content.message_thread import Message
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import cards
from collective.clientportal.domain import documents
from collective.clientportal.domain import drafts
from collective.clientportal.domain import inbox
from collective.clientportal.domain import matters
from collective.clientportal.domain import participants
from collective.clientportal.domain import placeholders
from collective.clientportal.domain import rosters
from collective.clientportal.domain import settings
from collective.clientportal.domain import states
from collective.clientportal.domain import status
from collective.clientportal.domain import text_blocks
from collective.clientportal.domain import texts
from collective.clientportal.domain import threads
from collective.clientportal.domain.documents import Upload
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.registers import time_id
from collective.clientportal.domain.status import Act
from collective.clientportal.domain.status import Expects
from collective.clientportal.domain.status import Row
from collective.clientportal.domain.status import Status
from collective.clientportal.events import DocumentFetched
from collective.clientportal.events import FileRecord
from collective.clientportal.events import MatterEvent
from collective.clientportal.events import MessageOpened
from collective.clientportal.events import MessageReceived
from collective.clientportal.events import MessageSent
from collective.clientportal.events import NoteWritten
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from plone import api
from typing import Any
from zope.event import notify


LAST = 2**63 - 1  # the largest key of a thread's messages


class NoText(Refused):
    """A message needs a text, even with files (B40)."""


class Unfilled(Refused):
    """A placeholder of a text block is not filled in."""


class NoExpectation(Refused):
    """Exactly one expected action is required (B13)."""


class NoRecipient(Refused):
    """A message needs at least one recipient (B16)."""


class NotInThread(Refused):
    """A recipient takes no part in the thread."""


class MayNotWrite(Refused):
    """A reply is expected of somebody who may not write (B7)."""


class SameKey(Refused):
    """The key was used for another message already."""


@dataclass(frozen=True)
class Draft:
    """What a message is made of: text, files and the key that its form or client software made.

    `documents`: UIDs of internal documents of the matter; `key`: "" or something unique to this message.
    """

    text: str
    documents: tuple[str, ...] = ()
    uploads: tuple[Upload, ...] = ()
    key: str = ""


def send(
    matter: Matter,
    draft: Draft,
    expects: str,
    recipients: Sequence[str] | None = None,
    thread_uid: str = "",
    title: str = "",
) -> tuple[MessageThread, Message]:
    """Send a message from the firm to clients of `matter`, in a thread of theirs.

    `recipients`: user ids or e-mail addresses; an address that is new here is invited (B6); None: those of
    the thread, else the remembered ones (B14). Without a thread, one is made for just these clients. All or
    nothing.

    Raises NotThere, NotPermitted, Refused as `access.require_share`; NoText, NoExpectation, NoRecipient,
    NotInThread, MayNotWrite, and what inviting and files can raise.
    """
    access.require_share(matter)
    text = _text(draft)
    expected = _expected(expects)
    request = _request(draft, expects, *sorted(recipients or ()))
    known = _posted(matter, draft.key, request, thread_uid)
    if known is not None:
        return known
    _check_filled(text)
    thread = threads.by_uid(matter, thread_uid) if thread_uid else None
    documents.check_size(draft.uploads, settings.staff_upload_bytes())
    chosen = _recipients(matter, thread, recipients)
    if expected is not Expects.ACKNOWLEDGE:
        _check_may_write(matter, chosen)
    if thread is None:
        thread = threads.create(matter, (title.strip() or text).splitlines()[0][:80], chosen)
    message = _store(thread, draft, request, text, expected, chosen)
    matter.remembered = chosen
    for user_id in chosen:
        _write_row(thread, user_id, message.key, status.sent(expected, message.time))
    _seen(matter, thread)
    _set_states(matter, thread)
    _tell(MessageSent, thread, message)
    return thread, message


def note(thread: MessageThread, draft: Draft) -> Message:
    """Write an internal note into a thread: clients never see a trace of it (B12)."""
    matter = thread.aq_parent
    access.require_share(matter)
    text = _text(draft)
    documents.check_size(draft.uploads, settings.staff_upload_bytes())
    request = _request(draft, "note")
    known = _posted(matter, draft.key, request, thread.getId())
    if known is not None:
        return known[1]
    message = _store(thread, draft, request, text, internal=True)
    _tell(NoteWritten, thread, message)
    return message


def jot(matter: Matter, text: str, key: str = "") -> None:
    """Note something in the journal of a matter, in no thread: clients never see a trace of it (B12).

    For the team, whether the portal is on or off; `key` as in a Draft. Raises NotThere, NotPermitted, NoText,
    TooLong, SameKey.
    """
    access.require(access.SHARE, matter)
    draft = Draft(text, key=key)
    details = {"text": _text(draft)}
    request = _request(draft, "jot")
    if _asked_before(matter, key, request, ""):
        return
    if key:
        matter.posted[access.current_user_id(), key] = (request, "", 0)
    notify(
        NoteWritten(matter, access.current_user_id(), api.content.get_uuid(matter), details=details)
    )


def reply(thread: MessageThread, draft: Draft, seen: str = "") -> Message:
    """Store a client's message (B40–B42); `seen` as in `open_`: it answers nothing that came later.

    Raises NotThere, NotPermitted, NoText and what files can raise.
    """
    access.require(access.WRITE, thread)
    draft = replace(draft, documents=())  # those of the matter are not a client's to send
    text = _text(draft)
    documents.check_size(
        draft.uploads, settings.client_upload_bytes(), settings.client_upload_files()
    )
    matter = thread.aq_parent
    request = _request(draft, "reply")
    known = _posted(matter, draft.key, request, thread.getId())
    if known is not None:
        return known[1]
    message = _store(thread, draft, request, text)
    drafts.discard(thread)
    _answer(thread, message, seen, any(upload.size() for upload in draft.uploads))
    matter.unseen[message.key] = api.content.get_uuid(thread)
    matters.resubmit_today(matter)
    _set_states(matter, thread)
    _tell(MessageReceived, thread, message)
    return message


def open_(thread: MessageThread, act: Act, seen: str = "") -> None:
    """Note one of the six acts of the client who acts (B28). Raises NotThere, CannotBeMarked.

    `seen`: id of the newest message on the page on which it was done: what came later was not opened by
    it; "": everything was seen. For staff it says that the clients' messages in the thread are seen.
    """
    access.require(access.VIEW, thread)
    matter = thread.aq_parent
    user_id = access.current_user_id()
    if user_id in rosters.team(matter):
        _seen(matter, thread)
        return
    key = _addressed(thread, user_id, seen)
    if key is None:
        return
    row = thread.rows[key, user_id]
    after = status.opened(row, act, now())
    if after == row:
        return
    _write_row(thread, user_id, key, after)
    _set_states(matter, thread)
    details = {"act": act.value, "message": str(key), "thread": thread.title}
    thread_uid = api.content.get_uuid(thread)
    notify(MessageOpened(matter, user_id, thread_uid, (user_id,), details=details))


def open_matter(matter: Matter, act: Act, seen: str = "") -> None:
    """Note for every thread of the client who acts that the matter was opened (B28); `seen` as in `open_`."""
    for thread in threads.visible(matter):
        open_(thread, act, seen)


def missed(thread: MessageThread, seen: str) -> str:
    """Return the id of the latest message to the client who acts, where it waits and is later than `seen`.

    "" where there is none; `seen` as in `open_`.
    """
    user_id = access.current_user_id()
    latest = thread.latest.get(user_id)
    newest = key_of(seen)
    if latest is None or newest is None or latest <= newest:
        return ""
    return str(latest) if thread.rows[latest, user_id].unread else ""


def visible(thread: MessageThread, before: str = "", limit: int = 50) -> list[Message]:
    """Return messages of a thread, oldest first: the `limit` latest ones before the id `before`."""
    access.require(access.VIEW, thread)
    inside = access.has(access.VIEW_JOURNAL, thread.aq_parent)
    key = key_of(before)
    found: list[Message] = []
    for message in _backwards(thread, None if key is None else key - 1):
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


def step_back(thread: MessageThread, message: Message) -> None:
    """Have a message ask for nothing any more: for its recipients, the one before it to them holds again."""
    for user_id in message.recipients:
        row = thread.rows[message.key, user_id]
        if thread.latest.get(user_id) == message.key and row.status is not Status.WITH_US:
            del thread.latest[user_id]
            earlier = _before(thread, user_id, message.key - 1)
            if earlier is None:
                inbox.forget(thread, user_id)
            else:
                thread.latest[user_id] = earlier
                inbox.note(thread, user_id, thread.rows[earlier, user_id])
    follow_roster(thread.aq_parent)


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
    keys = {user: key for user, key in thread.latest.items() if user in rosters.readers(thread)}
    return {user for user, key in keys.items() if thread.rows[key, user].unread}


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
    matter.turned = time_id()
    _set_states(matter, *rosters.threads(matter))


def _text(draft: Draft) -> str:
    text = texts.plain(draft.text)
    if not any(unicodedata.category(character)[0] not in "ZC" for character in text):
        raise NoText(_("error_no_text", default="Please write a text."))
    texts.check_length(text)
    return text


def _check_filled(text: str) -> None:
    """Raise Unfilled where a placeholder of a text block was left in the text (B11)."""
    left = placeholders.used(text, text_blocks.PLACEHOLDERS)
    if left:
        raise Unfilled(
            _(
                "error_unfilled",
                default="The text still holds a placeholder: ${names}. Please fill it in.",
                mapping={"names": ", ".join(f"${{{name}}}" for name in left)},
            )
        )


def _expected(expects: str) -> Expects:
    try:
        return Expects(expects)
    except ValueError as error:
        raise NoExpectation(
            _("error_no_expectation", default="Please choose what you expect of the recipients.")
        ) from error


def _recipients(
    matter: Matter, thread: MessageThread | None, recipients: Sequence[str] | None
) -> tuple[str, ...]:
    if recipients is not None:
        chosen = [_recipient(matter, recipient) for recipient in recipients if recipient.strip()]
    elif thread is not None:
        chosen = rosters.readers(thread)
    else:
        chosen = [user_id for user_id in matter.remembered if user_id in matter.participants]
    if not chosen:
        raise NoRecipient(_("error_no_recipient", default="Please choose at least one recipient."))
    for user_id in chosen:
        if thread is not None and user_id not in rosters.readers(thread):
            raise NotInThread(
                _(
                    "error_not_in_thread",
                    default="${name} takes no part in the thread “${thread}”.",
                    mapping={"name": accounts.name(user_id), "thread": thread.title},
                )
            )
    return tuple(dict.fromkeys(chosen))


def _recipient(matter: Matter, recipient: str) -> str:
    """Return the user id of a recipient given by id or address; invite where it is new here."""
    if recipient in matter.participants:
        return recipient
    if "@" not in recipient:
        raise NoRecipient(
            _(
                "error_unknown_recipient",
                default="“${recipient}” is no recipient: neither known here nor an e-mail address.",
                mapping={"recipient": recipient[:100]},
            )
        )
    known = accounts.find(recipient)
    if known in matter.participants:
        return str(known)
    return participants.invite(matter, recipient).id


def _check_may_write(matter: Matter, chosen: Iterable[str]) -> None:
    for user_id in chosen:
        if not matter.participants[user_id].may_write:
            raise MayNotWrite(
                _(
                    "error_may_not_write",
                    default="A reply is expected, but ${name} may not write in this matter.",
                    mapping={"name": accounts.name(user_id)},
                )
            )


def _request(draft: Draft, *more: str) -> str:
    """Return a hash of what was asked for, to tell a repeated request from another one; "" without a key."""
    if not draft.key:
        return ""
    files = [(upload.filename, upload.sha256()) for upload in draft.uploads]
    asked = repr((draft.text, draft.documents, files, more))
    return hashlib.sha256(asked.encode()).hexdigest()


def _posted(
    matter: Matter, key: str, request: str, thread_uid: str
) -> tuple[MessageThread, Message] | None:
    """Return what was stored for this very request before, if anything was.

    `thread_uid`: where it is to be now; "": in whatever thread. Raises SameKey.
    """
    known = _asked_before(matter, key, request, thread_uid)
    if known is None:
        return None
    known_uid, time_key = known
    thread = matter[known_uid]
    return thread, thread.messages[time_key]


def _asked_before(
    matter: Matter, key: str, request: str, thread_uid: str
) -> tuple[str, int] | None:
    """Return (UID of the thread, key of the message) stored for this very request; as `_posted`."""
    known = matter.posted.get((access.current_user_id(), key)) if key else None
    if known is None:
        return None
    earlier, known_uid, time_key = known
    if earlier != request or thread_uid not in ("", known_uid):
        raise SameKey(
            _(
                "error_same_key",
                default="This was sent already, with another text or other files. Nothing was sent now: "
                "please look at the thread first.",
            )
        )
    return known_uid, time_key


def _store(
    thread: MessageThread,
    draft: Draft,
    request: str,
    text: str,
    expects: str = "",
    recipients: tuple[str, ...] = (),
    internal: bool = False,
) -> Message:
    matter = thread.aq_parent
    author = access.current_user_id()
    key = time_id()
    originals = [documents.chosen(matter, uid) for uid in dict.fromkeys(draft.documents)]
    files: list[tuple[str, str, Any]] = [
        (
            original.title,
            api.content.get_uuid(original),
            documents.snapshot(documents.file_of(original)),
        )
        for original in originals
    ]
    files += [("", "", documents.stored(upload)) for upload in draft.uploads]
    ids = []
    for title, source, file in files:
        uid = uuid.uuid4().hex
        at = now()
        thread.attachments[uid] = Attachment(
            uid, title or file.filename, file, source, at, author, key, internal
        )
        if source and not internal:
            places = matter.sources.get(source, ())
            matter.sources[source] = (*places, (thread.getId(), uid))
        ids.append(uid)
    message = Message(key, author, now(), text, str(expects), recipients, tuple(ids), internal)
    thread.messages[key] = message
    if draft.key:
        matter.posted[author, draft.key] = (request, thread.getId(), key)
    return message


def _answer(thread: MessageThread, message: Message, seen: str, with_file: bool) -> None:
    """Note what a client's message answers; an empty file is none (B36)."""
    user_id = message.author
    answered = _addressed(thread, user_id, seen)
    if answered is None and user_id in thread.latest:
        # All that was ever sent to them came later than what they saw: it stays awaited.
        return
    row = thread.rows[answered, user_id] if answered is not None else None
    after = status.replied(row, with_file, message.time)
    _write_row(thread, user_id, message.key if answered is None else answered, after)


def _addressed(thread: MessageThread, user_id: str, seen: str) -> int | None:
    """Return the key of the latest message to a client, not later than `seen`; None where there is none."""
    latest = thread.latest.get(user_id)
    newest = key_of(seen)
    if latest is None or newest is None or latest <= newest:
        return latest
    return _before(thread, user_id, newest)


def _before(thread: MessageThread, user_id: str, newest: int) -> int | None:
    """Return the key of the latest message to a client that holds, not later than `newest`, or None."""
    keys = (message.key for message in _backwards(thread, newest))
    found = (key for key in keys if (key, user_id) in thread.rows and key not in thread.recalled)
    return next(found, None)


def _as_shown(thread: MessageThread, message: Message) -> Message:
    """Return what clients are shown for a message: nothing of it where it was recalled."""
    if message.key not in thread.recalled:
        return message
    shown = Message(message.key, message.author, message.time, "", message.expects, (), (), False)
    shown.recalled = thread.recalled[message.key]
    return shown


def key_of(message_id: str) -> int | None:
    """Return the key that a message id stands for, or None where it is none."""
    if not (message_id.isdecimal() and len(message_id) < 20):
        return None
    return min(int(message_id), LAST)


def _write_row(thread: MessageThread, user_id: str, key: int, row: Row) -> None:
    """Store where a client stands with a message, and with the thread unless a later one is there."""
    before = thread.rows.get((key, user_id))
    thread.rows[key, user_id] = row
    if key < thread.latest.get(user_id, 0):
        return
    thread.latest[user_id] = key
    inbox.note(thread, user_id, row)
    if before is None or (before.status, before.unread) != (row.status, row.unread):
        # Whose turn it is in the thread follows from all rows: two people who change theirs at once
        # must not overlook each other, so that both write this.
        thread.aq_parent.turned = time_id()


def _seen(matter: Matter, thread: MessageThread) -> None:
    uid = api.content.get_uuid(thread)
    for key, thread_uid in list(matter.unseen.items()):
        if thread_uid == uid:
            del matter.unseen[key]


def _set_states(matter: Matter, *threads: MessageThread) -> None:
    """Let the workflow states of these threads, and the matter's card, follow from the rows."""
    for thread in threads:
        wanted = _status(status.derived(rows(thread)))
        if states.of(thread) != wanted:
            states.run(thread, f"to_{wanted}")
    cards.note_status(matter, _status(matter_row(matter)))


def _status(row: Row | None) -> Status:
    return row.status if row is not None else Status.NONE


def _tell(event: type[MatterEvent], thread: MessageThread, message: Message) -> None:
    matter = thread.aq_parent
    received = event is MessageReceived
    recipients = tuple(rosters.team(matter)) if received else message.recipients
    notify(
        event(
            matter,
            message.author,
            api.content.get_uuid(thread),
            recipients,
            file_records(thread, message),
            {
                "thread": thread.title,
                "message": message.id,
                "expects": message.expects,
                "text": message.text,
            },
        )
    )


def file_records(thread: MessageThread, message: Message) -> tuple[FileRecord, ...]:
    """Return what the journal keeps of the files of a message."""
    return tuple(_record(thread.attachments[uid]) for uid in message.files)


def _record(file: Attachment) -> FileRecord:
    return FileRecord(
        file.uid, file.file.filename, file.file.getSize(), documents.digest(file.file)
    )


def _backwards(thread: MessageThread, newest: int | None) -> Iterable[Message]:
    """Yield messages from the latest on, without waking those that nobody asks for."""
    while thread.messages:
        try:
            key = thread.messages.maxKey(newest)
        except ValueError:
            return
        yield thread.messages[key]
        newest = key - 1
