"""Staff write messages, read threads and see what became of each, in a real browser."""

import pytest
import transaction
from collective.clientportal.domain import journal
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import notices
from collective.clientportal.domain import outbox
from collective.clientportal.domain import participants
from collective.clientportal.domain import reading
from collective.clientportal.domain import registers
from collective.clientportal.domain import rosters
from collective.clientportal.domain import text_blocks
from collective.clientportal.domain.documents import Upload
from collective.clientportal.domain.requests import Draft
from io import BytesIO
from playwright.sync_api import expect
from plone.protect.authenticator import createToken


HTML = {"Accept": "text/html"}


@pytest.fixture
def files(live):
    """Two internal documents of the matter."""
    return [live.add(name, name.encode()) for name in ("Klage.pdf", "Anlage.pdf")]


@pytest.fixture
def sent(live):
    """A function: send a message from the handler; returns (thread, message)."""

    def sent_(text="Bitte antworten.", expects="reply", to=("anna",), **more):
        with live.as_user("handler"):
            ids = [live.people[name] for name in to]
            return messages.send(live.matter, Draft(text), expects, ids, **more)

    return sent_


@pytest.fixture
def post(live, rest):
    """A function: send a form of a page as somebody, with a valid token."""

    def post_(name, page, context=None, **data):
        with live.as_user(name):
            token = createToken()
        url = f"{(context or live.matter).absolute_url()}/@@{page}"
        return rest(name).post(url, data={"_authenticator": token, **data}, headers=HTML)

    return post_


@pytest.fixture
def block(live):
    """A text block with placeholders, and one of another category."""
    with live.as_user("handler"):
        text_blocks.save("Intern", "Sonstiges", "Anderes")
        return text_blocks.save(
            "Unterlagen",
            "",
            "Guten Tag ${recipient},\nin der Sache ${reference} bitte ich …\n${sender}",
        )


def open_page(open_browser, firm, name, who="handler", **options):
    page = open_browser(who, **options)
    page.goto(f"{firm.matter.absolute_url()}/@@{name}")
    return page


def row(page, document):
    return page.locator(f"tr[data-uid='{document.UID()}']")


def stored(firm):
    """Return (title of the thread, text, expected action, names of files) of all messages."""
    transaction.begin()
    return [
        (
            thread.title,
            message.text,
            message.expects,
            [thread.attachments[uid].file.filename for uid in message.files],
        )
        for thread in rosters.threads(firm.matter)
        for message in thread.messages.values()
    ]


def reply(firm, thread, text="Gerne.", uploads=()):
    with firm.as_user("anna"):
        return messages.reply(thread, Draft(text, (), uploads))


@pytest.mark.parametrize("menu", ["#cps-share", "#cps-overflow"])
def test_ticked_documents_with_a_message(open_browser, live, files, menu):
    """A5, A6, A8, A14–A18, B13"""
    page = open_page(open_browser, live, "documents")
    for document in files:
        page.check(f"#tick-{document.UID()}")
    page.click(f"{menu} summary")
    page.click(f"{menu} button:has-text('With message')")
    for document in files:
        expect(page.locator(f"#document-{document.UID()}")).to_be_checked()
    for kind in ("acknowledge", "reply", "reply_with_file"):
        expect(page.locator(f"#expects-{kind}")).not_to_be_checked()
    expect(page.locator("#cps-who .cps-opposing")).to_have_text("(Gegenseite)")
    expect(page.locator("#cps-who input:checked")).to_have_count(0)
    page.check(f"#cps-who input[value='{live.people['anna']}']")
    page.fill("#cps-new-title", "Unterlagen")
    page.fill("#cps-text", "Bitte prüfen Sie das.")
    page.check("#expects-reply")
    expect(page.locator("#cps-consequence")).to_have_text(
        "Anna Berger (Mandantin) gets one message with 2 files and one e-mail, and is asked to reply."
    )
    assert stored(live) == []
    page.click("#cps-send")
    expect(page.locator(".statusmessage-success")).to_contain_text("Sent to Anna Berger.")
    expect(page.locator("#cps-thread")).to_have_text("Unterlagen")
    letter = page.locator(".cps-letter:has(h4)")
    expect(letter).to_contain_text("Bitte prüfen Sie das.")
    expect(letter.locator(".cps-enclosed a")).to_have_count(2)
    expect(letter.locator("dd")).to_contain_text("told waiting")
    expect(page.locator(".cps-threads .cps-status")).to_have_text("waiting for reply")
    [(title, text, expects, names)] = stored(live)
    assert (title, text, expects) == ("Unterlagen", "Bitte prüfen Sie das.", "reply")
    assert sorted(names) == ["Anlage.pdf", "Klage.pdf"]


