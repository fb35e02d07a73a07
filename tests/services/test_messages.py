"""Messages over REST: requests, replies, the inbox, and every boundary."""

import pytest
import time
import transaction
from base64 import b64encode
from collective.clientportal.domain import cards
from collective.clientportal.domain import journal
from collective.clientportal.domain import matter_list
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import participants
from collective.clientportal.domain import reading
from collective.clientportal.domain import registers
from collective.clientportal.domain import states
from collective.clientportal.domain.status import Act
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from plone import api
from zoneinfo import ZoneInfo


MEGABYTE = 1024 * 1024
PASSWORD = "correct horse battery"
FAR_EAST = ZoneInfo("Pacific/Kiritimati")  # 14 hours ahead
FAR_WEST = ZoneInfo("Pacific/Pago_Pago")  # 11 hours behind


def file(name="a.txt", data=b"a"):
    return {
        "filename": name,
        "content-type": "text/plain",
        "encoding": "base64",
        "data": b64encode(data).decode(),
    }


def matter_url(live):
    return live.matter.absolute_url()


def unread(client):
    return client.get("@inbox").json()["unread"]


def status_of(client):
    return next(
        row for row in client.get("@matters").json()["items"] if row["reference"] == "24/0113"
    )


def test_request_with_file_there_and_back(live, rest, send_by_rest):
    """B3, B33, B36, B42, B44, decision 2: unread until a file came; then with us, resubmission today."""
    handler, anna = rest("handler"), rest("anna")
    api.portal.set_registry_record("plone.portal_timezone", FAR_EAST.key)
    thread = send_by_rest("Bitte senden Sie uns die Unterlagen.", "reply_with_file")
    assert status_of(handler)["status"] == "awaiting_documents"
    item = anna.get("@inbox").json()["items"][0]
    assert (item["@id"], item["reference"], item["expects"]) == (
        thread,
        "24/0113",
        "reply_with_file",
    )
    assert item["excerpt"] == "Bitte senden Sie uns die Unterlagen."
    assert anna.post(f"{thread}/@messages", json={"text": "Gerne."}).status_code == 201
    assert unread(anna) == 1
    row = status_of(handler)
    assert (row["status"], row["acknowledged_on"]) == ("awaiting_documents", None)
    assert row["resubmission"] == datetime.now(FAR_EAST).date().isoformat()
    answer = anna.post(f"{thread}/@messages", json={"text": "Hier.", "attachments": [file()]})
    assert answer.status_code == 201
    assert unread(anna) == 0
    row = status_of(handler)
    assert row["status"] == "with_us"
    assert row["acknowledged_on"] == answer.json()["time"]
    assert row["unread"] == 2


def test_today_is_the_day_it_is_in_the_firm(live, rest, send_by_rest):
    """B42: wherever the server stands."""
    api.portal.set_registry_record("plone.portal_timezone", FAR_WEST.key)
    rest("anna").post(f"{send_by_rest()}/@messages", json={"text": "Ja."})
    today = datetime.now(FAR_WEST).date().isoformat()
    assert status_of(rest("handler"))["resubmission"] == today


def test_a_reply_lands_in_its_matter_with_its_files_and_author(live, rest, send_by_rest):
    """B5, B41"""
    thread = send_by_rest()
    rest("anna").post(
        f"{thread}/@messages", json={"text": "Hier.", "attachments": [file(data=b"xyz")]}
    )
    last = rest("handler").get(f"{thread}/@messages").json()["items"][-1]
    assert (last["author"], last["text"], last["expects"]) == ("Anna Berger", "Hier.", None)
    assert rest("handler").get(last["files"][0]["@id"]).content == b"xyz"


ACTS = [
    "open_from_widget",
    "open_matter",
    "open_attachment",
    "open_message",
    "choose_reply",
    "mark_read",
]


@pytest.mark.parametrize("act", ACTS)
def test_each_act_clears_an_acknowledgement(live, rest, send_by_rest, act):
    """B28, B30, B34, B45"""
    anna, thread = rest("anna"), send_by_rest(expects="acknowledge")
    assert unread(anna) == 1
    assert anna.post(f"{thread}/@read", json={"act": act}).status_code == 204
    assert unread(anna) == 0
    row = status_of(rest("handler"))
    assert row["status"] == "awaiting_acknowledgement"
    assert row["acknowledged_on"] is not None


