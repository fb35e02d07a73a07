"""The headers that keep an answer safe in a browser: one table, on every answer, errors included."""

from collective.clientportal.domain import settings
from collective.clientportal.edge import SAFE_HEADERS
from collective.clientportal.interfaces import IClientPortalLayer
from collective.clientportal.subscribers import guard


def policy(**looser):
    """Return a Content-Security-Policy: the strictest that a page can live with, but for `looser`."""
    directives = {
        "default_src": "'none'",
        "script_src": "'self'",
        "style_src": "'self'",
        "img_src": "'self' data:",
        "font_src": "'self'",
        "connect_src": "'self'",
        "form_action": "'self'",
        "base_uri": "'none'",
        "frame_ancestors": "'none'",
    }
    named = (f"{name.replace('_', '-')} {value}" for name, value in (directives | looser).items())
    return "; ".join(named)


# Our own pages name theirs as `security_policy`.
CLIENT_PAGES = policy()
# Plone's bundle puts style elements into the page, its toolbar has style attributes.
STAFF_PAGES = policy(style_src="'self' 'unsafe-inline'")
# Plone's own pages about content, forms above all. The templates of its list of a folder's contents are
# compiled by eval; still nothing in a title or a name can run.
PLONE_LOOSER = {
    "style_src": "'self' 'unsafe-inline'",
    "img_src": "'self' data: blob:",
    "font_src": "'self' data:",
    "media_src": "'self' blob:",
    "frame_src": "'self'",
    "worker_src": "'self' blob:",
    "base_uri": "'self'",
    "frame_ancestors": "'self'",
}
PLONE_PAGES = policy(script_src="'self' 'unsafe-eval'", **PLONE_LOOSER)
# The control panels of Plone and the management screens of Zope live on inline scripts.
ADMINISTRATION = policy(script_src="'self' 'unsafe-inline' 'unsafe-eval'", **PLONE_LOOSER)
# What is no page shall not become one.
FILES = "sandbox; default-src 'none'; frame-ancestors 'none'"

PRIVATE = "private, no-store"
# The query is another one as soon as the file is; so is the hash that Plone puts in front of it.
VERSIONED = "public, max-age=31536000, immutable"
UNVERSIONED = "public, max-age=86400"
PUBLIC_VIEWS = {"clientportal-accent", "site-logo", "site-favicon", "favicon.ico", "robots.txt"}

# For this host alone: what else there is below its name is not the portal's.
TRANSPORT_SECURITY = "max-age=31536000"


def complete(event):
    """Complete the headers of an answer of a site with the portal."""
    request = event.request
    if not IClientPortalLayer.providedBy(request):
        return
    response = request.response
    for name, value in SAFE_HEADERS.items():
        # A page whose address opens something names a stricter Referrer-Policy itself.
        if not response.getHeader(name):
            response.setHeader(name, value)
    policy = response.getHeader("Content-Security-Policy") or _policy_of_plone(request)
    response.setHeader("Content-Security-Policy", policy)
    # The same again for what does not know frame-ancestors.
    framed = "frame-ancestors 'self'" in policy
    response.setHeader("X-Frame-Options", "SAMEORIGIN" if framed else "DENY")
    response.setHeader("Cache-Control", _cache_control(request))
    if settings.base_url().startswith("https://"):
        response.setHeader("Strict-Transport-Security", TRANSPORT_SECURITY)


def _policy_of_plone(request):
    response = request.response
    is_page = (response.getHeader("Content-Type") or "").startswith("text/html")
    is_file = (response.getHeader("Content-Disposition") or "").startswith("attachment")
    if not is_page or is_file:
        return FILES
    return ADMINISTRATION if _is_administration(request) else PLONE_PAGES


def _is_administration(request):
    name = _published_name(request)
    if name == "manage" or name.startswith("manage_"):
        return True
    return guard.is_of_a_tool(request) or name.endswith("-controlpanel")


def _cache_control(request):
    """Return who may keep the answer: nobody, unless it is the same for everybody."""
    is_public = request.method in ("GET", "HEAD") and request.response.getStatus() in (200, 304)
    is_resource = any(step.startswith(guard.PUBLIC_NAMESPACES) for step in request._steps)
    if not is_public or not (is_resource or _published_name(request) in PUBLIC_VIEWS):
        return PRIVATE
    is_versioned = request.get("QUERY_STRING") or any(
        step.startswith("++webresource++") for step in request._steps
    )
    return VERSIONED if is_versioned else UNVERSIONED


def _published_name(request):
    return getattr(request.get("PUBLISHED"), "__name__", "") or ""
