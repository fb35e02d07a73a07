"""Logs tell what happened and nothing that people wrote: no address, name, title, file name or text."""

import contextlib
import json
import logging
import os
import pytest
import re
import requests
import shutil
import socket
import subprocess
import sys
import time
from collective.clientportal import logs
from mail_server import MailServer
from pathlib import Path


HOME = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
CANARY = "kanarienvogel"
ADDRESS = f"{CANARY}@example.org"
UID = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/Plone/matters/" + UID + "/@@messages", "/Plone/matters/" + UID + "/@@messages"),
        ("/Plone/++api++/@login", "/Plone/++api++/@login"),
        (f"/Plone/@participants/{ADDRESS}", "/Plone/@participants/*"),
        (f"/VirtualHostBase/https/{CANARY}.example:443/Plone/VirtualHostRoot/login", "/login"),
        (f"/Plone/matters/Akte {CANARY}.pdf/@@download", "/Plone/matters/*/@@download"),
        ("/" + "/".join("x" * 40), "/" + "*/" * 11 + "…"),
        ("", "/"),
    ],
)
def test_paths(path, shown):
    """Issue 5, point 7: ids, and the names of views and services."""
    assert logs.path(path) == shown


@pytest.fixture
def log():
    """A function: logger name → that logger and the lines it wrote."""
    loggers = []

    def log_(name):
        logger, lines = logging.getLogger(name), []
        handler = logging.Handler()
        handler.setFormatter(logs.Formatter())
        handler.emit = lambda record: lines.append(json.loads(handler.format(record)))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        loggers.append((logger, handler))
        return logger, lines

    yield log_
    for logger, handler in loggers:
        logger.removeHandler(handler)


def test_messages_of_others(log):
    """Issue 5, point 7: what stands in their source, without the values."""
    logger, lines = log("somebody.else")
    logger.info("Nothing in it")
    logger.info("Something of %s", CANARY)
    logger.info(f"Something of {CANARY}")
    logger.info("Something of " + CANARY)
    assert [line["message"] for line in lines] == ["Nothing in it", "Something of %s", "*", "*"]


def test_our_messages(log):
    logger, lines = log("collective.clientportal.worker")
    logger.info("Stopped after %s rounds.", 3)
    assert lines[0]["message"] == "Stopped after 3 rounds."
    assert (lines[0]["level"], lines[0]["logger"]) == ("INFO", "collective.clientportal.worker")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", lines[0]["time"])


@pytest.mark.parametrize("way", ["exception", "error"])
def test_exceptions(way, log):
    """Issue 5, point 7: type and place, also where whoever logs it puts it into the message."""
    logger, lines = log("Zope.SiteErrorLog")
    try:
        int(CANARY)
    except ValueError as error:
        getattr(logger, way)(f"123 http://localhost/{CANARY} {error}")
    [line] = lines
    assert line["error"] == "ValueError"
    assert line["at"][-1].startswith(__file__)
    assert CANARY not in json.dumps(lines)
    try:
        Path(f"/{CANARY}").read_text()
    except OSError:
        logger.exception("Cannot be read.")
    assert lines[1]["error"] == "FileNotFoundError: No such file or directory"
    assert CANARY not in json.dumps(lines)


def answer(app, path="/Plone/login", method="GET"):
    """Ask a WSGI application; return (line of the access log, headers)."""
    lines, started = [], []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(json.loads(record.getMessage()))
    logs.access_log.addHandler(handler)
    logs.access_log.setLevel(logging.INFO)
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": f"token={CANARY}"}
    try:
        found = logs.AccessLog(app)(environ, lambda *start: started.extend(start))
        list(found)
        if hasattr(found, "close"):
            found.close()
    finally:
        logs.access_log.removeHandler(handler)
    [line] = lines
    return line, dict(started[1])


def test_a_line_a_request():
    """Issue 5, point 7: time, method, path, status, bytes, milliseconds, and the id that the answer bears."""

    def app(environ, start_response):
        time.sleep(0.02)
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return iter([b"no", b"thing"])

    line, headers = answer(app)
    assert line["request"] == headers["X-Request-ID"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/Plone/login", 404)
    assert line["bytes"] == 7
    assert 20 <= line["ms"] < 5000
    line, _headers = answer(app, method=CANARY.upper())
    assert line["method"] == "*"


def test_a_file_is_left_to_the_server():
    """Issue 5, point 7: what the server can send by itself is not wrapped."""
    file = object()

    def app(environ, start_response):
        start_response("200 OK", [("Content-Length", "5000")])
        return file

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}
    assert logs.AccessLog(app)(environ, lambda *start: None) is file