def test_nothing_else_clears_it(live, rest, send_by_rest):
    """B28, B45: no listing, no link being fetched."""
    anna, thread = rest("anna"), send_by_rest(expects="acknowledge")
    for path in (
        thread,
        f"{thread}/@@portal",
        f"{thread}/@messages",
        "@inbox",
        "@portal",
        "@@portal",
    ):
        anna.get(path)
        anna.head(path)
    assert anna.get(f"{thread}/@messages?act=open_message").status_code == 400
    assert rest("thomas").post(f"{thread}/@read", json={"act": "open_message"}).status_code == 404
    assert rest().post(f"{thread}/@read", json={"act": "open_message"}).status_code == 401
    assert unread(anna) == 1


@pytest.mark.parametrize("expects", ["reply", "reply_with_file"])
def test_what_awaits_an_answer_cannot_be_marked_read(live, rest, send_by_rest, expects):
    """B35, B36, decision 1"""
    anna, thread = rest("anna"), send_by_rest(expects=expects)
    for act in ACTS[:-1]:
        assert anna.post(f"{thread}/@read", json={"act": act}).status_code == 204
    refused = anna.post(f"{thread}/@read", json={"act": "mark_read"})
    assert refused.status_code == 400
    assert refused.json()["message"]
    assert unread(anna) == 1
    row = rest("handler").get(f"{thread}/@messages").json()["items"][0]["recipients"][0]
    assert row["first_opened"] is not None
    assert row["settled"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"text": ""},
        {"text": "  \n "},
        {"expects": ""},
        {"expects": "everything"},
        {"expects": None},
        {"recipients": ["handler@firm.example"]},
        {"recipients": ["nobody"]},
        {"recipients": ["not an address@"]},
        {"recipients": "anna@example.org"},
        {"documents": ["0" * 32]},
        {"attachments": [{"filename": "a", "data": "!"}]},
        {"attachments": ["a"]},
        {"thread": "0" * 32},
    ],
)
def test_what_cannot_be_sent_is_refused_with_a_reason_and_leaves_nothing(live, rest, change):
    """B13, B16, B19, B22"""
    body = {"text": "Text", "expects": "reply", "recipients": [live.people["anna"]], **change}
    response = rest("handler").post(f"{matter_url(live)}/@send", json=body)
    assert response.status_code in (400, 404), response.text
    assert response.json()["message"]
    assert unread(rest("anna")) == 0
    assert list(live.matter.objectIds("Client Portal Thread", ordered=False)) == []


def test_no_recipient_at_all_is_refused(live, rest):
    """B16: nothing remembered, nobody chosen."""
    body = {"text": "Text", "expects": "reply"}
    assert rest("handler").post(f"{matter_url(live)}/@send", json=body).status_code == 400


def test_recipients_are_remembered(live, rest, send_by_rest):
    """B14, B20"""
    send_by_rest(to=("thomas",))
    response = rest("handler").post(
        f"{matter_url(live)}/@send", json={"text": "Noch etwas.", "expects": "acknowledge"}
    )
    assert [row["id"] for row in response.json()["recipients"]] == [live.people["thomas"]]


def test_a_new_address_is_invited_while_sending(live, rest):
    """B6, B25, B26"""
    body = {"text": "Text", "expects": "reply", "recipients": ["Neu@Example.ORG"]}
    assert rest("handler").post(f"{matter_url(live)}/@send", json=body).status_code == 201
    person = registers.registers().addresses["neu@example.org"]
    mails = [e.event for e in registers.registers().outbox.values() if e.recipient == person]
    assert sorted(mails) == ["message", "registration"]
    assert person in live.matter.participants


def test_expecting_a_reply_of_somebody_who_may_not_write(live, rest):
    """B7, B38"""
    handler, anna = rest("handler"), live.people["anna"]
    handler.patch(f"{matter_url(live)}/@participants/{anna}", json={"may_write": False})
    body = {"text": "Text", "expects": "reply", "recipients": [anna]}
    refused = handler.post(f"{matter_url(live)}/@send", json=body)
    assert (refused.status_code, "Anna Berger" in refused.json()["message"]) == (400, True)
    body["expects"] = "acknowledge"
    sent = handler.post(f"{matter_url(live)}/@send", json=body)
    thread = f"{matter_url(live)}/{sent.json()['thread']}"
    assert rest("anna").post(f"{thread}/@messages", json={"text": "Doch."}).status_code == 403
    assert rest("anna").get(f"{thread}/@messages").status_code == 200


