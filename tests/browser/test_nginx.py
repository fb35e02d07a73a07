"""Downloads that a real nginx sends after the portal has checked who asks (X-Accel-Redirect)."""

import os
import pytest
import requests
import shutil
import socket
import subprocess
import time
import transaction
from collective.clientportal.domain import participants
from conftest import PASSWORD
from pathlib import Path


SNIPPET = Path(__file__).parents[2] / "etc" / "nginx" / "clientportal-blobs.conf"
DATA = bytes(range(256)) * 4000
CONF = """
{user}
worker_processes 1;
daemon off;
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  default_type application/octet-stream;
  client_body_temp_path {place}/body;
  proxy_temp_path {place}/proxy;
  fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi;
  scgi_temp_path {place}/scgi;
  server {{
    listen 127.0.0.1:{port};
    include {place}/blobs.conf;
    location / {{
      proxy_pass {zope};
      proxy_set_header Host $http_host;
    }}
  }}
}}
"""


@pytest.fixture
def document(live):
    """A document that Anna sees."""
    [document] = live.release(live.add("Große Klage.pdf", b"%PDF-1.4 " + DATA)).documents
    transaction.commit()
    return document


@pytest.fixture
def nginx(live, document, tmp_path, monkeypatch):
    """The address of an nginx in front of the portal, which can read the document's blob and no other."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed (Debian: nginx-light)")
    blobs = Path(document.file._blob.committed()).parent
    monkeypatch.setenv("CLIENTPORTAL_BLOBS", str(blobs))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "blobs.conf").write_text(SNIPPET.read_text().replace("<<BLOBS>>", str(blobs)))
    zope = live.portal.absolute_url().removesuffix(f"/{live.portal.getId()}")
    user = "" if os.getuid() else "user root;"
    conf = CONF.format(place=tmp_path, port=port, zope=zope, user=user)
    (tmp_path / "nginx.conf").write_text(conf)
    process = subprocess.Popen(
        [program, "-e", tmp_path / "error.log", "-c", tmp_path / "nginx.conf", "-p", tmp_path]
    )
    deadline = time.monotonic() + 30
    while socket.socket().connect_ex(("127.0.0.1", port)):
        assert process.poll() is None, "nginx did not start"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


@pytest.fixture
def ask(live, nginx, document):
    """A function: method, person, headers → the answer of nginx to a request for the document."""
    path = "/".join(document.getPhysicalPath())

    def ask_(method="GET", name="anna", **headers):
        auth = name and (live.login(name), PASSWORD)
        url = f"{nginx}{path}/@@download"
        answer = requests.request(method, url, auth=auth, headers=headers, allow_redirects=False)
        transaction.begin()
        return answer

    return ask_


def test_nginx_sends_the_bytes_with_the_headers_of_the_portal(ask, rest, document):
    """Zope sends none: it names the place, which nobody outside is told."""
    through = ask()
    assert through.status_code == 200
    assert through.content == b"%PDF-1.4 " + DATA
    direct = rest("anna").get(f"{document.absolute_url()}/@@download")
    assert direct.content == b""
    assert direct.headers["X-Accel-Redirect"].startswith("/clientportal-blobs/")
    assert "X-Accel-Redirect" not in through.headers
    for name in (
        "Content-Type",
        "Content-Disposition",
        "Cache-Control",
        "Content-Security-Policy",
        "Referrer-Policy",
        "X-Content-Type-Options",
        "X-Frame-Options",
    ):
        assert through.headers[name] == direct.headers[name], name


def test_a_part_of_a_file(ask):
    """A download that broke off goes on where it was."""
    answer = ask(Range="bytes=1000-1999")
    assert (answer.status_code, len(answer.content)) == (206, 1000)
    assert answer.content == (b"%PDF-1.4 " + DATA)[1000:2000]
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_head(ask):
    """As GET, without the bytes."""
    answer = ask("HEAD")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(DATA) + 9


def test_no_way_in_from_outside(ask, nginx, document):
    """What nginx reads, it sends only where the portal says so."""
    name = Path(document.file._blob.committed()).name
    for path in (f"/clientportal-blobs/{name}", f"//clientportal-blobs/./{name}"):
        answer = requests.get(f"{nginx}{path}", headers={"X-Accel-Redirect": path})
        assert answer.status_code == 404
        assert DATA not in answer.content


def test_the_portal_decides(live, ask, document):
    """Nobody, another client and a client who was removed get nothing, from one request to the next."""
    assert ask().status_code == 200
    assert ask(name=None).status_code == 302
    assert ask(name="thomas").status_code == 404
    with live.as_user("handler"):
        participants.remove(live.matter, live.people["anna"])
    transaction.commit()
    answer = ask()
    assert answer.status_code == 404
    assert DATA not in answer.content


def test_what_nginx_cannot_read_zope_sends(live, ask, rest):
    """A blob elsewhere, in a cache for example, comes as ever."""
    other = live.release(live.add("Anlage.pdf", b"%PDF-1.4 other")).documents[0]
    answer = rest("anna").get(f"{other.absolute_url()}/@@download")
    assert answer.content == b"%PDF-1.4 other"
    assert "X-Accel-Redirect" not in answer.headers


def test_a_click_is_noted(live, nginx, ask, document):
    """The button of a page posts: it counts as fetched, and the file comes all the same."""
    person = requests.Session()
    site = f"{nginx}/{live.portal.getId()}"
    form = {"__ac_name": live.login("anna"), "__ac_password": PASSWORD, "buttons.login": "1"}
    person.post(f"{site}/login", data=form, allow_redirects=False).raise_for_status()
    folder = "/".join(document.aq_parent.getPhysicalPath())
    page = person.get(f"{nginx}{folder}/@@portal").text
    token = page.partition('name="_authenticator"')[2].partition('value="')[2].partition('"')[0]
    path = "/".join(document.getPhysicalPath())
    answer = person.post(f"{nginx}{path}/@@download", data={"_authenticator": token})
    assert answer.content == b"%PDF-1.4 " + DATA
    transaction.begin()
    assert live.people["anna"] in document.fetched
