"""Recalling a message: an act of its own, with a reason, logged (decision 4)."""

import pytest
from collective.clientportal.domain import matters
from services.test_messages import file
from services.test_messages import matter_url
from services.test_messages import status_of
from services.test_messages import unread


SECRET = "Der Vergleich steht bei 40.000 Euro."


@pytest.fixture
def sent(live, rest, send_by_rest):
    """A message with two files that went to the wrong person: (address of its thread, id)."""
    uid = rest("handler").upload(live.matter, "Vergleich.pdf")
    thread = send_by_rest(SECRET, "reply", documents=[uid], attachments=[file("Anlage.txt")])
    message = rest("handler").get(f"{thread}/@messages").json()["items"][-1]
    return thread, message


def recall(client, sent, reason="Falsche Empfängerin"):
    thread, message = sent
    body = {"message": message["id"], "reason": reason}
    return client.post(f"{thread}/@recall", json=body)


def test_clients_see_nothing_of_it_any_more(live, rest, sent):
    """Decision 4: not its text, not its files, not in the name of the thread; only that there was one."""
    thread, message = sent
    anna = rest("anna")
    assert recall(rest("handler"), sent).status_code == 204
    [shown] = anna.get(f"{thread}/@messages").json()["items"]
    assert (shown["text"], shown["files"], bool(shown["recalled"])) == ("", [], True)
    for shared in message["files"]:
        assert anna.get(shared["@id"]).status_code == 404
    for page in (
        f"{thread}/@@portal",
        f"{live.matter.absolute_url()}/@@portal",
        "@@portal",
        "@@inbox",
    ):
        text = anna.get(page, headers={"Accept": "text/html"}).text
        assert "Vergleich steht" not in text, page
        assert "Vergleich.pdf" not in text, page
        assert "Falsche" not in text, page
    assert anna.get("@inbox").json() == {"unread": 0, "items": []}


def test_a_title_that_came_with_it_goes_with_it(live, rest, send_by_rest):
    """Decision 4: also where the sender gave it; a thread with other messages keeps its name."""
    handler, anna = rest("handler"), rest("anna")
    for others, shown in ((0, False), (1, True)):
        thread = send_by_rest("Text", "reply", title=f"Vergleich {others}")
        for _ in range(others):
            anna.post(f"{thread}/@messages", json={"text": "Ja."})
        message = handler.get(f"{thread}/@messages").json()["items"][0]
        assert recall(handler, (thread, message)).status_code == 204
        page = anna.get(f"{thread}/@@portal", headers={"Accept": "text/html"}).text
        assert (f"Vergleich {others}" in page) is shown


def test_the_firm_sees_all_of_it(live, rest, sent):
    """Decision 4: logged, with the reason; what was read cannot be undone, so that it stays visible."""
    thread, _message = sent
    handler = rest("handler")
    rest("anna").post(f"{thread}/@read", json={"act": "open_message"})
    recall(handler, sent)
    [shown] = handler.get(f"{thread}/@messages").json()["items"]
    assert shown["text"] == SECRET
    assert len(shown["files"]) == 2
    assert shown["recalled"]
    assert shown["recipients"][0]["first_opened"]
    entry = handler.get(f"{matter_url(live)}/@journal").json()["items"][-1]
    assert (entry["event"], entry["actor"]) == ("message_recalled", "handler")
    assert entry["details"]["text"] == "Falsche Empfängerin"
    assert [f["filename"] for f in entry["files"]] == ["Vergleich.pdf", "Anlage.txt"]


def test_markers_and_shares_follow(live, rest, sent):
    """A13, A26: the marker goes; ending stays impossible."""
    handler = rest("handler")
    page = f"{matter_url(live)}/@@documents"
    assert "cps-sent" in handler.get(page).text
    recall(handler, sent)
    assert "cps-sent" not in handler.get(page).text
    shares = handler.get(f"{matter_url(live)}/@shares").json()["items"]
    assert [(share["state"], share["recipients"]) for share in shares] == [("ended", [])] * 2
    assert handler.delete(f"{matter_url(live)}/@shares/{shares[0]['id']}").status_code == 400
    contents = handler.get(f"{matter_url(live)}/@@portal-contents?ended=1")
    assert contents.status_code == 200
    assert "Vergleich.pdf" in contents.text


def test_what_was_awaited_before_is_awaited_again(live, rest, send_by_rest, sent):
    """B32: as though it had not been sent."""
    handler, anna = rest("handler"), rest("anna")
    thread, _message = sent
    wrong = send_by_rest("Zur Kenntnis.", "acknowledge", thread=thread.rsplit("/", 1)[1])
    latest = handler.get(f"{wrong}/@messages").json()["items"][-1]
    assert status_of(handler)["status"] == "awaiting_acknowledgement"
    assert recall(handler, (thread, latest)).status_code == 204
    assert status_of(handler)["status"] == "awaiting_reply"
    assert anna.get("@inbox").json()["items"][0]["excerpt"] == SECRET
    assert recall(handler, sent).status_code == 204
    assert status_of(handler)["status"] == "none"
    assert unread(anna) == 0


def test_a_reply_that_came_stays(live, rest, sent):
    """B33: who has answered is not asked again, and the answer is not lost."""
    thread, _message = sent
    handler, anna = rest("handler"), rest("anna")
    anna.post(f"{thread}/@messages", json={"text": "Ja."})
    recall(handler, sent)
    assert status_of(handler)["status"] == "with_us"
    assert [m["text"] for m in anna.get(f"{thread}/@messages").json()["items"]] == ["", "Ja."]
    assert anna.post(f"{thread}/@messages", json={"text": "Noch etwas."}).status_code == 201


@pytest.mark.parametrize(
    ("name", "expected"),
    [("assistant", 403), ("colleague", 403), ("anna", 403), ("thomas", 404), (None, 401)],
)
def test_who_may_not(live, rest, sent, name, expected):
    """Decision 4: an act of the handler."""
    assert recall(rest(name), sent).status_code == expected
    assert unread(rest("anna")) == 1


def test_what_cannot_be_recalled(live, rest, sent):
    """Decision 4: a reason is needed; once; what the firm sent to clients, and nothing else."""
    thread, _message = sent
    handler, anna = rest("handler"), rest("anna")
    assert recall(handler, sent, "  ").status_code == 400
    theirs = anna.post(f"{thread}/@messages", json={"text": "Ja."}).json()
    note = handler.post(f"{thread}/@messages", json={"text": "Notiz", "internal": True}).json()
    for other in (theirs, note):
        assert recall(handler, (thread, other)).status_code == 400
    for odd in ("", "x", "9" * 40, "-5"):
        assert recall(handler, (thread, {"id": odd})).status_code == 400
    assert recall(handler, (thread, {"id": "17"})).status_code == 404
    assert recall(handler, sent).status_code == 204
    assert recall(handler, sent).status_code == 400


def test_while_the_portal_is_off(live, rest, sent):
    """Decision 4: the sooner the better, whatever else was done."""
    with live.as_user("handler"):
        matters.switch_portal(live.matter, False)
    assert recall(rest("handler"), sent).status_code == 204


def test_its_mail_is_not_sent_any_more(live, rest, smtp, work, sent):
    """B24: where the mail server was slow, nobody is told of what is not there."""
    recall(rest("handler"), sent)
    work()
    assert smtp.to(live.login("anna")) == []
