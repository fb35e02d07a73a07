"""What comes in: read strictly, refused with a reason; what only the server says is said by nobody else."""

import base64
import json
import pytest
import requests
import transaction
from collective.clientportal.domain import messages
from conftest import BASE_URL
from conftest import PDF


JSON = {"Content-Type": "application/json"}
FILE = {"filename": "a.pdf", "encoding": "base64", "data": base64.b64encode(PDF).decode()}


def matter_url(live):
    return live.matter.absolute_url()


@pytest.fixture
def thread(live):
    """The address of a thread in which an answer is expected of Anna."""
    with live.as_user("handler"):
        anna = [live.people["anna"]]
        sent, _message = messages.send(
            live.matter, messages.Draft("Bitte antworten."), "reply", anna
        )
    transaction.commit()
    return sent.absolute_url()


def texts(live, thread):
    """Return the texts that are stored in a thread."""
    live.matter._p_jar.sync()
    return [message.text for message in live.matter[thread.rpartition("/")[2]].messages.values()]


# Headers by which a browser says where a request comes from → whether it may change something.
ORIGINS = [
    ({}, True),
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "cross-site", "Origin": BASE_URL}, False),
    ({"Sec-Fetch-Site": "nonsense"}, False),
    ({"Origin": BASE_URL}, True),
    ({"Origin": "{own}"}, True),
    ({"Origin": "{own}.evil.example"}, False),
    ({"Origin": f"{BASE_URL}:8443"}, False),
    ({"Origin": "http://portal.example"}, False),
    ({"Origin": "https://evil.example"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": ""}, False),
]


@pytest.mark.parametrize(("headers", "fine"), ORIGINS)
def test_another_site_changes_nothing(live, rest, thread, headers, fine):
    """Issue 4, point 5: own services, and Plone's, look at Sec-Fetch-Site and Origin."""
    own = live.portal.absolute_url().rpartition("/")[0]
    headers = {name: value.replace("{own}", own) for name, value in headers.items()}
    anna, handler = rest("anna"), rest("handler")
    answer = anna.post(f"{thread}/@messages", json={"text": "Ja."}, headers=headers)
    assert answer.status_code == (201 if fine else 403)
    assert texts(live, thread).count("Ja.") == fine
    for method, url, body in (
        ("PATCH", matter_url(live), {"title": "Anders"}),
        ("DELETE", f"{matter_url(live)}/@participants/{live.people['thomas']}", None),
    ):
        found = handler.request(method, url, json=body, headers=headers).status_code
        assert found == (204 if fine else 403), method
    assert anna.get("@portal", headers=headers).status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "*/*", "application/json"])
def test_another_site_has_no_way_round(live, rest, thread, accept):
    """security.md 2.2, CSRF on REST: cookie, text/plain and a foreign Origin, by ++api++, too."""
    site = live.portal.absolute_url()
    browser = rest()
    form = {"__ac_name": live.login("anna"), "__ac_password": rest("anna").auth[1]}
    browser.post("login", data=form | {"buttons.login": "1"})
    place = f"{site}/++api++{thread.removeprefix(site)}"
    headers = {"Accept": accept, "Content-Type": "text/plain", "Origin": "https://evil.example"}
    answer = browser.post(f"{place}/@messages", data='{"text": "Ja."}', headers=headers)
    assert answer.status_code == 403
    headers |= {"Origin": BASE_URL}
    answer = browser.post(f"{place}/@messages", data='{"text": "Ja."}', headers=headers)
    assert answer.status_code == 415
    headers |= {"Content-Type": "application/json"}
    answer = browser.post(f"{place}/@messages", data='{"text": "Ja."}', headers=headers)
    assert answer.status_code == 201


MEDIA_TYPES = [
    ("application/json", 201),
    ("Application/JSON; charset=utf-8", 201),
    ("text/plain", 415),
    ("application/x-www-form-urlencoded", 415),
    ("multipart/form-data; boundary=x", 400),
    ("application/jsonp", 415),
    ("text/json", 415),
    (None, 415),
]


