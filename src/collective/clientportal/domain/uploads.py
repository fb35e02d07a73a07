"""Files on their way in: how much, of what kind, and free of viruses. All or none of them.

Every way in passes here before anything is stored: clients' uploads and replies, staff's pages and
messages, and Plone's own forms and services (browser/validators.py, subscribers/documents.py).
"""

import hashlib
import logging
import os
from collections.abc import Iterator
from collections.abc import Sequence
from collective.clientportal import _
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.versioned_file import CopyOnWrite
from collective.clientportal.domain import access
from collective.clientportal.domain import file_names
from collective.clientportal.domain import file_types
from collective.clientportal.domain import quarantine
from collective.clientportal.domain import scanner
from collective.clientportal.domain import settings
from collective.clientportal.domain.errors import raise_all
from collective.clientportal.domain.errors import Refused
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from typing import BinaryIO
from zope.i18nmessageid import Message


logger = logging.getLogger("collective.clientportal.uploads")

MEGABYTE = 1024 * 1024
BLOCK = 1024 * 1024  # bytes read at once


class NoFile(Refused):
    """No file was chosen."""


class TooManyFiles(Refused):
    """More files than may be sent at once."""


class TooLarge(Refused):
    """More bytes than may be sent at once."""


class QuotaExceeded(Refused):
    """More bytes than a client may send in a matter, all in all."""


class Infected(Refused):
    """The virus scanner found something."""


class NotScanned(Refused):
    """The virus scanner cannot be asked."""


@dataclass(frozen=True)
class Upload:
    """A file on its way in: its name as the sender gave it, its declared type, its bytes.

    The declared type is kept for nothing: what a file is, is told from its bytes. `uid`: what that which it
    is stored as will be called; "": anything.
    """

    filename: str
    content_type: str
    stream: BinaryIO
    uid: str = ""

    def size(self) -> int:
        """Return the number of bytes."""
        self.stream.seek(0, os.SEEK_END)
        size = self.stream.tell()
        self.stream.seek(0)
        return size

    def sha256(self) -> str:
        """Return the SHA-256 of the bytes as 64 hexadecimal digits."""
        self.stream.seek(0)
        sha256 = hashlib.sha256()
        while block := self.stream.read(BLOCK):
            sha256.update(block)
        self.stream.seek(0)
        return sha256.hexdigest()


def require_some(uploads: Sequence[Upload]) -> None:
    """Raise NoFile where there are none."""
    if not uploads:
        raise NoFile(_("error_no_file", default="Please choose at least one file."))


def admit_from_client(matter: Matter, uploads: Sequence[Upload]) -> None:
    """Let files of a client in, or raise the reason why not; none are fine.

    What gets in counts for the quota of whoever acts. All files with which something is wrong are named at
    once. Raises TooManyFiles, TooLarge, QuotaExceeded, Infected, NotScanned, Several and what
    `file_types.check_from_client` raises.
    """
    most_files = settings.client_upload_files()
    if len(uploads) > most_files:
        raise TooManyFiles(
            _(
                "error_too_many_files",
                default="At most ${most} files can be sent at once; these are ${count}.",
                mapping={"most": most_files, "count": len(uploads)},
            )
        )
    _check_size(uploads, settings.client_upload_bytes())
    received = _received(matter, _bytes(uploads))
    raise_all(list(_wrong_kinds(uploads)))
    _scan(matter, uploads)
    if uploads:
        matter.received[access.current_user_id()] = received


def check_announced(matter: Matter, filename: str, size: int) -> None:
    """Raise what can be told of a client's file before its bytes are there, by name and size.

    Raises TooLarge, QuotaExceeded, file_types.Program, ActiveContent, NotAllowed.
    """
    if size > settings.client_upload_bytes():
        raise TooLarge(too_large(settings.client_upload_bytes()))
    _received(matter, size)
    file_types.check_from_client(BytesIO(), filename, settings.client_upload_endings())


def admit_from_staff(matter: Matter, uploads: Sequence[Upload]) -> None:
    """Let files of staff in, or raise the reason why not; none are fine.

    A file of the firm may be of any kind. Raises TooLarge, Infected, NotScanned.
    """
    _check_size(uploads, settings.staff_upload_bytes())
    _scan(matter, uploads)


def admit_stored(matter: Matter, file: Any) -> None:
    """Let in a stored file that Plone has made (plone.namedfile), each once; raises as `admit_from_staff`."""
    taken_in = isinstance(file, CopyOnWrite) and "sha256" in file.__dict__
    if taken_in or getattr(file, "_v_admitted", False):
        return
    with file.open() as stream:
        admit_from_staff(matter, [Upload(file.filename or "", file.contentType, stream)])
    file._v_admitted = True


def too_large(most_bytes: int) -> Message:
    """Return why more than `most_bytes` are refused."""
    return _(
        "error_too_large",
        default="At most ${most} MB can be sent at once; this is more.",
        mapping={"most": most_bytes // MEGABYTE},
    )


def _bytes(uploads: Sequence[Upload]) -> int:
    return sum(upload.size() for upload in uploads)


def _check_size(uploads: Sequence[Upload], most_bytes: int) -> None:
    if _bytes(uploads) > most_bytes:
        raise TooLarge(too_large(most_bytes))


def _received(matter: Matter, now: int) -> int:
    """Return what the person who acts has sent, `now` more bytes included; raise QuotaExceeded."""
    received = matter.received.get(access.current_user_id(), 0) + now
    most_bytes = settings.client_quota_bytes()
    if now and received > most_bytes:
        raise QuotaExceeded(
            _(
                "error_quota",
                default="In this matter you can send ${most} MB in all; there is room for ${left} MB now. "
                "Please call us: we can make more room.",
                mapping={
                    "most": most_bytes // MEGABYTE,
                    "left": max(0, most_bytes - received + now) // MEGABYTE,
                },
            )
        )
    return int(received)


def _wrong_kinds(uploads: Sequence[Upload]) -> Iterator[Refused]:
    allowed = settings.client_upload_endings()
    for upload in uploads:
        try:
            file_types.check_from_client(upload.stream, upload.filename, allowed)
        except Refused as error:
            yield error


def _scan(matter: Matter, uploads: Sequence[Upload]) -> None:
    if not scanner.is_on():
        return
    infected = []
    for upload in uploads:
        try:
            found = scanner.find(upload.stream)
        except scanner.Unavailable as error:
            logger.error("A file could not be scanned: %s", error)
            if not settings.is_on("scanner_optional"):
                raise NotScanned(_not_scanned(upload)) from error
        else:
            infected += [(upload, found)] if found else []
    for upload, found in infected:
        sha256 = upload.sha256()
        quarantine.keep_aside(matter, upload.filename, upload.stream, sha256, found)
    raise_all([Infected(_infected(upload, found)) for upload, found in infected])


def _infected(upload: Upload, found: str) -> Message:
    return _(
        "error_infected",
        default="The virus scanner found something in “${name}” (${found}). Nothing was stored or "
        "sent, and the file was set aside. Please check your computer, and call us.",
        mapping={"name": file_names.safe(upload.filename), "found": found},
    )


def _not_scanned(upload: Upload) -> Message:
    return _(
        "error_not_scanned",
        default="“${name}” cannot be checked for viruses at the moment. Nothing was stored or sent; please "
        "try again in a few minutes.",
        mapping={"name": file_names.safe(upload.filename)},
    )
