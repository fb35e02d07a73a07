"""The virus scanner: a real clamd, and what answers like none."""

import pytest
import re
import shutil
import socket
import socketserver
import subprocess
import threading
import time
import transaction
from base64 import b64encode
from collective.clientportal.domain import documents
from collective.clientportal.domain import journal
from collective.clientportal.domain import messages
from collective.clientportal.domain import quarantine
from collective.clientportal.domain import registers
from collective.clientportal.domain import sharing
from collective.clientportal.domain import uploads
from conftest import PDF
from hashlib import md5
from hashlib import sha256
from io import BytesIO
from plone import api
from plone.namedfile.file import NamedBlobFile
from upload_corpus import archive
from upload_corpus import docx


# Written in two parts, so that no scanner takes this file for the thing.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
INFECTED = {
    "eicar.txt": EICAR,
    "eicar.zip": archive([("a.txt", "clean"), ("eicar.com", EICAR)]),
    "nested.zip": archive([("inner.zip", archive([("eicar.com", EICAR)]))]),
    "eicar.docx": docx(("word/embeddings/object.bin", EICAR)),
}
CLEAN = {"a.pdf": PDF, "a.zip": archive([("a.txt", "clean")]), "a.docx": docx(), "a.txt": b""}
SETTING = "collective.clientportal.scanner_{}"
TUS = {"Tus-Resumable": "1.0.0"}


