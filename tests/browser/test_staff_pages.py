"""The staff's other pages: matters, overview, people, folders, activity, outbox, settings."""

import pytest
import re
import transaction
from collective.clientportal.browser import outbox as outbox_page
from collective.clientportal.domain import documents
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import outbox
from collective.clientportal.domain import participants
from collective.clientportal.domain import registers
from collective.clientportal.domain import rosters
from collective.clientportal.domain import settings
from collective.clientportal.domain import sharing
from io import BytesIO
from playwright.sync_api import expect
from plone import api
from plone.app.testing import applyProfile


PAGES = ("overview", "documents", "portal-contents", "people", "activity")


def open_page(open_browser, firm, name, who="handler", **options):
    page = open_browser(who, **options)
    page.goto(f"{firm.matter.absolute_url()}/@@{name}")
    return page


@pytest.fixture
def restricted(live):
    """A matter that only Handler may know of."""
    with live.as_user("handler"):
        return matters.create(
            live.portal["matters"], "Geheim", "26/0099", ["handler"], restricted=True
        )


def test_matters_lists_what_one_may_see(open_browser, live, restricted):
    """A2"""
    with live.as_user("handler"):
        live.matter.resubmission = settings.today()
    page = open_browser("handler")
    page.goto(f"{live.portal.absolute_url()}/@@matters")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tr:has-text('Geheim')")).to_contain_text("restricted")
    expect(page.locator("tr:has-text('Scheidung') .cps-due")).to_contain_text("!")
    page.fill("#cps-q", "24/0113")
    page.click("button:has-text('Show')")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "q=24%2F0113" in page.url
    page.click("a:has-text('Clear filter')")
    page.select_option("#cps-handler", "colleague")
    page.click("button:has-text('Show')")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("Bausache Sommer")
    page.goto(f"{live.portal.absolute_url()}/@@matters")
    page.click("th a:has-text('Title')")
    expect(page.locator("tbody tr").first).to_contain_text("Bausache")
    page.click("th a:has-text('Title')")
    expect(page.locator("tbody tr").first).to_contain_text("Scheidung")


def test_restricted_matter_is_hidden_from_others(open_browser, live, restricted):
    """A2"""
    page = open_browser("colleague")
    page.goto(f"{live.portal.absolute_url()}/@@matters")
    expect(page.locator("tbody tr")).to_have_count(2)
    assert "Geheim" not in page.content()
    assert "26/0099" not in page.content()


def test_matters_are_a_click_away(open_browser, live):
    page = open_browser("handler")
    page.goto(live.portal.absolute_url())
    page.click("#portal-globalnav a:has-text('Matters')")
    expect(page.locator("h1")).to_have_text("Matters")
    page.click("a:has-text('New matter')")
    page.fill("[name='form.widgets.title']", "Mietsache Kolb")
    page.fill("[name='form.widgets.reference']", "26/0100")
    page.click("[name='form.buttons.save']")
    expect(page.locator("h1")).to_contain_text("Mietsache Kolb")
    expect(page.locator(".cps-facts")).to_contain_text("Handler")
    page.click("button:has-text('Switch the client portal on')")
    expect(page.locator(".cps-next a")).to_have_text("Invite a client")


def test_portal_switch(open_browser, live):
    """A3, decision 7"""
    page = open_page(open_browser, live, "overview")
    page.click("button:has-text('Switch off')")
    expect(page.locator(".cps-state")).to_have_text("Client portal off")
    expect(page.locator("#cps-tabs a:has-text('Portal')")).to_have_count(0)
    page.click("button:text-is('Switch on')")
    expect(page.locator(".cps-state")).to_have_text("Client portal on")
    expect(page.locator("#cps-tabs a:has-text('Portal')")).to_have_count(1)


