"""Files of clients that come in parts, by the tus protocol 1.0.0."""

import base64
import fcntl
import hashlib
import os
import pytest
import re
import transaction
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import journal
from collective.clientportal.domain import matters
from collective.clientportal.domain import parts
from conftest import PDF
from plone import api
from upload_corpus import refused
from ZODB.POSException import ConflictError


TUS = {"Tus-Resumable": "1.0.0"}
MEGABYTE = 1024 * 1024
LENGTH = len(PDF)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder for what has arrived."""
    monkeypatch.setenv("TUS_TMP_FILE_DIR", str(tmp_path))
    return tmp_path


def begin(client, folder, length=LENGTH, name="Beleg.pdf", waits=False, **headers):
    """Begin to send a file; return the answer."""
    metadata = f"filename {base64.b64encode(name.encode()).decode()}" + (",waits" if waits else "")
    told = {"Upload-Length": str(length), "Upload-Metadata": metadata}
    address = f"{folder.absolute_url()}/@uploads"
    return client.post(address, headers=TUS | told | headers)


def begun(*args, **options):
    """Begin to send a file; return the address of the upload."""
    answer = begin(*args, **options)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == answer.json()["@id"]
    return answer.headers["Location"]


def go_on(client, address, offset, data, **headers):
    """Send a part; return the answer."""
    told = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return client.patch(address, data=data, headers=TUS | told | headers)


def offset(client, address):
    """Return how much has arrived."""
    answer = client.head(address, headers=TUS)
    assert answer.status_code == 200
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers["Upload-Length"]
    assert "no-store" in answer.headers["Cache-Control"]
    return int(answer.headers["Upload-Offset"])


def received(live):
    """Return the documents in Anna's folder, and what the journal says of their arrival."""
    transaction.begin()
    entries = [e for e in journal.entries(live.matter) if e.event == "documents_received"]
    return list(live.annas.objectValues()), entries


def test_a_file_arrives_in_parts(live, rest, folder, smtp, work):
    """Issue 5, point 2: and is what it would be if it had come by the form."""
    anna = rest("anna")
    address = begun(anna, live.annas)
    assert offset(anna, address) == 0
    first = go_on(anna, address, 0, PDF[:5])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "5")
    assert first.headers["Upload-Expires"]
    assert offset(anna, address) == 5
    assert received(live) == ([], [])
    last = go_on(anna, address, 5, PDF[5:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(PDF)))
    [document], [entry] = received(live)
    assert last.headers["Location"] == document.absolute_url()
    assert (document.file.data, document.file.filename) == (PDF, "Beleg.pdf")
    assert document.sha256 == hashlib.sha256(PDF).hexdigest()
    assert document.by == entry.actor == live.people["anna"]
    assert api.content.get_state(document) == "received"
    assert live.matter.received[live.people["anna"]] == len(PDF)
    assert [file["sha256"] for file in entry.files] == [document.sha256]
    assert list(folder.iterdir()) == []
    work()
    assert len(smtp.to("handler@firm.example")) == 1


def test_the_last_part_can_be_sent_again(live, rest, folder, monkeypatch):
    """Issue 5, point 6: the answer was lost; the file is stored once all the same."""
    anna = rest("anna")
    address = begun(anna, live.annas)
    go_on(anna, address, 0, PDF[:5])
    with monkeypatch.context() as killed:
        # As if the server were killed right after the commit: what has arrived stays.
        killed.setattr(parts.Parts, "cleanup", lambda self: None)
        location = go_on(anna, address, 5, PDF[5:]).headers["Location"]
    assert list(folder.iterdir())
    for start, data in ((5, PDF[5:]), (len(PDF), b"")):
        assert offset(anna, address) == len(PDF)
        again = go_on(anna, address, start, data)
        assert (again.status_code, again.headers["Location"]) == (204, location)
    assert go_on(anna, address, 0, PDF[:5]).status_code == 409
    documents_, entries = received(live)
    assert (len(documents_), len(entries)) == (1, 1)
    assert live.matter.received[live.people["anna"]] == len(PDF)


class Conflict:
    """A part of a transaction that finds a conflict when all are asked whether they can be stored."""

    def sortKey(self):
        """Come last."""
        return "~"

    def tpc_vote(self, transaction_):
        """Refuse."""
        raise ConflictError

    def abort(self, transaction_):
        """Do nothing."""

    tpc_begin = commit = tpc_abort = abort


