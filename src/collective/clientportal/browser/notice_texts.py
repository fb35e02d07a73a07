"""What the mails say: the administrator's own texts, with a preview and a test mail (B43)."""

from collective.clientportal import _
from collective.clientportal.browser.outbox import EVENTS
from collective.clientportal.browser.staff import StaffPage
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import notice_texts
from collective.clientportal.domain import settings
from collective.clientportal.domain.errors import Refused
from email.headerregistry import Address
from plone import api
from plone.api.exc import PloneApiError
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from Products.MailHost.MailHost import MailHostError
from smtplib import SMTPException


LANGUAGES = {
    "de": _("language_de", default="German"),
    "en": _("language_en", default="English"),
}
# To whom an event is mailed.
AUDIENCE = {
    notice_texts.REPLY: _("audience_team", default="to handlers and assistants"),
    notice_texts.RECEIVED: _("audience_team", default="to handlers and assistants"),
}
CLIENTS = _("audience_clients", default="to clients")


class NoticeTexts(StaffPage):
    """One text at a time: an event in a language."""

    title = _("notices_title", default="Mail texts")

    index = ViewPageTemplateFile("templates/notice_texts.pt")
    actions = {"save": "save", "reset": "reset", "switch": "switch", "test": "test"}
    kept = ("event", "language")

    @property
    def event(self):
        """Return the event that is shown."""
        asked = self.value("event")
        return asked if asked in notice_texts.DEFAULTS else notice_texts.DOCUMENTS

    @property
    def mail_language(self):
        """Return the language of the text that is shown."""
        asked = self.value("language")
        return asked if asked in LANGUAGES else notice_texts.LANGUAGES[0]

    def events(self):
        """Return (event, title, whether it is mailed) of all events."""
        return [
            (event, EVENTS.get(event, event), notice_texts.is_on(event))
            for event in notice_texts.DEFAULTS
        ]

    def languages(self):
        """Return (language, title)."""
        return LANGUAGES.items()

    def title_of(self):
        """Return what the event is called."""
        return EVENTS.get(self.event, self.event)

    def audience(self):
        """Return to whom the event is mailed."""
        return AUDIENCE.get(self.event, CLIENTS)

    def is_on(self):
        """Tell whether the event is mailed."""
        return notice_texts.is_on(self.event)

    def placeholders(self):
        """Return the placeholders as they are written."""
        return [f"${{{name}}}" for name in notice_texts.PLACEHOLDERS]

    def form(self):
        """Return (subject, text): what was typed, else what holds now."""
        if self.value("action") == "save":
            return self.value("subject"), self.value("body")
        text = notice_texts.text(self.event, self.mail_language)
        return text.subject, text.body

    def is_own(self):
        """Tell whether the text differs from ours."""
        return notice_texts.text(self.event, self.mail_language) != notice_texts.default(
            self.event, self.mail_language
        )

    def preview(self):
        """Return what is saved, filled with sample values."""
        base = settings.base_url() or self.site_url
        values = {
            "firm": settings.firm_name(),
            "name": accounts.name(access.current_user_id()),
            "link": f"{base}/@@portal",
        }
        return notice_texts.text(self.event, self.mail_language).filled(values)

    def address(self):
        """Return where the test mail goes: what was typed, else the person's own address, or ""."""
        return self.value("to") or api.user.get_current().getProperty("email", "") or ""

    def save(self):
        """Keep a text of the administrator's own."""
        notice_texts.change(
            self.event, self.mail_language, self.value("subject"), self.value("body")
        )
        self.done(_("notice_saved", default="The text is saved."), self.url_with())

    def reset(self):
        """Go back to our text."""
        notice_texts.reset(self.event, self.mail_language)
        self.done(_("notice_reset", default="The original text holds again."), self.url_with())

    def switch(self):
        """Have the event mailed or not."""
        on = self.value("on") == "1"
        notice_texts.switch(self.event, on)
        message = (
            _("notice_on", default="Mails about this are sent from now on.")
            if on
            else _("notice_off", default="Mails about this are not sent any more.")
        )
        self.done(message, self.url_with())

    def test(self):
        """Send the text as it is saved to an address; raises Refused where it cannot be sent."""
        access.require(access.MANAGE_PORTAL, self.context)
        address = accounts.normalise(self.address())
        text = self.preview()
        sender = api.portal.get_registry_record("plone.email_from_address", default=None)
        try:
            api.portal.send_email(
                sender=str(Address(settings.firm_name(), addr_spec=sender)) if sender else None,
                recipient=address,
                subject=text.subject,
                body=text.body,
                immediate=True,
            )
        except (
            SMTPException,
            OSError,
            RuntimeError,
            ValueError,
            MailHostError,
            PloneApiError,
        ) as error:
            raise Refused(
                _(
                    "error_test_mail",
                    default="The test mail was not sent: ${reason}",
                    mapping={"reason": f"{type(error).__name__}: {error}"[:300]},
                )
            ) from error
        self.done(
            _(
                "test_sent",
                default="A test mail is sent to ${address}.",
                mapping={"address": address},
            ),
            self.url_with(),
        )
