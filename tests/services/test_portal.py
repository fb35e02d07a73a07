"""@portal: what the person logged in may see, and the switch on a matter."""

import pytest
from collective.clientportal.domain import registers


def switch(client, matter, enabled):
    """Switch the portal of a matter on or off; return the response."""
    return client.post(f"{matter.absolute_url()}/@portal", json={"enabled": enabled})


def seen(client):
    """Return {folder title: [file names]} of all matters that a person sees."""
    matters = client.get("@portal").json()["matters"]
    return {
        folder["title"]: [document["filename"] for document in folder["documents"]]
        for matter in matters
        for folder in matter["folders"]
    }


def test_each_client_sees_their_own(live, rest):
    """Issue 2, point 4: two clients in one matter see no trace of each other."""
    live.release(live.add("Klage.pdf"))
    live.release(live.add("Vergleich.pdf"), folder=live.thomases)
    live.release(live.add("Ladung.pdf"), folder=live.everybodys)
    assert seen(rest("anna")) == {"Gericht": ["Ladung.pdf"], "Schriftsätze": ["Klage.pdf"]}
    assert seen(rest("thomas")) == {"Gericht": ["Ladung.pdf"], "Vergleich": ["Vergleich.pdf"]}
    assert seen(rest("paula")) == {"Bauakte": []}
    assert seen(rest("member")) == {}
    text = rest("anna").get("@portal").text
    for trace in ("homas", "Vergleich", "Gegenseite", live.people["thomas"], "handler"):
        assert trace not in text


def test_fields(live, rest):
    """Issue 2, point 10: the field names of the table."""
    live.release(live.add())
    matter = rest("anna").get("@portal").json()["matters"][0]
    assert {"@id", "UID", "reference", "title", "folders"} <= matter.keys()
    assert matter["UID"] == live.matter.UID()
    folder = next(folder for folder in matter["folders"] if folder["documents"])
    assert {"@id", "UID", "title", "may_upload", "documents"} <= folder.keys()
    document = folder["documents"][0]
    assert {"@id", "UID", "title", "filename", "size", "sha256", "since"} == document.keys()


def test_off_takes_access_at_once_and_on_gives_it_back(live, rest):
    """Decision 7: off takes access and empties nothing; on again, everything is as before."""
    handler, anna = rest("handler"), rest("anna")
    address = live.release(live.add()).documents[0].absolute_url() + "/@@download"
    before = anna.get("@portal").json()
    participants = handler.get(f"{live.matter.absolute_url()}/@participants").json()
    shares = handler.get(f"{live.matter.absolute_url()}/@shares").json()

    assert switch(handler, live.matter, False).json()["enabled"] is False
    assert anna.get(address).status_code == 404
    assert anna.get("@portal").json() == {"matters": []}
    assert anna.get(f"{live.matter.absolute_url()}/@shares").status_code == 404
    assert handler.get(f"{live.matter.absolute_url()}/@participants").json() == participants
    assert handler.get(f"{live.matter.absolute_url()}/@shares").json() == shares

    assert switch(handler, live.matter, True).json()["enabled"] is True
    assert anna.get(address).status_code == 200
    assert anna.get("@portal").json() == before


def test_on_again_leaves_right_to_write_withheld(live, rest):
    """Decision 7 and B7: what was withheld before stays withheld."""
    handler, anna = rest("handler"), rest("anna")
    address = f"{live.matter.absolute_url()}/@participants/{live.people['anna']}"
    handler.patch(address, json={"may_write": False})
    before = anna.get("@portal").json()
    assert not any(folder["may_upload"] for folder in before["matters"][0]["folders"])
    switch(handler, live.matter, False)
    switch(handler, live.matter, True)
    assert anna.get("@portal").json() == before


def test_participant_invited_while_off_gets_in_when_on(live, rest):
    """Decision 7: on again, for everybody who takes part then."""
    handler = rest("handler")
    switch(handler, live.matter, False)
    info = handler.post(
        f"{live.matter.absolute_url()}/@participants", json={"email": "paula@example.org"}
    ).json()
    assert info["id"] == live.people["paula"]
    assert seen(rest("paula")) == {"Bauakte": []}
    switch(handler, live.matter, True)
    assert seen(rest("paula")) == {"Bauakte": [], "Gericht": []}


def test_switching_twice_is_one_event(live, rest):
    handler = rest("handler")
    for _ in range(2):
        assert switch(handler, live.matter, False).status_code == 200
    journal = handler.get(f"{live.matter.absolute_url()}/@journal").json()["items"]
    assert [entry["event"] for entry in journal].count("portal_switched_off") == 1


@pytest.mark.parametrize("body", [{}, {"enabled": "no"}, {"enabled": 0}, {"enabled": None}, []])
def test_wrong_bodies(body, live, rest):
    response = rest("handler").post(f"{live.matter.absolute_url()}/@portal", json=body)
    assert response.status_code == 400
    assert response.json()["message"]
    assert live.matter.portal_enabled


def test_asking_writes_nothing(live, rest):
    """architecture.md, decision 9: GET never writes."""
    live.release(live.add())
    client = rest("anna")
    database = live.portal._p_jar.db()
    client.get("@portal")
    before = database.lastTransaction()
    for path in ("@portal", f"{live.annas.absolute_url()}/@portal"):
        client.get(path)
    rest("handler").get(f"{live.matter.absolute_url()}/@shares")
    assert database.lastTransaction() == before
    assert registers.installed(live.portal)
