"""A client's messages in a real browser: inbox and badge, matter, thread, and the answer."""

import pytest
import re
import time
import transaction
from collective.clientportal.browser.links import text_as_html
from collective.clientportal.domain import documents
from collective.clientportal.domain import inbox
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import participants
from collective.clientportal.domain import rosters
from collective.clientportal.domain import settings
from collective.clientportal.domain import threads
from collective.clientportal.domain import turns
from collective.clientportal.domain.status import Status
from io import BytesIO
from playwright.sync_api import expect
from plone import api
from urllib.parse import urljoin


SEND = "form[data-upload] [type=submit]"
TOKENS = (
    r'(?<=name="_authenticator" type="hidden" value=")\w+|(?<=data-token=")\w+|\b[0-9a-f]{32}(?=">)'
)
VISIBLE = "document.dispatchEvent(new Event('visibilitychange'))"


def until(page, holds):
    """Wait at most ten seconds until `holds()`."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come about in ten seconds")


def file(name, data=b"%PDF-"):
    return {"name": name, "mimeType": "application/pdf", "buffer": data}


def page_of(obj):
    return f"{obj.absolute_url()}/@@portal"


def waiting(live, name="anna"):
    """Return the number that a client's inbox has now."""
    transaction.begin()
    with live.as_user(name):
        return inbox.count()


def texts(thread):
    """Return the texts of a thread's messages, oldest first."""
    transaction.begin()
    return [message.text for message in thread.messages.values()]


def badge(page):
    """Return the number of the badge; "" where there is none."""
    count = page.locator(".cp-inbox .cp-count")
    return count.inner_text() if count.is_visible() else ""


def crawl(client, site):
    """Return the HTML of every page that links of the start page and the inbox lead to."""
    found, queue = {}, [f"{site}/@@portal", f"{site}/@@inbox"]
    while queue:
        address = queue.pop()
        response = client.get(address)
        assert response.status_code == 200, address
        found[address] = re.sub(TOKENS, "", response.text)
        links = re.findall(r'<a [^>]*href="([^"]+)"', response.text)
        links = {urljoin(address, link).partition("#")[0] for link in links}
        queue += {link for link in links if link.startswith(site)} - {*found, *queue}
    return found


@pytest.mark.parametrize("language, phone", [("de", False), ("de", True), ("en", True)])
def test_request_with_file_there_and_back(live, send, open_browser, language, phone):
    """B3, B33, B36, B41, B42: unread until a file came; the answer shows at once, with a receipt."""
    api.portal.set_registry_record("plone.available_languages", ["de", "en"])
    api.portal.set_registry_record("plone.default_language", language)
    thread = send("Unterlagen", "reply_with_file", files=["Formular.pdf"])
    page = open_browser("anna", language, phone)
    assert page.get_attribute("html", "lang") == language
    assert badge(page) == "1"
    wanted = page.locator(".cp-widget li")
    assert "24/0113" in wanted.inner_text()
    first_hint = wanted.locator(".cp-wanted").inner_text()
    wanted.locator("button").click()
    assert page.url.partition("#")[0] == page_of(thread)
    assert page.locator(".cp-wanted").inner_text() == first_hint
    assert "Formular.pdf" in page.inner_text(".cp-letter")
    page.fill("textarea", "Kommt noch.")
    page.click(SEND)
    page.wait_for_url("**/@@portal?sent=*#m*")
    mine = page.locator(".cp-letter-own")
    assert mine.locator(".cp-message-success").is_visible()
    assert "Anna Berger" in mine.locator("h2").inner_text()
    assert page.locator(".cp-wanted").inner_text() != first_hint
    assert badge(page) == "1"
    page.fill("textarea", "Hier ist es.")
    page.set_input_files("#reply-files", file("Bescheid.pdf", b"%PDF-".ljust(2048, b"x")))
    assert page.evaluate("document.documentElement.scrollWidth") <= (380 if phone else 1280)
    page.click(SEND)
    expect(mine).to_have_count(2)
    assert "Bescheid.pdf" in mine.last.inner_text() and "2 kB" in mine.last.inner_text()
    assert mine.locator(".cp-message-success").count() == 1
    assert page.locator(".cp-wanted, .cp-expected").count() == 0
    assert badge(page) == ""
    assert texts(thread) == ["Unterlagen", "Kommt noch.", "Hier ist es."]
    assert turns.matter_row(live.matter).status is Status.WITH_US
    assert live.matter.resubmission == settings.today()


