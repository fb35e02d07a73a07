"""The cast of the tests: a firm with staff, two clients in one matter, another matter's client."""

import base64
import functools
import json
import on_postgres
import os
import pytest
import requests
import sys
import transaction
from collective.clientportal import worker
from collective.clientportal.domain import accounts
from collective.clientportal.domain import documents
from collective.clientportal.domain import folders
from collective.clientportal.domain import logins
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import participants
from collective.clientportal.domain import registers
from collective.clientportal.domain import rosters
from collective.clientportal.domain import sharing
from collective.clientportal.testing import FUNCTIONAL_TESTING
from collective.clientportal.testing import INTEGRATION_TESTING
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from mail_server import MailServer
from playwright.sync_api import Locator
from playwright.sync_api import Page
from playwright.sync_api import sync_playwright
from plone import api
from pytest_plone import fixtures_factory
from Testing.ZopeTestCase.functional import savestate
from typing import Any
from urllib.parse import urlencode
from zope.component.hooks import setSite
from ZPublisher.httpexceptions import HTTPExceptionHandler
from ZPublisher.WSGIPublisher import publish_module


if os.environ.get("TEST_STORAGE") == "relstorage":
    on_postgres.use()

pytest_plugins = ["pytest_plone"]
globals().update(
    fixtures_factory(((INTEGRATION_TESTING, "integration"), (FUNCTIONAL_TESTING, "functional")))
)

PASSWORD = "correct horse battery"
BASE_URL = "https://portal.example"
PDF = b"%PDF-1.4 the original"


@dataclass
class Firm:
    """The people (user ids by name) and things that most tests are about.

    In `matter` (reference 24/0113) `handler` and `assistant` are the team, `anna` and `thomas` the
    clients, each with a folder of their own; `paula` is the client of `other_matter`.
    """

    portal: Any
    people: dict[str, str]
    matter: Any
    other_matter: Any
    annas: Any
    thomases: Any
    everybodys: Any

    def login(self, name: str) -> str:
        """Return the login name of a person."""
        return f"{name}@example.org" if len(self.people[name]) == 32 else name

    def as_user(self, name: str):
        """Act as a person of the cast."""
        return api.env.adopt_user(user=api.user.get(userid=self.people[name]))

    def add(self, name="Klage.pdf", data=PDF, content_type="application/pdf", matter=None):
        """Return a new internal document, in `matter` unless told otherwise."""
        with self.as_user("handler"):
            upload = documents.Upload(name, content_type, BytesIO(data))
            return documents.add_internal(matter or self.matter, [upload])[0]

    def release(self, *originals, folder=None):
        """Release internal documents, to Anna's folder unless told otherwise; return the release."""
        with self.as_user("handler"):
            uids = [api.content.get_uuid(original) for original in originals]
            return sharing.release(self.matter, uids, (folder or self.annas).UID())


def build(portal) -> Firm:
    """Make the firm, through domain functions only."""
    # Ids that can be read: the portal has Plone make random ones.
    api.portal.set_registry_record("plone.use_uuid_as_userid", False)
    people = {}
    # Staff of the cast have their names as user ids, which is easier to read than a UUID.
    api.portal.set_registry_record("plone.use_uuid_as_userid", False)
    for name in ("handler", "assistant", "colleague"):
        api.user.create(
            email=f"{name}@firm.example",
            username=name,
            password=PASSWORD,
            properties={"fullname": name.capitalize()},
        )
        api.group.add_user(groupname=rosters.STAFF, username=name)
        people[name] = name
    api.user.create(email="boss@firm.example", username="boss", password=PASSWORD)
    api.group.add_user(groupname=rosters.ADMINISTRATORS, username="boss")
    api.user.create(email="member@else.example", username="member", password=PASSWORD)
    people |= {"boss": "boss", "member": "member"}
    api.portal.set_registry_record("collective.clientportal.base_url", BASE_URL)
    # The tests' own server has no TLS: with the flag `requests` would send no cookie back.
    portal.acl_users.session.secure = False
    api.portal.set_registry_record("plone.email_from_address", "office@firm.example")
    with api.env.adopt_user(username="handler"):
        matter = matters.create(
            portal["matters"], "Scheidung Berger", "24/0113", ["handler"], ["assistant"]
        )
        other = matters.create(portal["matters"], "Bausache Sommer", "26/0007", ["colleague"])
        matters.switch_portal(matter, True)
        for name, full, party in (
            ("anna", "Anna Berger", "Mandantin"),
            ("thomas", "Thomas Berger", "Gegenseite"),
        ):
            info = participants.invite(matter, f"{name}@example.org", full, party)
            people[name] = info.id
        annas = folders.create(matter, "Schriftsätze", [people["anna"]])
        thomases = folders.create(matter, "Vergleich", [people["thomas"]])
        everybodys = folders.create(matter, "Gericht")
    with api.env.adopt_user(username="colleague"):
        matters.switch_portal(other, True)
        people["paula"] = participants.invite(other, "paula@example.org", "Paula Sommer").id
        folders.create(other, "Bauakte")
    users = api.portal.get_tool("acl_users")
    for name in ("anna", "thomas", "paula"):
        users.userSetPassword(people[name], PASSWORD)
        registers.registers().people[people[name]].activated = registers.now()
    return Firm(portal, people, matter, other, annas, thomases, everybodys)


