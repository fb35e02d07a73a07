"""Logs without confidential words: they hold what the programs say, not what people wrote.

Named in etc/zope.ini: `AccessLog` is a WSGI filter that writes a line a request, `Formatter` writes the lines
of all other logs. Both write JSON, one object a line.
"""

import json
import logging
import os
import re
import secrets
import sys
import threading
import time
from datetime import datetime
from datetime import UTC
from traceback import walk_tb


access_log = logging.getLogger("collective.clientportal.access")

OURS = "collective.clientportal"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"}
# What a path may be made of, to be written as it is: ids that the server made, names of views and services,
# and the words that every site has. All else may be a name, an address or a title.
ID = re.compile(r"[0-9a-f]{32}|[0-9]{1,19}")
ROUTE = re.compile(r"(@@|@|\+\+[a-z]+\+\+)[a-z-]*")
WORDS = {"Plone", "matters", "login", "logout", "manage", "acl_users", "favicon.ico", "robots.txt"}
HIDDEN = "*"
MOST_SEGMENTS = 12

_request = threading.local()

# Python would print what it cannot write to the standard error: the whole record, before it was cleaned.
logging.raiseExceptions = False


class AccessLog:
    """Writes a line a request: when, what, which answer, how many bytes, how long; not who it was."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        """Answer the request, then write the line; one that breaks off has the status 0."""
        line = Line(environ)
        _request.id = line.id

        def start(status, headers, exc_info=None):
            line.answer(status, headers)
            return start_response(status, [*headers, ("X-Request-ID", line.id)], exc_info)

        try:
            answer = self.app(environ, start)
        except BaseException:
            line.write()
            raise
        if line.bytes is None:
            return Counted(answer, line)
        # As it is: the server sends files by itself.
        line.write()
        return answer


class Line:
    """What is known of a request so far."""

    def __init__(self, environ):
        self.id = secrets.token_hex(8)
        self.since = time.perf_counter()
        self.method = environ["REQUEST_METHOD"]
        self.path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        self.status = 0
        self.bytes = None

    def answer(self, status, headers):
        """Take down what is answered."""
        self.status = int(status[:3])
        lengths = [value for name, value in headers if name.lower() == "content-length"]
        self.bytes = int(lengths[0]) if lengths else None

    def write(self):
        """Write the line."""
        access_log.info(
            _json(
                time=_moment(time.time()),
                request=self.id,
                method=self.method if self.method in METHODS else HIDDEN,
                path=path(self.path),
                status=self.status,
                bytes=self.bytes,
                ms=round((time.perf_counter() - self.since) * 1000),
            )
        )


class Counted:
    """An answer whose bytes are counted on their way out."""

    def __init__(self, answer, line):
        self.answer = answer
        self.line = line
        line.bytes = 0

    def __iter__(self):
        for part in self.answer:
            self.line.bytes += len(part)
            yield part

    def close(self):
        """Write the line; the server calls this when it has sent everything, or cannot."""
        try:
            if hasattr(self.answer, "close"):
                self.answer.close()
        finally:
            self.line.write()


class Formatter(logging.Formatter):
    """Writes a record as JSON: of our own loggers the message, of others what stands in their source.

    What others put together from values is left out, and so are the texts of exceptions: any of it may hold
    what people wrote. An exception is told by its type and by where it came from.
    """

    def format(self, record):
        """Return the line."""
        request = getattr(_request, "id", "")
        # Zope's error log puts the exception into its message, and is in the middle of handling it.
        raised = record.exc_info or (record.levelno >= logging.ERROR and sys.exc_info())
        return _json(
            time=_moment(record.created),
            level=record.levelname,
            logger=record.name,
            message=_message(record),
            **({"request": request} if request else {}),
            **(_raised(*raised) if raised and raised[0] else {}),
        )


def access_filter(global_conf):
    """Return the filter for etc/zope.ini (paste.filter_factory)."""
    return AccessLog


def path(text):
    """Return a path with everything in it hidden that may be a name, an address or a title."""
    _before, root, inside = text.partition("/VirtualHostRoot")
    segments = (inside if root else text).split("/")
    shown = [segment if _is_harmless(segment) else HIDDEN for segment in segments[:MOST_SEGMENTS]]
    return "/".join([*shown, "…"] if len(segments) > MOST_SEGMENTS else shown) or "/"


def _is_harmless(segment):
    return (
        not segment or segment in WORDS or bool(ID.fullmatch(segment) or ROUTE.fullmatch(segment))
    )


def _message(record):
    if record.name == OURS or record.name.startswith(f"{OURS}."):
        return record.getMessage()
    return record.msg if _is_constant(record) else HIDDEN


def _is_constant(record):
    """Tell whether a message stands in the source of whoever logs it: then no value is in it yet."""
    frame = sys._getframe()
    while frame is not None:
        code = frame.f_code
        if code.co_name == record.funcName and code.co_filename == record.pathname:
            return record.msg in code.co_consts
        frame = frame.f_back
    return False


def _raised(kind, error, traceback):
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    if isinstance(error, OSError) and error.errno:
        name += f": {os.strerror(error.errno)}"
    places = [
        f"{frame.f_code.co_filename}:{number} {frame.f_code.co_name}"
        for frame, number in walk_tb(traceback)
    ]
    return {"error": name, "at": places}


def _moment(seconds):
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _json(**values):
    return json.dumps(values, ensure_ascii=False)
