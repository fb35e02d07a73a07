"""What the staff's pages refuse, by direct requests: the page does not offer it, the server refuses it."""

import pytest
import transaction
from collective.clientportal.domain import documents
from collective.clientportal.domain import matters
from collective.clientportal.domain import shares
from collective.clientportal.domain import sharing
from collective.clientportal.domain import states
from io import BytesIO
from plone.protect.authenticator import createToken


HTML = {"Accept": "text/html"}


@pytest.fixture
def send(live, rest):
    """A function: send a form of a page as somebody, with a valid token."""

    def send_(name, page, matter=None, **data):
        with live.as_user(name):
            token = createToken()
        url = f"{(matter or live.matter).absolute_url()}/@@{page}"
        return rest(name).post(url, data={"_authenticator": token, **data}, headers=HTML)

    return send_


@pytest.fixture
def get(live, rest):
    """A function: a page of the matter as somebody sees it."""
    return lambda name, page: rest(name).get(
        f"{live.matter.absolute_url()}/@@{page}", headers=HTML, allow_redirects=False
    )


def release_form(firm, document, **data):
    return {
        "action": "release",
        "documents:list": [document.UID()],
        "clients:list": [firm.people["anna"]],
        "folder": firm.annas.UID(),
        **data,
    }


def count(firm, state=states.RELEASED):
    transaction.begin()
    with firm.as_user("handler"):
        return sum(share.state == state for share in shares.listing(firm.matter))


def test_the_team_may(live, send):
    response = send("assistant", "release", **release_form(live, live.add()))
    assert response.status_code == 302, response.text
    assert count(live) == 1


def test_a_colleague_is_offered_nothing_and_refused(live, get, send):
    """A2: not offered, and refused by the server."""
    document = live.add()
    page = get("colleague", "documents")
    assert page.status_code == 200
    assert document.UID() in page.text
    assert "cps-share" not in page.text
    assert "Without message" not in page.text
    assert "@@portal-contents" not in page.text
    assert get("colleague", "overview").status_code == 200
    for name in ("release", "portal-contents", "people", "activity"):
        assert get("colleague", name).status_code == 403, name
    assert send("colleague", "release", **release_form(live, document)).status_code == 403
    assert count(live) == 0


@pytest.mark.parametrize("name", ["anna", "paula", "member"])
def test_clients_and_strangers_are_refused(live, get, send, name):
    """A2"""
    document = live.add()
    for page in ("documents", "release", "portal-contents", "people", "activity", "overview"):
        assert get(name, page).status_code in (403, 404), page
    assert send(name, "release", **release_form(live, document)).status_code in (403, 404)
    assert count(live) == 0


def test_portal_off(live, get, send):
    """A3: no tab, no action, refused."""
    document = live.add()
    live.release(live.add("Alt.pdf", b"alt"))
    with live.as_user("handler"):
        matters.switch_portal(live.matter, False)
    page = get("handler", "documents")
    assert "cps-share" not in page.text
    assert "@@portal-contents" not in page.text
    assert "the portal is off" in page.text
    assert get("handler", "portal-contents").status_code == 302
    assert get("handler", "release").status_code == 302
    response = send("handler", "release", **release_form(live, document))
    assert response.status_code == 400
    assert "No client portal is set up on this matter." in response.text
    assert count(live) == 1


def test_get_writes_nothing(live, rest):
    with live.as_user("handler"):
        token = createToken()
    form = {**release_form(live, live.add()), "_authenticator": token}
    response = rest("handler").get(
        f"{live.matter.absolute_url()}/@@release", params=form, headers=HTML
    )
    assert response.status_code == 200
    assert count(live) == 0


def test_without_a_token(live, rest):
    form = release_form(live, live.add())
    response = rest("handler").post(
        f"{live.matter.absolute_url()}/@@release", data=form, headers=HTML
    )
    assert response.status_code == 403
    assert count(live) == 0


@pytest.mark.parametrize(
    "clients, folder, reason",
    [
        (["anna"], "everybodys", "seen by somebody whom you did not choose: Thomas Berger"),
        (["anna"], "thomases", "seen by somebody whom you did not choose: Thomas Berger"),
        (["anna", "thomas"], "annas", "is not seen by: Thomas Berger"),
        ([], "annas", "Please choose at least one client."),
    ],
)
def test_wrong_recipient(live, send, clients, folder, reason):
    """A8, C6"""
    chosen = [live.people[name] for name in clients]
    form = release_form(live, live.add(), **{"clients:list": chosen})
    response = send("handler", "release", **form | {"folder": getattr(live, folder).UID()})
    assert response.status_code == 400
    assert reason in response.text
    for user_id in chosen:
        assert f'id="client-{user_id}"' in response.text
    assert count(live) == 0


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"documents:list": []}, "Please tick at least one document first."),
        ({"documents:list": ["0" * 32]}, "There is no such document in this matter."),
        ({"folder": ""}, "Please choose a folder."),
        ({"folder": "new", "new_title": " "}, "Please give a title."),
    ],
)
def test_incomplete(live, send, change, reason):
    """A4, A8, A9"""
    response = send("handler", "release", **release_form(live, live.add(), **change))
    assert response.status_code == 400
    assert reason in response.text
    assert count(live) == 0


def test_a_refused_release_leaves_no_folder(live, send):
    change = {"documents:list": ["0" * 32], "folder": "new", "new_title": "Bescheide"}
    response = send("handler", "release", **release_form(live, live.add(), **change))
    assert response.status_code == 400
    transaction.begin()
    assert "Bescheide" not in [folder.title for folder in live.matter.objectValues()]


def test_document_of_another_matter(live, send):
    """B21"""
    with live.as_user("colleague"):
        upload = documents.Upload("Plan.pdf", "application/pdf", BytesIO(b"%PDF-plan"))
        other = documents.add_internal(live.other_matter, [upload])[0]
    response = send("handler", "release", **release_form(live, other))
    assert response.status_code == 400
    assert "There is no such document in this matter." in response.text
    assert count(live) == 0


def test_received_and_ended_cannot_be_ended(live, get, send):
    """A25, A27"""
    with live.as_user("anna"):
        upload = documents.Upload("Scan.pdf", "application/pdf", BytesIO(b"%PDF-scan"))
        received = sharing.receive(live.annas, [upload])[0]
    page = get("handler", "portal-contents")
    assert "from a client" in page.text
    assert 'value="end"' not in page.text
    response = send("handler", "portal-contents", action="end", share=received.getId())
    assert response.status_code == 400
    assert "What a client uploaded cannot be ended this way." in response.text
    document = live.release(live.add()).documents[0]
    first = send("handler", "portal-contents", action="end", share=document.getId())
    assert first.status_code == 302
    second = send("handler", "portal-contents", action="end", share=document.getId())
    assert second.status_code == 400
    assert "has ended already" in second.text


def test_colleague_cannot_end(live, send):
    """A2, A25"""
    document = live.release(live.add()).documents[0]
    response = send("colleague", "portal-contents", action="end", share=document.getId())
    assert response.status_code == 403
    assert count(live) == 1


def test_colleague_cannot_upload_or_switch(live, send):
    response = send("colleague", "documents", action="upload")
    assert response.status_code == 403
    assert send("colleague", "overview", action="switch_portal").status_code == 403
    transaction.begin()
    assert live.matter.portal_enabled
