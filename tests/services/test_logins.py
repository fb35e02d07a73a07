"""Logging in by every door: throttled, alike for known and unknown, with a code (issue 4, point 4)."""

import base64
import pyotp
import pytest
import re
import transaction
from collective.clientportal.domain import accounts
from collective.clientportal.domain import deactivation
from collective.clientportal.domain import links
from collective.clientportal.domain import logins
from collective.clientportal.domain import registers
from collective.clientportal.domain import second_factor
from collective.clientportal.domain import sessions
from conftest import PASSWORD
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from urllib.parse import quote
from urllib.parse import unquote
from ZPublisher import HTTPRequest


ANNA = "anna@example.org"
NOBODY = "nobody@example.org"


def basic(login, password=PASSWORD):
    """Return the header that HTTP Basic sends."""
    return "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()


@pytest.fixture
def doors(wsgi):
    """Functions, by door: login, password, address → the answer."""
    return {
        "form": lambda login, password, address="192.0.2.1", **more: wsgi(
            "POST",
            "login",
            form={"__ac_name": login, "__ac_password": password, "buttons.login": "1"},
            address=address,
            **more,
        ),
        "rest": lambda login, password, address="192.0.2.1", **more: wsgi(
            "POST",
            "@login",
            body={"login": login, "password": password},
            address=address,
            **more,
        ),
        "basic": lambda login, password, address="192.0.2.1", **more: wsgi(
            "GET", "@portal", authorization=basic(login, password), address=address, **more
        ),
    }


OK = {"form": 302, "rest": 200, "basic": 200}
WRONG = {"form": 200, "rest": 401, "basic": 401}
# Basic can say nothing but who it does not know.
TOO_OFTEN = {"form": 429, "rest": 429, "basic": 401}


@pytest.mark.parametrize("door", OK)
@pytest.mark.parametrize("login", [ANNA, NOBODY])
def test_ten_failures(door, login, doors):
    """Ten for account and address; then the right password is refused as well, and others come in."""
    log_in = doors[door]
    assert [log_in(login, "wrong").status for _n in range(10)] == [WRONG[door]] * 10
    refused = log_in(login, "wrong")
    assert refused.status == TOO_OFTEN[door]
    if door != "basic":
        assert 0 < int(refused.all("Retry-After")[0]) <= 15 * 60
        assert ("too often" in refused.text) and (
            login not in refused.text.replace(f'value="{login}"', "")
        )
    assert log_in(login, PASSWORD).status == TOO_OFTEN[door]
    # The same by every other door.
    for other in doors:
        assert doors[other](login, PASSWORD).status == TOO_OFTEN[other]
    assert log_in("thomas@example.org", PASSWORD).status == OK[door]
    if login == ANNA:
        assert log_in(login, PASSWORD, address="192.0.2.2").status == OK[door]


def test_known_and_unknown_get_the_same_answer(doors):
    """Status, headers, body: failed, and refused."""

    def shown(answer, login):
        # The second it was answered, and the length of the address on the page.
        heads = [head for head in answer.headers if head[0] not in ("Date", "Content-Length")]
        return answer.status, heads, answer.text.replace(login, "")

    for log_in in doors.values():
        for _n in range(12):
            known, unknown = (shown(log_in(name, "wrong"), name) for name in (ANNA, NOBODY))
            assert known == unknown


def test_a_success_forgets_the_failures_before(doors):
    for _round in range(3):
        for _n in range(9):
            assert doors["rest"](ANNA, "wrong").status == 401
        assert doors["rest"](ANNA, PASSWORD).status == 200


def test_after_a_quarter_of_an_hour(doors, monkeypatch):
    for _n in range(10):
        doors["rest"](ANNA, "wrong")
    assert doors["rest"](ANNA, PASSWORD).status == 429
    late = logins.FAILURES.clock() + logins.PERIOD
    monkeypatch.setattr(logins.FAILURES, "clock", lambda: late)
    assert doors["rest"](ANNA, PASSWORD).status == 200


def test_one_request_is_one_failure(doors):
    """The user folder asks several times who acts."""
    doors["form"](ANNA, "wrong")
    assert logins.FAILURES.count(("password", ANNA)) == 1


def test_one_address_with_many_names(doors):
    """A hundred failures an address; another address is not touched."""
    for number in range(100):
        assert doors["rest"](f"{number}@example.org", "wrong").status == 401
    assert doors["rest"](ANNA, PASSWORD).status == 429
    assert doors["rest"](ANNA, PASSWORD, address="192.0.2.2").status == 200