@pytest.mark.parametrize(
    "name, expected",
    [
        ("colleague", 403),
        ("boss", 404),
        ("anna", 403),
        ("paula", 404),
        ("member", 404),
        (None, 401),
    ],
)
def test_who_may_not_send(live, rest, name, expected):
    """A2, B8"""
    body = {"text": "Text", "expects": "reply", "recipients": [live.people["anna"]]}
    assert rest(name).post(f"{matter_url(live)}/@send", json=body).status_code == expected


def test_a_closed_portal(live, rest, send_by_rest):
    """A3, decision 7: nothing goes in or out, nothing is lost."""
    anna, handler, thread = rest("anna"), rest("handler"), send_by_rest()
    handler.post(f"{matter_url(live)}/@portal", json={"enabled": False})
    assert unread(anna) == 0
    assert anna.post(f"{thread}/@messages", json={"text": "x"}).status_code == 404
    body = {"text": "Text", "expects": "reply", "recipients": [live.people["anna"]]}
    assert handler.post(f"{matter_url(live)}/@send", json=body).status_code == 400
    handler.post(f"{matter_url(live)}/@portal", json={"enabled": True})
    assert unread(anna) == 1


def test_a_removed_recipient(live, rest, send_by_rest):
    """Removed: the thread is gone for them, and does not wait for them any more."""
    thread = send_by_rest()
    rest("handler").delete(f"{matter_url(live)}/@participants/{live.people['anna']}")
    assert unread(rest("anna")) == 0
    assert rest("anna").get(f"{thread}/@messages").status_code == 404
    assert status_of(rest("handler"))["status"] == "none"
    body = {"text": "Noch etwas?", "expects": "reply"}
    for more in ({"recipients": [live.people["anna"]]}, {"thread": thread.rsplit("/", 1)[1]}, {}):
        answer = rest("handler").post(f"{matter_url(live)}/@send", json=body | more)
        assert answer.status_code == 400, more


def test_of_those_remembered_only_who_still_takes_part(live, rest, send_by_rest):
    """B14, B20: nobody is written to who was taken off the matter."""
    send_by_rest(to=["anna", "thomas"])
    handler = rest("handler")
    handler.delete(f"{matter_url(live)}/@participants/{live.people['thomas']}")
    body = {"text": "Noch etwas?", "expects": "reply"}
    sent = handler.post(f"{matter_url(live)}/@send", json=body).json()
    assert [recipient["id"] for recipient in sent["recipients"]] == [live.people["anna"]]


def test_a_document_of_another_matter_is_not_sent(live, rest):
    """B21: nor one that is no document, nor one that was released."""
    shared = live.release(live.add()).documents[0].getId()
    with live.as_user("colleague"):
        other = live.other_matter.UID()
    body = {"text": "x", "expects": "reply", "recipients": [live.people["anna"]]}
    handler = rest("handler")
    foreign = rest("colleague").upload(live.other_matter, "Fremd.pdf")
    for uid in (foreign, other, shared, live.matter.UID(), "0" * 32):
        answer = handler.post(f"{matter_url(live)}/@send", json=body | {"documents": [uid]})
        assert answer.status_code == 400, uid
    assert unread(rest("anna")) == 0


def test_a_thread_of_another_matter(live, rest, send_by_rest):
    """A thread is only reached through its own matter."""
    thread_uid = send_by_rest().rpartition("/")[2]
    body = {"text": "Text", "expects": "reply", "thread": thread_uid}
    response = rest("colleague").post(f"{live.other_matter.absolute_url()}/@send", json=body)
    assert response.status_code == 404


def test_two_clients_in_separate_threads_see_no_trace_of_each_other(live, rest, send_by_rest):
    """C12, issue 3"""
    mine, theirs = send_by_rest("GEHEIM-A", to=("anna",)), send_by_rest("GEHEIM-T", to=("thomas",))
    anna = rest("anna")
    assert anna.get(f"{theirs}/@messages").status_code == 404
    for path in ("@inbox", "@portal", f"{mine}/@messages", f"{matter_url(live)}/@@portal"):
        text = anna.get(path).text
        for trace in (
            "GEHEIM-T",
            "Thomas",
            "thomas",
            live.people["thomas"],
            theirs.rpartition("/")[2],
        ):
            assert trace not in text, (path, trace)


