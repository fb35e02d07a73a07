"""Nothing tells "not there" from "not yours": pages and REST, for clients, other staff and strangers."""

import pytest
import requests
import transaction
from collective.clientportal.domain import folders
from collective.clientportal.domain import journal
from conftest import PASSWORD


NAMES = [
    "",
    "/aq_parent",
    "/aq_parent/@@title",
    "/@@images",
    "/portal_catalog",
    "/@@sharing",
    "/edit",
    "/@@title",
    "/download",
]
VERBS = ["GET", "HEAD", "PROPFIND", "PATCH", "DELETE", "SEARCH", "LOCK", "OPTIONS"]


def answer(live, person, verb, url, accept):
    """Return what an answer tells: status, body and the headers that do not vary."""
    auth = (live.login(person), PASSWORD) if person else None
    response = requests.request(
        verb, url, auth=auth, headers={"Accept": accept}, allow_redirects=False
    )
    # What was asked for stands in the address of a log-in page, and nowhere else.
    asked = url.rpartition("/plone/")[2]
    headers = {
        name: value.replace(asked, "").replace(requests.utils.quote(asked, safe=""), "")
        for name, value in response.headers.items()
        if name not in ("Date", "Set-Cookie", "X-Request-Id")
    }
    return response.status_code, response.text.replace(asked, ""), headers


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("person", ["paula", "thomas", "member", None])
def test_internal_documents(live, person, accept):
    """Issue 2: 404 not there or not theirs; the id of an internal document is its file's name."""
    there = live.add("aktennotiz.pdf").absolute_url()
    missing = there.replace("aktennotiz", "gibtesnich")
    transaction.commit()
    for name in NAMES:
        for verb in VERBS:
            if accept == "application/json" and (
                name or verb not in ("GET", "HEAD", "DELETE", "PATCH")
            ):
                continue
            found = answer(live, person, verb, there + name, accept)
            assert found == answer(live, person, verb, missing + name, accept), (verb, name)
            assert found[0] in (302, 401, 404, 403), (verb, name)


def test_a_client_at_the_bare_address_of_their_matter_is_led_to_its_page(live, rest):
    """REST gives these addresses as @id."""
    client = rest("anna")
    client.headers["Accept"] = "text/html"
    response = client.get(live.matter.absolute_url(), allow_redirects=False)
    assert response.status_code == 302
    assert response.headers["Location"] == f"{live.matter.absolute_url()}/@@portal"
    client = rest("paula")
    client.headers["Accept"] = "text/html"
    assert client.get(live.matter.absolute_url()).status_code == 404


def test_staff_cannot_list_clients_by_plones_vocabularies(live, rest):
    """A2: who is a client of a restricted matter is nobody else's business."""
    for name in ("Users", "Principals"):
        path = f"@vocabularies/plone.app.vocabularies.{name}"
        response = rest("colleague").get(path)
        assert response.status_code in (403, 404)
        assert "Anna Berger" not in response.text


def test_copying_is_refused_in_words(live, rest):
    """No 500 where a refusal belongs."""
    body = {"source": live.matter.absolute_url()}
    response = rest("handler").post("matters/@copy", json=body)
    assert response.status_code in (400, 403)


def test_new_readers_of_a_folder_are_told_and_noted(live, smtp, work):
    """A29, C1: letting somebody into a folder that holds documents is told like a release."""
    live.release(live.add())
    work()
    smtp.mails.clear()
    with live.as_user("handler"):
        readers = [live.people["anna"], live.people["thomas"]]
        folders.change(live.annas, live.annas.title, readers)
    entry = list(journal.entries(live.matter))[-1]
    assert (entry.event, entry.recipients) == ("folder_opened", [live.people["thomas"]])
    assert [file["filename"] for file in entry.files] == ["Klage.pdf"]
    work()
    assert [mail.envelope.rcpt_tos for mail in smtp.mails] == [["thomas@example.org"]]
