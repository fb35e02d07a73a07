"""Logging in and out, choosing a password, asking for a new one, in a real browser."""

import pytest
import re
import transaction
from collective.clientportal.domain import accounts
from collective.clientportal.domain import links
from collective.clientportal.domain import participants
from collective.clientportal.domain import registers


PASSWORD = "correct horse battery"
NEW = "neues langes Passwort"


@pytest.fixture
def invited(live):
    """A link to choose a password, for somebody invited just now."""
    with live.as_user("handler"):
        info = participants.invite(live.matter, "neu@example.org", "Nina Neu")
    token = links.new(info.id, links.INVITATION)
    transaction.commit()
    return f"{live.portal.absolute_url()}/@@choose-password?token={token}"


def log_in(page, live, name, password=PASSWORD):
    """Fill the form of the log-in and send it."""
    page.goto(f"{live.portal.absolute_url()}/login")
    page.fill("#__ac_name", name)
    page.fill("#__ac_password", password)
    page.click("[name='buttons.login']")


def test_a_stranger_is_asked_to_log_in_and_led_on(live, open_browser):
    page = open_browser()
    page.goto(f"{live.annas.absolute_url()}/@@portal")
    assert "/login?came_from=" in page.url
    page.fill("#__ac_name", "anna@example.org")
    page.fill("#__ac_password", PASSWORD)
    page.click("[name='buttons.login']")
    assert page.url == f"{live.annas.absolute_url()}/@@portal"


def test_wrong_password_says_so_and_keeps_the_address(live, open_browser):
    page = open_browser()
    page.goto(f"{live.annas.absolute_url()}/@@portal")
    page.fill("#__ac_name", "anna@example.org")
    page.fill("#__ac_password", "wrong")
    page.click("[name='buttons.login']")
    assert "E-mail address and password do not belong together" in page.inner_text("[role=alert]")
    assert page.input_value("#__ac_name") == "anna@example.org"
    assert page.input_value("#__ac_password") == ""
    page.fill("#__ac_password", PASSWORD)
    page.click("[name='buttons.login']")
    assert page.url == f"{live.annas.absolute_url()}/@@portal"


def test_log_in_after_a_click_on_download_leads_to_the_folder(live, open_browser):
    live.release(live.add())
    page = open_browser("anna")
    page.goto(f"{live.annas.absolute_url()}/@@portal")
    page.context.clear_cookies()
    page.click(".cp-document button")
    page.fill("#__ac_name", "anna@example.org")
    page.fill("#__ac_password", PASSWORD)
    page.click("[name='buttons.login']")
    assert page.url == f"{live.annas.absolute_url()}/@@portal"


def test_unknown_address_and_wrong_password_look_the_same(live, rest):
    def answer(name):
        form = {"__ac_name": name, "__ac_password": "wrong", "buttons.login": "1"}
        response = rest().post("login", data=form, headers={"Accept": "text/html"})
        return response.status_code, response.text.replace(name, "")

    assert answer("anna@example.org") == answer("nobody@example.org")


def test_address_in_capitals_with_a_blank_will_do(live, open_browser):
    page = open_browser()
    log_in(page, live, "Anna@Example.ORG ")
    assert page.url == f"{live.portal.absolute_url()}/@@portal"
    # Whoever is logged in is not asked again.
    page.goto(f"{live.portal.absolute_url()}/login")
    assert page.url == f"{live.portal.absolute_url()}/@@portal"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:0"])
def test_log_in_leads_nowhere_else(live, rest, wanted):
    form = {"__ac_name": "anna@example.org", "__ac_password": PASSWORD, "came_from": wanted}
    response = rest().post("login", data=form, headers={"Accept": "text/html"})
    assert response.status_code == 302
    assert response.headers["Location"] == f"{live.portal.absolute_url()}/@@portal"


def test_staff_begin_with_their_matters(live, rest):
    form = {"__ac_name": "handler", "__ac_password": PASSWORD, "came_from": ""}
    response = rest().post("login", data=form, headers={"Accept": "text/html"})
    assert response.headers["Location"] == f"{live.portal.absolute_url()}/@@matters"


def test_log_out_is_a_click_and_not_a_link(live, open_browser, rest):
    page = open_browser("anna")
    site = live.portal.absolute_url()
    page.goto(f"{site}/logout")
    assert page.inner_text("h1") == "Log out?"
    page.goto(f"{site}/@@portal")
    assert page.inner_text("h1") == "Hello Anna Berger"
    anna = rest()
    anna.cookies.update({c["name"]: c["value"] for c in page.context.cookies()})
    response = anna.post("logout", headers={"Accept": "text/html"})
    assert response.status_code == 403
    assert "Set-Cookie" not in response.headers
    page.click("header button")
    assert page.url == f"{site}/@@logged-out"
    assert page.inner_text("h1") == "You are logged out"
    page.goto(f"{site}/@@portal")
    assert "/login?" in page.url


