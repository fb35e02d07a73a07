"""What a message is made of, and telling a repeated request from another one: a double click sends one."""

import hashlib
from collective.clientportal import _
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.message_thread import Message
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.domain import access
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.uploads import Upload
from dataclasses import dataclass


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


def fingerprint(draft: Draft, *more: str) -> str:
    """Return a hash of what was asked for, to tell a repeated request from another one; "" without a key."""
    if not draft.key:
        return ""
    files = [(upload.filename, upload.sha256()) for upload in draft.uploads]
    asked = repr((draft.text, draft.documents, files, more))
    return hashlib.sha256(asked.encode()).hexdigest()


def posted(
    matter: Matter, key: str, request: str, thread_uid: str
) -> tuple[MessageThread, Message] | None:
    """Return what was stored for this very request before, if anything was.

    `thread_uid`: where it is to be now; "": in whatever thread. Raises SameKey.
    """
    known = asked_before(matter, key, request, thread_uid)
    if known is None:
        return None
    known_uid, time_key = known
    thread = matter[known_uid]
    return thread, thread.messages[time_key]


def asked_before(matter: Matter, key: str, request: str, thread_uid: str) -> tuple[str, int] | None:
    """Return (UID of the thread, key of the message) stored for this very request; as `posted`."""
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