def test_looking_clears_nothing(live, send, html, open_browser):
    """B28: no listing, no link of a mail, no robot."""
    thread = send("Zur Kenntnis", "acknowledge", files=["Ladung.pdf"])
    anna = html("anna")
    [uid] = thread.attachments
    addresses = [
        *crawl(anna, live.portal.absolute_url()),
        f"{thread.absolute_url()}/@@open?act=open_message",
        f"{live.matter.absolute_url()}/@@open?act=open_matter",
        f"{thread.absolute_url()}/@@reply",
        f"{thread.absolute_url()}/@@attachment/{uid}",
        f"{live.portal.absolute_url()}/@@unread",
    ]
    assert page_of(thread) in addresses
    for address in addresses:
        for method in ("GET", "HEAD"):
            # A connection each: what streams a file does so for HEAD, too.
            response = anna.request(method, address, headers={"Connection": "close"})
            assert response.status_code in (200, 302), (method, address)
    assert anna.get(thread.absolute_url()).status_code == 200
    assert anna.head(thread.absolute_url()).status_code < 500
    open_browser("anna").goto(page_of(thread))
    assert waiting(live) == 1
    assert (
        anna.post(f"{thread.absolute_url()}/@@open", data={"act": "mark_read"}).status_code == 403
    )
    assert waiting(live) == 1


@pytest.mark.parametrize("with_js", [True, False])
@pytest.mark.parametrize(
    "act", ["open_from_widget", "open_matter", "open_message", "choose_reply", "mark_read"]
)
def test_each_act_by_its_button_clears_an_acknowledgement(
    live, send, open_browser, plain, act, with_js
):
    """B28, B39"""
    thread = send("Zur Kenntnis", "acknowledge")
    page = open_browser("anna")
    page = page if with_js else plain(page)
    start = "@@portal" if act == "open_from_widget" else "@@inbox"
    page.goto(f"{live.portal.absolute_url()}/{start}")
    page.click(f"button[value={act}]")
    page.wait_for_load_state()
    goal = {
        "open_matter": page_of(live.matter),
        "mark_read": f"{live.portal.absolute_url()}/@@inbox",
    }.get(act, page_of(thread))
    assert page.url.partition("#")[0] == goal
    assert badge(page) == ""
    assert waiting(live) == 0
    [row] = turns.rows(thread)
    assert row.settled


@pytest.mark.parametrize("where", ["inbox", "thread"])
def test_fetching_a_file_clears_an_acknowledgement(live, send, open_browser, where):
    """B28: and the page shows it without being loaded again."""
    thread = send("Zur Kenntnis", "acknowledge", files=["Ladung.pdf"])
    page = open_browser("anna")
    page.goto(page_of(thread) if where == "thread" else f"{live.portal.absolute_url()}/@@inbox")
    with page.expect_download() as download:
        page.click(".cp-letter-files button")
    assert download.value.suggested_filename == "Ladung.pdf"
    assert waiting(live) == 0
    page.wait_for_selector(".cp-expected, .cp-item", state="detached")
    assert badge(page) == ""


