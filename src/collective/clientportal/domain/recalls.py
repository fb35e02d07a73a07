"""Recalling a message that was sent to the wrong person: an act of its own, with a reason (decision 4)."""

from collective.clientportal import _
from collective.clientportal.content.message_thread import Message
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.content.message_thread import Recall
from collective.clientportal.domain import access
from collective.clientportal.domain import reading
from collective.clientportal.domain import settings
from collective.clientportal.domain import texts
from collective.clientportal.domain import turns
from collective.clientportal.domain.errors import NotPermitted
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.registers import now
from collective.clientportal.events import MessageRecalled
from plone import api
from zope.event import notify
from zope.i18n import translate


class NoReason(Refused):
    """A recall needs a reason."""


class NotRecallable(Refused):
    """Only what the firm sent to clients can be recalled, and once."""


def may_recall(thread: MessageThread) -> bool:
    """Tell whether the person who acts may recall messages of a thread: a handler, not an assistant."""
    matter = thread.aq_parent
    is_handler = access.current_user_id() in (matter.handlers or ())
    return is_handler and access.may_share(matter)


def recall(thread: MessageThread, message_id: str, reason: str) -> None:
    """Take a message back: clients see that there was one, but neither its text nor its files any more.

    What it awaited is awaited no longer; what was awaited before it is again. Whether the portal is on or
    off. Raises NotThere, NotPermitted, NotRecallable, NoReason, TooLong.
    """
    access.require(access.VIEW, thread)
    if not may_recall(thread):
        raise NotPermitted(
            _("error_recall_handler", default="Only a handler of this matter can recall a message.")
        )
    message = _message(thread, message_id)
    reason = texts.plain(reason)
    texts.check_length(reason)
    if not reason:
        raise NoReason(
            _("error_no_reason", default="Please say why the message is recalled: it is logged.")
        )
    user_id = access.current_user_id()
    thread.recalled[message.key] = Recall(now(), user_id, reason)
    others = (one for one in thread.messages.values() if not one.internal and one is not message)
    if message.text.startswith(thread.title) or not any(others):
        # The title came with the message, or from it: it goes with it.
        thread.title = _neutral_title(message)
    turns.step_back(thread, message)
    details = {"thread": thread.title, "message": message.id, "text": reason}
    notify(
        MessageRecalled(
            thread.aq_parent,
            user_id,
            api.content.get_uuid(thread),
            message.recipients,
            reading.file_records(thread, message),
            details,
        )
    )


def _neutral_title(message: Message) -> str:
    day = message.time.astimezone(settings.time_zone()).strftime("%d.%m.%Y")
    title = _("title_of_recalled", default="Message of ${day}", mapping={"day": day})
    return str(translate(title, target_language=api.portal.get_default_language()))


def _message(thread: MessageThread, message_id: str) -> Message:
    message = thread.messages.get(turns.key_of(message_id) or 0)
    if message is None:
        raise NotThere(_("error_no_message", default="There is no such message in this thread."))
    if not message.recipients or message.key in thread.recalled:
        raise NotRecallable(
            _("error_not_recallable", default="This message cannot be recalled, or was already.")
        )
    return message
