"""What stock Plone leaves open and the portal closes: permissions, switches and the user folder's settings.

The profile closes every point; uninstalling puts back what was there before; domain/health.py looks
whether it still holds. The traversal guard closes most of it a second time: what is said here holds
for whoever gets past it.
"""

from AccessControl.Permission import pname
from Acquisition import aq_base
from collections.abc import Iterator
from collections.abc import Mapping
from collective.clientportal import _
from collective.clientportal.domain import access
from collective.clientportal.domain.errors import NotPermitted
from dataclasses import dataclass
from dataclasses import field
from persistent.mapping import PersistentMapping
from plone import api
from plone.registry.interfaces import IRegistry
from typing import Any
from zope.annotation.interfaces import IAnnotations
from zope.component import getUtility
from zope.i18nmessageid import Message


BEFORE = "collective.clientportal.before"
MISSING = "(missing)"

ADMINISTRATORS = tuple(sorted(access.ADMINISTRATORS))
INSIDERS = tuple(sorted(access.INSIDERS))
OWN = "collective.clientportal: "


@dataclass(frozen=True)
class Point:
    """Something that is closed, as a whole.

    `permissions`: permission → the roles that hold it on the site; none is acquired. `switches`: record of
    the registry → value, where the site has such a record. `plugins`: (plugin of the user folder, or ""
    for itself, attribute) → value.
    """

    name: str
    title: Message
    permissions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    switches: Mapping[str, Any] = field(default_factory=dict)
    plugins: Mapping[tuple[str, str], Any] = field(default_factory=dict)


POINTS = (
    Point(
        "members",
        _("hardening_members", default="Lists of members are for administrators"),
        permissions={"List portal members": ADMINISTRATORS},
    ),
    Point(
        "groups",
        _("hardening_groups", default="Lists of groups are for administrators"),
        permissions={"View Groups": ADMINISTRATORS},
    ),
    Point(
        "undo",
        _("hardening_undo", default="The log of what was changed is for administrators"),
        permissions={
            "List undoable changes": ADMINISTRATORS,
            "Undo changes": ADMINISTRATORS,
        },
    ),
    Point(
        "rest",
        _("hardening_rest", default="Plone's own REST services are for the firm"),
        permissions={"plone.restapi: Use REST API": INSIDERS},
    ),
    Point(
        "webdav",
        _("hardening_webdav", default="WebDAV and FTP are for administrators"),
        permissions={
            "FTP access": ADMINISTRATORS,
            "WebDAV Lock items": ADMINISTRATORS,
            "WebDAV Unlock items": ADMINISTRATORS,
            "WebDAV access": ADMINISTRATORS,
        },
    ),
    Point(
        "mails",
        _("hardening_mails", default="Plone mails nothing for strangers and clients"),
        permissions={
            "Allow sendto": ADMINISTRATORS,
            "Mail forgotten password": ADMINISTRATORS,
        },
    ),
    Point(
        "authors",
        _("hardening_authors", default="Nobody has a public page or a folder of their own"),
        switches={
            "plone.allow_anon_views_about": False,
            "plone.enable_user_folders": False,
        },
    ),
    Point(
        "accounts",
        _(
            "hardening_accounts",
            default="Only the firm makes accounts, and no user id comes a second time",
        ),
        permissions={"Add portal member": ADMINISTRATORS},
        switches={"plone.enable_self_reg": False, "plone.use_uuid_as_userid": True},
    ),
    Point(
        "profiles",
        # Names sign messages, and links for a new password go to addresses.
        _(
            "hardening_profiles",
            default="Names and addresses of staff are changed by administrators only",
        ),
        permissions={"Set own password": INSIDERS, "Set own properties": ADMINISTRATORS},
    ),
    Point(
        "copying",
        _("hardening_copying", default="Copying and moving is for the firm"),
        permissions={"Copy or Move": INSIDERS},
    ),
    Point(
        "owners",
        _(
            "hardening_owners",
            default="Whoever uploaded something cannot pass it on or look behind it",
        ),
        permissions={
            "Change local roles": ADMINISTRATORS,
            "Sharing page: Delegate Contributor role": ADMINISTRATORS,
            "Sharing page: Delegate Editor role": ADMINISTRATORS,
            "Sharing page: Delegate Reader role": ADMINISTRATORS,
            "Sharing page: Delegate Reviewer role": ADMINISTRATORS,
            "Sharing page: Delegate roles": ADMINISTRATORS,
            "Take ownership": ("Manager",),
            "View management screens": ("Manager",),
        },
    ),
    Point(
        "versions",
        _("hardening_versions", default="Earlier versions are for administrators"),
        permissions={"CMFEditions: Access previous versions": ADMINISTRATORS},
    ),
    Point(
        "listings",
        _("hardening_listings", default="No sitemap and no feed lists what is in the site"),
        switches={
            "plone.base.interfaces.syndication.ISiteSyndicationSettings.allowed": False,
            "plone.base.interfaces.syndication.ISiteSyndicationSettings.search_rss_enabled": False,
            "plone.enable_sitemap": False,
        },
    ),
    Point(
        "toolbar",
        _("hardening_toolbar", default="Plone's toolbar is for the firm"),
        permissions={"Show Toolbar": INSIDERS},
    ),
    Point(
        "sessions",
        _("hardening_sessions", default="A log-out and a new password end sessions on the server"),
        plugins={
            ("session", "per_user_keyring"): True,
            ("jwt_auth", "store_tokens"): True,
        },
    ),
    Point(
        "capitals",
        # Clients log in by e-mail address, and nobody minds capitals in one.
        _("hardening_capitals", default="Log-in names are compared without regard to capitals"),
        plugins={("", "login_transform"): "lower"},
    ),
    Point(
        "content",
        _("hardening_content", default="Adding content is for the firm"),
        permissions={
            "Add portal content": (
                "Contributor",
                "Manager",
                "Owner",
                "Portal Administrator",
                "Portal Staff",
                "Site Administrator",
            )
        },
    ),
)


