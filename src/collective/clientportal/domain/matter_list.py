"""The list of matters: filtered, sorted, with the status of each (B30, B37)."""

from collections.abc import Callable
from collective.clientportal.content.matter import Matter
from collective.clientportal.domain import access
from collective.clientportal.domain import messages
from collective.clientportal.domain import rosters
from collective.clientportal.domain.status import Row
from collective.clientportal.domain.status import Status
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import UTC
from plone import api
from typing import Any


NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class MatterRow:
    """A matter in the list. `row`: whose turn it is; `unseen`: clients' messages that nobody has seen."""

    matter: Matter
    row: Row | None
    unseen: int

    @property
    def status(self) -> Status:
        """Whose turn it is."""
        return self.row.status if self.row is not None else Status.NONE

    @property
    def acknowledged_on(self) -> datetime | None:
        """The date that belongs to the current status (B31), UTC."""
        return self.row.settled if self.row is not None else None


@dataclass(frozen=True)
class Query:
    """What to list: words of reference and title, a handler or assistant (user id), a status, an order."""

    words: str = ""
    handler: str = ""
    status: str = ""
    restricted: bool = False
    sort_on: str = "reference"
    reverse: bool = False


ORDERS: dict[str, Callable[[MatterRow], Any]] = {
    "reference": lambda row: row.matter.reference.casefold(),
    "title": lambda row: row.matter.title.casefold(),
    "portal": lambda row: not row.matter.portal_enabled,
    "status": lambda row: list(Status).index(row.status),
    "acknowledged_on": lambda row: row.acknowledged_on or NEVER,
    "resubmission": lambda row: row.matter.resubmission or date.max,
    "unread": lambda row: -row.unseen,
}


def visible() -> list[Matter]:
    """Return the matters that the person who acts may see."""
    found = (brain._unrestrictedGetObject() for brain in api.content.find(portal_type="Matter"))
    return [matter for matter in found if access.can_see(matter)]


def rows(query: Query) -> list[MatterRow]:
    """Return the matters that the person who acts may see and the query asks for, in its order."""
    words = query.words.casefold().split()
    chosen = (
        matter
        for matter in visible()
        if all(word in f"{matter.reference} {matter.title}".casefold() for word in words)
        and (not query.handler or query.handler in rosters.team(matter))
        and (not query.restricted or matter.restricted)
    )
    found = [row(matter) for matter in chosen]
    if query.status:
        found = [row for row in found if row.status == query.status]
    order = ORDERS.get(query.sort_on, ORDERS["reference"])
    return sorted(found, key=order, reverse=query.reverse)


def row(matter: Matter) -> MatterRow:
    """Return a matter as the list shows it."""
    return MatterRow(matter, messages.matter_row(matter), len(matter.unseen))
