"""Ids of portal content: made by the server, not to be guessed."""

from plone.app.content.interfaces import INameFromTitle
from plone.uuid.interfaces import IUUID
from zope.interface import implementer


@implementer(INameFromTitle)
class ServerName:
    """Names an object by its UID: 128 random bits as 32 hexadecimal digits."""

    def __init__(self, context):
        self.title = IUUID(context)
