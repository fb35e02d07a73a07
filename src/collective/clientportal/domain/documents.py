"""Documents: how files are stored, their hashes, and a matter's internal documents."""

import hashlib
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
from collective.clientportal.domain import file_names
from collective.clientportal.domain import file_types
from collective.clientportal.domain import uploads
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.uploads import Upload
from collective.clientportal.events import FileRecord
from plone import api
from plone.dexterity.utils import createContentInContainer
from plone.rfc822.interfaces import IPrimaryFieldInfo
from plone.uuid.interfaces import ATTRIBUTE_NAME
from typing import Any


BLOCK = 1024 * 1024  # bytes read at once
INTERNAL_TYPES = ("File", "Image")


class UnknownDocument(Refused):
    """A document is not one of this matter."""


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
    """Take in the file of an internal document, however it came there: scanned, named, its hash taken.

    No later writing changes its bytes. Raises as `uploads.admit_from_staff`.
    """
    matter, primary = access.matter_of(obj), IPrimaryFieldInfo(obj, None)
    if matter is None or primary is None or primary.value is None:
        return
    uploads.admit_stored(matter, primary.value)
    if not isinstance(primary.value, CopyOnWrite):
        setattr(obj, primary.fieldname, versioned(primary.value))
    file = file_of(obj)
    if file.filename:
        file.filename = file_names.safe(file.filename)
    if "sha256" not in file.__dict__:
        with file.open() as stream:
            file.contentType = file_types.kind_of(stream, file.filename or "").content_type
    digest(file)


def file_of(obj: Any) -> Any:
    """Return the primary file of a content object, or None."""
    primary = IPrimaryFieldInfo(obj, None)
    return primary.value if primary is not None else None


def record(obj: Any) -> FileRecord:
    """Return what the journal keeps of a document."""
    file = file_of(obj)
    return FileRecord(
        uid=api.content.get_uuid(obj),
        filename=file_names.safe(file.filename or ""),
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


def add_internal(matter: Matter, files: Sequence[Upload]) -> list[Any]:
    """Store files as internal documents of a matter; nobody outside sees them (decision 8).

    Raises NoFile and as `uploads.admit_from_staff`; Unauthorized where the person who acts may not add files.
    """
    uploads.require_some(files)
    uploads.admit_from_staff(matter, files)
    return [
        createContentInContainer(
            matter, "File", title=file_names.safe(upload.filename), file=stored(upload)
        )
        for upload in files
    ]


def add_portal_document(
    folder: PortalFolder, file: VersionedFile, uid: str = "", **values: Any
) -> PortalDocument:
    """Put `file` into a portal folder, in the state nobody outside sees; no check, no event.

    `uid`: its UID, and id; "": one is made.
    """
    document = createContentInContainer(
        folder,
        "PortalDocument",
        checkConstraints=False,
        title=values.pop("title", None) or file.filename,
        file=file,
        **({ATTRIBUTE_NAME: uid} if uid else {}),
    )
    for key, value in values.items():
        setattr(document, key, value)
    document.sha256 = digest(file)
    return document


def stored(upload: Upload) -> VersionedFile:
    """Return the bytes of an upload as a stored file; the hash is taken on their way in."""
    kind = file_types.kind_of(upload.stream, upload.filename)
    file = VersionedFile(contentType=kind.content_type, filename=file_names.safe(upload.filename))
    sha256 = hashlib.sha256()
    upload.stream.seek(0)
    with file.open("w") as target:
        while block := upload.stream.read(BLOCK):
            sha256.update(block)
            target.write(block)
    file.sha256 = sha256.hexdigest()
    return file


def snapshot(file: Any) -> VersionedFile:
    """Return a stored file that shares the bytes of `file`: the same blob, no copy."""
    frozen = VersionedFile(
        contentType=file.contentType, filename=file_names.safe(file.filename or "")
    )
    frozen._blob = file._blob
    frozen.sha256 = digest(file)
    frozen.__dict__["size"] = file.getSize()
    return frozen
