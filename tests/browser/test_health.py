"""The health page: each point that breaks is said in words there, and the mend repairs it."""

import logging
import pytest
import re
import shutil
import socketserver
import threading
import transaction
from App.config import getConfiguration
from collective.clientportal.content.matter import IMatter
from collective.clientportal.domain import figures
from collective.clientportal.domain import hardening
from collective.clientportal.domain import health
from collective.clientportal.domain import registers
from collective.clientportal.domain import rounds
from collective.clientportal.interfaces import ISettings
from collective.clientportal.pas.roles import MatterRoles
from collective.clientportal.subscribers import guard
from conftest import PASSWORD
from datetime import timedelta
from playwright.sync_api import expect
from plone import api
from plone.app.content.browser.vocabulary import PERMISSIONS
from plone.browserlayer.utils import unregister_layer
from plone.registry.interfaces import IRegistry
from Products.PluggableAuthService.interfaces.plugins import IGroupsPlugin
from ZEO.Exceptions import ClientDisconnected
from zope.component import getGlobalSiteManager
from zope.component import getUtility
from zope.schema import ValidationError
from ZPublisher.interfaces import IPubAfterTraversal


@pytest.fixture
def sound(live, html, work, smtp):
    """A firm in which every point is in order; a function: name → what is said of that point, or ""."""
    api.portal.set_registry_record("plone.use_uuid_as_userid", True)
    live.portal.acl_users.session.secure = True
    work()
    api.user.create(email="root@firm.example", username="root", password=PASSWORD)
    root = api.user.get(username="root").getId()
    api.user.grant_roles(username=root, roles=["Site Administrator"])
    client = html(None)
    client.auth = ("root", PASSWORD)

    def said(name="", page=None):
        page = page or client.get("@@clientportal-health")
        assert page.status_code == 200
        rows = dict(re.findall(r'<tr id="health-([\w-]+)".*?>(.*?)</tr>', page.text, re.S))
        wrong = {
            n: " ".join(re.sub("<[^>]+>", " ", r).split())
            for n, r in rows.items()
            if "cps-wrong" in r
        }
        said.order = [n in wrong for n in rows]
        return wrong.get(name, "") if name else wrong

    said.client, said.live = client, live
    assert said() == {}
    return said


def close(said):
    """Press the button of the page; return the page after it."""
    page = said.client.get("@@clientportal-health").text
    token = re.search(r'name="_authenticator"[^>]*value="(\w+)"', page)[1]
    form = {"_authenticator": token, "action": "close"}
    return said.client.post("@@clientportal-health", data=form)


def test_all_in_order(sound):
    """Issue 4, point 2: right after the profile nothing is wrong, and every point has its row."""
    page = sound.client.get("@@clientportal-health").text
    assert "Everything that is looked at is in order." in page
    assert page.count("cps-ok") == len(health.CHECKS) == page.count('id="health-')
    assert "Close again" not in page


def test_every_permission_that_is_opened_is_named_and_closed_again(sound):
    """Issue 4, point 2: one at a time is what happens; all at once is what is quick to test."""
    portal = sound.live.portal
    permissions = {name: point.name for point in hardening.POINTS for name in point.permissions}
    assert len(permissions) >= 25
    for number, name in enumerate(permissions):
        # Every other way to open it: another role, or acquired.
        roles = [*hardening.ADMINISTRATORS, "Member"] if number % 2 else hardening.ADMINISTRATORS
        portal.manage_permission(name, roles, acquire=not number % 2)
    wrong = sound()
    assert set(wrong) == set(permissions.values())
    for name, point in permissions.items():
        assert name in wrong[point]
        assert "not in order Press “Close again”" in wrong[point]
    assert sound.order == sorted(sound.order, reverse=True)
    assert close(sound).status_code == 302
    assert sound() == {}


SWITCHES = [(name, p.name) for p in hardening.POINTS for name in p.switches]


@pytest.mark.parametrize("record,point", SWITCHES)
def test_switches(record, point, sound):
    """Issue 4, point 2"""
    value = api.portal.get_registry_record(record)
    api.portal.set_registry_record(record, not value)
    assert record in sound(point)
    close(sound)
    assert sound() == {}


def test_user_folder_settings(sound):
    users = sound.live.portal.acl_users
    users.session.per_user_keyring = False
    users.jwt_auth.store_tokens = False
    users.login_transform = ""
    assert "per_user_keyring" in sound("sessions")
    assert "store_tokens" in sound("sessions")
    assert "login_transform" in sound("capitals")
    close(sound)
    assert sound() == {}


@pytest.mark.parametrize("how", ["no token", "another's token", "administrator of the portal"])
def test_closing_needs_a_token_and_an_administrator_of_the_site(how, sound, html):
    """Issue 4, point 2: and nothing changes by a GET."""
    sound.live.portal.manage_permission("View Groups", ["Member"], acquire=1)
    boss = html("boss")
    token = re.search(r'name="_authenticator"[^>]*value="(\w+)"', boss.get("@@notice-texts").text)[
        1
    ]
    client = boss if how == "administrator of the portal" else sound.client
    form = {"action": "close"} | ({} if how == "no token" else {"_authenticator": token})
    assert client.post("@@clientportal-health", data=form).status_code == 403
    sound.client.get("@@clientportal-health?action=close")
    assert "View Groups" in sound("groups")
    assert "Close again</button>" not in boss.get("@@clientportal-health").text


