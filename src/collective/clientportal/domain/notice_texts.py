"""What the mails say, per event and language: our words, or the administrator's own (B43)."""

from collective.clientportal import _
from collective.clientportal.domain import access
from collective.clientportal.domain import placeholders
from collective.clientportal.domain import texts
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.registers import registers
from dataclasses import dataclass
from plone import api
from string import Template
from zope.i18n import translate
from zope.i18nmessageid import Message


DOCUMENTS = "documents"
MESSAGE = "message"
REPLY = "reply"
RECEIVED = "received"
REGISTRATION = "registration"
RESET = "reset"
CREDENTIALS = "credentials"

LANGUAGES = ("de", "en")
PLACEHOLDERS = ("firm", "name", "link")


class BadPlaceholder(Refused):
    """A text holds a placeholder that there is none of, or lacks the link."""


@dataclass(frozen=True)
class Text:
    """Subject and body of a mail; both may hold ${firm}, ${name} and ${link}."""

    subject: str
    body: str

    def without_name(self) -> "Text":
        """Return the text for somebody whose name is not known: "Hello," for "Hello ${name},"."""
        subject, body = (part.replace(" ${name}", "") for part in (self.subject, self.body))
        return Text(subject, body)

    def filled(self, values: dict[str, str]) -> "Text":
        """Return the text with the placeholders filled in."""
        return Text(
            Template(self.subject).safe_substitute(values),
            Template(self.body).safe_substitute(values),
        )


DEFAULTS: dict[str, tuple[Message, Message]] = {
    DOCUMENTS: (
        _("mail_documents_subject", default="New documents for you at ${firm}"),
        _(
            "mail_documents_body",
            default="""Hello ${name},

there are new documents for you in our client portal.

Please log in to see them:
${link}

Kind regards
${firm}
""",
        ),
    ),
    MESSAGE: (
        _("mail_message_subject", default="A message for you at ${firm}"),
        _(
            "mail_message_body",
            default="""Hello ${name},

a message is waiting for you in our client portal.

Please log in to read it:
${link}

Kind regards
${firm}
""",
        ),
    ),
    REPLY: (
        _("mail_reply_subject", default="A client has written"),
        _(
            "mail_reply_body",
            default="""Hello ${name},

a client has written in one of your matters:
${link}

${firm}
""",
        ),
    ),
    RECEIVED: (
        _("mail_received_subject", default="A client has uploaded documents"),
        _(
            "mail_received_body",
            default="""Hello ${name},

a client has uploaded documents to one of your matters:
${link}

${firm}
""",
        ),
    ),
    REGISTRATION: (
        _("mail_registration_subject", default="Your access to the client portal of ${firm}"),
        _(
            "mail_registration_body",
            default="""Hello ${name},

we have set up a client portal for you. There you find documents that we make available to you.

Please choose a password first:
${link}

The link is valid for three days and can be used once. Your e-mail address is your login name.

Kind regards
${firm}
""",
        ),
    ),
    RESET: (
        _("mail_reset_subject", default="Choose a new password for ${firm}"),
        _(
            "mail_reset_body",
            default="""Hello ${name},

you have asked to choose a new password for our client portal:
${link}

The link is valid for an hour and can be used once. If you did not ask for it, there is nothing to do.

Kind regards
${firm}
""",
        ),
    ),
    CREDENTIALS: (
        _("mail_credentials_subject", default="Your log-in at ${firm} was changed"),
        _(
            "mail_credentials_body",
            default="""Hello ${name},

the password or the second step of your log-in to our client portal was changed.

If that was you, there is nothing to do. If not, please call us at once, and choose a new password:
${link}

Kind regards
${firm}
""",
        ),
    ),
}


def text(event: str, language: str) -> Text:
    """Return the text of an event in a language: the administrator's own where there is one."""
    own = registers().notice_texts.get((event, language))
    return Text(*own) if own else default(event, language)


def default(event: str, language: str) -> Text:
    """Return our text of an event in a language, with its placeholders."""
    unfilled = {name: f"${{{name}}}" for name in PLACEHOLDERS}
    subject, body = (
        translate(Message(part, mapping=unfilled), target_language=language)
        for part in DEFAULTS[event]
    )
    return Text(subject, body)


def change(event: str, language: str, subject: str, body: str) -> None:
    """Give an event a text of the administrator's own. Raises NotPermitted, BadPlaceholder."""
    access.require(access.MANAGE_PORTAL, api.portal.get())
    own = Text(texts.line(subject, 200), f"{texts.plain(body)}\n")
    check(own)
    registers().notice_texts[event, language] = (own.subject, own.body)


def reset(event: str, language: str) -> None:
    """Go back to our text of an event."""
    access.require(access.MANAGE_PORTAL, api.portal.get())
    registers().notice_texts.pop((event, language), None)


def is_on(event: str) -> bool:
    """Tell whether an event is mailed at all."""
    return event not in registers().notices_off


def switch(event: str, on: bool) -> None:
    """Have an event mailed or not. Raises NotPermitted."""
    access.require(access.MANAGE_PORTAL, api.portal.get())
    if on and not is_on(event):
        registers().notices_off.remove(event)
    elif not on:
        registers().notices_off.insert(event)


def check(own: Text) -> None:
    """Raise BadPlaceholder where a text holds an unknown placeholder or its body lacks the link."""
    for part in (own.subject, own.body):
        problem = placeholders.problem(part, PLACEHOLDERS)
        if problem:
            raise BadPlaceholder(problem)
    if "link" not in Template(own.body).get_identifiers():
        raise BadPlaceholder(
            _(
                "error_no_link",
                default="The text must hold the placeholder ${placeholder}.",
                mapping={"placeholder": "${link}"},
            )
        )
    if not own.subject:
        raise BadPlaceholder(_("error_no_subject", default="Please enter a subject."))
