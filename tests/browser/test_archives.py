"""Everything of a matter or a folder as one ZIP file, by a client's click."""

import pytest
import transaction
from collective.clientportal.browser.archives import named
from collective.clientportal.domain import access
from collective.clientportal.domain import journal
from collective.clientportal.domain import participants
from collective.clientportal.domain import sharing
from io import BytesIO
from types import SimpleNamespace
from zipfile import ZipFile


ODD = {
    "Klage.pdf": b"%PDF-1.4 one",
    "klage.PDF": b"%PDF-1.4 two",
    "Übersicht „März“.pdf": b"x" * 300_000,
    "con.txt": b"",
    "a:b?.pdf": b"colon",
}


def page_of(obj):
    return f"{obj.absolute_url()}/@@portal"


def contents(data):
    """Return {path: bytes} of a ZIP file."""
    with ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def filled(live):
    """Odd files for Anna, one for Thomas, one for both, and one of which sharing has ended."""
    live.release(*(live.add(name, data) for name, data in ODD.items()))
    live.release(live.add("geheim.pdf", b"thomas"), folder=live.thomases)
    live.release(live.add("ladung.pdf", b"both"), folder=live.everybodys)
    ended = live.release(live.add("irrtum.pdf", b"ended")).documents[0]
    with live.as_user("handler"):
        sharing.end(live.matter, ended.getId())
    transaction.commit()
    return live


def fetched(live, folder):
    """Return who has fetched the documents of a folder that are shared now."""
    transaction.begin()
    with live.as_user("anna"):
        return [sorted(document.fetched) for document in access.documents(folder)]


def test_all_of_a_matter(filled, live, open_browser):
    """A12, A28, C12: whole and unchanged, and nothing of anybody else's."""
    page = open_browser("anna")
    page.goto(page_of(live.matter))
    assert page.locator("section[aria-labelledby=folders] .cp-badge").count() == 2
    with page.expect_download() as download:
        page.click("text=All as ZIP")
    assert download.value.suggested_filename == "24-0113 Scheidung Berger.zip"
    with open(download.value.path(), "rb") as stream:
        found = contents(stream.read())
    assert sorted(found.values()) == sorted([*ODD.values(), b"both"])
    assert found["Gericht/ladung.pdf"] == b"both"
    mine = {name.removeprefix("Schriftsätze/") for name in found if name.startswith("Schrift")}
    assert {name.casefold() for name in mine} == {
        "klage.pdf",
        "klage (2).pdf",
        "übersicht „märz“.pdf",
        "_con.txt",
        "a-b-.pdf",
    }
    assert fetched(live, live.annas) == [[live.people["anna"]]] * len(ODD)
    assert page.locator("section[aria-labelledby=folders] .cp-badge").count() == 0
    noted = [e for e in journal.entries(live.matter) if e.event == "document_fetched"]
    assert len(noted) == len(ODD) + 1
    # A second time notes nothing new.
    with page.expect_download():
        page.click("text=All as ZIP")
    transaction.begin()
    again = [e for e in journal.entries(live.matter) if e.event == "document_fetched"]
    assert len(again) == len(noted)


def test_all_of_a_folder_without_javascript(filled, live, open_browser, plain):
    page = plain(open_browser("anna"))
    page.goto(page_of(live.annas))
    with page.expect_download() as download:
        page.click("text=All as ZIP")
    assert download.value.suggested_filename == "Schriftsätze.zip"
    with open(download.value.path(), "rb") as stream:
        found = contents(stream.read())
    assert sorted(found.values()) == sorted(ODD.values())
    assert all(name.startswith("Schriftsätze/") for name in found)
    assert fetched(live, live.everybodys) == [[]]


def token(client, page):
    """Return the token of a page's forms."""
    return (
        client.get(page)
        .text.partition('name="_authenticator"')[2]
        .split('value="')[1]
        .split('"')[0]
    )


def test_who_may_have_it_and_how_it_is_served(filled, live, html):
    address = f"{live.matter.absolute_url()}/@@zip"
    people = {name: html(name) for name in ("anna", "thomas", "paula", "handler", "colleague")}
    form = {"_authenticator": token(people["anna"], page_of(live.matter))}
    assert people["anna"].post(address).status_code == 403
    response = people["anna"].request("GET", address)
    assert (response.status_code, response.headers["Location"]) == (302, page_of(live.matter))
    assert fetched(live, live.annas) == [[]] * len(ODD)
    response = people["anna"].post(address, data=form)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/zip"
    assert int(response.headers["Content-Length"]) == len(response.content)
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "private, no-store"
    his = contents(
        people["thomas"]
        .post(address, data={"_authenticator": token(people["thomas"], page_of(live.matter))})
        .content
    )
    assert his == {"Vergleich/geheim.pdf": b"thomas", "Gericht/ladung.pdf": b"both"}
    theirs = f"{live.thomases.absolute_url()}/@@zip"
    assert people["anna"].post(theirs, data=form).status_code == 404
    assert people["paula"].post(address, data=form).status_code == 404
    # Staff leave no note.
    before = fetched(live, live.annas)
    staff = {"_authenticator": token(people["handler"], page_of(live.matter))}
    response = people["handler"].post(address, data=staff)
    assert response.status_code == 200 and b"both" in response.content
    assert fetched(live, live.annas) == before
    with live.as_user("handler"):
        participants.remove(live.matter, live.people["anna"])
    for gone in (address, f"{live.annas.absolute_url()}/@@zip"):
        assert people["anna"].post(gone, data=form).status_code == 404


def test_where_there_is_nothing_there_is_no_button(live, html):
    anna = html("anna")
    for place in (live.matter, live.annas):
        assert "@@zip" not in anna.get(page_of(place)).text
        form = {"_authenticator": token(anna, page_of(place))}
        assert anna.post(f"{place.absolute_url()}/@@zip", data=form).status_code == 404


def test_paths_are_safe_and_there_once():
    def folder(title):
        return SimpleNamespace(title=title)

    def document(name):
        return SimpleNamespace(file=SimpleNamespace(filename=name))

    names = ["../../etc/passwd", "a.pdf", "A.pdf", "a (2).pdf", "a.pdf", "...", "x" * 300 + ".pdf"]
    titles = [
        "Nr. 5",
        "nr. 5",
        "../hinauf",
        "C:\\Windows",
        "NUL",
        "Schriftsätze 2024/25 vom 3. Senat",
    ]
    found = [(folder(title), [document(name) for name in names]) for title in titles]
    paths = [path for path, _document in named(found)]
    assert len(paths) == len({path.casefold() for path in paths}) == len(names) * len(titles)
    places = list(dict.fromkeys(path.split("/")[0] for path in paths))
    assert places == [
        "Nr. 5",
        "nr. 5 (2)",
        "-hinauf",
        "C--Windows",
        "_NUL",
        "Schriftsätze 2024-25 vom 3. Senat",
    ]
    for path in paths:
        assert path.count("/") == 1
        assert not set(path) & set('<>:"\\|?*')
        assert not {".", ".."} & set(path.split("/"))
