"""Sharing without a message: releasing documents to a portal folder, receiving some, ending that."""

import uuid
from collections.abc import Sequence
from collective.clientportal import _
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.portal_document import PortalDocument
from collective.clientportal.content.portal_folder import PortalFolder
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import rosters
from collective.clientportal.domain import shares
from collective.clientportal.domain import states
from collective.clientportal.domain import uploads
from collective.clientportal.domain.errors import NotPermitted
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.uploads import Upload
from collective.clientportal.events import DocumentFetched
from collective.clientportal.events import DocumentsReceived
from collective.clientportal.events import DocumentsReleased
from collective.clientportal.events import SharingEnded
from dataclasses import dataclass
from plone import api
from typing import Any
from zope.event import notify
from zope.i18nmessageid import Message


class NothingTicked(Refused):
    """No document was chosen."""


class UnknownFolder(Refused):
    """The folder is not one of this matter."""


class SharedAlready(Refused):
    """The very same version lies in that folder already."""


class NotEnded(Refused):
    """This sharing cannot be ended."""


@dataclass(frozen=True)
class Release:
    """What one act of releasing put into the portal."""

    id: str
    folder: PortalFolder
    documents: tuple[PortalDocument, ...]


def release(matter: Matter, uids: Sequence[str], folder_uid: str) -> Release:
    """Release internal documents of `matter`, given by UID, to one of its portal folders (A1, A9).

    Each becomes a snapshot that no later edit of the original changes (decision 9). All or nothing.
    Raises NotThere, NotPermitted, Refused as `access.require_share`; NothingTicked, UnknownDocument,
    UnknownFolder, SharedAlready.
    """
    access.require_share(matter)
    if not uids:
        raise NothingTicked(
            _("error_nothing_ticked", default="Please tick at least one document first.")
        )
    folder = _folder(matter, folder_uid)
    originals = [documents.chosen(matter, uid) for uid in dict.fromkeys(uids)]
    for original in originals:
        _check_not_there(matter, folder, original)
    release_id = uuid.uuid4().hex
    released = []
    for original in originals:
        document = documents.add_portal_document(
            folder,
            documents.snapshot(documents.file_of(original)),
            title=original.title,
            source=api.content.get_uuid(original),
            release=release_id,
            since=now(),
            by=access.current_user_id(),
        )
        places = matter.sources.get(document.source, ())
        matter.sources[document.source] = (*places, (folder.getId(), document.getId()))
        released.append(document)
    return _released(matter, folder, release_id, released)


def add(folder: PortalFolder, files: Sequence[Upload]) -> Release:
    """Put files of staff straight into a portal folder: told and marked like a release (A29).

    Raises as `release`, NoFile, and as `uploads.admit_from_staff`.
    """
    matter = folder.aq_parent
    access.require_share(matter)
    uploads.require_some(files)
    uploads.admit_from_staff(matter, files)
    release_id = uuid.uuid4().hex
    values: dict[str, Any] = {"release": release_id, "since": now(), "by": access.current_user_id()}
    added = [
        documents.add_portal_document(folder, documents.stored(upload), **values)
        for upload in files
    ]
    return _released(matter, folder, release_id, added)


def receive(folder: PortalFolder, files: Sequence[Upload]) -> list[PortalDocument]:
    """Store a client's files in a portal folder: all or none.

    Returns the documents that they are; those with a `uid` are stored once. Raises NotThere, NotPermitted,
    NoFile, and as `uploads.admit_from_client`.
    """
    access.require(access.UPLOAD, folder)
    matter = folder.aq_parent
    uploads.require_some(files)
    known = [folder[upload.uid] for upload in files if upload.uid in folder]
    files = [upload for upload in files if upload.uid not in folder]
    if not files:
        return known
    uploads.admit_from_client(matter, files)
    actor = access.current_user_id()
    received: list[PortalDocument] = []
    for upload in files:
        document = documents.add_portal_document(
            folder, documents.stored(upload), upload.uid, since=now(), by=actor
        )
        states.run(document, "receive")
        received.append(document)
    notify(
        DocumentsReceived(
            matter,
            actor,
            api.content.get_uuid(folder),
            tuple(rosters.team(matter)),
            tuple(documents.record(document) for document in received),
            {"folder": folder.title},
        )
    )
    return known + received