def test_one_recipients_reply_clears_nothing_for_the_others(live, rest, send_by_rest):
    """B32, decision 3"""
    thread = send_by_rest(to=("anna", "thomas"))
    rest("anna").post(f"{thread}/@messages", json={"text": "Ja."})
    assert (unread(rest("anna")), unread(rest("thomas"))) == (0, 1)
    assert status_of(rest("handler"))["status"] == "awaiting_reply"


def test_of_other_recipients_a_client_sees_no_row(live, rest, send_by_rest):
    """C12"""
    thread = send_by_rest(to=("anna", "thomas"))
    rows = rest("anna").get(f"{thread}/@messages").json()["items"][0]["recipients"]
    assert [row["id"] for row in rows] == [live.people["anna"]]


def test_an_internal_note_leaves_no_trace_for_clients(live, rest, send_by_rest):
    """B12"""
    thread = send_by_rest()
    body = {"text": "NOTIZ", "internal": True, "attachments": [file("notiz.txt", b"NOTIZ")]}
    note = rest("handler").post(f"{thread}/@messages", json=body)
    assert note.status_code == 201
    anna = rest("anna")
    assert len(anna.get(f"{thread}/@messages").json()["items"]) == 1
    for path in (f"{thread}/@messages", "@inbox", "@portal", f"{thread}/@@portal", "@@portal"):
        assert "NOTIZ" not in anna.get(path).text
        assert "notiz" not in anna.get(path).text
    attachment = note.json()["files"][0]["@id"]
    assert anna.get(attachment).status_code == 404
    assert rest("handler").get(attachment).content == b"NOTIZ"
    assert len(rest("handler").get(f"{thread}/@messages").json()["items"]) == 2
    assert unread(anna) == 1
    recipients = [
        e.recipient for e in registers.registers().outbox.values() if e.event == "message"
    ]
    assert recipients == [live.people["anna"]]


def test_a_client_cannot_write_a_note_or_expect_something(live, rest, send_by_rest):
    """Fields that are not theirs are refused."""
    thread, anna = send_by_rest(), rest("anna")
    others = {"internal": True, "expects": "reply", "recipients": [live.people["thomas"]]}
    for name, value in (others | {"documents": [], "title": "x"}).items():
        answer = anna.post(f"{thread}/@messages", json={"text": "x", name: value})
        assert (answer.status_code, name in answer.json()["message"]) == (400, True)
    assert len(anna.get(f"{thread}/@messages").json()["items"]) == 1


@pytest.mark.parametrize("count, expected", [(20, 201), (21, 400)])
def test_the_number_of_files(live, rest, send_by_rest, count, expected):
    """B40"""
    thread = send_by_rest()
    body = {"text": "Hier.", "attachments": [file(f"{n}.txt") for n in range(count)]}
    assert rest("anna").post(f"{thread}/@messages", json=body).status_code == expected
    assert len(live.matter[thread.rpartition("/")[2]].messages) == (2 if expected == 201 else 1)


@pytest.mark.parametrize("extra, expected", [(0, 201), (1, 400)])
def test_the_size_of_files(live, rest, send_by_rest, extra, expected):
    """B40: exactly 35 × 1024² bytes are taken, one more is not."""
    thread = send_by_rest()
    sizes = (20 * MEGABYTE, 15 * MEGABYTE + extra)
    files = [file(f"{size}.pdf", b"%PDF-".ljust(size)) for size in sizes]
    response = rest("anna").post(
        f"{thread}/@messages", json={"text": "Hier.", "attachments": files}
    )
    assert response.status_code == expected, response.text[:300]
    assert expected == 201 or "35" in response.json()["message"]


def test_text_is_required_even_with_files(live, rest, send_by_rest):
    """B40"""
    thread = send_by_rest()
    body = {"text": " ", "attachments": [file()]}
    assert rest("anna").post(f"{thread}/@messages", json=body).status_code == 400


