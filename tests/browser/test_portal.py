"""What clients see in a real browser: their start page, a matter, a folder, and sending files."""

import pytest
import re
import transaction
from collective.clientportal.browser.links import telephone
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import matters
from collective.clientportal.domain import participants
from collective.clientportal.domain import registers
from collective.clientportal.domain import sharing
from conftest import PASSWORD
from hashlib import sha256
from io import BytesIO
from playwright.sync_api import expect
from plone import api
from urllib.parse import urljoin


SECRETS = {
    "anna": ("Schriftsätze", "Annas Klage", "annas-klage.pdf", "Anna", "anna@example.org"),
    "thomas": ("Vergleich", "Thomas Angebot", "thomas-angebot.pdf", "Thomas", "thomas@example.org"),
}


@pytest.fixture
def shared(live):
    """Two documents for Anna, one for Thomas, one for both; returns Anna's first."""
    mine = live.add("annas-klage.pdf", b"%PDF-1.4 anna")
    other = live.add("zweites.html", b"<html><form method=post></form>", "text/html")
    his = live.add("thomas-angebot.pdf", b"%PDF-1.4 thomas")
    both = live.add("ladung.pdf")
    mine.title, his.title = "Annas Klage", "Thomas Angebot"
    first = live.release(mine, other).documents[0]
    live.release(his, folder=live.thomases)
    live.release(both, folder=live.everybodys)
    transaction.commit()
    return first


def file(name, data=b"%PDF-", kind="application/pdf"):
    """Return a file for an input."""
    return {"name": name, "mimeType": kind, "buffer": data}


def page_of(obj):
    """Return the address of an object's page for clients."""
    return f"{obj.absolute_url()}/@@portal"


def sent(folder, name="anna"):
    """Return what a client has sent into a folder."""
    transaction.begin()
    person = registers.registers().addresses[f"{name}@example.org"]
    return [document for document in folder.objectValues() if document.by == person]


def crawl(page, site):
    """Return the HTML of every page that links of the start page lead to, by address."""
    found, waiting = {}, [f"{site}/@@portal"]
    while waiting:
        address = waiting.pop()
        page.goto(address)
        found[address] = page.content()
        links = page.eval_on_selector_all("main a", "found => found.map(a => a.href)")
        links = [urljoin(address, link).partition("#")[0] for link in links]
        waiting += {link for link in links if link.startswith(site)} - {*found, *waiting}
    return found


def test_start_page_tells_what_is_new_and_my_matters(live, shared, open_browser):
    page = open_browser("anna")
    assert page.url.endswith("/@@portal")
    assert page.inner_text("h1") == "Hello Anna Berger"
    news = page.locator("section[aria-labelledby=news] li")
    assert [re.sub(r"\s+", " ", text).strip() for text in news.all_inner_texts()] == [
        "Gericht 1 new 24/0113 · Scheidung Berger",
        "Schriftsätze 2 new 24/0113 · Scheidung Berger",
    ]
    mine = page.locator("section[aria-labelledby=matters] li")
    assert [re.sub(r"\s+", " ", text).strip() for text in mine.all_inner_texts()] == [
        "Scheidung Berger 3 new 24/0113 · 3 documents"
    ]
    mine.locator("a").click()
    assert page.inner_text("h1") == "Scheidung Berger"
    assert "Your contact: Handler" in page.inner_text("main")
    assert page.locator("main li strong").count() == 2
    page.click("text=Schriftsätze")
    assert page.inner_text("h1") == "Schriftsätze"
    assert page.locator(".cp-document").count() == 2
    assert page.locator(".cp-document .cp-badge").count() == 2


@pytest.mark.parametrize("name, other", [("anna", "thomas"), ("thomas", "anna")])
def test_the_other_party_leaves_no_trace(live, shared, open_browser, name, other):
    pages = crawl(open_browser(name), live.portal.absolute_url())
    assert len(pages) == 4  # start page, matter, two folders
    everything = "\n".join(pages.values())
    for word in SECRETS[name][:3]:
        assert word in everything
    for word in SECRETS[other]:
        assert word not in everything
    assert "ladung.pdf" in everything


