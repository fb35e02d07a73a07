"""The clients of a matter: inviting them, their rights, taking them off again."""

from collective.clientportal import _
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.matter import Participant
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import outbox
from collective.clientportal.domain import rosters
from collective.clientportal.domain import sessions
from collective.clientportal.domain import texts
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.registers import registers
from collective.clientportal.domain.registers import uid_of
from collective.clientportal.events import AccountActivated
from collective.clientportal.events import AccountCreated
from collective.clientportal.events import AddressCorrected
from collective.clientportal.events import ParticipantChanged
from collective.clientportal.events import ParticipantInvited
from collective.clientportal.events import ParticipantRemoved
from collective.clientportal.events import RegistrationRequested
from dataclasses import dataclass
from datetime import datetime
from plone import api
from zope.event import notify


class AlreadyThere(Refused):
    """This person takes part in the matter already."""


class ActiveAlready(Refused):
    """This person has chosen a password already: no registration mail is due."""


@dataclass(frozen=True)
class ParticipantInfo:
    """A client as staff see them. `state`: "invited", "active" or "deactivated"; times in UTC.

    `mail_failed`: whether mails about the matter could not be delivered, as far as the mail server says.
    """

    id: str
    email: str
    fullname: str
    party: str
    may_write: bool
    state: str
    added: datetime
    activated: datetime | None
    mail_failed: bool = False
    deactivated: datetime | None = None

    @property
    def since(self) -> datetime:
        """When this state began."""
        return self.deactivated or self.activated or self.added

    @property
    def name(self) -> str:
        """What to call the client."""
        return self.fullname or self.email


def invite(
    matter: Matter, email: str, fullname: str = "", party: str = "", may_write: bool = True
) -> ParticipantInfo:
    """Name a client on a matter; an account is made where the address has none (B6).

    A new person is due a registration mail, a known one is not (decision 6). `party`: the client's
    part in the matter. Raises BadAddress, StaffAddress, AlreadyThere.
    """
    access.require(access.MANAGE_PARTICIPANTS, matter)
    account = accounts.ensure(email, fullname)
    user_id = account.user_id
    if user_id in matter.participants:
        raise AlreadyThere(
            _(
                "error_already_there",
                default="${address} takes part in this matter already.",
                mapping={"address": accounts.normalise(email)},
            )
        )
    actor = access.current_user_id()
    forgotten = not account.created and not rosters.named_in(user_id)
    matter.participants[user_id] = Participant(
        user_id, texts.line(party, 100), may_write, now(), actor
    )
    rosters.refresh(matter, [user_id])
    notify(
        ParticipantInvited(
            matter,
            actor,
            user_id,
            (user_id,),
            details={"party": texts.line(party, 100), "may_write": may_write},
        )
    )
    if account.created:
        notify(AccountCreated(matter, actor, user_id, (user_id,)))
    elif forgotten and not registers().people[user_id].activated:
        # Their links ended when they were taken off their last matter.
        notify(RegistrationRequested(matter, actor, user_id, (user_id,)))
    return info(matter, user_id)


def change(
    matter: Matter, user_id: str, may_write: bool | None = None, party: str | None = None
) -> ParticipantInfo:
    """Change a client's right to write or part in the matter; None leaves it. Raises NotThere."""
    access.require(access.MANAGE_PARTICIPANTS, matter)
    participant = _participant(matter, user_id)
    changes: dict[str, bool | str] = {}
    if may_write is not None and may_write != participant.may_write:
        participant.may_write = changes["may_write"] = may_write
    if party is not None and texts.line(party, 100) != participant.party:
        participant.party = changes["party"] = texts.line(party, 100)
    if changes:
        rosters.refresh(matter, [user_id])
        actor = access.current_user_id()
        notify(ParticipantChanged(matter, actor, user_id, (user_id,), details=changes))
    return info(matter, user_id)


def correct_address(matter: Matter, user_id: str, address: str) -> ParticipantInfo:
    """Correct the address of a client without a password yet, and send the registration mail there.

    What was done for them before stays theirs (C10). Raises NotThere, ActiveAlready, and what
    `accounts.correct` raises.
    """
    access.require(access.MANAGE_PARTICIPANTS, matter)
    _participant(matter, user_id)
    _check_invited(user_id)
    accounts.correct(user_id, address)
    actor = access.current_user_id()
    notify(AddressCorrected(matter, actor, user_id, (user_id,)))
    notify(RegistrationRequested(matter, actor, user_id, (user_id,)))
    return info(matter, user_id)


def remove(matter: Matter, user_id: str) -> None:
    """Take a client off a matter; their access ends at once, with their last matter their sessions, too.

    The account stays, with its password: invited again, they log in as before. Raises NotThere.
    """
    access.require(access.MANAGE_PARTICIPANTS, matter)
    _participant(matter, user_id)
    del matter.participants[user_id]
    rosters.refresh(matter, [user_id])
    for room in rosters.rooms(matter):
        readers = room.readers or ()
        if user_id in readers:
            # Invited again some day, the person starts without the folders and threads of today.
            room.readers = tuple(reader for reader in readers if reader != user_id)
    if not rosters.named_in(user_id):
        sessions.shut_out(user_id)
    notify(ParticipantRemoved(matter, access.current_user_id(), user_id, (user_id,)))


def resend_registration(matter: Matter, user_id: str) -> None:
    """Have the registration mail sent again; older links are void. Raises NotThere, ActiveAlready."""
    access.require(access.MANAGE_PARTICIPANTS, matter)
    _participant(matter, user_id)
    _check_invited(user_id)
    notify(RegistrationRequested(matter, access.current_user_id(), user_id, (user_id,)))


def activate(token: str, password: str) -> str:
    """Choose a password with the token of a registration or reset mail; return the login name.

    Raises links.BadLink, passwords.BadPassword.
    """
    user_id = accounts.choose_password(token, password)
    person = accounts.person(user_id)
    if person is not None and person.activated is None:
        person.activated = now()
        for uid in rosters.matters_of(user_id):
            matter = access.unchecked_matter(uid)
            notify(AccountActivated(matter, user_id, user_id, (user_id,)))
    return str(api.user.get(userid=user_id).getUserName())


def listing(matter: Matter) -> list[ParticipantInfo]:
    """Return all clients of a matter, by name; for those who manage them."""
    access.require(access.MANAGE_PARTICIPANTS, matter)
    return sorted(
        (info(matter, user_id) for user_id in matter.participants),
        key=lambda client: client.name.casefold(),
    )


def info(matter: Matter, user_id: str) -> ParticipantInfo:
    """Return one client of a matter; no check of who asks. Raises NotThere."""
    participant = _participant(matter, user_id)
    person = registers().people[user_id]
    user = api.user.get(userid=user_id)
    return ParticipantInfo(
        id=user_id,
        email=person.email,
        fullname=user.getProperty("fullname", "") if user is not None else "",
        party=participant.party,
        may_write=participant.may_write,
        state=accounts.state(user_id),
        added=participant.added,
        activated=person.activated,
        mail_failed=bool(outbox.failed_for(user_id, uid_of(matter))),
        deactivated=person.deactivated,
    )


def _check_invited(user_id: str) -> None:
    if registers().people[user_id].activated:
        raise ActiveAlready(
            _("error_active_already", default="This person has chosen a password already.")
        )


def _participant(matter: Matter, user_id: str) -> Participant:
    participant = matter.participants.get(user_id)
    if participant is None:
        raise NotThere(
            _("error_no_participant", default="No such person takes part in this matter.")
        )
    return participant
