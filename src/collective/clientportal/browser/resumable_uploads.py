"""Plone's resumable uploads (tus), bound to whoever began them and held to the limit of staff.

These are Plone's own services, not the portal's: they stay closed to clients.
"""

import re
from collective.clientportal.domain import access
from collective.clientportal.domain import settings
from collective.clientportal.domain import uploads
from plone.restapi.services.content import tus
from zope.i18n import translate


OWNER = "owner"
UPLOAD_ID = re.compile(r"[0-9a-f]{32}")


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
        answer = super().reply()
        location = self.request.response.getHeader("Location")
        if location:
            upload = tus.TUSUpload(location.rpartition("/")[2])
            upload.initialize({**upload.metadata(), OWNER: access.current_user_id()})
        return answer


class OwnUpload(Limited):
    """An upload that exists for whoever began it, and for nobody else."""

    def tus_upload(self):
        """Return the upload, or None."""
        if self.uid is None or not UPLOAD_ID.fullmatch(self.uid):
            return None
        upload = super().tus_upload()
        owner = upload and upload.metadata().get(OWNER)
        return upload if owner and owner == access.current_user_id() else None


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
            if offset != upload.offset():
                return self.error("Conflict", "The upload is not at this offset.", 409)
            if length < 0 or offset + length > upload.length():
                return self.too_large()
        return super().reply()
