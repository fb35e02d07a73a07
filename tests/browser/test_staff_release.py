"""Staff release documents from the Documents tab, and end that, in a real browser."""

import pytest
import transaction
from collective.clientportal.domain import access
from collective.clientportal.domain import participants
from collective.clientportal.domain import rosters
from collective.clientportal.domain import shares
from collective.clientportal.domain import states
from playwright.sync_api import expect


@pytest.fixture
def files(live):
    """Three internal documents of the matter."""
    return [live.add(name, name.encode()) for name in ("Klage.pdf", "Anlage.pdf", "Notiz.pdf")]


def open_documents(open_browser, firm, **options):
    page = open_browser("handler", **options)
    page.goto(f"{firm.matter.absolute_url()}/@@documents")
    return page


def tick(page, *documents):
    for document in documents:
        page.check(f"#tick-{document.UID()}")


def row(page, document):
    return page.locator(f"tr[data-uid='{document.UID()}']")


def released(firm):
    """Return folder and title of everything that is shared."""
    transaction.begin()
    with firm.as_user("handler"):
        return sorted(
            (share.folder.title, share.document.title)
            for share in shares.listing(firm.matter)
            if share.state == states.RELEASED
        )


@pytest.mark.parametrize("menu", ["#cps-share", "#cps-overflow"])
def test_two_documents_in_four_clicks(open_browser, live, files, menu):
    """A4, A5, A6, A8–A13: at most four clicks; nothing is visible before *Release*."""
    page = open_documents(open_browser, live)
    tick(page, *files[:2])
    expect(page.locator(".cps-ticked")).to_have_text("2 ticked")
    page.click(f"{menu} summary")
    page.click(f"{menu} button:has-text('Without message')")
    assert released(live) == []
    page.check(f"#client-{live.people['anna']}")
    expect(page.locator("#cps-consequence")).to_have_text(
        "Anna Berger (Mandantin) will see 2 documents in “Schriftsätze” and gets one e-mail."
    )
    assert released(live) == []
    page.click("button[value=release]")
    expect(page.locator(".statusmessage-success")).to_contain_text("2 documents are released")
    assert released(live) == [("Schriftsätze", "Anlage.pdf"), ("Schriftsätze", "Klage.pdf")]
    for document in files[:2]:
        expect(row(page, document)).to_contain_text("Schriftsätze")
        expect(row(page, document)).to_contain_text("Anna Berger (Mandantin) since")
        expect(row(page, document)).to_contain_text("not fetched yet")
    expect(row(page, files[2])).not_to_contain_text("Schriftsätze")


def test_one_document_from_its_own_menu(open_browser, live, files):
    """A7, A8"""
    page = open_documents(open_browser, live)
    row(page, files[0]).locator(".cps-menu summary").click()
    row(page, files[0]).locator("a:has-text('Without message')").click()
    expect(page.locator(".cps-release .cps-shared li")).to_have_count(1)
    # Whoever chooses the folder first has said for whom.
    page.check(f"#folder-{live.thomases.UID()}")
    expect(page.locator(f"#client-{live.people['thomas']}")).to_be_checked()
    expect(page.locator(f"#client-{live.people['anna']}")).not_to_be_checked()
    page.click("button[value=release]")
    expect(page.locator(".statusmessage-success")).to_contain_text("for Thomas Berger")
    assert released(live) == [("Vergleich", "Klage.pdf")]


def test_nothing_ticked(open_browser, live, files):
    """A4: explained, nothing happens."""
    page = open_documents(open_browser, live)
    page.click("#cps-share summary")
    page.click("#cps-share button")
    expect(page.locator(".cps-ticked")).to_have_text("Please tick at least one document first.")
    page.goto(f"{live.matter.absolute_url()}/@@release")
    expect(page.locator(".statusmessage-warning")).to_contain_text("tick at least one document")
    assert page.url.endswith("@@documents")


def test_select_all(open_browser, live, files):
    """A4"""
    page = open_documents(open_browser, live)
    page.check(".cps-all")
    expect(page.locator(".cps-ticked")).to_have_text("3 ticked")
    row(page, files[0]).locator("input").uncheck()
    expect(page.locator(".cps-ticked")).to_have_text("2 ticked")


def test_single_client_is_implied(open_browser, live, files):
    """A8"""
    with live.as_user("handler"):
        participants.remove(live.matter, live.people["thomas"])
    page = open_documents(open_browser, live)
    tick(page, files[0])
    page.click("#cps-share summary")
    page.click("#cps-share button")
    expect(page.locator("#cps-who")).to_have_count(0)
    expect(page.locator(".cps-only")).to_contain_text("Anna Berger")
    page.check(f"#folder-{live.everybodys.UID()}")
    page.click("button[value=release]")
    expect(page.locator(".statusmessage-success")).to_be_visible()
    assert released(live) == [("Gericht", "Klage.pdf")]


def test_choice_narrows_folders_and_shows_the_opposing_party_in_red(open_browser, live, files):
    """A8, A9"""
    page = open_documents(open_browser, live)
    tick(page, files[0])
    page.click("#cps-share summary")
    page.click("#cps-share button")
    expect(page.locator("#cps-who .cps-opposing")).to_have_text("(Gegenseite)")
    page.check(f"#client-{live.people['anna']}")
    expect(page.locator(f"#folder-{live.annas.UID()}")).to_be_checked()
    expect(page.locator(f"#folder-{live.thomases.UID()}")).to_be_hidden()
    expect(page.locator(f"#folder-{live.everybodys.UID()}")).to_be_hidden()
    page.check(f"#client-{live.people['thomas']}")
    expect(page.locator(f"#folder-{live.everybodys.UID()}")).to_be_checked()
    expect(page.locator("#cps-consequence")).to_have_text(
        "Anna Berger (Mandantin) and Thomas Berger (Gegenseite) will see 1 document in “Gericht” "
        "and get one e-mail each."
    )


