"""An act or a reply reaches as far as the page showed, and the next page says where it fell short (B28)."""

import pytest
import re
import transaction
from collective.clientportal.domain import inbox
from collective.clientportal.domain import reading
from collective.clientportal.domain import threads
from conftest import PASSWORD
from playwright.sync_api import expect
from plone import api


SEND = "form[data-upload] [type=submit]"
SAID = "Meanwhile another message has arrived"


def page_of(obj):
    return f"{obj.absolute_url()}/@@portal"


def waiting(live, name="anna"):
    """Return the number that a client's inbox has now."""
    transaction.begin()
    with live.as_user(name):
        return inbox.count()


@pytest.mark.parametrize(
    ("start", "act"),
    [
        ("@@portal", "open_from_widget"),
        ("@@inbox", "open_message"),
        ("@@inbox", "choose_reply"),
        ("@@inbox", "mark_read"),
        ("@@inbox", "open_matter"),
        ("thread", "mark_read"),
    ],
)
def test_an_act_reaches_no_further_than_the_page(live, send, open_browser, start, act):
    """B28: what came meanwhile still waits, and the page says so at its top."""
    thread = send("Erste", "acknowledge")
    page = open_browser("anna", phone=True)
    page.goto(page_of(thread) if start == "thread" else f"{live.portal.absolute_url()}/{start}")
    send("Zweite", "acknowledge", thread=thread.getId())
    page.click(f"main button[value={act}]")
    page.wait_for_load_state()
    told = page.locator("main .cp-message", has_text=SAID)
    expect(told).to_be_in_viewport()
    assert waiting(live) == 1
    page.reload()
    assert SAID not in page.content()
    # Now it was on the page.
    page.goto(f"{live.portal.absolute_url()}/@@inbox")
    page.click("button[value=open_message]")
    page.wait_for_load_state()
    assert SAID not in page.content()
    assert waiting(live) == 0


@pytest.mark.parametrize("start", ["thread", "@@inbox"])
def test_fetching_reaches_no_further_than_the_page(live, send, open_browser, start):
    """B28"""
    thread = send("Erste", "acknowledge", files=["a.pdf"])
    page = open_browser("anna")
    page.goto(page_of(thread) if start == "thread" else f"{live.portal.absolute_url()}/{start}")
    send("Zweite", "acknowledge", thread=thread.getId())
    with page.expect_download():
        page.click(".cp-letter-files button")
    assert waiting(live) == 1
    page.wait_for_selector("main >> text=Zweite")


@pytest.mark.parametrize("with_js", [True, False])
def test_a_reply_answers_only_what_was_on_the_page(live, send, open_browser, plain, with_js):
    """B33: the page after it shows the way to what came meanwhile."""
    thread = send("Erste")
    page = open_browser("anna")
    page = page if with_js else plain(page)
    page.goto(page_of(thread))
    page.fill("textarea", "Antwort auf die erste")
    second = send("Zweite", thread=thread.getId())
    page.click(SEND)
    page.wait_for_url("**sent=*")
    told = page.locator(".cp-letter-own .cp-message", has_text=SAID)
    expect(told).to_be_in_viewport()
    assert waiting(live) == 1
    told.locator("a").click()
    latest = max(message.id for message in second.messages.values() if message.text == "Zweite")
    expect(page.locator(f"#m{latest}")).to_be_in_viewport()
    page.fill("textarea", "Antwort auf die zweite")
    page.click(SEND)
    expect(page.locator(".cp-letter-own")).to_have_count(2)
    assert page.locator(".cp-message", has_text=SAID).count() == 0
    assert waiting(live) == 0


def test_what_came_of_itself_was_on_the_page(live, send, open_browser):
    """B29: the form outside what is renewed follows."""
    thread = send("Erste")
    page = open_browser("anna")
    page.goto(page_of(thread))
    send("Zweite", thread=thread.getId())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("text=Zweite")
    page.fill("textarea", "Antwort auf beide")
    page.click(SEND)
    page.wait_for_url("**sent=*")
    assert SAID not in page.content()
    assert waiting(live) == 0


def test_who_writes_first_does_not_answer_what_they_never_saw(live, send, open_browser):
    """B33: the first message ever comes while the client writes."""
    with live.as_user("handler"):
        thread = threads.create(live.matter, "Fragen", [live.people["anna"]])
    transaction.commit()
    page = open_browser("anna")
    page.goto(page_of(thread))
    page.fill("textarea", "Ich habe eine Frage")
    send("Zufällig zur selben Zeit", thread=thread.getId())
    page.click(SEND)
    page.wait_for_url("**sent=*")
    assert SAID in page.inner_text(".cp-letter-own")
    assert waiting(live) == 1
    with live.as_user("handler"):
        assert len(reading.visible(thread)) == 2


@pytest.mark.parametrize("language, phone", [("de", True), ("en", False)])
def test_the_mailed_link_leads_to_the_message_and_clears_nothing(
    live, send, smtp, work, html, open_browser, language, phone
):
    """B2, B24, B28, C3: whoever or whatever fetches the link, only the person's own act settles it."""
    api.portal.set_registry_record("collective.clientportal.base_url", live.portal.absolute_url())
    send("Bitte zur Kenntnis nehmen.", "acknowledge")
    work()
    [mail] = smtp.to(live.login("anna"))
    [link] = re.findall(r"http://\S+", mail.get_content())
    for robot in (html(None), html("thomas"), html("anna")):
        for method in ("GET", "HEAD", "OPTIONS"):
            robot.request(method, link, allow_redirects=True)
    page = open_browser(None, language, phone)
    page.goto(link)
    page.fill("#__ac_name", live.login("anna"))
    page.fill("#__ac_password", PASSWORD)
    page.click("[name='buttons.login']")
    expect(page.locator("article")).to_contain_text("Bitte zur Kenntnis nehmen.")
    page.reload()
    with live.as_user("anna"):
        assert inbox.count() == 1
    page.click("button[value=mark_read]")
    expect(page.locator(".cp-message-success")).to_be_visible()
    transaction.begin()
    with live.as_user("anna"):
        assert inbox.count() == 0
