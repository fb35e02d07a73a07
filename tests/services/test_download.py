"""@@download: bytes unchanged, always an attachment, whatever the file is and is called."""

import base64
import hashlib
import os
import pytest
import random
import re
import transaction
from collective.clientportal.domain import documents
from conftest import PDF
from pathlib import Path
from plone import api
from plone.namedfile.file import NamedBlobFile
from urllib.parse import unquote


MEGABYTE = 1024 * 1024
SCRIPT = "<script>alert(document.domain)</script>"

FILES = {
    "page.html": ("text/html", f"<!DOCTYPE html><p>Ü{SCRIPT}".encode()),
    "page.xhtml": ("application/xhtml+xml", f"<html>{SCRIPT}</html>".encode()),
    "drawing.svg": ("image/svg+xml", f"<svg>{SCRIPT}</svg>".encode()),
    "feed.xml": ("text/xml", b"<?xml version='1.0'?><?xml-stylesheet href='x'?><a/>"),
    "latin1.txt": ("text/plain", "Grüße\r\n\r\n".encode("latin-1")),
    "utf16.csv": ("text/csv", "ä;ö\r\n".encode("utf-16")),
    "broken.pdf": ("application/pdf", b"%PDF-1.7 and no more"),
    "broken.zip": ("application/zip", b"PK\x03\x04"),
    "zeros.bin": ("application/octet-stream", bytes(70_000)),
    "random.bin": ("application/octet-stream", random.Random(7).randbytes(5 * MEGABYTE)),
    "no type": ("", b"\x00\xff\r\n"),
}

CORPUS = sorted((Path(__file__).parents[3] / "shared" / "corpus").glob("*"))


@pytest.fixture
def fetch(live, rest):
    """A function: name, bytes, type → Anna's response to the released document."""
    handler, anna = rest("handler"), rest("anna")

    def fetch_(name, data=PDF, content_type="application/pdf", **kwargs):
        uid = handler.upload(live.matter, name, data, content_type)
        [item] = handler.share(live.matter, [uid], live.annas)
        assert item["sha256"] == hashlib.sha256(data).hexdigest()
        assert item["size"] == len(data)
        return anna.get(item["@id"] + "/@@download", **kwargs)

    return fetch_


def assert_safe(response):
    """Check the headers that every download carries (issue 2, point 7)."""
    headers = response.headers
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert {"private", "no-store"} <= set(re.split(r",\s*", headers["Cache-Control"]))
    assert "X-Evil" not in headers
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("name", FILES)
def test_odd_files(name, fetch):
    """Issue 2: a set of odd files, byte for byte; 0 bytes too."""
    content_type, data = FILES[name]
    response = fetch(name, data, content_type)
    assert response.status_code == 200
    assert response.content == data
    assert response.headers["Content-Length"] == str(len(data))
    assert_safe(response)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_corpus(path, fetch):
    """Issue 2: every file of ../shared/corpus goes in, is released and comes out byte for byte."""
    data = path.read_bytes()
    response = fetch(path.name, data, "application/octet-stream")
    assert response.content == data
    assert_safe(response)


# What is asked for → what the client's computer is told.
NAMES = {
    "Klage.pdf": "Klage.pdf",
    "../../etc/passwd": "passwd",
    "C:\\Akten\\Klage.pdf": "Klage.pdf",
    "Rechnung\u202efdp.exe": "Rechnungfdp.exe",
    "a\x07b.pdf": "ab.pdf",
    'Akte "Berger".pdf': 'Akte "Berger".pdf',
    "Akte 'B'; filename=x.exe": "Akte 'B'; filename=x.exe",
    "Übersicht für Müller.pdf": "Übersicht für Müller.pdf",
    "Mu\u0308ller.pdf": "Müller.pdf",
    "Foto 📷 von Anna.png": "Foto 📷 von Anna.png",
    "律师函.pdf": "律师函.pdf",
    "  . ": "document",
    "...": "document",
    "50%20 off?.pdf": "50%20 off?.pdf",
    f"{'n' * 300}.pdf": f"{'n' * 146}.pdf",
    f"{'ü' * 300}.pdf": f"{'ü' * 73}.pdf",
}