def test_a_person_without_a_matter_reads_a_friendly_sentence(live, open_browser):
    with live.as_user("handler"):
        matters.switch_portal(live.matter, False)
    page = open_browser("anna")
    assert "There is nothing here for you at the moment" in page.inner_text("main")
    assert "Berger" not in page.inner_text("main").replace("Anna Berger", "")


def test_staff_start_elsewhere(live, rest):
    response = rest("handler").get(
        "@@portal", headers={"Accept": "text/html"}, allow_redirects=False
    )
    assert response.status_code == 302
    assert response.headers["Location"] == f"{live.portal.absolute_url()}/@@matters"


def test_download_by_click_counts_as_fetched(live, shared, open_browser, plain):
    """A12, A28"""
    page = open_browser("anna")
    page.goto(f"{live.annas.absolute_url()}/@@portal")
    row = page.locator(".cp-document", has_text="Annas Klage")
    with page.expect_download() as download:
        row.locator("button").click()
    assert download.value.suggested_filename == "annas-klage.pdf"
    with open(download.value.path(), "rb") as stream:
        assert stream.read() == b"%PDF-1.4 anna"
    # With JavaScript the badge goes at once; it stays away, and only this one.
    assert row.locator(".cp-badge").count() == 0
    transaction.begin()
    assert list(shared.fetched) == [live.people["anna"]]
    page.reload()
    assert page.locator(".cp-document .cp-badge").count() == 1
    page.goto(f"{live.portal.absolute_url()}/@@portal")
    assert "Schriftsätze 1 new" in page.inner_text("main").replace("\n", " ")
    without = plain(page)
    without.goto(f"{live.annas.absolute_url()}/@@portal")
    with without.expect_download() as download:
        without.locator(".cp-document", has_text="zweites").locator("button").click()
    with open(download.value.path(), "rb") as stream:
        assert stream.read() == b"<html><form method=post></form>"


def test_everything_fetched_means_nothing_new(live, shared, open_browser):
    with live.as_user("anna"):
        for folder in (live.annas, live.everybodys):
            for document in access.documents(folder):
                sharing.fetched(document)
    page = open_browser("anna")
    assert "there is nothing new at the moment" in page.inner_text("main")
    assert page.locator(".cp-badge").count() == 0


def test_looking_marks_nothing(live, shared, open_browser, rest):
    anna = rest("anna")
    anna.headers["Accept"] = "text/html"
    for address in crawl(open_browser("anna"), live.portal.absolute_url()):
        assert anna.get(address).status_code == 200
    assert anna.get(f"{shared.absolute_url()}/@@download").status_code == 200
    assert list(shared.fetched) == []
    assert anna.post(f"{shared.absolute_url()}/@@download").status_code == 403
    assert list(shared.fetched) == []


@pytest.mark.parametrize("with_js", [True, False])
def test_upload_ends_with_a_receipt(live, open_browser, plain, with_js):
    page = open_browser("anna")
    page = page if with_js else plain(page)
    page.goto(f"{live.annas.absolute_url()}/@@portal")
    assert "Up to 20 files at once, 35 MB together." in page.inner_text("form.cp-upload")
    page.set_input_files(
        "#upload-files",
        [file("Lohn.pdf", b"%PDF-".ljust(2048, b"x")), file("leer.txt", b"", "text/plain")],
    )
    page.click("text=Send files")
    page.wait_for_url("**/@@upload?receipt=*")
    text = re.sub(r"\s+", " ", page.inner_text("main"))
    assert page.inner_text("h1") == "We have received your files"
    assert "Lohn.pdf" in text and "2 kB" in text and "leer.txt" in text and "0 Bytes" in text
    # All of the checksum, for whoever wants it.
    digest = sha256(b"%PDF-".ljust(2048, b"x")).hexdigest()
    whole = " ".join(digest[i : i + 4] for i in range(0, 64, 4))
    assert whole not in text
    page.click("summary")
    assert whole in page.inner_text("details")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    year = str(registers.now().year)
    assert all(year in moment for moment in page.locator("time").all_inner_texts())
    found = {document.file.filename: document for document in sent(live.annas)}
    assert set(found) == {"Lohn.pdf", "leer.txt"}
    assert found["Lohn.pdf"].file.data == b"%PDF-".ljust(2048, b"x")
    told = {entry.recipient for entry in registers.registers().outbox.values()}
    assert {"handler", "assistant"} <= told
    page.click("text=Back to the folder")
    row = page.locator(".cp-document", has_text="Lohn.pdf")
    assert "Uploaded by you" in row.inner_text()
    assert row.locator(".cp-badge").count() == 0


