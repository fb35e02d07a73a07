"""What an entry of the journal says, in plain words."""

import textwrap
from collective.clientportal import _
from collective.clientportal.browser.status_words import EXPECTS
from collective.clientportal.content.matter import IMatter
from collective.clientportal.domain import accounts
from dataclasses import dataclass
from datetime import datetime
from zope.i18n import translate
from zope.i18nmessageid import Message


WORDS = {
    "matter_created": _("did_matter_created", default="opened the matter"),
    "matter_changed": _("did_matter_changed", default="changed: ${fields}"),
    "portal_switched_on": _("did_portal_on", default="switched the client portal on"),
    "portal_switched_off": _("did_portal_off", default="switched the client portal off"),
    "participant_invited": _("did_invited", default="invited ${subject}"),
    "account_created": _("did_account", default="had the registration mail sent to ${subject}"),
    "registration_requested": _(
        "did_registration", default="had the registration mail sent to ${subject} once more"
    ),
    "address_corrected": _("did_address", default="corrected the e-mail address of ${subject}"),
    "account_activated": _("did_activated", default="chose a password"),
    "account_deactivated": _("did_deactivated", default="deactivated the account of ${subject}"),
    "account_reactivated": _("did_reactivated", default="reactivated the account of ${subject}"),
    "participant_changed": _("did_changed", default="changed part or rights of ${subject}"),
    "participant_removed": _("did_removed", default="took ${subject} off the matter"),
    "folder_created": _("did_folder_created", default="made the folder “${folder}”"),
    "folder_changed": _("did_folder_changed", default="changed the folder “${folder}”"),
    "folder_opened": _(
        "did_folder_opened", default="opened “${folder}” with its documents to others"
    ),
    "documents_released": _("did_released", default="released to “${folder}”"),
    "sharing_ended": _("did_ended", default="ended sharing in “${folder}”"),
    "documents_received": _("did_received", default="uploaded to “${folder}”"),
    "document_fetched": _("did_fetched", default="fetched"),
    "thread_created": _("did_thread_created", default="started the thread “${thread}”"),
    "message_sent": _("did_message_sent", default="sent a message in “${thread}”"),
    "message_received": _("did_message_received", default="wrote a message in “${thread}”"),
    "message_recalled": _("did_message_recalled", default="recalled a message in “${thread}”"),
    "message_opened": _("did_message_opened", default="opened a message in “${thread}”"),
    "note_written": _("did_note_written", default="wrote an internal note"),
    "notice_resent": _(
        "did_notice_resent", default="had a mail about “${place}” tried again that had failed"
    ),
    "file_quarantined": _(
        "did_file_quarantined",
        default="sent a file in which the virus scanner found something (${signature}): it was set aside",
    ),
}
OTHER = _("did_other", default="did: ${event}")

KINDS = {
    "documents": _("kind_documents", default="Documents"),
    "messages": _("kind_messages", default="Messages"),
    "people": _("kind_people", default="People"),
    "folders": _("kind_folders", default="Folders"),
    "matter": _("kind_matter", default="Matter"),
}
KIND_OF = {
    "folder_opened": "documents",
    "documents_released": "documents",
    "sharing_ended": "documents",
    "documents_received": "documents",
    "document_fetched": "documents",
    "file_quarantined": "documents",
    "thread_created": "messages",
    "message_sent": "messages",
    "message_received": "messages",
    "message_recalled": "messages",
    "message_opened": "messages",
    "note_written": "messages",
    "notice_resent": "messages",
    "participant_invited": "people",
    "account_created": "people",
    "registration_requested": "people",
    "address_corrected": "people",
    "account_activated": "people",
    "account_deactivated": "people",
    "account_reactivated": "people",
    "participant_changed": "people",
    "participant_removed": "people",
    "folder_created": "folders",
    "folder_changed": "folders",
}
# The people whom these concern stand in the words already, or are the one who acted.
NAMED = {
    "participant_invited",
    "account_created",
    "registration_requested",
    "address_corrected",
    "account_activated",
    "account_deactivated",
    "account_reactivated",
    "participant_changed",
    "participant_removed",
    "document_fetched",
    "message_opened",
}


@dataclass(frozen=True)
class Line:
    """An entry of the journal in words."""

    sequence: int
    time: str
    actor: str
    words: str
    recipients: list[str]
    files: list[str]
    sealed: bool
    hash: str
    text: str
    expects: Message | str

    @property
    def excerpt(self):
        """Return the beginning of the text."""
        return textwrap.shorten(self.text, 120, placeholder=" …")


class JournalWords:
    """Puts entries of a journal into the language of a page; names are looked up once."""

    def __init__(self, page):
        self.page = page
        self.names = {}

    def name(self, user_id):
        """Return what to call a person."""
        if user_id not in self.names:
            self.names[user_id] = accounts.name(user_id)
        return self.names[user_id]

    def line(self, entry):
        """Return an entry in words."""
        recipients = [] if entry.event in NAMED else entry.recipients
        return Line(
            sequence=entry.sequence,
            time=self.page.second(datetime.fromisoformat(entry.time)),
            actor=self.name(entry.actor),
            words=self._words(entry),
            recipients=[self.name(user_id) for user_id in recipients],
            files=[file["filename"] for file in entry.files],
            sealed=entry.sealed,
            hash=entry.hash,
            text=entry.details.get("text", ""),
            expects=EXPECTS.get(entry.details.get("expects"), ""),
        )

    def _words(self, entry):
        details = entry.details
        mapping = {
            "subject": self.name(entry.subject) if entry.event in NAMED else "",
            "folder": details.get("folder") or details.get("title") or "",
            "thread": details.get("thread") or details.get("title") or "",
            "fields": ", ".join(
                translate(IMatter[name].title, context=self.page.request)
                for name in details
                if name in IMatter
            ),
            "place": details.get("thread") or details.get("folder") or "",
            "signature": details.get("signature", ""),
            "event": entry.event,
        }
        words = WORDS.get(entry.event, OTHER)
        return translate(Message(words, mapping=mapping), context=self.page.request)


def kind_of(entry):
    """Return the kind of an entry: a key of KINDS."""
    return KIND_OF.get(entry.event, "matter")


def concerns(entry, user_id):
    """Tell whether a person did this, or it was done to or for them."""
    return user_id in (entry.actor, entry.subject, *entry.recipients)