@pytest.mark.parametrize(("media_type", "status"), MEDIA_TYPES)
def test_media_type(live, rest, thread, media_type, status):
    """Issue 4, point 5: content type; a body that is no JSON is 415, in words."""
    headers = {"Content-Type": media_type}
    answer = rest("anna").post(f"{thread}/@messages", data='{"text": "Ja."}', headers=headers)
    assert answer.status_code == status, answer.text
    assert status == 201 or answer.json()["message"]


DEEP = "[" * 20_000
NO_JSON = {
    "empty": "",
    "list": "[]",
    "text": '"x"',
    "number": "7",
    "null": "null",
    "half": '{"text": "x"',
    "two": '{"text": "x"} {}',
    "deep list": DEEP,
    "deep object": '{"a":' * 20_000,
    "deep and closed": '{"text": ' + "[" * 20_000 + "]" * 20_000 + "}",
    "NaN": '{"text": NaN}',
    "Infinity": '{"text": -Infinity}',
    "huge": '{"text": 1e999}',
    "endless": '{"text": ' + "9" * 5000 + "}",
    "twice": '{"text": "x", "text": "y"}',
    "UTF-16": '{"text": "x"}'.encode("utf-16"),
    "latin-1": '{"text": "ü"}'.encode("latin-1"),
    "byte order mark": b'\xef\xbb\xbf{"text": "x"}',
}


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
def test_what_is_no_json(live, rest, thread, body):
    """Issue 4, point 5: own services and Plone's: 400, and nothing happens."""
    calls = [
        ("anna", "POST", f"{thread}/@messages"),
        ("handler", "PATCH", matter_url(live)),
        ("handler", "POST", live.portal["matters"].absolute_url()),
        (None, "POST", "@login"),
        ("anna", "POST", "@login"),
    ]
    for person, method, url in calls:
        if body == "" and method == "PATCH":
            continue  # nothing to change
        answer = rest(person).request(method, url, data=body, headers=JSON)
        assert (answer.status_code, bool(answer.json())) == (400, True), (person, method, url)
    assert texts(live, thread) == ["Bitte antworten."]


# Field of an answer → values that do not belong there.
WRONG = {
    "text": [None, 5, True, [], {}, "", "a\0b", "a\ud800b", "x" * 100_001],
    "seen": ["", "x", "-1", "1\n", "9" * 20, 5, ["1"], "\u0661"],
    "attachments": [
        "x",
        {},
        [5],
        [{}],
        [[FILE]],
        [FILE | {"more": 1}],
        [FILE | {"filename": ""}],
        [FILE | {"filename": "a\0.pdf"}],
        [FILE | {"encoding": "gzip"}],
        [FILE | {"data": "no base64!"}],
        [FILE | {"data": 5}],
        [FILE | {"content-type": ["application/pdf"]}],
    ],
}


@pytest.mark.parametrize("field", WRONG)
def test_wrong_values_are_refused_with_the_name_of_the_field(live, rest, thread, field):
    """Issue 4, point 5: 400 with the field's name."""
    for value in WRONG[field]:
        answer = rest("anna").post(f"{thread}/@messages", json={"text": "Ja."} | {field: value})
        assert (answer.status_code, field in answer.json()["message"]) == (400, True), value
    assert texts(live, thread) == ["Bitte antworten."]


MADE_HERE = [
    "author",
    "creator",
    "creators",
    "created",
    "modified",
    "effective",
    "id",
    "uid",
    "UID",
]
MADE_HERE += ["review_state", "status", "time", "date", "@id"]


