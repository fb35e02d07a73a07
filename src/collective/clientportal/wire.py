"""The server: waitress, which does not read what the edge refuses.

Left alone it reads a body to its end before the application sees the request, and sends a bare text where
a body is too long for all. Here a request whose length the edge refuses goes to the application at once and
without its body. What the other side still sends is thrown away for a while before the connection is closed:
closed at once, the answer would be lost on the way, and a browser would show a broken connection.
"""

import socket
import time
from collective.clientportal import edge
from contextlib import suppress
from http import HTTPStatus
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer
from waitress.server import create_server
from waitress.task import ErrorTask
from waitress.utilities import Error


LINGER = 30  # seconds


def serve(application, global_conf, **settings):
    """Serve an application until the process ends (`paste.server_runner`); the settings are waitress' own."""
    sockets = {}
    server = create_server(application, map=sockets, **{**limits(), **settings})
    for listening in list(sockets.values()):
        if isinstance(listening, BaseWSGIServer):
            listening.channel_class = Channel
    server.run()
    return 0


def limits():
    """Return the settings that keep waitress from refusing anything before the edge does."""
    return {"max_request_body_size": edge.FILES + edge.MEGABYTE}


class Request(HTTPRequestParser):
    """A request on its way in; `refused`: it came without its body, because that is too long."""

    refused = False
    most = 0

    def received(self, data):
        """Take what came, and return how much of it belongs to this request."""
        try:
            taken = super().received(data)
        except OSError as error:
            # Long bodies wait on the disk.
            if not edge.is_full(error):
                raise
            self.error = NoRoom("")
            self._refuse()
        if self.chunked and not self.refused and self.body_rcv is not None:
            length = len(self.body_rcv)
            if length > self.most:
                self.headers["CONTENT_LENGTH"] = str(length)
                self._refuse()
        # What follows is the refused body, not the next request.
        return len(data) if self.refused else taken

    def parse_header(self, header_plus):
        """Read the headers, and refuse a body that is too long by them."""
        super().parse_header(header_plus)
        self.most = edge.most_bytes(self.environ())
        if not self.chunked and self.content_length > self.most:
            self._refuse()

    def environ(self):
        """Return as much of the WSGI environment as the edge looks at."""
        named = {f"HTTP_{name}": value for name, value in self.headers.items()}
        return named | {
            "PATH_INFO": getattr(self, "path", ""),
            "CONTENT_TYPE": self.headers.get("CONTENT_TYPE", ""),
        }

    def _refuse(self):
        self.refused = self.completed = True
        # Where the disk is full, what waits there cannot be written out either; nobody wants it.
        with suppress(OSError):
            self.close()
        self.body_rcv = None
        self.content_length = 0
        self.expect_continue = False
        self.headers["CONNECTION"] = "close"


class NoRoom(Error):
    """The disk is full."""

    code = HTTPStatus.INSUFFICIENT_STORAGE
    reason = code.phrase


class BareError(ErrorTask):
    """What waitress itself refuses, in words."""

    def execute(self):
        """Write the answer."""
        status = self.request.error.code
        reason = edge.FULL if status == NoRoom.code else edge.UNREADABLE
        headers, body = edge.explain(self.request.environ(), status, reason)
        self.status = edge.status_line(status)
        self.response_headers.extend(headers.items())
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):
    """A connection: it stays open for a while after a refusal, and nothing that still comes is kept."""

    parser_class = Request
    error_task_class = BareError
    has_refused = False
    until = None  # the time when it is closed

    def service(self):
        """Have the request answered."""
        request = self.requests[0]
        self.has_refused = bool(request.refused or request.error)
        super().service()

    def handle_write(self):
        """Send what there is to send; after a refusal, say that nothing more will come, and wait."""
        is_last = self.has_refused and self.close_when_flushed
        if is_last:
            self.close_when_flushed = False
        super().handle_write()
        if is_last and self.total_outbufs_len:
            self.close_when_flushed = True
        elif is_last:
            self.until = time.time() + LINGER
            self._shut()

    def received(self, data):
        """Take what came."""
        if self.until is None:
            return super().received(data)
        self.will_close = self.will_close or time.time() > self.until
        return True

    def _shut(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.will_close = True