def test_an_upload_outlives_a_conflict_and_a_breakdown(live, rest, folder, monkeypatch):
    """Issue 5, point 2: nothing is lost, and nothing is stored twice."""
    anna, tries, stored = rest("anna"), [], documents.stored

    def conflict(upload):
        tries.append(upload)
        if len(tries) == 1:
            transaction.get().join(Conflict())
        if len(tries) == 2:
            raise ConflictError
        if len(tries) == 3:
            raise ZeroDivisionError
        return stored(upload)

    monkeypatch.setattr(documents, "stored", conflict)
    address = begun(anna, live.annas)
    assert go_on(anna, address, 0, PDF).status_code == 500
    assert received(live) == ([], [])
    assert offset(anna, address) == len(PDF)
    assert go_on(anna, address, len(PDF), b"").status_code == 204
    [document], [_entry] = received(live)
    assert (document.file.data, len(tries)) == (PDF, 4)
    assert list(folder.iterdir()) == []


def test_an_upload_is_its_senders(live, rest, folder):
    """Issue 5, point 2: for anybody else there is none, and in no other folder."""
    anna = rest("anna")
    address = begun(anna, live.annas)
    missing = f"{live.annas.absolute_url()}/@uploads/{'0' * 32}"
    for name in ("thomas", "paula", "member", "handler", "assistant", "colleague", "boss", None):
        other = rest(name)
        found = [other.head(url, headers=TUS) for url in (address, missing)]
        found += [go_on(other, url, 0, b"evil") for url in (address, missing)]
        assert {answer.status_code for answer in found} <= {401, 403, 404}, name
        assert found[0].status_code == found[1].status_code, name
        assert (found[2].status_code, found[2].text) == (found[3].status_code, found[3].text), name
    for url in (
        missing,
        f"{address}/x",
        f"{live.everybodys.absolute_url()}/@uploads/{address[-32:]}",
        f"{address[:-32]}..%2f..%2fx",
    ):
        assert anna.head(url, headers=TUS).status_code == 404, url
        assert go_on(anna, url, 0, b"evil").status_code == 404, url
    # What a member of the firm began by Plone's own way is no client's, and the other way round.
    stock = address.replace("@uploads", "@tus-upload")
    assert anna.head(stock, headers=TUS).status_code in (403, 404)
    assert offset(anna, address) == 0


def test_who_may_not_upload_begins_nothing(live, rest, folder):
    """Issue 5, point 2: a reader is refused, and told nothing where the folder is not theirs."""
    expected = {
        "thomas": 404,
        "paula": 404,
        "member": 404,
        "boss": 404,
        "colleague": 403,
        None: 401,
    }
    for name, status in expected.items():
        assert begin(rest(name), live.annas).status_code == status, name
    assert list(folder.iterdir()) == []


def test_what_another_site_makes_a_browser_send_is_refused(live, rest, folder):
    """security.md: as for every service that writes."""
    anna = rest("anna")
    address = begun(anna, live.annas)
    for evil in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert begin(anna, live.annas, **evil).status_code == 403
        assert go_on(anna, address, 0, PDF, **evil).status_code == 403
    for kind in ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded"):
        # 400: it is not even a form.
        assert go_on(anna, address, 0, PDF, **{"Content-Type": kind}).status_code in (400, 415)
    assert go_on(anna, address, 0, b"{}", **{"Content-Type": "application/json"}).status_code == 415
    assert offset(anna, address) == 0
    assert len(list(folder.iterdir())) == 2


def test_the_protocol_is_kept(live, rest, folder):
    """Issue 5, point 2: 400, 409, 412, 413, 460, and what OPTIONS tells."""
    anna = rest("anna")
    told = anna.options(f"{live.annas.absolute_url()}/@uploads")
    assert told.status_code == 204
    assert told.headers["Tus-Version"] == "1.0.0"
    assert "checksum" in told.headers["Tus-Extension"]
    assert told.headers["Tus-Max-Size"] == str(35 * MEGABYTE)
    other = begin(anna, live.annas, **{"Tus-Resumable": "0.9"})
    assert (other.status_code, other.headers["Tus-Version"]) == (412, "1.0.0")
    for length in ("-1", "x", "", "1" * 16):
        assert begin(anna, live.annas, length).status_code == 400, length
    for metadata in (
        "",
        "filename YQ",
        "filename /w==",
        "filename",
        "filename AA==",
        ",",
        "x YQ==",
    ):
        answer = begin(anna, live.annas, **{"Upload-Metadata": metadata})
        assert answer.status_code == 400, metadata
    assert list(folder.iterdir()) == []
    address = begun(anna, live.annas)
    assert go_on(anna, address, 1, PDF[1:]).status_code == 409
    assert go_on(anna, address, 0, PDF + b"x").status_code == 413
    assert go_on(anna, address, "x", PDF).status_code == 400
    assert go_on(anna, address, 0, PDF, **{"Tus-Resumable": "2.0.0"}).status_code == 412
    good, bad = (base64.b64encode(hashlib.sha256(data).digest()).decode() for data in (PDF, b""))
    for checksum, status in ((f"sha256 {bad}", 460), (f"md5 {good}", 400), ("sha256 x", 400)):
        answer = go_on(anna, address, 0, PDF, **{"Upload-Checksum": checksum})
        assert answer.status_code == status, checksum
        assert answer.json()["message"]
    assert offset(anna, address) == 0
    assert go_on(anna, address, 0, PDF, **{"Upload-Checksum": f"sha256 {good}"}).status_code == 204
    assert len(received(live)[0]) == 1


