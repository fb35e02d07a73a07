"""Whose turn it is, and what is expected of a recipient, in words."""

from collective.clientportal import _
from collective.clientportal.domain.status import Expects
from collective.clientportal.domain.status import Status


STATUS = {
    Status.NONE: _("status_none", default="no message yet"),
    Status.WITH_US: _("status_with_us", default="with us"),
    Status.AWAITING_ACKNOWLEDGEMENT: _(
        "status_awaiting_acknowledgement", default="waiting for acknowledgement"
    ),
    Status.AWAITING_REPLY: _("status_awaiting_reply", default="waiting for reply"),
    Status.AWAITING_DOCUMENTS: _("status_awaiting_documents", default="waiting for documents"),
}
EXPECTS = {
    Expects.ACKNOWLEDGE: _("expects_acknowledge", default="Acknowledge"),
    Expects.REPLY: _("expects_reply", default="Reply"),
    Expects.REPLY_WITH_FILE: _("expects_reply_with_file", default="Reply with file"),
}
# One line of explanation for each choice.
EXPLAINED = {
    Expects.ACKNOWLEDGE: _(
        "explain_acknowledge", default="The message is settled when it was opened or confirmed."
    ),
    Expects.REPLY: _(
        "explain_reply", default="It stays in the recipient's inbox until a reply is written."
    ),
    Expects.REPLY_WITH_FILE: _(
        "explain_reply_with_file", default="It stays in the inbox until a reply with a file came."
    ),
}
# "… and is asked to …"
ASKED = {
    Expects.ACKNOWLEDGE: _("asked_acknowledge", default="take note"),
    Expects.REPLY: _("asked_reply", default="reply"),
    Expects.REPLY_WITH_FILE: _("asked_reply_with_file", default="reply with a file"),
}