def test_one_account_from_many_addresses(doors):
    """They slow down, and the owner comes in with the right password at the first try."""
    for number in range(logins.CROWD):
        assert doors["rest"](ANNA, "wrong", address=f"198.51.100.{number}").status == 401
    statuses = [doors["rest"](ANNA, "wrong", address="203.0.113.1").status for _n in range(3)]
    assert statuses == [401, 401, 429]
    assert doors["rest"](ANNA, PASSWORD, address="203.0.113.2").status == 200


@pytest.mark.parametrize("trusted", [[], ["192.0.2.1"]])
def test_a_forged_address_is_of_no_use(trusted, doors, monkeypatch):
    """X-Forwarded-For counts from a proxy that is trusted only, and of it what that proxy has added."""
    monkeypatch.setattr(HTTPRequest, "trusted_proxies", trusted)
    statuses = []
    for number in range(11):
        forged = f"10.0.0.{number}, 203.0.113.9"
        statuses.append(doors["rest"](ANNA, "wrong", x_forwarded_for=forged).status)
    assert statuses == [401] * 10 + [429]
    elsewhere = doors["rest"](ANNA, PASSWORD, x_forwarded_for="10.0.0.1, 203.0.113.10").status
    assert elsewhere == (200 if trusted else 429)


def test_who_is_logged_in_stays_so(doors, wsgi):
    """Somebody who guesses locks the owner out of nothing that is open."""
    cookie = doors["form"](ANNA, PASSWORD).cookies
    for _n in range(11):
        doors["rest"](ANNA, "wrong")
    assert wsgi("GET", "@portal", cookie=cookie).status == 200


