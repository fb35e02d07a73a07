"""Fetching a document."""

from collective.clientportal.browser import blobs
from collective.clientportal.browser.inbox import asked_seen
from collective.clientportal.browser.inbox import MISSED
from collective.clientportal.domain import file_names
from collective.clientportal.domain import reading
from collective.clientportal.domain import sharing
from email.utils import encode_rfc2231
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser import BrowserView
from zExceptions import NotFound
from zope.interface import implementer
from zope.publisher.interfaces import IPublishTraverse


class Download(BrowserView):
    """The bytes of a portal document, unchanged, always as an attachment.

    GET leaves no trace: mail scanners and previews fetch links as well. POST is the client's own click
    on a page of ours, and counts as fetched.
    """

    def __call__(self):
        """Return the bytes as a stream."""
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            sharing.fetched(self.context)
        return self.stream(self.context.file)

    def stream(self, file):
        """Return the bytes of a stored file as a stream; the headers are set."""
        name = file_names.safe(file.filename or "")
        kind = file.contentType or "application/octet-stream"
        set_headers(self.request, name, kind, file.getSize())
        return blobs.send(self.request, file)


@implementer(IPublishTraverse)
class ThreadAttachment(Download):
    """The bytes of a file of a thread: <thread>/@@attachment/<uid>."""

    uid = ""

    def publishTraverse(self, request, name):
        """Take the id of the file from the path."""
        if self.uid:
            raise NotFound(name)
        self.uid = name
        return self

    def __call__(self):
        """Return the bytes as a stream; POST counts as opened and fetched."""
        attachment = reading.attachment(self.context, self.uid)
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            seen = asked_seen(self.request)
            if reading.missed(self.context, seen):
                api.portal.show_message(MISSED, self.request)
            reading.fetched(self.context, self.uid, seen)
        return self.stream(attachment.file)


@implementer(IPublishTraverse)
class NoScales(BrowserView):
    """@@images of a portal document: a picture that a client sent is never unpacked on the server."""

    def publishTraverse(self, request, name):
        """Raise NotFound."""
        raise NotFound(name)

    def __call__(self):
        """Raise NotFound."""
        raise NotFound("images")


def set_headers(request, name, content_type, size):
    """Set the headers of a file on its way out: kept, never shown, and by nobody on the way."""
    response = request.response
    # Plone's transforms parse and rewrite whatever says that it is HTML.
    request.environ["plone.transformchain.disable"] = True
    response.setHeader("Content-Type", content_type)
    response.setHeader("Content-Length", str(size))
    response.setHeader(
        "Content-Disposition", f"attachment; filename*={encode_rfc2231(name, 'utf-8')}"
    )
