"""Mails that did not get through: where what they tell of stands, and trying them again."""

import pytest
import transaction
from collective.clientportal.domain import documents
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import sharing
from conftest import PDF
from io import BytesIO
from playwright.sync_api import expect


REFUSAL = "550 5.1.1 no such mailbox"


@pytest.fixture
def refused(live, smtp, send, work):
    """A thread with a message whose mail to Anna was refused."""
    smtp.reply_to["anna@example.org"] = REFUSAL
    thread = send()
    work()
    return thread


def items(person, thread):
    """Return the messages of a thread as the person's client gets them."""
    return person.get(f"{thread.absolute_url()}/@messages").json()["items"]


def test_staff_see_it_at_the_message(refused, live, rest):
    """Issue 5, point 1: with the mail server's words; clients learn nothing of it."""
    for name in ("handler", "assistant", "colleague"):
        [message] = items(rest(name), refused)
        [mail] = message["undelivered"] or [None]
        if name == "colleague":
            assert mail is None  # sees the thread, but not what was delivered
        else:
            assert mail["recipient"] == live.people["anna"]
            assert "no such mailbox" in mail["reason"]
    [message] = items(rest("anna"), refused)
    assert message["undelivered"] == []


def test_staff_see_it_at_the_share(live, rest, smtp, work):
    """Issue 5, point 1: at the documents of the release that the mail tells of, and at no other."""
    smtp.reply_to["anna@example.org"] = REFUSAL
    live.release(live.add("a.pdf"), live.add("b.pdf"))
    work()
    smtp.reply_to.clear()
    live.release(live.add("c.pdf"))
    work()
    shares = rest("handler").get(f"{live.matter.absolute_url()}/@shares").json()["items"]
    dead = {share["filename"]: len(share["undelivered"]) for share in shares}
    assert dead == {"a.pdf": 1, "b.pdf": 1, "c.pdf": 0}


def test_resend(refused, live, rest, smtp, work):
    """Issue 5, point 1: sent again by who may send there, with a line in the journal."""
    handler = rest("handler")
    [mail] = items(handler, refused)[0]["undelivered"]
    service = f"{live.matter.absolute_url()}/@resend"
    smtp.reply_to.clear()
    assert handler.post(service, json={"mail": mail["id"]}).status_code == 204
    assert items(handler, refused)[0]["undelivered"] == []
    assert handler.post(service, json={"mail": mail["id"]}).status_code == 404
    work()
    assert len(smtp.to("anna@example.org")) == 1
    entry = handler.get(f"{live.matter.absolute_url()}/@journal").json()["items"][-1]
    assert entry["event"] == "notice_resent"
    assert entry["recipients"] == [live.people["anna"]]
    assert entry["details"] == {"thread": refused.title, "notice": "message"}


def test_only_mails_of_this_matter(refused, live, rest):
    """Issue 5, point 1: an id of another matter is not there, and neither is one that there is not."""
    [mail] = items(rest("handler"), refused)[0]["undelivered"]
    other = f"{live.other_matter.absolute_url()}/@resend"
    assert rest("colleague").post(other, json={"mail": mail["id"]}).status_code == 404
    service = f"{live.matter.absolute_url()}/@resend"
    for number in ("1", "0", "9" * 19):
        assert rest("handler").post(service, json={"mail": number}).status_code == 404


def test_not_while_the_portal_is_off(refused, live, rest):
    """A3: refused with the reason."""
    [mail] = items(rest("handler"), refused)[0]["undelivered"]
    with live.as_user("handler"):
        matters.switch_portal(live.matter, False)
    answer = rest("handler").post(
        f"{live.matter.absolute_url()}/@resend", json={"mail": mail["id"]}
    )
    assert (answer.status_code, answer.json()["type"]) == (400, "BadRequest")
    assert "No client portal" in answer.json()["message"]


@pytest.mark.parametrize("phone", [False, True])
def test_on_the_page_of_the_thread(phone, refused, live, smtp, open_browser):
    """Issue 5, point 1: under the message, in words, with the button."""
    page = open_browser("handler", phone=phone)
    page.goto(f"{live.matter.absolute_url()}/@@messages?thread={refused.UID()}")
    line = page.locator(".cps-letter .cps-undelivered")
    expect(line).to_contain_text("to Anna Berger did not get through")
    expect(line).to_contain_text("no such mailbox")
    assert page.evaluate("document.documentElement.scrollWidth") <= (380 if phone else 1280)
    line.locator("button").click()
    expect(page.locator(".statusmessage-success")).to_contain_text("Anna Berger is tried again")
    expect(page.locator(".cps-undelivered")).to_have_count(0)
    page.goto(f"{live.matter.absolute_url()}/@@activity")
    expect(page.locator("tr:has-text('tried again that had failed')")).to_have_count(1)


def test_on_the_page_of_the_folder(live, smtp, work, open_browser):
    """Issue 5, point 1: a mail about a release, and one about a client's upload."""
    smtp.reply = REFUSAL
    live.release(live.add())
    with live.as_user("anna"):
        sharing.receive(live.annas, [documents.Upload("Lohn.pdf", "a/b", BytesIO(PDF))])
    work()
    page = open_browser("handler")
    page.goto(f"{live.matter.absolute_url()}/@@portal-contents")
    for name in ("Anna Berger", "Handler", "Assistant"):
        line = page.locator(f"#folder-{live.annas.UID()} .cps-undelivered:has-text('to {name}')")
        expect(line).to_have_count(1)
    page.locator(".cps-undelivered:has-text('Anna Berger') button").click()
    expect(page.locator(".statusmessage-success")).to_contain_text("Anna Berger is tried again")
    expect(page.locator(".cps-undelivered")).to_have_count(2)


def test_the_teams_mails_too(live, smtp, send, work, rest):
    """Issue 5, point 1: a mail to the handler about a client's message."""
    thread = send()
    work()
    smtp.reply_to["handler@firm.example"] = REFUSAL
    with live.as_user("anna"):
        messages.reply(thread, messages.Draft("Hier."))
    work()
    transaction.commit()
    [_sent, reply] = items(rest("assistant"), thread)
    assert [mail["recipient"] for mail in reply["undelivered"]] == ["handler"]