def test_for_those_who_manage_the_portal_only(live, html):
    found = {
        name: html(name).get("@@clientportal-health", allow_redirects=False).status_code
        for name in ("boss", "handler", "colleague", "anna", "member", None)
    }
    assert found == {
        "boss": 200, "handler": 403, "colleague": 403, "anna": 404, "member": 404, None: 302
    }  # fmt: skip


def test_guard(sound):
    """Without the guard the page still comes, and says so first."""
    site = getGlobalSiteManager()
    assert site.unregisterHandler(guard.guard, [IPubAfterTraversal])
    try:
        assert "The guard is not registered." in sound("guard")
    finally:
        site.registerHandler(guard.guard, [IPubAfterTraversal])
    assert sound() == {}


def test_layer(sound):
    """Without the layer there is no page of ours: the domain says it, for whoever asks it."""
    unregister_layer("collective.clientportal")
    with api.env.adopt_roles(["Manager"]):
        finding = next(f for f in health.findings() if f.name == "guard")
    assert "browser layer" in str(finding.problem.default)


def test_somebody_elses_roles(sound):
    """security.md 4.3: another package gives roles beside ours, or in place of ours."""
    site = getGlobalSiteManager()
    foreign = type("Foreign", (MatterRoles,), {"__module__": "some.package"})
    for name in ("beside", "default"):
        site.registerAdapter(foreign, [IMatter], name=name)
        try:
            assert "some.package.Foreign" in sound("roles")
        finally:
            site.unregisterAdapter(foreign, [IMatter], name=name)
            if name == "default":
                site.registerAdapter(MatterRoles, [IMatter], name=name)
    assert sound() == {}


def test_everybody_in_the_firm(sound):
    api.group.grant_roles(groupname="AuthenticatedUsers", roles=["Portal Staff"])
    assert "Portal Staff" in sound("everybody")


@pytest.mark.parametrize("act", ["deactivatePlugin", "movePluginsUp"])
def test_user_folder(act, sound):
    plugins = sound.live.portal.acl_users.plugins
    name = "clientportal_rosters"
    getattr(plugins, act)(IGroupsPlugin, name if act == "deactivatePlugin" else [name])
    assert "IGroupsPlugin" in sound("users")


def test_workflows(sound):
    tool = sound.live.portal.portal_workflow
    state = tool["clientportal_document"].states["released"]
    state.setPermission("View", False, (*state.permission_roles["View"], "Authenticated"))
    tool["clientportal_folder"].states["open"].setPermission("View", True, ("Manager",))
    tool.setChainForPortalTypes(["MessageThread"], ["simple_publication_workflow"])
    text = sound("workflows")
    for part in (
        "clientportal_document/released: View",
        "clientportal_folder/open: View",
        "MessageThread",
    ):
        assert part in text


@pytest.mark.parametrize("name", ["collective.clientportal.Staff", "plone.app.users.group_ids"])
def test_vocabularies(name, sound, monkeypatch):
    monkeypatch.delitem(PERMISSIONS, name)
    assert name in sound("vocabularies")


@pytest.mark.parametrize(
    "record,value,point,words",
    [
        ("collective.clientportal.base_url", "", "base", "no mail is sent"),
        ("collective.clientportal.base_url", "http://portal.example", "base", "not encrypted"),
        ("plone.email_from_address", None, "mail", "plone.email_from_address"),
        ("plone.smtp_host", "", "mail", "plone.smtp_host"),
    ],
)
def test_settings(record, value, point, words, sound):
    getUtility(IRegistry)[record] = value
    assert words in sound(point)


def test_cookies(sound):
    sound.live.portal.acl_users.session.secure = False
    assert "no Secure flag" in sound("cookies")
    api.portal.set_registry_record("collective.clientportal.base_url", "http://portal.example")
    assert set(sound()) == {"base"}


def test_workers(sound, monkeypatch):
    """They do not run in the tests; the server that ought to run them says so."""
    monkeypatch.setenv("CLIENTPORTAL_WORKER", "on")
    assert "clientportal-seal, clientportal-send" in sound("workers")


@pytest.mark.parametrize("job", rounds.JOBS)
def test_rounds(job, sound, work):
    """Issue 5, point 7: whichever process does them: no round of one for five minutes."""
    last = registers.registers().rounds
    last[job] = registers.now() - timedelta(minutes=4)
    assert sound("workers") == ""
    last[job] = registers.now() - timedelta(minutes=6)
    assert f"in no process: {job}" in sound("workers")
    transaction.begin()
    work()
    assert sound("workers") == ""
    del last[job]
    assert job in sound("workers")