def test_receipt_shows_only_what_i_sent(live, shared, open_browser):
    page = open_browser("anna")
    page.goto(f"{live.everybodys.absolute_url()}/@@portal")
    page.set_input_files("#upload-files", file("von-anna.pdf"))
    page.click("text=Send files")
    page.wait_for_url("**/@@upload?receipt=*")
    receipt = page.url
    thomas = open_browser("thomas")
    thomas.goto(receipt)
    assert thomas.url == f"{live.everybodys.absolute_url()}/@@portal"
    # In a folder of both it is there, without her name.
    row = thomas.locator(".cp-document", has_text="von-anna.pdf").inner_text()
    assert "Uploaded by another participant" in row
    assert "Berger" not in row and "New" in row


@pytest.mark.parametrize(
    "files, by_script, by_server",
    [
        (
            [file(f"{i}.pdf") for i in range(21)],
            "These are 21 files; at most 20 can be sent at once.",
            "At most 20 files can be sent at once; these are 21.",
        ),
        (
            [file(f"{name}.pdf", b"%PDF-".ljust(700_000)) for name in "ab"],
            "These files are 1.4 MB together; at most 1 MB can be sent at once.",
            "At most 1 MB can be sent at once; this is more.",
        ),
        ([], "Please choose at least one file.", "Please choose at least one file."),
    ],
    ids=["too many", "too large", "none"],
)
def test_beyond_the_limits_nothing_is_stored(
    live, open_browser, plain, files, by_script, by_server
):
    """B40, for a folder: told beforehand, refused with the reason."""
    api.portal.set_registry_record("collective.clientportal.client_upload_megabytes", 1)
    page = open_browser("anna")
    posts = []
    page.on("request", lambda request: request.method == "POST" and posts.append(request.url))
    page.goto(f"{live.annas.absolute_url()}/@@portal")
    if files:
        page.set_input_files("#upload-files", files)
    page.click("text=Send files")
    assert page.locator("form.cp-upload [role=alert]").inner_text().startswith(by_script)
    assert posts == []
    without = plain(page)
    without.goto(page.url)
    without.set_input_files("#upload-files", files)
    without.click("text=Send files")
    problem = without.locator("#upload-problem").inner_text()
    assert problem.startswith(by_server)
    assert "Nothing was stored. Please choose your files again." in problem
    assert without.locator("#upload-files").count() == 1
    assert sent(live.annas) == []


def test_files_can_be_taken_out_of_the_choice_and_added(live, open_browser):
    page = open_browser("anna")
    page.goto(f"{live.annas.absolute_url()}/@@portal")
    page.set_input_files("#upload-files", [file("eins.pdf"), file("zwei.pdf")])
    page.set_input_files("#upload-files", file("drei.pdf"))
    page.click("[aria-label='Remove zwei.pdf']")
    assert page.locator(".cp-files strong").all_inner_texts() == ["eins.pdf", "drei.pdf"]
    page.click("text=Send files")
    page.wait_for_url("**/@@upload?receipt=*")
    assert page.locator(".cp-received strong").all_inner_texts() == ["eins.pdf", "drei.pdf"]