@pytest.fixture(autouse=True)
def no_failures_yet():
    """Begin with no log-in that failed and no mail that was asked for: all tests share one address."""
    logins.FAILURES.clear()
    accounts.RESETS.clear()


@pytest.fixture
def firm(portal) -> Firm:
    """The firm, in process."""
    return build(portal)


@pytest.fixture
def live(functional_portal) -> Firm:
    """The firm behind a real server."""
    firm = build(functional_portal)
    transaction.commit()
    return firm


class Rest(requests.Session):
    """A person's REST client; paths are relative to the site."""

    def __init__(self, base, login=None):
        super().__init__()
        self.base = base
        self.headers["Accept"] = "application/json"
        if login:
            self.auth = (login, PASSWORD)

    def request(self, method, url, *args, **kwargs):
        """Send the request; let the test see what the server committed."""
        transaction.commit()
        url = url if url.startswith("http") else f"{self.base}/{url.lstrip('/')}"
        kwargs.setdefault("allow_redirects", False)
        response = super().request(method, url, *args, **kwargs)
        transaction.begin()
        return response

    def upload(self, matter, name="Klage.pdf", data=PDF, content_type="application/pdf") -> str:
        """Put an internal document into a matter by Plone's own service; return its UID."""
        encoded = base64.b64encode(data).decode()
        file = {"filename": name, "content-type": content_type, "data": encoded}
        response = self.post(
            matter.absolute_url(),
            json={"@type": "File", "title": name, "file": {**file, "encoding": "base64"}},
        )
        assert response.status_code == 201, response.text
        return response.json()["UID"]

    def share(self, matter, uids, folder) -> list[dict]:
        """Release documents by UID; return the items of the answer."""
        body = {"documents": uids, "folder": folder.UID()}
        response = self.post(f"{matter.absolute_url()}/@share", json=body)
        assert response.status_code == 201, response.text
        return response.json()["items"]


@pytest.fixture
def rest(live):
    """A function: name of a person of the cast (None: nobody) → REST client."""
    return lambda name=None: Rest(live.portal.absolute_url(), name and live.login(name))