def test_two_parts_do_not_mix(live, rest, folder):
    """Issue 5, point 2: while a part is written, another one is refused."""
    anna = rest("anna")
    address = begun(anna, live.annas)
    with (folder / f"clientportal_{address[-32:]}").open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert go_on(anna, address, 0, PDF).status_code == 409
    assert go_on(anna, address, 0, PDF).status_code == 204


def test_an_empty_file_arrives(live, rest):
    """It is whole at once; the request without a part says that that is all."""
    anna = rest("anna")
    address = begun(anna, live.annas, 0, "leer.txt")
    assert go_on(anna, address, 0, b"").status_code == 204
    [document], _entries = received(live)
    assert document.file.getSize() == 0


def test_limits_hold(live, rest, folder):
    """Issue 5, point 2: size, quota and kind, as far as they can be told, before a byte is sent."""
    anna = rest("anna")
    api.portal.set_registry_record("collective.clientportal.client_upload_megabytes", 2)
    api.portal.set_registry_record("collective.clientportal.client_quota_megabytes", 1)
    assert begin(anna, live.annas, 2 * MEGABYTE + 1).status_code == 413
    assert begin(anna, live.annas, MEGABYTE + 1).status_code == 413
    for name in ("virus.exe", "seite.html", "unbekannt.xyz", "ohne"):
        answer = begin(anna, live.annas, name=name)
        assert answer.status_code == 400, name
        assert name in answer.json()["message"]
    assert list(folder.iterdir()) == []
    two = [begun(anna, live.annas, 600_000, f"{n}.pdf") for n in range(2)]
    data = PDF + bytes(600_000 - len(PDF))
    assert [go_on(anna, one, 0, data).status_code for one in two] == [204, 413]
    assert len(received(live)[0]) == 1


def test_hostile_files_are_refused(live, rest, folder):
    """T7: what a file is, is told from its bytes, when all of them are there."""
    anna, found = rest("anna"), []
    for file in refused():
        answer = begin(anna, live.annas, len(file.data), file.name)
        if answer.status_code == 201:
            answer = go_on(anna, answer.headers["Location"], 0, file.data)
            found.append(file.name)
        assert answer.status_code in (400, 413), file.name
    assert found
    assert received(live) == ([], [])


def test_the_same_key_is_the_same_upload(live, rest):
    """Issue 5, point 2: whoever does not know the address any more goes on all the same."""
    anna, key = rest("anna"), {"Idempotency-Key": "1764350000000"}
    address = begun(anna, live.annas, **key)
    go_on(anna, address, 0, PDF[:5])
    again = begin(anna, live.annas, **key)
    assert (again.headers["Location"], again.headers["Upload-Offset"]) == (address, "5")
    assert again.json()["offset"] == 5
    assert begun(anna, live.annas) != address
    assert begun(anna, live.annas, name="b.pdf", **key) != address
    assert begun(anna, live.everybodys, **key)[-32:] != address[-32:]
    assert begun(rest("thomas"), live.everybodys, **key)[-32:] != address[-32:]
    go_on(anna, address, 5, PDF[5:])
    assert offset(anna, begun(anna, live.annas, **key)) == len(PDF)
    assert len(received(live)[0]) == 1


def test_unfinished_uploads_end_by_themselves(live, rest, folder):
    """Issue 5, point 2: after a day without a part; staff's hour does not touch them."""
    anna, handler = rest("anna"), rest("handler")
    address = begun(anna, live.annas)
    assert go_on(anna, address, 0, PDF[:5]).status_code == 204
    hours = {path: path.stat().st_mtime - 2 * 3600 for path in folder.iterdir()}
    for path, at in hours.items():
        os.utime(path, (at, at))
    staff = {"Upload-Length": "5", "Upload-Metadata": "filename YS5wZGY="}
    handler.post(f"{live.matter.absolute_url()}/@tus-upload", headers=TUS | staff)
    assert offset(anna, address) == 5
    for path in hours:
        os.utime(path, (0, 0))
    assert anna.head(address, headers=TUS).status_code == 404
    assert go_on(anna, address, 5, PDF[5:]).status_code == 404
    begun(rest("thomas"), live.thomases)
    assert not [path for path in hours if path.exists()]