def test_invite(open_browser, live):
    """B6, B19"""
    page = open_page(open_browser, live, "people")
    page.fill("#cps-email", "no address")
    page.fill("#cps-fullname", "Karl Kolb")
    page.fill("#cps-party", "Versicherer")
    page.uncheck("#cps-invite [name=may_write]")
    page.click("button[value=invite]")
    expect(page.locator(".statusmessage-error")).to_contain_text("is not an e-mail address")
    expect(page.locator("#cps-email")).to_have_value("no address")
    expect(page.locator("#cps-fullname")).to_have_value("Karl Kolb")
    expect(page.locator("#cps-party")).to_have_value("Versicherer")
    expect(page.locator("#cps-invite [name=may_write]")).not_to_be_checked()
    page.fill("#cps-email", "colleague@firm.example")
    page.click("button[value=invite]")
    expect(page.locator(".statusmessage-error")).to_contain_text("belongs to a member of the firm")
    expect(page.locator("#cps-email")).to_have_value("colleague@firm.example")
    page.fill("#cps-email", "karl@example.org")
    page.click("button[value=invite]")
    expect(page.locator(".statusmessage-success")).to_contain_text("Karl Kolb is invited")
    card = page.locator("[data-email='karl@example.org']")
    expect(card).to_contain_text("invited")
    expect(card).to_contain_text("may not write")
    expect(page.locator("#cps-email")).to_have_value("")
    card.locator("button[value=resend]").click()
    expect(page.locator(".statusmessage-success")).to_contain_text("is sent again")
    card.locator("summary").first.click()
    card.locator("[name=party]").fill("Gegenseite")
    card.locator("button[value=change]").click()
    expect(card.locator(".cps-opposing")).to_have_text("(Gegenseite)")


def test_remove_asks_first(open_browser, live):
    page = open_page(open_browser, live, "people")
    thomas = live.people["thomas"]
    page.click(f"#client-{thomas} a:has-text('Take off')")
    expect(page.locator("#cps-remove")).to_contain_text("Thomas Berger (Gegenseite)")
    assert thomas in live.matter.participants
    page.click("button[value=remove]")
    expect(page.locator(".statusmessage-success")).to_contain_text("takes no part")
    expect(page.locator(f"#client-{thomas}")).to_have_count(0)
    transaction.begin()
    assert thomas not in live.matter.participants


def test_folders(open_browser, live):
    page = open_page(open_browser, live, "portal-contents")
    form = page.locator("#cps-new-folder")
    form.locator("summary").click()
    form.locator("[name=title]").fill("Bescheide")
    form.locator("[value=some]").check()
    form.locator("button").click()
    expect(page.locator(".statusmessage-error")).to_contain_text("at least one client")
    expect(form.locator("[name=title]")).to_have_value("Bescheide")
    expect(form.locator("[value=some]")).to_be_checked()
    form.locator(f"[value='{live.people['anna']}']").check()
    form.locator("button").click()
    section = page.locator(".cps-section:has(h3:text-is('Bescheide'))")
    expect(section).to_contain_text("seen by Anna Berger (Mandantin)")
    section.locator("summary:has-text('Change folder')").click()
    section.locator("[name=title]").fill("Post")
    section.locator("[value=all]").check()
    section.locator("button[value=change]").click()
    section = page.locator(".cps-section:has(h3:text-is('Post'))")
    expect(section).to_contain_text("all clients, later ones included")
    transaction.begin()
    made = next(f for f in rosters.folders(live.matter) if f.title == "Post")
    assert made.readers is None


def test_activity(open_browser, live):
    live.release(live.add())
    page = open_page(open_browser, live, "activity")
    first = page.locator("tbody tr").first
    expect(first).to_contain_text("Handler")
    expect(first).to_contain_text("released to “Schriftsätze”")
    expect(first).to_contain_text("Klage.pdf")
    expect(first).to_contain_text("Anna Berger")
    expect(page.locator("#cps-chain")).to_contain_text("Complete and unchanged")
    before = page.locator("tbody tr").count()
    page.select_option("#cps-kind", "people")
    page.select_option("#cps-person", live.people["anna"])
    page.click("button:has-text('Show')")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody")).to_contain_text("invited Anna Berger")
    assert before > 2


def test_activity_tells_of_a_broken_chain(open_browser, live):
    live.matter.journal.sealed[1] = (
        next(iter(live.matter.journal.unsealed.values(1))),
        "0" * 64,
    )
    page = open_page(open_browser, live, "activity")
    expect(page.locator("#cps-chain")).to_contain_text("tampered with: entry 1")


