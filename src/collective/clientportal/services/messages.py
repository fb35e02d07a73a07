"""Messages: sending, reading a thread, replying, opening."""

from base64 import b64decode
from collective.clientportal.domain import access
from collective.clientportal.domain import messages
from collective.clientportal.domain import parts
from collective.clientportal.domain import reading
from collective.clientportal.domain import recalls
from collective.clientportal.domain import texts
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.requests import Draft
from collective.clientportal.domain.status import Act
from collective.clientportal.domain.status import Expects
from collective.clientportal.domain.uploads import Upload
from collective.clientportal.services import fields
from collective.clientportal.services import records
from collective.clientportal.services import schemas
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.base import WriteService
from collective.clientportal.services.fields import Body
from collective.clientportal.services.fields import Field
from collective.clientportal.subscribers.intake import wrong_field
from io import BytesIO


KEY = Field(
    "Idempotency-Key",
    fields.text(200),
    "unique to this message: a repeated request answers with what is stored already",
    default="",
)
WORDS = fields.text(texts.MOST_CHARACTERS, minLength=1)
TEXT = Field("text", WORDS, "plain text", required=True)
ATTACHMENTS = Field(
    "attachments",
    fields.several(fields.FILE),
    "files: `filename`, `content-type`, `encoding` (`base64`), `data`",
    default=[],
)
SEEN = Field(
    "seen",
    fields.MESSAGE_ID,
    "id of the newest message that the person was shown: what came later is left alone",
    default="",
)
DOCUMENTS = Field(
    "documents",
    fields.several(fields.UID),
    "UIDs of internal documents of the matter, sent as snapshots",
    default=[],
)
RECIPIENTS = Field(
    "recipients",
    fields.several(fields.PERSON),
    "user ids of participants, or e-mail addresses; none: those of the thread, or else of the last message",
)
EXPECTS = Field(
    "expects", fields.choice(Expects), "what is expected of the recipients", required=True
)
THREAD = Field("thread", fields.UID, "UID of a thread of the matter; none: a new one", default="")
TITLE = Field("title", fields.text(200), "of the new thread; none: the first line", default="")
INTERNAL = Field(
    "internal", fields.FLAG, "`true`: a note that no client sees a trace of", default=False
)

UPLOADS = Field(
    "uploads",
    fields.several(fields.UID),
    "ids of files that were [uploaded in parts](#uploading-in-parts) into the thread",
    default=[],
)

REPLY = Body("A client's message", (TEXT, ATTACHMENTS, UPLOADS, SEEN))
MESSAGE = Body(
    "A message of the firm", (TEXT, ATTACHMENTS, DOCUMENTS, EXPECTS, RECIPIENTS, INTERNAL)
)
NOTE = Body("A note of the firm", (TEXT, ATTACHMENTS, DOCUMENTS, INTERNAL))


class MessageService(WriteService):
    """What sending and replying have in common."""

    headers = (KEY,)
    status = 201
    answer = schemas.MESSAGE

    def draft(self, data):
        """Return what was sent as a Draft; raises Refused where a field is not what it should be."""
        return Draft(
            data["text"],
            tuple(data.get("documents", ())),
            (
                *parts.take(self.context, data.get("uploads", ())),
                *(_upload(attachment) for attachment in data["attachments"]),
            ),
            self.header(KEY),
        )


class SendPost(MessageService):
    """POST <matter>/@send: send a message to clients."""

    bodies = (
        Body(
            "A message of the firm",
            (TEXT, ATTACHMENTS, DOCUMENTS, EXPECTS, RECIPIENTS, THREAD, TITLE),
        ),
    )

    def reply(self):
        """Return the message."""
        data = self.body()
        return records.message(
            *messages.send(
                self.context,
                self.draft(data),
                data["expects"],
                data["recipients"],
                data["thread"],
                data["title"],
            )
        )


class MessagesPost(MessageService):
    """POST <thread>/@messages: answer as a client; send, or write a note, as a member of the firm."""

    bodies = (REPLY, MESSAGE, NOTE)

    def expected(self, data):
        """Return the body for clients, or one of those for the firm."""
        if not access.is_insider():
            return REPLY
        return NOTE if data.get(INTERNAL.name) is True else MESSAGE

    def reply(self):
        """Return the message."""
        data = self.body()
        thread, draft = self.context, self.draft(data)
        if not access.is_insider():
            return records.message(thread, messages.reply(thread, draft, data["seen"]))
        if data["internal"]:
            return records.message(thread, messages.note(thread, draft))
        return records.message(
            *messages.send(
                thread.aq_parent, draft, data["expects"], data["recipients"], thread.getId()
            )
        )


class MessagesGet(BaseService):
    """GET <thread>/@messages: the newest page of messages, the oldest of them first."""

    query = (
        Field(
            "before", fields.MESSAGE_ID, "page back: what `next` of the last page says", default=""
        ),
        Field("limit", fields.whole(1, 200), "how many; 50 unless told otherwise", default=50),
    )
    answer = schemas.items(schemas.MESSAGE, next=schemas.nullable(schemas.TEXT))

    def reply(self):
        """Return {"items": [...], "next": id or None}."""
        limit = self.asked["limit"]
        found = reading.visible(self.context, self.asked["before"], limit + 1)
        page = found[-limit:]
        return {
            "items": [records.message(self.context, message) for message in page],
            "next": page[0].id if len(found) > len(page) else None,
        }


class RecallPost(WriteService):
    """POST <thread>/@recall: take a message back."""

    bodies = (
        Body(
            "A recall",
            (
                Field("message", fields.MESSAGE_ID, "id of the message", required=True),
                Field(
                    "reason",
                    fields.text(texts.MOST_CHARACTERS),
                    "kept in the journal",
                    required=True,
                ),
            ),
        ),
    )
    status = 204

    def reply(self):
        """Answer 204."""
        data = self.body()
        recalls.recall(self.context, data["message"], data["reason"])


class ReadPost(WriteService):
    """POST <thread>/@read: open or confirm what was sent."""

    bodies = (
        Body(
            "One of the six acts",
            (Field("act", fields.choice(Act), "what the person did", required=True), SEEN),
        ),
    )
    status = 204

    def reply(self):
        """Answer 204."""
        data = self.body()
        reading.open_(self.context, Act(data["act"]), data["seen"])


def _upload(attachment):
    try:
        data = b64decode(attachment["data"], validate=True)
    except ValueError as error:
        raise Refused(wrong_field(ATTACHMENTS.name)) from error
    return Upload(attachment["filename"], attachment.get("content-type", ""), BytesIO(data))