def test_disk(sound, monkeypatch):
    """Issue 5, point 7: less than a tenth is free where data is."""
    usage = shutil.disk_usage("/")._replace(total=1000, free=99)
    monkeypatch.setattr(figures.shutil, "disk_usage", lambda place: usage)
    assert "Free: 9 %" in sound("disk")
    usage = usage._replace(free=100)
    assert sound("disk") == ""


def test_scanner(sound, clamd_that):
    """Issue 5, point 7: it answers a PING, or not."""
    api.portal.set_registry_record("collective.clientportal.scanner_address", clamd_that(b"PONG\0"))
    assert sound("scanner") == ""
    api.portal.set_registry_record("collective.clientportal.scanner_address", clamd_that(b"busy\0"))
    assert "does not answer" in sound("scanner")
    api.portal.set_registry_record("collective.clientportal.scanner_address", "127.0.0.1:9")
    assert "does not answer" in sound("scanner")


@pytest.fixture
def clamd_that():
    """A function: a server that gives this answer to whatever it is asked; returns its address."""
    servers = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            if self.request.recv(100) == b"zPING\0":
                self.request.sendall(self.server.answer)

    def clamd_that_(answer):
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        server.answer = answer
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"127.0.0.1:{server.server_address[1]}"

    yield clamd_that_
    for server in servers:
        server.shutdown()
        server.server_close()


def test_database(sound, monkeypatch):
    """Issue 5, point 7: what it gives no answer to is said."""

    def gone():
        raise ClientDisconnected("no connection")

    monkeypatch.setattr(figures, "ask_database", gone)
    assert "no connection" in sound("database")


def ago(**age):
    """Return the time id of a moment in the past."""
    return registers.first_id(registers.now() - timedelta(**age))


def test_outbox(sound, smtp, work):
    """A mail that the server refused; one that waits since an hour and a minute."""
    smtp.reply = "550 no"
    sound.live.release(sound.live.add())
    work()
    assert "seven days: 1. Waiting for more than an hour: 0." in sound("outbox")
    registers.registers().fresh[ago(minutes=61)] = ago(minutes=61)
    assert "an hour: 1." in sound("outbox")


def test_journal(sound):
    sealed_late = registers.registers().unsealed
    sealed_late[ago(seconds=50)] = sound.live.matter.UID()
    assert sound("journal") == ""
    sealed_late[ago(seconds=70)] = sound.live.matter.UID()
    assert "more than a minute: 1" in sound("journal")


@pytest.mark.parametrize("book", ["matters", "cards", "references", "addresses", "taking_part"])
def test_registers(book, sound):
    tree = getattr(registers.registers(), book)
    if book == "taking_part":
        tree[next(iter(tree))].add("0" * 32)
    else:
        del tree[next(iter(tree))]
    assert book in sound("registers")


def test_debug_mode(sound, monkeypatch):
    monkeypatch.setattr(getConfiguration(), "debug_mode", True, raising=False)
    assert "Debug mode is on" in sound("debug")


def test_a_check_that_breaks_off_hides_no_other(sound, caplog):
    """What cannot be looked at is not in order."""
    caplog.set_level(logging.CRITICAL, "collective.clientportal.health")
    del registers.registers().due
    assert "broke off: outbox" in sound("outbox")
    assert set(sound()) == {"outbox"}


@pytest.mark.parametrize("phone", [False, True])
def test_in_a_browser(phone, sound, open_browser):
    """German, bad points first, nothing scrolls sideways; the button closes."""
    api.portal.set_registry_record("plone.available_languages", ["de", "en"])
    api.portal.set_registry_record("plone.use_request_negotiation", True)
    sound.live.portal.manage_permission("View Groups", ["Member"], acquire=1)
    api.group.grant_roles(groupname="portal-administrators", roles=["Site Administrator"])
    transaction.commit()
    page = open_browser("boss", phone=phone)
    page.goto(f"{sound.live.portal.absolute_url()}/@@clientportal-controlpanel")
    page.click("a:has-text('Zustand')")
    expect(page.locator("#cps-health")).to_contain_text("Nicht in Ordnung: 1 von")
    first = page.locator("tbody tr").first
    expect(first).to_contain_text("Listen von Gruppen sehen nur Administratoren")
    expect(first).to_contain_text("View Groups")
    width = 380 if phone else 1280
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("button:has-text('Wieder schließen')")
    expect(page.locator(".statusmessage-success")).to_contain_text("wieder geschlossen")
    expect(page.locator(".cps-wrong")).to_have_count(0)


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://portal.example", True),
        ("http://localhost:8080/Plone", True),
        ("https://[::1]:8443/a/b/", True),
        ('https://portal.example/" onclick="x', False),
        ("https://name:password@portal.example", False),
        ("https://portal.example/?a=b#c", False),
        ("https://portal.example\r\nBcc: evil@else.example", False),
        ("https://portal.example\n", False),
        ("javascript:alert(1)", False),
    ],
)
def test_base_address(address, taken):
    """It goes into every mail: nothing but an address is taken, as the form of the settings checks it."""
    if taken:
        ISettings["base_url"].validate(address)
        return
    with pytest.raises(ValidationError):
        ISettings["base_url"].validate(address)