def test_the_thread_has_its_own_button_to_mark_as_read(live, send, open_browser):
    """B28, B39: what needs no answer offers a new message, no reply."""
    thread = send("Zur Kenntnis", "acknowledge")
    page = open_browser("anna")
    page.goto(page_of(thread))
    label = page.inner_text("#reply")
    page.click(".cp-expected button")
    page.wait_for_selector(".cp-message-success")
    assert page.url == page_of(thread)
    assert page.locator(".cp-expected").count() == 0
    assert "Acknowledged on " in page.inner_text("main")
    assert "marked this" not in page.inner_text("main")
    assert waiting(live) == 0
    awaited = send("Bitte antworten")
    page.goto(page_of(awaited))
    assert page.inner_text("#reply") != label
    assert page.locator(".cp-expected button").count() == 0


def test_what_awaits_an_answer_stays(live, send, open_browser, html):
    """B35: opening clears nothing, and nothing offers to mark it as read."""
    thread = send("Bitte antworten")
    page = open_browser("anna")
    for act in ("open_message", "open_matter", "choose_reply"):
        page.goto(f"{live.portal.absolute_url()}/@@inbox")
        assert page.locator("button[value=mark_read]").count() == 0
        page.click(f"button[value={act}]")
    page.wait_for_url("**#reply")
    token = page.locator("[name=_authenticator]").first.input_value()
    form = {"act": "mark_read", "_authenticator": token}
    response = html("anna").post(f"{thread.absolute_url()}/@@open", data=form)
    assert (response.status_code, response.headers["Location"]) == (302, page_of(thread))
    page.reload()
    assert page.locator(".cp-message-error").count() <= 1
    assert waiting(live) == 1


def test_the_badge_is_on_every_page_and_right_without_reloading(live, send, open_browser):
    """B27, B29: polled lightly, and only while somebody looks."""
    send("Erste", "acknowledge")
    page = open_browser("anna", phone=True)
    answers = []
    page.on("response", lambda got: "@@unread" in got.url and answers.append(got.status))
    for address in (
        page_of(live.matter),
        f"{live.portal.absolute_url()}/logout",
        page_of(live.annas),
    ):
        page.goto(address)
        assert badge(page) == "1"
    assert "1" in page.get_attribute(".cp-inbox", "aria-label")
    assert answers == []
    assert int(page.get_attribute("[data-poll]", "data-poll")) >= 15
    page.evaluate("document.querySelector('[data-poll]').dataset.poll = 0.2")
    page.evaluate(VISIBLE)
    until(page, lambda: len(answers) >= 4)
    assert (answers[0], {*answers[1:]}) == (200, {304})
    send("Zweite")
    expect(page.locator(".cp-inbox .cp-count")).to_have_text("2")
    assert "2" in page.get_attribute(".cp-inbox", "aria-label")
    assert answers.count(200) == 2
    # Nobody looks.
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.evaluate(VISIBLE)
    page.wait_for_timeout(1_000)  # one may be under way
    before = len(answers)
    page.wait_for_timeout(1_500)
    assert len(answers) == before
    page.evaluate("delete document.hidden")
    page.evaluate(VISIBLE)
    until(page, lambda: len(answers) > before)


def test_others_have_no_badge(live, send, open_browser, html):
    send("Erste")
    assert "cp-inbox" not in html("handler").get(f"{live.portal.absolute_url()}/logout").text
    assert "cp-inbox" not in html(None).get(f"{live.portal.absolute_url()}/login").text
    stranger = html(None).request("GET", f"{live.portal.absolute_url()}/@@unread")
    assert stranger.status_code == 302
    assert html("thomas").get(f"{live.portal.absolute_url()}/@@unread").json()["unread"] == 0


