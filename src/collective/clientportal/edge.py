"""The edge: a WSGI filter in front of Zope, for what Zope should not have to read, and for bare answers.

It refuses bodies by their length before a byte of them is read (wire.py keeps the server from reading
them), answers where Zope breaks down before it knows a site, and takes the body off answers to HEAD. What it
says stands in the reader's language, as a page or as JSON; it knows no site, no person, no setting.
"""

import base64
import errno
import hashlib
import json
import logging
from collective.clientportal import _
from collective.clientportal import logs
from html import escape
from http import HTTPStatus
from zope.i18n import translate


logger = logging.getLogger("collective.clientportal.edge")

MEGABYTE = 1024 * 1024
SMALL = 5 * MEGABYTE  # forms and JSON without files
STRANGER = 64 * MEGABYTE  # files of somebody without a log-in: it may have run out while they wrote
FILES_IN_JSON = 64 * MEGABYTE  # held in memory as a whole; base64 makes 35 MB of files 47
FILES = 1100 * MEGABYTE  # forms with files; the limits of the settings are below that

# What a path ends with that takes files in a form, ours and Plone's; and those whose JSON may hold files.
FILE_FORMS = {
    "compose",
    "documents",
    "edit",
    "fileUpload",
    "portal-contents",
    "release",
    "reply",
    "upload",
}
FILE_SERVICES = {"@messages", "@send"}
RESUMABLE = {"@tus-upload", "@tus-replace", "@uploads"}

LANGUAGES = ("en", "de")  # the first one where the reader names neither

# On every answer of the edge, and of every site with the portal (subscribers/headers.py).
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
}

STYLE = (
    "body{margin:0;background:#f4f5f7;color:#1c2733;font:1.0625rem/1.55 system-ui,sans-serif}"
    "main{max-width:34rem;margin:12vh auto;padding:2rem;background:#fff;border:1px solid #d9dee4;"
    "border-radius:.5rem}h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25}p{margin:.75rem 0 0}"
    "@media (max-width:40rem){main{margin:0;border:0;border-radius:0}}"
)
POLICY = (
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; style-src "
    f"'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
)
PAGE = (
    '<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
    "<style>{style}</style></head><body><main><h1>{title}</h1><p>{message}</p></main></body></html>\n"
)

DISK_FULL = "53100"  # as PostgreSQL calls it

NAMES = {
    400: "BadRequest",
    413: "PayloadTooLarge",
    431: "HeadersTooLarge",
    500: "InternalServerError",
    501: "NotImplemented",
    507: "InsufficientStorage",
}
TITLES = {
    413: _("edge_title_413", default="That is too much at once."),
    507: _("edge_title_507", default="There is no room at the moment."),
    500: _("error_page_500", default="Something went wrong on our side."),
}
TITLE = _("error_page_400", default="That did not work.")

UNREADABLE = _("edge_unreadable", default="What was sent cannot be read.")
FULL = _(
    "error_full",
    default="The server has no room left. Nothing of what you sent was stored; what was there before is "
    "safe. Please try again later, or call us.",
)
BROKEN = _("edge_broken", default="Please try again in a few minutes.")


class Edge:
    """An application with the edge before it (`paste.filter_app_factory`)."""

    def __init__(self, application, global_conf=None):
        self.application = application

    def __call__(self, environ, start_response):
        """Answer a request, or have it answered (WSGI)."""
        most = most_bytes(environ)
        if content_length(environ) > most:
            return _answer(environ, start_response, 413, too_large(most))
        if not _is_utf8(environ.get("PATH_INFO", "")):
            return _answer(environ, start_response, 400, UNREADABLE)
        try:
            answer = self.application(environ, start_response)
        except Exception as error:
            # Zope raises before it begins to answer.
            logger.exception("Zope broke down at %s", logs.path(environ["PATH_INFO"]))
            return _answer(environ, start_response, *broken(error))
        if environ["REQUEST_METHOD"] != "HEAD":
            return answer  # as it is: the server knows files by their class
        if hasattr(answer, "close"):
            answer.close()
        return []