def test_from_the_row_menu_and_the_marker(open_browser, live, files):
    """A7, A13, A26: the marker names the thread; there is no end to it."""
    page = open_page(open_browser, live, "documents")
    row(page, files[0]).locator(".cps-menu summary").click()
    row(page, files[0]).locator("a:has-text('With message')").click()
    expect(page.locator(f"#document-{files[0].UID()}")).to_be_checked()
    expect(page.locator(f"#document-{files[1].UID()}")).not_to_be_checked()
    page.check(f"#cps-who input[value='{live.people['anna']}']")
    page.fill("#cps-text", "Zur Kenntnis")
    page.check("#expects-acknowledge")
    page.click("#cps-send")
    expect(page.locator(".statusmessage-success")).to_be_visible()
    page.goto(f"{live.matter.absolute_url()}/@@documents")
    expect(row(page, files[0]).locator(".cps-sent")).to_have_text("sent in thread “Zur Kenntnis”")
    expect(row(page, files[0])).to_contain_text("Anna Berger (Mandantin) since")
    expect(row(page, files[1]).locator(".cps-sent")).to_have_count(0)
    page.goto(f"{live.matter.absolute_url()}/@@portal-contents")
    section = page.locator(".cps-section:has-text('Sent in the thread')")
    expect(section).to_contain_text("Klage.pdf")
    expect(section.locator("button")).to_have_count(0)


def test_reply_in_a_thread(open_browser, live, sent):
    """A20–A22, B14: no recipient step, own message shows."""
    thread, _message = sent()
    page = open_page(open_browser, live, f"messages?thread={thread.UID()}")
    expect(page.locator("#cps-reply")).to_have_text("Reply")
    page.click("#cps-reply")
    expect(page.locator("#cps-who")).not_to_be_visible()
    expect(page.locator(".cps-chip")).to_have_text("Anna Berger (Mandantin)")
    page.fill("#cps-text", "Noch eine Frage.")
    page.check("#expects-reply")
    page.click("#cps-send")
    expect(page.locator(".statusmessage-success")).to_contain_text("Sent to Anna Berger.")
    expect(page.locator(".cps-text")).to_have_text(["Bitte antworten.", "Noch eine Frage."])
    assert [text for _title, text, *_rest in stored(live)] == [
        "Bitte antworten.",
        "Noch eine Frage.",
    ]


def test_remembered_recipients_and_the_way_back_to_the_step(open_browser, live, sent):
    """B14, B15, B20"""
    sent(to=("anna", "thomas"))
    page = open_page(open_browser, live, "compose")
    expect(page.locator(".cps-chip")).to_have_count(2)
    expect(page.locator("#cps-who")).not_to_be_visible()
    page.click("#cps-step summary")
    expect(page.locator("#cps-who input:checked")).to_have_count(2)
    page.uncheck(f"#cps-who input[value='{live.people['thomas']}']")
    expect(page.locator("#thread-new")).to_be_checked()
    # A thread that others read, too, is offered with a word of warning.
    page.check("#expects-acknowledge")
    page.check("#cps-where [data-readers] input")
    expect(page.locator("#cps-consequence")).to_contain_text("can also be read by: Thomas Berger")


