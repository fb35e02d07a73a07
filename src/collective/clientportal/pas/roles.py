"""Local roles from rosters, and from nothing else.

Registered under the name "default", these take the place of Plone's own provider: stored local roles,
`Owner` included, have no effect on a matter, a portal folder or a portal document.
"""

from borg.localrole.interfaces import ILocalRoleProvider
from collective.clientportal.content.matter import IMatter
from collective.clientportal.content.portal_document import IPortalDocument
from collective.clientportal.domain import rosters
from zope.component import adapter
from zope.interface import implementer


@implementer(ILocalRoleProvider)
@adapter(IMatter)
class MatterRoles:
    """The roles of the team, of the other staff and of the clients on a matter.

    Those of the team and of clients hang on user ids and are left out of the index: it tells of the matter
    to all staff (or, restricted, to its team's roster) already, and to no client of anything.
    """

    def __init__(self, context):
        self.context = context

    def getRoles(self, principal_id):
        """Return the roles of a user or group id."""
        return rosters.matter_roles(self.context, principal_id)

    def getAllRoles(self):
        """Return (group id, roles): what the index keeps."""
        return [rosters.staff_roles(self.context)]


@implementer(ILocalRoleProvider)
class RoomRoles:
    """The roles of the clients on a portal folder, what is in it, and on a thread."""

    def __init__(self, context):
        self.context = context

    def getRoles(self, principal_id):
        """Return the roles of a user id."""
        return rosters.room_roles(self.context, principal_id)

    def getAllRoles(self):
        """Return no roles: none of this is in the index."""
        return ()


@implementer(ILocalRoleProvider)
@adapter(IPortalDocument)
class DocumentRoles:
    """A portal document gives no roles of its own."""

    def __init__(self, context):
        self.context = context

    def getRoles(self, principal_id):
        """Return no roles."""
        return ()

    def getAllRoles(self):
        """Return no roles."""
        return ()
