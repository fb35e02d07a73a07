"""The list of matters: filtered, sorted, with the status of each (B30, B37).

Filters and orders need the cards of the matters only; of a long list those on the page are woken.
"""

from collections.abc import Callable
from collective.clientportal.content.matter import Matter
from collective.clientportal.domain import access
from collective.clientportal.domain import turns
from collective.clientportal.domain.cards import Card
from collective.clientportal.domain.registers import registers
from collective.clientportal.domain.status import Row
from collective.clientportal.domain.status import Status
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import UTC
from typing import Any


NEVER = datetime.max.replace(tzinfo=UTC)
PLACES = {status: place for place, status in enumerate(Status)}


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


ORDERS: dict[str, Callable[[Card], Any]] = {
    "reference": lambda card: card.reference.casefold(),
    "title": lambda card: card.title.casefold(),
    "portal": lambda card: not card.portal_enabled,
    "status": lambda card: PLACES[card.status],
    "resubmission": lambda card: card.resubmission or date.max,
    "acknowledged_on": lambda card: card.settled or NEVER,
    "unread": lambda card: -card.unseen,
}


class Found:
    """The matters that a query finds for the person who acts, in its order; slices of it are rows."""

    def __init__(self, query: Query) -> None:
        known = registers().cards
        restricted = ((uid, card.restricted) for uid, card in known.items())
        self._cards = {uid: known[uid] for uid in access.listed(restricted)}
        found = [pair for pair in self._cards.items() if _fits(query, pair[1])]
        found.sort(key=lambda pair: ORDERS["reference"](pair[1]))
        if query.sort_on in ORDERS and query.sort_on != "reference":
            order = ORDERS[query.sort_on]
            found.sort(key=lambda pair: order(pair[1]), reverse=query.reverse)
        elif query.reverse:
            found.reverse()
        self._uids = [uid for uid, _card in found]

    def __len__(self) -> int:
        return len(self._uids)

    def teams(self) -> set[str]:
        """Return the user ids of everybody on the team of a matter that the person may see."""
        return {user_id for card in self._cards.values() for user_id in card.team}

    def __getitem__(self, part: slice) -> list[MatterRow]:
        return _rows(self._uids[part])


def row(matter: Matter) -> MatterRow:
    """Return a matter as the list shows it."""
    return MatterRow(matter, turns.matter_row(matter), len(matter.unseen.keys(1)))


def _fits(query: Query, card: Card) -> bool:
    words = query.words.casefold().split()
    text = f"{card.reference} {card.title}".casefold() if words else ""
    return (
        all(word in text for word in words)
        and query.handler in ("", *card.team)
        and query.status in ("", card.status)
        and (card.restricted or not query.restricted)
    )


def _rows(uids: list[str]) -> list[MatterRow]:
    """Return rows for matters given by UID; what may not be seen, whatever the catalog says, is left out."""
    found = (access.matter_or_none(uid) for uid in uids)
    return [row(matter) for matter in found if matter is not None]