def test_documents_are_sent_as_snapshots_and_marked(live, rest, send_by_rest):
    """A14, A13, A26: with a message, marked, not to be ended."""
    handler, anna = rest("handler"), rest("anna")
    uid = handler.upload(live.matter)
    thread = send_by_rest(documents=[uid])
    sent = anna.get(f"{thread}/@messages").json()["items"][0]["files"][0]
    assert anna.get(sent["@id"]).content.startswith(b"%PDF")
    share = handler.get(f"{matter_url(live)}/@shares").json()["items"][0]
    assert (share["source"], share["with_message"], share["state"]) == (uid, True, "released")
    assert handler.delete(f"{matter_url(live)}/@shares/{share['id']}").status_code == 400
    handler.share(live.matter, [uid], live.annas)
    folder_share = next(
        row
        for row in handler.get(f"{matter_url(live)}/@shares").json()["items"]
        if not row["with_message"]
    )
    assert handler.delete(f"{matter_url(live)}/@shares/{folder_share['id']}").status_code == 204
    assert anna.get(sent["@id"]).status_code == 200


def test_a_repeated_request_stores_one_message(live, rest, send_by_rest):
    """Idempotency-Key: the same answer again; another body is refused."""
    thread = send_by_rest()
    anna, headers = rest("anna"), {"Idempotency-Key": "form-1"}
    first = anna.post(f"{thread}/@messages", json={"text": "Ja."}, headers=headers)
    again = anna.post(f"{thread}/@messages", json={"text": "Ja."}, headers=headers)
    assert first.json() == again.json()
    other = anna.post(f"{thread}/@messages", json={"text": "Nein."}, headers=headers)
    assert other.status_code == 400
    elsewhere = send_by_rest("Noch etwas?", to=["anna", "thomas"])
    misplaced = anna.post(f"{elsewhere}/@messages", json={"text": "Ja."}, headers=headers)
    assert (elsewhere != thread, misplaced.status_code) == (True, 400)
    assert len(anna.get(f"{thread}/@messages").json()["items"]) == 2
    body = {"text": "x", "expects": "reply", "recipients": [live.people["anna"]]}
    handler = rest("handler")
    sent = [
        handler.post(f"{matter_url(live)}/@send", json=body, headers=headers).json()["id"]
        for _ in range(2)
    ]
    assert sent[0] == sent[1]
    assert (
        handler.post(
            f"{matter_url(live)}/@send", json=body | {"expects": "acknowledge"}, headers=headers
        ).status_code
        == 400
    )