def test_upload_shows_progress_and_survives_a_lost_connection(live, open_browser):
    page = open_browser("anna")
    page.goto(f"{live.annas.absolute_url()}/@@portal")
    page.set_input_files(
        "#upload-files", [file("eins.pdf", b"%PDF-".ljust(999, b"1")), file("zwei.pdf")]
    )
    page.context.set_offline(True)
    page.click("text=Send files")
    page.wait_for_selector("text=The connection was lost. Your files are still chosen")
    assert page.locator(".cp-files li").count() == 2
    page.context.set_offline(False)
    # Slow enough to look at: the answer comes when the test has seen the bars.
    bars = []

    def look(route):
        bars.extend(page.locator("progress").evaluate_all("all => all.map(bar => bar.ariaLabel)"))
        route.continue_()

    page.route("**/@@upload", look)
    assert page.inner_text("form.cp-upload [type=submit]") == "Try again"
    page.click("form.cp-upload [type=submit]")
    page.wait_for_url("**/@@upload?receipt=*")
    assert bars == ["eins.pdf", "zwei.pdf"]
    assert len(sent(live.annas)) == 2


def test_upload_survives_an_expired_login(live, open_browser):
    page = open_browser("anna")
    cookies = page.context.cookies()
    page.goto(f"{live.annas.absolute_url()}/@@portal")
    page.set_input_files("#upload-files", file("eins.pdf"))
    page.context.clear_cookies()
    page.click("text=Send files")
    page.wait_for_selector("text=You are not logged in any more.")
    link = page.get_by_text("Log in in a new window")
    assert link.get_attribute("href") == f"{live.portal.absolute_url()}/login"
    page.context.add_cookies(cookies)
    assert page.inner_text("form.cp-upload [type=submit]") == "Try again"
    page.click("form.cp-upload [type=submit]")
    page.wait_for_url("**/@@upload?receipt=*")
    assert len(sent(live.annas)) == 1


def test_upload_needs_the_token_the_right_and_sight(live, rest):
    address = f"{live.annas.absolute_url()}/@@upload"
    files = {"files": ("a.pdf", b"%PDF-")}
    clients = {name: rest(name) for name in ("anna", "thomas", "paula", "member")}
    for client in clients.values():
        client.headers["Accept"] = "text/html"
    page = clients["anna"].get(f"{live.annas.absolute_url()}/@@portal").text
    token = re.search(r'name="_authenticator"[^>]* value="(\w+)"', page)[1]
    form = {"_authenticator": token}
    assert clients["anna"].post(address, files=files).status_code == 403
    for name in ("thomas", "paula", "member"):
        assert clients[name].post(address, files=files, data=form).status_code == 404
    with live.as_user("handler"):
        participants.change(live.matter, live.people["anna"], may_write=False)
    transaction.commit()
    assert clients["anna"].post(address, files=files, data=form).status_code == 403
    page = clients["anna"].get(f"{live.annas.absolute_url()}/@@portal").text
    assert "cp-upload" not in page
    assert list(live.annas.objectValues()) == []
    with live.as_user("handler"):
        participants.change(live.matter, live.people["anna"], may_write=True)
    transaction.commit()
    assert clients["anna"].post(address, files=files, data=form).status_code == 302
    assert len(sent(live.annas)) == 1


def test_titles_and_names_are_shown_as_they_are(live, open_browser):
    odd = live.add("<b>fett</b> & ${x}.pdf")
    odd.title = '"><script>alert(1)</script>'
    document = live.release(odd).documents[0]
    page = open_browser("anna")
    page.goto(f"{live.annas.absolute_url()}/@@portal")
    text = page.inner_text(".cp-document")
    assert odd.title in text
    assert documents.record(document).filename in text


def test_every_page_is_well_made(live, shared, open_browser):
    api.portal.set_registry_record("collective.clientportal.firm_name", "Kanzlei Meyer & Kollegen")
    page = open_browser("anna", phone=True)
    said = []
    page.on("console", lambda message: said.append(message.text))
    site = live.portal.absolute_url()
    receipt = f"{live.everybodys.absolute_url()}/@@upload"
    with live.as_user("anna"):
        upload = documents.Upload("x" * 90 + ".pdf", "application/pdf", BytesIO())
        [document] = sharing.receive(live.everybodys, [upload])
    transaction.commit()
    addresses = [*crawl(page, site), f"{receipt}?receipt={document.getId()}", f"{site}/logout"]
    page.context.clear_cookies()
    strangers = ["login", "@@forgot-password", "@@forgot-password?sent=1", "@@logged-out"]
    well_made(page, [f"{site}/{name}" for name in strangers])
    page = open_browser("anna", phone=True)
    page.on("console", lambda message: said.append(message.text))
    well_made(page, addresses)
    assert said == []
    well_made(page, [f"{site}/not-there"])


