"""A groups plugin: the teams of restricted matters that a person is on."""

from AccessControl.class_init import InitializeClass
from collective.clientportal.domain import rosters
from Products.PlonePAS.interfaces.group import IGroupIntrospection
from Products.PlonePAS.plugins.autogroup import VirtualGroup
from Products.PluggableAuthService.interfaces.plugins import IGroupsPlugin
from Products.PluggableAuthService.plugins.BasePlugin import BasePlugin
from zope.interface import implementer


PLUGIN_ID = "clientportal_rosters"


@implementer(IGroupsPlugin, IGroupIntrospection)
class RosterGroups(BasePlugin):
    """Answers on which teams of restricted matters a person is; it keeps nothing itself.

    Other rosters are no groups (`domain/rosters.py`). It enumerates nothing: no search for users or groups
    tells which matters there are.
    """

    meta_type = "Client Portal Rosters"

    def __init__(self, id, title=""):
        self._setId(id)
        self.title = title

    def getGroupsForPrincipal(self, principal, request=None):
        """Return the group ids of a person's teams; a roster is on none."""
        principal_id = principal.getId()
        if not principal_id or principal_id.startswith(rosters.PREFIX):
            return ()
        return rosters.teams_of(principal_id)

    def getGroupById(self, group_id):
        """Return a group without title or members for the id of a roster, else None."""
        if not group_id.startswith(rosters.PREFIX):
            return None
        return VirtualGroup(group_id).__of__(self)

    def getGroups(self):
        """Return no groups: nobody lists rosters."""
        return []

    def getGroupIds(self):
        """Return no ids: nobody lists rosters."""
        return []

    def getGroupMembers(self, group_id):
        """Return no members: nobody lists them here."""
        return ()


InitializeClass(RosterGroups)
