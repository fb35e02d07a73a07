"""The site-wide registers of the portal: who is who, who is on which roster, what is to be mailed."""

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree
from BTrees.OOBTree import OOTreeSet
from collective.clientportal.content.trees import Archive
from collective.clientportal.content.trees import queue
from collective.clientportal.content.trees import Queues
from datetime import datetime
from persistent import Persistent
from ZODB.blob import Blob


class Person(Persistent):
    """A client's account: one for all matters. Times are UTC datetimes or None.

    `registration`: id of the outbox entry of the latest registration mail, or "". `deactivated`: since when
    the person may not log in; `reason`: why, in the administrator's words.
    """

    registration = ""
    deactivated: datetime | None = None
    reason = ""

    def __init__(self, user_id, email, invited):
        self.user_id = user_id
        self.email = email
        self.invited = invited
        self.activated = None


class SecondFactor(Persistent):
    """What a person's codes are made from.

    `begun`: when setting it up began. `confirmed`: since when it counts, or None. `used`: the time step of
    the last code that was taken. `recovery`: hashes of the recovery codes that are left.
    """

    confirmed: datetime | None = None
    used = 0
    recovery: tuple[str, ...] = ()

    def __init__(self, secret, begun):
        self.secret = secret
        self.begun = begun


class TextBlock(Persistent):
    """A ready text for messages; `text` may hold placeholders."""

    def __init__(self, block_id, title, category, text):
        self.id = block_id
        self.title = title
        self.category = category
        self.text = text


class OutboxEntry(Persistent):
    """A notice that is due to one person; the address and the text are looked up when it is sent.

    `state`: waiting, sending, sent, cancelled or failed. `since`: when it became due, for the first time or
    anew; `tries` are those since then. `due`: where it stands in the register of that name, or 0. Times are
    UTC datetimes or None.
    """

    state = "waiting"
    tries = 0
    due = 0
    sent: datetime | None = None
    last_error = ""
    token = ""

    def __init__(self, entry_id, event, recipient, matter, target, item, created):
        self.id = entry_id
        self.event = event
        self.recipient = recipient
        self.matter = matter
        self.target = target
        self.item = item
        self.created = self.since = created


class QuarantinedFile(Persistent):
    """A file in which the virus scanner found something. `time`: UTC datetime; `by`: user id; `matter`: UID.

    `signature`: what the scanner calls it; `sha256`: 64 hexadecimal digits.
    """

    def __init__(self, file_id, at, by, matter, filename, size, sha256, signature):
        self.id = file_id
        self.time = at
        self.by = by
        self.matter = matter
        self.filename = filename
        self.size = size
        self.sha256 = sha256
        self.signature = signature
        self.blob = Blob()


class Registers(Persistent):
    """All registers, kept in one annotation of the site.

    `people`: user id → Person, whether the account is still there or not. `addresses`: e-mail address,
    casefolded → user id of an account that is there. `retired`: ids of users who were deleted.
    `second_factors`: user id → SecondFactor. `links`: (user id, purpose) → (hash, expiry) of the link with
    which a password is chosen. `resets`: time id → address for which a new password was asked.
    `rosters`: user id → set of group ids.
    `taking_part`: user id → UIDs of the matters that name the person, whether their portals are on or off.
    `inbox`: user id → {UID of a thread in which something is awaited of the person → (UID of its matter, UID
    that names its roster)}. `references`: a matter's reference, casefolded → UID. `matters`: UID →
    physical path; `cards`: UID of a matter → Card of domain.cards.
    `outbox`: id → OutboxEntry; of those still to send stand in `fresh` (id → id) the ones that no sender has
    looked at, in `due` (time id of the next look → id) the others; the ids of all that came to an end in
    `closed` by (state, event). `notice_texts`: (event, language) → (subject, body) of the administrator's
    own; `notices_off`: events that are not mailed.
    `text_blocks`: id → TextBlock. `quarantine`: time id → QuarantinedFile.
    `rounds`: name of a worker's job → UTC datetime of a round of it that came to its end.
    `unsealed`: time id of a journal entry that is not sealed yet → UID of its matter.
    """

    def __init__(self):
        self.people = OOBTree()
        self.addresses = OOBTree()
        self.retired = OOTreeSet()
        self.second_factors = OOBTree()
        self.links = OOBTree()
        self.resets = queue()
        self.rosters = OOBTree()
        self.taking_part = OOBTree()
        self.inbox = OOBTree()
        self.references = OOBTree()
        self.matters = OOBTree()
        self.cards = OOBTree()
        self.text_blocks = OOBTree()
        self.notice_texts = OOBTree()
        self.notices_off = OOTreeSet()
        self.outbox = Archive()
        self.quarantine = LOBTree()
        self.fresh = Queues()
        self.due = queue()
        self.closed = OOBTree()
        self.rounds = OOBTree()
        self.unsealed = queue()
