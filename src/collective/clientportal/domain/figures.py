"""How the running portal is doing, in figures."""

import shutil
from App.config import getConfiguration
from collective.clientportal.domain import outbox
from collective.clientportal.domain import scanner
from collective.clientportal.domain.registers import first_id
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.registers import registers
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from plone import api
from ZODB.utils import z64


LATE_SEAL = timedelta(minutes=1)
# Failed mails that are older are past mending.
RECENT_MAIL = timedelta(days=7)


@dataclass(frozen=True)
class Figures:
    """`waiting`: mails still to send; `failed`: refused or given up in seven days; `overdue`: for how many
    seconds the oldest mail has been due; `unsealed`: entries of journals that wait for their seal for more
    than a minute; `disk_free`: percent, of the fullest disk that data is on; `scanner`: whether it answers,
    None without one.
    """

    waiting: int
    failed: int
    overdue: int
    unsealed: int
    disk_free: int
    scanner: bool | None


def current() -> Figures:
    """Return the figures of this moment; no check."""
    queue = outbox.queue()
    return Figures(
        waiting=queue.waiting,
        failed=failed(),
        overdue=int(queue.overdue.total_seconds()),
        unsealed=unsealed(),
        disk_free=disk_free(),
        scanner=scanner.answers() if scanner.is_on() else None,
    )


def failed() -> int:
    """Return how many mails were refused or given up lately."""
    since = first_id(now() - RECENT_MAIL)
    closed = registers().closed.items()
    return sum(len(ids.keys(since)) for (state, _event), ids in closed if state == outbox.FAILED)


def late_mails(seconds: int) -> int:
    """Return how many mails were written longer ago than this and still wait to be sent."""
    book, before = registers(), first_id(now() - timedelta(seconds=seconds))
    return sum(1 for _key in book.fresh.keys(1, before)) + sum(
        key < before for key in book.due.values(1)
    )


def unsealed() -> int:
    """Return how many entries of journals wait too long for their seal."""
    return len(registers().unsealed.keys(1, first_id(now() - LATE_SEAL)))


def disk_free() -> int:
    """Return the free space in percent, of the fullest disk that data of this server is on."""
    places = {getConfiguration().clienthome, _blobs()}
    disks = [shutil.disk_usage(place) for place in places if place and Path(place).is_dir()]
    return min((100 * disk.free // disk.total for disk in disks), default=100)


def ask_database() -> None:
    """Ask the database for something. Raises what it raises."""
    api.portal.get()._p_jar._storage.load(z64)


def _blobs() -> str:
    storage = api.portal.get()._p_jar.db().storage
    folder = getattr(storage, "temporaryDirectory", None)
    return folder() if folder else ""
