"""The field of a matter's overview: an internal note, or a message to clients (B9–B17)."""

import secrets
from collective.clientportal import _
from collective.clientportal.browser.consequence import Consequence
from collective.clientportal.browser.status_words import STATUS
from collective.clientportal.browser.text_blocks import WithBlocks
from collective.clientportal.domain import access
from collective.clientportal.domain import messages
from collective.clientportal.domain import threads
from collective.clientportal.domain import turns
from collective.clientportal.domain.requests import Draft
from functools import cached_property
from plone import api
from plone.protect import CheckAuthenticator


class ActivityField(Consequence, WithBlocks):
    """What the overview has for writing. Sharing is off by default (B12)."""

    # Documents and further addresses are chosen in the step that follows (B15).
    typed = ()
    ticked = ()

    def chips(self):
        """Return whom it is sent to: those who are remembered."""
        return self.remembered()

    @property
    def chosen(self):
        """Return their user ids."""
        return [client.id for client in self.remembered()]

    @cached_property
    def thread(self):
        """Return the thread that it is sent in, or None for a new one."""
        return threads.fitting(self.matter, self.chosen)

    @property
    def may_note(self):
        """Tell whether the person may write notes: the team."""
        return access.has(access.SHARE, self.matter)

    @property
    def is_shared(self):
        """Tell whether sharing was chosen."""
        return self.value("share") == "1"

    @property
    def message_key(self):
        """Return what marks this form, so that a double click sends one message."""
        return self.value("message_key") or secrets.token_hex(16)

    def remembered(self):
        """Return the remembered recipients who still take part (B14)."""
        known = self.matter.participants
        return self.clients(user_id for user_id in self.matter.remembered if user_id in known)

    def status(self):
        """Return (status, in words, since when) of the matter, or None before the first message."""
        row = turns.matter_row(self.matter) if self.is_inside else None
        return row and (row.status, STATUS[row.status], row.since)

    def _post(self):
        if self.value("action") == "insert":
            CheckAuthenticator(self.request)
            self.insert_block(self.remembered())
            return self.index()
        if self.value("action") == "again":
            CheckAuthenticator(self.request)
            return self.index()
        step = not self.remembered() or self.value("more") == "1"
        if self.value("action") == "write" and self.is_shared and step:
            # The step of recipients and documents, with all that was written (B15, B16).
            self.request.form.update(action="again", step="1")
            return api.content.get_view("compose", self.matter, self.request)()
        return super()._post()

    def write(self):
        """Keep an internal note, or send to the remembered recipients straight away (B12, B14)."""
        if not self.is_shared:
            messages.jot(self.matter, self.value("text"), self.value("message_key"))
            self.done(
                _("note_message", default="The internal note is kept; no client sees it."),
                self.matter.absolute_url(),
            )
            return
        to = [client.id for client in self.remembered()]
        access.require_share(self.matter)
        thread = threads.fitting(self.matter, to)
        thread, message = messages.send(
            self.matter,
            Draft(self.value("text"), key=self.value("message_key")),
            self.value("expects"),
            to,
            api.content.get_uuid(thread) if thread is not None else "",
        )
        names = self.people(client.name for client in self.clients(message.recipients))
        self.done(
            _("sent_message", default="Sent to ${people}.", mapping={"people": names}),
            f"{self.matter.absolute_url()}/@@messages"
            f"?thread={api.content.get_uuid(thread)}#m{message.id}",
        )