def test_choosing_a_password(live, invited, open_browser, rest):
    """B6, B25: the link is used up by choosing, never by looking."""
    stranger = rest()
    stranger.headers["Accept"] = "text/html"
    for _scanner in range(2):
        response = stranger.get(invited)
        assert response.status_code == 200
        assert 'name="password_again"' in response.text
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "private, no-store"
    page = open_browser()
    page.goto(invited)
    assert page.input_value("#address") == "neu@example.org"
    assert "At least 12 characters" in page.inner_text("form")
    page.fill("#password", NEW)
    page.fill("#password-again", NEW)
    page.click("text=Save and log in")
    assert page.url == f"{live.portal.absolute_url()}/@@portal"
    assert page.inner_text("h1") == "Hello Nina Neu"
    transaction.begin()
    person = registers.registers().addresses["neu@example.org"]
    assert accounts.person(person).activated
    other = open_browser()
    log_in(other, live, "neu@example.org", NEW)
    assert other.url == f"{live.portal.absolute_url()}/@@portal"
    # The link is used up.
    response = stranger.get(invited)
    assert response.status_code == 410
    assert "This link is no longer valid" in response.text
    token = invited.rpartition("=")[2]
    form = {"token": token, "password": "and another one", "password_again": "and another one"}
    response = stranger.post("@@choose-password", data=form)
    assert response.status_code == 410
    assert "Set-Cookie" not in response.headers
    other.context.clear_cookies()
    log_in(other, live, "neu@example.org", "and another one")
    assert other.locator("[role=alert]").count() == 1


def test_another_site_chooses_no_password(live, invited, rest):
    """Or it would log its reader in as the person whose link it is: what they upload would be theirs."""
    token = invited.rpartition("=")[2]
    form = {"token": token, "password": NEW, "password_again": NEW}
    for header in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        sent = {"Accept": "text/html", **header}
        response = rest().post("@@choose-password", data=form, headers=sent, allow_redirects=False)
        assert response.status_code == 403, header
        assert "__ac" not in response.headers.get("Set-Cookie", ""), header
    assert links.owner(token)


def test_a_password_that_does_not_do_keeps_the_link(live, invited, rest):
    token = invited.rpartition("=")[2]
    for first, second, reason in (
        ("langes Passwort", "anderes Passwort", "The two passwords are not the same."),
        ("kurz", "kurz", "12 characters"),
        ("", "", "12 characters"),
    ):
        form = {"token": token, "password": first, "password_again": second}
        response = rest().post("@@choose-password", data=form, headers={"Accept": "text/html"})
        problem = re.search(r'id="problem"[^>]*>([^<]*)<', response.text)[1]
        assert reason in problem
        assert f'value="{token}"' in response.text
        assert "Set-Cookie" not in response.headers
    assert links.owner(token)


def test_a_link_works_while_somebody_else_is_logged_in(live, invited, open_browser):
    page = open_browser("anna")
    page.goto(invited)
    page.fill("#password", NEW)
    page.fill("#password-again", NEW)
    page.click("text=Save and log in")
    assert page.inner_text("h1") == "Hello Nina Neu"


def test_expired_link_leads_to_a_new_one(live, open_browser):
    page = open_browser()
    page.goto(f"{live.portal.absolute_url()}/@@choose-password?token=unknown")
    assert page.inner_text("h1") == "This link is no longer valid"
    page.fill("#address", "anna@example.org")
    page.click("text=Send the link")
    assert page.inner_text("h1") == "Please look into your mailbox"
    assert [entry.recipient for entry in resets()] == [live.people["anna"]]


def test_forgotten_password_answers_everybody_alike(live, rest):
    def answer(address):
        response = rest().post(
            "@@forgot-password", data={"address": address}, headers={"Accept": "text/html"}
        )
        return response.status_code, response.headers["Location"], response.text

    known = answer("Anna@example.org ")
    assert known[0] == 302
    assert answer("nobody@example.org") == known
    assert answer("no address at all") == known
    assert [entry.recipient for entry in resets()] == [live.people["anna"]]
    empty = rest().post("@@forgot-password", data={}, headers={"Accept": "text/html"})
    assert empty.status_code == 200


def test_password_can_be_looked_at(live, open_browser):
    page = open_browser()
    page.goto(f"{live.portal.absolute_url()}/login")
    page.fill("#__ac_password", "secret")
    page.check("text=Show password")
    assert page.get_attribute("#__ac_password", "type") == "text"
    page.uncheck("text=Show password")
    assert page.get_attribute("#__ac_password", "type") == "password"


def resets():
    """Return the mails that are due for choosing a new password, once the worker has looked who asked."""
    transaction.begin()
    accounts.answer_resets()
    transaction.commit()
    return [e for e in registers.registers().outbox.values() if e.event == "reset"]