def test_the_servers_own_administrator(live, wsgi):
    """Whom the Zope server knows is no failure here, however often."""
    header = basic(SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    for _n in range(15):
        assert wsgi("GET", "@outbox", authorization=header).status == 200
    assert logins.FAILURES.count(("password", SITE_OWNER_NAME)) == 0
    assert logins.FAILURES.count(("password", "from", "192.0.2.1")) == 0


ODD = [
    {},
    {"login": ANNA},
    {"login": ANNA, "password": ""},
    {"login": [ANNA], "password": PASSWORD},
    {"login": ANNA, "password": {"a": 1}},
    {"login": 1, "password": 2},
    {"login": ANNA, "password": PASSWORD, "otp": 123456},
    [],
]


@pytest.mark.parametrize("body", ODD, ids=repr)
def test_odd_bodies(body, wsgi):
    """400, and no token."""
    answer = wsgi("POST", "@login", body=body)
    assert answer.status == 400
    assert "token" not in answer.text


def test_from_another_site(wsgi):
    """Nobody is logged in by a page of somebody else's."""
    body = {"login": ANNA, "password": PASSWORD}
    assert wsgi("POST", "@login", body=body, sec_fetch_site="cross-site").status == 403


def test_asking_for_many_links(live, wsgi):
    """Three mails an hour to one address, without a word; twenty from one place, with one."""

    def ask(who, address="192.0.2.1"):
        return wsgi("POST", "@@forgot-password", form={"address": who}, address=address)

    answers = [ask(ANNA) for _n in range(5)] + [ask(NOBODY) for _n in range(5)]
    assert {(a.status, a.text, str(a.headers)) for a in answers} == {
        (302, answers[0].text, str(answers[0].headers))
    }
    assert list(registers.registers().resets.values(1)) == [ANNA] * 3 + [NOBODY] * 3
    assert [ask(f"{n}@example.org").status for n in range(11)] == [302] * 10 + [429]
    assert ask("thomas@example.org", address="192.0.2.2").status == 302


# --- the second factor ---------------------------------------------------------


@pytest.fixture
def app(live):
    """A function: person of the cast → their app, a pyotp.TOTP; their second factor is on."""

    def app_(name):
        user_id = live.people[name]
        totp = pyotp.TOTP(second_factor.prepare(user_id))
        second_factor.confirm(user_id, totp.now())
        registers.registers().second_factors[user_id].used = 0
        transaction.commit()
        return totp

    return app_


def test_log_in_with_a_code_by_rest(app, wsgi):
    """Only the right password is told that a code is wanted; a code counts once."""
    totp = app("anna")
    body = {"login": ANNA, "password": PASSWORD}
    wanted = wsgi("POST", "@login", body=body)
    assert (wanted.status, wanted.json()["type"]) == (401, "CodeWanted")
    assert wsgi("POST", "@login", body=body | {"otp": "000000"}).json()["type"] == "CodeWanted"
    wrong = wsgi("POST", "@login", body=body | {"password": "wrong", "otp": totp.now()})
    assert wrong.json()["type"] == "Unauthorized"
    code = totp.now()
    token = wsgi("POST", "@login", body=body | {"otp": code}).json()["token"]
    assert wsgi("GET", "@portal", authorization=f"Bearer {token}").status == 200
    assert wsgi("POST", "@login", body=body | {"otp": code}).status == 401


def test_no_door_without_the_code(app, doors):
    """The password alone lets in nobody: not by Basic, not by the form, not by a token."""
    app("anna")
    assert doors["basic"](ANNA, PASSWORD).status == 401
    assert doors["rest"](ANNA, PASSWORD).status == 401
    answer = doors["form"](ANNA, PASSWORD)
    assert answer.status == 200
    assert "__ac=" not in answer.cookies.replace("__ac=deleted", "")


def ticket_of(answer):
    """Return the ticket of the page that asks for the code."""
    return re.search(r'name="__ac_ticket"\s+type="hidden"\s+value="([^"]+)"', answer.text)[1]


def test_the_two_steps_of_the_form(app, doors, wsgi):
    """The ticket holds no password, is no session, and ends with the person's sessions."""
    totp = app("anna")
    ticket = ticket_of(doors["form"](ANNA, PASSWORD))
    raw = base64.urlsafe_b64decode(ticket)
    assert PASSWORD.encode() not in raw
    cookie = f"__ac={base64.b64encode(raw).decode()}"
    assert wsgi("GET", "@portal", cookie=cookie).status == 401
    bad = wsgi("POST", "login", form={"__ac_ticket": ticket, "__ac_code": "000000"})
    assert "This code is not right" in bad.text
    done = wsgi("POST", "login", form={"__ac_ticket": ticket_of(bad), "__ac_code": totp.now()})
    assert done.status == 302
    assert wsgi("GET", "@portal", cookie=done.cookies).status == 200
    again = wsgi("POST", "login", form={"__ac_ticket": ticket, "__ac_code": totp.now()})
    assert again.status == 200
    sessions.end(api.user.get(username=ANNA).getId())
    later = wsgi("POST", "login", form={"__ac_ticket": ticket, "__ac_code": "000000"})
    assert "That took too long" in later.text


@pytest.mark.parametrize("ticket", ["", "x", "AAAA", "é", "A" * 400])
def test_bad_tickets(ticket, app, wsgi):
    totp = app("anna")
    answer = wsgi("POST", "login", form={"__ac_ticket": ticket, "__ac_code": totp.now()})
    assert answer.status == 200
    assert "That took too long" in answer.text


def test_an_old_ticket(app, doors, wsgi, monkeypatch):
    totp = app("anna")
    ticket = ticket_of(doors["form"](ANNA, PASSWORD))
    monkeypatch.setattr(sessions, "TICKET_LIFE", -1)
    answer = wsgi("POST", "login", form={"__ac_ticket": ticket, "__ac_code": totp.now()})
    assert "That took too long" in answer.text


def test_ten_wrong_codes(app, doors, wsgi):
    """Codes are throttled, too; the password alone tells nothing new meanwhile."""
    totp = app("anna")
    ticket = ticket_of(doors["form"](ANNA, PASSWORD))
    form = {"__ac_ticket": ticket, "__ac_code": "000000"}
    statuses = [wsgi("POST", "login", form=form).status for _n in range(11)]
    assert statuses == [200] * 10 + [429]
    assert wsgi("POST", "login", form=form | {"__ac_code": totp.now()}).status == 429
    body = {"login": ANNA, "password": PASSWORD, "otp": totp.now()}
    assert wsgi("POST", "@login", body=body).status == 429
    assert wsgi("POST", "@login", body=body, address="192.0.2.2").status == 200


def test_recovery_code(live, app, wsgi):
    app("anna")
    [code, *_others] = second_factor.new_recovery_codes(live.people["anna"])
    body = {"login": ANNA, "password": PASSWORD, "otp": code}
    assert wsgi("POST", "@login", body=body).status == 200
    assert wsgi("POST", "@login", body=body).status == 401


def test_a_link_of_a_mail_is_one_factor(live, app, wsgi):
    """Whoever reads the mails of a person with a second factor gets no session by them."""
    app("anna")
    token = links.new(live.people["anna"], links.RESET)
    form = {"token": token, "password": "a new long one", "password_again": "a new long one"}
    answer = wsgi("POST", "@@choose-password", form=form)
    assert answer.status == 302
    assert answer.all("Location")[0].endswith("/login")
    assert wsgi("GET", "@portal", cookie=answer.cookies).status == 401


@pytest.fixture
def required(live):
    """Staff need a second factor."""
    name = "collective.clientportal.require_second_factor_for_staff"
    api.portal.set_registry_record(name, True)
    transaction.commit()


def test_staff_must_set_it_up(live, required, app, wsgi, doors):
    """Nothing but that page is open to them, by no door; clients and the server's own people are spared."""
    cookie = doors["form"]("handler", PASSWORD).cookies
    matter = "/".join(live.matter.getPhysicalPath()[2:])
    for path in ("@matters", f"{matter}/@journal", "@inbox", "@types"):
        for given in ({"cookie": cookie}, {"authorization": basic("handler")}):
            assert wsgi("GET", path, **given).status == 403, path
    for path in ("@@matters", f"{matter}/@@documents", "", "@@text-blocks-manage"):
        page = wsgi("GET", path, cookie=cookie, accept="text/html")
        assert page.status == 302, path
        assert page.all("Location")[0].endswith("/@@account"), path
    page = wsgi("GET", "@@account", cookie=cookie, accept="text/html")
    assert page.status == 200
    assert "wants a second step" in page.text
    assert doors["basic"](ANNA, PASSWORD).status == 200
    admin = basic(SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    assert wsgi("GET", "@outbox", authorization=admin).status == 200
    totp = app("handler")
    body = {"login": "handler", "password": PASSWORD, "otp": totp.now()}
    token = wsgi("POST", "@login", body=body).json()["token"]
    assert wsgi("GET", "@matters", authorization=f"Bearer {token}").status == 200
    assert wsgi("GET", "@matters", authorization=basic("handler")).status == 401


# --- deactivated, deleted ------------------------------------------------------


def test_deactivated(live, doors, wsgi):
    """No door opens, and the answer is that of a wrong password; reactivated, all is as before."""
    anna = live.people["anna"]
    cookie = doors["form"](ANNA, PASSWORD).cookies
    token = doors["rest"](ANNA, PASSWORD).json()["token"]
    link = links.new(anna, links.RESET)
    with live.as_user("boss"):
        deactivation.deactivate(anna, "Handy gestohlen")
    assert wsgi("GET", "@portal", cookie=cookie).status == 401
    assert wsgi("GET", "@portal", authorization=f"Bearer {token}").status == 401
    for door, log_in in doors.items():
        known, unknown = log_in(ANNA, PASSWORD), log_in(NOBODY, PASSWORD)
        assert known.status == unknown.status == WRONG[door]
        assert known.text.replace(ANNA, "") == unknown.text.replace(NOBODY, "")
    with pytest.raises(links.BadLink):
        accounts.choose_password(link, "a new long one")
    with pytest.raises(links.BadLink):
        accounts.choose_password(links.new(anna, links.RESET), "a new long one")
    with live.as_user("boss"):
        deactivation.reactivate(anna)
    assert doors["basic"](ANNA, PASSWORD).status == 200


# --- cookies ---------------------------------------------------------------------


@pytest.mark.parametrize("tls", [True, False])
def test_every_cookie(tls, live, doors, wsgi):
    """HttpOnly, SameSite; Secure exactly where the base address has TLS, from the moment it is set."""
    base = "https://portal.example" if tls else "http://portal.example"
    api.portal.set_registry_record("collective.clientportal.base_url", base)
    logged_in = doors["form"](ANNA, PASSWORD)
    answers = [
        logged_in,
        doors["form"](ANNA, "wrong"),
        wsgi("GET", "@@portal", cookie="statusmessages=deleted; I18N_LANGUAGE=de"),
        wsgi("GET", "@@portal?set_language=de", cookie=logged_in.cookies, accept="text/html"),
    ]
    page = wsgi("GET", "@@account", cookie=logged_in.cookies, accept="text/html").text
    form = {
        "_authenticator": re.search(r'_authenticator"\s+type="hidden"\s+value="(\w+)"', page)[1]
    }
    form |= {"action": "change_password", "current": PASSWORD}
    form |= {"password": "a new long one", "password_again": "a new long one"}
    changed = wsgi("POST", "@@account", form=form, cookie=logged_in.cookies)
    assert changed.status == 302
    out = {"_authenticator": form["_authenticator"]}
    answers += [changed, wsgi("POST", "@@logout", form=out, cookie=changed.cookies)]
    cookies = [cookie for answer in answers for cookie in answer.all("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} >= {"__ac", "statusmessages"}
    for cookie in cookies:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax"} <= attributes, cookie
        assert ("secure" in attributes) == tls, cookie


def test_a_session_comes_by_its_cookie_alone(live, doors, wsgi):
    """In an address it would lie in logs, and a link would make its reader act as somebody else."""
    annas, thomases = (
        doors["form"](f"{name}@example.org", PASSWORD).cookies for name in ("anna", "thomas")
    )
    session = annas.partition("__ac=")[2].partition(";")[0].strip('"')
    assert "Anna" in wsgi("GET", "@@account", cookie=annas, accept="text/html").text
    query = f"@@account?__ac={session}"
    assert wsgi("GET", query, accept="text/html").status == 302  # to the log-in
    assert wsgi("POST", "@@account", form={"__ac": unquote(session)}).status in (401, 302)
    own = wsgi("GET", query, cookie=thomases, accept="text/html")
    assert own.status == 200
    assert "Thomas" in own.text
    assert "Anna" not in own.text
    assert wsgi("GET", "@@account?__ac=aaa", cookie=annas, accept="text/html").status == 200
    # The log-in above the site, of the server's own people, by name and password in one value.
    pair = [text.encode().hex() for text in (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)]
    root = quote(base64.b64encode(":".join(pair).encode()).decode())
    asked = wsgi("GET", f"@@clientportal-accounts?__ac={root}", accept="text/html")
    assert asked.status == 302


def test_cookies_where_plones_session_is_gone(live, wsgi):
    """Issue 4: a site that logs its people in by another plugin answers, and hardens its cookies."""
    live.portal.acl_users.manage_delObjects(["session"])
    transaction.commit()
    answer = wsgi(
        "GET", "login?set_language=de", cookie="statusmessages=deleted", accept="text/html"
    )
    assert answer.status == 200
    cookies = answer.all("Set-Cookie")
    assert cookies
    for cookie in cookies:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax"} <= attributes, cookie


def test_only_the_logins_form_is_a_try(wsgi, doors):
    """security.md 2.2: an address with a password in it, or a form elsewhere, neither logs in nor counts."""
    credentials = {"__ac_name": ANNA, "__ac_password": "wrong"}
    for _n in range(logins.PER_ACCOUNT_AND_ADDRESS + 2):
        wsgi("GET", f"@@site-logo?__ac_name={ANNA}&__ac_password=wrong", address="192.0.2.1")
        wsgi("GET", f"login?__ac_name={ANNA}&__ac_password=wrong", address="192.0.2.1")
        wsgi("POST", "@@portal", form=credentials, address="192.0.2.1")
        wsgi("POST", "login", form=credentials, address="192.0.2.1", sec_fetch_site="cross-site")
    right = credentials | {"__ac_password": PASSWORD}
    elsewhere = wsgi("POST", "login", form=right, sec_fetch_site="cross-site")
    assert not re.search("__ac=(?!deleted)", str(elsewhere.headers))
    assert wsgi("POST", "@@portal", form=right).status in (302, 401)
    assert doors["form"](ANNA, PASSWORD).status == 302


def test_codes_have_a_limit_from_everywhere(live, app):
    """Issue 4, point 4: whoever has the password and many addresses does not get to try all codes."""
    totp, anna = app("anna"), live.people["anna"]
    ticket = sessions.ticket(anna)
    for n in range(logins.CODES_PER_ACCOUNT):
        assert logins.by_code(ticket, "wrong", f"198.51.{n}.1").bad_code
    assert logins.by_code(ticket, totp.now(), "203.0.113.7").wait


def test_a_ticket_is_for_one_log_in(live, app):
    """Issue 4, point 4: the next code does not go with the same ticket."""
    totp, anna = app("anna"), live.people["anna"]
    ticket = sessions.ticket(anna)
    assert logins.by_code(ticket, totp.now(), "192.0.2.1").user_id == anna
    later = totp.at(second_factor.clock() + second_factor.STEP)
    assert logins.by_code(ticket, later, "192.0.2.1") == logins.Attempt()


def test_staff_do_not_rename_themselves(live, rest):
    """Issue 4: names sign messages, and links for a new password go to addresses (ASVS 7.5.1)."""
    for change in ({"fullname": "Anna Berger"}, {"email": "elsewhere@else.example"}):
        assert rest("assistant").patch("@users/assistant", json=change).status_code == 403
    page = rest("assistant")
    page.headers["Accept"] = "text/html"
    assert page.get("@@personal-information", allow_redirects=False).status_code in (302, 403, 404)
    user = api.user.get(userid="assistant")
    assert user.getProperty("fullname") == "Assistant"
    assert user.getProperty("email") == "assistant@firm.example"