@pytest.mark.parametrize("start", ["@@portal", "@@inbox", "thread"])
def test_new_messages_show_without_reloading(live, send, open_browser, start):
    """B27, B29: at once where nothing is being written, with every number, and said to screen readers."""
    thread = send("Erste")
    page = open_browser("anna")
    page.goto(page_of(thread) if start == "thread" else f"{live.portal.absolute_url()}/{start}")
    with page.expect_response("**/@@unread*"):
        page.evaluate(VISIBLE)
    page.evaluate("window.same = true")
    send("Eine zweite Frage.", thread=thread.getId())
    page.evaluate(VISIBLE)
    page.wait_for_selector("main >> text=Eine zweite Frage.")
    expect(page.locator("[data-said]")).not_to_be_empty()
    assert page.inner_text(".cp-news") == ""
    # The number alone, too.
    send("Eine dritte Frage.")
    page.evaluate(VISIBLE)
    expect(page.locator(".cp-inbox .cp-count")).to_have_text("2")
    if start == "@@portal":
        expect(page.locator(".cp-widget .cp-count")).to_have_text("2")
        expect(page.locator(".cp-widget li")).to_have_count(2)
    transaction.begin()
    for other in rosters.threads(live.matter):
        with live.as_user("anna"):
            messages.reply(other, messages.Draft("Erledigt."))
    transaction.commit()
    page.evaluate(VISIBLE)
    expect(page.locator("main .cp-widget .cp-count, main .cp-item, .cp-expected")).to_have_count(0)
    assert badge(page) == ""
    assert page.evaluate("window.same")


def test_focus_and_place_stay_when_a_message_comes(live, send, open_browser):
    """C20: whoever reads or goes by keyboard is not moved."""
    thread = send(
        "\n".join(f"Zeile {n}" for n in range(80)), "acknowledge", files=["a.pdf", "b.pdf"]
    )
    send("Zur Kenntnis", "acknowledge")
    page = open_browser("anna", phone=True)
    page.goto(page_of(thread))
    page.evaluate("scrollTo({top: 700, behavior: 'instant'})")
    button = page.locator(".cp-letter-files button").last
    button.evaluate("button => button.focus({preventScroll: true})")
    before = page.evaluate("document.querySelector('.cp-text').getBoundingClientRect().top")
    send("Noch etwas.", "acknowledge", thread=thread.getId())
    page.evaluate(VISIBLE)
    page.wait_for_selector("text=Noch etwas.")
    after = page.evaluate("document.querySelector('.cp-text').getBoundingClientRect().top")
    assert abs(after - before) <= 1
    assert "b.pdf" in page.evaluate("document.activeElement.innerText")
    page.goto(f"{live.portal.absolute_url()}/@@inbox")
    page.locator("button[value=mark_read]").last.focus()
    title = page.evaluate("document.activeElement.innerText")
    send("Ganz neu.", "acknowledge")
    page.evaluate(VISIBLE)
    page.wait_for_selector("text=Ganz neu.")
    assert page.evaluate("document.activeElement.innerText") == title


def test_a_new_letter_comes_while_i_write(live, send, open_browser):
    """B29: what is being written stays."""
    thread = send("Erste", "acknowledge")
    page = open_browser("anna", phone=True)
    page.goto(page_of(thread))
    page.fill("textarea", "Ich schreibe gerade")
    page.set_input_files("#reply-files", file("eins.pdf"))
    label = page.inner_text("#reply")
    send("Eine Frage.", thread=thread.getId())
    page.evaluate(VISIBLE)
    page.wait_for_selector(".cp-news a")
    assert page.locator(".cp-letter").count() == 1
    page.click(".cp-news a")
    page.wait_for_selector("text=Eine Frage.")
    assert page.locator(".cp-letter").count() == 2
    assert page.input_value("textarea") == "Ich schreibe gerade"
    assert page.locator(".cp-files li").count() == 1
    assert page.inner_text("#reply") != label
    page.click(SEND)
    page.wait_for_url("**sent=*")
    assert texts(thread)[-1] == "Ich schreibe gerade"


