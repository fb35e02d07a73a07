"""@share and @shares: releasing documents, seeing what is shared, ending it."""

import hashlib
import json
import pytest
from collective.clientportal.domain import documents
from collective.clientportal.domain import folders
from collective.clientportal.domain import matters
from collective.clientportal.domain import registers
from collective.clientportal.domain import sharing
from conftest import PDF
from io import BytesIO
from plone import api


def share(client, live, body, **kwargs):
    """Post to @share; return the response."""
    return client.post(f"{live.matter.absolute_url()}/@share", json=body, **kwargs)


def shares(client, live):
    """Return the rows of @shares by file name."""
    items = client.get(f"{live.matter.absolute_url()}/@shares").json()["items"]
    return {item["filename"]: item for item in items}


def end(client, live, share_id):
    """End a sharing; return the status."""
    return client.delete(f"{live.matter.absolute_url()}/@shares/{share_id}").status_code


def receive(live):
    """Have Anna upload a document; return it."""
    with live.as_user("anna"):
        upload = documents.Upload("Lohn.pdf", "application/pdf", BytesIO(b"%PDF-from Anna"))
        return sharing.receive(live.annas, [upload])[0]


def nothing_happened(live):
    """Tell whether no document is in the portal and no notice of one is due."""
    events = [entry.event for entry in registers.registers().outbox.values()]
    return not live.annas.objectIds() and "documents" not in events


