"""My account, and the accounts for those who manage the portal, in a real browser (issue 4, point 4)."""

import pyotp
import pytest
import re
import transaction
from collective.clientportal.domain import accounts
from collective.clientportal.domain import deactivation
from collective.clientportal.domain import second_factor
from conftest import PASSWORD
from playwright.sync_api import expect
from plone import api
from urllib.parse import parse_qs
from urllib.parse import urlsplit


NEW = "ein neues langes"


def site(live):
    """Return the address of the site."""
    return live.portal.absolute_url()


def log_in(page, live, name, password=PASSWORD):
    """Fill the form of the log-in and send it."""
    page.goto(f"{site(live)}/login")
    page.fill("#__ac_name", live.login(name))
    page.fill("#__ac_password", password)
    page.click("[name='buttons.login']")


def set_up(page, live):
    """Set up a second factor on the page of one's account; return the app and the recovery codes."""
    page.goto(f"{site(live)}/@@account")
    page.fill("#current-set-up", PASSWORD)
    page.click("button[value=set_up]")
    app = pyotp.TOTP(page.locator("#second-factor code").inner_text().replace(" ", ""))
    page.fill("#code", app.now())
    page.click("button[value=confirm]")
    return app, page.locator("#recovery code").all_inner_texts()


def test_the_way_there(live, open_browser):
    """The name in the header leads to the account, and from there back."""
    page = open_browser("anna")
    page.click("header .cp-account")
    assert page.inner_text("h1") == "My account"
    page.click("text=Back to the portal")
    assert page.url == f"{site(live)}/@@portal"


def test_change_the_password(live, open_browser):
    """The old one is asked; this session goes on, all others end."""
    page, other = open_browser("anna"), open_browser("anna")
    page.goto(f"{site(live)}/@@account")

    def change(current, password, again):
        page.fill("#current-change", current)
        page.fill("#password", password)
        page.fill("#password-again", again)
        page.click("button[value=change_password]")

    change("wrong", NEW, NEW)
    assert "not your current password" in page.inner_text("#change-password [role=alert]")
    change(PASSWORD, NEW, f"{NEW}s")
    assert "not the same" in page.inner_text("#change-password [role=alert]")
    change(PASSWORD, "passwort12345", "passwort12345")
    assert "first that somebody would try" in page.inner_text("#change-password [role=alert]")
    other.goto(f"{site(live)}/@@portal")
    assert other.inner_text("h1") == "Hello Anna Berger"
    change(PASSWORD, NEW, NEW)
    assert "Your password is changed" in page.inner_text("[role=status]")
    page.goto(f"{site(live)}/@@portal")
    assert page.inner_text("h1") == "Hello Anna Berger"
    other.goto(f"{site(live)}/@@portal")
    assert "/login?" in other.url
    log_in(other, live, "anna")
    assert other.locator("[role=alert]").count() == 1
    log_in(other, live, "anna", NEW)
    assert other.url == f"{site(live)}/@@portal"


def test_the_second_step(live, open_browser):
    """Set up with a code, shown as a picture and as text; asked for at the next log-in."""
    page, other = open_browser("anna"), open_browser("anna")
    page.goto(f"{site(live)}/@@account")
    page.fill("#current-set-up", "wrong")
    page.click("button[value=set_up]")
    assert "not your current password" in page.inner_text("#second-factor [role=alert]")
    page.fill("#current-set-up", PASSWORD)
    page.click("button[value=set_up]")
    assert page.locator("svg.cp-qr").bounding_box()["width"] > 120
    # On a telephone nobody can scan the screen they look at.
    address = page.get_attribute("a[href^='otpauth:']", "href")
    assert parse_qs(urlsplit(address).query)["secret"] == [page.inner_text("code").replace(" ", "")]
    page.fill("#code", "000000")
    page.click("button[value=confirm]")
    assert "not the code that the app shows" in page.inner_text("#second-factor [role=alert]")
    _app, codes = set_up_again(page)
    assert len(codes) == 10
    transaction.begin()
    assert second_factor.is_on(live.people["anna"])
    # What was logged in without it no longer is.
    other.goto(f"{site(live)}/@@portal")
    assert "/login?" in other.url
    page.click("text=I have kept them")
    assert page.url == f"{site(live)}/@@portal"
    log_in(other, live, "anna")
    assert other.inner_text("h1") == "Your code, please"
    other.fill("#code", "000000")
    other.click("[name='buttons.login']")
    assert "This code is not right" in other.inner_text("[role=alert]")
    other.fill("#code", codes[0])
    other.click("[name='buttons.login']")
    assert other.url == f"{site(live)}/@@portal"
    other.goto(f"{site(live)}/@@account")
    assert "Recovery codes left: 9" in other.inner_text("#second-factor")
    other.click("summary:has-text('New recovery codes')")
    other.fill("#current-codes", PASSWORD)
    other.click("button[value=renew_codes]")
    assert not set(other.locator("#recovery code").all_inner_texts()) & set(codes)
    other.goto(f"{site(live)}/@@account")
    other.click("summary:has-text('Switch the second step off')")
    other.fill("#current-off", PASSWORD)
    other.click("button[value=switch_off]")
    log_in(open_browser(), live, "anna")
    transaction.begin()
    assert not second_factor.is_on(live.people["anna"])