def test_a_request_that_breaks_off():
    def app(environ, start_response):
        raise ValueError(CANARY)

    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(json.loads(record.getMessage()))
    logs.access_log.addHandler(handler)
    logs.access_log.setLevel(logging.INFO)
    with contextlib.suppress(ValueError):
        logs.AccessLog(app)({"REQUEST_METHOD": "GET", "PATH_INFO": "/"}, lambda *start: None)
    logs.access_log.removeHandler(handler)
    assert [line["status"] for line in lines] == [0]


SITE = """
import transaction
from collective.clientportal.domain import accounts, matters, participants, registers, rosters
from plone import api
from plone.distribution.api import site as sites
from zope.component.hooks import setSite
answers = {{"site_id": "Plone", "title": "Firm", "description": "", "default_language": "en",
            "portal_timezone": "Europe/Berlin", "setup_content": False}}
sites.create(app, "classic", answers)
site = app["Plone"]
setSite(site)
site.portal_setup.runAllImportStepsFromProfile("profile-collective.clientportal:default")
for name, value in (("collective.clientportal.base_url", "https://portal.example"),
                    ("plone.email_from_address", "office@firm.example"),
                    ("plone.smtp_host", "127.0.0.1"), ("plone.smtp_port", {port})):
    api.portal.set_registry_record(name, value)
user = api.user.create(email="handler.{address}", username="handler.{address}", password="{password}",
                       properties={{"fullname": "{canary}"}})
api.group.add_user(groupname=rosters.STAFF, user=user)
with api.env.adopt_user(user=user):
    matter = matters.create(site["matters"], "Akte {canary}", "26/{canary}", [user.getId()])
    matters.switch_portal(matter, True)
    client = participants.invite(matter, "{address}", "Anna {canary}")
site.acl_users.userSetPassword(client.id, "{password}")
registers.registers().people[client.id].activated = registers.now()
# Waiting before the server runs for the first time.
accounts.ask_for_reset("{address}", "192.0.2.1")
transaction.commit()
print("MATTER", matter.getId())
app._p_jar.db().close()
"""
BROKEN = """
from Products.Five.browser import BrowserView
class Break(BrowserView):
    def __call__(self):
        raise ValueError(self.request.form.get("q"))
"""
ZCML = """<configure xmlns="http://namespaces.zope.org/browser">
  <page name="break" for="*" class="break_down.Break" permission="zope2.Public" />
</configure>"""
PASSWORD = f"correct horse {CANARY}"


