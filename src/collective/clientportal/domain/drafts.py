"""What a client is writing and has not sent yet: kept for them, in their thread, and shown to nobody else.

It is no message: no event tells of it, and no journal.
"""

from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.domain import access
from collective.clientportal.domain import texts


def keep(thread: MessageThread, text: str) -> None:
    """Keep the text that the person who acts is writing; a blank one is none.

    Raises NotThere, NotPermitted, TooLong.
    """
    access.require(access.WRITE, thread)
    text = texts.clean(text)
    texts.check_length(text)
    if not text.strip():
        discard(thread)
    elif thread.drafts.get(access.current_user_id()) != text:
        thread.drafts[access.current_user_id()] = text


def of(thread: MessageThread) -> str:
    """Return what the person who acts was writing, or ""."""
    if not access.has(access.WRITE, thread):
        return ""
    return str(thread.drafts.get(access.current_user_id(), ""))


def discard(thread: MessageThread) -> None:
    """Forget what the person who acts was writing; no check."""
    thread.drafts.pop(access.current_user_id(), None)
