"""The outbox: what is waiting to be mailed, what failed, what was sent."""

from collective.clientportal import _
from collective.clientportal.browser.staff import StaffPage
from collective.clientportal.domain import accounts
from collective.clientportal.domain import notice_texts
from collective.clientportal.domain import notices
from collective.clientportal.domain import outbox
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


PAGE = 100

EVENTS = {
    notice_texts.DOCUMENTS: _("mail_event_documents", default="New documents"),
    notice_texts.MESSAGE: _("mail_event_message", default="New message"),
    notice_texts.REPLY: _("mail_event_reply", default="Message from a client"),
    notice_texts.RECEIVED: _("mail_event_received", default="Upload by a client"),
    notice_texts.REGISTRATION: _("mail_event_registration", default="Registration"),
    notice_texts.RESET: _("mail_event_reset", default="New password"),
}
STATES = {
    outbox.WAITING: _("mail_state_waiting", default="waiting"),
    outbox.SENDING: _("mail_state_sending", default="being sent"),
    outbox.SENT: _("mail_state_sent", default="sent"),
    outbox.CANCELLED: _("mail_state_cancelled", default="not due any more"),
    outbox.FAILED: _("mail_state_failed", default="failed"),
}


class Outbox(StaffPage):
    """All notices, newest first."""

    title = _("outbox_title", default="Outbox")

    index = ViewPageTemplateFile("templates/outbox.pt")
    actions = {"retry": "retry"}
    kept = ("state",)

    def rows(self):
        """Return the entries in the state that the address asks for."""
        state = self.value("state")
        found = [entry for entry in outbox.listing() if not state or entry.state == state]
        return self.batch(found, PAGE)

    def counts(self):
        """Return (state, title, number of entries) of every state that occurs."""
        numbers: dict[str, int] = {}
        for entry in outbox.listing():
            numbers[entry.state] = numbers.get(entry.state, 0) + 1
        return [
            (state, title, numbers[state]) for state, title in STATES.items() if state in numbers
        ]

    def event(self, entry):
        """Return what a notice is about."""
        return EVENTS.get(entry.event, entry.event)

    def state(self, entry):
        """Return the state of an entry in words."""
        return STATES[entry.state]

    def recipient(self, entry):
        """Return the recipient's name."""
        return accounts.name(entry.recipient)

    def mail(self, entry):
        """Return subject and text of a mail."""
        return notices.preview(entry)

    def may_retry(self, entry):
        """Tell whether trying again is offered."""
        return entry.state in (outbox.WAITING, outbox.FAILED)

    def retry(self):
        """Have an entry tried again now."""
        outbox.retry(self.value("entry"))
        self.done(_("retried_message", default="The mail is tried again at once."), self.url_with())
