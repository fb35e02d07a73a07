"""Sharing: a snapshot stays what it was, whatever happens to the original (decision 9)."""

import base64
import hashlib
import pytest
import transaction
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import shares
from collective.clientportal.domain import sharing
from collective.clientportal.domain import uploads
from collective.clientportal.domain.errors import Several
from collective.clientportal.events import DocumentFetched
from conftest import PDF
from io import BytesIO
from plone import api
from plone.namedfile.file import NamedBlobFile
from zope.component import getGlobalSiteManager
from zope.event import notify
from zope.lifecycleevent import ObjectModifiedEvent


NEW = b"%PDF-1.4 changed afterwards"


def by_form(live, rest, original):
    """Replace the file as the edit form does."""
    original.file = NamedBlobFile(NEW, "application/pdf", "Neu.pdf")
    notify(ObjectModifiedEvent(original))


def by_patch(live, rest, original):
    """Replace the file by REST."""
    file = {"data": base64.b64encode(NEW).decode(), "encoding": "base64", "filename": "Neu.pdf"}
    assert rest("handler").patch(original.absolute_url(), json={"file": file}).status_code == 204


def by_resumable_upload(live, rest, original):
    """Replace the file by a resumable upload."""
    handler, tus = rest("handler"), {"Tus-Resumable": "1.0.0"}
    begun = handler.post(
        f"{original.absolute_url()}/@tus-replace",
        headers={
            **tus,
            "Upload-Length": str(len(NEW)),
            "Upload-Metadata": "filename TmV1LnBkZg==,content-type YXBwbGljYXRpb24vcGRm",
        },
    )
    assert begun.status_code == 201, begun.text
    kind = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    done = handler.patch(begun.headers["Location"], data=NEW, headers=tus | kind)
    assert done.status_code == 204, done.text


def by_title(live, rest, original):
    """Rename the document and its file."""
    original.title = "Renamed"
    original.file.filename = "Renamed.pdf"
    notify(ObjectModifiedEvent(original))


def by_data(live, rest, original):
    """Overwrite the bytes in place, as scripts do."""
    original.file.data = NEW


def by_open(live, rest, original):
    """Write into the very blob, as a careless script could."""
    with original.file.open("w") as stream:
        stream.write(NEW)


def deleted(live, rest, original):
    """Delete the original by REST."""
    assert rest("handler").delete(original.absolute_url()).status_code == 204


def moved(live, rest, original):
    """Move the original to another matter."""
    with api.env.adopt_roles(["Manager"]):
        api.content.move(original, live.other_matter)


WRITTEN_IN_PLACE = [by_data, by_open]
WAYS = [by_form, by_patch, by_resumable_upload, by_title, deleted, moved, *WRITTEN_IN_PLACE]