def test_release(live, rest):
    """A1, A9, A11: one or many in one release, in the folder at once."""
    originals = [live.add("Klage.pdf"), live.add("Anlage K1.png", b"\x89PNG", "image/png")]
    body = {"documents": [o.UID() for o in originals], "folder": live.annas.UID()}
    response = share(rest("handler"), live, body)
    assert response.status_code == 201
    answer = response.json()
    assert [item["filename"] for item in answer["items"]] == ["Klage.pdf", "Anlage K1.png"]
    assert [item["size"] for item in answer["items"]] == [len(PDF), 4]
    assert answer["items"][0]["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert {"@id", "UID", "sha256", "filename", "size"} <= answer["items"][0].keys()
    assert answer["items"][0]["@id"].startswith(live.annas.absolute_url())
    assert rest("anna").get(answer["items"][0]["@id"] + "/@@download").content == PDF


def test_rows(live, rest):
    """A13: which folder, for whom, since when, by whom; a row a document."""
    original = live.add()
    release = live.release(original)
    row = shares(rest("assistant"), live)["Klage.pdf"]
    assert row["source"] == original.UID()
    assert row["document"] == release.documents[0].UID()
    assert row["folder"] == live.annas.UID()
    assert row["recipients"] == [live.people["anna"]]
    assert row["released"] == release.documents[0].since.isoformat(timespec="seconds")
    assert row["released_by"] == "handler"
    assert row["state"] == "released"
    receive(live)
    assert shares(rest("assistant"), live)["Lohn.pdf"]["state"] == "received"
    assert shares(rest("assistant"), live)["Lohn.pdf"]["source"] == ""


def test_folder_for_all_names_all_recipients(live, rest):
    """A13: for whom, also where a folder has no readers of its own."""
    live.release(live.add(), folder=live.everybodys)
    row = shares(rest("handler"), live)["Klage.pdf"]
    assert sorted(row["recipients"]) == sorted([live.people["anna"], live.people["thomas"]])


def test_nothing_ticked(live, rest):
    """A4: none ticked: explained, nothing happens."""
    for body, word in (({"documents": []}, "tick"), ({}, "documents")):
        response = share(rest("handler"), live, body | {"folder": live.annas.UID()})
        assert response.status_code == 400
        assert word in response.json()["message"]
    assert nothing_happened(live)


@pytest.mark.parametrize("folder", [None, "", "0" * 32])
def test_folder_is_required(folder, live, rest):
    """A9: required without a message."""
    response = share(rest("handler"), live, {"documents": [live.add().UID()], "folder": folder})
    assert response.status_code == 400
    assert nothing_happened(live)


def test_unknown_document_releases_none_of_them(live, rest):
    """Issue 2: unknown UID; all or nothing."""
    uids = [live.add().UID(), "0" * 32]
    body = {"documents": uids, "folder": live.annas.UID()}
    assert share(rest("handler"), live, body).status_code == 400
    assert nothing_happened(live)


def test_document_of_another_matter(live, rest):
    """B21, issue 2: documents are those of this matter only, although the handler sees the other."""
    with live.as_user("colleague"):
        upload = documents.Upload("Bauplan.pdf", "application/pdf", BytesIO(PDF))
        foreign = documents.add_internal(live.other_matter, [upload])[0]
    for uid in (foreign.UID(), live.matter.UID(), live.annas.UID(), live.portal.UID()):
        body = {"documents": [uid], "folder": live.annas.UID()}
        assert share(rest("handler"), live, body).status_code == 400
    assert nothing_happened(live)


def test_shared_document_is_no_original(live, rest):
    """A27: what a client uploaded, or was given, is not released from the portal itself."""
    for document in (receive(live), live.release(live.add()).documents[0]):
        body = {"documents": [document.UID()], "folder": live.everybodys.UID()}
        assert share(rest("handler"), live, body).status_code == 400
    assert not live.everybodys.objectIds()


def test_folder_of_another_matter(live, rest):
    """Issue 2: a folder of another matter of the same handler."""
    with live.as_user("handler"):
        other = matters.create(live.portal["matters"], "Kern", "26/0031", ["handler"])
        matters.switch_portal(other, True)
        foreign = folders.create(other, "Bescheide")
    body = {"documents": [live.add().UID()], "folder": foreign.UID()}
    assert share(rest("handler"), live, body).status_code == 400
    assert nothing_happened(live)
    assert not foreign.objectIds()


def test_no_portal(live, rest):
    """A3: no portal: refused by the server, in words."""
    with live.as_user("handler"):
        matters.switch_portal(live.matter, False)
    response = share(
        rest("handler"), live, {"documents": [live.add().UID()], "folder": live.annas.UID()}
    )
    assert response.status_code == 400
    assert "portal" in response.json()["message"]
    assert nothing_happened(live)


def test_the_same_version_twice(live, rest):
    """The very same version lies there already; a newer one may follow."""
    original = live.add()
    body = {"documents": [original.UID()], "folder": live.annas.UID()}
    assert share(rest("handler"), live, body).status_code == 201
    response = share(rest("handler"), live, body)
    assert response.status_code == 400
    assert "Schriftsätze" in response.json()["message"]
    elsewhere = {"documents": [original.UID()], "folder": live.thomases.UID()}
    assert share(rest("handler"), live, elsewhere).status_code == 201
    end(rest("handler"), live, live.annas.objectValues()[0].getId())
    assert share(rest("handler"), live, body).status_code == 201


def test_document_named_twice_is_released_once(live, rest):
    uid = live.add().UID()
    response = share(rest("handler"), live, {"documents": [uid, uid], "folder": live.annas.UID()})
    assert len(response.json()["items"]) == 1


JSON = {"Content-Type": "application/json"}
WRONG = [
    [],
    "text",
    None,
    {"documents": "abc", "folder": "abc"},
    {"documents": [5], "folder": "abc"},
    {"documents": [None], "folder": "abc"},
    {"documents": {"a": 1}, "folder": "abc"},
    {"documents": ["abc"], "folder": ["abc"]},
    {"documents": ["abc"], "folder": 5},
    {"documents": ["../../x"], "folder": "../../x"},
]


def test_wrong_json(live, rest):
    found = {}
    for body in map(json.dumps, [*WRONG, "", {}]):
        response = share(rest("handler"), live, None, data=body, headers=JSON)
        found[body] = (response.status_code, bool(response.json()["message"]))
    broken = share(rest("handler"), live, None, data="{not json", headers=JSON)
    found["broken"] = (broken.status_code, bool(broken.json()["message"]))
    assert found == dict.fromkeys(found, (400, True))
    assert nothing_happened(live)


def test_form_data_is_no_json(live, rest):
    """A form, the only thing that a page elsewhere can send without asking, releases nothing."""
    fields = {"documents": live.add().UID(), "folder": live.annas.UID()}
    response = rest("handler").post(f"{live.matter.absolute_url()}/@share", data=fields)
    assert response.status_code == 415
    assert nothing_happened(live)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_request_from_another_site(site, live, rest):
    """security.md: a browser tells where a request comes from; another site releases nothing."""
    body = {"documents": [live.add().UID()], "folder": live.annas.UID()}
    response = share(rest("handler"), live, body, headers={"Sec-Fetch-Site": site})
    assert response.status_code == 403
    assert nothing_happened(live)
    response = share(rest("handler"), live, body, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 201


def test_plain_text_by_a_page_elsewhere_releases_nothing(live, rest):
    """An old browser names no site, and sends text/plain with cookies without asking first."""
    body = json.dumps({"documents": [live.add().UID()], "folder": live.annas.UID()})
    headers = {"Content-Type": "text/plain", "Origin": "https://evil.example"}
    response = share(rest("handler"), live, None, data=body, headers=headers)
    assert response.status_code in (400, 403, 415)
    assert nothing_happened(live)


def test_end_one(live, rest):
    """A25: access is gone with the next request; A13 follows; the others stay."""
    anna, handler = rest("anna"), rest("handler")
    kept, ended = live.release(live.add("kept.pdf"), live.add("ended.pdf")).documents
    address = ended.absolute_url() + "/@@download"
    assert anna.get(address).status_code == 200
    assert end(handler, live, ended.getId()) == 204
    assert anna.get(address).status_code == 404
    assert anna.get(kept.absolute_url() + "/@@download").status_code == 200
    assert "ended.pdf" not in anna.get("@portal").text
    rows = shares(handler, live)
    assert rows["ended.pdf"]["state"] == "ended"
    assert rows["ended.pdf"]["recipients"] == []
    assert rows["kept.pdf"]["state"] == "released"


def test_staff_still_see_what_was_ended(live, rest):
    """A24: shared documents always reachable for staff."""
    document = live.release(live.add()).documents[0]
    end(rest("handler"), live, document.getId())
    assert rest("handler").get(document.absolute_url() + "/@@download").content == PDF


def test_end_a_release(live, rest):
    """A25: by the id of the release: all of its documents, also where one was ended before."""
    handler = rest("handler")
    body = {
        "documents": [live.add(f"{n}.pdf").UID() for n in range(3)],
        "folder": live.annas.UID(),
    }
    release = share(handler, live, body).json()
    end(handler, live, release["items"][0]["UID"])
    assert end(handler, live, release["id"]) == 204
    assert {row["state"] for row in shares(handler, live).values()} == {"ended"}
    assert end(handler, live, release["id"]) == 400


def test_end_twice(live, rest):
    handler = rest("handler")
    document = live.release(live.add()).documents[0]
    assert end(handler, live, document.getId()) == 204
    response = handler.delete(f"{live.matter.absolute_url()}/@shares/{document.getId()}")
    assert response.status_code == 400
    assert response.json()["message"]
    journal = handler.get(f"{live.matter.absolute_url()}/@journal").json()["items"]
    assert [entry["event"] for entry in journal].count("sharing_ended") == 1


def test_what_a_client_uploaded_is_not_ended(live, rest):
    """A27: refused by the server, with the reason."""
    document = receive(live)
    response = rest("handler").delete(f"{live.matter.absolute_url()}/@shares/{document.getId()}")
    assert response.status_code == 400
    assert "client" in response.json()["message"]
    assert rest("anna").get(document.absolute_url() + "/@@download").content == b"%PDF-from Anna"


def test_end_while_the_portal_is_off(live, rest):
    """A25: any time."""
    document = live.release(live.add()).documents[0]
    with live.as_user("handler"):
        matters.switch_portal(live.matter, False)
    assert end(rest("handler"), live, document.getId()) == 204
    with live.as_user("handler"):
        matters.switch_portal(live.matter, True)
    assert rest("anna").get(document.absolute_url() + "/@@download").status_code == 404


def test_ends_in_its_own_matter_only(live, rest):
    """A2: the handler of one matter does not end what another one shares."""
    document = live.release(live.add()).documents[0]
    response = rest("colleague").delete(
        f"{live.other_matter.absolute_url()}/@shares/{document.getId()}"
    )
    assert response.status_code == 404
    assert rest("anna").get(document.absolute_url() + "/@@download").status_code == 200


@pytest.mark.parametrize("share_id", ["", "0" * 32, "x/y", "%00"])
def test_unknown_share(share_id, live, rest):
    live.release(live.add())
    receive(live)
    assert end(rest("handler"), live, share_id) in (400, 404, 405)
    states = {row["state"] for row in shares(rest("handler"), live).values()}
    assert states == {"released", "received"}


def test_original_of_a_restricted_place_is_not_releasable(live, rest):
    """B21: what the person who acts may not see, they cannot release."""
    original = live.add()
    original.manage_permission("View", ["Manager"], acquire=False)
    body = {"documents": [original.UID()], "folder": live.annas.UID()}
    assert share(rest("handler"), live, body).status_code == 400
    assert api.content.get_uuid(original)
    assert nothing_happened(live)