def end(matter: Matter, share_id: str) -> list[PortalDocument]:
    """End sharing of one document, or of all documents of one release, given by id (A25).

    Access ends with the next request, whether the portal is on or off. Raises NotThere,
    NotPermitted; NotEnded for what a client uploaded (A27) and for what was ended before.
    """
    if not access.can_see(matter):
        raise NotThere(_("error_not_there", default="This is not there."))
    if not access.may_share(matter):
        raise NotPermitted(access.refusal_to_share(matter))
    found = [
        (folder, document)
        for folder, document in shares.contents(matter)
        if share_id in (document.getId(), document.release)
    ]
    if not found:
        _check_not_sent(matter, share_id)
        raise NotThere(_("error_no_share", default="There is no such sharing in this matter."))
    shared = [pair for pair in found if states.of(pair[1]) == states.RELEASED] or found
    for folder, document in shared:
        _end_one(matter, folder, document)
    return [document for _folder, document in shared]


def fetched(document: PortalDocument) -> None:
    """Note that the client who acts has fetched `document`: the first time counts.

    Raises NotThere. Staff leave no note.
    """
    access.require(access.VIEW, document)
    matter = document.aq_parent.aq_parent
    user_id = access.current_user_id()
    if user_id not in matter.participants or user_id in document.fetched:
        return
    document.fetched[user_id] = now()
    notify(
        DocumentFetched(
            matter, user_id, document.getId(), (user_id,), (documents.record(document),)
        )
    )


def is_new(document: PortalDocument) -> bool:
    """Tell whether the person who acts has neither uploaded nor fetched `document` yet."""
    user_id = access.current_user_id()
    return document.by != user_id and user_id not in document.fetched


def _end_one(matter: Matter, folder: PortalFolder, document: PortalDocument) -> None:
    state = states.of(document)
    if state == states.RECEIVED:
        raise NotEnded(_received_reason())
    if state != states.RELEASED:
        raise NotEnded(_("error_end_twice", default="Sharing of this document has ended already."))
    states.run(document, "end")
    document.ended, document.ended_by = now(), access.current_user_id()
    notify(
        SharingEnded(
            matter,
            access.current_user_id(),
            document.getId(),
            tuple(rosters.readers(folder)),
            (documents.record(document),),
            {"folder": folder.title},
        )
    )


def _released(
    matter: Matter, folder: PortalFolder, release_id: str, released: list[PortalDocument]
) -> Release:
    for document in released:
        states.run(document, "release")
    notify(
        DocumentsReleased(
            matter,
            access.current_user_id(),
            api.content.get_uuid(folder),
            tuple(rosters.readers(folder)),
            tuple(documents.record(document) for document in released),
            {"folder": folder.title, "release": release_id},
        )
    )
    return Release(release_id, folder, tuple(released))


def _folder(matter: Matter, uid: str) -> PortalFolder:
    try:
        return access.folder_by_uid(matter, uid)
    except NotThere as error:
        raise UnknownFolder(error.reason) from error


def _check_not_there(matter: Matter, folder: PortalFolder, original: Any) -> None:
    sha256 = documents.digest(documents.file_of(original))
    for share in shares.markers(matter, api.content.get_uuid(original)):
        if share.folder == folder and documents.digest(share.document.file) == sha256:
            raise SharedAlready(
                _(
                    "error_shared_already",
                    default="“${title}” lies in the folder “${folder}” already, in this very version.",
                    mapping={"title": original.title, "folder": folder.title},
                )
            )


def _check_not_sent(matter: Matter, share_id: str) -> None:
    """Raise NotEnded where the id is that of a file in a thread (A26, A27)."""
    for thread, file in shares.sent_files(matter):
        if file.uid == share_id:
            if shares.sent(thread, file).state == states.RECEIVED:
                raise NotEnded(_received_reason())
            raise NotEnded(
                _("error_end_sent", default="What was sent with a message cannot be ended.")
            )


def _received_reason() -> Message:
    return _("error_end_received", default="What a client uploaded cannot be ended this way.")
