"""Several Zope processes on PostgreSQL are one portal (issue 5, points 3 and 4)."""

import http.client
import pytest
import requests
import uuid
from base64 import b64encode
from conftest import PDF


TUS = {"Tus-Resumable": "1.0.0"}


def texts(person, site, thread):
    """Return the texts of the newest messages of a thread."""
    answer = person.get(f"{site}/++api++/{thread}/@messages?limit=200")
    assert answer.status_code == 200, answer.text
    return [item["text"] for item in answer.json()["items"]]


def post(person, site, thread, text, **more):
    """Write a message; return the answer."""
    return person.post(f"{site}/++api++/{thread}/@messages", json={"text": text, **more})


def test_what_one_client_stores_the_other_shows_at_once(cluster, log_in, thread):
    """Messages written at one client are read at the other with the next request."""
    anna = log_in("anna")
    for number in range(30):
        written, read = cluster.sites[number % 2], cluster.sites[1 - number % 2]
        text = f"Nachricht {uuid.uuid4().hex}"
        assert post(anna, written, thread, text).status_code == 201
        assert texts(anna, read, thread)[-1] == text


def test_a_session_is_everywhere_and_ends_everywhere(cluster, log_in):
    """A token made at one client is good at the other, and worth nothing after the log-out there."""
    first, second = cluster.sites
    for _round in range(10):
        anna = log_in("anna", at=0)
        assert anna.get(f"{second}/++api++/@inbox").status_code == 200
        assert anna.post(f"{second}/++api++/@logout").status_code == 204
        assert anna.get(f"{first}/++api++/@inbox").status_code == 401


def test_a_cookie_is_everywhere_and_ends_everywhere(cluster):
    """The same for browsers."""
    first, second = cluster.sites
    form = {"__ac_name": "thomas.berger@mail.example", "__ac_password": "mandantenportal"}
    browser = requests.Session()
    answer = browser.post(
        f"{first}/login", data={**form, "buttons.login": "1"}, allow_redirects=False, timeout=60
    )
    assert answer.status_code == 302 and "__ac" in browser.cookies
    options = {"allow_redirects": False, "timeout": 60}
    stolen = requests.Session()
    stolen.cookies.update(browser.cookies)
    for site in (second, first):
        assert browser.get(f"{site}/@@unread", **options).status_code == 200
    page = browser.get(f"{second}/@@logout", timeout=60).text
    token = page.partition('name="_authenticator"')[2].partition('value="')[2].partition('"')[0]
    out = browser.post(f"{second}/@@logout", data={"_authenticator": token}, timeout=60)
    assert out.status_code == 200 and "__ac" not in browser.cookies
    for site in cluster.sites:
        assert stolen.get(f"{site}/@@unread", **options).status_code != 200


def test_an_upload_goes_on_at_another_client(cluster, log_in):
    """Issue 5, point 4: what several clients share."""
    first, second = cluster.sites
    meyer = log_in("meyer")
    [matter] = [
        row["@id"].rpartition("/Plone/")[2].removeprefix("++api++/")
        for row in meyer.get(f"{first}/++api++/@matters").json()["items"]
        if "Berger" in row["title"]
    ]
    answer = meyer.post(
        f"{first}/++api++/{matter}/@tus-upload",
        headers={**TUS, "Upload-Length": str(len(PDF)), "Upload-Metadata": "filename YS5wZGY="},
    )
    assert answer.status_code == 201, answer.text
    path = answer.headers["Location"].removeprefix(first)
    parts = ((first, 0, PDF[:5]), (second, 5, PDF[5:9]), (first, 9, PDF[9:]))
    for site, offset, data in parts:
        head = {**TUS, "Upload-Offset": str(offset)}
        head["Content-Type"] = "application/offset+octet-stream"
        answer = meyer.patch(site + path, data=data, headers=head)
        assert answer.status_code == 204, answer.text
    stored = answer.headers["Location"].removeprefix(first)
    got = meyer.get(f"{second}{stored}/@@download/file", headers={"Accept": "*/*"})
    assert got.content == PDF


def test_a_file_that_one_client_took_comes_from_the_other(cluster, log_in, thread):
    """Its bytes are in the database, not in a folder of the client that took it."""
    anna = log_in("anna")
    file = {"filename": "a.pdf", "content-type": "application/pdf", "encoding": "base64"}
    file["data"] = b64encode(PDF).decode()
    answer = post(anna, cluster.sites[0], thread, "Anbei.", attachments=[file])
    path = answer.json()["files"][0]["@id"].removeprefix(cluster.sites[0])
    assert anna.get(cluster.sites[1] + path).content == PDF


@pytest.mark.parametrize(
    "path",
    [
        "/VirtualHostBase/http/evil.example:80/Plone/VirtualHostRoot/login",
        "/../../../../VirtualHostBase/http/evil.example:80/Plone/VirtualHostRoot/login",
        "/%2e%2e/%2e%2e/%2e%2e/VirtualHostBase/http/evil.example:80/Plone/VirtualHostRoot/login",
        "/;/VirtualHostBase/http/evil.example:80/Plone/VirtualHostRoot/login",
        "/VirtualHost%42ase/http/evil.example:80/Plone/VirtualHostRoot/login",
        "/_vh_evil.example/login",
        "/%5fvh_evil.example/login",
        "//VirtualHostBase/http/evil.example:80/Plone/VirtualHostRoot/login",
        "/x%2f..%2f..%2f..%2f../manage_main",
    ],
)
def test_no_path_leads_out_of_the_site_or_names_another_host(cluster, path):
    """Issue 5, point 4: host and site are pinned, whatever the path holds."""
    connection = http.client.HTTPConnection("127.0.0.1", cluster.port, timeout=60)
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", f"localhost:{cluster.port}")
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status in (400, 404)
    assert b"evil" not in answer.read()


def test_no_header_names_another_host(cluster):
    """Issue 5, point 4: links are made with the portal's own name; another name is answered 421."""
    page = f"{cluster.url}/login"
    assert requests.get(page, headers={"Host": "evil.example"}, timeout=60).status_code == 421
    for header in (
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Server": "evil.example"},
        {"X-Forwarded-Proto": "evil"},
        {"Forwarded": "host=evil.example"},
        {"X-Original-URL": "/evil"},
    ):
        answer = requests.get(page, headers=header, timeout=60)
        assert answer.status_code == 200 and cluster.url in answer.text, header
        assert "evil" not in answer.text, header


def test_nobody_chooses_the_address_that_failures_are_counted_by(cluster):
    """X-Forwarded-For of a client counts for nothing: who fails stays throttled (429) under any name."""
    codes = []
    for number in range(40):
        answer = requests.post(
            f"{cluster.url}/++api++/@login",
            json={"login": "petra.winkler@mail.example", "password": "wrong"},
            headers={"Accept": "application/json", "X-Forwarded-For": f"192.0.2.{number}"},
            timeout=60,
        )
        codes.append(answer.status_code)
    # Each client counts for itself: ten tries at each.
    assert codes.count(401) <= 20
    assert codes[-1] == 429


def test_a_body_that_is_too_large_is_refused_at_the_door(cluster):
    """413, before it is read."""
    connection = http.client.HTTPConnection("127.0.0.1", cluster.port, timeout=60)
    connection.putrequest("POST", "/login", skip_host=True)
    connection.putheader("Host", f"localhost:{cluster.port}")
    connection.putheader("Content-Length", str(2 * 1024**3))
    connection.endheaders()
    assert connection.getresponse().status == 413