def settle(**values):
    """Set settings of the scanner."""
    for name, value in values.items():
        api.portal.set_registry_record(SETTING.format(name), value)
    transaction.commit()


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    """A clamd of our own, which knows one signature: (TCP address, path of its socket)."""
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
    if program is None:
        pytest.skip("clamd is not installed (Debian: clamav-daemon)")
    place = tmp_path_factory.mktemp("clamd")
    (place / "db").mkdir()
    signature = f"{md5(EICAR).hexdigest()}:{len(EICAR)}:Eicar-Test-Signature\n"
    (place / "db" / "test.hdb").write_text(signature)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = place / "clamd.ctl"
    lines = (
        f"DatabaseDirectory {place / 'db'}",
        f"LocalSocket {path}",
        "TCPAddr 127.0.0.1",
        f"TCPSocket {port}",
        f"TemporaryDirectory {place}",
        "StreamMaxLength 3M",
        "Foreground yes",
    )
    (place / "clamd.conf").write_text("\n".join([*lines, ""]))
    process = subprocess.Popen(
        [program, "--config-file", place / "clamd.conf"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not path.exists():
        assert process.poll() is None, "clamd did not start"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield f"127.0.0.1:{port}", str(path)
    process.terminate()
    process.wait()


@pytest.fixture
def clamd(live, daemon):
    """The portal with the real scanner."""
    settle(address=daemon[1])


class Odd(socketserver.BaseRequestHandler):
    """Answers what the server is told to, once it has read everything or, told so, at once."""

    def handle(self):
        """Read, and answer."""
        self.request.settimeout(5)
        received = b""
        while self.server.reads and not received.endswith(b"\0\0\0\0"):
            received += self.request.recv(1 << 20)
        if self.server.reply is None:
            self.server.over.wait(10)
        else:
            self.request.sendall(self.server.reply)


@pytest.fixture
def odd():
    """A function: starts something that is no clamd; returns its address."""
    servers = []

    def odd_(reply, reads=True):
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Odd)
        server.daemon_threads = True
        server.reply, server.reads, server.over = reply, reads, threading.Event()
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"127.0.0.1:{server.server_address[1]}"

    yield odd_
    for server in servers:
        server.over.set()
        server.shutdown()
        server.server_close()


def encoded(name, data):
    """Return a file as it is sent by REST."""
    return {"filename": name, "data": b64encode(data).decode(), "encoding": "base64"}


def token_of(page):
    """Return the token in a page."""
    return re.search(r'name="_authenticator"\s+type="hidden"\s+value="([^"]+)"', page)[1]


def post(client, page, path, files, **fields):
    """Send a form with files from a page of ours."""
    token = token_of(client.get(page).text)
    return client.post(
        f"{page.rpartition('/')[0]}/{path}",
        data={"_authenticator": token, **fields},
        files=[("files", pair) for pair in files],
    )


def client_page(live, html, rest, send, name, data):
    """Send from the page of a folder."""
    pages = html("anna")
    return post(pages, f"{live.annas.absolute_url()}/@@portal", "@@upload", [(name, data)])


def client_reply(live, html, rest, send, name, data):
    """Send with a reply from the page of a thread."""
    page = f"{send().absolute_url()}/@@portal"
    answer = post(html("anna"), page, "@@reply", [(name, data)], text="Mein Brief", key=name)
    assert answer.status_code == 302 or "Mein Brief" in answer.text
    return answer


def client_rest(live, html, rest, send, name, data):
    """Send with a reply by REST."""
    body = {"text": "x", "attachments": [encoded(name, data)]}
    return rest("anna").post(f"{send().absolute_url()}/@messages", json=body)


def staff_page(live, html, rest, send, name, data):
    """Upload in the tab Documents."""
    page = f"{live.matter.absolute_url()}/@@documents"
    return post(html("handler"), page, "@@documents", [(name, data)], action="upload")


def staff_message(live, html, rest, send, name, data):
    """Send with a message by REST."""
    body = {"text": "x", "expects": "reply", "attachments": [encoded(name, data)]}
    body["recipients"] = [live.people["anna"]]
    return rest("handler").post(f"{live.matter.absolute_url()}/@send", json=body)


def staff_note(live, html, rest, send, name, data):
    """Write a note by REST."""
    body = {"text": "x", "internal": True, "attachments": [encoded(name, data)]}
    return rest("handler").post(f"{send().absolute_url()}/@messages", json=body)


def plone_rest(live, html, rest, send, name, data):
    """Upload by Plone's own service."""
    body = {"@type": "File", "title": name, "file": encoded(name, data)}
    return rest("handler").post(live.matter.absolute_url(), json=body)


def plone_edit(live, html, rest, send, name, data):
    """Put another file into a document by Plone's own service."""
    original = live.add()
    return rest("handler").patch(original.absolute_url(), json={"file": encoded(name, data)})


def plone_form(live, html, rest, send, name, data):
    """Upload by Plone's own form."""
    handler, form = html("handler"), f"{live.matter.absolute_url()}/++add++File"
    token = re.search(r'name="_authenticator"[^>]*value="([^"]+)"', handler.get(form).text)[1]
    return handler.post(
        form,
        data={
            "_authenticator": token,
            "form.widgets.title": name,
            "form.widgets.file.action": "replace",
            "form.buttons.save": "Save",
        },
        files={"form.widgets.file": (name, data)},
    )


def plone_drop(live, html, rest, send, name, data):
    """Drop into Plone's list of contents, which takes texts for pages."""
    handler, address = html("handler"), live.matter.absolute_url()
    token = re.search(r'data-token="([^"]+)"', handler.get(f"{address}/@@documents").text)[1]
    return handler.post(
        f"{address}/@@fileUpload",
        data={"_authenticator": token},
        files={"file": (f"{name}.zip", data)},
    )


def resumable(live, html, rest, send, name, data):
    """Upload by Plone's resumable uploads."""
    address = f"{live.matter.absolute_url()}/@tus-upload"
    return in_parts(rest("handler"), address, name, data)[1]


def client_parts(live, html, rest, send, name, data):
    """Upload into a folder in parts."""
    return in_parts(rest("anna"), f"{live.annas.absolute_url()}/@uploads", name, data)[1]


def client_reply_parts(live, html, rest, send, name, data):
    """Send with a reply what was uploaded in parts."""
    anna, thread = rest("anna"), send().absolute_url()
    uid, answer = in_parts(anna, f"{thread}/@uploads", name, data)
    assert answer.status_code == 204
    return anna.post(f"{thread}/@messages", json={"text": "x", "uploads": [uid]})


def in_parts(client, address, name, data):
    """Upload by the tus protocol; return the upload's id and the last answer."""
    metadata = f"filename {b64encode(name.encode()).decode()},@type {b64encode(b'File').decode()}"
    begun = client.post(
        address, headers={**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": metadata}
    ).headers["Location"]
    content_type = "application/offset+octet-stream"
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": content_type}
    return begun[-32:], client.patch(begun, data=data, headers=headers)


DOORS = (
    client_page,
    client_reply,
    client_rest,
    staff_page,
    staff_message,
    staff_note,
    plone_rest,
    plone_edit,
    plone_form,
    plone_drop,
    resumable,
    client_parts,
    client_reply_parts,
)


def stored(live):
    """Return the hashes of all files that lie in the matter."""
    transaction.begin()
    found = []
    for obj in live.matter.objectValues():
        files = [documents.file_of(obj)] if hasattr(obj, "file") else []
        files += [one.file for one in getattr(obj, "attachments", {}).values()]
        files += [one.file for one in obj.objectValues()] if hasattr(obj, "objectValues") else []
        found += [sha256(file.data).hexdigest() for file in files]
    return set(found)


def kept():
    """Return the files in quarantine."""
    transaction.begin()
    return list(registers.registers().quarantine.values())


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_way_in_is_watched(
    live, html, rest, send, clamd, tmp_path, monkeypatch, smtp, work, door
):
    """Issue 4, point 5: what the scanner finds is nowhere but in quarantine; the sender reads why."""
    monkeypatch.setenv("TUS_TMP_FILE_DIR", str(tmp_path))
    answer = door(live, html, rest, send, "a.txt", b"clean text")
    assert answer.status_code < 400, answer.text
    assert sha256(b"clean text").hexdigest() in stored(live)
    assert kept() == []
    before = stored(live)
    for number, (name, data) in enumerate(INFECTED.items(), start=1):
        answer = door(live, html, rest, send, name, data)
        # Plone's form is shown again, with the reason.
        assert answer.status_code == (200 if door is plone_form else 400), answer.text
        assert name in answer.text
        assert "Eicar-Test-Signature" in answer.text
        assert stored(live) - before <= {sha256(PDF).hexdigest(), sha256(b"x" * 2048).hexdigest()}
        assert len(kept()) == number
    newest = kept()[-1]
    with newest.blob.open() as stream:
        assert stream.read() == INFECTED["eicar.docx"]
    assert newest.sha256 == sha256(INFECTED["eicar.docx"]).hexdigest()
    assert newest.matter == api.content.get_uuid(live.matter)
    by = "anna" if door.__name__.startswith("client") else "handler"
    assert newest.by == live.people[by]
    told = [entry for entry in journal.entries(live.matter) if entry.event == "file_quarantined"]
    assert len(told) == len(INFECTED)
    assert told[-1].actor == live.people[by]
    page = html("assistant").get(f"{live.matter.absolute_url()}/@@activity").text
    assert page.count("Eicar-Test-Signature") == len(INFECTED)
    work()
    assert not [mail for mail in smtp.mails if "icar" in mail.as_string()]
    journal.verify(live.matter)


def test_a_file_that_is_moved_into_a_matter(live, clamd):
    """Issue 4, point 5: whatever lay elsewhere in the site is scanned then."""
    with api.env.adopt_roles(["Manager"]):
        file = api.content.create(
            live.portal, "File", "aussen", file=NamedBlobFile(EICAR, filename="a.txt")
        )
        transaction.commit()
        with pytest.raises(uploads.Infected):
            api.content.move(file, live.matter)
    transaction.abort()
    assert live.portal["aussen"].file.data == EICAR


@pytest.mark.parametrize("where", [0, 1], ids=["tcp", "unix"])
def test_clean_files_pass(live, daemon, where):
    """Issue 4, point 5: by TCP and by Unix socket."""
    settle(address=daemon[where])
    with live.as_user("anna"):
        files = [uploads.Upload(name, "", BytesIO(data)) for name, data in CLEAN.items()]
        received = sharing.receive(live.annas, files)
    assert [one.file.data for one in received] == list(CLEAN.values())
    with live.as_user("anna"), pytest.raises(uploads.Infected):
        sharing.receive(live.annas, [uploads.Upload("a.txt", "", BytesIO(EICAR))])


def test_all_or_nothing(live, rest, html, clamd):
    """Issue 4, point 5: one bad file keeps its companions out; each bad one is set aside."""
    page = f"{live.annas.absolute_url()}/@@portal"
    files = [("a.pdf", PDF), ("b.txt", EICAR), ("c.zip", INFECTED["eicar.zip"])]
    assert post(html("anna"), page, "@@upload", files).status_code == 400
    assert stored(live) == set()
    assert [one.filename for one in kept()] == ["b.txt", "c.zip"]
    assert post(html("anna"), page, "@@upload", files).status_code == 400
    assert len(kept()) == 2  # the same file of the same person is kept once


ANSWERS = {
    "garbage": (b"\x00\xffgarbage", True),
    "nothing": (b"", True),
    "silence": (None, True),
    "error": (b"INSTREAM size limit exceeded. ERROR\0", True),
    "half": (b"stream: O", True),
    "other": (b"stream: fine OK\0", True),
    "hang-up": (b"", False),
    "endless": (b"x" * 100_000, True),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_answers_like_no_scanner(live, html, rest, send, odd, name):
    """Issue 4, point 5: nothing gets in, the sender reads why, and what was typed is still there."""
    settle(address=odd(*ANSWERS[name]), seconds=1)
    answer = client_reply(live, html, rest, send, "a.pdf", PDF)
    assert answer.status_code == 400
    assert "Mein Brief" in answer.text
    assert re.search("cannot be checked|nicht geprüft", answer.text), answer.text
    assert (stored(live), kept()) == (set(), [])


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.ctl", "nowhere.invalid:3310"])
def test_the_scanner_is_down(live, html, rest, send, address):
    """Issue 4, point 5: fail closed; the setting lets files in all the same, and messages need none."""
    settle(address=address, seconds=2)
    for door in (client_page, staff_page, plone_form):
        answer = door(live, html, rest, send, "a.pdf", PDF)
        assert answer.status_code == (200 if door is plone_form else 400)
        assert re.search("cannot be checked|nicht geprüft", answer.text), answer.text
    assert stored(live) == set()
    body = {"text": "Ohne Datei."}
    assert rest("anna").post(f"{send().absolute_url()}/@messages", json=body).status_code == 201
    settle(optional=True)
    assert client_page(live, html, rest, send, "a.pdf", PDF).status_code == 302
    assert stored(live) == {sha256(PDF).hexdigest()}


def test_what_is_too_large_to_be_scanned(live, html, rest, send, clamd):
    """Issue 4, point 5: a file that the scanner does not take is not checked, and so not let in."""
    large = PDF + bytes(4 * 1024 * 1024)  # this clamd takes 3 MB
    assert client_page(live, html, rest, send, "a.pdf", large).status_code == 400
    settle(megabytes=1)
    assert client_page(live, html, rest, send, "a.pdf", PDF + bytes(1024 * 1024)).status_code == 400
    assert client_page(live, html, rest, send, "a.pdf", PDF).status_code == 302
    settle(optional=True)
    assert client_page(live, html, rest, send, "a.pdf", large).status_code == 302


def test_the_quarantine(live, html, rest, send, clamd):
    """Issue 4, point 5: seen by those who manage the portal, and by nobody else; the bytes by nobody."""
    client_page(live, html, rest, send, "<b>eicar.txt", EICAR)
    address = f"{live.portal.absolute_url()}/@@quarantine"
    [one] = kept()
    for name in ("handler", "assistant", "colleague", "anna", "member"):
        assert html(name).get(address).status_code in (302, 403, 404), name
    boss = html("boss")
    page = boss.get(address)
    assert page.status_code == 200
    for shown in (
        "&lt;b&gt;eicar.txt",
        "Eicar-Test-Signature",
        "Anna Berger",
        one.sha256,
    ):
        assert shown in page.text
    assert api.content.get_uuid(live.matter) in page.text
    for secret in ("24/0113", "Scheidung", "<b>eicar"):
        assert secret not in page.text
    form = {"action": "delete", "file": one.id}
    assert boss.post(address, data=form).status_code in (403, 500)  # without the token
    token = token_of(page.text)
    assert html("handler").post(address, data=form | {"_authenticator": token}).status_code in (
        403,
        404,
    )
    with live.as_user("handler"), pytest.raises(quarantine.access.NotPermitted):
        quarantine.delete(one.id)
    assert len(kept()) == 1
    told = html("handler").get(f"{live.matter.absolute_url()}/@@activity").text
    assert "Eicar-Test-Signature" in told or "&lt;b&gt;eicar.txt" in told
    assert boss.post(address, data=form | {"_authenticator": token}).status_code == 302
    assert kept() == []
    assert boss.post(address, data=form | {"_authenticator": token}).status_code == 404
    with live.as_user("anna"), pytest.raises(quarantine.access.NotPermitted):
        list(quarantine.listing())


def test_what_is_off_asks_nobody(live, html, rest, send, odd):
    """Issue 4, point 5: empty address, no scanner."""
    odd(b"stream: X FOUND\0")
    assert client_page(live, html, rest, send, "a.txt", EICAR).status_code == 302
    thread = send()
    with live.as_user("anna"):
        messages.reply(
            thread, messages.Draft("x", (), (uploads.Upload("a.txt", "", BytesIO(b"x")),))
        )
