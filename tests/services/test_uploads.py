"""Hostile files through the doors that clients use: what gets in, and how it comes out."""

import base64
import os
import pytest
import re
import time
import transaction
from collective.clientportal.browser import resumable_uploads
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import file_names
from conftest import PDF
from hashlib import sha256
from hypothesis import example
from hypothesis import given
from hypothesis import strategies as st
from io import BytesIO
from pathlib import Path
from plone import api
from upload_corpus import NAMES
from upload_corpus import png
from upload_corpus import refused
from upload_corpus import SCRIPT
from upload_corpus import SVG
from upload_corpus import taken
from urllib.parse import parse_qs
from urllib.parse import unquote
from urllib.parse import urlsplit
from zipfile import ZipFile
from ZODB.POSException import ConflictError


MEGABYTE = 1024 * 1024
TUS = {"Tus-Resumable": "1.0.0"}


def multipart(token, files):
    """Return the body and the type of a form with files, written as browsers write it."""
    parts = [
        b'--0f4b2c\r\nContent-Disposition: form-data; name="_authenticator"\r\n\r\n%s\r\n'
        % token.encode()
    ]
    for name, data in files:
        quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        head = f'--0f4b2c\r\nContent-Disposition: form-data; name="files"; filename="{quoted}"\r\n'
        # Whatever the file is, its sender says that it is a web page.
        parts.append(
            head.encode("utf-8", "replace") + b"Content-Type: text/html\r\n\r\n" + data + b"\r\n"
        )
    return b"".join([*parts, b"--0f4b2c--\r\n"]), "multipart/form-data; boundary=0f4b2c"


@pytest.fixture
def upload(live, html):
    """A function: files as (name, bytes) → Anna's answer to sending them from the folder's page."""
    anna, page = html("anna"), f"{live.annas.absolute_url()}/@@portal"
    token = re.search(
        r'name="_authenticator"\s+type="hidden"\s+value="([^"]+)"', anna.get(page).text
    )[1]

    def upload_(*files):
        body, content_type = multipart(token, files)
        address = f"{live.annas.absolute_url()}/@@upload"
        return anna.post(address, data=body, headers={"Content-Type": content_type})

    return upload_


@pytest.fixture
def reply(rest, send):
    """A function: files as (name, bytes) → Anna's answer to sending them with a message."""
    anna, thread = rest("anna"), send().absolute_url()

    def reply_(*files):
        encoded = [
            {"filename": name, "data": base64.b64encode(data).decode(), "content-type": "text/html"}
            for name, data in files
        ]
        return anna.post(f"{thread}/@messages", json={"text": "TEXT", "attachments": encoded})

    return reply_


def ids_of(answer):
    """Return the ids on the receipt that an upload leads to."""
    assert answer.status_code == 302, answer.text[:2000]
    return parse_qs(urlsplit(answer.headers["Location"]).query)["receipt"]


def assert_safe(answer, file, name):
    """Check that a file comes out as it went in, as a download and nothing else (T7)."""
    headers = answer.headers
    assert answer.status_code == 200, name
    assert sha256(answer.content).digest() == sha256(file.data).digest(), name
    encoded = re.fullmatch(
        r"attachment; filename\*=utf-8''([!-~]+)", headers["Content-Disposition"]
    )
    assert unquote(encoded[1]) == name
    assert re.fullmatch(r"(?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})+", encoded[1]), name  # RFC 8187
    assert headers["Content-Length"] == str(len(file.data))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert (
        headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    )
    assert headers["Cache-Control"] == "private, no-store"
    assert {"X-Evil", "Set-Cookie"}.isdisjoint(headers)
    if file.content_type:
        assert headers["Content-Type"].partition(";")[0] == file.content_type, name


def test_what_is_taken_comes_out_unchanged(live, rest, upload, reply):
    """T7: by both doors and every address; the type is told by the content, whatever its sender says."""
    anna, handler = rest("anna"), rest("handler")
    files = list(taken())
    batches = [files[at : at + 20] for at in range(0, len(files), 20)]
    for batch in batches:
        pairs = [(file.name, file.data) for file in batch]
        received = [
            f"{live.annas.absolute_url()}/{one}/@@download" for one in ids_of(upload(*pairs))
        ]
        answer = reply(*pairs)
        assert answer.status_code == 201, answer.text
        attached = [file["@id"] for file in answer.json()["files"]]
        for file, *addresses in zip(batch, received, attached, strict=True):
            for address in addresses:
                for reader in (anna, handler):
                    assert_safe(reader.get(address), file, file_names.safe(file.name))