@dataclass
class Answer:
    """What the application answered: `headers` in order, `text` the body."""

    status: int
    headers: list[tuple[str, str]]
    text: str

    def all(self, name: str) -> list[str]:
        """Return the values of all headers of this name."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def json(self) -> Any:
        """Return what the body says."""
        return json.loads(self.text)

    @property
    def cookies(self) -> str:
        """The cookies that are set, as a browser sends them back."""
        return "; ".join(value.partition(";")[0] for value in self.all("Set-Cookie"))


@pytest.fixture
def wsgi(live):
    """A function: a request to the application itself, from any IP address, without a network between."""
    app = HTTPExceptionHandler(publish_module)

    @savestate
    def wsgi_(method, path, *, form=None, body=None, address="192.0.2.1", **headers):
        transaction.commit()
        data, kind = b"", ""
        if form is not None:
            data, kind = urlencode(form).encode(), "application/x-www-form-urlencoded"
        elif body is not None:
            data, kind = json.dumps(body).encode(), "application/json"
        path, _question, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": f"/{live.portal.getId()}/{path}",
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": address,
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(data)),
            "HTTP_ACCEPT": "application/json" if form is None else "text/html",
            "wsgi.input": BytesIO(data),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        }
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        started = []
        result = app(environ, lambda *start: started.extend(start))
        text = b"".join(result).decode()
        transaction.begin()
        return Answer(int(started[0][:3]), started[1], text)

    return wsgi_


def _whole(click):
    """Return a click that waits for the whole next page; Playwright's own returns when it begins to come."""

    @functools.wraps(click)
    def click_(self, *args, **options):
        click(self, *args, **options)
        page = self.page if isinstance(self, Locator) else self
        if not page.is_closed():
            page.wait_for_load_state("domcontentloaded")

    return click_


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium."""
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        for cls in (Page, Locator):
            patch.setattr(cls, "click", _whole(cls.click))
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_browser(live, chromium):
    """A function: name (None: nobody), language, phone → a page of a browser of its own, logged in.

    Every error that the page's JavaScript raises fails the test, and so does whatever its
    Content-Security-Policy stops.
    """
    contexts, errors = [], []

    def listen(message):
        if "Content Security Policy" in message.text:
            errors.append(f"{message.text} {message.location}")

    def open_(name=None, language="de", phone=False):
        transaction.commit()
        size = {"width": 380, "height": 800} if phone else {"width": 1280, "height": 900}
        context = chromium.new_context(locale=language, viewport=size, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", listen)
        if name:
            page.goto(f"{live.portal.absolute_url()}/login")
            page.fill("#__ac_name", live.login(name))
            page.fill("#__ac_password", PASSWORD)
            page.click("[name='buttons.login']")
            transaction.begin()
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def smtp(live):
    """A real SMTP server, set up as the site's."""
    server = MailServer()
    api.portal.set_registry_record("plone.smtp_host", "127.0.0.1")
    api.portal.set_registry_record("plone.smtp_port", server.port)
    transaction.commit()
    yield server
    server.stop()


@pytest.fixture
def work(live):
    """A function: one round of the server's workers, each in a thread of its own."""
    database = live.portal._p_jar.db()

    def work_(*jobs):
        transaction.commit()
        for job in jobs or (worker.seal, worker.send):
            with ThreadPoolExecutor(1) as thread:
                thread.submit(worker.work, database, job).result()
        transaction.begin()

    return work_


@pytest.fixture
def elsewhere(live):
    """A function: act → commits that act from a second connection, in a transaction of its own."""
    connections = []

    def elsewhere_(act):
        manager = transaction.TransactionManager()
        connection = live.portal._p_jar.db().open(transaction_manager=manager)
        connections.append((manager, connection))
        site = connection.root()["Application"][live.portal.getId()].__of__(live.portal.aq_parent)
        setSite(site)
        try:
            act(site.unrestrictedTraverse(live.matter.getPhysicalPath()[2:]))
            return manager.commit
        finally:
            setSite(live.portal)

    yield elsewhere_
    for manager, connection in connections:
        manager.abort()
        connection.close()


@pytest.fixture
def send(live):
    """A function: send from the handler; returns the thread. `files`: names of files."""

    def send_(text="Bitte antworten.", expects="reply", to="anna", thread="", files=()):
        uploads = tuple(documents.Upload(n, "application/pdf", BytesIO(b"x" * 2048)) for n in files)
        draft = messages.Draft(text, uploads=uploads)
        with live.as_user("handler"):
            ids = [live.people[name] for name in to.split()]
            sent, _ = messages.send(live.matter, draft, expects, ids, thread, title=text)
        transaction.commit()
        return sent

    return send_


@pytest.fixture
def plain(chromium):
    """A function: page → a page of the same person in a browser without JavaScript."""
    contexts = []

    def plain_(page):
        contexts.append(chromium.new_context(java_script_enabled=False, accept_downloads=True))
        contexts[-1].add_cookies(page.context.cookies())
        return contexts[-1].new_page()

    yield plain_
    for context in contexts:
        context.close()


@pytest.fixture
def html(rest):
    """A function: name → a client that asks for pages."""

    def html_(name):
        client = rest(name)
        client.headers["Accept"] = "text/html"
        return client

    return html_