@pytest.mark.parametrize("change", WAYS, ids=lambda way: getattr(way, "__name__", None))
def test_snapshot(change, live, rest, tmp_path, monkeypatch):
    """Decision 9, A24: edited, replaced, renamed, deleted, moved: the client's document stays."""
    monkeypatch.setenv("TUS_TMP_FILE_DIR", str(tmp_path))
    original = live.add()
    document = live.release(original).documents[0]
    transaction.commit()
    change(live, rest, original)
    transaction.commit()
    response = rest("anna").get(document.absolute_url() + "/@@download")
    assert response.content == PDF
    assert response.headers["Content-Disposition"].endswith("Klage.pdf")
    assert response.headers["Content-Length"] == str(len(PDF))
    [row] = rest("handler").get(f"{live.matter.absolute_url()}/@shares").json()["items"]
    assert (row["filename"], row["state"]) == ("Klage.pdf", "released")
    seen = rest("anna").get("@portal").json()["matters"][0]["folders"][1]["documents"][0]
    assert seen["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert seen["title"] == "Klage.pdf"


@pytest.mark.parametrize(
    "change",
    [by_form, by_patch, by_resumable_upload, *WRITTEN_IN_PLACE],
    ids=lambda way: getattr(way, "__name__", None),
)
def test_the_changed_version_can_be_released_next(change, live, rest, tmp_path, monkeypatch):
    """C7: with its own bytes and hash, beside the first; the hash is never that of older bytes."""
    monkeypatch.setenv("TUS_TMP_FILE_DIR", str(tmp_path))
    original = live.add()
    live.release(original)
    transaction.commit()
    change(live, rest, original)
    [item] = rest("handler").share(live.matter, [original.UID()], live.annas)
    assert item["sha256"] == hashlib.sha256(NEW).hexdigest()
    assert item["size"] == len(NEW)
    assert rest("anna").get(item["@id"] + "/@@download").content == NEW


def test_no_copy_of_the_bytes(firm):
    """architecture.md, decision 4: a snapshot by reference."""
    original = firm.add()
    document = firm.release(original).documents[0]
    assert document.file is not original.file
    assert document.file._blob is original.file._blob


def test_hash_is_taken_on_the_way_in(firm):
    """Issue 2, point 6: SHA-256 taken when the bytes come in, by every way in."""
    uploaded = firm.add()
    assert uploaded.file.__dict__["sha256"] == hashlib.sha256(PDF).hexdigest()
    with firm.as_user("handler"):
        created = api.content.create(
            firm.matter, "File", title="x", file=NamedBlobFile(NEW, filename="x.pdf")
        )
        assert created.file.__dict__["sha256"] == hashlib.sha256(NEW).hexdigest()
        image = api.content.create(
            firm.matter, "Image", title="y", image=NamedBlobFile(b"\x89PNG", filename="y.png")
        )
        assert image.image.__dict__["sha256"] == hashlib.sha256(b"\x89PNG").hexdigest()


def test_releasing_reads_nothing(live, rest):
    """architecture.md, decision 4: the hash was taken before; 2 GB is shared as fast as 2 KB."""
    original = live.add()
    # Were the bytes read once more, this could not come out.
    original.file.sha256 = "5" * 64
    [item] = rest("handler").share(live.matter, [original.UID()], live.annas)
    assert item["sha256"] == "5" * 64


def test_markers(firm):
    """A13: where, for whom, since when; right again as soon as sharing ends."""
    original = firm.add()
    uid = original.UID()
    assert shares.markers(firm.matter, uid) == []
    first = firm.release(original).documents[0]
    second = firm.release(original, folder=firm.everybodys).documents[0]
    found = {share.folder.title: share for share in shares.markers(firm.matter, uid)}
    assert found["Schriftsätze"].recipients == (firm.people["anna"],)
    assert set(found["Gericht"].recipients) == {firm.people["anna"], firm.people["thomas"]}
    assert found["Schriftsätze"].released == first.since
    with firm.as_user("handler"):
        sharing.end(firm.matter, first.getId())
        assert [s.document for s in shares.markers(firm.matter, uid)] == [second]
        sharing.end(firm.matter, second.getId())
    assert shares.markers(firm.matter, uid) == []


def test_staff_put_a_document_straight_into_a_folder(firm):
    """A29: told and marked like a share; A2, A3 hold for it, too."""
    upload = documents.Upload("Brief.pdf", "application/pdf", BytesIO(PDF))
    for name, error in (("colleague", sharing.NotPermitted), ("anna", sharing.NotPermitted)):
        with firm.as_user(name), pytest.raises(error):
            sharing.add(firm.annas, [upload])
    with firm.as_user("assistant"):
        release = sharing.add(firm.annas, [upload])
        [share] = shares.listing(firm.matter)
    assert share.state == "released"
    assert share.document == release.documents[0]
    assert share.released_by == "assistant"
    with firm.as_user("anna"):
        assert access.documents(firm.annas) == list(release.documents)


def test_dropping_a_file_into_a_matter_shares_nothing(firm):
    """Decision 8."""
    firm.release(firm.add("first.pdf"), folder=firm.everybodys)
    firm.add("second.pdf")
    with firm.as_user("anna"):
        assert [document.title for document in access.documents(firm.everybodys)] == ["first.pdf"]


def test_upload_limits(firm):
    """B40 and issue 2, point 7: a client's limits: so many files, so many bytes, and not one more."""
    api.portal.set_registry_record("collective.clientportal.client_upload_megabytes", 1)
    api.portal.set_registry_record("collective.clientportal.client_upload_files", 3)

    def files(*sizes):
        return [uploads.Upload(f"{n}.txt", "x/y", BytesIO(b"x" * n)) for n in sizes]

    megabyte = 1024 * 1024
    with firm.as_user("anna"):
        with pytest.raises(uploads.NoFile):
            sharing.receive(firm.annas, [])
        with pytest.raises(uploads.TooManyFiles):
            sharing.receive(firm.annas, files(1, 1, 1, 1))
        with pytest.raises(uploads.TooLarge):
            sharing.receive(firm.annas, files(megabyte - 2, 2, 1))
        assert access.documents(firm.annas) == []
        assert len(sharing.receive(firm.annas, files(megabyte - 2, 1, 1))) == 3
        assert len(access.documents(firm.annas)) == 3


def test_what_a_client_sends_in_a_matter_has_an_end(firm):
    """ASVS 5.2.4: each client has so much room in each matter; what was refused takes none of it."""
    api.portal.set_registry_record("collective.clientportal.client_quota_megabytes", 1)
    megabyte = 1024 * 1024

    def send(name, size, folder=firm.everybodys):
        with firm.as_user(name):
            sharing.receive(folder, [uploads.Upload("a.txt", "x/y", BytesIO(b"x" * size))])

    send("anna", megabyte - 10)
    with pytest.raises(uploads.QuotaExceeded, match="1 MB in all; there is room for 0 MB"):
        send("anna", 11)
    send("anna", 10)
    with pytest.raises(uploads.QuotaExceeded):
        send("anna", 1, firm.annas)
    send("thomas", megabyte)
    assert dict(firm.matter.received) == {
        firm.people["anna"]: megabyte,
        firm.people["thomas"]: megabyte,
    }


def test_all_files_that_are_wrong_are_named_at_once(firm):
    """Issue 5, point 2: nobody has to find out one after the other; in the reader's language."""
    names = ("fine.pdf", "a.exe", "b.html", "c.xyz")
    files = [uploads.Upload(name, "x/y", BytesIO(PDF)) for name in names]
    with firm.as_user("anna"), pytest.raises(Several) as caught:
        sharing.receive(firm.annas, files)
    assert len(caught.value.errors) == 3
    for language, words in (("en", "is a program"), ("de", "ist ein Programm")):
        told = caught.value.in_language(language)
        assert words in told
        assert [name for name in names if f"“{name}”" in told or f"„{name}“" in told] == [
            *names[1:]
        ]
        assert "${" not in told
    assert access.documents(firm.annas) == []
    assert not firm.matter.received


def test_fetched_counts_once_and_for_clients_only(firm):
    """Issue 2, point 7 ("what is new"); C3: the first time counts, staff leave no note."""
    document = firm.release(firm.add()).documents[0]
    told = []
    handler = told.append
    getGlobalSiteManager().registerHandler(handler, (DocumentFetched,))
    try:
        with firm.as_user("handler"):
            sharing.fetched(document)
        with firm.as_user("thomas"), pytest.raises(sharing.NotThere):
            sharing.fetched(document)
        with firm.as_user("anna"):
            assert sharing.is_new(document)
            sharing.fetched(document)
            sharing.fetched(document)
            assert not sharing.is_new(document)
    finally:
        getGlobalSiteManager().unregisterHandler(handler, (DocumentFetched,))
    assert [event.actor for event in told] == [firm.people["anna"]]
