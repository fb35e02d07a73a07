"""The outbox: what is waiting to be mailed, what failed, what was sent."""

from collective.clientportal import _
from collective.clientportal.browser.staff import StaffPage
from collective.clientportal.domain import accounts
from collective.clientportal.domain import notice_texts
from collective.clientportal.domain import notices
from collective.clientportal.domain import outbox
from collective.clientportal.domain import settings
from collective.clientportal.domain.registers import first_id
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from functools import cached_property
from itertools import islice
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


PAGE = 100

EVENTS = {
    notice_texts.DOCUMENTS: _("mail_event_documents", default="New documents"),
    notice_texts.MESSAGE: _("mail_event_message", default="New message"),
    notice_texts.REPLY: _("mail_event_reply", default="Message from a client"),
    notice_texts.RECEIVED: _("mail_event_received", default="Upload by a client"),
    notice_texts.REGISTRATION: _("mail_event_registration", default="Registration"),
    notice_texts.RESET: _("mail_event_reset", default="New password"),
    notice_texts.CREDENTIALS: _("mail_event_credentials", default="Log-in changed"),
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
    kept = ("state", "event", "since", "until", "before")

    @cached_property
    def found(self):
        """Return the entries of this page and one more, which tells that there are older ones."""
        before = self.value("before")
        newest = min(
            int(before) if before.isdecimal() else outbox.NEWEST,
            self._midnight("until", outbox.NEWEST, timedelta(days=1)),
        )
        found = outbox.listing(
            self.value("state"), self.value("event"), self._midnight("since", 1), newest
        )
        return list(islice(found, PAGE + 1))

    def shown(self):
        """Return the entries of this page."""
        return self.found[:PAGE]

    def older_url(self):
        """Return the address of the older entries, or None."""
        return self.url_with(before=self.found[PAGE - 1].id) if len(self.found) > PAGE else None

    def newest_url(self):
        """Return the address of the newest entries where these are older ones, or None."""
        return self.url_with(before="") if self.value("before") else None

    @cached_property
    def queue(self):
        """Return how much is in the outbox."""
        return outbox.queue()

    def states(self):
        """Return (state, title, number of entries or None) of every state; what was sent is not counted."""
        counts = {outbox.WAITING: self.queue.waiting, outbox.FAILED: self.queue.failed}
        return [(state, title, counts.get(state)) for state, title in STATES.items()]

    def overdue(self):
        """Return in minutes for how long the oldest mail has been due, or None where none is late."""
        minutes = int(self.queue.overdue.total_seconds()) // 60
        return minutes or None

    def held(self):
        """Return why no mail leaves at all, or None."""
        return notices.held()

    def events(self):
        """Return (event, title) of what can be filtered by."""
        return EVENTS.items()

    def filtered(self):
        """Tell whether occasion or days are filtered."""
        return any(self.value(name) for name in ("event", "since", "until"))

    def _midnight(self, name, default, more=timedelta()):
        """Return the first id of the day that was asked for, in the firm's time, or `default`."""
        try:
            day = date.fromisoformat(self.value(name)) + more
            return first_id(datetime.combine(day, time(), settings.time_zone()))
        except (ValueError, OverflowError):
            return default

    def event(self, entry):
        """Return what a notice is about."""
        return EVENTS.get(entry.event, entry.event)

    def state(self, entry):
        """Return the state of an entry in words."""
        return STATES[entry.state]

    def next_try(self, entry):
        """Return when a mail that waits is tried again, or None."""
        moment = outbox.next_try(entry) if entry.state == outbox.WAITING else None
        return moment and self.second(moment)

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
