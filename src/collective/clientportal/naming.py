"""Ids of portal content and of what lies in a matter: made by the server, not to be guessed."""

import uuid
from plone.app.content.interfaces import INameFromTitle
from plone.uuid.interfaces import IUUID
from zope.container.interfaces import INameChooser
from zope.interface import implementer


@implementer(INameFromTitle)
class ServerName:
    """Names an object by its UID: 128 random bits as 32 hexadecimal digits."""

    def __init__(self, context):
        self.title = IUUID(context)


@implementer(INameChooser)
class ServerNames:
    """Names whatever is put into a matter, so that no file's name gets a meaning for Zope: `index_html`."""

    def __init__(self, context):
        self.context = context

    def checkName(self, name, obj):
        """Accept any name: the matter refuses those that are not of our making."""
        return True

    def chooseName(self, name, obj):
        """Return the object's UID, or a new one."""
        return IUUID(obj, None) or uuid.uuid4().hex