def test_a_refusal_keeps_everything(open_browser, live, files):
    """A17, B16, B19, B22: by script, even the files that were chosen."""
    page = open_page(open_browser, live, f"compose?documents:list={files[0].UID()}")
    page.fill("#cps-text", "Guten Tag")
    page.check("#expects-reply")
    page.set_input_files(
        "#cps-message-files", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"}
    )
    page.click("#cps-send")
    expect(page.locator("#cps-problem")).to_have_text("Please choose at least one recipient.")
    page.fill("#cps-addresses", "colleague@firm.example")
    page.click("#cps-send")
    expect(page.locator("#cps-problem")).to_contain_text("belongs to a member of the firm")
    assert stored(live) == []
    page.fill("#cps-addresses", "neu@example.org")
    expect(page.locator("#cps-consequence")).to_have_text(
        "neu@example.org gets one message with 2 files and one e-mail, and is asked to reply."
    )
    page.click("#cps-send")
    expect(page.locator(".statusmessage-success")).to_contain_text("Sent to neu@example.org.")
    assert stored(live) == [("Guten Tag", "Guten Tag", "reply", ["Klage.pdf", "a.txt"])]
    person = registers.registers().addresses["neu@example.org"]
    mails = [e.event for e in registers.registers().outbox.values() if e.recipient == person]
    assert sorted(mails) == ["message", "registration"]


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"text": " "}, "Please write a text."),
        ({"expects": ""}, "Please choose what you expect"),
        ({"recipients:list": []}, "Please choose at least one recipient."),
        ({"addresses": "colleague@firm.example"}, "belongs to a member of the firm"),
        ({"addresses": "nobody@"}, "is not an e-mail address"),
    ],
)
def test_without_script_a_refusal_keeps_everything(live, post, files, change, reason):
    """A17, B13, B16, B19"""
    form = {
        "action": "send",
        "key": "k",
        "text": "Mein Text",
        "expects": "reply",
        "recipients:list": [live.people["anna"]],
        "documents:list": [files[0].UID()],
        "thread": "new",
        "new_title": "Mein Titel",
        **change,
    }
    response = post("handler", "compose", **form)
    assert response.status_code == 400
    assert reason in response.text
    assert form["text"] in response.text
    assert 'value="Mein Titel"' in response.text
    checked = [part.split(">")[0] for part in response.text.split("<input")]
    checked = [part for part in checked if 'checked="checked"' in part]
    assert any(files[0].UID() in part for part in checked)
    assert any("thread-new" in part for part in checked)
    assert any(live.people["anna"] in part for part in checked) == bool(form["recipients:list"])
    assert any("expects-reply" in part for part in checked) == bool(form["expects"])
    assert form.get("addresses", "") in response.text
    assert stored(live) == []
    assert len(live.matter.participants) == 2


def test_a_double_click_sends_once(live, post):
    """B40, for staff"""
    form = {"action": "send", "key": "k", "text": "Text", "expects": "reply", "thread": "new"}
    form["recipients:list"] = [live.people["anna"]]
    for _click in range(2):
        assert post("handler", "compose", **form).status_code == 302
    assert len(stored(live)) == 1


def test_search_for_a_person(open_browser, live):
    """B18: three filters, live."""
    page = open_page(open_browser, live, "compose")
    page.fill("#cps-q", "anna")
    expect(page.locator(".cps-found button")).to_contain_text(["Anna Berger (Mandantin)"])
    page.fill("#cps-q", "member")
    expect(page.locator(".cps-found button")).to_have_count(0)
    page.select_option("#cps-scope", "all")
    page.click(".cps-found button:has-text('member@else.example')")
    expect(page.locator("#cps-who input:checked")).to_have_count(1)
    page.check("#expects-acknowledge")
    expect(page.locator("#cps-consequence")).to_contain_text("member@else.example gets one message")


def test_search_without_script(live, post):
    """B18"""
    form = {"action": "search", "key": "k", "q": "member", "scope": "all", "text": "Mein Text"}
    response = post("handler", "compose", **form)
    assert response.status_code == 200
    assert 'value="member@else.example"' in response.text
    assert "Mein Text" in response.text
    assert stored(live) == []


def test_text_block(open_browser, live, sent, block):
    """B11: preset category, placeholders for matter and recipient."""
    sent()
    page = open_page(open_browser, live, "compose")
    expect(page.locator("#cps-category")).to_have_value("Mandantenportal")
    expect(page.locator("#cps-block option:not([hidden])")).to_have_text(["Choose …", "Unterlagen"])
    page.select_option("#cps-block", block.id)
    page.click("#cps-insert")
    expected = "Guten Tag Anna Berger,\nin der Sache 24/0113 bitte ich …\nHandler"
    expect(page.locator("#cps-text")).to_have_value(expected)
    page.select_option("#cps-category", "Sonstiges")
    expect(page.locator("#cps-block option:not([hidden])")).to_have_text(["Choose …", "Intern"])
    assert len(stored(live)) == 1