def well_made(page, addresses):
    """Check what a machine can check of words, structure and size."""
    for address in addresses:
        page.goto(address)
        assert page.evaluate("document.compatMode") == "CSS1Compat", address
        assert page.locator("h1").count() == 1, address
        assert page.get_attribute("html", "lang") == "en"
        assert page.locator("main").count() == 1
        assert "plone" not in page.inner_text("html").casefold(), address
        assert "plone" not in page.title().casefold()
        assert page.locator("#edit-zone, .plone-toolbar, #portal-header").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 380, address
        nameless = page.evaluate(
            """() => [...document.querySelectorAll("input:not([type=hidden])")]
                .filter(field => !field.labels.length).map(field => field.outerHTML)"""
        )
        assert nameless == []
        small = page.evaluate(
            """() => [...document.querySelectorAll("main button, main a, .cp-quiet, .cp-firm")]
                .filter(target => !target.hidden && target.getBoundingClientRect().height < 44)
                .map(target => target.outerHTML)"""
        )
        assert small == [], address
        assert page.locator("script:not([src]), style, [style], [onclick]").count() == 0


def test_the_firms_colour_can_be_read_whatever_it_is(live, rest):
    for set_to, accent, text in (
        ("#1f4e79", "#1f4e79", "#ffffff"),
        ("#ffee00", "#ffee00", "#1a2029"),
        ("#000000", "#000000", "#ffffff"),
    ):
        api.portal.set_registry_record("collective.clientportal.accent_colour", set_to)
        response = rest().get("@@clientportal-accent", headers={"Accept": "text/css"})
        assert response.headers["Content-Type"] == "text/css;charset=utf-8"
        assert f"--cp-accent:{accent};" in response.text
        assert f"--cp-on-accent:{text};" in response.text
    registry = api.portal.get_tool("portal_registry")
    name = "collective.clientportal.accent_colour"
    registry._records._values[name] = "#fff}body{display:none"
    response = rest().get("@@clientportal-accent", headers={"Accept": "text/css"})
    assert "body" not in response.text
    assert "--cp-accent:#1f4e79;" in response.text


def test_sizes_read_as_people_count(live, open_browser):
    """One is no plural; what is too much never reads as just enough."""
    api.portal.set_registry_record("collective.clientportal.client_upload_megabytes", 1)
    live.release(live.add("klein.txt", b"x"))
    page = open_browser("anna")
    page.goto(page_of(live.annas))
    assert "1 Byte" in page.inner_text(".cp-document")
    assert "Bytes" not in page.inner_text(".cp-document")
    page.set_input_files("#upload-files", [file("a.pdf", b"x"), file("b.pdf", b"x" * 1024 * 1024)])
    assert page.locator(".cp-files small").all_inner_texts() == ["1 Byte", "1 MB"]
    reason = page.inner_text("form.cp-upload [role=alert]")
    assert "1.1 MB together; at most 1 MB" in reason
    assert "1.1 MB" in page.inner_text(".cp-total")


def test_the_reason_of_a_refusal_comes_into_view(live, open_browser):
    """With 21 files the list is longer than the screen of a phone."""
    page = open_browser("anna", phone=True)
    page.goto(page_of(live.annas))
    page.set_input_files("#upload-files", [file(f"{i}.pdf") for i in range(21)])
    page.click("form.cp-upload [type=submit]")
    expect(page.locator("form.cp-upload [role=alert]")).to_be_in_viewport(ratio=0.9)
    expect(page.locator("form.cp-upload [role=alert]")).to_be_focused()


