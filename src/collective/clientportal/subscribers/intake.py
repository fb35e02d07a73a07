"""What comes in can be read, and comes from where it says: before anything else looks at a request.

Plone and Zope call it an error of their own (500) where a body is no JSON, a number is none, or a
password cannot be decoded, and take REST requests that another site makes a browser send.
"""

import json
from collective.clientportal import _
from collective.clientportal import edge
from collective.clientportal.domain import settings
from collective.clientportal.domain.errors import NotPermitted
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import Refused
from collective.clientportal.interfaces import IClientPortalLayer
from math import isfinite
from plone.rest.interfaces import IAPIRequest
from plone.rest.interfaces import IService
from urllib.parse import urlsplit
from zExceptions import BadRequest
from zExceptions import HTTPException
from zExceptions import HTTPUnsupportedMediaType


READING = {"GET", "HEAD", "OPTIONS"}
JSON = "application/json"
VIRTUAL_HOST = "virtual_hosting"  # what becomes of VirtualHostRoot in a path
RESUMABLE = "application/offset+octet-stream"  # a part of a resumable upload
LEVELS = 10  # of objects and lists in each other
DIGITS = 18  # of a whole number
SESSION = "__ac"  # the cookie of Plone's session, and of the log-in above the site
WHOLE_NUMBERS = ("b_start", "b_size")  # what Plone's own services take for granted to be numbers


class WrongMediaType(Refused, HTTPUnsupportedMediaType):
    """A body that changes something by REST must be JSON (415)."""


class Unreadable(Refused):
    """The request cannot be read."""


def check(_site, event):
    """Refuse a request that cannot be read. Raises Unreadable, NotThere."""
    request = event.request
    if not IClientPortalLayer.providedBy(request):
        return
    _forget_session_of_form(request)
    _check_path(request)
    _check_authorization(request)
    if _media_type(request) == JSON and request.method not in READING:
        _check_body(request)
    _check_query(request)


def check_service(event):
    """Refuse what another site made a browser send to a service that writes, Plone's own included.

    Raises NotPermitted, WrongMediaType.
    """
    request = event.request
    writes = IService.providedBy(request["PUBLISHED"]) and request.method not in READING
    if writes and IClientPortalLayer.providedBy(request):
        check_origin(request)
        _check_media_type(request)


def refuse_unreadable(event):
    """Raise what answers 400, or 507, where Zope could not even read the request: it says 500 of that."""
    error = event.exc_info[1]
    if event.retry or "ACTUAL_URL" in event.request.other or isinstance(error, HTTPException):
        return  # it was read, or refused
    # No site is known yet.
    status, reason = (507, edge.FULL) if edge.is_full(error) else (400, edge.UNREADABLE)
    headers, body = edge.explain(event.request.environ, status, reason)
    refusal = BadRequest(reason.default)
    refusal.setStatus(status)
    for name, value in headers.items():
        refusal.setHeader(name.lower(), value)
    refusal.setBody(body.decode())
    raise refusal from error


def read_json(body):
    """Return the object that a JSON text (bytes) stands for. Raises Unreadable.

    It must be one that every reader understands alike: no name twice, no number that is none, no
    text that is none (NUL, half a surrogate pair), nothing nested without end.
    """
    try:
        data = json.loads(
            body.decode(),
            object_pairs_hook=_object,
            parse_constant=_fraction,
            parse_float=_fraction,
            parse_int=_whole,
        )
    except (ValueError, RecursionError) as error:
        raise _bad_json() from error
    if not isinstance(data, dict):
        raise _bad_json()
    for name, value in data.items():
        if not (is_text(name) and _is_readable(value, LEVELS)):
            raise Unreadable(wrong_field(name))
    return data