def most_bytes(environ):
    """Return how long the body of a request may be, by its path, media type and whether it has a log-in."""
    steps = [step.removeprefix("@@") for step in environ.get("PATH_INFO", "").split("/")]
    name = next((step for step in reversed(steps) if step), "")
    media_type = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    is_known = "HTTP_AUTHORIZATION" in environ or "__ac=" in environ.get("HTTP_COOKIE", "")
    if media_type == "application/json":
        # Plone's own services on content have no name in the path.
        may_hold_files = is_known and (not name.startswith("@") or name in FILE_SERVICES)
        return FILES_IN_JSON if may_hold_files else SMALL
    if media_type == "multipart/form-data" and (name in FILE_FORMS or "++add++" in name):
        return FILES if is_known else STRANGER
    if is_known and not RESUMABLE.isdisjoint(steps):
        return FILES
    return SMALL


def content_length(environ):
    """Return how long the body of a request is said to be; 0 where nothing is said."""
    length = environ.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdecimal() else 0


def too_large(most):
    """Return the reason why more than `most` bytes are refused, and what to do about it."""
    return _(
        "edge_too_large",
        default="At most ${most} MB can be sent here at once; this is more, and nothing of it was stored. "
        "Please go back and send fewer or smaller files.",
        mapping={"most": most // MEGABYTE},
    )


def broken(error):
    """Return status and reason for what Zope breaks down of."""
    return (507, FULL) if is_full(error) else (500, BROKEN)


def is_full(error):
    """Tell whether a disk that is full is behind an error: this machine's, or that of PostgreSQL."""
    seen = []
    while error is not None and error not in seen:
        number, code = getattr(error, "errno", None), getattr(error, "pgcode", None)
        if number in (errno.ENOSPC, errno.EDQUOT) or code == DISK_FULL:
            return True
        seen.append(error)
        error = error.__cause__ or error.__context__
    return False


def explain(environ, status, reason):
    """Return headers and body of a refusal: a page, or JSON where that is asked for.

    `reason`: a message of ours. The language is the first of ours that the reader's browser names.
    """
    language = _language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    title = translate(TITLES.get(status, TITLE), target_language=language)
    message = translate(reason, target_language=language)
    if _wants_json(environ):
        kind, policy = "application/json", "sandbox; default-src 'none'; frame-ancestors 'none'"
        text = json.dumps({"type": NAMES[status], "message": message})
    else:
        kind, policy = "text/html;charset=utf-8", POLICY
        words = {"title": escape(title), "message": escape(message)}
        text = PAGE.format(language=language, style=STYLE, **words)
    body = text.encode()
    headers = SAFE_HEADERS | {
        "Content-Type": kind,
        "Content-Length": str(len(body)),
        "Content-Security-Policy": policy,
        "Cache-Control": "private, no-store",
        "Vary": "Accept, Accept-Language",
    }
    return headers, body


def _answer(environ, start_response, status, reason):
    headers, body = explain(environ, status, reason)
    start_response(status_line(status), list(headers.items()))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def status_line(status):
    """Return a status as it stands in an answer: "400 Bad Request"."""
    return f"{status} {HTTPStatus(status).phrase}"


def _wants_json(environ):
    accept, path = environ.get("HTTP_ACCEPT", ""), environ.get("PATH_INFO", "")
    return "application/json" in accept or "/++api++" in path


def _language(accepted):
    """Return the first language of ours in an Accept-Language header; browsers sort them by liking."""
    named = (part.strip()[:2].lower() for part in accepted.split(","))
    return next((language for language in named if language in LANGUAGES), LANGUAGES[0])


def _is_utf8(path):
    """Tell whether a path, which WSGI hands on as Latin-1, is UTF-8: Zope breaks down where it is not."""
    try:
        return bool(path.encode("latin-1").decode() or True)
    except UnicodeError:
        return False
