"""The card index of matters: what a list of them is filtered and sorted by, without waking one.

A matter has one card, replaced whenever something on it changes. What changes with every message is written
by the sealer alone, within seconds: two people who write in one matter at once would otherwise both write its
card.
"""

from collective.clientportal.content.matter import Matter
from collective.clientportal.domain import rosters
from collective.clientportal.domain.registers import registers
from collective.clientportal.domain.registers import uid_of
from collective.clientportal.domain.status import Status
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import datetime


@dataclass(frozen=True)
class Card:
    """A matter's card. `team`: user ids of handlers and assistants; `status`: whose turn it is.

    Some seconds old at most: `settled`, the date that belongs to the status (UTC), and `unseen`, how many
    messages of clients nobody has seen.
    """

    reference: str
    title: str
    team: tuple[str, ...]
    restricted: bool
    portal_enabled: bool
    resubmission: date | None
    status: Status = Status.NONE
    settled: datetime | None = None
    unseen: int = 0

    def __lt__(self, other: "Card") -> bool:
        """Order cards in some way, for BTrees to merge what two people write at once."""
        return repr(self) < repr(other)


def of(uid: str) -> Card:
    """Return the card of a matter; KeyError where there is none."""
    return registers().cards[uid]


def note(matter: Matter) -> None:
    """Bring the card of `matter` up to date with its fields; the status stays."""
    uid = uid_of(matter)
    known = registers().cards.get(uid)
    _put(
        uid,
        Card(
            matter.reference,
            matter.title,
            tuple(rosters.team(matter)),
            bool(matter.restricted),
            matter.portal_enabled,
            matter.resubmission,
            *((known.status, known.settled, known.unseen) if known is not None else ()),
        ),
    )


def note_status(matter: Matter, status: Status) -> None:
    """Write on the card of `matter` whose turn it is."""
    uid = uid_of(matter)
    _put(uid, replace(of(uid), status=status))


def note_dates(matter: Matter, settled: datetime | None, unseen: int) -> None:
    """Write on the card of `matter` what the sealer knows; see Card."""
    uid = uid_of(matter)
    _put(uid, replace(of(uid), settled=settled, unseen=unseen))


def drop(matter: Matter) -> None:
    """Take the card of a matter out of the index."""
    registers().cards.pop(uid_of(matter), None)


def _put(uid: str, card: Card) -> None:
    if registers().cards.get(uid) != card:
        registers().cards[uid] = card
