"""What a client writes and has not sent yet, in a real browser: it is kept, for them alone."""

import pytest
import transaction
from collective.clientportal.browser.drafts import writer_mark
from collective.clientportal.domain import drafts
from collective.clientportal.domain import journal
from collective.clientportal.domain import messages
from collective.clientportal.domain import participants
from conftest import PASSWORD
from playwright.sync_api import expect


SEND = "form[data-upload] [type=submit]"
AWAY = """Object.defineProperty(document, 'hidden', {value: true, configurable: true});
document.dispatchEvent(new Event('visibilitychange'))"""


def page_of(obj):
    return f"{obj.absolute_url()}/@@portal"


def texts(thread):
    """Return the texts of a thread's messages, oldest first."""
    transaction.begin()
    return [message.text for message in thread.messages.values()]


def kept(live, thread, name="anna"):
    """Return what is kept for a person."""
    transaction.begin()
    with live.as_user(name):
        return drafts.of(thread)


def write(page, thread, text="Mein Text"):
    """Write into a thread and go away for a moment."""
    page.goto(page_of(thread))
    page.fill("textarea", text)
    with page.expect_response("**/@@draft") as answer:
        page.evaluate(AWAY)
    return answer.value.status


def log_in(page, live, name):
    """Fill the form of the log-in on this page and send it."""
    page.fill("#__ac_name", live.login(name))
    page.fill("#__ac_password", PASSWORD)
    page.click("[name='buttons.login']")


def test_a_text_outlives_the_tab_and_shows_on_another_device(live, send, open_browser):
    """Kept 1.5 s after the last key, and gone once it is sent."""
    thread = send()
    entries = len(list(journal.entries(live.matter)))
    page = open_browser("anna")
    page.goto(page_of(thread))
    with page.expect_response("**/@@draft") as answer:
        page.type("textarea", "Zeile 1\nZeile ü", delay=20)
    assert answer.value.status == 204
    page.close()
    other = open_browser("anna", phone=True)
    other.goto(page_of(thread))
    assert other.input_value("textarea") == "Zeile 1\nZeile ü"
    assert len(list(journal.entries(live.matter))) == entries
    assert texts(thread) == ["Bitte antworten."]
    other.click(SEND)
    other.wait_for_url("**sent=*")
    assert texts(thread)[-1] == "Zeile 1\nZeile ü"
    assert other.input_value("textarea") == ""
    assert kept(live, thread) == ""
    assert list(thread.drafts) == []


def test_a_text_that_is_deleted_is_not_kept(live, send, open_browser):
    thread = send()
    page = open_browser("anna")
    assert write(page, thread) == 204
    assert kept(live, thread) == "Mein Text"
    assert write(page, thread, "  ") == 204
    transaction.begin()
    assert list(thread.drafts) == []


def test_a_text_survives_a_reload_but_not_in_the_browsers_storage(live, send, open_browser):
    """ASVS 14.3.3"""
    thread = send()
    page = open_browser("anna")
    assert write(page, thread) == 204
    page.reload()
    assert page.input_value("textarea") == "Mein Text"
    storage = "JSON.stringify([localStorage, sessionStorage, document.cookie, history.state])"
    assert "Mein" not in page.evaluate(storage)
    page.click(".cp-back")
    page.wait_for_url(page_of(live.matter))
    page.go_back()
    assert page.input_value("textarea") == "Mein Text"


def test_who_leaves_at_once_is_asked(live, send, open_browser):
    thread = send()
    page = open_browser("anna")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(page_of(thread))
    page.fill("textarea", "Mein Text")
    with page.expect_request("**/@@draft"):
        page.click(".cp-back")
    assert asked == ["beforeunload"]


def test_the_next_person_in_the_same_tab_sees_nothing(live, send, open_browser):
    """Anna writes and logs out, Thomas logs in and presses Back."""
    thread = send(to="anna thomas")
    page = open_browser("anna")
    assert write(page, thread, "Annas Geheimnis") == 204
    page.click("header form[action$='@@logout'] button")
    page.wait_for_url("**/@@logged-out")
    page.click("main a")
    log_in(page, live, "thomas")
    page.wait_for_url("**/@@portal")
    for _ in range(6):
        page.go_back()
        if page.url == page_of(thread):
            break
    assert page.url == page_of(thread)
    expect(page.locator("textarea")).to_have_value("")
    assert "Geheimnis" not in page.content()
    page.goto(page_of(thread))
    assert page.input_value("textarea") == ""
    assert kept(live, thread) == "Annas Geheimnis"
    assert kept(live, thread, "thomas") == kept(live, thread, "handler") == ""


