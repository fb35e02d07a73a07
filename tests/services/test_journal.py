"""@journal: the chain, recomputed here from its documented rule."""

import hashlib
import json
from collective.clientportal import worker
from conftest import PDF


FIELDS = ("time", "actor", "event", "subject", "recipients", "files", "details")


def recomputed(items):
    """Return the hashes that the entries must have.

    SHA-256 over the previous hash, a line feed, and the entry as JSON: seven fields, keys sorted, no
    spaces, UTF-8. The first entry follows 64 zeros.
    """
    previous, hashes = "0" * 64, []
    for item in items:
        entry = {field: item[field] for field in FIELDS}
        line = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        previous = hashlib.sha256(f"{previous}\n{line}".encode()).hexdigest()
        hashes.append(previous)
    return hashes


def journal(rest, live):
    """Return the entries as the handler sees them."""
    response = rest("handler").get(f"{live.matter.absolute_url()}/@journal")
    assert response.status_code == 200
    return response.json()["items"]


def test_chain(live, rest, work):
    """Issue 2, point 9: hash-chained; sealing changes no hash that was shown before."""
    live.release(live.add("Übersicht „neu“ 📎.pdf"))
    before = journal(rest, live)
    assert not any(item["sealed"] for item in before)
    work(worker.seal)
    after = journal(rest, live)
    assert all(item["sealed"] for item in after)
    for items in (before, after):
        assert [item["hash"] for item in items] == recomputed(items)
        assert [item["previous"] for item in items] == ["0" * 64, *recomputed(items)[:-1]]
        assert [item["sequence"] for item in items] == list(range(1, len(items) + 1))
    live.release(live.add("later.pdf"))
    longer = journal(rest, live)
    assert [item["hash"] for item in longer] == recomputed(longer)
    assert longer[: len(after)] == after


def test_every_event_is_there(live, rest):
    """Issue 2, point 9: every event of the whole way, in order, with who and to whom."""
    handler, anna = rest("handler"), live.people["anna"]
    matter = live.matter.absolute_url()
    start = len(journal(rest, live))
    [item] = handler.share(live.matter, [handler.upload(live.matter)], live.annas)
    handler.patch(f"{matter}/@participants/{anna}", json={"may_write": False})
    handler.delete(f"{matter}/@shares/{item['UID']}")
    handler.post(f"{matter}/@portal", json={"enabled": False})
    handler.post(f"{matter}/@portal", json={"enabled": True})
    carla = handler.post(f"{matter}/@participants", json={"email": "c@else.example"}).json()["id"]
    handler.delete(f"{matter}/@participants/{carla}")
    handler.patch(matter, json={"title": "Berger ./. Berger"})
    entries = journal(rest, live)[start:]
    assert [entry["event"] for entry in entries] == [
        "documents_released",
        "participant_changed",
        "sharing_ended",
        "portal_switched_off",
        "portal_switched_on",
        "participant_invited",
        "account_created",
        "participant_removed",
        "matter_changed",
    ]
    assert {entry["actor"] for entry in entries} == {"handler"}
    released, changed, ended = entries[:3]
    assert released["recipients"] == ended["recipients"] == [anna]
    assert released["subject"] == live.annas.UID()
    assert released["files"] == ended["files"]
    assert released["files"][0] == {
        "uid": item["UID"],
        "filename": "Klage.pdf",
        "size": len(PDF),
        "sha256": hashlib.sha256(PDF).hexdigest(),
    }
    assert changed["subject"] == anna
    assert changed["details"] == {"may_write": False}
    assert entries[-1]["details"] == {"title": "Berger ./. Berger"}


def test_refusals_leave_no_entry(live, rest):
    before = journal(rest, live)
    for name in ("anna", "colleague", "paula"):
        rest(name).post(f"{live.matter.absolute_url()}/@portal", json={"enabled": False})
    rest("handler").post(f"{live.matter.absolute_url()}/@share", json={"documents": []})
    rest("handler").post(
        f"{live.matter.absolute_url()}/@participants", json={"email": "anna@example.org"}
    )
    assert journal(rest, live) == before


def test_fetching_by_link_leaves_no_entry(live, rest):
    """architecture.md, decision 9; C3: a GET is no read."""
    document = live.release(live.add()).documents[0]
    before = journal(rest, live)
    rest("anna").get(document.absolute_url() + "/@@download")
    rest("handler").get(document.absolute_url() + "/@@download")
    assert journal(rest, live) == before


def test_each_matter_has_its_own(live, rest):
    live.release(live.add())
    items = rest("colleague").get(f"{live.other_matter.absolute_url()}/@journal").json()["items"]
    assert [item["hash"] for item in items] == recomputed(items)
    assert "documents_released" not in [item["event"] for item in items]