def test_the_zip_of_everything(live, html, upload):
    """T7: names in it are paths that no system stumbles over; every file is in it, unchanged."""
    files = [*((name, PDF + name.encode("utf-8", "replace")) for name in NAMES)]
    for at in range(0, len(files), 20):
        ids_of(upload(*files[at : at + 20]))
    page = html("anna")
    token = re.search(
        r'name="_authenticator"\s+type="hidden"\s+value="([^"]+)"',
        page.get(f"{live.annas.absolute_url()}/@@portal").text,
    )[1]
    answer = page.post(f"{live.annas.absolute_url()}/@@zip", data={"_authenticator": token})
    with ZipFile(BytesIO(answer.content)) as archive:
        names = archive.namelist()
        found = sorted(sha256(archive.read(name)).hexdigest() for name in names)
    assert found == sorted(sha256(data).hexdigest() for _name, data in files)
    assert len({name.casefold() for name in names}) == len(files)
    for name in names:
        assert re.fullmatch(r'[^/\\<>:"|?*\x00-\x1f]+/[^/\\<>:"|?*\x00-\x1f]+', name)
        assert ".." not in name.split("/")


def test_names(live, rest, upload, reply):
    """T7, security.md 2.2: what a file is called breaks no header, by both doors."""
    anna = rest("anna")
    # These do not get as far as that: the body is refused.
    unreadable = [name for name in NAMES if set(name) & {"\0", "\ud800"}]
    for name in unreadable:
        assert reply((name, PDF)).status_code == 400
    names = [name for name in NAMES if name not in unreadable]
    for at in range(0, len(names), 20):
        batch = names[at : at + 20]
        answer = reply(*((name, PDF) for name in batch))
        assert answer.status_code == 201, answer.text
        for name, file in zip(batch, answer.json()["files"], strict=True):
            assert file["filename"] == NAMES[name]
            [taken_as] = [one for one in taken() if one.name == "a.pdf"]
            assert_safe(anna.get(file["@id"]), type(taken_as)(name, PDF), NAMES[name])
    # A browser writes ends of lines and quotation marks in percent; Python has no bytes for half a character.
    plain = [name for name in names if not set(name) & {"\r", "\n", '"', "\0", "\ud800"}]
    for at in range(0, len(plain), 20):
        for name, one in zip(
            plain[at : at + 20],
            ids_of(upload(*((n, PDF) for n in plain[at : at + 20]))),
            strict=True,
        ):
            transaction.begin()
            assert live.annas[one].file.filename == NAMES[name]


@pytest.mark.parametrize("door", ["upload", "reply"])
def test_what_is_refused_is_refused_in_words(live, rest, upload, reply, door):
    """Issue 4, point 5: with the name of the file and the reason; nothing of the others is stored."""
    send_files = {"upload": upload, "reply": reply}[door]
    for file in refused():
        answer = send_files(("Klage.pdf", PDF), (file.name, file.data))
        assert answer.status_code == 400, file.name
        if door == "reply" and "\0" in file.name:
            continue  # the body is refused before the file is looked at
        assert file.refused in answer.text, (file.name, answer.text)
        shown = file_names.safe(file.name)
        assert shown in answer.text, file.name
    transaction.begin()
    with live.as_user("anna"):
        assert access.documents(live.annas) == []
    assert not [
        m for t in live.matter.objectValues("Client Portal Thread") for m in t.messages.values()
    ][1:]


def test_the_corpus_is_large():
    """T7: at least 150 files."""
    assert len([*taken(), *refused()]) + len(NAMES) >= 150


def test_the_text_of_a_refused_answer_is_kept(live, html, send):
    """Issue 4, point 5: whoever sent the wrong file does not write the letter again."""
    anna, thread = html("anna"), send()
    page = anna.get(f"{thread.absolute_url()}/@@portal").text
    token = re.search(r'name="_authenticator"\s+type="hidden"\s+value="([^"]+)"', page)[1]
    answer = anna.post(
        f"{thread.absolute_url()}/@@reply",
        data={"_authenticator": token, "text": "Mein langer Brief", "key": "k"},
        files={"files": ("a.exe", b"MZ\x90\0" + bytes(100))},
    )
    assert answer.status_code == 400
    assert "Mein langer Brief" in answer.text
    assert re.search("a.exe.*(is a program|ist ein Programm)", answer.text), answer.text


