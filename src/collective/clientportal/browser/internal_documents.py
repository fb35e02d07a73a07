"""A matter's own documents: listing, uploading, and where to release them from."""

from collective.clientportal import _
from collective.clientportal.browser.matter import MatterPage
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import file_names
from collective.clientportal.domain import shares
from dataclasses import dataclass
from datetime import datetime
from datetime import UTC
from plone import api
from plone.rfc822.interfaces import IPrimaryFieldInfo
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from typing import Any


# What the menus "Client portal" offer: (page that shows the next step, title).
SHARE_ENTRIES = (
    ("release", _("share_without_message", default="Without message")),
    ("compose", _("share_with_message", default="With message")),
)

PAGE = 100


@dataclass(frozen=True)
class Row:
    """One internal document."""

    uid: str
    title: str
    filename: str
    kind: str
    size: int
    changed: datetime
    url: str
    download: str
    markers: list[Any]
    may_edit: bool
    may_delete: bool


def filename_of(obj):
    """Return the file name of an internal document."""
    return file_names.safe(documents.file_of(obj).filename or "")


def kind_of(obj):
    """Return the type of an internal document as people name it: PDF."""
    filename = filename_of(obj)
    return filename.rpartition(".")[2].upper() if "." in filename else ""


ORDERS = {
    "title": lambda obj: (obj.title or filename_of(obj)).casefold(),
    "kind": kind_of,
    "size": lambda obj: documents.file_of(obj).getSize(),
    "changed": lambda obj: obj.modified(),
}


class DocumentRows(MatterPage):
    """A page that shows internal documents of a matter."""

    def row(self, obj):
        """Return what the pages show of an internal document."""
        filename = filename_of(obj)
        uid = api.content.get_uuid(obj)
        return Row(
            uid=uid,
            title=obj.title or filename,
            filename=filename,
            kind=kind_of(obj),
            size=documents.file_of(obj).getSize(),
            changed=obj.modification_date.asdatetime().astimezone(UTC),
            url=obj.absolute_url(),
            download=f"{obj.absolute_url()}/@@download/{IPrimaryFieldInfo(obj).fieldname}",
            markers=shares.markers(self.matter, uid) if self.is_inside else [],
            may_edit=access.has("Modify portal content", obj),
            may_delete=access.has("Delete objects", obj),
        )


class Documents(DocumentRows):
    """The tab Documents."""

    index = ViewPageTemplateFile("templates/internal_documents.pt")
    tab = "documents"
    actions = {"upload": "upload"}
    kept = ("sort", "reverse")

    def rows(self):
        """Return the documents in the order the address asks for, newest change first."""
        found = list(documents.internal(self.matter))
        order = self.value("sort")
        if order in ORDERS:
            found.sort(key=ORDERS[order], reverse=self.value("reverse") == "1")
        batch = self.batch(found, PAGE)
        batch.items[:] = [self.row(obj) for obj in batch.items]
        return batch

    def column(self, name):
        """Return (address that sorts by a column, its state for screen readers)."""
        is_sorted = self.value("sort") == name
        reverse = self.value("reverse") == "1"
        state = ("descending" if reverse else "ascending") if is_sorted else "none"
        return self.url_with(sort=name, reverse="" if reverse or not is_sorted else "1"), state

    def share_entries(self):
        """Return (page, title) of each way to share; none where the person may not (A2, A3)."""
        return SHARE_ENTRIES if self.refusal is None else ()

    def upload(self):
        """Store the files that were sent."""
        access.require("plone.app.contenttypes: Add File", self.matter)
        added = documents.add_internal(self.matter, self.uploads("files"))
        if len(added) == 1:
            title = added[0].title
            message = _("uploaded_one", default="“${title}” is stored.", mapping={"title": title})
        else:
            count = len(added)
            message = _(
                "uploaded_many", default="${count} files are stored.", mapping={"count": count}
            )
        self.done(message, self.url)