def test_new_folder(open_browser, live, files):
    """A9, A28"""
    page = open_documents(open_browser, live)
    tick(page, files[0])
    page.click("#cps-share summary")
    page.click("#cps-share button")
    page.check(f"#client-{live.people['anna']}")
    page.fill("#cps-new-title", "Bescheide")
    expect(page.locator("#folder-new")).to_be_checked()
    expect(page.locator("#cps-consequence")).to_contain_text("in “Bescheide”")
    page.click("button[value=release]")
    expect(page.locator(".statusmessage-success")).to_be_visible()
    assert released(live) == [("Bescheide", "Klage.pdf")]
    with live.as_user("handler"):
        made = next(f for f in access.folders(live.matter) if f.title == "Bescheide")
    assert rosters.readers(made) == [live.people["anna"]]


def test_marker_goes_when_sharing_ends(open_browser, live, files):
    """A13, A25"""
    live.release(files[0])
    page = open_documents(open_browser, live)
    expect(row(page, files[0])).to_contain_text("Schriftsätze")
    page.click("#cps-tabs a:has-text('Portal')")
    page.click("button[value=end]")
    expect(page.locator(".statusmessage-success")).to_contain_text("has ended")
    expect(page.locator("button[value=end]")).to_have_count(0)
    page.click("a:has-text('Show ended sharing')")
    expect(page.locator(".cps-gone")).to_contain_text("Klage.pdf")
    page.click("#cps-tabs a:has-text('Documents')")
    expect(row(page, files[0])).not_to_contain_text("Schriftsätze")
    assert released(live) == []


def test_sorting(open_browser, live):
    for name, data in (("B.pdf", b"1"), ("a.txt", b"333"), ("C.docx", b"22")):
        live.add(name, data)
    page = open_documents(open_browser, live)
    orders = {"Name": "a.txt B.pdf C.docx", "Type": "C.docx B.pdf a.txt"}
    for column, order in {**orders, "Size": "B.pdf C.docx a.txt"}.items():
        page.click(f"th a:has-text('{column}')")
        expect(page.locator("tbody .cps-main a")).to_have_text(order.split())
        page.click(f"th a:has-text('{column}')")
        expect(page.locator("tbody .cps-main a")).to_have_text(order.split()[::-1])


def test_upload_and_drop(open_browser, live, tmp_path):
    page = open_documents(open_browser, live)
    for name in ("Eins.txt", "Zwei.txt"):
        (tmp_path / name).write_text(name)
    page.set_input_files("#cps-files", [tmp_path / "Eins.txt", tmp_path / "Zwei.txt"])
    page.click("#cps-upload button")
    expect(page.locator(".statusmessage-success")).to_contain_text("2 files are stored.")
    transfer = page.evaluate_handle(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["drei"], "Drei.txt", {type: "text/plain"}));
            return data;
        }"""
    )
    page.dispatch_event("body", "drop", {"dataTransfer": transfer})
    expect(page.locator(".statusmessage-success")).to_contain_text("“Drei.txt” is stored.")
    expect(page.locator("tbody tr")).to_have_count(3)
    assert released(live) == []


def test_upload_straight_into_a_folder(open_browser, live, tmp_path):
    """A29: told and marked like a share."""
    page = open_browser("handler")
    page.goto(f"{live.matter.absolute_url()}/@@portal-contents")
    section = page.locator(f".cps-section:has(h3:text-is('{live.annas.title}'))")
    section.locator("summary:has-text('Put files straight')").click()
    expect(section.locator(".cps-upload")).to_contain_text("Anna Berger (Mandantin)")
    (tmp_path / "Bescheid.txt").write_text("Bescheid")
    section.locator("input[type=file]").set_input_files(tmp_path / "Bescheid.txt")
    section.locator(".cps-upload button").click()
    expect(page.locator(".statusmessage-success")).to_contain_text("“Bescheid.txt” lies in")
    assert released(live) == [("Schriftsätze", "Bescheid.txt")]


def test_without_script(chromium, live, open_browser, files):
    """Menus, choice and release need no script."""
    cookies = open_browser("handler").context.cookies()
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{live.matter.absolute_url()}/@@documents")
    tick(page, files[0])
    page.click("#cps-share summary")
    page.click("#cps-share button")
    expect(page.locator(f"#folder-{live.thomases.UID()}")).to_be_visible()
    page.check(f"#client-{live.people['anna']}")
    page.check(f"#folder-{live.everybodys.UID()}")
    page.click("button[value=release]")
    # The folder is Thomas's, too: refused, and what was chosen is kept.
    expect(page.locator(".statusmessage-error")).to_contain_text("Thomas Berger")
    expect(page.locator(f"#client-{live.people['anna']}")).to_be_checked()
    expect(page.locator(f"#folder-{live.everybodys.UID()}")).to_be_checked()
    assert released(live) == []
    page.check(f"#folder-{live.annas.UID()}")
    page.click("button[value=release]")
    expect(page.locator(".statusmessage-success")).to_contain_text("for Anna Berger")
    context.close()
    assert released(live) == [("Schriftsätze", "Klage.pdf")]