def test_who_may_keep_what(live, send, html):
    """The token, the right to write, sight, and a limit."""
    thread = send()
    address, anna = f"{thread.absolute_url()}/@@draft", html("anna")
    page = anna.get(page_of(thread)).text
    token = page.partition('name="_authenticator"')[2].split('value="')[1].split('"')[0]
    form = {"_authenticator": token, "text": "x"}
    assert anna.post(address, data={"text": "x"}).status_code == 403
    assert html("thomas").post(address, data=form).status_code == 404
    assert html("paula").post(address, data=form).status_code == 404
    assert anna.request("GET", address).headers["Location"] == page_of(thread)
    assert list(thread.drafts) == []
    assert anna.post(address, data=form).status_code == 204
    assert anna.post(address, data={**form, "text": "x" * 100_001}).status_code == 400
    assert kept(live, thread) == "x"
    with live.as_user("handler"):
        participants.change(live.matter, live.people["anna"], may_write=False)
    assert anna.post(address, data={**form, "text": "y"}).status_code == 403
    assert list(thread.drafts.values()) == ["x"]


def test_without_javascript_an_expired_login_loses_nothing(live, send, open_browser, plain):
    """The log-in page carries the text; the person finds it where it was, not sent."""
    thread = send()
    page = plain(open_browser("anna"))
    page.goto(page_of(thread))
    text = 'Erste Zeile\n\n<b>"Zweite" & letzte</b>'
    page.fill("textarea", text)
    page.context.clear_cookies()
    page.click(SEND)
    assert "Your text is kept" in page.inner_text("main")
    page.fill("#__ac_name", "anna@example.org")
    page.fill("#__ac_password", "wrong")
    page.click("[name='buttons.login']")
    assert "Your text is kept" in page.inner_text("main")
    assert page.locator(".cp-message-error").count() == 1
    log_in(page, live, "anna")
    assert page.url == page_of(thread)
    assert page.input_value("textarea") == text
    assert "has not been sent yet" in page.inner_text("main .cp-message")
    assert texts(thread) == ["Bitte antworten."]
    page.click(SEND)
    assert texts(thread) == ["Bitte antworten.", text]


@pytest.mark.parametrize("name", ["thomas", "paula", "handler"])
def test_a_carried_text_is_the_writers_only(live, send, open_browser, plain, name):
    thread = send(to="anna thomas")
    page = plain(open_browser("anna"))
    page.goto(page_of(thread))
    page.fill("textarea", "Annas Geheimnis")
    page.context.clear_cookies()
    page.click(SEND)
    log_in(page, live, name)
    assert page.url.endswith("/@@matters" if name == "handler" else "/plone/@@portal")
    assert "Geheimnis" not in page.content()
    transaction.begin()
    assert list(thread.drafts) == []


def test_a_carried_text_needs_the_right_to_write(live, send, open_browser, plain):
    thread = send()
    page = plain(open_browser("anna"))
    page.goto(page_of(thread))
    page.fill("textarea", "Mein Text")
    page.context.clear_cookies()
    page.click(SEND)
    with live.as_user("handler"):
        participants.change(live.matter, live.people["anna"], may_write=False)
    transaction.commit()
    log_in(page, live, "anna")
    assert page.url == f"{live.portal.absolute_url()}/@@portal"
    assert kept(live, thread) == ""


def test_no_other_page_can_put_a_text_into_a_thread(live, send, open_browser, html):
    """A forged log-in form, sent to whoever is logged in already, keeps nothing."""
    thread = send()
    with live.as_user("anna"):
        mark = writer_mark(thread)
    form = {
        "text": "Untergeschoben",
        "matter": live.matter.UID(),
        "thread": thread.getId(),
        "writer": mark,
    }
    site = live.portal.absolute_url()
    html("anna").post(f"{site}/login", data=form)
    html("anna").post(
        f"{site}/login", data={**form, "__ac_name": "anna@example.org", "__ac_password": "x"}
    )
    assert kept(live, thread) == ""


def test_an_unknown_thread_and_one_of_others_look_the_same_to_strangers(live, send, html):
    thread = send()
    answers = {
        html(None)
        .post(f"{place}/@@reply", data={"text": "x", "matter": "m", "thread": "t", "writer": "w"})
        .text
        for place in (thread.absolute_url(), f"{live.matter.absolute_url()}/nothing")
    }
    assert len(answers) == 1


def test_while_it_is_sent_nothing_is_kept_any_more(live, send, open_browser):
    """A draft that is under way arrives before the reply, and so does not come back after it."""
    thread = send()
    page = open_browser("anna")
    page.goto(page_of(thread))
    page.route("**/@@draft", lambda route: (page.wait_for_timeout(500), route.continue_()))
    page.fill("textarea", "Mein Text")
    with page.expect_request("**/@@draft"):
        page.evaluate(AWAY)
    page.click(SEND)
    page.wait_for_url("**sent=*")
    assert texts(thread)[-1] == "Mein Text"
    assert page.input_value("textarea") == ""
    transaction.begin()
    assert list(thread.drafts) == []


def test_a_reply_by_rest_settles_the_draft(live, send, rest):
    thread = send()
    with live.as_user("anna"):
        drafts.keep(thread, "Halb fertig")
        with pytest.raises(messages.NoText):
            messages.reply(thread, messages.Draft(" "))
    transaction.commit()
    assert kept(live, thread) == "Halb fertig"
    response = rest("anna").post(f"{thread.absolute_url()}/@messages", json={"text": "Fertig"})
    assert response.status_code == 201
    assert kept(live, thread) == ""
