"""A folder of a matter's portal."""

from collective.clientportal import _
from collective.clientportal.content.portal_content import Uncatalogued
from collective.clientportal.content.trees import Notices
from plone.dexterity.content import Container
from plone.supermodel import model
from zope import schema
from zope.interface import implementer


class IPortalFolder(model.Schema):
    """What staff enter about a portal folder."""

    title = schema.TextLine(title=_("field_title", default="Title"))


@implementer(IPortalFolder)
class PortalFolder(Uncatalogued, Container):
    """A portal folder. `readers` are the user ids of those clients who see it; None: all clients of
    the matter, later ones included. `notices`: (id of a release or "", id of an outbox entry) of every
    notice about it."""

    # The folder's index by meta type finds the portal folders among a matter's many documents.
    meta_type = "Client Portal Folder"

    # An order kept in one list would make two people who release here at once conflict.
    _ordering = "unordered"

    readers: tuple[str, ...] | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.notices = Notices()
