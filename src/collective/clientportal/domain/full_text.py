"""What a file is found by: the beginning of its text, read within limits of bytes and of time.

Plone's own indexer converts whole files in the request that stores them, by whatever type the sender names.
"""

import re
import shutil
import subprocess
from collective.clientportal.domain import file_types
from threading import Timer
from typing import Any
from typing import BinaryIO


MOST_BYTES = 100 * 1024  # of text
MOST_SECONDS = 10.0  # for a PDF file
MOST_PAGES = 50
PDFTOTEXT = "pdftotext"  # of poppler; where it is not installed, PDF files are found by name alone

PDF = file_types.CONTENT_TYPE["pdf"]
TEXTS = {*file_types.ENDINGS[file_types.TEXT].values()}
PAGES = {*file_types.ENDINGS[file_types.ACTIVE].values()}
TAG = re.compile(r"<[^<>]*>")


def of(file: Any) -> str:
    """Return the beginning of the text of a stored file; "" where it has none that can be read."""
    if file.contentType in TEXTS | PAGES:
        with file.open() as stream:
            text = _decoded(stream.read(MOST_BYTES))
        return TAG.sub(" ", text) if file.contentType in PAGES else text
    if file.contentType == PDF:
        with file.open() as stream:
            return _of_pdf(stream)
    return ""


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "ignore")
    try:
        # The last character may be cut in two.
        return data[: len(data) - _cut(data)].decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _cut(data: bytes) -> int:
    """Return how many bytes at the end begin a character of UTF-8 that is not whole."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 != 0x80:
            length = 1 if byte < 0x80 else 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if length > back else 0
    return 0


def _of_pdf(stream: BinaryIO) -> str:
    command = shutil.which(PDFTOTEXT)
    if command is None:
        return ""
    arguments = [command, "-q", "-enc", "UTF-8", "-l", str(MOST_PAGES), stream.name, "-"]
    with subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        watch = Timer(MOST_SECONDS, process.kill)
        watch.start()
        try:
            assert process.stdout is not None
            return process.stdout.read(MOST_BYTES).decode("utf-8", "ignore")
        finally:
            watch.cancel()
            process.kill()
