"""What clients see of a folder: documents to fetch, and a form to send files with."""

import transaction
from collective.clientportal import _
from collective.clientportal.browser.portal import ClientPage
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import parts
from collective.clientportal.domain import settings
from collective.clientportal.domain import sharing
from collective.clientportal.domain import uploads
from collective.clientportal.domain.errors import Refused
from dataclasses import dataclass
from plone.protect import CheckAuthenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from typing import Any
from urllib.parse import urlencode


# Above that many bytes files are sent in parts: a connection that breaks down costs one part, not all.
PARTS_FROM = 5 * 1024 * 1024

# What portal.js says; {words} in braces are filled in there.
UPLOAD_TEXTS = {
    "drop": _("upload_js_drop", default="or drop them here"),
    "choose": _("upload_js_choose", default="Choose files"),
    "remove": _("upload_js_remove", default="Remove {name}"),
    "total": _("upload_js_total", default="Chosen: {count} ({size})"),
    "none": _("upload_js_none", default="Please choose at least one file."),
    "many": _(
        "upload_js_many",
        default="These are {count} files; at most {most} can be sent at once. "
        "Please remove some and send them afterwards.",
    ),
    "large": _(
        "upload_js_large",
        default="These files are {size} together; at most {most} can be sent at once. "
        "Please remove some and send them afterwards.",
    ),
    "sending": _("upload_js_sending", default="Sending: {percent} %"),
    "storing": _("upload_js_storing", default="Everything has arrived and is being stored."),
    "interrupted": _(
        "upload_js_interrupted",
        default="The connection is interrupted; it goes on by itself in a moment.",
    ),
    "unreadable": _(
        "upload_js_unreadable",
        default="“{name}” cannot be read any more. Please choose it again.",
    ),
    "cancel": _("upload_js_cancel", default="Cancel"),
    "cancelled": _("upload_js_cancelled", default="Cancelled. Nothing was sent."),
    "lost": _(
        "upload_js_lost",
        default="The connection was lost. Your files are still chosen: please try again.",
    ),
    "expired": _(
        "upload_js_expired",
        default="You are not logged in any more. Please log in again in a new window; your files "
        "stay chosen here, and you can then try again.",
    ),
    "gone": _(
        "upload_js_gone",
        default="This is not possible here any more; nothing was sent. Please call us: our number is at "
        "the foot of this page.",
    ),
    "too-large": _(
        "upload_js_too_large",
        default="This is too large for the server; nothing was sent. Please send fewer or smaller files.",
    ),
    "broken": _(
        "upload_js_broken",
        default="Something went wrong on our side; nothing was sent. Please try again in a few minutes.",
    ),
    "login": _("upload_js_login", default="Log in in a new window"),
    "again": _("upload_js_again", default="Try again"),
}


@dataclass(frozen=True)
class DocumentRow:
    """A document in a list. `sender`: "own", "other" (client) or "" for the firm."""

    document: Any
    url: str
    title: str
    filename: str
    kind: str
    size: int
    new: bool
    sender: str


class UploadForm(ClientPage):
    """A page with a form to send files with; portal.js adds progress bars."""

    problem = None
    upload_words = UPLOAD_TEXTS
    parts_from = PARTS_FROM

    @property
    def limit_files(self):
        """Return how many files may be sent at once."""
        return settings.client_upload_files()

    @property
    def limit_bytes(self):
        """Return how many bytes may be sent at once."""
        return settings.client_upload_bytes()

    def limit_text(self):
        """Return the limits of an upload, to be read before."""
        return _(
            "upload_limits",
            default="Up to ${files} files at once, ${size} together.",
            mapping={"files": self.limit_files, "size": self.size(self.limit_bytes)},
        )

    def upload_texts(self):
        """Return what portal.js says, as attributes of the form."""
        return {f"data-{name}": self.text(text) for name, text in self.upload_words.items()}

    def _uploads(self):
        """Return what was sent with the form, and before it in parts. Raises as `parts.take`."""
        named = [uid for uid in self._listed("uploads") if isinstance(uid, str)]
        files = [file for file in self._listed("files") if getattr(file, "filename", "")]
        return [
            *parts.take(self.context, named),
            *(
                uploads.Upload(file.filename, file.headers.get("content-type", ""), file)
                for file in files
            ),
        ]

    def _listed(self, name):
        value = self.request.form.get(name, [])
        return value if isinstance(value, list) else [value]


class FolderPortal(UploadForm):
    """A folder: its documents to fetch, and a form to send some."""

    index = ViewPageTemplateFile("templates/folder_portal.pt")

    @property
    def title(self):
        """Return the title of the folder."""
        return self.context.title

    @property
    def matter(self):
        """Return the folder's matter."""
        return access.matter_of(self.context)

    def documents(self):
        """Return the documents, newest first."""
        return [self._row(document) for document in access.documents(self.context)]

    def may_upload(self):
        """Tell whether the person may send files here."""
        return access.has(access.UPLOAD, self.context)

    def _row(self, document):
        record = documents.record(document)
        stem, dot, extension = record.filename.rpartition(".")
        mine = document.by == access.current_user_id()
        theirs = document.by in self.matter.participants
        return DocumentRow(
            document=document,
            url=f"{document.absolute_url()}/@@download",
            title=document.title or record.filename,
            filename=record.filename,
            kind=extension[:4].upper() if stem and dot else "",
            size=record.size,
            new=self.is_new(document),
            sender="own" if mine else "other" if theirs else "",
        )


class Upload(FolderPortal):
    """Sending files into a folder: POST stores them and leads on to the receipt, which GET shows."""

    receipt = ViewPageTemplateFile("templates/receipt.pt")

    def __call__(self):
        """Return the receipt, or the folder's page with the reason why nothing was stored."""
        if self.request.method == "POST":
            return self._receive()
        if not self.received():
            return self.go(f"{self.context.absolute_url()}/@@portal")
        self.index = self.receipt
        return self.render()

    def received(self):
        """Return those documents of the receipt that the person has sent themselves."""
        wanted = self._listed("receipt")
        return [
            document
            for document in reversed(access.documents(self.context))
            if document.getId() in wanted and document.by == access.current_user_id()
        ]

    def fingerprint(self, document):
        """Return a document's SHA-256 in groups of four, to be compared by eye or read out."""
        return " ".join(document.sha256[i : i + 4] for i in range(0, 64, 4))

    def _receive(self):
        CheckAuthenticator(self.request)
        try:
            received = sharing.receive(self.context, self._uploads())
        except Refused as error:
            # Whatever was written before the refusal goes with it.
            transaction.abort()
            self.problem = error.reason
            self.request.response.setStatus(400)
            return self.render()
        query = urlencode([("receipt", document.getId()) for document in received])
        return self.go(f"{self.context.absolute_url()}/@@upload?{query}")