def test_a_repeated_request_of_a_form_stores_one_message(live, rest, send_by_rest):
    """Issue 3: browsers send lines that end in CR LF, and people leave space around."""
    thread, anna = send_by_rest(), rest("anna")
    body = {"text": "  Guten Tag,\r\n\r\nja.\r\n "}
    headers = {"Idempotency-Key": "form-1"}
    answers = [anna.post(f"{thread}/@messages", json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["text"] == "Guten Tag,\n\nja."


def test_another_file_of_the_same_name_and_size_is_another_request(live, rest, send_by_rest):
    """Issue 3: the key is for one message; a corrected file is not lost under it."""
    thread, anna, headers = send_by_rest(), rest("anna"), {"Idempotency-Key": "form-1"}
    codes = [
        anna.post(
            f"{thread}/@messages",
            json={"text": "Hier.", "attachments": [file(data=data)]},
            headers=headers,
        ).status_code
        for data in (b"a", b"a", b"b")
    ]
    assert codes == [201, 201, 400]


ODD_TEXTS = ["a\x07b\x1b[31m", "a\x9fb\u202e", "a\uffffb", "a\U0001f4ceb"]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_no_text_breaks_the_journal(live, rest, send_by_rest, work, text):
    """Issue 2, point 9: whatever somebody writes, it can be read, hashed and sealed."""
    thread, handler = send_by_rest(), rest("handler")
    assert rest("anna").post(f"{thread}/@messages", json={"text": text}).status_code == 201
    body = {"email": "new@example.org", "fullname": text, "party": text}
    assert handler.post(f"{matter_url(live)}/@participants", json=body).status_code == 201
    body = {"@type": "PortalFolder", "title": text}
    assert handler.post(matter_url(live), json=body).status_code == 201
    assert handler.patch(matter_url(live), json={"title": text}).status_code < 500
    work()
    assert not registers.registers().unsealed.keys(1)
    assert handler.get(f"{matter_url(live)}/@journal").status_code == 200
    for page in ("", "/@@messages", "/@@activity", "/@@people", "/@@portal-contents"):
        answer = handler.get(f"{matter_url(live)}{page}", headers={"Accept": "text/html"})
        assert answer.status_code == 200, page
    assert rest("anna").get("@@portal").status_code == 200
    assert handler.get("@@matters-csv").status_code == 200


@pytest.mark.parametrize("data", ["ä", "no base64!", 5])
def test_what_is_no_file_is_refused_with_a_reason(live, rest, send_by_rest, data):
    """B40: bad input gets a clear error."""
    attachment = file() | {"data": data}
    answer = rest("anna").post(
        f"{send_by_rest()}/@messages", json={"text": "x", "attachments": [attachment]}
    )
    assert (answer.status_code, bool(answer.json()["message"])) == (400, True)


@pytest.mark.parametrize("expects", ["reply", "acknowledge"])
def test_the_state_of_a_thread_follows_its_roster(live, rest, send_by_rest, expects):
    """B32: nobody waits for somebody who was taken off the matter."""
    thread = send_by_rest("Bitte antworten.", expects, to=["anna", "thomas"])
    rest("anna").post(f"{thread}/@messages", json={"text": "Ja."})
    matter, handler = matter_url(live), rest("handler")
    stored = live.matter[thread.rsplit("/", 1)[1]]
    waiting = f"awaiting_{'acknowledgement' if expects == 'acknowledge' else expects}"
    assert api.content.get_state(stored) == waiting
    handler.delete(f"{matter}/@participants/{live.people['thomas']}")
    assert api.content.get_state(stored) == "with_us"


def test_invited_again_one_starts_anew(live, rest, send_by_rest):
    """Removed and invited again, a client sees none of the threads and folders of old."""
    thread = send_by_rest()
    matter, handler = matter_url(live), rest("handler")
    handler.delete(f"{matter}/@participants/{live.people['anna']}")
    handler.post(f"{matter}/@participants", json={"email": "anna@example.org"})
    assert rest("anna").get(f"{thread}/@messages").status_code == 404
    assert rest("anna").get("@inbox").json() == {"unread": 0, "items": []}


def test_paging(live, rest, send_by_rest):
    """The newest page first, `next` leads back."""
    thread = send_by_rest()
    anna = rest("anna")
    for n in range(4):
        anna.post(f"{thread}/@messages", json={"text": str(n)})
    page = anna.get(f"{thread}/@messages?limit=3").json()
    assert [m["text"] for m in page["items"]] == ["1", "2", "3"]
    page = anna.get(f"{thread}/@messages?limit=3&before={page['next']}").json()
    assert ([m["text"] for m in page["items"]], page["next"]) == (["Bitte antworten.", "0"], None)
    assert anna.get(f"{thread}/@messages?limit=0").status_code == 400


def test_twenty_people_post_into_one_thread_at_once(live, rest, send_by_rest):
    """Issue 3: 400 posts, 400 stored once each, none failed."""
    users = api.portal.get_tool("acl_users")
    for number in range(20):
        with live.as_user("handler"):
            info = participants.invite(live.matter, f"client{number}@example.org")
        users.userSetPassword(info.id, PASSWORD)
        live.people[f"client{number}"] = info.id
    thread = send_by_rest(to=[f"client{number}" for number in range(20)])
    clients = [rest(f"client{number}") for number in range(20)]

    def post(number):
        client = clients[number]
        return [
            # Past the session's own commit and begin, which belong to the test's thread.
            super(type(client), client)
            .request("POST", f"{thread}/@messages", json={"text": f"{number}-{n}"})
            .status_code
            for n in range(20)
        ]

    with ThreadPoolExecutor(20) as pool:
        codes = [code for found in pool.map(post, range(20)) for code in found]
    assert codes == [201] * 400
    found, before = [], ""
    while before is not None:
        page = rest("handler").get(f"{thread}/@messages?limit=200&before={before}").json()
        found += [message["text"] for message in page["items"]]
        before = page["next"]
    expected = {f"{number}-{n}" for number in range(20) for n in range(20)}
    assert len(found) == 401
    assert expected <= set(found)


@pytest.mark.parametrize(
    "query", ["before=" + "9" * 30, f"before={2**64}", "before=x", "before=1&before=2"]
)
def test_odd_queries_are_no_errors(live, rest, send_by_rest, query):
    """Whatever stands in the address, the answer is a reason."""
    thread = send_by_rest()
    assert rest("anna").get(f"{thread}/@messages?{query}").status_code == 400
    assert rest("handler").get(f"@matters?{query}").status_code == 400


def test_head_sends_no_bytes(live, rest, send_by_rest):
    """The headers of a download, and nothing behind them."""
    thread = send_by_rest(documents=[rest("handler").upload(live.matter)])
    anna = rest("anna")
    sent = anna.get(f"{thread}/@messages").json()["items"][0]["files"][0]
    for _again in range(2):
        response = anna.head(sent["@id"])
        assert (response.status_code, response.content) == (200, b"")
    assert anna.get(sent["@id"]).content.startswith(b"%PDF")


def test_an_act_counts_for_what_was_on_the_page(live, rest, send_by_rest):
    """B28, C3: a message that came after the page was made is not opened by it."""
    anna = rest("anna")
    thread = send_by_rest("Erste.", "acknowledge")
    seen = anna.get(f"{thread}/@messages").json()["items"][-1]["id"]
    send_by_rest("Zweite.", "acknowledge", thread=thread.rsplit("/", 1)[1])
    body = {"act": "mark_read", "seen": seen}
    assert anna.post(f"{thread}/@read", json=body).status_code == 204
    assert anna.get("@inbox").json()["items"][0]["excerpt"] == "Zweite."
    first, second = rest("handler").get(f"{thread}/@messages").json()["items"]
    assert first["recipients"][0]["settled"]
    assert second["recipients"][0]["settled"] is None
    assert second["recipients"][0]["first_opened"] is None
    assert anna.post(f"{thread}/@read", json={"act": "mark_read"}).status_code == 204
    assert unread(anna) == 0


def test_a_clock_that_is_put_back_hides_nothing(live, rest, send_by_rest, monkeypatch):
    """Issue 5, point 6: what is sent later comes later, and is awaited, whatever the clock says."""
    thread, anna = send_by_rest("Zuerst."), rest("anna")
    anna.post(f"{thread}/@read", json={"act": "confirm"})
    earlier = time.time_ns() - 3600 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: earlier)
    send_by_rest("Danach.", thread=thread.rpartition("/")[2])
    texts = [item["text"] for item in anna.get(f"{thread}/@messages").json()["items"]]
    assert texts == ["Zuerst.", "Danach."]
    [item] = anna.get("@inbox").json()["items"]
    assert item["excerpt"] == "Danach."


def test_a_reply_answers_what_was_on_the_page(live, rest, send_by_rest):
    """B35: the question that came meanwhile is still open."""
    anna = rest("anna")
    thread = send_by_rest("Erste Frage?")
    seen = anna.get(f"{thread}/@messages").json()["items"][-1]["id"]
    send_by_rest("Zweite Frage?", thread=thread.rsplit("/", 1)[1])
    body = {"text": "Ja.", "seen": seen}
    assert anna.post(f"{thread}/@messages", json=body).status_code == 201
    assert unread(anna) == 1
    assert status_of(rest("handler"))["status"] == "awaiting_reply"
    assert anna.post(f"{thread}/@messages", json={"text": "Nein."}).status_code == 201
    assert unread(anna) == 0


@pytest.mark.parametrize("seen", ["x", "", "9" * 40, "-1"])
def test_odd_ids_of_what_was_seen(live, rest, send_by_rest, seen):
    """What is no id of a message is refused."""
    thread, anna = send_by_rest(expects="acknowledge"), rest("anna")
    assert anna.post(f"{thread}/@read", json={"act": "mark_read", "seen": seen}).status_code == 400
    assert unread(anna) == 1


def test_an_empty_file_is_none(live, rest, send_by_rest):
    """B36: a file of 0 bytes is kept, and the file stays awaited."""
    thread, anna = send_by_rest(expects="reply_with_file"), rest("anna")
    body = {"text": "Hier.", "attachments": [file(data=b"")]}
    assert anna.post(f"{thread}/@messages", json=body).status_code == 201
    assert unread(anna) == 1


def test_two_who_reply_at_once_do_not_overlook_each_other(live, send_by_rest, elsewhere):
    """B32, decision 3: each sees the other's row as it was; the sealer, after both, sees all of them."""
    thread = send_by_rest(to=["anna", "thomas"]).rsplit("/", 1)[1]
    live.matter.resubmission = None
    matters.resubmit_today(live.matter)

    def reply(matter, name="thomas"):
        with live.as_user(name):
            messages.reply(matter[thread], messages.Draft("Ja."))

    transaction.commit()
    commit = elsewhere(reply)
    reply(live.matter, "anna")
    transaction.commit()
    commit()
    transaction.begin()
    row = matter_list.row(live.matter)
    assert row.status == "with_us"
    assert states.of(live.matter[thread]) == cards.of(live.matter.UID()).status == "awaiting_reply"
    journal.seal()
    assert states.of(live.matter[thread]) == cards.of(live.matter.UID()).status == "with_us"
    assert cards.of(live.matter.UID()).unseen == 2
    with live.as_user("handler"):
        reading.open_(live.matter[thread], Act.OPEN_MESSAGE)
    journal.seal()
    assert cards.of(live.matter.UID()).unseen == 0


@pytest.mark.parametrize("on", [True, False])
def test_clients_of_a_restricted_matter_are_suggested_to_nobody_else(live, rest, on):
    """A2, B18: whether its portal is on or off."""
    with live.as_user("colleague"):
        secret = matters.create(
            live.portal["matters"], "Geheim", "26/0999", ["colleague"], restricted=True
        )
        matters.switch_portal(secret, on)
        participants.invite(secret, "geheim@example.org", "Gerda Geheim")
    handler = rest("handler")
    for scope in ("matter", "clients", "all"):
        answer = handler.get(f"{matter_url(live)}/@recipients?scope={scope}&q=geheim")
        assert answer.json() == {"items": []}, scope
    found = handler.get(f"{matter_url(live)}/@recipients?scope=clients&q=paula").json()["items"]
    assert [item["email"] for item in found] == ["paula@example.org"]


def test_a_placeholder_is_not_sent(live, rest):
    """B11: what a text block left open is filled in by somebody, or nothing is sent."""
    body = {"expects": "reply", "recipients": [live.people["anna"]]}
    for left in ("${recipient}", "$sender", "${noname}"):
        answer = rest("handler").post(
            f"{matter_url(live)}/@send", json=body | {"text": f"Guten Tag {left},"}
        )
        assert answer.status_code == 400
        assert left.strip("${}") in answer.json()["message"]
    money = body | {"text": "5 $ und US$100 und $noname"}
    assert rest("handler").post(f"{matter_url(live)}/@send", json=money).status_code == 201


def test_an_unknown_recipient_is_named(live, rest):
    """B19: which of them it is."""
    body = {"text": "x", "expects": "reply", "recipients": [live.people["anna"], "kaputt"]}
    answer = rest("handler").post(f"{matter_url(live)}/@send", json=body)
    assert answer.status_code == 400
    assert "kaputt" in answer.json()["message"]


def test_an_empty_list_of_recipients_is_nobody(live, rest, send_by_rest):
    """B16: those remembered, or of the thread, are meant where nothing is said, not where nobody is."""
    thread = send_by_rest()
    handler = rest("handler")
    body = {"text": "x", "expects": "reply", "recipients": []}
    assert handler.post(f"{matter_url(live)}/@send", json=body).status_code == 400
    assert handler.post(f"{thread}/@messages", json=body).status_code == 400
    del body["recipients"]
    assert handler.post(f"{matter_url(live)}/@send", json=body).status_code == 201
    assert handler.post(f"{thread}/@messages", json=body).status_code == 201


@pytest.mark.parametrize("text", ["\u200b", " \u2060\n", "\u202e\u00a0"])
def test_a_text_that_nobody_sees_is_none(live, rest, send_by_rest, text):
    """B40: text required."""
    body = {"text": text, "attachments": [file()]}
    assert rest("anna").post(f"{send_by_rest()}/@messages", json=body).status_code == 400


@pytest.mark.parametrize("attachment", [{}, {"filename": "a.txt"}, {"data": ""}, "a", None])
def test_a_file_needs_name_and_data(live, rest, send_by_rest, attachment):
    """B40: what is no file is not stored as an empty one."""
    body = {"text": "x", "attachments": [attachment]}
    assert rest("anna").post(f"{send_by_rest()}/@messages", json=body).status_code == 400


def test_a_declared_type_is_no_header(live, rest, send_by_rest):
    """security.md 2.2: what a client says of a file comes back nowhere: its type is told by its content."""
    thread = send_by_rest()
    for declared in ('text/html; charset="x\r\nX-Inj: 1', "Image/PNG"):
        body = {"text": "x", "attachments": [file("a.txt") | {"content-type": declared}]}
        sent = rest("anna").post(f"{thread}/@messages", json=body).json()["files"][0]
        answer = rest("handler").get(sent["@id"])
        assert answer.headers["Content-Type"].partition(";")[0] == "text/plain"
        assert "X-Inj" not in answer.headers
