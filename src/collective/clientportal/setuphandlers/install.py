"""Installing and uninstalling: groups, the user folder, the registers and the home of matters."""

from BTrees.OOBTree import OOBTree
from collective.clientportal.domain import hardening
from collective.clientportal.domain import registers
from collective.clientportal.domain import rosters
from collective.clientportal.domain import sessions
from collective.clientportal.pas import passwords
from collective.clientportal.pas.groups import PLUGIN_ID
from collective.clientportal.pas.groups import RosterGroups
from plone import api
from plone.base.interfaces import INonInstallable
from Products.PlonePAS.interfaces.group import IGroupIntrospection
from Products.PluggableAuthService.interfaces.plugins import IAuthenticationPlugin
from Products.PluggableAuthService.interfaces.plugins import IExtractionPlugin
from Products.PluggableAuthService.interfaces.plugins import IGroupsPlugin
from Products.PluggableAuthService.interfaces.plugins import IValidationPlugin
from zope.interface import implementer


GROUPS = {
    rosters.STAFF: ("Kanzlei", "Portal Staff"),
    rosters.ADMINISTRATORS: ("Portalverwaltung", "Portal Administrator"),
}
ROLES = (
    "Portal Administrator",
    "Portal Staff",
    "Matter Handler",
    "Matter Assistant",
    "Matter Staff Reader",
    "Matter Client",
    "Client Reader",
    "Client Writer",
)
HOME = "matters"
# Which of Plone's plugins our own takes the place of; it asks them itself.
IN_PLACE_OF = {IAuthenticationPlugin: "source_users", IValidationPlugin: "password_policy"}


class MattersLeft(Exception):
    """The portal cannot be uninstalled while there are matters: nothing would show them any more."""


@implementer(INonInstallable)
class HiddenProfiles:
    """Hides from the list of add-ons what is no add-on of its own."""

    def getNonInstallableProfiles(self):
        """Return the ids of profiles that the list of add-ons does not offer."""
        return ["collective.clientportal:demo", "collective.clientportal:uninstall"]


def post_install(setup_tool):
    """Make groups, activate the rosters in the user folder, close what Plone leaves open, make the home."""
    registers.install()
    for group, (title, role) in GROUPS.items():
        if api.group.get(groupname=group) is None:
            api.group.create(groupname=group, title=title, roles=[role])
    users = api.portal.get_tool("acl_users")
    if PLUGIN_ID not in users:
        users._setObject(PLUGIN_ID, RosterGroups(PLUGIN_ID, "Client portal: rosters"))
        for interface in (IGroupsPlugin, IGroupIntrospection):
            # Last in its list, or every roster is asked for groups of its own by all the others.
            users.plugins.activatePlugin(interface, PLUGIN_ID)
    _guard_logins(users)
    hardening.apply()
    _make_home()


def pre_uninstall(setup_tool):
    """Refuse to uninstall while there are matters; raises MattersLeft."""
    if registers.registers().matters:
        raise MattersLeft("There are matters in this site: delete them before you uninstall.")


def post_uninstall(setup_tool):
    """Take away what post_install made."""
    portal = api.portal.get()
    users = api.portal.get_tool("acl_users")
    for interface in (IGroupsPlugin, IGroupIntrospection):
        if PLUGIN_ID in users.plugins.listPluginIds(interface):
            users.plugins.deactivatePlugin(interface, PLUGIN_ID)
    if PLUGIN_ID in users:
        users._delObject(PLUGIN_ID)
    _unguard_logins(users)
    hardening.take_back()
    for group in GROUPS:
        if api.group.get(groupname=group) is not None:
            api.group.delete(groupname=group)
    for role in ROLES:
        if role in users.portal_role_manager.listRoleIds():
            users.portal_role_manager.removeRole(role)
    portal.__ac_roles__ = tuple(role for role in portal.__ac_roles__ if role not in ROLES)
    if HOME in portal and not portal[HOME].objectIds():
        portal.manage_delObjects([HOME])
    registers.uninstall()


def _guard_logins(users):
    """Have every log-in go through our plugin; tokens are kept, and cookies Secure, where they can be."""
    if passwords.PLUGIN_ID not in users:
        users._setObject(passwords.PLUGIN_ID, passwords.Gate(passwords.PLUGIN_ID))
        for interface, theirs in IN_PLACE_OF.items():
            _swap(users.plugins, interface, theirs, passwords.PLUGIN_ID)
        users.plugins.activatePlugin(IExtractionPlugin, passwords.PLUGIN_ID)
        # Before the one that reads tokens and JSON.
        users.plugins.movePluginsTop(IExtractionPlugin, [passwords.PLUGIN_ID])
    users.jwt_auth._tokens = users.jwt_auth._tokens or OOBTree()
    sessions.follow_base_url()


def _unguard_logins(users):
    """Take back what _guard_logins did."""
    if passwords.PLUGIN_ID in users:
        for interface, theirs in IN_PLACE_OF.items():
            _swap(users.plugins, interface, passwords.PLUGIN_ID, theirs)
        users._delObject(passwords.PLUGIN_ID)
    users.session.secure = False


def _swap(plugins, interface, old, new):
    """Put one plugin in the place of another."""
    order = plugins.listPluginIds(interface)
    place = order.index(old)
    plugins.deactivatePlugin(interface, old)
    plugins.activatePlugin(interface, new)
    for _step in range(len(order) - 1 - place):
        plugins.movePluginsUp(interface, [new])


def _make_home():
    """Make the one folder that matters lie in: its neutral name tells nothing of a client."""
    portal = api.portal.get()
    if HOME in portal:
        return
    german = api.portal.get_default_language().startswith("de")
    home = api.content.create(
        portal, "Folder", id=HOME, title="Akten" if german else "Matters", exclude_from_nav=True
    )
    # An order is one list of all ids, written anew with each matter.
    home.setOrdering("unordered")
    for group in GROUPS:
        home.manage_setLocalRoles(group, ["Reader"])
    home.reindexObjectSecurity()