@pytest.mark.parametrize("field", [*MADE_HERE, "txet"])
def test_who_when_and_which_are_not_for_the_sender_to_say(live, rest, thread, field):
    """security.md 2.2, forged authorship: refused with 400 by every service of ours that takes a body."""
    value = ["lawuidx"] if field == "creators" else "2001-01-01"
    handler, matter, document = rest("handler"), matter_url(live), live.add().UID()
    anna = live.people["anna"]
    calls = [
        ("anna", "POST", f"{thread}/@messages", {"text": "Ja."}),
        ("anna", "POST", f"{thread}/@read", {"act": "open_message"}),
        ("handler", "POST", f"{thread}/@messages", {"text": "Notiz", "internal": True}),
        ("handler", "POST", f"{matter}/@send", {"text": "x", "expects": "reply"}),
        ("handler", "POST", f"{matter}/@participants", {"email": "carla@example.org"}),
        ("handler", "PATCH", f"{matter}/@participants/{anna}", {"party": "Zeugin"}),
        ("handler", "POST", matter, {"@type": "PortalFolder", "title": "x"}),
        ("handler", "POST", f"{matter}/@portal", {"enabled": True}),
        ("handler", "POST", f"{matter}/@share", {"documents": [document], "folder": "0" * 32}),
    ]
    for person, method, url, body in calls:
        answer = rest(person).request(method, url, json=body | {field: value})
        assert (answer.status_code, field in answer.json()["message"]) == (400, True), (method, url)
    assert texts(live, thread) == ["Bitte antworten."]
    assert len(handler.get(f"{matter}/@participants").json()["items"]) == 2


@pytest.mark.parametrize("field", MADE_HERE)
def test_nor_by_plones_own_services(live, rest, field):
    """security.md 2.2, forged authorship, id shadowing: matters, and files in one, over plone.restapi."""
    value = ["lawuidx"] if field == "creators" else "2001-01-01T00:00:00"
    handler, matter, document = rest("handler"), matter_url(live), live.add()
    before = (document.creators, document.effective(), document.getId(), document.UID())
    new = {"@type": "Matter", "title": "Erbsache Kern", "reference": "26/0031"}
    calls = [
        ("POST", live.portal["matters"].absolute_url(), new),
        ("PATCH", matter, {"title": "Anders"}),
        ("POST", matter, {"@type": "File", "title": "a.pdf", "file": FILE}),
        ("PATCH", document.absolute_url(), {"title": "Anders"}),
    ]
    for method, url, body in calls:
        answer = handler.request(method, url, json=body | {field: value})
        # Plone itself refuses a UID with 403.
        assert answer.status_code in ((400, 403) if field == "UID" else (400,)), (method, url)
        assert field in answer.text
    live.matter._p_jar.sync()
    assert (document.creators, document.effective(), document.getId(), document.UID()) == before
    assert (live.matter.title, document.title) == ("Scheidung Berger", "Klage.pdf")
    assert len(live.portal["matters"].objectIds()) == 2


def test_a_resumable_upload_writes_no_other_field(live, rest):
    """security.md 2.2, forged authorship: Plone lets the sender name the field that the bytes go into."""
    handler, matter = rest("handler"), matter_url(live)
    before = len(live.matter.objectIds())
    for field in ("creators", "id", "effective"):
        names = {"filename": "a.pdf", "content-type": "application/pdf", "fieldname": field}
        metadata = ",".join(
            f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in names.items()
        )
        tus = {"Tus-Resumable": "1.0.0"}
        headers = tus | {"Upload-Length": "3", "Upload-Metadata": metadata}
        begun = handler.post(f"{matter}/@tus-upload", headers=headers)
        assert begun.status_code == 201
        part = tus | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        done = handler.patch(begun.headers["Location"], data=b"abc", headers=part)
        assert done.status_code == 400, field
    live.matter._p_jar.sync()
    assert len(live.matter.objectIds()) == before


QUERIES = [
    "@matters?b_start=abc",
    "@matters?b_start=-1",
    "@matters?b_start=\u00b2",
    "@matters?b_size=0",
    "@matters?b_size=501",
    f"@matters?b_size={'9' * 5000}",
    "@matters?b_size=1&b_size=2",
    "@matters?status=closed",
    "@matters?sort_on=nonsense",
    "@matters?q:list=x",
    "@matters?q:int=5",
    "@matters?q=%ff",
    "@matters?q=%00",
    "@matters?q.x:record=5",
    "@matters?statsu=with_us",
    "@inbox?id=x",
    "@search?b_start=abc",
    "@search?b_size=abc",
    "@search?b_size=-1",
    "@search?SearchableText=%ff",
    "@portal?x:int=y",
    "@portal?x:float=y",
    "@portal?x:utf16=1",
    "@portal?%ff=1",
    "login?x:int=y",
]