def test_text_block_without_script(live, post, block):
    """B11"""
    form = {"action": "insert", "key": "k", "block": block.id, "text": "Davor"}
    form["recipients:list"] = [live.people["anna"]]
    response = post("handler", "compose", **form)
    assert response.status_code == 200
    assert "Davor\n\nGuten Tag Anna Berger,\nin der Sache 24/0113" in response.text
    assert stored(live) == []


def test_internal_note_by_the_activity_field(open_browser, live, rest):
    """B9, B10, B12: in the activity, and no trace of it for the client."""
    page = open_page(open_browser, live, "overview")
    expect(page.locator("#cps-share-it")).not_to_be_checked()
    expect(page.locator(".cps-three")).not_to_be_visible()
    page.fill("#cps-text", "Mandantin wirkt unentschlossen")
    page.click("#cps-save-activity")
    expect(page.locator(".statusmessage-success")).to_contain_text("no client sees it")
    page.goto(f"{live.matter.absolute_url()}/@@activity")
    first = page.locator("tbody tr").first
    expect(first).to_contain_text("wrote an internal note")
    expect(first).to_contain_text("Mandantin wirkt unentschlossen")
    assert stored(live) == []
    assert list(registers.registers().fresh.keys(1)) == list(registers.registers().outbox)
    anna = rest("anna")
    url = live.matter.absolute_url()
    for path in (f"{url}/@@portal", "@@portal", "@inbox", "@portal", "@@inbox"):
        assert "unentschlossen" not in anna.get(path).text, path
    assert anna.get("@inbox").json()["unread"] == 0
    assert anna.get(f"{url}/@journal").status_code in (403, 404)


def test_sharing_by_the_activity_field(open_browser, live):
    """B9, B14–B17: the step where nobody is remembered; straight away where somebody is."""
    page = open_page(open_browser, live, "overview")
    page.fill("#cps-text", "Erste Nachricht")
    page.check("#cps-share-it")
    page.check("#expects-reply")
    page.click("#cps-save-activity")
    expect(page.locator("#cps-who")).to_be_visible()
    expect(page.locator("#cps-text")).to_have_value("Erste Nachricht")
    expect(page.locator("#expects-reply")).to_be_checked()
    assert stored(live) == []
    page.check(f"#cps-who input[value='{live.people['anna']}']")
    page.click("#cps-send")
    expect(page.locator(".statusmessage-success")).to_contain_text("Sent to Anna Berger.")
    page.goto(live.matter.absolute_url())
    page.fill("#cps-text", "Zweite Nachricht")
    page.check("#cps-share-it")
    page.click("#cps-save-activity")
    expect(page.locator(".statusmessage-error")).to_contain_text("what you expect")
    expect(page.locator("#cps-text")).to_have_value("Zweite Nachricht")
    expect(page.locator("#cps-share-it")).to_be_checked()
    page.check("#expects-acknowledge")
    page.check("[name=more]")
    page.click("#cps-save-activity")
    expect(page.locator("#cps-who input:checked")).to_have_count(1)
    page.go_back()
    page.goto(live.matter.absolute_url())
    page.fill("#cps-text", "Zweite Nachricht")
    page.check("#cps-share-it")
    page.check("#expects-acknowledge")
    page.click("#cps-save-activity")
    expect(page.locator(".statusmessage-success")).to_contain_text("Sent to Anna Berger.")
    assert [(title, text) for title, text, *_rest in stored(live)] == [
        ("Erste Nachricht", "Erste Nachricht"),
        ("Erste Nachricht", "Zweite Nachricht"),
    ]


def test_internal_note_in_a_thread(open_browser, live, sent, rest):
    """B12"""
    thread, _message = sent()
    page = open_page(open_browser, live, "messages")
    page.click("#cps-note summary")
    page.fill("#cps-note-text", "Nur für uns")
    page.click("button[value=note]")
    note = page.locator(".cps-letter.cps-internal:has(h4)")
    expect(note).to_contain_text("internal")
    expect(note).to_contain_text("Nur für uns")
    assert "Nur für uns" not in rest("anna").get(f"{thread.absolute_url()}/@@portal").text