def test_outbox(open_browser, live):
    entry = next(iter(registers.registers().outbox.values()))
    outbox.settle_refused(entry, "550 no such mailbox")
    page = open_browser("boss")
    page.goto(f"{live.portal.absolute_url()}/@@outbox")
    failed = page.locator("tr:has-text('550 no such mailbox')")
    expect(failed).to_contain_text("Registration")
    failed.locator("button").click()
    expect(page.locator(".statusmessage-success")).to_contain_text("tried again")
    transaction.begin()
    assert entry.state == "waiting"
    assert int(entry.id) in registers.registers().due.values(1)


@pytest.mark.parametrize("phone", [False, True])
def test_outbox_is_filtered(phone, open_browser, live, monkeypatch):
    """Issue 5, point 1: state, occasion and day, kept from page to page; what holds all mails up is said."""
    monkeypatch.setattr(outbox_page, "PAGE", 3)
    for number in range(4):
        live.release(live.add(f"{number}.pdf"))
    first = next(iter(registers.registers().outbox.values()))
    outbox.settle_refused(first, "550 no such mailbox")
    api.portal.set_registry_record("collective.clientportal.base_url", "")
    page = open_browser("boss", phone=phone)
    page.goto(f"{live.portal.absolute_url()}/@@outbox")
    expect(page.locator("#cps-held")).to_contain_text("base address")
    page.click("nav.cps-tabs a:has-text('waiting')")
    page.select_option("#cps-event", "documents")
    page.fill("#cps-since", settings.today().isoformat())
    page.fill("#cps-until", settings.today().isoformat())
    page.click("button:has-text('Show')")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.click("a:has-text('Older')")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "state=waiting" in page.url
    page.locator("button[value=retry]").click()
    expect(page.locator(".statusmessage-success")).to_contain_text("tried again")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.click("a:has-text('Newest')")
    expect(page.locator("tbody tr")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= (380 if phone else 1280)
    page.fill("#cps-until", "2026-01-01")
    page.click("button:has-text('Show')")
    expect(page.locator(".cps-empty")).to_be_visible()
    page.click("a:has-text('Clear filter')")
    page.click("nav.cps-tabs a:has-text('failed')")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("nav.cps-tabs a[aria-current]")).to_contain_text("1")


@pytest.mark.parametrize("page", ["outbox", "clientportal-controlpanel"])
def test_administrators_only(live, rest, page):
    address = f"{live.portal.absolute_url()}/@@{page}"
    for name in ("handler", "colleague", "anna", "member"):
        response = rest(name).get(address, headers={"Accept": "text/html"})
        assert response.status_code in (403, 404), name
    assert rest("boss").get(address, headers={"Accept": "text/html"}).status_code == 200


def test_settings(open_browser, live):
    page = open_browser("boss")
    page.goto(f"{live.portal.absolute_url()}/@@clientportal-controlpanel")
    page.fill("[name='form.widgets.firm_name']", "Kanzlei Meyer")
    page.click("[name='form.buttons.save']")
    expect(page.locator(".statusmessage-info")).to_be_visible()
    transaction.begin()
    assert api.portal.get_registry_record("collective.clientportal.firm_name") == "Kanzlei Meyer"
    page.click("a:has-text('Outbox')")
    expect(page.locator("h1")).to_have_text("Outbox")


def test_uninstall_takes_the_entries_away(portal):
    actions, panels = portal.portal_actions, portal.portal_controlpanel
    assert "matters" in actions.portal_tabs
    assert "clientportal" in actions.user
    assert "clientportal" in [panel.getId() for panel in panels.listActions()]
    applyProfile(portal, "collective.clientportal:uninstall")
    assert "matters" not in actions.portal_tabs
    assert "clientportal" not in actions.user
    assert "clientportal" not in [panel.getId() for panel in panels.listActions()]


