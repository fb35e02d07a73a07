"""The virus scanner: clamd, asked by its INSTREAM command over TCP or a Unix socket.

The package `clamd` on PyPI needs pkg_resources, which setuptools no longer has; the protocol is small.
"""

import os
import socket
import struct
import time
from collective.clientportal.domain import settings
from typing import BinaryIO


BLOCK = 128 * 1024  # bytes sent at once
MOST_REPLY = 4096
PING_SECONDS = 3


class Unavailable(Exception):
    """The scanner gave no answer that tells whether a file is clean; the message says why."""


def is_on() -> bool:
    """Tell whether files are scanned at all."""
    return bool(settings.get("scanner_address"))


def answers() -> bool:
    """Tell whether the scanner answers a PING within a few seconds."""
    try:
        with _connect(settings.get("scanner_address"), PING_SECONDS) as connection:
            connection.sendall(b"zPING\0")
            return connection.recv(MOST_REPLY).startswith(b"PONG")
    except (OSError, ValueError):
        return False


def find(stream: BinaryIO) -> str:
    """Return the name of what the scanner finds in a file, or "". Raises Unavailable."""
    most = settings.number("scanner_megabytes") * 1024 * 1024
    if stream.seek(0, os.SEEK_END) > most:
        raise Unavailable(f"The file is larger than the {most} bytes that are scanned.")
    stream.seek(0)
    try:
        return _read(_ask(stream, settings.get("scanner_address")))
    except (OSError, ValueError) as error:
        raise Unavailable(f"{type(error).__name__}: {error}") from error
    finally:
        stream.seek(0)


def _ask(stream: BinaryIO, address: str) -> str:
    """Return what clamd answers, at the latest when the time that the settings give it is over."""
    deadline = time.monotonic() + settings.number("scanner_seconds")
    with _connect(address, _left(deadline)) as connection:
        connection.sendall(b"zINSTREAM\0")
        while block := stream.read(BLOCK):
            connection.settimeout(_left(deadline))
            connection.sendall(struct.pack("!L", len(block)) + block)
        connection.sendall(struct.pack("!L", 0))
        reply = b""
        while not reply.endswith(b"\0") and len(reply) < MOST_REPLY:
            connection.settimeout(_left(deadline))
            part = connection.recv(MOST_REPLY)
            if not part:
                break
            reply += part
    return reply.rstrip(b"\0").decode("utf-8", "replace").strip()


def _read(reply: str) -> str:
    if reply == "stream: OK":
        return ""
    if reply.startswith("stream: ") and reply.endswith(" FOUND"):
        return reply.removeprefix("stream: ").removesuffix(" FOUND")
    raise ValueError(f"clamd answered: {reply[:200]!r}")


def _connect(address: str, seconds: float) -> socket.socket:
    """Return a connection to "host:port", or to the path of a Unix socket."""
    if not address.startswith("/"):
        host, _colon, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), seconds)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(seconds)
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("clamd took too long.")
    return left