def test_a_clients_reply_is_unread_until_it_is_opened(open_browser, live, sent, rest):
    """B30, B33, B37, B42: looking by GET clears nothing, showing the page does."""
    thread, _message = sent()
    reply(live, thread)
    url = f"{live.portal.absolute_url()}/@@matters"
    page = open_browser("handler")
    page.goto(url)
    line = page.locator("tr:has-text('24/0113')")
    expect(line.locator(".cps-unseen")).to_contain_text("1")
    expect(line.locator(".cps-status")).to_have_text("with us")
    expect(line.locator(".cps-acknowledged")).not_to_be_empty()
    expect(line.locator(".cps-due")).to_contain_text("!")
    assert rest("handler").get(f"{thread.aq_parent.absolute_url()}/@@messages").status_code == 200
    page.goto(url)
    expect(line.locator(".cps-unseen")).to_contain_text("1")
    line.locator(".cps-unseen a").click()
    expect(page.locator(".cps-theirs")).to_contain_text("Anna Berger")
    expect(page.locator(".cps-seen")).to_have_count(0)
    page.goto(url)
    expect(line.locator(".cps-unseen")).to_be_empty()


def test_seen_without_script(live, sent, post):
    thread, _message = sent()
    reply(live, thread)
    assert post("colleague", "messages", action="seen", thread=thread.UID()).status_code == 403
    transaction.begin()
    assert len(live.matter.unseen.keys(1)) == 1
    assert post("handler", "messages", action="seen", thread=thread.UID()).status_code == 302
    transaction.begin()
    assert len(live.matter.unseen.keys(1)) == 0


def test_what_became_of_a_message(open_browser, live, sent, work, smtp):
    """B23, decision 2: told, opened, files, replied, and what is missing."""
    upload = Upload("Formular.pdf", "application/pdf", BytesIO(b"form"))
    with live.as_user("handler"):
        draft = Draft("Bitte ausfüllen.", (), (upload,))
        thread, message = messages.send(
            live.matter, draft, "reply_with_file", [live.people["anna"]]
        )
    work()
    page = open_page(open_browser, live, "messages")
    line = page.locator(f"#m{message.id} dd")
    expect(line.locator(".cps-done")).to_have_count(1)
    expect(line).to_contain_text("files fetched 0 of 1")
    with live.as_user("anna"):
        reading.fetched(thread, message.files[0])
    reply(live, thread, "Kommt noch.")
    transaction.commit()
    page.reload()
    expect(line).to_contain_text("files fetched 1 of 1")
    expect(line.locator(".cps-done")).to_have_count(3)
    expect(line).to_contain_text("file missing")
    expect(line).to_contain_text("replied –")
    page.goto(f"{live.matter.absolute_url()}/@@activity?kind=messages")
    entry = page.locator("tr:has-text('sent a message in')")
    for words in ("Handler", "Bitte ausfüllen.", "Anna Berger", "Reply with file", "Formular.pdf"):
        expect(entry).to_contain_text(words)


def test_told_is_that_messages_own_notice(live, sent):
    thread, first = sent()
    _thread, second = sent(thread_uid=thread.UID())
    told = [outbox.told(thread, message.id) for message in (first, second)]
    assert [[e.recipient for e in entries] for entries in told] == [[live.people["anna"]]] * 2
    assert [[e.item for e in entries] for entries in told] == [[first.id], [second.id]]


def test_status_filter_of_the_matters(open_browser, live, sent):
    """B37: kept in the address."""
    sent(expects="reply_with_file")
    page = open_browser("handler")
    page.goto(f"{live.portal.absolute_url()}/@@matters")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.select_option("#cps-status", "awaiting_documents")
    page.click("button:has-text('Show')")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody .cps-status")).to_have_text("waiting for documents")
    assert "status=awaiting_documents" in page.url
    page.click("th a:has-text('Status')")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.select_option("#cps-status", "with_us")
    page.click("button:has-text('Show')")
    expect(page.locator("tbody tr")).to_have_count(0)


def test_who_is_not_on_the_matter(live, rest, sent, post):
    """A2: not offered, and refused."""
    thread, _message = sent()
    colleague = rest("colleague")
    url = live.matter.absolute_url()
    assert "@@messages" not in colleague.get(f"{url}/@@overview", headers=HTML).text
    assert "@@compose" not in colleague.get(f"{url}/@@documents", headers=HTML).text
    for name in ("messages", "compose"):
        assert colleague.get(f"{url}/@@{name}", headers=HTML).status_code == 403, name
    form = {"action": "send", "key": "k", "text": "Text", "expects": "reply", "thread": "new"}
    form["recipients:list"] = [live.people["anna"]]
    for name in ("colleague", "anna", "paula", "member"):
        assert post(name, "compose", **form).status_code in (403, 404), name
        note = post(name, "messages", action="note", thread=thread.UID(), text="x", key="k")
        assert note.status_code in (403, 404), name
        jotted = post(name, "overview", action="write", text="x")
        assert jotted.status_code in (403, 404), name
    assert len(stored(live)) == 1
    before = len(list(journal.entries(live.matter)))
    response = rest("handler").post(f"{url}/@@compose", data=form, headers=HTML)
    assert response.status_code == 403
    assert len(list(journal.entries(live.matter))) == before


