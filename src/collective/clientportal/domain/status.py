"""Whose turn it is: the state machine of one recipient, and the one status derived from several.

Pure: values in, values out. The table of docs/concepts/status.md, in code.
"""

from collections.abc import Iterable
from collective.clientportal import _
from collective.clientportal.domain.errors import Refused
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from enum import StrEnum


class Expects(StrEnum):
    """What a sender expects of the recipients of a message (B13)."""

    ACKNOWLEDGE = "acknowledge"
    REPLY = "reply"
    REPLY_WITH_FILE = "reply_with_file"


class Status(StrEnum):
    """Whose turn it is, for one recipient, a thread or a matter (B33–B36)."""

    NONE = "none"
    WITH_US = "with_us"
    AWAITING_ACKNOWLEDGEMENT = "awaiting_acknowledgement"
    AWAITING_REPLY = "awaiting_reply"
    AWAITING_DOCUMENTS = "awaiting_documents"


class Act(StrEnum):
    """The six acts by which a person opens or confirms a message (B28)."""

    OPEN_FROM_WIDGET = "open_from_widget"
    OPEN_MATTER = "open_matter"
    OPEN_ATTACHMENT = "open_attachment"
    OPEN_MESSAGE = "open_message"
    CHOOSE_REPLY = "choose_reply"
    MARK_READ = "mark_read"


AWAITED = {
    Expects.ACKNOWLEDGE: Status.AWAITING_ACKNOWLEDGEMENT,
    Expects.REPLY: Status.AWAITING_REPLY,
    Expects.REPLY_WITH_FILE: Status.AWAITING_DOCUMENTS,
}
# From the least to the most that is wanted of the recipient.
DEMAND = list(AWAITED.values())


class CannotBeMarked(Refused):
    """A message that awaits a reply cannot be marked as read (B35, B36)."""


@dataclass(frozen=True)
class Row:
    """Where one recipient stands with the latest message to them; times in UTC.

    `since`: since when the status holds. `first_opened`: when the recipient first opened the message.
    `settled`: when they did what was awaited; it belongs to the current status. `incomplete`: when a
    reply came without the file that is awaited.
    """

    status: Status
    since: datetime
    first_opened: datetime | None = None
    settled: datetime | None = None
    incomplete: datetime | None = None

    @property
    def unread(self) -> bool:
        """Tell whether something is still wanted of the recipient."""
        return self.settled is None

    def __lt__(self, other: "Row") -> bool:
        """Order rows in some way.

        BTrees merge what two people write at once only where they can compare all values with `<`.
        """
        return repr(self) < repr(other)


def sent(expects: Expects, at: datetime) -> Row:
    """Return the row of a recipient to whom a message was just sent; it replaces the one before."""
    return Row(AWAITED[expects], since=at)


def opened(row: Row, act: Act, at: datetime) -> Row:
    """Return `row` after one of the six acts.

    It settles an awaited acknowledgement, and nothing else (decision 1). Raises CannotBeMarked.
    """
    row = replace(row, first_opened=row.first_opened or at)
    if row.status is Status.AWAITING_ACKNOWLEDGEMENT:
        return replace(row, settled=row.settled or at)
    if act is Act.MARK_READ and row.unread:
        raise CannotBeMarked(
            _(
                "error_cannot_be_marked",
                default="An answer is expected: this message cannot be marked as read.",
            )
        )
    return row


def replied(row: Row | None, with_file: bool, at: datetime) -> Row:
    """Return the row of a recipient who has written; None: nothing was sent to them before.

    A reply without the file that is awaited is kept, yet the file stays awaited (decision 2).
    """
    first_opened = (row and row.first_opened) or at
    if row is not None and row.unread and row.status is Status.AWAITING_DOCUMENTS and not with_file:
        return replace(row, first_opened=first_opened, incomplete=at)
    return Row(Status.WITH_US, since=at, first_opened=first_opened, settled=at)


def derived(rows: Iterable[Row]) -> Row | None:
    """Return the row that stands for several; None where there is none.

    The one of which most is still wanted (documents before reply before acknowledgement, the oldest
    first); where nothing is wanted any more, the latest one.
    """
    rows = list(rows)
    open_rows = [row for row in rows if row.unread]
    if open_rows:
        return min(open_rows, key=lambda row: (-DEMAND.index(row.status), row.since))
    return max(rows, key=lambda row: row.settled or row.since, default=None)
