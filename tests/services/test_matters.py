"""POST <folder> and POST <matter>: matters by Plone's own service, portal folders by ours."""

import pytest


def create(client, live, **fields):
    """Create a matter by REST; return the response."""
    body = {"@type": "Matter", "title": "Erbsache Kern", "reference": "26/0031", **fields}
    return client.post(live.portal["matters"].absolute_url(), json=body)


def folder(client, live, **fields):
    """Create a portal folder by REST; return the response."""
    body = {"@type": "PortalFolder", "title": "Gutachten", **fields}
    return client.post(live.matter.absolute_url(), json=body)


def titles(client):
    """Return the titles of the folders that a client sees."""
    matters = client.get("@portal").json()["matters"]
    return [folder["title"] for matter in matters for folder in matter["folders"]]


def test_create_matter(live, rest):
    """Issue 2, points 3 and 10: plain plone.restapi content, with an id made by the server."""
    response = create(
        rest("handler"),
        live,
        handlers=["colleague"],
        assistants=["assistant"],
        restricted=True,
    )
    assert response.status_code == 201, response.text
    matter = live.portal["matters"][response.json()["id"]]
    assert len(matter.getId()) == 32
    assert (matter.handlers, matter.assistants) == (["colleague"], ["assistant"])
    assert matter.restricted is True
    assert rest("colleague").get(matter.absolute_url() + "/@shares").status_code == 200
    assert rest("handler").get(matter.absolute_url() + "/@shares").status_code == 404


def test_id_of_a_matter_comes_from_the_server(live, rest):
    """Issue 2, point 4: server-made ids."""
    create(rest("handler"), live, id="guessable")
    assert "guessable" not in live.portal["matters"]


@pytest.mark.parametrize(
    ("person", "statuses"),
    [("boss", [201]), ("colleague", [201]), ("member", [403, 404]), ("anna", [403, 404])],
)
def test_who_may_create_a_matter(person, statuses, live, rest):
    assert create(rest(person), live).status_code in statuses


def test_strangers_create_no_matter(live, rest):
    assert create(rest(), live).status_code == 401


@pytest.mark.parametrize("reference", ["24/0113", " 24/0113 ", "24/0113\u00a0"])
def test_reference_is_unique(reference, live, rest):
    """Issue 2, point 3: the reference is unique."""
    response = create(rest("handler"), live, reference=reference)
    assert response.status_code == 400
    assert len(live.portal["matters"].objectIds()) == 2


def test_reference_of_another_matter_cannot_be_taken_later(live, rest):
    """Issue 2, point 3: not by an edit either, and a freed reference can be used again."""
    handler = rest("handler")
    address = live.matter.absolute_url()
    assert handler.patch(address, json={"reference": "26/0007"}).status_code == 400
    assert live.matter.reference == "24/0113"
    assert handler.patch(address, json={"reference": "24/0114"}).status_code == 204
    assert create(handler, live, reference="24/0113").status_code == 201


@pytest.mark.parametrize("field", ["reference", "title", "handlers"])
def test_refusals_by_plones_own_service_name_the_field(field, live, rest):
    """Issue 2, point 10: 400 with a reason in words."""
    response = create(rest("handler"), live, **{field: [] if field == "title" else ["nobody"]})
    assert response.status_code == 400
    assert field in response.json()["message"]


@pytest.mark.parametrize("who", ["anna", "member-nobody-knows"])
def test_clients_are_no_handlers(who, live, rest):
    """A2: only staff can be named on a matter."""
    who = live.people.get(who, who)
    assert create(rest("handler"), live, handlers=[who]).status_code == 400


def test_folder_with_readers(live, rest):
    """Issue 2, point 4: a folder for some clients is no trace for the others."""
    response = folder(rest("handler"), live, readers=[live.people["thomas"]])
    assert response.status_code == 201
    assert response.json()["readers"] == [live.people["thomas"]]
    assert response.headers["Location"] == response.json()["@id"]
    assert "Gutachten" in titles(rest("thomas"))
    assert "Gutachten" not in titles(rest("anna"))


