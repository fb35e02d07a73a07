"""Who is told what by e-mail."""

from collective.clientportal.domain import accounts
from collective.clientportal.domain import dead_letters
from collective.clientportal.domain import notice_texts
from collective.clientportal.domain import outbox
from collective.clientportal.domain import registers
from zope.component.hooks import getSite


def documents_released(event):
    """Tell every client who sees the folder: one mail a release (A12)."""
    _tell(notice_texts.DOCUMENTS, event)


def documents_received(event):
    """Tell the team of the matter."""
    _tell(notice_texts.RECEIVED, event)


def message_sent(event):
    """Tell every recipient of a message (A19, A23, B2)."""
    _tell(notice_texts.MESSAGE, event)


def message_received(event):
    """Tell the team of the matter."""
    _tell(notice_texts.REPLY, event)


def registration_due(event):
    """Send a new client the registration mail (B6), and remember which it is."""
    [entry] = _tell(notice_texts.REGISTRATION, event)
    accounts.person(event.subject).registration = entry.id


def person_changed(event):
    """Look again at what could not be delivered to somebody whose address was corrected, or who is off."""
    dead_letters.look_again(event.matter, event.subject)


def password_reset_requested(event):
    """Send the mail with which a new password is chosen."""
    outbox.put(notice_texts.RESET, event.user_id)


def password_changed(event):
    """Tell a person that they have another password, in sites with a portal; not of their first one."""
    if registers.installed(getSite()):
        user_id = event.principal.getId()
        client = accounts.person(user_id)
        if client is None or client.activated is not None:
            outbox.put(notice_texts.CREDENTIALS, user_id)


def second_factor_changed(event):
    """Tell a person that their second factor was switched on or removed."""
    outbox.put(notice_texts.CREDENTIALS, event.user_id)


def _tell(notice, event):
    item = event.details.get("release") or event.details.get("message") or ""
    room = event.matter.get(event.subject)
    matter = registers.uid_of(event.matter)
    entries = [
        outbox.put(notice, recipient, matter, event.subject, item) for recipient in event.recipients
    ]
    if room is not None:
        for entry in entries:
            outbox.attach(room, entry)
    return entries