def test_odd_names(fetch):
    """Issue 2: odd file names give a sane name and break no header."""
    found = {}
    for name in NAMES:
        response = fetch(name)
        assert (response.status_code, response.content) == (200, PDF), name
        assert_safe(response)
        disposition = response.headers["Content-Disposition"]
        encoded = re.fullmatch(r"attachment; filename\*=utf-8''([!-~]+)", disposition).group(1)
        assert not set(encoded) & set("\"';,\\/"), name
        found[name] = unquote(encoded)
    assert found == NAMES


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("filename", "a\r\nX-Evil: 1.pdf"), ("contentType", "text/html\r\nX-Evil: 1")],
)
def test_line_breaks_that_got_in(attribute, value, live, rest):
    """Issue 2: odd file names; Plone's fields refuse line breaks, older data may hold some."""
    original = live.add()
    original.file.__dict__[attribute] = value
    original.file._p_changed = True
    [item] = rest("handler").share(live.matter, [original.UID()], live.annas)
    assert "\n" not in item["filename"]
    response = rest("anna").get(item["@id"] + "/@@download")
    assert response.content == PDF
    assert_safe(response)


def test_empty_file(live, rest):
    """Issue 2: 0-byte files go in, are released and come out."""
    original = live.add("empty.pdf", b"")
    [item] = rest("handler").share(live.matter, [original.UID()], live.annas)
    assert (item["size"], item["sha256"]) == (0, hashlib.sha256(b"").hexdigest())
    response = rest("anna").get(item["@id"] + "/@@download")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Content-Length"] == "0"
    assert_safe(response)


def test_head(live, rest):
    """HEAD is refused or answers as GET does, without the bytes; for nobody else than GET."""
    address = live.release(live.add()).documents[0].absolute_url() + "/@@download"
    response = rest("anna").head(address)
    assert response.content == b""
    if response.status_code == 200:
        assert_safe(response)
    assert rest("thomas").head(address).status_code == 404
    assert rest(None).head(address).status_code in (302, 401)


@pytest.mark.parametrize("value", ["bytes=0-3", "bytes=-5", "bytes=900-"])
def test_ranges(value, fetch):
    """A range is ignored, or answered rightly."""
    response = fetch("a.pdf", headers={"Range": value})
    if response.status_code == 206:
        first, last, total = re.fullmatch(
            r"bytes (\d+)-(\d+)/(\d+)", response.headers["Content-Range"]
        ).groups()
        assert int(total) == len(PDF)
        assert response.content == PDF[int(first) : int(last) + 1]
    elif response.status_code != 416:
        assert response.status_code == 200
        assert response.content == PDF


def test_other_methods_change_nothing(live, rest):
    """C3: a read is a POST from a page of ours, with its token; nothing else leaves a trace."""
    document = live.release(live.add()).documents[0]
    for method in ("POST", "PUT", "PATCH", "DELETE", "PROPFIND", "COPY", "MOVE", "LOCK"):
        for name in ("anna", "thomas", None):
            response = rest(name).request(method, document.absolute_url() + "/@@download")
            assert name == "anna" or PDF not in response.content, (method, name)
    document._p_jar.sync()
    assert not document.fetched
    assert rest("anna").get(document.absolute_url() + "/@@download").content == PDF


def test_other_ways_to_the_bytes(live, rest):
    """A2: the stock views that send a file are no way around."""
    document = live.release(live.add()).documents[0]
    original = live.add("intern.pdf", b"%PDF internal")
    ways = ("file", "@@download/file", "@@display-file/file", "view", "@@images/file", "get_size")
    for obj in (document, original):
        for way in ways:
            for name in ("thomas", "paula", "member", None):
                response = rest(name).get(f"{obj.absolute_url()}/{way}")
                assert response.status_code in (302, 401, 403, 404)
                assert b"%PDF" not in response.content
    for way in ways[:1] + ways[2:]:
        assert rest("anna").get(f"{document.absolute_url()}/{way}").status_code in (302, 403, 404)


