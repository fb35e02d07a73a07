"""Whom a message can be addressed to: suggestions with three filters (B18)."""

from collections.abc import Iterator
from collective.clientportal.content.matter import Matter
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import rosters
from collective.clientportal.domain.registers import registers
from dataclasses import dataclass
from itertools import islice
from plone import api


MATTER = "matter"
CLIENTS = "clients"
ALL = "all"
MOST = 20


@dataclass(frozen=True)
class Suggestion:
    """A person to address. `id` is "" for somebody who has no account; `party` their part in the matter."""

    id: str
    email: str
    fullname: str
    party: str
    in_matter: bool


def suggestions(matter: Matter, words: str = "", scope: str = MATTER) -> list[Suggestion]:
    """Return at most MOST people whose name or address holds all of `words`; for those who may share.

    `scope`: the clients of this MATTER, all CLIENTS of the firm, or ALL people known to the site. Clients who
    take part in nothing but matters that the person who acts may not see are left out.
    """
    access.require(access.MANAGE_PARTICIPANTS, matter)
    wanted = words.casefold().split()
    found = (
        person
        for person in _people(matter, scope)
        if all(word in f"{person.fullname} {person.email}".casefold() for word in wanted)
        and (person.in_matter or _may_be_known(person.id))
    )
    return list(islice(found, MOST))


def _people(matter: Matter, scope: str) -> Iterator[Suggestion]:
    for user_id in matter.participants:
        yield _suggestion(matter, user_id)
    if scope in (CLIENTS, ALL):
        for user_id in registers().people:
            if user_id not in matter.participants:
                yield _suggestion(matter, user_id)
    if scope == ALL:
        for user in api.user.get_users():
            outside = access.INSIDERS.isdisjoint(user.getRoles())
            if outside and user.getId() not in registers().people and user.getProperty("email"):
                yield _suggestion(matter, user.getId())


def _suggestion(matter: Matter, user_id: str) -> Suggestion:
    user = api.user.get(userid=user_id)
    participant = matter.participants.get(user_id)
    person = accounts.person(user_id)
    return Suggestion(
        id=user_id,
        email=person.email if person is not None else user.getProperty("email"),
        fullname=user.getProperty("fullname", "") if user is not None else "",
        party=participant.party if participant is not None else "",
        in_matter=participant is not None,
    )


def _may_be_known(user_id: str) -> bool:
    """Tell whether the person who acts may learn that somebody is a client."""
    found = [access.matter_or_none(uid) for uid in rosters.named_in(user_id)]
    return not found or any(found)
