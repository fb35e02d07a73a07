"""A document in a portal folder: a frozen snapshot of what was released or received."""

from BTrees.OOBTree import OOBTree
from collective.clientportal import _
from collective.clientportal.content.portal_content import Uncatalogued
from datetime import datetime
from plone.dexterity.content import Item
from plone.namedfile.field import NamedBlobFile
from plone.supermodel import model
from zope import schema
from zope.interface import implementer


class IPortalDocument(model.Schema):
    """What a portal document holds; nobody edits it."""

    title = schema.TextLine(title=_("field_title", default="Title"))
    model.primary("file")
    file = NamedBlobFile(title=_("field_file", default="File"))


@implementer(IPortalDocument)
class PortalDocument(Uncatalogued, Item):
    """A portal document.

    `sha256`: 64 hexadecimal digits, of `file`. `source`: UID of the internal document it is a
    snapshot of, or "". `release`: id of the release it came with. `since` (UTC datetime) and
    `by` (user id): when and by whom it came here. `fetched`: user id → UTC datetime of the first
    time that client fetched it from a page.
    """

    meta_type = "Client Portal Document"

    sha256 = ""
    source = ""
    release = ""
    since: datetime
    by = ""
    ended: datetime | None = None
    ended_by = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fetched = OOBTree()