def test_two_clients_see_no_trace_of_each_other(live, send, html):
    """C12: by no page of the inbox, the matter or a thread."""
    threads = {"anna": send("GEHEIM-A", to="anna"), "thomas": send("GEHEIM-T", to="thomas")}
    for thread, name in ((threads["anna"], "anna"), (threads["thomas"], "thomas")):
        with live.as_user(name):
            messages.reply(thread, messages.Draft(f"ANTWORT-{name}"))
    transaction.commit()
    site = live.portal.absolute_url()
    for name, other in (("anna", "thomas"), ("thomas", "anna")):
        client = html(name)
        pages = crawl(client, site)
        assert page_of(threads[name]) in pages
        ids = f"matter={live.matter.UID()}&thread="
        everything = "\n".join(pages.values()) + client.get(f"{site}/@@unread").text
        assert f"ANTWORT-{name}" in everything
        theirs = threads[other]
        for word in (
            f"GEHEIM-{other[0].upper()}",
            f"ANTWORT-{other}",
            other.capitalize(),
            f"{other}@example.org",
            live.people[other],
            theirs.getId(),
        ):
            assert word not in everything, word
        assert client.get(f"{site}/@@unread?{ids}{threads[name].getId()}").status_code == 200
        assert client.get(f"{site}/@@unread?{ids}{theirs.getId()}").status_code == 404
        assert client.get(page_of(theirs)).status_code == 404
        for act in ("open", "reply"):
            assert client.post(f"{theirs.absolute_url()}/@@{act}").status_code == 404


def test_internal_notes_leave_no_trace(live, send, html):
    """B12: not a byte of any page changes, nor the order of threads."""
    older, _newer = send("Erste"), send("Zweite")
    site, anna = live.portal.absolute_url(), html("anna")
    unread = [
        f"{site}/@@unread",
        f"{site}/@@unread?matter={live.matter.UID()}&thread={older.getId()}",
    ]
    before = crawl(anna, site), [anna.get(address).text for address in unread]
    upload = documents.Upload("notiz.pdf", "application/pdf", BytesIO(b"%PDF-"))
    with live.as_user("handler"):
        note = messages.note(older, messages.Draft("NOTIZ", uploads=(upload,)))
    after = crawl(anna, site), [anna.get(address).text for address in unread]
    assert after == before
    attachment = f"{older.absolute_url()}/@@attachment/{note.files[0]}"
    assert anna.get(attachment).status_code == 404
    assert anna.get(f"{page_of(older)}?sent={note.id}").text.count("NOTIZ") == 0


FILES = {
    "too many": [file(f"{i}.pdf") for i in range(21)],
    "too large": [file(f"{n}.pdf", b"%PDF-".ljust(700_000)) for n in "ab"],
}


@pytest.mark.parametrize("with_js", [True, False])
@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
def test_beyond_the_limits_nothing_is_sent_and_the_text_stays(
    live, send, open_browser, plain, files, with_js
):
    """B40"""
    api.portal.set_registry_record("collective.clientportal.client_upload_megabytes", 1)
    thread = send()
    page = open_browser("anna", phone=True)
    page = page if with_js else plain(page)
    posts = []
    # A draft is kept when somebody has typed for a while.
    page.on(
        "request",
        lambda request: (
            request.method == "POST"
            and not request.url.endswith("/@@draft")
            and posts.append(request.url)
        ),
    )
    page.goto(page_of(thread))
    limits = page.inner_text("#reply-limits")
    assert "20" in limits and "1 MB" in limits
    page.fill("textarea", "Mein langer\nText")
    page.set_input_files("#reply-files", files)
    page.click(SEND)
    problem = page.locator("form[data-upload] [role=alert]")
    assert ("21" if len(files) == 21 else "1 MB") in problem.inner_text()
    assert page.input_value("textarea") == "Mein langer\nText"
    assert len(posts) == (0 if with_js else 1)
    assert texts(thread) == ["Bitte antworten."]
    if with_js:
        # One out, and it goes.
        page.click(".cp-remove >> nth=0")
        page.click(SEND)
        page.wait_for_url("**sent=*")
        assert page.locator(".cp-letter-own .cp-document").count() == len(files) - 1


