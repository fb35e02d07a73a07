"""The list of matters: filtered, sorted, with the status of each (B30, B37).

Filters and most orders need the cards of the matters only; of a long list those on the page are woken.
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


CARD_ORDERS: dict[str, Callable[[Card], Any]] = {
    "reference": lambda card: card.reference.casefold(),
    "title": lambda card: card.title.casefold(),
    "portal": lambda card: not card.portal_enabled,
    "status": lambda card: list(Status).index(card.status),
    "resubmission": lambda card: card.resubmission or date.max,
}
# These wake every matter that the query finds.
ROW_ORDERS: dict[str, Callable[[MatterRow], Any]] = {
    "acknowledged_on": lambda row: row.acknowledged_on or NEVER,
    "unread": lambda row: -row.unseen,
}


class Found:
    """The matters that a query finds for the person who acts, in its order; slices of it are rows."""

    def __init__(self, query: Query) -> None:
        self._cards = _visible()
        uids = [uid for uid, card in self._cards.items() if _fits(query, card)]
        self._rows: list[MatterRow] | None = None
        if query.sort_on in ROW_ORDERS:
            self._rows = _rows(uids)
            self._rows.sort(key=ROW_ORDERS[query.sort_on], reverse=query.reverse)
        else:
            order = CARD_ORDERS.get(query.sort_on, CARD_ORDERS["reference"])
            uids.sort(key=lambda uid: order(self._cards[uid]), reverse=query.reverse)
        self._uids = uids

    def __len__(self) -> int:
        return len(self._uids if self._rows is None else self._rows)

    def teams(self) -> set[str]:
        """Return the user ids of everybody on the team of a matter that the person may see."""
        return {user_id for card in self._cards.values() for user_id in card.team}

    def __getitem__(self, part: slice) -> list[MatterRow]:
        return _rows(self._uids[part]) if self._rows is None else self._rows[part]


def row(matter: Matter) -> MatterRow:
    """Return a matter as the list shows it."""
    return MatterRow(matter, turns.matter_row(matter), len(matter.unseen))


def _visible() -> dict[str, Card]:
    """Return UID → card of the matters that the catalog gives to the person who acts, by reference."""
    known = registers().cards
    uids = access.matter_uids()
    found = [(uid, known[uid]) for uid in uids]
    return dict(sorted(found, key=lambda pair: CARD_ORDERS["reference"](pair[1])))


def _fits(query: Query, card: Card) -> bool:
    text = f"{card.reference} {card.title}".casefold()
    return (
        all(word in text for word in query.words.casefold().split())
        and query.handler in ("", *card.team)
        and query.status in ("", card.status)
        and (card.restricted or not query.restricted)
    )


def _rows(uids: list[str]) -> list[MatterRow]:
    """Return rows for matters given by UID; what may not be seen, whatever the catalog says, is left out."""
    found = (access.matter_or_none(uid) for uid in uids)
    return [row(matter) for matter in found if matter is not None]