@pytest.mark.parametrize(
    "status, said, again",
    [
        (403, "not possible here any more", None),
        (404, "not possible here any more", None),
        (413, "too large for the server", "Send files"),
        (500, "Something went wrong on our side", "Try again"),
        (502, "Something went wrong on our side", "Try again"),
    ],
)
def test_what_the_server_answers_is_said_in_plain_words(live, open_browser, status, said, again):
    page = open_browser("anna")
    page.goto(page_of(live.annas))
    page.route("**/@@upload", lambda route: route.fulfill(status=status, body="<h1>nginx</h1>"))
    page.set_input_files("#upload-files", file("eins.pdf"))
    page.click("form.cp-upload [type=submit]")
    alert = page.locator("form.cp-upload [role=alert]")
    expect(alert).to_contain_text(said)
    expect(alert).to_be_focused()
    assert "nginx" not in alert.inner_text()
    send = page.locator("form.cp-upload [type=submit]")
    assert (send.inner_text() if send.is_visible() else None) == again
    assert page.locator(".cp-files li").count() == 1


def test_nobody_is_greeted_by_an_address(live, open_browser):
    with live.as_user("handler"):
        new = participants.invite(live.matter, "neu@example.org")
    live.people["neu"] = new.id
    api.portal.get_tool("acl_users").userSetPassword(new.id, PASSWORD)
    registers.registers().people[new.id].activated = registers.now()
    page = open_browser("neu")
    assert page.inner_text("h1") == "Hello"


def test_the_firms_number_can_be_called(live, open_browser):
    lines = ["Hauptstraße 1", "79098 Freiburg", "+49 (0)761 123-45", "0761 / 123 46", "12345"]
    api.portal.set_registry_record("collective.clientportal.firm_address", "\n".join(lines))
    page = open_browser("anna", phone=True)
    links = page.locator("footer a")
    assert links.all_inner_texts() == ["+49 (0)761 123-45", "0761 / 123 46"]
    hrefs = links.evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert hrefs == ["tel:+4976112345", "tel:076112346"]
    assert all(line in page.inner_text("footer") for line in lines)
    assert telephone("Tel.: 0761 12345") == "tel:076112345"
    assert telephone("Postfach 123456") is None and telephone("79098 Freiburg") is None


def test_what_is_gone_may_not_be_made_available_any_more(live, open_browser):
    """The same words for what never was."""
    page = open_browser("anna")
    said = set()
    for address in (page_of(live.thomases), f"{live.annas.absolute_url()}/nothing"):
        assert page.goto(address).status == 404
        said.add(page.inner_text("main"))
    [text] = said
    assert "This page does not exist." in text
    assert "may not be made available any more" in text


def test_the_matter_leads_to_sending_files(live, open_browser):
    page = open_browser("anna", phone=True)
    page.goto(page_of(live.matter))
    page.click("summary:has-text('Upload files')")
    page.click(".cp-choose a:has-text('Schriftsätze')")
    assert page.url == f"{page_of(live.annas)}#upload"
    # Paula has one folder: no choice, one link.
    other = open_browser("paula")
    other.goto(page_of(live.other_matter))
    other.click("main a:has-text('Upload files')")
    assert other.url.endswith("/@@portal#upload")
    with live.as_user("handler"):
        participants.change(live.matter, live.people["anna"], may_write=False)
    transaction.commit()
    page.goto(page_of(live.matter))
    assert "Upload files" not in page.inner_text("main")


def test_hovering_is_not_spoken_of_where_there_is_none(live, chromium, open_browser):
    page = open_browser("anna")
    page.goto(page_of(live.annas))
    assert page.locator(".cp-drop-hint").is_visible()
    context = chromium.new_context(
        has_touch=True, is_mobile=True, viewport={"width": 380, "height": 800}
    )
    context.add_cookies(page.context.cookies())
    phone = context.new_page()
    phone.goto(page_of(live.annas))
    assert not phone.locator(".cp-drop-hint").is_visible()
    context.close()