@pytest.mark.parametrize("with_js", [True, False])
def test_a_text_is_required_even_with_files(live, send, open_browser, plain, with_js):
    """B40"""
    thread = send()
    page = open_browser("anna")
    page = page if with_js else plain(page)
    page.goto(page_of(thread))
    page.set_input_files("#reply-files", file("eins.pdf"))
    page.click(SEND)
    assert page.locator("textarea:invalid").count() == 1
    label = page.inner_text(SEND)
    page.fill("textarea", "  ")
    page.click(SEND)
    page.wait_for_selector("form[data-upload] .cp-message-error")
    # The very same would be refused again.
    expect(page.locator(SEND)).to_have_text(label)
    assert page.locator(".cp-files li").count() == int(with_js)
    assert texts(thread) == ["Bitte antworten."]


def test_a_double_click_sends_one_message(live, send, open_browser, html):
    """A request that comes again leads to the same message; another text is another message."""
    thread = send()
    page = open_browser("anna")
    page.goto(page_of(thread))
    page.fill("textarea", "Ja.")
    page.dblclick(SEND)
    page.wait_for_url("**sent=*")
    assert texts(thread) == ["Bitte antworten.", "Ja."]
    form = {
        "_authenticator": page.locator("[name=_authenticator]").first.input_value(),
        "key": page.input_value("[name=key]"),
        "text": "Noch etwas.",
    }
    address, anna = f"{thread.absolute_url()}/@@reply", html("anna")
    first, again = (anna.post(address, data=form) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    assert texts(thread) == ["Bitte antworten.", "Ja.", "Noch etwas."]
    other = anna.post(address, data={**form, "text": "<Etwas> anderes."})
    assert other.status_code == 400
    assert "&lt;Etwas&gt; anderes." in other.text
    assert form["key"] not in other.text
    assert len(texts(thread)) == 3


def test_an_answer_survives_a_lost_connection_and_an_expired_login(live, send, open_browser):
    thread = send()
    page = open_browser("anna")
    page.goto(page_of(thread))
    page.fill("textarea", "Mein Text")
    page.set_input_files("#reply-files", file("eins.pdf"))
    problem = page.locator("form[data-upload] [role=alert]")
    page.context.set_offline(True)
    page.click(SEND)
    page.wait_for_selector("form[data-upload] .cp-message-error")
    assert page.input_value("textarea") == "Mein Text"
    page.context.set_offline(False)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.click(SEND)
    link = problem.locator("a")
    assert link.get_attribute("href") == f"{live.portal.absolute_url()}/login"
    assert link.get_attribute("target") == "_blank"
    assert page.input_value("textarea") == "Mein Text"
    page.context.add_cookies(cookies)
    page.click(SEND)
    page.wait_for_url("**sent=*")
    assert texts(thread) == ["Bitte antworten.", "Mein Text"]
    assert "eins.pdf" in page.inner_text(".cp-letter-own")


def test_without_the_right_to_write_there_is_no_form(live, send, open_browser, html):
    """B7, B38"""
    thread = send("Zur Kenntnis", "acknowledge")
    page = open_browser("anna")
    page.goto(page_of(thread))
    form = {
        "_authenticator": page.locator("[name=_authenticator]").first.input_value(),
        "text": "Doch.",
    }
    with live.as_user("handler"):
        participants.change(live.matter, live.people["anna"], may_write=False)
    transaction.commit()
    page.reload()
    assert page.locator("textarea, form[data-upload]").count() == 0
    assert page.locator("main .cp-lead").count() == 1
    page.goto(f"{live.portal.absolute_url()}/@@inbox")
    assert page.locator("button[value=choose_reply]").count() == 0
    assert page.locator("button[value=open_message]").count() == 1
    anna, address = html("anna"), f"{thread.absolute_url()}/@@reply"
    assert anna.post(address, data=form).status_code == 403
    assert texts(thread) == ["Zur Kenntnis"]
    with live.as_user("handler"):
        participants.change(live.matter, live.people["anna"], may_write=True)
    assert anna.post(address, data={"text": "Doch."}).status_code == 403
    assert anna.post(address, data=form).status_code == 302
    assert texts(thread) == ["Zur Kenntnis", "Doch."]


def test_a_closed_portal(live, send, html):
    """A3, decision 7"""
    thread = send()
    with live.as_user("handler"):
        matters.switch_portal(live.matter, False)
    anna, site = html("anna"), live.portal.absolute_url()
    for address in (page_of(thread), page_of(live.matter)):
        assert anna.get(address).status_code == 404
    for name in ("open", "reply"):
        assert anna.post(f"{thread.absolute_url()}/@@{name}").status_code == 404
    assert anna.get(f"{site}/@@unread").json()["unread"] == 0
    assert "Bitte antworten" not in anna.get(f"{site}/@@inbox").text


def test_staff_read_messages_in_the_matter(live, send, html):
    thread = send()
    response = html("handler").request("GET", page_of(thread))
    assert response.status_code == 302
    goal = f"{live.matter.absolute_url()}/@@messages?thread={thread.getId()}"
    assert response.headers["Location"] == goal


def test_a_right_that_ends_while_writing(live, send, open_browser):
    """A3, B7: said plainly, with the text to copy, and without a button that cannot succeed."""
    thread = send()
    for end in (
        lambda: participants.change(live.matter, live.people["anna"], may_write=False),
        lambda: matters.switch_portal(live.matter, False),
    ):
        page = open_browser("anna", phone=True)
        page.goto(page_of(thread))
        page.fill("textarea", "Mein Text")
        with live.as_user("handler"):
            end()
        transaction.commit()
        page.click(SEND)
        problem = page.locator("form[data-upload] [role=alert]")
        expect(problem).to_contain_text("Writing is not possible here any more")
        expect(problem).to_contain_text("Please call us")
        expect(problem).to_be_focused()
        expect(problem).to_be_in_viewport()
        assert page.input_value("textarea") == "Mein Text"
        assert not page.locator(SEND).is_visible()
        with live.as_user("handler"):
            participants.change(live.matter, live.people["anna"], may_write=True)
        transaction.commit()
    assert texts(thread) == ["Bitte antworten."]


def test_who_else_reads_a_thread_is_told(live, send, open_browser):
    """B41: above the messages and where one writes; by name, never by address."""
    alone, both = send("Nur Anna"), send("Beide", to="anna thomas")
    page = open_browser("anna")
    page.goto(page_of(alone))
    assert page.locator(".cp-readers").count() == 0
    page.goto(page_of(both))
    assert [
        re.sub(r"\s+", " ", text) for text in page.locator(".cp-readers").all_inner_texts()
    ] == [
        "These messages are also read by: Thomas Berger",
        "Your message will also be read by: Thomas Berger",
    ]
    transaction.begin()
    with live.as_user("handler"):
        new = participants.invite(live.matter, "neu@example.org")
        everybodys = threads.create(live.matter, "Alle")
    transaction.commit()
    page.goto(page_of(everybodys))
    told = page.inner_text(".cp-readers >> nth=0")
    assert "Thomas Berger" in told and "another participant" in told
    assert "neu@" not in page.content() and "anna@" not in page.inner_text("main")
    assert new.id not in page.content()
    transaction.begin()
    with live.as_user("handler"):
        participants.remove(live.matter, live.people["thomas"])
        participants.remove(live.matter, new.id)
    transaction.commit()
    page.goto(page_of(both))
    assert page.locator(".cp-readers").count() == 0


def test_what_is_required_is_marked(live, send, open_browser):
    """C20, WCAG 3.3.2"""
    thread = send()
    page = open_browser("anna")
    page.goto(page_of(thread))
    assert page.inner_text("label[for=reply-text]") == "Your message (required)"


def test_older_messages_are_a_page_back(live, send, open_browser, html):
    thread = send("Nummer 0")
    with live.as_user("anna"):
        for number in range(1, 25):
            messages.reply(thread, messages.Draft(f"Nummer {number}"))
    page = open_browser("anna")
    page.goto(page_of(thread))
    shown = page.locator(".cp-text").all_inner_texts()
    assert shown == [f"Nummer {number}" for number in range(5, 25)]
    page.click("main a[href*='before=']")
    assert page.locator(".cp-text").all_inner_texts() == [f"Nummer {n}" for n in range(5)]
    assert page.locator("textarea").count() == 0
    page.click("main p > a.cp-button")
    assert page.url == page_of(thread)
    for odd in ("x", "9" * 19, "9" * 5000, "-1"):
        assert html("anna").get(f"{page_of(thread)}?before={odd}").status_code == 200


def test_addresses_become_links_and_nothing_else_does(live, send, open_browser):
    text = (
        "Siehe https://a.example/x?y=1&z=(2), <b>fett</b> oder office@firm.example. javascript:alert(1) "
        "www.b.example/x@y?z, (www.c.example). www. awww.d.example www.e@f.example x/www.g.example"
    )
    thread = send(text)
    page = open_browser("anna")
    page.goto(page_of(thread))
    assert page.inner_text(".cp-text") == text
    links = page.eval_on_selector_all(".cp-text a", "all => all.map(a => a.getAttribute('href'))")
    assert links == [
        "https://a.example/x?y=1&z=(2)",
        "mailto:office@firm.example",
        "https://www.b.example/x@y?z",
        "https://www.c.example",
        "mailto:www.e@f.example",
    ]
    assert text_as_html("(https://a.example/).") == (
        '(<a href="https://a.example/" rel="nofollow noreferrer">https://a.example/</a>).'
    )
    for odd in ("a.", "a@", "https://", "http://a.", "a-", "@a.", "www.", "www.a.", "www.a.bc/"):
        start = time.monotonic()
        text_as_html(odd * (100_000 // len(odd)))
        assert time.monotonic() - start < 2, odd


def test_every_page_is_well_made(live, send, open_browser):
    """C20: at 380 px, as a machine can check it."""
    long = "Lebensversicherungsgesellschaftsunterlagen" * 3
    thread = send(f"{long}\nhttps://a.example/{long}", "reply_with_file", files=["x" * 90 + ".pdf"])
    send("Zur Kenntnis", "acknowledge")
    page = open_browser("anna", phone=True)
    said = []
    page.on("console", lambda message: said.append(message.text))
    site = live.portal.absolute_url()
    for address in (f"{site}/@@portal", f"{site}/@@inbox", page_of(live.matter), page_of(thread)):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 380, address
        assert page.locator("h1").count() == 1
        assert page.locator("script:not([src]), style, [style], [onclick]").count() == 0
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, main a:not(.cp-text a), .cp-inbox")]
                .filter(target => !target.hidden)
                .filter(target => target.getBoundingClientRect().height < 44)
                .map(target => target.outerHTML)"""
        )
        assert small == [], address
        nameless = page.evaluate(
            """() => [...document.querySelectorAll("input:not([type=hidden]), textarea")]
                .filter(field => !field.labels.length).map(field => field.outerHTML)"""
        )
        assert nameless == []
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(found => found.id)")
        assert len(ids) == len(set(ids))
    assert said == []


@pytest.mark.parametrize("act", ["open_message", "open_matter", "mark_read", "choose_reply"])
def test_the_inbox_works_in_german(live, open_browser, act):
    """B28: what a button sends is no word that could be translated."""
    api.portal.set_registry_record("plone.available_languages", ["de", "en"])
    api.portal.set_registry_record("plone.use_request_negotiation", True)
    with live.as_user("handler"):
        anna = [live.people["anna"]]
        messages.send(live.matter, messages.Draft("Zur Kenntnis"), "acknowledge", anna)
    page = open_browser("anna", language="de")
    page.goto(f"{live.portal.absolute_url()}/@@inbox")
    assert page.locator("html").get_attribute("lang") == "de"
    page.click(f"button[name=act][value={act}]")
    page.wait_for_load_state()
    transaction.begin()
    with live.as_user("anna"):
        assert inbox.count() == 0
