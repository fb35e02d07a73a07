"""Whether the portal is set up as it must be: one check a point, each with the mend in words.

A check reads and writes nothing. It costs no more than a page may: nothing wakes every matter or every mail.
How it runs is looked at in health_running.py.
"""

from App.config import getConfiguration
from borg.localrole.interfaces import ILocalRoleProvider
from collective.clientportal import _
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.content.portal_document import PortalDocument
from collective.clientportal.content.portal_folder import PortalFolder
from collective.clientportal.domain import access
from collective.clientportal.domain import hardening
from collective.clientportal.domain import health_running
from collective.clientportal.domain import settings
from collective.clientportal.domain.findings import Check
from collective.clientportal.domain.findings import Finding
from collective.clientportal.domain.findings import look
from collective.clientportal.domain.registers import registers
from collective.clientportal.interfaces import IClientPortalLayer
from functools import partial
from plone import api
from plone.app.content.browser.vocabulary import PERMISSIONS
from plone.browserlayer.utils import registered_layers
from Products.PlonePAS.interfaces.group import IGroupIntrospection
from Products.PlonePAS.interfaces.plugins import ILocalRolesPlugin
from Products.PluggableAuthService.interfaces.plugins import IAuthenticationPlugin
from Products.PluggableAuthService.interfaces.plugins import IExtractionPlugin
from Products.PluggableAuthService.interfaces.plugins import IGroupsPlugin
from zope.component import getGlobalSiteManager
from zope.component import getSiteManager
from zope.i18nmessageid import Message
from zope.interface import implementedBy
from ZPublisher.interfaces import IPubAfterTraversal


GUARD = "collective.clientportal.subscribers.guard"
ROLES = "collective.clientportal.pas.roles"
ROSTERS = "clientportal_rosters"
WORKFLOWS = {
    "Matter": "clientportal_matter",
    "PortalFolder": "clientportal_folder",
    "PortalDocument": "clientportal_document",
    "MessageThread": "clientportal_thread",
}
STRANGERS = frozenset({"Anonymous", "Authenticated", "Member", "Owner"})


def findings() -> list[Finding]:
    """Return what every check finds, what is wrong first; for those who manage the portal."""
    access.require(access.MANAGE_PORTAL, api.portal.get())
    return look(CHECKS)


def _closed(point: hardening.Point) -> Finding:
    opened = hardening.opened(point)
    problem = _(
        "health_opened",
        default="Not as the portal sets it: ${names}",
        mapping={"names": ", ".join(opened)},
    )
    mend = _(
        "health_opened_mend",
        default="Press “Close again”, or find out in Site setup who opened it and why.",
    )
    return Finding(point.name, point.title, problem if opened else "", mend, closes=True)


def _guard() -> Finding:
    title = _("health_guard", default="The guard looks at every request")
    watching = any(
        handler.handler.__module__ == GUARD and IPubAfterTraversal in handler.required
        for handler in getGlobalSiteManager().registeredHandlers()
    )
    problem: Message | str = ""
    if not watching:
        problem = _("health_guard_gone", default="The guard is not registered.")
    elif IClientPortalLayer not in registered_layers():
        problem = _("health_guard_layer", default="The portal's browser layer is not registered.")
    mend = _(
        "health_guard_mend",
        default="Take the site off the net. Look for another package that overrides the portal's "
        "configuration, and install the portal again.",
    )
    return Finding("guard", title, problem, mend)


def _vocabularies() -> Finding:
    title = _("health_vocabularies", default="Vocabularies do not list people and groups")
    names = ("collective.clientportal.Staff", "plone.app.users.group_ids")
    opened = [name for name in names if PERMISSIONS.get(name, "View") == "View"]
    problem = _(
        "health_vocabularies_open",
        default="Open to everybody: ${names}",
        mapping={"names": ", ".join(opened)},
    )
    mend = _(
        "health_vocabularies_mend",
        default="Another package changed who may ask for them: look for it and take it out.",
    )
    return Finding("vocabularies", title, problem if opened else "", mend)


def _roles() -> Finding:
    title = _("health_roles", default="Who sees a matter follows from its people alone")
    foreign = set()
    for content in (Matter, PortalFolder, PortalDocument, MessageThread):
        providers = dict(
            getSiteManager().adapters.lookupAll((implementedBy(content),), ILocalRoleProvider)
        )
        if getattr(providers.get("default"), "__module__", "") == ROLES:
            del providers["default"]
        elif not providers.get("default"):
            foreign.add(f"{content.__name__}: –")
        foreign |= {f"{p.__module__}.{p.__name__}" for p in providers.values()}
    problem = _(
        "health_roles_foreign",
        default="Something else gives roles on the portal's content: ${names}",
        mapping={"names": ", ".join(sorted(foreign))},
    )
    mend = _("health_roles_mend", default="Take the package out that does so.")
    return Finding("roles", title, problem if foreign else "", mend)


def _user_folder() -> Finding:
    title = _("health_users", default="The user folder asks the portal's plugin, and asks it last")
    plugins = api.portal.get_tool("acl_users").plugins
    wrong = [
        interface.__name__
        for interface in (IGroupsPlugin, IGroupIntrospection)
        if plugins.listPluginIds(interface)[-1:] != (ROSTERS,)
    ]
    wrong += [
        interface.__name__
        for interface in (IAuthenticationPlugin, IExtractionPlugin)
        if not {"session", "jwt_auth"} <= set(plugins.listPluginIds(interface))
    ]
    if plugins.listPluginIds(ILocalRolesPlugin) != ("borg_localroles",):
        wrong.append(ILocalRolesPlugin.__name__)
    problem = _(
        "health_users_order",
        default="Missing, too many or in another order: ${names}",
        mapping={"names": ", ".join(wrong)},
    )
    mend = _(
        "health_users_mend",
        default="Set it right in acl_users/plugins: “clientportal_rosters” is the last groups plugin, "
        "“borg_localroles” the only one for local roles.",
    )
    return Finding("users", title, problem if wrong else "", mend)


