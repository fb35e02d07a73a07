"""The accounts of the site as those who manage the portal see them; nothing of any matter."""

from collections.abc import Iterator
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import rosters
from collective.clientportal.domain import second_factor
from collective.clientportal.domain.registers import registers
from dataclasses import dataclass
from datetime import datetime
from datetime import UTC
from plone import api
from typing import Any


CLIENTS = "clients"
STAFF = "staff"

# What Plone keeps for somebody who has never logged in.
NEVER = datetime(2000, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class AccountInfo:
    """An account. `state`: "invited", "active" or "deactivated"; times in UTC; `reason`: of deactivating."""

    id: str
    name: str
    login: str
    state: str
    second_factor: bool
    last_login: datetime | None
    deactivated: datetime | None = None
    reason: str = ""


def listing(kind: str = CLIENTS, words: str = "") -> list[AccountInfo]:
    """Return the accounts of CLIENTS or STAFF whose name or login name holds all of `words`, by name.

    For those who manage the portal.
    """
    access.require(access.MANAGE_PORTAL, api.portal.get())
    wanted = words.casefold().split()
    found = (
        info
        for info in (_clients() if kind == CLIENTS else _staff())
        if all(word in f"{info.name} {info.login}".casefold() for word in wanted)
    )
    return sorted(found, key=lambda info: (info.name.casefold(), info.login))


def _clients() -> Iterator[AccountInfo]:
    for user_id, person in registers().people.items():
        user = api.user.get(userid=user_id)
        if user is not None:
            state = accounts.state(user_id)
            yield _info(user, state, person.deactivated, person.reason)


def _staff() -> Iterator[AccountInfo]:
    groups = (rosters.STAFF, rosters.ADMINISTRATORS)
    members = [user for group in groups for user in api.user.get_users(groupname=group)]
    for user in {user.getId(): user for user in members}.values():
        yield _info(user, "active")


def _info(
    user: Any, state: str, deactivated: datetime | None = None, reason: str = ""
) -> AccountInfo:
    last = user.getProperty("login_time", None)
    at = last.asdatetime().astimezone(UTC) if last else None
    return AccountInfo(
        id=user.getId(),
        name=str(user.getProperty("fullname") or user.getUserName()),
        login=user.getUserName(),
        state=state,
        second_factor=second_factor.is_on(user.getId()),
        last_login=at if at is not None and at > NEVER else None,
        deactivated=deactivated,
        reason=reason,
    )
