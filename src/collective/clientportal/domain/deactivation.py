"""Keeping a client from logging in, for a while or for good, and what becomes of a deleted user."""

import logging
from collective.clientportal import _
from collective.clientportal.content.registers import Person
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import rosters
from collective.clientportal.domain import second_factor
from collective.clientportal.domain import sessions
from collective.clientportal.domain import texts
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.registers import registers
from collective.clientportal.events import AccountDeactivated
from collective.clientportal.events import AccountReactivated
from plone import api
from zope.event import notify


logger = logging.getLogger("collective.clientportal.accounts")


class RetiredId(Refused):
    """The user id belonged to somebody who was deleted: nobody gets it again."""


def deactivate(user_id: str, reason: str = "") -> None:
    """Keep a client from logging in: access, sessions, tokens and links end at once.

    They stay named on their matters, and nothing else of theirs changes. For those who manage the portal.
    Raises NotThere.
    """
    person = _client(user_id)
    if person.deactivated is None:
        person.reason = texts.line(reason, 200)
        _shut_out(person)


def reactivate(user_id: str) -> None:
    """Let a client log in again: everything is as it was before. For those who manage the portal.

    Raises NotThere.
    """
    person = _client(user_id)
    if person.deactivated is None:
        return
    person.deactivated = None
    person.reason = ""
    _tell(AccountReactivated, user_id)
    logger.info("Account %s reactivated by %s.", user_id, access.current_user_id())


def log_out_everywhere(user_id: str) -> None:
    """End all sessions of somebody who has an account here. For those who manage the portal.

    Raises NotThere.
    """
    _require(user_id)
    sessions.end_everywhere(user_id)
    logger.info("Sessions of %s ended by %s.", user_id, access.current_user_id())


def remove_second_factor(user_id: str) -> None:
    """Take somebody's second factor away, who has lost it. For those who manage the portal.

    Raises NotThere.
    """
    _require(user_id)
    second_factor.remove(user_id)
    sessions.end(user_id)
    logger.info("Second factor of %s removed by %s.", user_id, access.current_user_id())


def retire(user_id: str) -> None:
    """Let nothing be left open for a user who was deleted, nor for anybody who is given the same id."""
    registers().retired.insert(user_id)
    second_factor.remove(user_id)
    person = accounts.person(user_id)
    if person is None:
        # Of a member of the firm: the team of a restricted matter.
        registers().rosters.pop(user_id, None)
        sessions.shut_out(user_id)
        return
    if registers().addresses.get(person.email) == user_id:
        del registers().addresses[person.email]
    _shut_out(person)


def check_new_id(user_id: str) -> None:
    """Raise RetiredId where a user was made with the id of one who was deleted."""
    if user_id in registers().retired:
        raise RetiredId(
            _(
                "error_retired_id",
                default="The user id “${id}” belonged to somebody who was deleted, and is not given again.",
                mapping={"id": user_id},
            )
        )


def _shut_out(person: Person) -> None:
    person.deactivated = now()
    sessions.shut_out(person.user_id)
    _tell(AccountDeactivated, person.user_id)
    logger.info("Account %s deactivated by %s.", person.user_id, access.current_user_id())


def _tell(event: type[AccountDeactivated | AccountReactivated], user_id: str) -> None:
    """Let the rosters of all matters that name a client follow, and the journals know."""
    actor = access.current_user_id()
    for uid in rosters.named_in(user_id):
        matter = access.unchecked_matter(uid)
        if matter is not None:
            rosters.refresh(matter, [user_id])
            notify(event(matter, actor, user_id, (user_id,)))


def _client(user_id: str) -> Person:
    _require(user_id)
    person = accounts.person(user_id)
    if person is None:
        raise NotThere(_("error_not_there", default="This is not there."))
    return person


def _require(user_id: str) -> None:
    access.require(access.MANAGE_PORTAL, api.portal.get())
    if api.user.get(userid=user_id) is None:
        raise NotThere(_("error_not_there", default="This is not there."))