def test_too_large_an_upload(open_browser, live, tmp_path):
    api.portal.set_registry_record("collective.clientportal.staff_upload_megabytes", 1)
    (tmp_path / "large.bin").write_bytes(b"x" * (1024 * 1024 + 1))
    page = open_page(open_browser, live, "documents")
    expect(page.locator("#cps-upload")).to_contain_text("At most 1")
    page.set_input_files("#cps-files", tmp_path / "large.bin")
    page.click("#cps-upload button")
    expect(page.locator("#cps-upload [role=status]")).to_contain_text("larger than 1")
    # The same from the server, for whoever does not ask the script.
    page.evaluate("document.querySelector('#cps-upload').dataset.limit = 1e9")
    page.click("#cps-upload button")
    expect(page.locator("#cps-upload [role=status]")).to_contain_text("At most 1 MB can be sent")
    transaction.begin()
    assert documents.count_internal(live.matter) == 0


def test_overview(open_browser, live):
    """A24, A28"""
    live.release(live.add())
    page = open_browser("handler")
    page.goto(live.matter.absolute_url())
    expect(page.locator("h1")).to_contain_text("24/0113")
    expect(page.locator(".cps-latest li")).to_have_count(5)
    expect(page.locator(".cps-shared")).to_contain_text("Klage.pdf")
    with live.as_user("handler"):
        for name in ("anna", "thomas"):
            participants.remove(live.matter, live.people[name])
        matters.switch_portal(live.matter, False)
    transaction.commit()
    page.reload()
    expect(page.locator(".cps-shared")).to_contain_text("Klage.pdf")
    expect(page.locator(".cps-next")).to_contain_text("is off")


