"""A message thread of a matter's portal: messages are records in it, each immutable."""

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree
from collective.clientportal import _
from collective.clientportal.content.portal_content import Uncatalogued
from collective.clientportal.content.trees import Notices
from dataclasses import dataclass
from datetime import datetime
from persistent import Persistent
from plone.dexterity.content import Item
from plone.supermodel import model
from zope import schema
from zope.interface import implementer


class IMessageThread(model.Schema):
    """What staff enter about a thread."""

    title = schema.TextLine(title=_("field_title", default="Title"))


@dataclass(frozen=True)
class Recall:
    """That a message was recalled: when (UTC), by whom (user id), why."""

    time: datetime
    by: str
    reason: str


class Message(Persistent):
    """One message. `time`: UTC datetime; `expects`: one of domain.status.Expects, or "".

    `recipients`: user ids of the clients it is addressed to; `files`: ids of attachments of the
    thread; `internal`: a note that nobody outside ever sees a trace of. `recalled` is set on what clients
    are shown instead of a message that was recalled, never on one that is stored.
    """

    recalled: Recall | None = None

    def __init__(self, key, author, time, text, expects, recipients, files, internal):
        self.key = key
        self.author = author
        self.time = time
        self.text = text
        self.expects = expects
        self.recipients = recipients
        self.files = files
        self.internal = internal

    @property
    def id(self):
        """The message's id in its thread."""
        return str(self.key)


class Attachment(Persistent):
    """A file of a message: a frozen snapshot, like a portal document.

    `source`: UID of the internal document it is a snapshot of, or ""; `since` (UTC datetime) and `by`
    (user id): when and by whom it was sent; `fetched`: user id → UTC datetime of the first time.
    """

    def __init__(self, uid, title, file, source, since, by, message, internal):
        self.uid = uid
        self.title = title
        self.file = file
        self.source = source
        self.since = since
        self.by = by
        self.message = message
        self.internal = internal
        self.fetched = OOBTree()


@implementer(IMessageThread)
class MessageThread(Uncatalogued, Item):
    """A thread. `readers` as in a portal folder.

    `messages`: time id → Message. `attachments`: uid → Attachment. `rows`: (time id, user id) → Row
    of domain.status; `latest`: user id → time id of the latest message to that person that holds.
    `recalled`: time id of a message → Recall. `drafts`: user id → text that this person has not sent yet.
    `notices`: (id of a message, id of an outbox entry) of every notice about one.
    """

    meta_type = "Client Portal Thread"

    readers: tuple[str, ...] | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.messages = LOBTree()
        self.attachments = OOBTree()
        self.rows = OOBTree()
        self.latest = OOBTree()
        self.recalled = LOBTree()
        self.drafts = OOBTree()
        self.notices = Notices()
