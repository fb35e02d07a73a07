"""What a server says of itself, of what it sends, and to whom (ASVS 5.0)."""

import json
import logging
import pytest
import re
import requests
from configparser import RawConfigParser
from pathlib import Path
from zope.dottedname.resolve import resolve


SKELETON = Path(__file__).parents[2] / "etc" / "skel" / "etc" / "zope.ini.in"


@pytest.mark.parametrize("name", [None, "anna", "handler", "boss"])
def test_nothing_is_echoed(name, live, rest):
    """ASVS 13.4.4: TRACE would show headers that a script may not read."""
    client = rest(name)
    for path in ("", "@@portal", "matters", f"matters/{live.matter.getId()}"):
        request = requests.Request(
            "TRACE", f"{client.base}/{path}", headers={"X-Secret": "echo-me"}, auth=client.auth
        )
        answer = requests.Session().send(request.prepare(), allow_redirects=False)
        assert answer.status_code != 200, path
        assert "echo-me" not in answer.text, path


def test_every_body_says_what_it_is(live, rest, html):
    """ASVS 4.1.1: texts name UTF-8; JSON is UTF-8 by its definition."""
    anna, handler = html("anna"), html("handler")
    document = live.release(live.add()).documents[0]
    pages = [anna.get(path) for path in ("@@portal", "@@inbox", "@@nothing")]
    pages += [html(None).get("login"), handler.get("@@matters"), rest("anna").get("@@portal")]
    for answer in pages:
        assert answer.headers["Content-Type"].lower() == "text/html;charset=utf-8", answer.url
        answer.content.decode("utf-8")
    table = handler.get("@@matters-csv")
    assert table.headers["Content-Type"].lower().replace(" ", "") == "text/csv;charset=utf-8"
    for answer in (rest("anna").get("@inbox"), rest().get("@inbox"), rest("anna").get("@nothing")):
        assert answer.headers["Content-Type"].startswith("application/json"), answer.url
        answer.json()
    file = anna.get(f"{document.absolute_url()}/@@download")
    assert file.headers["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("name", ["anna", "handler"])
def test_what_breaks_tells_nothing(name, accept, live, rest, monkeypatch):
    """ASVS 16.5.1: neither the exception nor where it happened."""

    def break_(*args, **kwargs):
        raise ZeroDivisionError("the secret of line 17")

    monkeypatch.setattr("collective.clientportal.domain.inbox.items", break_)
    monkeypatch.setattr("collective.clientportal.domain.matter_list.Found", break_)
    page = {"anna": "inbox", "handler": "matters"}[name]
    answer = rest(name).get(
        f"@@{page}" if accept == "text/html" else f"@{page}", headers={"Accept": accept}
    )
    assert answer.status_code == 500
    for word in ("secret", "ZeroDivision", "Traceback", "domain/", ".py"):
        assert word not in answer.text, word


def test_a_name_that_comes_twice(live, rest):
    """ASVS 15.3.7: of two values none is picked; one in the address does not stand for one in the body."""
    assert rest("handler").get("@matters?b_size=1").status_code == 200
    assert rest("handler").get("@matters?b_size=1&b_size=2").status_code == 400
    address = f"{live.matter.absolute_url()}/@portal"
    assert rest("handler").post(f"{address}?enabled=1", json={}).status_code == 400


def test_the_way_out_is_on_every_page(live, html):
    """ASVS 7.4.4: for clients and staff, on pages of ours and on those of Plone."""
    matter, folder = live.matter.absolute_url(), live.annas.absolute_url()
    pages = {
        "anna": ["@@portal", "@@inbox", f"{matter}/@@portal", f"{folder}/@@portal"],
        "handler": ["@@matters", f"{matter}/@@overview", f"{matter}/@@people", f"{matter}/edit"],
        "boss": ["@@outbox", "@@clientportal-controlpanel", "@@clientportal-health"],
    }
    for name, addresses in pages.items():
        for address in addresses:
            page = html(name).get(address).text
            assert re.search(r'(action|href)="[^"]*/(@@)?logout"', page), (name, address)


def test_times_in_the_servers_log_say_their_offset():
    """ASVS 16.2.2: lines of two servers can be put in order."""
    parser = RawConfigParser()
    parser.read(SKELETON)
    made_by = resolve(parser["formatter_generic"]["class"])
    line = json.loads(
        made_by().format(logging.makeLogRecord({"name": "a", "levelno": logging.INFO}))
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost"])
def test_no_other_site_may_read(origin, live, rest):
    """ASVS 3.4.2: no answer lets a browser hand it to a page of somebody else's."""
    asked = {"Access-Control-Request-Method": "GET", "Origin": origin}
    for path in ("@inbox", "@@portal", "@login", "matters"):
        for method in ("GET", "OPTIONS", "POST"):
            answer = rest("anna").request(method, path, headers=asked)
            assert "access-control-allow" not in str(answer.headers).lower(), (method, path)
