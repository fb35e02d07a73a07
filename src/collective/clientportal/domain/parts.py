"""Files of clients that come in parts: kept aside until they are whole, bound to sender and place.

A place is a portal folder or a thread. In a thread they wait for the message that names them.

What has arrived lies beside Plone's own resumable uploads, under names that those do not look for, and not in
the database: a part costs no transaction. What is stored in the end has the UID of the upload, which
tells that it is stored.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import time
import transaction
import uuid
from collections.abc import Iterable
from collections.abc import Iterator
from collective.clientportal import _
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.content.portal_folder import IPortalFolder
from collective.clientportal.content.portal_folder import PortalFolder
from collective.clientportal.domain import access
from collective.clientportal.domain import file_names
from collective.clientportal.domain import settings
from collective.clientportal.domain import sharing
from collective.clientportal.domain import uploads
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.registers import uid_of
from collective.clientportal.domain.uploads import TooLarge
from collective.clientportal.domain.uploads import Upload
from dataclasses import dataclass
from pathlib import Path
from plone.restapi.services.content import tus
from typing import Any
from typing import BinaryIO


Place = PortalFolder | MessageThread

UPLOAD_ID = re.compile(r"[0-9a-f]{32}")


class WrongOffset(Refused):
    """A part does not begin where the file ends at the moment."""


class Damaged(Refused):
    """A part is not what its sender says it is."""


class Unfinished(Refused):
    """A file is not whole yet, or not there any more."""


@dataclass(frozen=True)
class State:
    """How much of a file has arrived; sizes in bytes.

    `waits`: whether a form or a message will name it; else it is stored with its last part. `expires`: the
    time after which it may be gone, as HTTP writes it. `stored`: the document or attachment that it is,
    or None.
    """

    uid: str
    length: int
    offset: int
    waits: bool = False
    expires: str = ""
    stored: Any = None

    def is_whole(self) -> bool:
        """Tell whether nothing is missing."""
        return self.offset == self.length


class Parts(tus.TUSUpload):
    """What has arrived of a file, in the folder for Plone's resumable uploads."""

    file_prefix = "clientportal_"
    expiration_period = 24 * 60 * 60  # seconds

    def initialize(self, metadata: dict) -> None:
        """Begin with nothing."""
        self.cleanup_expired()
        Path(self.filepath).touch()
        # Whole or not at all: others look through them.
        fresh = Path(f"{self.metadata_path}.new")
        fresh.write_text(json.dumps(metadata))
        fresh.replace(self.metadata_path)

    def cleanup(self) -> None:
        """Remove it; somebody else may be doing the same."""
        for path in (self.filepath, self.metadata_path):
            Path(path).unlink(missing_ok=True)

    def cleanup_expired(self) -> None:
        """Remove those with which nobody has gone on for a day, whoever sent them."""
        for parts in self.all():
            if parts.is_expired():
                parts.cleanup()

    def all(self) -> "Iterator[Parts]":
        """Yield all that there are."""
        for path in Path(self.tmp_dir).glob(f"{self.file_prefix}*.json"):
            yield Parts(path.stem.removeprefix(self.file_prefix))

    def touched(self) -> float:
        """Return when something came, in seconds since 1970; 0 where there is nothing."""
        paths = (self.filepath, self.metadata_path)
        return max((os.path.getmtime(path) for path in paths if os.path.exists(path)), default=0)

    def is_expired(self) -> bool:
        """Tell whether nothing has come for too long."""
        return time.time() - self.touched() > self.expiration_period

    def append(self, part: BinaryIO, offset: int) -> None:
        """Write a part behind what there is; raises WrongOffset, also while another one is being written."""
        with open(self.filepath, "r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise _wrong_offset() from error
            if file.seek(0, os.SEEK_END) != offset:
                raise _wrong_offset()
            shutil.copyfileobj(part, file, uploads.BLOCK)

    def stored(self, is_stored: bool) -> None:
        """Remove it once the transaction that stores it is through."""
        if is_stored:
            self.cleanup()

    def state(self) -> State:
        """Return how much has arrived."""
        waits = self.metadata()["waits"]
        return State(self.uid, self.length(), self.offset(), waits, self.expires())


def require(place: Place) -> None:
    """Raise NotThere or NotPermitted where the person who acts may send no files to a place."""
    is_folder = IPortalFolder.providedBy(place)
    access.require(access.UPLOAD if is_folder else access.WRITE, place)


def begin(place: Place, filename: str, length: int, key: str = "", waits: bool = False) -> State:
    """Begin to take a file of `length` bytes, or go on with the one that this person began by the same `key`.

    `waits` as in State. One person's unfinished files take no more room than what can be sent at once: the
    oldest of them make room. Raises NotThere, NotPermitted, and as `uploads.check_announced`.
    """
    require(place)
    waits = waits or not IPortalFolder.providedBy(place)
    owner = {"owner": access.current_user_id(), "place": uid_of(place)}
    named = repr((owner, filename, length, waits, key))
    uid = hashlib.sha256(named.encode()).hexdigest()[:32] if key else uuid.uuid4().hex
    known = _find(place, uid)
    if known is not None:
        return known
    uploads.check_announced(place.aq_parent, filename, length)
    _make_room(owner["owner"], length)
    metadata = owner | {"filename": filename, "length": length, "waits": waits}
    return Parts(uid, metadata).state()


def find(place: Place, uid: str) -> State:
    """Return how much has arrived of a file of the person who acts.

    Raises NotPermitted; NotThere, too, for what somebody else began, or for another folder.
    """
    require(place)
    state = _find(place, uid)
    if state is None:
        raise NotThere(_("error_not_there", default="This is not there."))
    return state


def add(place: Place, uid: str, offset: int, part: BinaryIO, sha256: str = "") -> State:
    """Add a part, which can be rewound, behind `offset` bytes of a file; with the last one it is stored.

    The last part can be sent again. `sha256`: of the part, as 64 hexadecimal digits; "": not known. Raises
    as `find` and `sharing.receive`; WrongOffset, TooLarge, Damaged.
    """
    state, arriving = find(place, uid), Upload("", "", part)
    end = offset + arriving.size()
    if not (state.is_whole() and end == state.length):
        if offset != state.offset:
            raise _wrong_offset()
        if end > state.length:
            raise TooLarge(_("error_part_too_large", default="This is more than was announced."))
        if sha256 and arriving.sha256() != sha256:
            raise Damaged(
                _(
                    "error_part_damaged",
                    default="This part was damaged on its way. Please send it again.",
                )
            )
        Parts(uid).append(part, offset)
        state = find(place, uid)
    if state.is_whole() and not state.waits:
        sharing.receive(place, take(place, [uid]))
        state = find(place, uid)
    return state


def take(place: Place, uids: Iterable[str]) -> list[Upload]:
    """Return whole files of the person who acts, to be stored; they go when the transaction is through.

    Raises as `find`; Unfinished.
    """
    return [_take(place, uid) for uid in dict.fromkeys(uids)]


def _take(place: Place, uid: str) -> Upload:
    require(place)
    state = _find(place, uid)
    if state is None or not state.is_whole():
        raise Unfinished(
            _(
                "error_unfinished",
                default="A file has not arrived completely. Nothing was stored; please send it again.",
            )
        )
    if state.stored is not None:
        file = state.stored.file
        return Upload(file.filename, file.contentType, file.open(), uid)
    parts = Parts(uid)
    transaction.get().addAfterCommitHook(parts.stored)
    # The name that it is stored under: a repeated request must not differ.
    name = file_names.safe(parts.metadata()["filename"])
    return Upload(name, "", parts.open(), uid)


def _find(place: Place, uid: str) -> State | None:
    if not UPLOAD_ID.fullmatch(uid):
        return None
    owner = access.current_user_id()
    stored = _stored(place, uid)
    if stored is not None and stored.by == owner:
        size = stored.file.getSize()
        return State(uid, size, size, stored=stored)
    parts = Parts(uid)
    told = parts.metadata()
    is_theirs = (told.get("owner"), told.get("place")) == (owner, uid_of(place))
    return parts.state() if is_theirs and not parts.is_expired() else None


def _stored(place: Place, uid: str) -> Any:
    if not IPortalFolder.providedBy(place):
        return place.attachments.get(uid)
    document = place.get(uid)
    return document if document is not None and access.can_see(document) else None


def _make_room(owner: str, length: int) -> None:
    """Throw away what somebody did not finish, the oldest first, where one more would be too much."""
    mine = [parts for parts in Parts("").all() if parts.metadata().get("owner") == owner]
    mine.sort(key=Parts.touched, reverse=True)
    room = settings.client_upload_bytes() - length
    for count, parts in enumerate(mine, start=2):
        room -= parts.length()
        if room < 0 or count > settings.client_upload_files():
            parts.cleanup()


def _wrong_offset() -> WrongOffset:
    return WrongOffset(
        _(
            "error_wrong_offset",
            default="This part does not begin where the file ends at the moment.",
        )
    )