def is_from_here(request):
    """Tell whether no page of another site made a browser send a request; programs say nothing of it."""
    site = request.get_header("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.get_header("Origin")
    own = (request["SERVER_URL"], settings.base_url())
    return origin is None or origin in map(_origin, own)


def check_origin(request):
    """Raise NotPermitted where a page of another site made a browser send a request."""
    if not is_from_here(request):
        raise NotPermitted(_("error_other_site", default="This was asked from another site."))


def check_part(request):
    """Raise WrongMediaType where a body is no part of a resumable upload."""
    if _media_type(request) != RESUMABLE:
        raise WrongMediaType(
            _(
                "error_no_part",
                default="A part must be sent as ${type}.",
                mapping={"type": RESUMABLE},
            )
        )


def is_whole(text):
    """Tell whether a text of the query is a whole number."""
    return text.isascii() and text.isdecimal() and len(text) <= DIGITS


def is_text(value):
    """Tell whether a text is one: without NUL and halves of surrogate pairs, which no encoding takes."""
    try:
        return "\0" not in value and (value.isascii() or bool(value.encode()))
    except UnicodeEncodeError:
        return False


def wrong_field(name):
    """Return the reason for refusing what stands in a field."""
    return _(
        "error_bad_field",
        default="The field “${field}” holds something that does not belong there.",
        mapping={"field": name.encode(errors="replace").decode()[:100]},
    )


def _check_path(request):
    """Raise NotThere for the names by which Zope leads from a thing to something else.

    They are taken, and would be an answer, only where the thing is there: `<hidden>/aq_parent`.
    """
    steps = request.get("TraversalRequestNameStack") or ()
    # The web server in front names its root right behind the site.
    if any(step.startswith("aq_") for step in steps) or VIRTUAL_HOST in steps[:-1]:
        raise NotThere(_("error_not_there", default="This is not there."))


def _forget_session_of_form(request):
    """Let a session come by its cookie alone: Zope's `request.get` looks for it in address and form first.

    In an address it would lie in logs, and one person's link would make another act as them.
    """
    if request.form.pop(SESSION, None) is not None:
        request.other.pop(SESSION, None)


def _check_authorization(request):
    try:
        request._authUserPW()
    except ValueError as error:
        request._auth = None
        raise Unreadable(
            _("error_bad_authorization", default="The header “Authorization” cannot be read.")
        ) from error


def _origin(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _check_media_type(request):
    """Refuse what is no JSON: a page elsewhere can make a browser send a form or a text, but not JSON."""
    has_body = request.get_header("Content-Length", "") not in ("", "0")
    if has_body and _media_type(request) not in (JSON, RESUMABLE):
        raise WrongMediaType(
            _("error_media_type", default="The body must be JSON (application/json).")
        )


def _media_type(request):
    return (request.get_header("Content-Type") or "").partition(";")[0].strip().lower()


def _check_body(request):
    body = request.get("BODY")
    if not body:
        return
    try:
        data = read_json(body)
        for name in ("login", "password"):
            # Plone's log-in by token, which looks at every body, takes them for texts.
            if name in data and not isinstance(data[name], str):
                raise Unreadable(wrong_field(name))
        if not isinstance(data.get("otp"), str | None):
            raise Unreadable(wrong_field("otp"))
    except Unreadable:
        # So that nobody else trips over it while it is refused.
        request.set("BODY", b"")
        raise


def _check_query(request):
    for name in WHOLE_NUMBERS:
        value = request.form.get(name) or "0"
        if not (isinstance(value, str | int) and is_whole(str(value))):
            raise Unreadable(wrong_field(name))
    if IAPIRequest.providedBy(request):
        for name, value in request.form.items():
            if isinstance(value, str) and not is_text(value):
                raise Unreadable(wrong_field(name))


def _bad_json():
    return Unreadable(_("error_bad_json", default="The body must be a JSON object."))


def _object(pairs):
    data = dict(pairs)
    if len(data) < len(pairs):
        raise ValueError("a name twice")
    return data


def _whole(text):
    if len(text) > DIGITS:
        raise ValueError("a number without end")
    return int(text)


def _fraction(text):
    if not isfinite(float(text)):
        raise ValueError("no number")
    return float(text)


def _is_readable(value, levels):
    if isinstance(value, str):
        return is_text(value)
    if isinstance(value, dict):
        return levels > 0 and all(
            is_text(name) and _is_readable(item, levels - 1) for name, item in value.items()
        )
    if isinstance(value, list):
        return levels > 0 and all(_is_readable(item, levels - 1) for item in value)
    return True
