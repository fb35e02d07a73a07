"""What is refused before it is read, over real sockets: issue 5, point 2."""

import pytest
import re
import requests
import socket
from collective.clientportal import edge
from collective.clientportal.browser.portal_folder import UploadForm


MEGABYTE = 1024 * 1024
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
KNOWN = {"Cookie": "__ac=whoever"}


class Raw:
    """A connection on which every byte is ours."""

    def __init__(self, live):
        self.site = live.portal.absolute_url()
        host, _colon, port = self.site.split("/")[2].partition(":")
        self.socket = socket.create_connection((host, int(port)), 20)
        self.data = b""

    def head(self, method="POST", path="@@reply", **headers):
        """Send a request line and headers."""
        lines = [f"{method} /plone/{path} HTTP/1.1", "Host: localhost"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def send(self, data):
        """Send bytes of a body; tells whether the other side took them."""
        try:
            self.socket.sendall(data)
        except OSError:
            return False
        return True

    def answer(self):
        """Return all there is until the connection is closed."""
        while block := self.socket.recv(65536):
            self.data += block
        return self.data.decode()


@pytest.fixture
def raw(live):
    """A function: a new connection to the server."""
    made = []

    def raw_():
        made.append(Raw(live))
        return made[-1]

    yield raw_
    for connection in made:
        connection.socket.close()


def test_a_form_that_is_too_long_is_refused_before_it_is_sent(raw):
    """The answer comes on the headers alone, in words, and says the limit."""
    connection = raw()
    connection.head(
        Content_Type=PARTS, Content_Length=2_000 * MEGABYTE, Accept_Language="de-DE", **KNOWN
    )
    answer = connection.answer()
    assert answer.startswith("HTTP/1.1 413 ")
    assert "Höchstens" in answer or "höchstens" in answer
    assert f"{edge.FILES // MEGABYTE} MB" in answer
    assert "Connection: close" in answer


def test_who_asks_before_sending_is_told_not_to(raw):
    """Expect: 100-continue is answered by 413, not by 100; where it is fine, by 100."""
    connection = raw()
    connection.head(
        Content_Type=PARTS, Content_Length=2_000 * MEGABYTE, Expect="100-continue", **KNOWN
    )
    assert connection.answer().startswith("HTTP/1.1 413 ")
    connection = raw()
    connection.head(Content_Type=FORM, Content_Length=3, Expect="100-continue")
    assert connection.socket.recv(100).startswith(b"HTTP/1.1 100 ")


def test_who_sends_all_the_same_can_read_the_answer(raw):
    """The connection is not cut while the body still comes: a browser would show no answer at all."""
    connection = raw()
    size = 40 * MEGABYTE
    connection.head(Content_Type=FORM, Content_Length=size)
    for _block in range(size // MEGABYTE):
        assert connection.send(bytes(MEGABYTE))
    assert connection.answer().startswith("HTTP/1.1 413 ")


def test_bytes_of_a_refused_body_are_no_request(raw, live):
    """What stands in it is not looked at as the next request."""
    connection = raw()
    connection.head(Content_Type=FORM, Content_Length=6 * MEGABYTE)
    connection.send(b"GET /plone/login HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3)
    assert connection.answer().count("HTTP/1.1 ") == 1


def test_chunks_are_counted(raw):
    """A body that does not say how long it is is refused as soon as it is too long."""
    connection = raw()
    connection.head(Content_Type=FORM, Transfer_Encoding="chunked", Accept="application/json")
    sent = 0
    while sent < 20 and connection.send(b"100000\r\n" + bytes(MEGABYTE) + b"\r\n"):
        sent += 1
    answer = connection.answer()
    assert answer.startswith("HTTP/1.1 413 ")
    assert '"type": "PayloadTooLarge"' in answer


def test_chunks_that_are_fine_arrive(raw, live):
    """What is short enough is read as ever."""
    connection = raw()
    connection.head(
        path="login", Content_Type=FORM, Transfer_Encoding="chunked", Connection="close"
    )
    connection.send(b"5\r\na=b&c\r\n2\r\n=d\r\n0\r\n\r\n")
    assert connection.answer().startswith("HTTP/1.1 200 ")


LIMITS = [
    ("@@reply", PARTS, True, edge.FILES),
    ("reply", PARTS, True, edge.FILES),
    ("@@reply", PARTS, False, edge.STRANGER),
    ("@@upload/", PARTS, True, edge.FILES),
    ("++add++File", PARTS, True, edge.FILES),
    ("@@draft", PARTS, True, edge.SMALL),
    ("@@login", FORM, False, edge.SMALL),
    ("@login", "application/json", False, edge.SMALL),
    ("@messages", "application/json; charset=utf-8", True, edge.FILES_IN_JSON),
    ("@messages", "application/json", False, edge.SMALL),
    ("@read", "application/json", True, edge.SMALL),
    ("a-matter", "application/json", True, edge.FILES_IN_JSON),
    ("@tus-upload/0123", "application/offset+octet-stream", True, edge.FILES),
    ("@tus-upload/0123", "application/offset+octet-stream", False, edge.SMALL),
    ("", "", False, edge.SMALL),
]


@pytest.mark.parametrize(("path", "media_type", "known", "most"), LIMITS)
def test_each_way_in_has_its_limit(raw, path, media_type, known, most):
    """Only what takes files takes many bytes, and more of them from somebody with a log-in."""
    connection = raw()
    headers = KNOWN if known else {}
    connection.head(
        path=path,
        Content_Type=media_type,
        Content_Length=most + 1,
        Accept="application/json",
        **headers,
    )
    answer = connection.answer()
    assert answer.startswith("HTTP/1.1 413 ")
    assert f"At most {most // MEGABYTE} MB" in answer


@pytest.mark.parametrize("path", ["login", "nothing", "@@portal", "@nothing"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_head_has_no_body(raw, path, accept):
    """And the next answer on the same connection begins where it should."""
    connection = raw()
    connection.head("HEAD", path, Accept=accept, Connection="close")
    answer = connection.answer()
    assert answer.endswith("\r\n\r\n")
    assert answer.count("\r\n\r\n") == 1


# What neither a page nor a service of a site answers.
BARE = {
    "path that is no UTF-8": b"GET /plone/%ff HTTP/1.1\r\nHost: x\r\n",
    "header without an end": b"GET /plone HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 300_000 + b"\r\n",
    "header without a colon": b"GET /plone HTTP/1.1\r\nHost: x\r\nX\r\n",
    "length that is none": b"POST /plone HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n",
    "coding that nobody knows": b"POST /plone HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n",
    "too long": b"POST /plone HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000000\r\n",
    "no number": b"GET /plone?x:int=y HTTP/1.1\r\nHost: x\r\n",
}


@pytest.mark.parametrize("request_", BARE.values(), ids=BARE)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_bare_answers_are_safe_and_say_something(raw, request_, accept):
    """They have the safe headers, name no product, and are what was asked for."""
    connection = raw()
    connection.send(request_ + f"Accept: {accept}\r\nConnection: close\r\n\r\n".encode())
    answer = connection.answer()
    head, _blank, body = answer.partition("\r\n\r\n")
    assert re.match(r"HTTP/1\.[01] (4\d\d|501) ", head), head
    for name in edge.SAFE_HEADERS:
        assert head.count(f"{name}: ") == 1, (name, head)
    assert "waitress" not in body
    assert "Traceback" not in body
    # Where headers cannot be read, nobody knows what was asked for.
    expected = "{" if "application/json" in head else "<!DOCTYPE html>"
    assert body.startswith(expected)


def test_a_form_that_cannot_be_read_is_a_page_in_words(live):
    """Zope cannot read it, and no site is known yet: the reader's browser says the language."""
    form = b'--x\r\nContent-Disposition: form-data; name="f"; filename="\xff"\r\n\r\nx\r\n--x--'
    headers = {"Content-Type": PARTS, "Accept": "text/html", "Accept-Language": "de"}
    url = f"{live.portal.absolute_url()}/login"
    answer = requests.post(url, data=form, headers=headers, timeout=20)
    assert answer.status_code == 400
    assert "kann nicht gelesen werden" in answer.text
    assert 'lang="de"' in answer.text


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_what_is_refused_leaves_what_was_written(script, open_browser, plain, send, large, sizes):
    """Issue 5, point 2, in a browser: the reason stands there, and so does what was written."""
    thread = send()
    page = open_browser("anna")
    page = page if script else plain(page)
    page.goto(f"{thread.absolute_url()}/@@portal")
    page.fill("textarea", "Anbei der Plan.")
    page.set_input_files("input[type=file]", large)
    page.click("form[enctype] [type=submit]")
    if script:
        page.wait_for_selector("[role=alert] >> text=too large")
    else:
        page.wait_for_selector("h1 >> text=That is too much at once.")
        assert "At most 2 MB" in page.inner_text("main")
        return
    assert page.input_value("textarea") == "Anbei der Plan."
    assert len(thread.messages) == 1


@pytest.fixture
def sizes(monkeypatch):
    """Forms take 2 MB, and nothing is sent in parts, which are as small as that."""
    monkeypatch.setattr(edge, "FILES", 2 * MEGABYTE)
    monkeypatch.setattr(UploadForm, "parts_from", 10**9)


@pytest.fixture
def large(tmp_path):
    """The path of a file of 30 MB."""
    path = tmp_path / "Plan.pdf"
    path.write_bytes(b"%PDF-1.4" + bytes(30 * MEGABYTE))
    return str(path)
