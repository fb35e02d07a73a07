"""The whole way once, as people take it: in browsers, with a real mail server between them."""

import re
import transaction
from collective.clientportal.domain import folders
from collective.clientportal.domain import participants
from conftest import PASSWORD
from pathlib import Path
from playwright.sync_api import expect
from plone import api


ADDRESS = "carla@example.org"
FILES = {
    "Plan.pdf": b"%PDF-1.7 \x00\xff plan" * 500,
    "Übersicht.html": b"<h1>\xc3\x9cbersicht</h1>",
}


def test_from_release_to_the_end_of_sharing(live, open_browser, smtp, work):
    """A1, A4–A13, A25, B6, B24, B25: release, mail, password, fetch, end; markers right throughout."""
    site = live.portal.absolute_url()
    api.portal.set_registry_record("collective.clientportal.base_url", site)
    with live.as_user("handler"):
        carla = participants.invite(live.matter, ADDRESS, "Carla Kern", "Zeugin").id
        folders.create(live.matter, "Unterlagen", [carla])
    documents = [live.add(name, data) for name, data in FILES.items()]
    work()
    [registration] = smtp.to(ADDRESS)

    # The handler ticks two documents and releases them; only then is anything visible or mailed.
    staff = open_browser("handler")
    staff.goto(f"{live.matter.absolute_url()}/@@documents")
    for document in documents:
        expect(staff.locator(f"tr[data-uid='{document.UID()}']")).not_to_contain_text("Unterlagen")
        staff.check(f"#tick-{document.UID()}")
    staff.click("#cps-share summary")
    staff.click("#cps-share button:has-text('Without message')")
    staff.check(f"#client-{carla}")
    work()
    assert len(smtp.to(ADDRESS)) == 1
    staff.click("button[value=release]")
    expect(staff.locator(".statusmessage-success")).to_contain_text("Carla Kern")
    for document in documents:
        marker = staff.locator(f"tr[data-uid='{document.UID()}']")
        expect(marker).to_contain_text("Unterlagen")
        expect(marker).to_contain_text("not fetched yet")
    work()
    [_registration, notice] = smtp.to(ADDRESS)

    # She follows the registration mail, chooses a password, then the notice's link to the two files.
    client = open_browser()
    link = re.search(r"http\S+", registration.get_content()).group(0)
    client.goto(link)
    client.goto(link)
    for field in client.locator("input[type=password]").all():
        field.fill(PASSWORD)
    client.click("main button[type=submit]")
    expect(client.locator("h1")).to_contain_text("Carla Kern")
    client.goto(re.search(r"http\S+", notice.get_content()).group(0))
    expect(client.locator("h1")).to_have_text("Unterlagen")
    for name, data in FILES.items():
        with client.expect_download() as download:
            client.click(f"li:has-text('{name}') button.cp-fetch")
        assert download.value.suggested_filename == name
        assert Path(download.value.path()).read_bytes() == data

    # The other client of the matter sees nothing of it, the handler who has fetched what.
    other = open_browser("thomas")
    other.goto(f"{live.matter.absolute_url()}/@@portal")
    for trace in ("Unterlagen", "Carla", "Plan.pdf"):
        assert trace not in other.content()
    assert other.goto(client.url).status == 404
    staff.reload()
    for document in documents:
        marker = staff.locator(f"tr[data-uid='{document.UID()}']")
        expect(marker).not_to_contain_text("not fetched yet")

    # Sharing ends: the client's next click is refused, the markers are gone.
    staff.goto(f"{live.matter.absolute_url()}/@@portal-contents")
    for _document in documents:
        staff.locator("button:has-text('End sharing')").first.click()
    client.locator("button.cp-fetch").first.click()
    expect(client.locator("h1")).to_contain_text("does not exist")
    staff.goto(f"{live.matter.absolute_url()}/@@documents")
    for document in documents:
        expect(staff.locator(f"tr[data-uid='{document.UID()}']")).not_to_contain_text("Unterlagen")
    transaction.begin()
    work()
    assert len(smtp.mails) == 2
