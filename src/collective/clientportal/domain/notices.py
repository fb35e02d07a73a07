"""Notices: what a mail says, whether it is still due, and sending what the outbox holds.

No mail tells anything of a matter, a document or a message: it says that something is there, and where
to log in.
"""

import logging
import random
import time
import transaction
from collections.abc import Callable
from collective.clientportal import _
from collective.clientportal.content.registers import OutboxEntry
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import links
from collective.clientportal.domain import notice_texts
from collective.clientportal.domain import outbox
from collective.clientportal.domain import rosters
from collective.clientportal.domain import rounds
from collective.clientportal.domain import settings
from collective.clientportal.domain import shares
from collective.clientportal.domain import texts
from collective.clientportal.domain.errors import PortalError
from collective.clientportal.domain.registers import now
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from plone import api
from smtplib import SMTPDataError
from smtplib import SMTPException
from smtplib import SMTPRecipientsRefused
from typing import Any
from urllib.parse import quote
from ZODB.POSException import ConflictError
from zope.i18n import translate
from zope.i18nmessageid import Message


logger = logging.getLogger("collective.clientportal.notices")

# Seconds. Shorter than the worker's own pause: once the disk has room again, what became of a mail must be
# stored before somebody leases it.
SETTLE_PAUSE = 0.2
COMPOSE_TRIES = 20

# Python loses the quotation marks around a name when it folds its line: "Berger, evil@else.example" would
# be two addresses then. So no line is folded that RFC 5322 allows, and names are kept short.
UNFOLDED = SMTP.clone(max_line_length=998)
MOST_OF_NAME = 80


class NotNow(Exception):
    """A notice is not sent; `reason` says why, in words."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return str(translate(self.reason, target_language=api.portal.get_default_language()))


class NotDue(NotNow):
    """The notice must not be sent any more."""


class NotReady(NotNow):
    """The notice cannot be sent yet."""


def send_due(mailer: Any, most: int = 100, is_over: Callable[[], bool] = lambda: False) -> int:
    """Send what is due, each mail in transactions of its own; return how many were sent.

    At most so many, and none any more as soon as `is_over` says so.

    `mailer` has `send(sender, [recipient], bytes)`, which returns when the server has taken the mail and
    raises an SMTPException or OSError otherwise (zope.sendmail.interfaces.ISMTPMailer). To be called
    outside any transaction with changes: it commits.
    """
    sent = 0
    for _round in range(most):
        transaction.begin()
        if is_over() or held() is not None:
            break
        entry = outbox.lease(now())
        if entry is None:
            break
        try:
            transaction.commit()
        except ConflictError:
            # Another sender has it, or somebody wrote at this moment.
            transaction.abort()
            time.sleep(random.uniform(0, 0.05))
            continue
        sent += _send_one(entry, mailer)
        # A slow mail server makes a round long.
        rounds.done("send")
    transaction.abort()
    return sent


def held() -> Message | None:
    """Return why no mail at all can leave: a setting that is missing; or None."""
    if not settings.base_url():
        return _("not_ready_base", default="The base address of links is not set.")
    if not api.portal.get_registry_record("plone.email_from_address", default=None):
        return _("not_ready_sender", default="The sender's e-mail address is not set.")
    return None


def compose(entry: OutboxEntry) -> EmailMessage:
    """Return the mail for an outbox entry. Raises NotDue, NotReady."""
    reason = held()
    if reason is not None:
        raise NotReady(reason)
    sender = api.portal.get_registry_record("plone.email_from_address")
    if not notice_texts.is_on(entry.event):
        raise NotDue(_("not_due_off", default="Mails about this are switched off."))
    user = api.user.get(userid=entry.recipient)
    if user is None:
        raise NotDue(_("not_due_account", default="This person has no account any more."))
    if accounts.is_deactivated(entry.recipient):
        raise NotDue(_("not_due_deactivated", default="This person's account is deactivated."))
    text = _filled(entry, f"{settings.base_url()}/{_link(entry)}")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_name(settings.firm_name()), addr_spec=sender)
    message["To"] = Address(
        _name(user.getProperty("fullname", "") or ""),
        addr_spec=accounts.normalise(user.getProperty("email")),
    )
    message["Subject"] = _one_line(text.subject)
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<clientportal-{entry.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(f"{texts.plain(text.body)}\n", cte="quoted-printable")
    message["Content-Language"] = accounts.language(entry.recipient)
    return message


def preview(entry: OutboxEntry) -> notice_texts.Text:
    """Return the words of a mail as they are now, for those who manage the portal.

    Where its link would let its reader in, it is left out.
    """
    access.require(access.MANAGE_PORTAL, api.portal.get())
    if entry.event in (notice_texts.REGISTRATION, notice_texts.RESET):
        path = "@@choose-password?token=…"
    else:
        try:
            path = _link(entry)
        except NotNow:
            path = "…"
    return _filled(entry, f"{settings.base_url()}/{path}")


def _filled(entry: OutboxEntry, link: str) -> notice_texts.Text:
    """Return subject and text of a mail in the recipient's language."""
    text = notice_texts.text(entry.event, accounts.language(entry.recipient))
    name = accounts.full_name(entry.recipient)
    if not name:
        text = text.without_name()
    return text.filled({"firm": settings.firm_name(), "name": name, "link": link})


