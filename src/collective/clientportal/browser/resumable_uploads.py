"""Plone's resumable uploads (tus), bound to whoever began them, and where, and held to the limit of staff.

These are Plone's own services, not the portal's: they stay closed to clients. Plone gives away what has
arrived before it is stored, so that a conflict, or a disk that is full, costs the whole of it; here it stays
until the transaction is through, and whoever was cut off goes on from where they were.
"""

import os
import time
import transaction
from collective.clientportal.domain import access
from collective.clientportal.domain import parts
from collective.clientportal.domain import settings
from collective.clientportal.domain import uploads
from plone.app.uuid.utils import uuidToURL
from plone.restapi.services.content import tus
from plone.uuid.interfaces import ATTRIBUTE_NAME
from zope.annotation.interfaces import IAnnotations
from zope.globalrequest import getRequest
from zope.i18n import translate


OWNER = "owner"
PLACE = "place"
UPLOAD = "collective.clientportal.upload"  # the annotation of a request that stores one


class Upload(tus.TUSUpload):
    """An upload whose bytes stay until they are stored for good."""

    def open(self):
        """Return the bytes as a file that storing may take away."""
        if self._file is None or self._file.closed:
            given = f"{self.filepath}.given"
            if os.path.exists(given):
                os.remove(given)
            os.link(self.filepath, given)
            self._file = open(given, "rb")  # noqa: SIM115  (Plone closes it)
        return self._file

    def write(self, infile, offset=0):
        """Write a part; where nothing is left to write, all may be there all the same."""
        super().write(infile, offset)
        self.finished = self.offset() >= self.length()

    def cleanup(self):
        """Remove it once it is stored."""
        transaction.get().addAfterCommitHook(self._stored)

    def is_expired(self):
        """Tell whether nothing has come for too long: it may be gone any time."""
        paths = [path for path in (self.filepath, self.metadata_path) if os.path.exists(path)]
        newest = max(map(os.path.getmtime, paths), default=0.0)
        return time.time() - newest > self.expiration_period

    def _stored(self, is_stored):
        if is_stored:
            super().cleanup()


def _path(obj):
    return "/".join(obj.getPhysicalPath())


class Limited:
    """What all of these services check."""

    def too_large(self):
        """Answer 413."""
        reason = uploads.too_large(settings.staff_upload_bytes())
        return self.error("Payload Too Large", translate(reason, context=self.request), 413)

    def bytes_named(self, header):
        """Return the number in a header; -1 where there is none."""
        value = self.request.getHeader(header, "")
        return int(value) if value.isdecimal() else -1


class UploadPost(Limited, tus.UploadPost):
    """Beginning an upload: 413 where it is announced to be too large."""

    def reply(self):
        """Return Plone's answer, or the refusal."""
        length = self.bytes_named("Upload-Length")
        if length < 0:
            return self.error("Bad Request", "Missing or invalid Upload-Length header")
        if length > settings.staff_upload_bytes():
            return self.too_large()
        try:
            answer = super().reply()
        except ValueError:  # no base64, or no text in it
            return self.error("Bad Request", "Invalid Upload-Metadata header")
        location = self.request.response.getHeader("Location")
        if location:
            upload = Upload(location.rpartition("/")[2])
            bound = {OWNER: access.current_user_id(), PLACE: _path(self.context)}
            upload.initialize({**upload.metadata(), **bound})
        return answer


class OwnUpload(Limited):
    """An upload that exists for whoever began it and where it was begun, and nowhere else."""

    def tus_upload(self):
        """Return the upload, or None."""
        if self.uid is None or not parts.UPLOAD_ID.fullmatch(self.uid):
            return None
        upload = Upload(self.uid)
        bound = upload.metadata()
        is_mine = bool(bound.get(OWNER)) and bound[OWNER] == access.current_user_id()
        is_here = bound.get(PLACE) == _path(self.context)
        return upload if is_mine and is_here and not upload.is_expired() else None


class UploadHead(OwnUpload, tus.UploadHead):
    """How much of an upload has arrived."""

    def error(self, type, message, status=400):
        """Refuse; an answer to HEAD has no body."""
        return self.reply_no_content(status=status)


class UploadPatch(OwnUpload, tus.UploadPatch):
    """The next part of an upload: in its place, and no more of it than was announced."""

    def reply(self):
        """Return Plone's answer, or the refusal."""
        upload = self.tus_upload()
        if upload is not None:
            offset, length = self.bytes_named("Upload-Offset"), self.bytes_named("Content-Length")
            if length < 0 or offset + length > upload.length():
                return self.too_large()
            if self.request.retry_count and offset + length == upload.offset():
                # An earlier try of this request, which met a conflict, has written it.
                self.request._file.seek(0, os.SEEK_END)
            elif offset != upload.offset():
                return self.error("Conflict", "The upload is not at this offset.", 409)
        return super().reply()

    def create_or_modify_content(self, tus_upload):
        """Store what has arrived; once, also where the answer was lost and the end is sent again."""
        there = access.finds(self.uid) and uuidToURL(self.uid)
        if there:
            tus_upload.cleanup()
            self.request.response.setHeader("Location", there)
            return
        IAnnotations(self.request)[UPLOAD] = self.uid
        super().create_or_modify_content(tus_upload)


def name_after_upload(obj, event):
    """Give what a resumable upload makes the UID of that: it tells that the upload is stored."""
    request = getRequest()
    uid = IAnnotations(request).pop(UPLOAD, None) if request is not None else None
    if uid is not None:
        setattr(obj, ATTRIBUTE_NAME, uid)