@pytest.mark.parametrize("path", QUERIES)
def test_wrong_queries(rest, path):
    """Issue 4, point 5: a number that is none, a name that nobody knows: 400, by Plone's services, too."""
    for accept in ("application/json", "text/html") if "login" in path else ("application/json",):
        answer = rest("handler").get(path, headers={"Accept": accept})
        assert answer.status_code == 400, answer.text
        assert "Traceback" not in answer.text


def test_what_is_left_empty_in_a_query_is_left_out(rest):
    """A form sends every field that it has."""
    rows = rest("handler").get("@matters?q=&status=&b_start=&b_size=").json()["items"]
    assert [row["reference"] for row in rows] == ["24/0113", "26/0007"]


CREDENTIALS = [5, None, [], {}, [5], "a\0", "a\ud800"]


@pytest.mark.parametrize("login", CREDENTIALS)
def test_log_in_with_what_is_no_text(live, rest, login):
    """Issue 4, point 5: malformed bodies of @login, and of every other service that Plone looks into."""
    for fields in ({"login": login, "password": "x"}, {"login": "handler", "password": login}):
        assert rest().post("@login", json=fields).status_code == 400, fields
        answer = rest("handler").post(f"{matter_url(live)}/@send", json=fields | {"text": "x"})
        assert answer.status_code == 400, fields


AUTHORIZATIONS = ["Basic !!!", "Basic //86eA==", "Basic", "Basic eA==", "Bearer", "Bearer \xff"]


@pytest.mark.parametrize("header", AUTHORIZATIONS)
def test_credentials_that_cannot_be_decoded(live, header):
    """No 5xx: 400, or a log-in that is asked for."""
    for accept in ("application/json", "text/html"):
        headers = {"Authorization": header.encode("latin-1"), "Accept": accept}
        answer = requests.get(
            f"{live.portal.absolute_url()}/@portal",
            headers=headers,
            timeout=9,
            allow_redirects=False,
        )
        assert answer.status_code in (400, 401, 302), (accept, answer.text)


FORMS = {
    "name in latin-1": b'--x\r\nContent-Disposition: form-data; name="f"; filename="\xff"\r\n\r\nx\r\n--x--',
    "field in latin-1": b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nx\r\n--x--',
    "broken off": b"--x\r\nContent-Dis",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_forms_that_cannot_be_read(live, rest, thread, form):
    """Issue 4, point 5: file names that are no UTF-8: 400, on pages and by REST."""
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for accept in ("text/html", "application/json"):
        for url in (f"{thread}/@@reply", f"{thread}/@messages", "login"):
            answer = rest("anna").post(url, data=form, headers=headers | {"Accept": accept})
            assert answer.status_code == 400, (accept, url)
    no_boundary = {"Content-Type": "multipart/form-data"}
    assert rest("anna").post("login", data=form, headers=no_boundary).status_code == 400


def test_text_of_a_message_is_plain(live, rest, thread):
    """Issue 4, point 5: control characters go, and no markup is read into it."""
    anna = rest("anna")
    text = "<b>Ja</b>\x07\x1b[31m, &amp;\ttab\r\nZeile\x7f\x85 \u202eEnde <script>alert(1)</script>"
    stored = anna.post(f"{thread}/@messages", json={"text": text}).json()["text"]
    assert stored == "<b>Ja</b>[31m, &amp;\ttab\nZeile \u202eEnde <script>alert(1)</script>"
    page = anna.get(f"{thread}/@@portal", headers={"Accept": "text/html"}).text
    assert "<b>Ja" not in page
    assert "<script>alert" not in page
    assert "&lt;b&gt;Ja&lt;/b&gt;" in page


def test_a_long_key_is_refused(rest, thread):
    """Issue 4, point 5: headers that we read have limits, too."""
    headers = {"Idempotency-Key": "k" * 201}
    answer = rest("anna").post(f"{thread}/@messages", json={"text": "Ja."}, headers=headers)
    assert (answer.status_code, "Idempotency-Key" in answer.text) == (400, True)
    assert json.loads(answer.text)["type"] == "BadRequest"