def set_up_again(page):
    """Go on with a set-up that was begun; return the app and the recovery codes."""
    app = pyotp.TOTP(page.locator("#second-factor code").inner_text().replace(" ", ""))
    page.fill("#code", app.now())
    page.click("button[value=confirm]")
    return app, page.locator("#recovery code").all_inner_texts()


def test_the_code_leads_on_to_what_was_asked_for(live, open_browser):
    set_up(open_browser("anna"), live)
    page = open_browser()
    page.goto(f"{live.annas.absolute_url()}/@@portal")
    page.fill("#__ac_name", "anna@example.org")
    page.fill("#__ac_password", PASSWORD)
    page.click("[name='buttons.login']")
    transaction.begin()
    [code] = second_factor.new_recovery_codes(live.people["anna"])[:1]
    transaction.commit()
    page.fill("#code", code)
    page.click("[name='buttons.login']")
    assert page.url == f"{live.annas.absolute_url()}/@@portal"


def test_log_out_everywhere(live, open_browser):
    page, other = open_browser("anna"), open_browser("anna")
    page.goto(f"{site(live)}/@@account")
    page.click("button[value=log_out_everywhere]")
    assert page.inner_text("h1") == "You are logged out"
    for session in (page, other):
        session.goto(f"{site(live)}/@@portal")
        assert "/login?" in session.url


def test_a_page_from_before_does_not_switch_it_off(live, open_browser, html):
    """The form that sets it up, sent while it is on, would put a secret in its place that does not count."""
    page = open_browser("anna")
    set_up(page, live)
    page.goto(f"{site(live)}/@@account")
    token = page.get_attribute("[name=_authenticator] >> nth=0", "value")
    answer = page.request.post(
        f"{site(live)}/@@account",
        form={"action": "set_up", "current": PASSWORD, "_authenticator": token},
    )
    assert answer.status == 400
    assert "The second step is on already" in answer.text()
    transaction.begin()
    assert second_factor.is_on(live.people["anna"])


def test_setting_it_up_can_be_cancelled(live, open_browser):
    page = open_browser("anna")
    page.goto(f"{site(live)}/@@account")
    page.fill("#current-set-up", PASSWORD)
    page.click("button[value=set_up]")
    assert page.locator(".cp-qr").count() == 1
    page.click("button[value=cancel]")
    assert page.locator(".cp-qr").count() == 0
    assert page.locator("#current-set-up").count() == 1
    page.reload()
    assert page.locator(".cp-qr").count() == 0


def test_without_javascript(live, open_browser, plain):
    page = plain(open_browser("anna"))
    _app, codes = set_up(page, live)
    assert len(codes) == 10


def test_another_page_changes_nothing(live, html):
    """Each form carries its token."""
    anna = html("anna")
    for action in ("change_password", "set_up", "confirm", "switch_off", "log_out_everywhere"):
        assert (
            anna.post("@@account", data={"action": action, "current": PASSWORD}).status_code == 403
        )


