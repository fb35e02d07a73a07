"""Messages: sending, reading a thread, replying, opening."""

from base64 import b64decode
from collective.clientportal import _
from collective.clientportal.domain import access
from collective.clientportal.domain import messages
from collective.clientportal.domain import reading
from collective.clientportal.domain import recalls
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.requests import Draft
from collective.clientportal.domain.status import Act
from collective.clientportal.domain.uploads import Upload
from collective.clientportal.services import records
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.base import WriteService
from io import BytesIO


class MessageService(WriteService):
    """What sending and replying have in common."""

    def draft(self, data):
        """Return what was sent as a Draft; raises Refused where a field is not what it should be."""
        attachments = self._typed(data, "attachments", list, [])
        return Draft(
            self.text(data, "text"),
            tuple(self.texts(data, "documents")),
            tuple(self._upload(attachment) for attachment in attachments),
            self.request.get_header("Idempotency-Key") or "",
        )

    def _upload(self, attachment):
        is_file = (
            isinstance(attachment, dict) and attachment.get("filename") and "data" in attachment
        )
        if not is_file or attachment.get("encoding", "base64") != "base64":
            raise self._wrong("attachments")
        try:
            data = b64decode(self.text(attachment, "data"), validate=True)
        except ValueError as error:
            raise self._wrong("attachments") from error
        return Upload(
            self.text(attachment, "filename"), self.text(attachment, "content-type"), BytesIO(data)
        )

    def _sent(self, thread, message):
        self.request.response.setStatus(201)
        return records.message(thread, message)


class SendPost(MessageService):
    """POST <matter>/@send"""

    def reply(self):
        """Return the message."""
        data = self.body()
        return self._sent(
            *messages.send(
                self.context,
                self.draft(data),
                self.text(data, "expects"),
                self.texts(data, "recipients", None),
                self.text(data, "thread"),
                self.text(data, "title"),
            )
        )


class MessagesPost(MessageService):
    """POST <thread>/@messages: a client's message, or staff's, or an internal note."""

    def reply(self):
        """Return the message."""
        data = self.body()
        draft = self.draft(data)
        if not access.is_insider():
            return self._sent(
                self.context, messages.reply(self.context, draft, self.text(data, "seen"))
            )
        if self.flag(data, "internal", False):
            return self._sent(self.context, messages.note(self.context, draft))
        return self._sent(
            *messages.send(
                self.context.aq_parent,
                draft,
                self.text(data, "expects"),
                self.texts(data, "recipients", None),
                self.context.getId(),
            )
        )


class MessagesGet(BaseService):
    """GET <thread>/@messages: oldest first, the latest page; `before` and `limit` page back."""

    def reply(self):
        """Return {"items": [...], "next": id or None}."""
        limit = self.asked("limit", "50")
        if not limit.isdecimal() or not 1 <= int(limit) <= 200:
            raise Refused(_("error_bad_limit", default="The limit must be from 1 to 200."))
        before = self.asked("before")
        found = reading.visible(self.context, before, int(limit) + 1)
        page = found[-int(limit) :]
        return {
            "items": [records.message(self.context, message) for message in page],
            "next": page[0].id if len(found) > len(page) else None,
        }


class RecallPost(WriteService):
    """POST <thread>/@recall: take a message back, with a reason."""

    def reply(self):
        """Answer 204."""
        data = self.body()
        recalls.recall(self.context, self.text(data, "message"), self.text(data, "reason"))


class ReadPost(WriteService):
    """POST <thread>/@read: one of the six acts."""

    def reply(self):
        """Answer 204."""
        data = self.body()
        try:
            act = Act(self.text(data, "act"))
        except ValueError as error:
            raise self._wrong("act") from error
        reading.open_(self.context, act, self.text(data, "seen"))
