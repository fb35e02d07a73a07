"""Profile 1001: mails are found by time, state, occasion and what they tell of; clients have a quota."""

from BTrees.OOBTree import OOBTree
from collective.clientportal.content.trees import Archive
from collective.clientportal.content.trees import Notices
from collective.clientportal.content.trees import queue
from collective.clientportal.content.trees import Queues
from collective.clientportal.domain import access
from collective.clientportal.domain import outbox
from collective.clientportal.domain import rosters
from collective.clientportal.domain import settings
from collective.clientportal.domain.registers import registers
from collective.clientportal.interfaces import ISettings
from plone.registry.interfaces import IRegistry
from zope.component import getUtility


def index_outbox(setup_tool):
    """Put every mail where it is looked for now. What waits is due at once, with all its tries before it."""
    book = registers()
    book.fresh, book.due = Queues(), queue()
    book.closed, book.rounds = OOBTree(), OOBTree()
    archive = Archive()
    for key, entry in book.outbox.items():
        archive[key] = entry
    book.outbox = archive
    for uid in book.matters:
        matter = access.unchecked_matter(uid)
        for room in (*rosters.folders(matter), *rosters.threads(matter)):
            room.notices = Notices()
    for entry in book.outbox.values():
        _index(entry, book)


def make_room(setup_tool):
    """Give each matter its count of what clients send, beginning now, and the site the setting."""
    getUtility(IRegistry).registerInterface(ISettings, prefix=settings.PREFIX)
    for uid in registers().matters:
        access.unchecked_matter(uid).received = OOBTree()


def _index(entry, book):
    for gone in ("next_try", "leased_until"):
        entry.__dict__.pop(gone, None)
    entry.since, entry.due = entry.created, 0
    if entry.state in outbox.CLOSED:
        outbox.enter_closed(entry)
    else:
        entry.state = outbox.WAITING
        book.fresh[int(entry.id)] = int(entry.id)
    matter = access.unchecked_matter(entry.matter)
    room = None if matter is None else matter.get(entry.target)
    if room is not None:
        outbox.attach(room, entry)