def _everybody() -> Finding:
    title = _("health_everybody", default="Nobody belongs to the firm just by logging in")
    given = api.portal.get_tool("acl_users").portal_role_manager
    roles = {
        role
        for role in access.INSIDERS
        if "AuthenticatedUsers" in dict(given.listAssignedPrincipals(role))
    }
    problem = _(
        "health_everybody_role",
        default="The group of all who are logged in holds: ${names}",
        mapping={"names": ", ".join(sorted(roles))},
    )
    mend = _("health_everybody_mend", default="Take it away in Users and groups, at once.")
    return Finding("everybody", title, problem if roles else "", mend)


def _workflows() -> Finding:
    title = _("health_workflows", default="Workflows give nothing to strangers and owners")
    tool = api.portal.get_tool("portal_workflow")
    wrong = []
    for kind, name in WORKFLOWS.items():
        if tool.getChainFor(kind) != (name,):
            wrong.append(kind)
            continue
        for state in tool[name].states.objectValues():
            maps = (state.permission_roles or {}).items()
            # A tuple is not acquired, a list is.
            wrong += [
                f"{name}/{state.getId()}: {permission}"
                for permission, roles in maps
                if STRANGERS & set(roles) or not isinstance(roles, tuple)
            ]
            if set(state.permission_roles or ()) != set(tool[name].permissions):
                wrong.append(f"{name}/{state.getId()}")
    problem = _(
        "health_workflows_open",
        default="Not as the portal sets it: ${names}",
        mapping={"names": ", ".join(wrong)},
    )
    mend = _(
        "health_workflows_mend",
        default="Import the workflows again from the profile “Client portal” in portal_setup, then update "
        "the security settings in portal_workflow.",
    )
    return Finding("workflows", title, problem if wrong else "", mend)


def _base_url() -> Finding:
    title = _("health_base", default="Links in mails lead to the portal, and by HTTPS")
    base = settings.base_url()
    problem: Message | str = ""
    if not base:
        problem = _("health_base_empty", default="The base address is not set: no mail is sent.")
    elif not base.startswith("https://"):
        problem = _(
            "health_base_http",
            default="${base} is not encrypted: whoever is on the way reads along.",
            mapping={"base": base},
        )
    mend = _(
        "health_base_mend",
        default="Set the base address in the settings of the client portal; it begins with https://.",
    )
    return Finding("base", title, problem, mend)


def _cookies() -> Finding:
    title = _(
        "health_cookies",
        default="Where the portal is on HTTPS, the session cookie travels by it only",
    )
    bare = settings.base_url().startswith("https://") and not (
        api.portal.get_tool("acl_users").session.secure
    )
    problem = _("health_cookies_bare", default="The cookie has no Secure flag.")
    mend = _(
        "health_cookies_mend",
        default="Tick “Only Send Cookie Over HTTPS” in acl_users/session, in the management interface.",
    )
    return Finding("cookies", title, problem if bare else "", mend)


def _mail_server() -> Finding:
    title = _("health_mail", default="A mail server and a sender are set")
    missing = [
        name
        for name in ("plone.smtp_host", "plone.email_from_address")
        if not api.portal.get_registry_record(name, default=None)
    ]
    problem = _(
        "health_mail_missing",
        default="Not set: ${names}. No mail is sent.",
        mapping={"names": ", ".join(missing)},
    )
    mend = _("health_mail_mend", default="Set it in Site setup, Mail.")
    return Finding("mail", title, problem if missing else "", mend)


def _registers() -> Finding:
    title = _("health_registers", default="The registers agree with each other")
    book = registers()
    uids = set(book.matters)
    brains = api.portal.get_tool("portal_catalog").unrestrictedSearchResults(portal_type="Matter")
    wrong = []
    if {brain.getPath() for brain in brains} != set(book.matters.values()):
        wrong.append("matters/portal_catalog")
    if uids != set(book.cards):
        wrong.append("matters/cards")
    if uids != set(book.references.values()):
        wrong.append("matters/references")
    if set(book.addresses.values()) != set(book.people):
        wrong.append("people/addresses")
    if any(not uids.issuperset(taken) for taken in book.taking_part.values()):
        wrong.append("taking_part/matters")
    problem = _(
        "health_registers_differ",
        default="These differ: ${names}",
        mapping={"names": ", ".join(wrong)},
    )
    mend = _(
        "health_registers_mend",
        default="Keep a copy of the database and ask whoever looks after the server. Let nobody rebuild "
        "anything before it is known how this came about.",
    )
    return Finding("registers", title, problem if wrong else "", mend)


def _debug_mode() -> Finding:
    title = _("health_debug", default="The server runs without debug mode")
    on = getattr(getConfiguration(), "debug_mode", False)
    problem = _("health_debug_on", default="Debug mode is on: errors may show what is inside.")
    mend = _("health_debug_mend", default="Set “debug-mode off” in zope.conf and restart.")
    return Finding("debug", title, problem if on else "", mend)


CHECKS: tuple[Check, ...] = (
    _guard,
    _roles,
    _everybody,
    _user_folder,
    _workflows,
    _vocabularies,
    *(partial(_closed, point) for point in hardening.POINTS),
    _base_url,
    _cookies,
    _mail_server,
    *health_running.PORTAL,
    _registers,
    _debug_mode,
)
