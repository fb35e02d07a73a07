"""Asking the site in process: the real publisher, no socket; what it would commit is noted, not stored."""

import base64
import gzip
import io
import transaction
import zipfile
from access.cast import IDENTITIES
from conftest import PASSWORD
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from plone.portlets.interfaces import IPortletAssignment
from ZPublisher.httpexceptions import HTTPExceptionHandler
from ZPublisher.WSGIPublisher import publish_module


HOST = "portal.example"


@dataclass(frozen=True)
class Request:
    """What is asked. `accept`: "html" or "json"; `body`: bytes."""

    method: str
    path: str
    query: str = ""
    accept: str = "html"
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Answer:
    """What came: `writes` are the classes of the objects that would have been stored."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    writes: tuple[str, ...]

    def told(self):
        """Return everything that the answer tells, unpacked, as bytes."""
        head = "\n".join([self.reason, *(f"{name}: {value}" for name, value in self.headers)])
        return head.encode("utf-8", "replace") + b"\n" + _unpacked(self.body)


def _unpacked(body):
    if body[:2] == b"\x1f\x8b":
        return gzip.decompress(body)
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = archive.namelist()
            return "\n".join(names).encode() + b"\n".join(archive.read(name) for name in names)
    return body


class Committed:
    """Stands in for the commit of this thread: notes what would be stored, and drops it."""

    def __init__(self):
        self.writes = []

    def __call__(self):
        for resource in transaction.get()._resources:
            for name in ("_registered_objects", "_added"):
                found = getattr(resource, name, ())
                objects = found.values() if hasattr(found, "values") else found
                self.writes += [
                    type(obj).__name__
                    for obj in objects
                    # Plone gives each portlet its name when it is first shown.
                    if not IPortletAssignment.providedBy(obj)
                ]
            if getattr(resource, "_savepoint_storage", None) is not None:
                self.writes.append("savepoint")
        transaction.abort()


@contextmanager
def nothing_is_stored():
    """Let no request of this thread store anything; yields what notes the writes."""
    committed = Committed()
    transaction.manager.commit = committed
    try:
        yield committed
    finally:
        del transaction.manager.commit


class Publisher:
    """Asks in the name of the people of a world."""

    def __init__(self, world, committed):
        self.world = world
        self.committed = committed
        self.app = HTTPExceptionHandler(publish_module)

    def ask(self, identity, request):
        """Return the answer."""
        self.committed.writes.clear()
        started = []

        def start_response(status, headers, exc_info=None):
            started[:] = [status, headers]
            return lambda data: None

        try:
            result = self.app(self._environ(identity, request), start_response)
        except Exception as error:
            # A server would answer so; one breakdown must not end a run of hours.
            transaction.abort()
            return Answer(500, f"500 {error!r}", (), b"", tuple(self.committed.writes))
        try:
            body = b"".join(result)
        finally:
            if hasattr(result, "close"):
                result.close()
        status, headers = started
        return Answer(int(status[:3]), status, tuple(headers), body, tuple(self.committed.writes))

    def _environ(self, identity, request):
        environ = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": request.path.encode().decode("latin-1"),
            "QUERY_STRING": request.query,
            "SERVER_NAME": HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": HOST,
            # Everybody from an address of their own: whose log-in fails is throttled alone.
            "REMOTE_ADDR": f"10.0.0.{1 + IDENTITIES.index(identity)}",
            "HTTP_ACCEPT": "application/json" if request.accept == "json" else "text/html",
            "HTTP_ACCEPT_LANGUAGE": "en",
            "CONTENT_LENGTH": str(len(request.body)),
            "wsgi.input": BytesIO(request.body),
            "wsgi.errors": BytesIO(),
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if request.content_type:
            environ["CONTENT_TYPE"] = request.content_type
        for name, value in request.headers:
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        if identity != "anonymous":
            pair = f"{self.world.logins[identity]}:{PASSWORD}"
            environ["HTTP_AUTHORIZATION"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        return environ