def test_unfinished_uploads_count_against_nobody_else(live, rest, folder):
    """Issue 5, point 2: one's oldest make room for one's next; the room of others stays as it is."""
    api.portal.set_registry_record("collective.clientportal.client_upload_megabytes", 1)
    anna, thomas = rest("anna"), rest("thomas")
    others = begun(thomas, live.thomases, MEGABYTE)
    first = begun(anna, live.annas, MEGABYTE // 2)
    os.utime(
        folder / f"clientportal_{first[-32:]}", (first_at := os.path.getmtime(folder) - 60,) * 2
    )
    os.utime(folder / f"clientportal_{first[-32:]}.json", (first_at,) * 2)
    second = begun(anna, live.annas, MEGABYTE // 2)
    assert (offset(anna, first), offset(anna, second)) == (0, 0)
    third = begun(anna, live.annas, MEGABYTE // 2)
    assert anna.head(first, headers=TUS).status_code == 404
    assert [offset(anna, one) for one in (second, third)] == [0, 0]
    assert offset(thomas, others) == 0
    api.portal.set_registry_record("collective.clientportal.client_upload_files", 3)
    for _number in range(5):
        begun(anna, live.annas, 1)
    assert len(list(folder.glob("*.json"))) == 3 + 1
    assert live.matter.received.get(live.people["anna"], 0) == 0


def test_whoever_may_not_upload_any_more_does_not_finish(live, rest):
    """A2: access is looked at with each part."""
    anna = rest("anna")
    address = begun(anna, live.annas)
    go_on(anna, address, 0, PDF[:5])
    with live.as_user("handler"):
        matters.switch_portal(live.matter, False)
    assert go_on(anna, address, 5, PDF[5:]).status_code == 404
    assert received(live) == ([], [])


def test_what_waits_is_stored_by_the_form(live, rest, html, folder):
    """Issue 5, point 2: all files of a form in one act, once, however often it is sent."""
    anna, page = rest("anna"), f"{live.annas.absolute_url()}/@@upload"
    uids = []
    for name in ("a.pdf", "b.pdf"):
        address = begun(anna, live.annas, name=name, waits=True)
        assert go_on(anna, address, 0, PDF).status_code == 204
        uids.append(address[-32:])
    unfinished = begun(anna, live.annas, name="c.pdf", waits=True)[-32:]
    assert received(live) == ([], [])
    browser = html("anna")
    form = browser.get(f"{live.annas.absolute_url()}/@@portal").text
    token = re.search(r'name="_authenticator"\s+type="hidden"\s+value="([^"]+)"', form)[1]

    def send(*named):
        data = [("_authenticator", token), *(("uploads", uid) for uid in named)]
        return browser.post(page, data=data)

    for wrong in (unfinished, "0" * 32, "../x"):
        assert send(*uids, wrong).status_code == 400
    assert received(live) == ([], [])
    answers = [send(*uids), send(*uids)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    documents_, entries = received(live)
    assert sorted(document.getId() for document in documents_) == sorted(uids)
    assert [len(entry.files) for entry in entries] == [2]
    assert len(list(folder.glob("*.json"))) == 1


def test_a_message_names_what_came_in_parts(live, rest, send, folder):
    """Issue 5, point 2: by page and by REST; once, and once more in another message."""
    thread, anna = send(), rest("anna")
    address = begun(anna, thread, name="Größe/a.pdf")
    assert go_on(anna, address, 0, PDF).status_code == 204
    body = {"text": "Anbei.", "uploads": [address[-32:]]}
    url, key = f"{thread.absolute_url()}/@messages", {"Idempotency-Key": "1"}
    assert rest("thomas").post(url, json=body).status_code == 404
    assert anna.post(url, json=body | {"uploads": ["0" * 32]}).status_code == 400
    sent = [anna.post(url, json=body, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 201]
    assert sent[0].json()["id"] == sent[1].json()["id"]
    [file] = sent[0].json()["files"]
    assert (file["UID"], file["filename"]) == (address[-32:], "a.pdf")
    assert anna.get(file["@id"], headers={"Accept": "text/html"}).content == PDF
    assert list(folder.iterdir()) == []
    again = anna.post(url, json=body | {"text": "Noch einmal."}).json()
    [copy] = again["files"]
    assert copy["UID"] != file["UID"] and copy["sha256"] == file["sha256"]
    transaction.begin()
    assert len(thread.attachments) == 2
    assert {attachment.message for attachment in thread.attachments.values()} == {
        int(sent[0].json()["id"]),
        int(again["id"]),
    }


def test_the_domain_asks_for_the_permission(firm):
    """A2: whoever calls it."""
    with firm.as_user("colleague"):
        for call in (
            lambda: parts.begin(firm.annas, "a.pdf", 1),
            lambda: parts.find(firm.annas, "0" * 32),
            lambda: parts.take(firm.annas, ["0" * 32]),
        ):
            with pytest.raises(access.NotPermitted):
                call()
