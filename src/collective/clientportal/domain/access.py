"""Who may do what, and the only way to matters, folders, documents and threads.

A lint rule (scripts/check_access.py) forbids the ways around it.
"""

from AccessControl import getSecurityManager
from collections.abc import Iterable
from collections.abc import Iterator
from collective.clientportal import _
from collective.clientportal.content.matter import IMatter
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.content.portal_document import PortalDocument
from collective.clientportal.content.portal_folder import PortalFolder
from collective.clientportal.domain import rosters
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
    return _user().getId() or ""


def is_anonymous() -> bool:
    """Tell whether nobody is logged in."""
    return api.user.is_anonymous()


def is_insider() -> bool:
    """Tell whether the person who acts belongs to the firm."""
    return not INSIDERS.isdisjoint(_user().getRoles())


def is_administrator() -> bool:
    """Tell whether the person who acts looks after the whole site."""
    return not ADMINISTRATORS.isdisjoint(_user().getRoles())


def has(permission: str, obj: Any) -> bool:
    """Tell whether the person who acts has `permission` on `obj`."""
    return bool(getSecurityManager().checkPermission(permission, obj))


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


def unchecked_matter(uid: str) -> Matter | None:
    """Return the matter with this UID, or None where it is gone; no check.

    For what nobody asks for in person: the sender, the sealer, the register of what is awaited.
    """
    path = registers().matters.get(uid)
    if not path:
        return None
    # Step by step: traversal asks each step ten questions, and a list has many matters.
    found = api.portal.get()
    for name in path.split("/")[len(found.getPhysicalPath()) :]:
        found = found._getOb(name, None)
        if found is None:
            return None
    return found


def matter_or_none(uid: str) -> Matter | None:
    """Return a matter that the person who acts may know of, else None."""
    matter = unchecked_matter(uid)
    return matter if matter is not None and can_see(matter) else None


def matter_by_uid(uid: str) -> Matter:
    """Return a matter that the person who acts may know of, or raise NotThere."""
    matter = matter_or_none(uid)
    if matter is None:
        raise NotThere(_("error_not_there", default="This is not there."))
    return matter


def listed(matters: Iterable[tuple[str, bool]]) -> Iterator[str]:
    """Yield the UIDs of those matters, given by (UID, whether it is restricted), that belong into a list for
    the person who acts.

    Of whole lists, without waking a matter: the same as `rosters.staff_roles` says, and the catalog.
    """
    user = _user()
    if "Manager" in user.getRoles():
        yield from (uid for uid, _restricted in matters)
        return
    is_staff = rosters.STAFF in user.getGroups()
    groups = set(rosters.teams_of(current_user_id()))
    for uid, restricted in matters:
        if rosters.group_id(uid, rosters.TEAM) in groups if restricted else is_staff:
            yield uid


def finds(uid: str) -> bool:
    """Tell whether the catalog gives something with this UID to the person who acts."""
    return bool(uid and api.content.find(UID=uid))


def folders(matter: Matter) -> list[PortalFolder]:
    """Return those portal folders of `matter` that the person who acts may see, by title."""
    return [folder for folder in rosters.folders(matter) if can_see(folder)]


def folder_by_uid(matter: Matter, uid: str) -> PortalFolder:
    """Return a portal folder of `matter` that the person who acts may see, or raise NotThere."""
    for folder in folders(matter):
        if api.content.get_uuid(folder) == uid:
            return folder
    raise NotThere(_("error_no_folder", default="There is no such folder in this matter."))


def documents(folder: PortalFolder) -> list[PortalDocument]:
    """Return those documents of a portal folder that the person who acts may see, newest first."""
    found = [document for document in rosters.documents(folder) if can_see(document)]
    return sorted(found, key=lambda document: document.since, reverse=True)


def threads(matter: Matter) -> list[MessageThread]:
    """Return those threads of `matter` that the person who acts may see, latest message first."""
    found = [thread for thread in rosters.threads(matter) if can_see(thread)]
    return sorted(found, key=_latest, reverse=True)


def thread_by_uid(matter: Matter, uid: str) -> MessageThread:
    """Return a thread of `matter` that the person who acts may see, or raise NotThere."""
    thread = matter.get(uid)
    if isinstance(getattr(thread, "aq_base", None), MessageThread) and can_see(thread):
        return thread
    raise NotThere(_("error_no_thread", default="There is no such thread in this matter."))


def inside(matter: Matter, **query: Any) -> Iterator[Any]:
    """Yield what the catalog finds in `matter` and the person who acts may see.

    `query`: as for api.content.find.
    """
    for brain in api.content.find(context=matter, unrestricted=True, **query):
        obj = brain._unrestrictedGetObject()
        if matter_of(obj) == matter and can_see(obj):
            yield obj


def count_inside(matter: Matter, **query: Any) -> int:
    """Return how much the catalog finds in `matter`, whoever may see it; `query` as for `inside`."""
    return len(api.content.find(context=matter, unrestricted=True, **query))


def _user() -> Any:
    """Return the person who acts, without what Plone wraps around a member: a page asks fifty times."""
    return getSecurityManager().getUser()


def _latest(thread: MessageThread) -> int:
    return int(thread.messages.maxKey()) if thread.messages else 0