def _send_one(entry: OutboxEntry, mailer: Any) -> bool:
    try:
        message, mail = _composed(entry)
    except NotDue as reason:
        _settle(outbox.settle_cancelled, entry, str(reason))
        return False
    except NotReady as reason:
        _settle(outbox.postpone, entry, str(reason), now())
        return False
    except (PortalError, ValueError) as error:
        # The address or a name is none that a mail can be made for.
        _settle(outbox.settle_refused, entry, _describe(error))
        return False
    except Exception as error:
        logger.exception("A mail could not be made.")
        _settle(outbox.settle_failed, entry, type(error).__name__, now())
        return False
    try:
        mailer.send(
            message["From"].addresses[0].addr_spec,
            [message["To"].addresses[0].addr_spec],
            mail,
        )
    except (SMTPException, OSError, RuntimeError) as error:
        if _is_final(error):
            _settle(outbox.settle_refused, entry, _describe(error))
        else:
            _settle(outbox.settle_failed, entry, _describe(error), now())
        return False
    _settle(outbox.settle_sent, entry)
    return True


def _composed(entry: OutboxEntry) -> tuple[EmailMessage, bytes]:
    """Return the mail for an entry and its bytes; a token made for its link is stored before it leaves."""
    tries = 0
    while True:
        transaction.begin()
        try:
            message = compose(entry)
            mail = message.as_bytes(policy=UNFOLDED)
            transaction.commit()
            return message, mail
        except ConflictError:
            transaction.abort()
            tries += 1
            if tries == COMPOSE_TRIES:
                raise
            time.sleep(random.uniform(0, 0.05))


def _settle(how: Callable[..., None], entry: OutboxEntry, *args: Any) -> None:
    """Write down what became of an entry; tried until it is stored, or a mail would go out twice.

    The disk may be full, the database gone: it is tried for as long as this process lives. Nothing else can
    be sent meanwhile; the health page tells that no round of the sender comes to an end.
    """
    told = False
    while True:
        try:
            transaction.abort()
            transaction.begin()
            how(entry, *args)
            transaction.commit()
            return
        except ConflictError:
            time.sleep(random.uniform(0, 0.05))
        except Exception:
            if not told:
                logger.exception("What became of a mail is not stored yet; trying on.")
                told = True
            time.sleep(SETTLE_PAUSE)


def _link(entry: OutboxEntry) -> str:
    """Return the path behind the base address, after checking that the notice is still due."""
    if entry.event in (notice_texts.REGISTRATION, notice_texts.RESET):
        return _password_link(entry)
    if entry.event == notice_texts.CREDENTIALS:
        return "@@forgot-password"
    portal = api.portal.get()
    matter = access.unchecked_matter(entry.matter)
    if matter is None:
        raise NotDue(_("not_due_matter", default="The matter is gone."))
    inside = "/".join(matter.getPhysicalPath()[len(portal.getPhysicalPath()) :])
    if entry.event in (notice_texts.RECEIVED, notice_texts.REPLY):
        if entry.recipient not in rosters.team(matter):
            raise NotDue(_("not_due_team", default="This person is not on the matter any more."))
        if entry.event == notice_texts.REPLY:
            return f"{inside}/@@messages?thread={entry.target}"
        return f"{inside}/@@portal-contents"
    room = matter.get(entry.target)
    if room is None:
        raise NotDue(_("not_due_room", default="The folder or thread is gone."))
    if entry.recipient not in rosters.readers(room):
        raise NotDue(_("not_due_unseen", default="This person cannot see it any more."))
    if entry.event == notice_texts.DOCUMENTS and not shares.is_shared(room, entry.item):
        raise NotDue(_("not_due_ended", default="Sharing has ended."))
    if entry.event == notice_texts.MESSAGE and int(entry.item) in room.recalled:
        raise NotDue(_("not_due_recalled", default="The message was recalled."))
    if not matter.portal_enabled:
        # On again, everything is as before (decision 7).
        if now() - entry.created > outbox.GIVE_UP_AFTER:
            raise NotDue(_("not_due_portal", default="The portal of this matter stayed off."))
        raise NotReady(_("not_ready_portal", default="The portal of this matter is off."))
    return f"{inside}/{room.getId()}/@@portal"


def _password_link(entry: OutboxEntry) -> str:
    person = accounts.person(entry.recipient)
    if person is not None and not person.activated and not rosters.named_in(entry.recipient):
        raise NotDue(_("not_due_removed", default="This person is not on any matter any more."))
    if entry.event == notice_texts.REGISTRATION:
        if person is None or person.activated:
            raise NotDue(_("not_due_active", default="This person has chosen a password already."))
        if entry.id != person.registration:
            raise NotDue(
                _("not_due_newer", default="A newer registration mail has taken its place.")
            )
        purpose = links.INVITATION
    else:
        purpose = links.RESET
    if not links.holds(entry.token):
        entry.token = links.new(entry.recipient, purpose)
    return f"@@choose-password?token={quote(entry.token)}"


def _name(text: str) -> str:
    return _one_line(text)[:MOST_OF_NAME].strip()


def _one_line(text: str) -> str:
    """Return `text` without control characters and without what looks like an encoded word already."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.replace("=?", "").split())


def _is_final(error: Exception) -> bool:
    if isinstance(error, SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _reply in error.recipients.values())
    return isinstance(error, SMTPDataError) and 500 <= error.smtp_code < 600


def _describe(error: Exception) -> str:
    if isinstance(error, SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return f"{code} {reply.decode(errors='replace')}"
    return f"{type(error).__name__}: {error}"[:300]