def test_the_firm_may_set_what_clients_send(live, upload):
    """Issue 4, point 5: a setting; programs and web pages stay out."""
    setting = "collective.clientportal.client_upload_endings"
    api.portal.set_registry_record(setting, "pdf .DWG html exe")
    assert upload(("a.dwg", b"AC1032" + bytes(100))).status_code == 302
    assert "cannot be uploaded. Possible are: dwg, exe, html, pdf" in upload(("a.txt", b"a")).text
    assert upload(("a.html", b"<html>")).status_code == 400
    assert upload(("a.exe", b"MZ")).status_code == 400


def test_names_of_what_staff_store(live, rest):
    """Issue 4, point 5: by Plone's own service, too."""
    handler = rest("handler")
    for name in ("../../Pfad\u202e\x07.pdf", f"{'x' * 315}.pdf"):
        file = {"filename": name, "encoding": "base64", "data": base64.b64encode(PDF).decode()}
        made = handler.post(live.matter.absolute_url(), json={"@type": "File", "file": file})
        stored = made.json()["file"]["filename"]
        assert stored == file_names.safe(name) != name
        transaction.begin()
        assert live.matter[made.json()["id"]].file.filename == stored


def test_staff_may_store_what_it_is(live, rest):
    """A file of the firm is of any kind; its type is told by its content all the same."""
    handler = rest("handler")
    for name, data, kind in (
        ("a.exe", b"MZ\x90\0" + bytes(100), "application/x-msdownload"),
        ("called.pdf", f"<html>{SCRIPT}</html>".encode(), "text/html"),
        ("drawing.png", SVG.encode(), "image/svg+xml"),
        ("a.docx", PDF, "application/pdf"),
    ):
        uid = handler.upload(live.matter, name, data, "image/png")
        [item] = handler.share(live.matter, [uid], live.annas)
        answer = rest("anna").get(f"{item['@id']}/@@download")
        assert answer.content == data
        assert answer.headers["Content-Type"].partition(";")[0] == kind
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_nothing_runs_in_a_browser(live, open_browser):
    """T7: the most dangerous files, opened by their address: downloads, and no script of theirs runs."""
    dangerous = [
        ("page.html", f"<html>{SCRIPT}</html>"),
        ("page.xhtml", f"<html xmlns='http://www.w3.org/1999/xhtml'>{SCRIPT}</html>"),
        ("a.svg", SVG),
        ("a.xml", f"<?xml version='1.0'?>{SVG}"),
        ("style.xml", "<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='#'?><a/>"),
        ("a.mht", "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + SCRIPT),
        ("a.js", "alert(1)"),
        ("a.txt", SCRIPT),
        ("a.csv", SCRIPT),
        ("a.json", SCRIPT),
        ("no ending", f"<html>{SCRIPT}</html>"),
        ("math.xml", "<math href='javascript:alert(1)'>x</math>"),
        ("a.swf", "CWS" + SCRIPT),
        ("meta.htm", "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>"),
        ("utf-7.html", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"),
    ]
    files = [(name, text.encode()) for name, text in dangerous]
    files += [
        (file.name, file.data) for file in taken() if "pdf-html" in file.name or "js" in file.name
    ]
    files += [(file.name, file.data) for file in taken() if file.name in ("png-html.png", "a.pdf")]
    assert len(files) >= 20
    released = [live.release(live.add(name, data)).documents[0] for name, data in files]
    page = open_browser("anna")
    ran = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.goto(f"{live.annas.absolute_url()}/@@portal")
    title = page.title()
    for document, (name, data) in zip(released, files, strict=True):
        with page.expect_download() as download:
            page.evaluate("url => { location.href = url }", f"{document.absolute_url()}/@@download")
        assert Path(download.value.path()).read_bytes() == data, name
    assert (ran, page.title()) == ([], title)


def memory_peak():
    """Return the largest amount of memory that this process has held, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def test_a_pixel_bomb_is_never_unpacked(live, rest, upload):
    """security.md 2.2: 13,000² pixels in 200 kB, on every address: neither memory nor time."""
    data = png(13_000, 13_000)
    assert len(data) < MEGABYTE
    anna, handler = rest("anna"), rest("handler")
    Path("/proc/self/clear_refs").write_text("5")
    before, started = memory_peak(), time.monotonic()
    [received] = ids_of(upload(("a.png", data)))
    document = f"{live.annas.absolute_url()}/{received}"
    file = {"filename": "a.png", "data": base64.b64encode(data).decode(), "encoding": "base64"}
    made = handler.post(
        live.matter.absolute_url(),
        json={"@type": "Image", "title": "x", "image": file | {"content-type": "image/png"}},
    )
    assert made.status_code == 201, made.text
    image = made.json()["@id"]
    for way in (
        "",
        "/view",
        "/@@portal",
        "/@@download",
        "/@@images",
        "/@@images/file",
        "/@@images/file/mini",
        "/@@images/image",
        "/@@images/image/mini",
        "/@@images/image/large",
        "/@@images/image-400-0123456789abcdef0123456789abcdef.png",
        "/image_mini",
        "/@@display-file/file",
    ):
        for address in (document, image):
            for reader in (anna, handler):
                for accept in ("text/html", "application/json"):
                    answer = reader.get(f"{address}{way}", headers={"Accept": accept})
                    assert answer.status_code < 500 or address == image, (way, answer.text)
    for reader in (anna, handler):
        assert reader.get(f"{document}/@@images/file/mini").status_code == 404
    assert memory_peak() - before < 100 * MEGABYTE
    assert time.monotonic() - started < 60


def begin(client, matter, length, **headers):
    """Begin a resumable upload; return the answer."""
    return client.post(
        f"{matter.absolute_url()}/@tus-upload",
        headers={
            **TUS,
            "Upload-Length": str(length),
            "Upload-Metadata": "filename YS5wZGY=",
            **headers,
        },
    )


def go_on(client, address, offset, data):
    """Send a part of a resumable upload; return the answer."""
    return client.patch(
        address,
        data=data,
        headers={
            **TUS,
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
        },
    )


def test_a_resumable_upload_is_its_owners(live, rest, tmp_path, monkeypatch):
    """Issue 4, point 5: whoever learns of its address reads, adds and ends nothing; it stays in its place."""
    monkeypatch.setenv("TUS_TMP_FILE_DIR", str(tmp_path))
    handler, assistant = rest("handler"), rest("assistant")
    address = begin(handler, live.matter, len(PDF)).headers["Location"]
    assert go_on(handler, address, 0, PDF[:5]).status_code == 204
    for name in ("assistant", "colleague", "boss", "anna", "member", None):
        other = rest(name)
        assert other.head(address, headers=TUS).status_code >= 400, name
        assert go_on(other, address, 5, b"evil").status_code >= 400, name
    elsewhere = f"{live.annas.absolute_url()}/@tus-upload/{address[-32:]}"
    assert handler.head(elsewhere, headers=TUS).status_code == 404
    assert go_on(handler, elsewhere, 5, PDF[5:]).status_code == 404
    owner = begin(assistant, live.matter, 5, **{"Upload-Metadata": "owner aGFuZGxlcg=="})
    assert go_on(handler, owner.headers["Location"], 0, b"%PDF-").status_code == 404
    assert handler.head(address, headers=TUS).headers["Upload-Offset"] == "5"
    assert go_on(handler, address, 5, PDF[5:]).status_code == 204
    [original] = live.matter.objectValues("Dexterity Item")
    assert original.file.data == PDF
    assert original.file.contentType == "application/pdf"


def test_a_resumable_upload_is_as_long_as_announced(live, rest, tmp_path, monkeypatch):
    """Issue 4, point 5: 413 before anything is read, and not a byte more than announced."""
    monkeypatch.setenv("TUS_TMP_FILE_DIR", str(tmp_path))
    api.portal.set_registry_record("collective.clientportal.staff_upload_megabytes", 1)
    handler = rest("handler")
    for length in (MEGABYTE + 1, 10**15):
        assert begin(handler, live.matter, length).status_code == 413
    for length in ("-1", "x", ""):
        assert begin(handler, live.matter, length).status_code == 400
    assert list(tmp_path.iterdir()) == []
    address = begin(handler, live.matter, 5).headers["Location"]
    assert go_on(handler, address, 0, b"%PDF-x").status_code == 413
    assert go_on(handler, address, 3, b"xx").status_code == 409
    assert go_on(handler, f"{address}/x", 0, b"%PDF-").status_code == 404
    assert go_on(handler, f"{address[:-32]}..%2f..%2fx", 0, b"%PDF-").status_code == 404
    assert handler.head(address, headers=TUS).headers["Upload-Offset"] == "0"
    assert documents.count_internal(live.matter) == 0


def test_a_resumable_upload_outlives_a_conflict(live, rest, tmp_path, monkeypatch):
    """Issue 5, point 2: it stays until it is stored for good; Plone's own is lost with the first conflict."""
    monkeypatch.setenv("TUS_TMP_FILE_DIR", str(tmp_path))
    handler, tries, keep = rest("handler"), [], documents.keep

    def conflict(obj):
        tries.append(obj)
        keep(obj)
        if len(tries) < 3:
            raise ConflictError
        if len(tries) == 3:
            raise ZeroDivisionError

    monkeypatch.setattr(documents, "keep", conflict)
    address = begin(handler, live.matter, len(PDF)).headers["Location"]
    assert go_on(handler, address, 0, PDF[:5]).status_code == 204
    # Two conflicts, and then a breakdown: nothing is stored, and nothing is lost.
    assert go_on(handler, address, 5, PDF[5:]).status_code == 500
    assert handler.head(address, headers=TUS).headers["Upload-Offset"] == str(len(PDF))
    assert go_on(handler, address, len(PDF), b"").status_code == 204
    transaction.begin()
    [original] = live.matter.objectValues("Dexterity Item")
    assert (original.file.data, len(tries)) == (PDF, 4)
    assert list(tmp_path.iterdir()) == []
    assert handler.head(address, headers=TUS).status_code == 404


def test_a_resumable_upload_is_stored_once(live, rest, tmp_path, monkeypatch):
    """Issue 5, point 6: the server was killed when it was stored, before its bytes were thrown away."""
    monkeypatch.setenv("TUS_TMP_FILE_DIR", str(tmp_path))
    handler = rest("handler")
    address = begin(handler, live.matter, len(PDF)).headers["Location"]
    with monkeypatch.context() as killed:
        killed.setattr(resumable_uploads.Upload, "_stored", lambda *_: None)
        answer = go_on(handler, address, 0, PDF)
    assert handler.head(address, headers=TUS).headers["Upload-Offset"] == str(len(PDF))
    again = go_on(handler, address, len(PDF), b"")
    assert (again.status_code, again.headers["Location"]) == (204, answer.headers["Location"])
    transaction.begin()
    [original] = live.matter.objectValues("Dexterity Item")
    assert (original.file.data, original.absolute_url()) == (PDF, again.headers["Location"])
    assert handler.head(address, headers=TUS).status_code == 404


def test_a_resumable_upload_ends_by_itself(live, rest, tmp_path, monkeypatch):
    """Issue 5, point 2: nothing came for an hour: it is not there any more, and the next one removes it."""
    monkeypatch.setenv("TUS_TMP_FILE_DIR", str(tmp_path))
    handler = rest("handler")
    address = begin(handler, live.matter, len(PDF)).headers["Location"]
    assert go_on(handler, address, 0, PDF[:5]).status_code == 204
    for path in tmp_path.iterdir():
        os.utime(path, (0, 0))
    assert handler.head(address, headers=TUS).status_code == 404
    assert go_on(handler, address, 5, PDF[5:]).status_code == 404
    begin(handler, live.matter, 5)
    assert not [path for path in tmp_path.iterdir() if address[-32:] in path.name]


def test_a_resumable_upload_needs_no_memory(live, rest, tmp_path, monkeypatch):
    """Issue 5, point 2: whatever its length."""
    monkeypatch.setenv("TUS_TMP_FILE_DIR", str(tmp_path))
    handler, part, parts = rest("handler"), bytes(40 * MEGABYTE), 4
    Path("/proc/self/clear_refs").write_text("5")
    before = memory_peak()
    address = begin(handler, live.matter, parts * len(part)).headers["Location"]
    for number in range(parts):
        assert go_on(handler, address, number * len(part), part).status_code == 204
    grown = memory_peak() - before
    print(f"{parts * len(part) // MEGABYTE} MB came in; memory grew by {grown // MEGABYTE} MB")
    assert grown < 40 * MEGABYTE
    [original] = live.matter.objectValues("Dexterity Item")
    assert original.file.getSize() == parts * len(part)


def test_what_is_told_of_a_resumable_upload_can_be_read(live, rest, tmp_path, monkeypatch):
    """Issue 5, point 2: what is no base64, or no text in it, is 400."""
    monkeypatch.setenv("TUS_TMP_FILE_DIR", str(tmp_path))
    for metadata in ("filename YQ", "filename /w=="):
        answer = begin(rest("handler"), live.matter, 5, **{"Upload-Metadata": metadata})
        assert answer.status_code == 400, metadata


@given(st.text(max_size=300))
@example("con.pdf")
def test_a_name_is_safe_whatever_it_was(name):
    """security.md 2.2: and stays what it is when it is made safe once more."""
    safe = file_names.safe(name)
    assert file_names.safe(safe) == safe
    assert 0 < len(safe.encode()) <= 151  # one more for what Windows keeps for itself
    assert safe.isprintable() or not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", safe)
    assert not set(safe) & set("/\\\0") and not safe.startswith((".", " "))