def test_phone(open_browser, live):
    """No page scrolls sideways at 380 px."""
    document = live.add("Ein_sehr_langer_Dateiname_ohne_jede_Luecke_" + "x" * 60 + ".pdf")
    live.release(document)
    page = open_browser("handler", phone=True)
    for name in (*PAGES, f"release?documents:list={document.UID()}"):
        page.goto(f"{live.matter.absolute_url()}/@@{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 380, name
    page.goto(f"{live.portal.absolute_url()}/@@matters")
    assert page.evaluate("document.documentElement.scrollWidth") <= 380


def test_outbox_shows_the_mails(open_browser, live):
    """Issue 2, point 1: readable by the administrator; no link in it lets its reader in."""
    live.release(live.add())
    with live.as_user("handler"):
        participants.invite(live.matter, "namenlos@example.org")
    page = open_browser("boss")
    page.goto(f"{live.portal.absolute_url()}/@@outbox")
    row = page.locator("tr:has-text('New documents')").first
    row.locator("summary").click()
    expect(row).to_contain_text("Hello Anna Berger,")
    expect(row).to_contain_text("https://portal.example/matters/")
    registration = page.locator("tr:has-text('namenlos')").first
    registration.locator("summary").click()
    expect(registration).to_contain_text("Hello,")
    expect(registration).to_contain_text("@@choose-password?token=…")
    transaction.begin()
    assert not live.portal.portal_password_reset._requests


def test_an_address_is_corrected(open_browser, live, smtp, work):
    """C10: the mail failed, the address is corrected, the new link works, the old one does not."""
    with live.as_user("handler"):
        info = participants.invite(live.matter, "falsch@example.org", "Carla Kern")
    smtp.reply_to["falsch@example.org"] = "550 5.1.1 no such mailbox"
    work()
    page = open_page(open_browser, live, "people")
    carla = page.locator(f"#client-{info.id}")
    expect(carla.locator(".cps-mail-failed")).to_have_text("mail failed")
    for wrong, reason in (
        ("anna@example.org", "belongs to another client"),
        ("assistant@firm.example", "member of the firm"),
    ):
        if carla.locator("details[open] [name=email]").count() == 0:
            carla.locator("summary:has-text('Correct the address')").click()
        carla.locator("[name=email]").fill(wrong)
        carla.locator("button[value=correct]").click()
        expect(page.locator(".statusmessage-error")).to_contain_text(reason)
        expect(carla.locator("[name=email]")).to_have_value(wrong)
    carla.locator("[name=email]").fill("Richtig@Example.org")
    carla.locator("button[value=correct]").click()
    expect(page.locator(".statusmessage-success")).to_contain_text("richtig@example.org")
    expect(carla.locator(".cps-mail-failed")).to_have_count(0)
    work()
    [mail] = smtp.to("richtig@example.org")
    token = re.search(r"token=(\S+)", mail.get_content())[1]
    assert participants.activate(token, "a long enough one") == "richtig@example.org"
    transaction.commit()
    page.reload()
    expect(carla.locator("button[value=correct]")).to_have_count(0)
    with live.as_user("handler"), pytest.raises(participants.ActiveAlready):
        participants.correct_address(live.matter, info.id, "other@example.org")


def test_titles_tell_the_pages_apart(open_browser, live):
    """WCAG 2.4.2"""
    page = open_browser("handler")
    titles = []
    for name in PAGES:
        page.goto(f"{live.matter.absolute_url()}/@@{name}")
        titles.append(page.title())
        assert "24/0113" in page.title()
    page.goto(f"{live.portal.absolute_url()}/@@matters")
    assert page.title().startswith("Matters")
    assert len({*titles, page.title()}) == len(PAGES) + 1


@pytest.mark.parametrize("place", ["", "/matters"])
def test_staff_come_home_to_the_list(open_browser, live, place):
    """pages.md: no empty page of Plone's where a clerk begins."""
    page = open_browser("handler")
    page.goto(f"{live.portal.absolute_url()}{place}")
    expect(page.locator("h1")).to_have_text("Matters")


def test_plones_search_finds_a_reference(open_browser, live):
    page = open_browser("handler")
    page.goto(f"{live.portal.absolute_url()}/@@search?SearchableText=24/0113")
    expect(page.locator("#search-results")).to_contain_text("Scheidung Berger")


def test_ending_while_the_portal_is_off(open_browser, live):
    """A25: any time; not what a client uploaded (A27)."""
    live.release(live.add())
    with live.as_user("anna"):
        upload = documents.Upload("Lohn.pdf", "application/pdf", BytesIO(b"%PDF-"))
        sharing.receive(live.annas, [upload])
    page = open_browser("handler")
    page.goto(live.matter.absolute_url())
    expect(page.locator(".cps-shared button")).to_have_count(0)
    with live.as_user("handler"):
        matters.switch_portal(live.matter, False)
    transaction.commit()
    page.reload()
    expect(page.locator(".cps-shared button")).to_have_count(1)
    page.click(".cps-shared button")
    expect(page.locator(".statusmessage-success")).to_contain_text("has ended")
    expect(page.locator(".cps-shared")).not_to_contain_text("Klage.pdf")


def test_withholding_the_right_while_a_reply_is_awaited(open_browser, live):
    """B7, B38: whoever takes the right away is told what is still awaited."""
    with live.as_user("handler"):
        anna = [live.people["anna"]]
        messages.send(live.matter, messages.Draft("Bitte antworten."), "reply", anna)
        participants.change(live.matter, live.people["thomas"], may_write=False)
    api.portal.set_registry_record("plone.available_languages", ["de", "en"])
    api.portal.set_registry_record("plone.use_request_negotiation", True)
    page = open_page(open_browser, live, "people", language="de")
    thomas = page.locator(f"#client-{live.people['thomas']}")
    expect(thomas).to_contain_text("darf nicht schreiben")
    anna = page.locator(f"#client-{live.people['anna']}")
    anna.locator("summary").first.click()
    anna.locator("[name=may_write]").uncheck()
    anna.locator("button[value=change]").click()
    expect(page.locator(".statusmessage-warning")).to_contain_text("noch eine Antwort erwartet")


def test_who_sees_a_folder_is_said_before_and_after(open_browser, live):
    """A10: letting somebody in is sharing, too."""
    live.release(live.add())
    page = open_page(open_browser, live, "portal-contents")
    form = page.locator("form:has(button[value=change])").first
    page.locator("details:has(button[value=change]) summary").first.click()
    expect(page.locator("form:has(button[value=change])").nth(1)).to_contain_text("gets one e-mail")
    form.locator("[value=all]").check()
    form.locator("button[value=change]").click()
    expect(page.locator(".statusmessage-success")).to_contain_text("It is seen by: Anna Berger")
