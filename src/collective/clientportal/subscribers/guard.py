"""The traversal guard: nothing answers for an object that a person may not know of.

After traversal, before anything runs: whoever acts must be able to see the nearest content object;
clients and strangers must also have asked for one of the routes that are named as theirs.
"""

from collective.clientportal import _
from collective.clientportal.content.matter import IMatter
from collective.clientportal.content.message_thread import IMessageThread
from collective.clientportal.content.portal_document import IPortalDocument
from collective.clientportal.content.portal_folder import IPortalFolder
from collective.clientportal.domain import access
from collective.clientportal.domain import second_factor
from collective.clientportal.domain.errors import NotPermitted
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.interfaces import IClientPortalLayer
from plone import api
from plone.rest.interfaces import IAPIRequest
from plone.rest.interfaces import IService
from Products.CMFCore.interfaces import IContentish
from Products.CMFCore.interfaces import ISiteRoot
from urllib.parse import urlencode
from webdav.NullResource import NullResource
from zExceptions import Redirect
from zExceptions import Unauthorized
from zope.browser.interfaces import IBrowserView


# What a stranger may ask the site for: logging in, choosing a password, and what these pages look like.
PUBLIC_VIEWS = {
    "clientportal-accent",
    "login",
    "logout",
    "logged-out",
    "require_login",
    "choose-password",
    "forgot-password",
    "site-logo",
    "site-favicon",
    "favicon.ico",
    "robots.txt",
}
PUBLIC_SERVICES = {"POST @login", "GET @health"}
PUBLIC_NAMESPACES = ("++plone++", "++resource++", "++theme++", "++webresource++")

# What a client may ask for, besides. All services of ours are in it: each checks its own permission,
# so that a client of the matter reads "you may not do this" instead of "this is not there".
CLIENT_VIEWS = [
    (ISiteRoot, {"account", "portal", "inbox", "unread"}),
    (IMatter, {"portal", "open", "zip"}),
    (IPortalFolder, {"portal", "upload", "zip"}),
    (IPortalDocument, {"download"}),
    (IMessageThread, {"portal", "attachment", "draft", "open", "reply"}),
]
# What Plone lets every member ask for, and nobody but an administrator needs: it names people who are
# nobody's business, paths and times of what others write, or mails links made from the request's Host.
ADMIN_VIEWS = {
    "author",
    "mail_password",
    "passwordreset",
    "pwreset_form",
    "redirect-to-uuid",
    "sendto_form",
}
ADMIN_SERVICES = {
    "POST @users",
    "PATCH @users",
    "GET @transactions",
    "PATCH @transactions",
    "POST @email-notification",
    "POST @email-send",
}
# For nobody: a token that is exchanged for a new one again and again never ends.
CLOSED_SERVICES = {"POST @login-renew"}
# WebDAV is off for everybody: its verbs answer otherwise where something is there.
METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PATCH", "DELETE"}

OWN_SERVICES = "collective.clientportal.services"


def guard(event):
    """Raise NotThere, NotPermitted or Unauthorized, or redirect to the log-in or the portal."""
    request = event.request
    if not IClientPortalLayer.providedBy(request):
        return
    published = request["PUBLISHED"]
    context = _nearest_content(request)
    if access.is_insider():
        if second_factor.is_missing(access.current_user_id()):
            _require_second_factor(published, context, request)
        if _is_webdav(published, request) or _is_closed(published, request):
            raise NotThere(_("error_not_there", default="This is not there."))
        _require_sight(context, request)
        if not access.is_administrator() and _is_for_administrators(published, request):
            raise NotPermitted(_("error_not_permitted", default="You may not do this here."))
        if _is_home(context, request):
            raise Redirect(f"{api.portal.get().absolute_url()}/@@matters")
        return
    if _is_public(published, context, request):
        return
    if access.is_anonymous():
        raise _log_in(request)
    _require_sight(context, request)
    if access.has_left_the_firm(context):
        raise NotPermitted(access.refusal_to_share(access.matter_of(context)))
    if _is_for_clients(published, context):
        return
    if _is_plain_page(context, request):
        raise Redirect(f"{context.absolute_url()}/@@portal")
    if IAPIRequest.providedBy(request):
        raise NotPermitted(_("error_not_permitted", default="You may not do this here."))
    # On pages nothing tells a route that is not theirs from one that is not there.
    raise NotThere(_("error_not_there", default="This is not there."))


def _is_webdav(published, request):
    """Tell whether WebDAV would answer; even its HEAD writes, and that of whoever may only read."""
    verb = request.method
    own = verb not in METHODS or getattr(published, "__name__", "") == verb
    return own and not IService.providedBy(published)


def _is_closed(published, request):
    return IService.providedBy(published) and _asked(published, request) in CLOSED_SERVICES


def is_nowhere(request):
    """Tell whether traversal met what WebDAV puts in the place of what is not there."""
    return any(isinstance(obj, NullResource) for obj in met(request))