def test_portal_off(live, rest, post):
    """A3"""
    with live.as_user("handler"):
        matters.switch_portal(live.matter, False)
    url = live.matter.absolute_url()
    handler = rest("handler")
    assert "@@messages" not in handler.get(f"{url}/@@overview", headers=HTML).text
    for name in ("compose", "messages"):
        response = handler.get(f"{url}/@@{name}", headers=HTML, allow_redirects=False)
        assert response.status_code == 302, name
    form = {"action": "send", "key": "k", "text": "Mein Text", "expects": "reply"}
    assert post("handler", "compose", **form).status_code == 400
    assert post("handler", "overview", action="write", text="Notiz").status_code == 302
    assert list(journal.entries(live.matter))[-1].details == {"text": "Notiz"}


def test_the_only_client_is_implied(open_browser, live):
    """A8"""
    with live.as_user("handler"):
        participants.remove(live.matter, live.people["thomas"])
    page = open_page(open_browser, live, "compose")
    expect(page.locator(".cps-chip")).to_have_text("Anna Berger (Mandantin)")
    expect(page.locator("#cps-who")).not_to_be_visible()


def test_on_a_phone(open_browser, live, sent):
    sent("Ein sehr langes Wort: " + "x" * 200)
    page = open_page(open_browser, live, "messages", phone=True)
    for name in ("messages", "compose", "compose?step=1", "overview"):
        page.goto(f"{live.matter.absolute_url()}/@@{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 380, name


def test_text_blocks_are_managed(open_browser, live, block):
    """B11"""
    page = open_browser("handler")
    page.goto(f"{live.portal.absolute_url()}/@@text-blocks-manage")
    expect(page.locator("h2:has-text('Mandantenportal')")).to_be_visible()
    page.click("#cps-new-block summary")
    form = page.locator("#cps-new-block")
    form.locator("[name=title]").fill("Neu")
    form.locator("[name=text]").fill("Für ${niemand}")
    form.locator("button").click()
    expect(page.locator(".statusmessage-error")).to_contain_text("no such placeholder: niemand")
    expect(form.locator("[name=text]")).to_have_value("Für ${niemand}")
    form.locator("[name=text]").fill("Für ${recipient}")
    form.locator("button").click()
    expect(page.locator(".cps-blocks h3:has-text('Neu')")).to_be_visible()
    item = page.locator(f"#block-{block.id}")
    item.locator("a:has-text('Delete')").click()
    item.locator("button[value=delete]").click()
    expect(page.locator(".statusmessage-success")).to_contain_text("deleted")
    expect(item).to_have_count(0)


def test_notice_texts(open_browser, live, sent):
    """B43: placeholders are checked; what is saved is what mails say."""
    page = open_browser("boss")
    page.goto(f"{live.portal.absolute_url()}/@@notice-texts?event=message&language=en")
    page.fill("#cps-subject", "Post for ${nobody}")
    page.fill("#cps-body", "Look here: ${link}")
    page.click("button[value=save]")
    expect(page.locator(".statusmessage-error")).to_contain_text("no such placeholder: nobody")
    expect(page.locator("#cps-subject")).to_have_value("Post for ${nobody}")
    expect(page.locator("#cps-body")).to_have_value("Look here: ${link}")
    page.fill("#cps-subject", "Post for ${name}")
    page.click("button[value=save]")
    expect(page.locator(".statusmessage-success")).to_be_visible()
    expect(page.locator(".cps-sample")).to_contain_text("Look here: https://portal.example")
    transaction.begin()
    sent()
    entry = list(registers.registers().outbox.values())[-1]
    mail = notices.compose(entry)
    assert mail["Subject"] == "Post for Anna Berger"
    assert mail.get_content().startswith("Look here: https://portal.example/")
    transaction.commit()
    page.click("button[value=switch]")
    expect(page.locator(".cps-status-line")).to_contain_text("is not sent")
    transaction.begin()
    with pytest.raises(notices.NotDue):
        notices.compose(entry)
    page.click("button[value=switch]")
    page.click("button[value=reset]")
    expect(page.locator("#cps-subject")).to_have_value("A message for you at ${firm}")


def test_test_mail(open_browser, live, smtp):
    """B43: to the administrator's own address or another, with a clear word where it fails."""
    page = open_browser("boss")
    page.goto(f"{live.portal.absolute_url()}/@@notice-texts?event=message&language=de")
    page.click("button[value=test]")
    expect(page.locator(".statusmessage-success")).to_contain_text("boss@firm.example")
    assert len(smtp.to("boss@firm.example")) == 1
    page.fill("#cps-to", "other@firm.example")
    page.click("button[value=test]")
    expect(page.locator(".statusmessage-success")).to_contain_text("other@firm.example")
    assert len(smtp.to("other@firm.example")) == 1
    smtp.reply = "554 No"
    page.click("button[value=test]")
    expect(page.locator(".statusmessage-error")).to_contain_text("554")
    smtp.stop()
    page.reload()
    page.click("button[value=test]")
    expect(page.locator(".statusmessage-error")).to_contain_text("was not sent")
    smtp.start()


def test_notice_texts_are_for_administrators(live, rest):
    for name in ("handler", "colleague", "anna", "member"):
        response = rest(name).get("@@notice-texts", headers=HTML)
        assert response.status_code in (302, 401, 403, 404), name
    assert rest("boss").get("@@notice-texts", headers=HTML).status_code == 200
    assert rest("boss").get("@@text-blocks-manage", headers=HTML).status_code == 200
    for name in ("anna", "member"):
        assert rest(name).get("@@text-blocks-manage", headers=HTML).status_code in (403, 404), name


def test_recall(open_browser, live, sent):
    """Decision 4: a handler takes a message back, with a reason; an assistant is not offered it."""
    _thread, message = sent(text="Der Vergleich steht.")
    assert (
        open_page(open_browser, live, "messages", "assistant").locator(".cps-recall").count() == 0
    )
    page = open_page(open_browser, live, "messages")
    page.click(f"#m{message.id} .cps-recall summary")
    page.click(f"#m{message.id} .cps-recall button")
    assert page.locator(".statusmessage-success").count() == 0  # the browser asks for a reason
    page.fill(f"#reason-{message.id}", "Falsche Person")
    page.click(f"#m{message.id} .cps-recall button")
    expect(page.locator(".statusmessage-success")).to_contain_text("recalled")
    expect(page.locator(f"#m{message.id}")).to_contain_text("by Handler")
    expect(page.locator(f"#m{message.id}")).to_contain_text("Falsche Person")
    assert page.locator(".cps-recall").count() == 0
    client = open_browser("anna", "en", phone=True)
    client.goto(f"{_thread.absolute_url()}/@@portal")
    expect(client.locator(".cp-letter")).to_contain_text("This message was withdrawn on")
    assert "Vergleich" not in client.content()
    page.goto(f"{live.matter.absolute_url()}/@@activity")
    expect(page.locator("tr:has-text('recalled a message')")).to_contain_text("Falsche Person")


@pytest.mark.parametrize("typed", ["thomas@example.org", "Thomas B. <Thomas@Example.org>"])
def test_a_typed_address_of_a_client_is_that_client(open_browser, live, typed):
    """B19, C6: with the part in the matter, before anything is sent."""
    page = open_page(open_browser, live, "compose")
    page.fill("#cps-addresses", f"{typed}; neu@example.org")
    page.fill("#cps-text", "Text")
    page.check("#expects-acknowledge")
    expect(page.locator("#cps-consequence")).to_contain_text(
        "Thomas Berger (Gegenseite) and neu@example.org get one message"
    )
    page.click("#cps-send")
    expect(page.locator(".statusmessage-success")).to_contain_text("Thomas Berger")
    transaction.begin()
    assert len(live.matter.participants) == 3


def test_what_is_replaced_is_said_before(open_browser, live, sent):
    """B35: a new message asks for something else; whoever sends it knows."""
    thread, _message = sent(expects="reply_with_file")
    page = open_page(open_browser, live, f"compose?thread={thread.UID()}")
    page.fill("#cps-text", "Zur Kenntnis")
    page.check("#expects-acknowledge")
    expect(page.locator("#cps-consequence")).to_contain_text("is replaced by it")
    page.click("summary:has-text('Add recipients')")
    page.check("#thread-new")
    expect(page.locator("#cps-consequence")).not_to_contain_text("is replaced by it")


def test_the_activity_field_says_what_its_button_does(open_browser, live, sent):
    """B12, B22: a note, the next step, or sending at once: to whom and what is asked."""
    page = open_page(open_browser, live, "overview")
    button = page.locator("#cps-save-activity")
    expect(button).to_have_text("Save note")
    page.check("#cps-share-it")
    expect(button).to_have_text("Go on")
    sent()
    transaction.commit()
    page.goto(live.matter.absolute_url())
    page.check("#cps-share-it")
    expect(button).to_have_text("Send")
    page.check("#expects-acknowledge")
    sentence = page.locator("#cps-consequence")
    expect(sentence).to_contain_text("Anna Berger (Mandantin) gets one message and one e-mail")
    expect(sentence).to_contain_text("is replaced by it")
    page.check("[name=more]")
    expect(button).to_have_text("Go on")


def test_the_portal_is_switched_off_while_somebody_writes(open_browser, live, post):
    """A3, A17: the reason, and everything that was typed is still there; with and without script."""
    page = open_page(open_browser, live, "compose")
    page.check(f"#cps-who input[value='{live.people['anna']}']")
    page.fill("#cps-text", "Lange geschrieben")
    page.check("#expects-reply")
    with live.as_user("handler"):
        matters.switch_portal(live.matter, False)
    transaction.commit()
    page.click("#cps-send")
    expect(page.locator("#cps-problem")).to_contain_text("No client portal")
    expect(page.locator("#cps-text")).to_have_value("Lange geschrieben")
    form = {"text": "Lange geschrieben", "expects": "reply", "key": "k"}
    form["recipients:list"] = live.people["anna"]
    for action in ("send", "search"):
        answer = post("handler", "compose", action=action, **form)
        assert answer.status_code == 400
        assert "No client portal" in answer.text
        assert "Lange geschrieben" in answer.text
    assert stored(live) == []


def test_sent_already_and_then_changed(open_browser, live):
    """A17: the answer got lost, the text was changed: a clear word, and the next try is a new message."""
    page = open_page(open_browser, live, "compose")
    page.check(f"#cps-who input[value='{live.people['anna']}']")
    page.fill("#cps-text", "Erste Fassung")
    page.check("#expects-reply")
    page.route("**/@@compose", lambda route: (route.fetch(), route.abort()))
    page.click("#cps-send")
    expect(page.locator("#cps-problem")).to_be_visible()
    page.unroute("**/@@compose")
    page.fill("#cps-text", "Zweite Fassung")
    page.click("#cps-send")
    expect(page.locator("#cps-problem")).to_contain_text("sent already")
    assert [text for _title, text, *_ in stored(live)] == ["Erste Fassung"]
    page.click("#cps-send")
    expect(page.locator(".statusmessage-success")).to_contain_text("Sent to Anna Berger.")
    assert sorted(text for _title, text, *_ in stored(live)) == ["Erste Fassung", "Zweite Fassung"]


def test_back_after_sending_shows_an_empty_form(open_browser, live, sent):
    """A15, B14: what is displayed is what is sent: the browser restores nothing into another list."""
    sent()
    page = open_page(open_browser, live, "compose?thread=new")
    page.click("summary:has-text('Add recipients')")
    for box in page.locator("#cps-who input:checked").all():
        box.uncheck()
    page.check(f"#cps-who input[value='{live.people['thomas']}']")
    page.fill("#cps-text", "Nur für Thomas")
    page.check("#expects-reply")
    page.click("#cps-send")
    expect(page.locator(".statusmessage-success")).to_contain_text("Sent to Thomas Berger.")
    page.go_back()
    expect(page.locator("#cps-text")).to_have_value("")
    assert page.locator("#thread-new").is_checked()


def test_with_message_and_nothing_ticked_without_script(open_browser, live, files):
    """A4: explained, nothing happens."""
    page = open_page(open_browser, live, "compose?from=documents")
    expect(page.locator(".statusmessage-warning")).to_contain_text("tick at least one document")
    assert page.url.endswith("/@@documents")
