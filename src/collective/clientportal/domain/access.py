"""Who may do what: every permission check of the domain."""

from collective.clientportal import _
from collective.clientportal.content.matter import IMatter
from collective.clientportal.content.matter import Matter
from collective.clientportal.domain.errors import NotPermitted
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.registers import registers
from plone import api
from typing import Any
from zope.i18nmessageid import Message


USE_PORTAL = "collective.clientportal: Use client portal"
MANAGE_PORTAL = "collective.clientportal: Manage client portal"
VIEW_PORTAL = "collective.clientportal: View portal"
SHARE = "collective.clientportal: Share with clients"
MANAGE_PARTICIPANTS = "collective.clientportal: Manage participants"
VIEW_JOURNAL = "collective.clientportal: View journal"
WRITE = "collective.clientportal: Write messages"
UPLOAD = "collective.clientportal: Upload to portal folder"
DELETE = "collective.clientportal: Delete matters"
VIEW = "View"

# Whoever has none of these roles is a client or a stranger, and reaches named routes only.
INSIDERS = frozenset({"Manager", "Site Administrator", "Portal Administrator", "Portal Staff"})

ADMINISTRATORS = frozenset({"Manager", "Site Administrator"})


def current_user_id() -> str:
    """Return the id of the person who acts; "" for nobody."""
    user = api.user.get_current()
    return user.getId() or ""


def is_anonymous() -> bool:
    """Tell whether nobody is logged in."""
    return api.user.is_anonymous()


def is_insider() -> bool:
    """Tell whether the person who acts belongs to the firm."""
    return not INSIDERS.isdisjoint(api.user.get_current().getRoles())


def is_administrator() -> bool:
    """Tell whether the person who acts looks after the whole site."""
    return not ADMINISTRATORS.isdisjoint(api.user.get_current().getRoles())


def has(permission: str, obj: Any) -> bool:
    """Tell whether the person who acts has `permission` on `obj`."""
    return bool(api.user.has_permission(permission, obj=obj))


def can_see(obj: Any) -> bool:
    """Tell whether the person who acts may know that `obj` exists."""
    if IMatter.providedBy(obj):
        return has(VIEW_PORTAL, obj)
    return has(VIEW, obj)


def require(permission: str, obj: Any) -> None:
    """Raise NotThere where `obj` may not be known, NotPermitted where the permission is missing."""
    if has(permission, obj):
        return
    if not can_see(obj):
        raise NotThere(_("error_not_there", default="This is not there."))
    raise NotPermitted(_("error_not_permitted", default="You may not do this here."))


def refusal_to_share(matter: Matter) -> Message | None:
    """Return the reason why the person who acts may not share from `matter`, or None (A2, A3)."""
    if not has(USE_PORTAL, api.portal.get()):
        return _(
            "error_no_portal_permission",
            default="You do not have the permission to use the client portal.",
        )
    if not has(SHARE, matter):
        return _(
            "error_not_on_matter",
            default="Only handlers and assistants of this matter may share from it.",
        )
    if not matter.portal_enabled:
        return _("error_portal_off", default="No client portal is set up on this matter.")
    return None


def require_share(matter: Matter) -> None:
    """Raise the error that fits where the person who acts may not share from `matter` (A2, A3)."""
    if not can_see(matter):
        raise NotThere(_("error_not_there", default="This is not there."))
    reason = refusal_to_share(matter)
    if reason is None:
        return
    if may_share(matter):
        raise Refused(reason)
    raise NotPermitted(reason)


def may_share(matter: Matter) -> bool:
    """Tell whether the person who acts is one who may share from `matter`, its portal on or off (A2)."""
    return has(USE_PORTAL, api.portal.get()) and has(SHARE, matter)


def matter_of(obj: Any) -> Matter | None:
    """Return the matter that `obj` is or lies in, or None; no check."""
    while obj is not None and not IMatter.providedBy(obj):
        obj = getattr(obj, "aq_parent", None)
    return obj


def has_left_the_firm(obj: Any) -> bool:
    """Tell whether the person who acts is named on the team of the matter of `obj`, but is no staff any more.

    To be asked about people who are no insiders (A2).
    """
    matter = matter_of(obj)
    return matter is not None and has(SHARE, matter)


def matter_or_none(uid: str) -> Matter | None:
    """Return a matter that the person who acts may know of, else None."""
    path = registers().matters.get(uid)
    matter = path and api.portal.get().unrestrictedTraverse(path, None)
    return matter if matter is not None and can_see(matter) else None


def matter_by_uid(uid: str) -> Matter:
    """Return a matter that the person who acts may know of, or raise NotThere."""
    matter = matter_or_none(uid)
    if matter is None:
        raise NotThere(_("error_not_there", default="This is not there."))
    return matter