@pytest.mark.parametrize("readers", [{}, {"readers": None}, {"readers": []}])
def test_folder_without_readers_is_for_all(readers, live, rest):
    """Issue 2, point 10: no readers: all participants, those of later included."""
    handler = rest("handler")
    assert folder(handler, live, **readers).status_code == 201
    handler.post(f"{live.matter.absolute_url()}/@participants", json={"email": "paula@example.org"})
    for name in ("anna", "thomas", "paula"):
        assert "Gutachten" in titles(rest(name))


WRONG = [
    {"readers": ["0" * 32]},
    {"readers": ["handler"]},
    {"readers": "anna"},
    {"readers": [5]},
    {"title": "  "},
    {"title": 5},
    {"title": None},
]


def test_wrong_folders(live, rest):
    before = len(live.matter.objectIds())
    for fields in WRONG:
        response = folder(rest("handler"), live, **fields)
        assert (response.status_code, bool(response.json()["message"])) == (400, True), fields
    live.matter._p_jar.sync()
    assert len(live.matter.objectIds()) == before


def test_client_of_another_matter_is_no_reader(live, rest):
    response = folder(rest("handler"), live, readers=[live.people["paula"]])
    assert response.status_code == 400


def test_id_of_a_folder_comes_from_the_server(live, rest):
    """Issue 2, point 4: server-made ids."""
    for given in ({"id": "guessable"}, {"UID": "0" * 32}):
        assert folder(rest("handler"), live, **given).status_code == 400, given
    created = folder(rest("handler"), live).json()
    assert len(created["UID"]) == 32
    assert created["@id"].endswith(created["UID"])


def test_nothing_else_can_be_added(live, rest):
    before = len(live.matter.objectIds())
    for kind in ("PortalDocument", "Matter", "Folder", "Document", "Nonsense"):
        body = {"@type": kind, "title": "x", "reference": "1"}
        response = rest("handler").post(live.matter.absolute_url(), json=body)
        assert 400 <= response.status_code < 500, kind
    assert len(live.matter.objectIds()) == before


def test_nothing_can_be_added_to_a_portal_folder_by_plones_own_service(live, rest):
    """A2, decision 8: only by an act of somebody who may share."""
    for kind in ("PortalDocument", "File"):
        response = rest("handler").post(
            live.annas.absolute_url(), json={"@type": kind, "title": "x"}
        )
        assert 400 <= response.status_code < 500
    assert not live.annas.objectIds()


def test_deleting_a_matter_is_refused(live, rest):
    """A24: what was shared stays reachable."""
    assert rest("handler").delete(live.matter.absolute_url()).status_code in (401, 403)
    assert live.matter.getId() in live.portal["matters"]


NAMES = ["index_html", "index.html", "@send", "view", "@@overview", "title", "..", "Vertrag.pdf"]


@pytest.mark.parametrize("name", NAMES)
def test_a_files_name_means_nothing(live, rest, name):
    """Issue 2, point 4 and odd file names: server-made ids in a matter, too; its page stays its page."""
    handler = rest("handler")
    address = live.matter.absolute_url()
    uid = handler.upload(live.matter, name)
    page = handler.get(address, headers={"Accept": "text/html"})
    assert "Scheidung Berger" in page.text
    assert page.headers["Content-Type"].startswith("text/html")
    assert handler.get(f"{address}/{uid}").status_code == 200
    body = {"@type": "File", "id": name, "title": "x"}
    assert handler.post(address, json=body).status_code in (201, 400)
    assert name not in live.matter.objectIds()
    assert handler.patch(address, json={"layout": "x"}).status_code == 400
    assert "Scheidung" in handler.get(address, headers={"Accept": "text/html"}).text
    answer = handler.patch(f"{address}/{uid}", json={"id": name})
    assert answer.status_code < 500
    live.matter._p_jar.sync()
    assert name not in live.matter.objectIds()


def test_a_restricted_matter_needs_a_team(live, rest):
    """A2: or nobody at all would see it any more."""
    handler = rest("handler")
    body = {"handlers": [], "assistants": [], "restricted": True}
    assert create(handler, live, **body).status_code == 400
    answer = handler.patch(live.matter.absolute_url(), json=body)
    assert answer.status_code == 400
    assert live.matter.handlers == ["handler"]
    assert create(handler, live, handlers=[], restricted=False).status_code == 201