class Running:
    """A server that really runs, with a portal, on a port of its own; `folder` is its instance."""

    def __init__(self, folder):
        self.folder, self.smtp = folder, MailServer()
        self.smtp.reply_to[ADDRESS] = f"550 5.1.1 <{ADDRESS}>: no such mailbox"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/Plone"
        skel = HOME / "etc" / "skel"
        self._run("mkwsgiinstance", "-d", folder, "-s", skel, "-u", "admin:admin")
        includes = folder / "etc" / "package-includes"
        includes.mkdir()
        (includes / "break-configure.zcml").write_text(ZCML)
        (folder / "break_down.py").write_text(BROKEN)
        script = folder / "site.py"
        values = {"address": ADDRESS, "canary": CANARY, "password": PASSWORD}
        script.write_text(SITE.format(port=self.smtp.port, **values))
        made = self._run("zconsole", "run", folder / "etc" / "zope.conf", script, off=True)
        self.matter = re.search(r"MATTER (\w+)", made).group(1)

    def start(self):
        """Start the server, and wait until it answers."""
        self.output = (self.folder / "output").open("a")
        self.process = subprocess.Popen(
            [BIN / "runwsgi", "-q", self.folder / "etc" / "zope.ini", f"http_port={self.port}"],
            env=self._env(),
            stdout=self.output,
            stderr=self.output,
        )
        end = time.monotonic() + 600  # on a busy machine
        while time.monotonic() < end:
            with contextlib.suppress(requests.ConnectionError):
                return requests.get(f"{self.url}/++api++/@health", timeout=60)
            assert self.process.poll() is None, (self.folder / "output").read_text()
            time.sleep(0.2)
        raise AssertionError("The server did not come up.")

    def stop(self):
        """Stop the server."""
        self.process.terminate()
        self.process.wait(60)
        self.output.close()

    def logs(self):
        """Return what all logs hold, and what it wrote elsewhere, by name."""
        files = [*(self.folder / "var" / "log").glob("*.log"), self.folder / "output"]
        return {file.name: file.read_text(errors="replace") for file in files}

    def _env(self, off=False):
        path = os.pathsep.join([str(self.folder), os.environ.get("PYTHONPATH", "")])
        env = {**os.environ, "PYTHONPATH": path}
        env.pop("CLIENTPORTAL_WORKER", None)
        return {**env, "CLIENTPORTAL_WORKER": "off"} if off else env

    def _run(self, *command, off=False):
        command = [BIN / command[0], *command[1:]]
        done = subprocess.run(command, env=self._env(off), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A server that really runs."""
    folder = tmp_path_factory.mktemp("operating") / "instance"
    server = Running(folder)
    server.start()
    yield server
    if server.process.poll() is None:
        server.stop()
    server.smtp.stop()
    shutil.rmtree(folder, ignore_errors=True)


def test_the_outbox_is_drained_at_boot(running):
    """Issue 5, point 1: what was written while no server ran goes out when one starts; health follows."""
    health = f"{running.url}/++api++/@health?of=portal"
    for _try in range(100):
        figures = requests.get(health, auth=("admin", "admin"), timeout=60).json()["figures"]
        if figures["waiting"] == 0 and figures["failed"]:
            break
        time.sleep(0.2)
    assert (figures["waiting"], figures["overdue"], figures["unsealed"]) == (0, 0, 0)
    assert figures["failed"] == 1  # the mail server knows no such mailbox
    assert requests.get(f"{running.url}/++api++/@health", timeout=60).status_code == 200


def test_nothing_confidential_in_any_log(running):
    """Issue 5, point 7: log-ins, refused mails, exceptions, uploads, wrong requests; read from the files."""
    url, json_ = running.url, {"Accept": "application/json"}
    matter = f"{url}/matters/{running.matter}"
    good, client = ("handler." + ADDRESS, PASSWORD), (ADDRESS, PASSWORD)
    asked = [
        requests.post(f"{url}/login", data={"__ac_name": ADDRESS, "__ac_password": CANARY}),
        requests.post(f"{url}/@login", json={"login": ADDRESS, "password": CANARY}, headers=json_),
        requests.get(f"{url}/@inbox", auth=(ADDRESS, CANARY), headers=json_),
        requests.post(f"{url}/@@forgot-password", data={"email": ADDRESS}),
        requests.get(
            f"{url}/@@choose-password?token={CANARY}", headers={"Referer": f"{url}/{CANARY}"}
        ),
        requests.get(f"{url}/@@break?q={CANARY}", auth=("admin", "admin")),
        requests.get(f"{url}/@@break?q={CANARY}", auth=("admin", "admin"), headers=json_),
        requests.get(f"{url}/{CANARY}/{ADDRESS}", auth=good),
        requests.get(f"{matter}/{CANARY}.pdf", auth=good, headers={"User-Agent": CANARY}),
        requests.get(f"{url}/@@matters?q={CANARY}", auth=good),
        requests.post(f"{matter}/@send", auth=good, headers=json_, json={"text": CANARY}),
        requests.post(f"{matter}/@send", auth=good, headers=json_, data=f'{{"text": "{CANARY}"'),
        requests.post(
            f"{matter}/@send",
            auth=good,
            headers=json_,
            json={"text": CANARY, "expects": "reply", "recipients": [ADDRESS], "title": CANARY},
        ),
        requests.post(
            f"{matter}/@@documents",
            auth=good,
            data={"action": "upload"},
            files={"files": (f"{CANARY}.exe", b"MZ" + CANARY.encode())},
        ),
        requests.delete(f"{matter}/@participants/{ADDRESS}", auth=good, headers=json_),
        requests.request(CANARY.upper(), f"{url}/{CANARY}"),
        requests.get(f"{url}/@portal", auth=client, headers=json_),
    ]
    statuses = [one.status_code for one in asked]
    assert statuses[12] == 201, asked[12].text
    assert statuses[5] == statuses[6] == 500
    assert statuses[-1] == 200
    time.sleep(4)  # the mail about the message is refused
    running.stop()
    found = running.logs()
    assert {"access.log", "event.log"} <= found.keys()
    for name, text in found.items():
        assert CANARY.casefold() not in text.casefold(), name
    lines = [json.loads(line) for line in found["access.log"].splitlines()]
    assert len(lines) >= len(asked)
    events = [json.loads(line) for line in found["event.log"].splitlines()]
    broken = [event for event in events if event.get("error") == "ValueError"]
    assert any("break_down.py" in event["at"][-1] for event in broken)
    ids = {line["request"]: line for line in lines}
    assert all(ids[event["request"]]["status"] == 500 for event in broken)
    assert any("Log-in from" in event["message"] for event in events)


def test_a_log_that_cannot_be_written_tells_nothing(capfd):
    """Issue 5, point 7: Python would print the whole record to the standard error, uncleaned."""
    handler = logging.FileHandler("/dev/full")
    handler.setFormatter(logs.Formatter())
    logger = logging.getLogger("full")
    logger.addHandler(handler)
    try:
        try:
            raise ValueError("Scheidung Berger")
        except ValueError:
            logger.exception("It went wrong with %s.", "Anna Berger")
    finally:
        logger.removeHandler(handler)
        handler.stream = None
    assert "Berger" not in "".join(capfd.readouterr())
