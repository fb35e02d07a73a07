"""What has happened: every act of the portal is told as one of these events.

An event carries values, not questions: who did it, to what, for whom, with which files. That is all
that the journal and the notices need.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from types import MappingProxyType
from typing import Any
from typing import ClassVar
from zope.interface import Attribute
from zope.interface import implementer
from zope.interface import Interface


@dataclass(frozen=True)
class FileRecord:
    """One file as the journal keeps it: size in bytes, sha256 as 64 hexadecimal digits."""

    uid: str
    filename: str
    size: int
    sha256: str


@dataclass(frozen=True)
class PasswordResetRequested:
    """Somebody wants to choose a new password for the account with this user id."""

    user_id: str


@dataclass(frozen=True)
class SecondFactorChanged:
    """The second factor of the account with this user id was switched on or removed."""

    user_id: str


class IMatterEvent(Interface):
    """Something was done in a matter."""

    name = Attribute("The event's name in the journal")
    matter = Attribute("The matter")
    actor = Attribute("User id of the person who did it")
    subject = Attribute("UID or user id of the thing or person it was done to")
    recipients = Attribute("User ids of the people it concerns")
    files = Attribute("Tuple of FileRecord")
    details = Attribute("Mapping of plain values that belong to this event")


@implementer(IMatterEvent)
@dataclass(frozen=True)
class MatterEvent:
    """The values every event of a matter carries; see IMatterEvent."""

    name: ClassVar[str]

    matter: Any
    actor: str
    subject: str
    recipients: tuple[str, ...] = ()
    files: tuple[FileRecord, ...] = ()
    details: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


class MatterCreated(MatterEvent):
    """A matter was opened."""

    name = "matter_created"


class MatterChanged(MatterEvent):
    """Title, reference, team, restriction or resubmission date changed."""

    name = "matter_changed"


class PortalSwitchedOn(MatterEvent):
    """The matter's portal was opened to its clients."""

    name = "portal_switched_on"


class PortalSwitchedOff(MatterEvent):
    """The matter's portal was closed to its clients."""

    name = "portal_switched_off"


class ParticipantInvited(MatterEvent):
    """A client was named on the matter."""

    name = "participant_invited"


class AccountCreated(MatterEvent):
    """An account was made for a client who had none: a registration mail is due."""

    name = "account_created"


class RegistrationRequested(MatterEvent):
    """Staff asked for the registration mail to be sent once more."""

    name = "registration_requested"


class AddressCorrected(MatterEvent):
    """The e-mail address of a client who has no password yet was corrected."""

    name = "address_corrected"


class AccountActivated(MatterEvent):
    """A client chose a password for the first time."""

    name = "account_activated"


class AccountDeactivated(MatterEvent):
    """A client of the matter was kept from logging in, or the account was deleted."""

    name = "account_deactivated"


class AccountReactivated(MatterEvent):
    """A client of the matter may log in again."""

    name = "account_reactivated"


class ParticipantChanged(MatterEvent):
    """A client's part or rights in the matter changed."""

    name = "participant_changed"


class ParticipantRemoved(MatterEvent):
    """A client was taken off the matter."""

    name = "participant_removed"


class FolderCreated(MatterEvent):
    """A portal folder was made."""

    name = "folder_created"


class FolderChanged(MatterEvent):
    """A portal folder got another title or other readers."""

    name = "folder_changed"


class FolderOpened(MatterEvent):
    """Clients were let into a portal folder that holds documents already."""

    name = "folder_opened"


class ThreadCreated(MatterEvent):
    """A message thread was made."""

    name = "thread_created"


class MessageSent(MatterEvent):
    """Staff sent a message to clients."""

    name = "message_sent"


class MessageReceived(MatterEvent):
    """A client wrote a message."""

    name = "message_received"


class MessageRecalled(MatterEvent):
    """A handler took back a message that staff had sent."""

    name = "message_recalled"


class NoteWritten(MatterEvent):
    """Staff wrote an internal note."""

    name = "note_written"


class MessageOpened(MatterEvent):
    """A client opened or confirmed a message for the first time."""

    name = "message_opened"


class DocumentsReleased(MatterEvent):
    """Documents were released to a portal folder."""

    name = "documents_released"


class SharingEnded(MatterEvent):
    """Sharing of documents was ended."""

    name = "sharing_ended"


class DocumentsReceived(MatterEvent):
    """A client uploaded documents into a portal folder."""

    name = "documents_received"


class DocumentFetched(MatterEvent):
    """A client fetched a document from a page of the portal."""

    name = "document_fetched"


class NoticeResent(MatterEvent):
    """Staff had a mail tried again that had been refused or given up; `subject`: the thread or folder."""

    name = "notice_resent"


class FileQuarantined(MatterEvent):
    """The virus scanner found something in a file on its way into the matter: it was set aside."""

    name = "file_quarantined"