def test_too_often_wrong(live, html):
    """Whoever sits down at an open session does not guess the password there."""
    anna = html("anna")
    page = anna.get("@@account").text
    token = re.search(r'_authenticator"\s+type="hidden"\s+value="(\w+)"', page)[1]
    form = {"_authenticator": token, "action": "switch_off", "current": "wrong"}
    statuses = [anna.post("@@account", data=form).status_code for _n in range(11)]
    # Basic proves the password with each request, and so forgets what failed before: use the cookie.
    assert set(statuses) == {400}
    anna.post("login", data={"__ac_name": anna.auth[0], "__ac_password": PASSWORD})
    anna.auth = None
    statuses = [anna.post("@@account", data=form).status_code for _n in range(11)]
    assert statuses == [400] * 10 + [429]


def test_staff_set_it_up_first(live, open_browser):
    """They are led there at the log-in, and then on."""
    name = "collective.clientportal.require_second_factor_for_staff"
    api.portal.set_registry_record(name, True)
    page = open_browser("handler")
    assert page.url == f"{site(live)}/@@account"
    assert "wants a second step" in page.inner_text("main")
    set_up(page, live)
    page.click("text=I have kept them", no_wait_after=True)
    page.wait_for_url(f"{site(live)}/@@matters", timeout=30_000)


def test_plones_own_page_leads_here(live, html):
    assert html("handler").get("@@change-password").url == f"{site(live)}/@@account"


def test_accounts(live, open_browser):
    """Search, deactivate with a reason, reactivate, log out, a lost second step; nothing of a matter."""
    anna = live.people["anna"]
    client = open_browser("anna")
    boss = open_browser("boss")
    boss.goto(f"{site(live)}/@@clientportal-accounts")
    assert "24/0113" not in boss.content()
    boss.fill("#cps-words", "anna")
    boss.click(".cps-filter button")
    row = boss.locator(f"#account-{anna}")
    expect(boss.locator("tbody tr")).to_have_count(1)
    row.locator("summary").click()
    row.locator("[name=reason]").fill("Handy gestohlen")
    row.locator("button[value=deactivate]").click()
    expect(boss.locator("body")).to_contain_text("cannot log in any more")
    expect(row).to_contain_text("deactivated")
    expect(row).to_contain_text("Handy gestohlen")
    client.goto(f"{site(live)}/@@portal")
    assert "/login?" in client.url
    row.locator("summary").click()
    row.locator("button[value=reactivate]").click()
    expect(row).to_contain_text("active")
    log_in(client, live, "anna")
    set_up(client, live)
    boss.reload()
    row.locator("summary").click()
    row.locator("button[value=remove_second_factor]").click()
    client.goto(f"{site(live)}/@@portal")
    assert "/login?" in client.url
    log_in(client, live, "anna")
    assert client.url == f"{site(live)}/@@portal"
    row.locator("summary").click()
    row.locator("button[value=log_out]").click()
    expect(boss.locator("body")).to_contain_text("logged out everywhere")
    client.goto(f"{site(live)}/@@portal")
    assert "/login?" in client.url
    boss.click("text=Staff")
    expect(boss.locator("tbody tr")).to_have_count(4)
    assert boss.locator("button[value=deactivate]").count() == 0


def test_the_menu_on_a_phone(live, open_browser):
    """Wherever its button has come to stand: nothing of it lies outside of the page."""
    page = open_browser("boss", phone=True)
    page.goto(f"{site(live)}/@@clientportal-accounts")
    buttons = page.locator(".cps-more > summary")
    assert buttons.count() > 2
    for number in range(buttons.count()):
        buttons.nth(number).click(no_wait_after=True)
        box = page.locator(".cps-more[open] > ul").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 380
        page.locator(".cps-more[open] button").first.click(trial=True)
        buttons.nth(number).click(no_wait_after=True)


@pytest.mark.parametrize("name", ["anna", "member", "handler"])
def test_accounts_are_not_for(name, live, html):
    """Neither clients nor staff who do not manage the portal."""
    status = 403 if name == "handler" else 404
    assert html(name).get("@@clientportal-accounts").status_code == status


def test_people_shows_who_is_deactivated(live, open_browser):
    with live.as_user("boss"):
        deactivation.deactivate(live.people["anna"])
    page = open_browser("handler")
    page.goto(f"{live.matter.absolute_url()}/@@people")
    row = page.locator(f"#client-{live.people['anna']}")
    expect(row).to_contain_text("deactivated")
    assert row.locator("button[value=resend]").count() == 0
    assert accounts.state(live.people["anna"]) == "deactivated"
