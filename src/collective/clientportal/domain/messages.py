"""Messages: sending with an expected action, replying, noting."""

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
from collective.clientportal.domain import documents
from collective.clientportal.domain import drafts
from collective.clientportal.domain import matters
from collective.clientportal.domain import participants
from collective.clientportal.domain import placeholders
from collective.clientportal.domain import reading
from collective.clientportal.domain import requests
from collective.clientportal.domain import rosters
from collective.clientportal.domain import status
from collective.clientportal.domain import text_blocks
from collective.clientportal.domain import texts
from collective.clientportal.domain import threads
from collective.clientportal.domain import turns
from collective.clientportal.domain import uploads
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.registers import time_id
from collective.clientportal.domain.requests import Draft
from collective.clientportal.domain.status import Expects
from collective.clientportal.events import MatterEvent
from collective.clientportal.events import MessageReceived
from collective.clientportal.events import MessageSent
from collective.clientportal.events import NoteWritten
from dataclasses import replace
from plone import api
from typing import Any
from zope.event import notify


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
    request = requests.fingerprint(draft, expects, *sorted(recipients or ()))
    known = requests.posted(matter, draft.key, request, thread_uid)
    if known is not None:
        return known
    _check_filled(text)
    thread = access.thread_by_uid(matter, thread_uid) if thread_uid else None
    uploads.admit_from_staff(matter, draft.uploads)
    chosen = _recipients(matter, thread, recipients)
    if expected is not Expects.ACKNOWLEDGE:
        _check_may_write(matter, chosen)
    if thread is None:
        thread = threads.create(matter, (title.strip() or text).splitlines()[0][:80], chosen)
    message = _store(thread, draft, request, text, expected, chosen)
    if matter.remembered != chosen:
        # The matter itself is written only where it must be: others write in it at the same time.
        matter.remembered = chosen
    for user_id in chosen:
        turns.write_row(thread, user_id, message.key, status.sent(expected, message.time))
    turns.seen_by_us(matter, thread)
    turns.set_states(matter, thread)
    _tell(MessageSent, thread, message)
    return thread, message


def note(thread: MessageThread, draft: Draft) -> Message:
    """Write an internal note into a thread: clients never see a trace of it (B12)."""
    matter = thread.aq_parent
    access.require_share(matter)
    text = _text(draft)
    request = requests.fingerprint(draft, "note")
    known = requests.posted(matter, draft.key, request, thread.getId())
    if known is not None:
        return known[1]
    uploads.admit_from_staff(matter, draft.uploads)
    message = _store(thread, draft, request, text, internal=True)
    _tell(NoteWritten, thread, message)
    return message


def jot(matter: Matter, text: str, key: str = "") -> None:
    """Note something in the journal of a matter, in no thread: clients never see a trace of it (B12).

    For the team, whether the portal is on or off; `key` as in a Draft. Raises NotThere, NotPermitted,
    NoText, TooLong, SameKey.
    """
    access.require(access.SHARE, matter)
    draft = Draft(text, key=key)
    details = {"text": _text(draft)}
    request = requests.fingerprint(draft, "jot")
    if requests.asked_before(matter, key, request, ""):
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
    matter = thread.aq_parent
    request = requests.fingerprint(draft, "reply")
    known = requests.posted(matter, draft.key, request, thread.getId())
    if known is not None:
        return known[1]
    uploads.admit_from_client(matter, draft.uploads)
    message = _store(thread, draft, request, text)
    drafts.discard(thread)
    _answer(thread, message, seen, any(upload.size() for upload in draft.uploads))
    matter.unseen[message.key] = api.content.get_uuid(thread)
    matters.resubmit_today(matter)
    turns.set_states(matter, thread)
    _tell(MessageReceived, thread, message)
    return message


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
    key = time_id(after=thread.messages.maxKey() if thread.messages else 0)
    originals = [documents.chosen(matter, uid) for uid in dict.fromkeys(draft.documents)]
    files: list[tuple[str, str, str, Any]] = [
        (
            "",
            original.title,
            api.content.get_uuid(original),
            documents.snapshot(documents.file_of(original)),
        )
        for original in originals
    ]
    files += [(upload.uid, "", "", documents.stored(upload)) for upload in draft.uploads]
    ids = []
    for wanted, title, source, file in files:
        # What an earlier message came with is sent once more.
        is_free = wanted and wanted not in thread.attachments
        uid = wanted if is_free else uuid.uuid4().hex
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
    answered = turns.addressed(thread, user_id, seen)
    if answered is None and user_id in thread.latest:
        # All that was ever sent to them came later than what they saw: it stays awaited.
        return
    row = thread.rows[answered, user_id] if answered is not None else None
    after = status.replied(row, with_file, message.time)
    turns.write_row(thread, user_id, message.key if answered is None else answered, after)


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
            reading.file_records(thread, message),
            {
                "thread": thread.title,
                "message": message.id,
                "expects": message.expects,
                "text": message.text,
            },
        )
    )
