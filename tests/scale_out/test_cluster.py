"""Several Zope processes on PostgreSQL are one portal (issue 5, points 3 and 4)."""

import http.client
import pytest
import requests
import subprocess
import time
import uuid
from base64 import b64encode
from cluster import BIN
from cluster import ROOT
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from conftest import PDF
from postgres import binaries
from processes import free_port
from processes import listens
from processes import Process
from scale_out import moving
from scale_out.conftest import ADDRESSES
from scale_out.conftest import PASSWORD
from scale_out.conftest import Person
from threading import Barrier


TUS = {"Tus-Resumable": "1.0.0"}


def texts(person, site, thread):
    """Return the texts of the newest messages of a thread."""
    answer = person.get(f"{site}/++api++/{thread}/@messages?limit=200")
    assert answer.status_code == 200, answer.text
    return [item["text"] for item in answer.json()["items"]]


def post(person, site, thread, text, **more):
    """Write a message; return the answer."""
    return person.post(f"{site}/++api++/{thread}/@messages", json={"text": text, **more})


def wait_for(what, seconds=60):
    """Return what `what()` says as soon as it says something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"nothing within {seconds} seconds")


def verify_journals(instance, env):
    """Check the chains of the journals in the database of an instance."""
    command = [BIN / "zconsole", "run", instance / "etc/zope-readonly.conf"]
    command.append(ROOT / "scripts/verify_journal.py")
    done = subprocess.run(command, env=env, text=True, capture_output=True, check=True)
    assert done.stdout.count("ok ") >= 3 and "BROKEN" not in done.stdout


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


def test_two_senders_send_each_mail_once(cluster, log_in, thread, mails):
    """Issue 5, point 1: a second sender, in a process of its own, takes nothing that the first has."""
    second = cluster._sender("zope1")
    second.start()
    mails.delay = 0.05  # so that both always have one in hand
    before = len(mails.mails)
    try:
        anna = log_in("anna")
        file = [{"text": f"Nachricht {number}"} for number in range(40)]
        with ThreadPoolExecutor(4) as pool:
            answers = list(
                pool.map(
                    lambda n: post(anna, cluster.sites[n % 2], thread, file[n]["text"]), range(40)
                )
            )
        assert [answer.status_code for answer in answers] == [201] * 40
        # The team of the matter is two.
        wait_for(lambda: len(mails.mails) >= before + 80, seconds=120)
        time.sleep(2)
    finally:
        mails.delay = 0.0
        second.stop()
    sent = Counter(mail["Message-ID"] for mail in mails.mails[before:])
    assert set(sent.values()) == {1}
    assert len(sent) == 80


def test_what_is_written_at_once_is_done_again(cluster, log_in, thread):
    """Issue 5, point 3: both clients write into one thread at the same moment; nobody sees an error."""
    anna, meyer = log_in("anna"), log_in("meyer")
    rounds, barrier = 25, Barrier(4)
    mark = uuid.uuid4().hex

    def write(number):
        person, site = (anna, meyer)[number // 2], cluster.sites[number % 2]
        more = {"internal": True} if person is meyer else {}
        answers = []
        for round_ in range(rounds):
            barrier.wait(60)
            answers.append(post(person, site, thread, f"{mark} {number} {round_}", **more))
        return [answer.status_code for answer in answers]

    with ThreadPoolExecutor(4) as pool:
        assert {code for codes in pool.map(write, range(4)) for code in codes} == {201}
    stored = [text for text in texts(meyer, cluster.sites[0], thread) if text.startswith(mark)]
    assert len(stored) == len(set(stored)) == 4 * rounds


def test_a_client_that_is_down_is_passed_over(cluster, log_in, thread):
    """kill -9 of one Zope client: nginx asks the other one; nothing is stored twice."""
    anna = log_in("anna")
    url = f"{cluster.url}/++api++/{thread}/@messages"
    assert anna.post(url, json={"text": "vorher"}).status_code == 201
    cluster.zopes[0].kill()
    try:
        mark = uuid.uuid4().hex
        for number in range(10):
            answer = anna.post(url, json={"text": f"{mark} {number}"})
            assert answer.status_code == 201, answer.text
        stored = [t for t in texts(anna, cluster.sites[1], thread) if t.startswith(mark)]
        assert stored == [f"{mark} {number}" for number in range(10)]
    finally:
        cluster.zopes[0].start()


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


@pytest.mark.long
def test_a_dump_made_while_people_write_holds_what_was_there(cluster, log_in, thread, tmp_path):
    """Issue 5, point 5: pg_dump and pg_restore, as docs/administrators/backup.md names them."""
    tmp_path.chmod(0o755)
    anna, going = log_in("anna"), True

    def write():
        while going:
            assert post(anna, cluster.sites[0], thread, "Immer weiter.").status_code == 201

    dump, dsn = tmp_path / "portal.dump", cluster.postgres.dsn("restored")
    before, files = moving.in_postgres(cluster.postgres.dsn(), tmp_path / "cache1")
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            command = [binaries() / "pg_dump", "--format=custom", f"--file={dump}"]
            subprocess.run([*command, cluster.postgres.dsn()], check=True)
        finally:
            going = False
        writing.result()
    cluster.postgres.do("CREATE DATABASE restored")
    command = [binaries() / "pg_restore", "--no-owner", f"--dbname={dsn}", dump]
    subprocess.run(command, check=True)
    restored, restored_files = moving.in_postgres(dsn, tmp_path / "cache2")
    assert len(before) > 5000 and len(files) > 20
    assert files.items() <= restored_files.items()
    assert before.keys() <= restored.keys()
    for oid, (tid, digest) in before.items():
        # What was there, or what was written into it since.
        assert restored[oid] == (tid, digest) or restored[oid][0] > tid
    verify_journals(cluster.folder / "zope1", cluster.env | {"CLIENTPORTAL_DSN": dsn})


@pytest.mark.long
def test_moving_to_files_and_back_and_to_zeo(cluster, log_in, thread, tmp_path):
    """Issue 5, point 4: every record and file is the same after each move; chains verify; ZEO serves it."""
    tmp_path.chmod(0o755)
    cluster.sender.stop()
    try:
        dsn = cluster.postgres.dsn()
        records, files = moving.in_postgres(dsn, tmp_path / "cache1")
        moving.convert("from", dsn, tmp_path)
    finally:
        cluster.sender.start()
    assert len(records) > 5000 and len(files) > 20
    assert moving.in_files(tmp_path) == (records, files)

    cluster.postgres.do("CREATE DATABASE moved")
    moving.convert("to", cluster.postgres.dsn("moved"), tmp_path)
    again = moving.in_postgres(cluster.postgres.dsn("moved"), tmp_path / "cache2")
    assert again == (records, files)

    port = free_port()
    cluster.env |= {"CLIENTPORTAL_ZEO": f"127.0.0.1:{port}"}
    env = cluster.env | {"CLIENTPORTAL_SHARED": str(tmp_path)}
    server = Process(
        [BIN / "runzeo", "-C", ROOT / "etc/zeo/zeo.conf"],
        tmp_path / "runzeo.log",
        lambda: listens(port),
        env=env,
    )
    instance = cluster.make_instance("zeo1", "etc/zeo/storage.conf")
    server.start()
    zope_port = free_port()
    zope = Process(
        [BIN / "runwsgi", "-q", instance / "etc/zope.ini", f"http_port={zope_port}"],
        tmp_path / "zope.log",
        lambda: listens(zope_port),
        env=env,
    )
    try:
        verify_journals(instance, env)
        zope.start()
        site = f"http://127.0.0.1:{zope_port}/Plone"
        anna = log_in("anna")  # a token of the database that was moved would be there, too
        old = texts(anna, cluster.sites[0], thread)
        answer = Person().post(
            f"{site}/++api++/@login", json={"login": ADDRESSES["anna"], "password": PASSWORD}
        )
        there = Person(answer.json()["token"])
        assert texts(there, site, thread) == old
        assert post(there, site, thread, "Auch hier.").status_code == 201
        assert texts(there, site, thread)[-1] == "Auch hier."
    finally:
        zope.stop()
        server.stop()