def memory_peak():
    """Return the largest amount of memory that this process has held, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) * 1024


def test_300_megabytes(live, rest, tmp_path, monkeypatch):
    """Issue 2: in by resumable upload, released, and out again, in little memory and few seconds."""
    monkeypatch.setenv("TUS_TMP_FILE_DIR", str(tmp_path))
    size = 300 * MEGABYTE
    source = tmp_path / "source"
    with source.open("wb") as file:
        file.write(os.urandom(MEGABYTE))
        file.truncate(size - 5)
        file.seek(0, os.SEEK_END)
        file.write(b"the e")
    with source.open("rb") as file:
        expected = hashlib.file_digest(file, "sha256").hexdigest()
    handler = rest("handler")
    tus = {"Tus-Resumable": "1.0.0"}
    begun = handler.post(
        f"{live.matter.absolute_url()}/@tus-upload",
        headers={
            **tus,
            "Upload-Length": str(size),
            # filename "big.iso", content-type "application/octet-stream"
            "Upload-Metadata": "filename YmlnLmlzbw==,content-type YXBwbGljYXRpb24vb2N0ZXQtc3RyZWFt",
        },
    )
    assert begun.status_code == 201, begun.text
    Path("/proc/self/clear_refs").write_text("5")
    before = memory_peak()
    with source.open("rb") as file:
        stored = handler.patch(
            begun.headers["Location"],
            data=file,
            headers={
                **tus,
                "Upload-Offset": "0",
                "Content-Type": "application/offset+octet-stream",
            },
        )
    assert stored.status_code == 204, stored.text
    [original] = [o for o in live.matter.objectValues() if o.portal_type == "File"]
    [item] = handler.share(live.matter, [original.UID()], live.annas)
    assert item["size"] == size
    assert item["sha256"] == expected
    digest = hashlib.sha256()
    with rest("anna").get(item["@id"] + "/@@download", stream=True) as response:
        assert response.headers["Content-Length"] == str(size)
        for block in response.iter_content(MEGABYTE):
            digest.update(block)
    assert digest.hexdigest() == expected
    assert memory_peak() - before < 100 * MEGABYTE


def test_the_limit_of_staff_holds_on_every_way_in(live, rest):
    """Decision 5: by REST, by resumable upload, and for images; exactly the limit is taken."""
    api.portal.set_registry_record("collective.clientportal.staff_upload_megabytes", 1)
    handler, address = rest("handler"), live.matter.absolute_url()
    handler.upload(live.matter, "genau.bin", b"x" * MEGABYTE)
    encoded = base64.b64encode(b"x" * (MEGABYTE + 1)).decode()
    file = {"filename": "a.bin", "data": encoded, "encoding": "base64", "content-type": "x/y"}
    for kind, field in (("File", "file"), ("Image", "image")):
        content_type = "image/png" if kind == "Image" else "application/pdf"
        body = {"@type": kind, "title": "x", field: file | {"content-type": content_type}}
        answer = handler.post(address, json=body)
        assert answer.status_code == 400, kind
        assert "1 MB" in answer.text, kind
    tus = {"Tus-Resumable": "1.0.0"}
    metadata = "filename YmlnLmlzbw==,content-type YXBwbGljYXRpb24vb2N0ZXQtc3RyZWFt"
    begun = handler.post(
        f"{address}/@tus-upload",
        headers={**tus, "Upload-Length": str(MEGABYTE + 1), "Upload-Metadata": metadata},
    )
    assert begun.status_code == 413
    assert "Location" not in begun.headers
    transaction.begin()
    assert documents.count_internal(live.matter) == 1


def test_a_file_that_is_moved_into_a_matter(live, rest):
    """architecture.md 4: its hash is taken then, and a later edit leaves what was released alone."""
    with api.env.adopt_roles(["Manager"]):
        file = api.content.create(
            live.portal, "File", "draussen", file=NamedBlobFile(PDF, filename="x.pdf")
        )
        transaction.savepoint()
        moved = api.content.move(file, live.matter)
    assert moved.file.__dict__["sha256"] == hashlib.sha256(PDF).hexdigest()
    [released] = live.release(moved).documents
    moved.file.data = b"changed"
    assert released.file.data == PDF
