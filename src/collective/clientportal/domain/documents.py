"""Files: their names, their hashes, and a matter's internal documents."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator
from collections.abc import Sequence
from collective.clientportal import _
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.portal_document import PortalDocument
from collective.clientportal.content.portal_folder import PortalFolder
from collective.clientportal.content.versioned_file import CopyOnWrite
from collective.clientportal.content.versioned_file import versioned
from collective.clientportal.content.versioned_file import VersionedFile
from collective.clientportal.domain import access
from collective.clientportal.domain import settings
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import Refused
from collective.clientportal.events import FileRecord
from dataclasses import dataclass
from plone import api
from plone.dexterity.utils import createContentInContainer
from plone.rfc822.interfaces import IPrimaryFieldInfo
from typing import Any
from typing import BinaryIO
from zope.i18nmessageid import Message


MEGABYTE = 1024 * 1024
BLOCK = 1024 * 1024  # bytes read at once
CONTENT_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")  # RFC 6838, 4.2
INTERNAL_TYPES = ("File", "Image")


class NoFile(Refused):
    """No file was chosen."""


class UnknownDocument(Refused):
    """A document is not one of this matter."""


class TooManyFiles(Refused):
    """More files than may be sent at once."""


class TooLarge(Refused):
    """More bytes than may be sent at once."""


@dataclass(frozen=True)
class Upload:
    """A file on its way in: its name as the sender gave it, its declared type, its bytes."""

    filename: str
    content_type: str
    stream: BinaryIO

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


def safe_filename(name: str) -> str:
    """Return a file name without path, control and direction characters, in NFC, ≤ 150 bytes."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip(" .")
    stem, extension = os.path.splitext(name)
    room = 150 - len(extension.encode()[:20])
    stem = stem.encode()[:room].decode(errors="ignore").strip()
    return f"{stem}{extension[:20]}" if stem else "document"


def digest(file: Any) -> str:
    """Return the SHA-256 of a stored file as 64 hexadecimal digits.

    It is taken once, when the bytes come in, and kept with them; a later edit makes a new file.
    """
    known = getattr(file, "sha256", None)
    if known is None:
        with file.open() as stream:
            known = hashlib.file_digest(stream, "sha256").hexdigest()
        file.sha256 = known
    return str(known)


def keep(obj: Any) -> None:
    """Take the hash of an internal document's file, and let no later writing change its bytes."""
    primary = IPrimaryFieldInfo(obj, None)
    if primary is None or primary.value is None:
        return
    if not isinstance(primary.value, CopyOnWrite):
        setattr(obj, primary.fieldname, versioned(primary.value))
    digest(file_of(obj))


def file_of(obj: Any) -> Any:
    """Return the primary file of a content object, or None."""
    primary = IPrimaryFieldInfo(obj, None)
    return primary.value if primary is not None else None


def record(obj: Any) -> FileRecord:
    """Return what the journal keeps of a document."""
    file = file_of(obj)
    return FileRecord(
        uid=api.content.get_uuid(obj),
        filename=safe_filename(file.filename or ""),
        size=file.getSize(),
        sha256=digest(file),
    )


def internal(matter: Matter) -> Iterator[Any]:
    """Return a matter's internal documents that the person who acts may see, newest change first."""
    query = {"portal_type": INTERNAL_TYPES, "sort_on": "modified", "sort_order": "descending"}
    return (obj for obj in access.inside(matter, **query) if file_of(obj) is not None)


def count_internal(matter: Matter) -> int:
    """Return how many internal documents a matter has; no check."""
    return access.count_inside(matter, portal_type=INTERNAL_TYPES)


def internal_by_uid(matter: Matter, uid: str) -> Any:
    """Return an internal document of this matter that the person who acts may see.

    Raises NotThere.
    """
    for obj in access.inside(matter, portal_type=INTERNAL_TYPES, UID=uid):
        if file_of(obj) is not None:
            return obj
    raise NotThere(_("error_no_document", default="There is no such document in this matter."))


def chosen(matter: Matter, uid: str) -> Any:
    """Return an internal document of this matter that somebody chose; raises UnknownDocument."""
    try:
        return internal_by_uid(matter, uid)
    except NotThere as error:
        raise UnknownDocument(error.reason) from error


def add_internal(matter: Matter, uploads: Sequence[Upload]) -> list[Any]:
    """Store files as internal documents of a matter; nobody outside sees them (decision 8).

    Raises NoFile, TooLarge; Unauthorized where the person who acts may not add files.
    """
    check(uploads, settings.staff_upload_bytes())
    return [
        createContentInContainer(
            matter, "File", title=safe_filename(upload.filename), file=stored(upload)
        )
        for upload in uploads
    ]


def add_portal_document(folder: PortalFolder, file: VersionedFile, **values: Any) -> PortalDocument:
    """Put `file` into a portal folder, in the state nobody outside sees; no check, no event."""
    document = createContentInContainer(
        folder,
        "PortalDocument",
        checkConstraints=False,
        title=values.pop("title", None) or file.filename,
        file=file,
    )
    for key, value in values.items():
        setattr(document, key, value)
    document.sha256 = digest(file)
    return document


def stored(upload: Upload) -> VersionedFile:
    """Return the bytes of an upload as a stored file; the hash is taken on their way in."""
    declared = upload.content_type.strip().lower()
    content_type = declared if CONTENT_TYPE.fullmatch(declared) else "application/octet-stream"
    file = VersionedFile(contentType=content_type, filename=safe_filename(upload.filename))
    sha256 = hashlib.sha256()
    with file.open("w") as target:
        while block := upload.stream.read(BLOCK):
            sha256.update(block)
            target.write(block)
    file.sha256 = sha256.hexdigest()
    return file


def snapshot(file: Any) -> VersionedFile:
    """Return a stored file that shares the bytes of `file`: the same blob, no copy."""
    frozen = VersionedFile(
        contentType=file.contentType, filename=safe_filename(file.filename or "")
    )
    frozen._blob = file._blob
    frozen.sha256 = digest(file)
    frozen.__dict__["size"] = file.getSize()
    return frozen


def check(uploads: Sequence[Upload], most_bytes: int, most_files: int | None = None) -> None:
    """Raise NoFile, TooManyFiles or TooLarge where uploads are not within the limits."""
    if not uploads:
        raise NoFile(_("error_no_file", default="Please choose at least one file."))
    check_size(uploads, most_bytes, most_files)


def check_size(uploads: Sequence[Upload], most_bytes: int, most_files: int | None = None) -> None:
    """Raise TooManyFiles or TooLarge where uploads are more than the limits; none are fine."""
    if most_files is not None and len(uploads) > most_files:
        raise TooManyFiles(
            _(
                "error_too_many_files",
                default="At most ${most} files can be sent at once; these are ${count}.",
                mapping={"most": most_files, "count": len(uploads)},
            )
        )
    if sum(upload.size() for upload in uploads) > most_bytes:
        raise TooLarge(too_large(most_bytes))


def too_large(most_bytes: int) -> Message:
    """Return why more than `most_bytes` are refused."""
    return _(
        "error_too_large",
        default="At most ${most} MB can be sent at once; this is more.",
        mapping={"most": most_bytes // MEGABYTE},
    )