def _nearest_content(request):
    for obj in met(request):
        if IContentish.providedBy(obj) or ISiteRoot.providedBy(obj):
            return obj
    return None


def is_of_a_tool(request):
    """Tell whether a tool of Plone is asked; they publish methods: `portal_registration/mailPassword`."""
    return any(step.startswith(("portal_", "acl_users")) for step in request._steps)


def met(request):
    """Return what traversal came by, the last first, each without what plone.rest wraps around it."""
    return map(_unwrapped, (request.other.get("PUBLISHED"), *request["PARENTS"]))


def _unwrapped(obj):
    """Return what plone.rest wraps while it traverses."""
    return getattr(obj, "__dict__", {}).get("context", obj)


def _require_sight(context, request):
    hidden = (
        context is not None and not ISiteRoot.providedBy(context) and not access.can_see(context)
    )
    if hidden or is_nowhere(request) or _is_detour(context, request):
        raise NotThere(_("error_not_there", default="This is not there."))


def _is_detour(context, request):
    """Tell whether the way to something leads by content that does not hold it, as Zope's acquisition allows.

    `<hidden>/matters/<own>` would answer where the hidden thing is there, and not where it is not.
    """
    path = context.getPhysicalPath() if context is not None else ()
    others = (obj.getPhysicalPath() for obj in met(request) if IContentish.providedBy(obj))
    return any(path[: len(other)] != other for other in others)


def _require_second_factor(published, context, request):
    """Lead a member of the firm who must set up a second factor to where that is done, and nowhere else."""
    if _is_public(published, context, request) or getattr(published, "__name__", "") == "account":
        return
    if IAPIRequest.providedBy(request) or request.method not in ("GET", "HEAD"):
        raise NotPermitted(
            _(
                "error_second_factor_missing",
                default="Please set up the second step of the log-in first, under “My account”.",
            )
        )
    raise Redirect(f"{api.portal.get().absolute_url()}/@@account")


def _is_public(published, context, request):
    if not ISiteRoot.providedBy(context):
        return False
    if IService.providedBy(published):
        return _asked(published, request) in PUBLIC_SERVICES
    if IBrowserView.providedBy(published) and published.__name__ in PUBLIC_VIEWS:
        # Of the site itself, not of a tool in it.
        return ISiteRoot.providedBy(_unwrapped(request["PARENTS"][0]))
    depth = len(context.getPhysicalPath()) - 1
    below = request._steps[depth:]
    if below and below[0].startswith(PUBLIC_NAMESPACES):
        return True
    return below == ["acl_users", "credentials_cookie_auth", "require_login"]


def _is_for_clients(published, context):
    if IService.providedBy(published):
        return _is_own_service(published)
    return IBrowserView.providedBy(published) and any(
        interface.providedBy(context) and published.__name__ in names
        for interface, names in CLIENT_VIEWS
    )


def _is_for_administrators(published, request):
    if _is_stock_service(published):
        return _asked(published, request) in ADMIN_SERVICES
    name = getattr(published, "__name__", "")
    if name == "resolveuid":
        # It tells the path of whatever has this UID.
        return not access.finds(published.uuid)
    asks_for = request.form.get("userid", access.current_user_id())
    return name in ADMIN_VIEWS or is_of_a_tool(request) or asks_for != access.current_user_id()


def _is_own_service(published):
    return any(cls.__module__.startswith(OWN_SERVICES) for cls in type(published).__mro__)


def _is_stock_service(published):
    return IService.providedBy(published) and not _is_own_service(published)


def _asked(published, request):
    """Return which service is asked for, as the lists name it: "POST @login"."""
    name = published.__name__
    return f"{request.method} {name[name.index('@') :] if '@' in name else ''}"


def _is_plain_page(context, request):
    """Tell whether somebody came to an object by its bare address."""
    has_portal_page = any(
        "portal" in names for interface, names in CLIENT_VIEWS if interface.providedBy(context)
    )
    return has_portal_page and _is_bare(context, request)


def _is_home(context, request):
    """Tell whether a member of the firm came to the site, or to the folder in which matters lie."""
    site = api.portal.get()
    is_home = ISiteRoot.providedBy(context) or (
        context is not None and context == site.get("matters")
    )
    return is_home and _is_bare(context, request) and access.has(access.USE_PORTAL, site)


def _is_bare(context, request):
    """Tell whether somebody came to an object by its bare address, to look at it."""
    bare = request["ACTUAL_URL"].rstrip("/") == context.absolute_url()
    return bare and request.method == "GET" and not IAPIRequest.providedBy(request)


def log_in_address(request):
    """Return the address of the log-in page that leads back to what was asked for."""
    query = request.get("QUERY_STRING")
    asked = f"{request['ACTUAL_URL']}?{query}" if query else request["ACTUAL_URL"]
    return f"{api.portal.get().absolute_url()}/login?{urlencode({'came_from': asked})}"


def _log_in(request):
    if IAPIRequest.providedBy(request) or request.method not in ("GET", "HEAD"):
        return Unauthorized("Please log in.")
    return Redirect(log_in_address(request))