def apply() -> None:
    """Close every point; what was there before is remembered once. No check: the profile's business."""
    remembered = IAnnotations(api.portal.get()).setdefault(BEFORE, PersistentMapping())
    # All of it first: Plone itself changes a permission along with some records.
    for thing in _things():
        remembered.setdefault(thing.key, thing.read())
    for thing in _things():
        if not thing.holds():
            thing.close()


def apply_again() -> None:
    """Close every point that somebody opened; for administrators of the site. Raises NotPermitted."""
    if not access.is_administrator():
        raise NotPermitted(_("error_not_permitted", default="You may not do this here."))
    apply()


def take_back() -> None:
    """Put back what was there before the portal; no check."""
    portal = api.portal.get()
    remembered = IAnnotations(portal).pop(BEFORE, {})
    # Records first, for the same reason.
    for thing in sorted(_things(), key=lambda thing: isinstance(thing, _Permission)):
        if thing.key in remembered:
            thing.put_back(remembered[thing.key])
    for name in filter(lambda name: name.startswith(OWN), portal.possible_permissions()):
        _Permission(name, ()).put_back(MISSING)


def opened(point: Point) -> list[str]:
    """Return what of a point is not as it was closed: names of permissions, records and attributes."""
    return [thing.key for thing in _things(point) if not thing.holds()]


class _Permission:
    """Who holds a permission on the site."""

    def __init__(self, name: str, roles: tuple[str, ...]) -> None:
        self.key = name
        self._roles = roles
        self._attribute = pname(name)
        self._portal = api.portal.get()

    def read(self) -> Any:
        # The stored value itself, not what follows from it: nothing else can be put back exactly.
        return getattr(aq_base(self._portal), self._attribute, MISSING)

    def holds(self) -> bool:
        value = self.read()
        # A tuple is not acquired, a list is.
        return isinstance(value, tuple) and set(value) == set(self._roles)

    def close(self) -> None:
        self._portal.manage_permission(self.key, self._roles, acquire=0)

    def put_back(self, value: Any) -> None:
        if value != MISSING:
            setattr(self._portal, self._attribute, value)
        elif self.read() != MISSING:
            delattr(self._portal, self._attribute)


class _Switch:
    """A record of the registry."""

    def __init__(self, name: str, value: Any) -> None:
        self.key = name
        self._value = value

    def read(self) -> Any:
        return getUtility(IRegistry).get(self.key, MISSING)

    def holds(self) -> bool:
        return self.read() in (self._value, MISSING)

    def close(self) -> None:
        self.put_back(self._value)

    def put_back(self, value: Any) -> None:
        if self.read() not in (value, MISSING):
            getUtility(IRegistry)[self.key] = value


class _PluginSetting:
    """A setting of a plugin of the user folder."""

    def __init__(self, plugin: str, attribute: str, value: Any) -> None:
        self.key = f"acl_users/{plugin}: {attribute}"
        users = api.portal.get_tool("acl_users")
        self._plugin = users.get(plugin) if plugin else users
        self._attribute = attribute
        self._value = value

    def read(self) -> Any:
        return getattr(self._plugin, self._attribute, MISSING)

    def holds(self) -> bool:
        return bool(self.read() == self._value)

    def close(self) -> None:
        self.put_back(self._value)

    def put_back(self, value: Any) -> None:
        if self._plugin is not None and value != MISSING:
            # Not setattr: the user folder changes all log-in names along with its transform.
            self._plugin._setPropValue(self._attribute, value)


_Thing = _Permission | _Switch | _PluginSetting


def _things(*points: Point) -> Iterator[_Thing]:
    for point in points or POINTS:
        yield from (_Switch(*item) for item in point.switches.items())
        yield from (_Permission(*item) for item in point.permissions.items())
        yield from (_PluginSetting(*key, value) for key, value in point.plugins.items())
