"""Who may call which service: 401 nobody, 404 not theirs, 403 theirs but not to do, 2xx.

`MATTER` and `SITE` name every service of the portal; tests/test_classification.py holds them complete.
"""

import pytest
import re
import transaction
from collective.clientportal.domain import folders
from collective.clientportal.domain import links
from collective.clientportal.domain import messages
from collective.clientportal.domain import participants
from collective.clientportal.domain import registers
from conftest import PASSWORD
from plone import api
from zope.event import notify
from zope.lifecycleevent import ObjectModifiedEvent


# member: has an account, is no client and no staff. paula: the client of another matter.
# boss: portal administrator. colleague: staff, not on this matter. (A2; issue 2, point 10)
OUTSIDE = {"nobody": 401, "member": 404, "paula": 404, "anna": 403, "boss": 404, "colleague": 403}

# Service on a matter → what its handler and its assistant get; all others get OUTSIDE.
MATTER = {
    "POST @portal": 200,
    "GET @participants": 200,
    "POST @participants": 201,
    "PATCH @participants": 200,
    "DELETE @participants": 204,
    "POST": 201,
    "POST @share": 201,
    "GET @shares": 200,
    "DELETE @shares": 204,
    "GET @journal": 200,
    "POST @send": 201,
    "GET @recipients": 200,
    "POST @resend": 404,  # there is no such mail
}

# Service on a thread that is Anna's → what each person gets.
THREAD = {
    "GET @messages": OUTSIDE | {"anna": 200, "thomas": 404, "colleague": 200, "handler": 200},
    "POST @messages": OUTSIDE | {"anna": 201, "thomas": 404, "handler": 201},
    "POST @recall": OUTSIDE | {"anna": 403, "thomas": 404, "handler": 404},
    "OPTIONS @uploads": OUTSIDE | {"anna": 204, "thomas": 404, "colleague": 204, "handler": 204},
    "POST @uploads": OUTSIDE | {"anna": 201, "thomas": 404, "handler": 403},
    "HEAD @uploads": OUTSIDE | {"anna": 404, "thomas": 404, "handler": 403},
    "PATCH @uploads": OUTSIDE | {"anna": 404, "thomas": 404, "handler": 403},
    "POST @read": OUTSIDE | {"anna": 204, "thomas": 404, "colleague": 204, "handler": 204},
}

# Service on a folder that is Anna's → what each person gets; there is no such upload.
FOLDER = {
    "OPTIONS @uploads": OUTSIDE | {"anna": 204, "thomas": 404, "colleague": 204, "handler": 204},
    "POST @uploads": OUTSIDE | {"anna": 201, "thomas": 404, "handler": 201},
    "HEAD @uploads": OUTSIDE | {"anna": 404, "thomas": 404, "handler": 404},
    "PATCH @uploads": OUTSIDE | {"anna": 404, "thomas": 404, "handler": 404},
}

EVERYBODY = dict.fromkeys([*OUTSIDE, "handler", "assistant"], 200)

# Service on the site → what each person gets.
SITE = {
    "GET @portal": EVERYBODY | {"nobody": 401},
    "GET @inbox": EVERYBODY | {"nobody": 401},
    "GET @openapi": EVERYBODY | {"nobody": 401},
    "GET @matters": dict.fromkeys(EVERYBODY, 403)
    | {"nobody": 401}
    | dict.fromkeys(("colleague", "handler", "assistant"), 200),
    "GET @text-blocks": dict.fromkeys(EVERYBODY, 403)
    | {"nobody": 401}
    | dict.fromkeys(("boss", "colleague", "handler", "assistant"), 200),
    "POST @login": dict.fromkeys(EVERYBODY, 400),  # a name and a password are missing
    "POST @logout": dict.fromkeys(EVERYBODY, 400) | {"nobody": 401},  # they have no token
    "GET @health": EVERYBODY,
    "GET @outbox": dict.fromkeys(EVERYBODY, 403) | {"nobody": 401, "boss": 200},
}

BODIES = {
    "POST @portal": {"enabled": True},
    "PATCH @participants": {"party": "Zeugin"},
    "POST": {"@type": "PortalFolder", "title": "Gutachten"},
    "POST @messages": {"text": "Text"},
    "POST @read": {"act": "open_message"},
    "POST @resend": {"mail": "1"},
    "POST @recall": {"message": "1", "reason": "Falsche Person"},  # there is no such message
}


def ask(client, method, path, body=None):
    """Ask a service of a room; the resumable ones as their protocol has it."""
    if not path.endswith("/@uploads"):
        return client.request(method, path, json=body)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Offset": "0"}
    headers["Upload-Metadata"] = "filename YS5wZGY="
    if method == "PATCH":
        headers["Content-Type"] = "application/offset+octet-stream"
    there = "" if method in ("OPTIONS", "POST") else f"/{'0' * 32}"
    return client.request(method, f"{path}{there}", headers=headers)


def restrict(matter):
    """Restrict a matter as its edit form does."""
    matter.restricted = True
    notify(ObjectModifiedEvent(matter))


@pytest.fixture
def call(live, rest):
    """A function: service, person → status; each person has a target of their own."""
    ids, documents = {}, {}
    with live.as_user("handler"):
        for name in ("handler", "assistant"):
            ids[name] = participants.invite(live.matter, f"for-{name}@new.example").id
    for name in ("handler", "assistant"):
        documents[name] = live.add(f"{name}.pdf").UID()
    shares = {
        name: live.release(live.add(f"shared by {name}.pdf")).documents[0].getId()
        for name in ("handler", "assistant")
    }

    def call_(service, person):
        target = person if person in ids else "handler"
        method, _, name = service.partition(" ")
        path = f"{live.matter.absolute_url()}/{name}".rstrip("/")
        body = BODIES.get(service)
        if service == "POST @participants":
            body = {"email": f"{person}@new.example"}
        elif service == "POST @send":
            body = {"text": "Text", "expects": "reply", "recipients": [live.people["anna"]]}
        elif service == "POST @share":
            body = {"documents": [documents[target]], "folder": live.annas.UID()}
        elif service.endswith("@participants") and method != "GET":
            path = f"{path}/{ids[target]}"
        elif service == "DELETE @shares":
            path = f"{path}/{shares[target]}"
        client = rest(None if person == "nobody" else person)
        return client.request(method, path, json=body).status_code

    return call_


@pytest.mark.parametrize("service", MATTER)
def test_services_of_a_matter(service, call):
    """A2: by direct request, too."""
    expected = OUTSIDE | dict.fromkeys(("handler", "assistant"), MATTER[service])
    assert {person: call(service, person) for person in expected} == expected


@pytest.mark.parametrize("service", MATTER)
def test_restricted_matter_is_not_there_for_other_staff(service, live, call):
    """A2: a restricted matter is invisible to staff who are not on it."""
    restrict(live.matter)
    expected = OUTSIDE | {"colleague": 404, "handler": MATTER[service]}
    assert {person: call(service, person) for person in expected} == expected


@pytest.mark.parametrize("service", THREAD)
def test_services_of_a_thread(service, live, rest):
    """A2, B7, C12: those who take part, and the firm."""
    with live.as_user("handler"):
        anna = [live.people["anna"]]
        thread, _message = messages.send(live.matter, messages.Draft("Text"), "reply", anna)
    method, name = service.split()
    path = f"{thread.absolute_url()}/{name}"
    found = {}
    for person in THREAD[service]:
        body = BODIES.get(service)
        if service == "POST @messages" and person in ("handler", "colleague"):
            body = body | {"expects": "acknowledge"}
        client = rest(None if person == "nobody" else person)
        found[person] = ask(client, method, path, body).status_code
    assert found == THREAD[service]


@pytest.mark.parametrize("service", FOLDER)
def test_services_of_a_folder(service, live, rest):
    """A2, issue 5, point 2: whoever may upload there."""
    method, name = service.split()
    found = {}
    for person in FOLDER[service]:
        client = rest(None if person == "nobody" else person)
        path = f"{live.annas.absolute_url()}/{name}"
        found[person] = ask(client, method, path).status_code
    assert found == FOLDER[service]


@pytest.mark.parametrize("service", SITE)
def test_services_of_the_site(service, rest):
    method, name = service.split()
    found = {
        person: rest(None if person == "nobody" else person).request(method, name).status_code
        for person in SITE[service]
    }
    assert found == SITE[service]


def test_downloading(live, rest):
    """A client reads what was released to them; so do the firm's people; nobody else."""
    address = live.release(live.add()).documents[0].absolute_url() + "/@@download"
    expected = {
        "nobody": 401,
        "member": 404,
        "paula": 404,
        "thomas": 404,
        "boss": 404,
        "anna": 200,
        "colleague": 200,
        "handler": 200,
        "assistant": 200,
    }
    found = {
        person: rest(None if person == "nobody" else person).get(address).status_code
        for person in expected
    }
    assert found == expected


def test_handler_without_the_permission_to_use_the_portal(live, rest):
    """A2: named as handler, but not in the group that may use the client portal."""
    original = live.add()
    api.group.remove_user(groupname="portal-staff", username="handler")
    body = {"documents": [original.UID()], "folder": live.annas.UID()}
    response = rest("handler").post(f"{live.matter.absolute_url()}/@share", json=body)
    assert response.status_code == 403
    assert not live.annas.objectIds()


def test_whoever_left_the_firm_may_do_nothing_any_more(live, rest):
    """A2: named as handler still, but no staff any more: refused on every path."""
    with live.as_user("handler"):
        anna = [live.people["anna"]]
        thread, _message = messages.send(live.matter, messages.Draft("Text"), "reply", anna)
    api.group.remove_user(groupname="portal-staff", username="handler")
    client = rest("handler")
    matter = live.matter.absolute_url()
    found = {}
    for service in [*MATTER, *THREAD]:
        method, _, name = service.partition(" ")
        place = thread.absolute_url() if service in THREAD else matter
        body = BODIES.get(service, {"email": "x@y.example", "text": "x"})
        found[service] = client.request(
            method, f"{place}/{name}".rstrip("/"), json=body
        ).status_code
    found["internal document"] = client.get(live.add().absolute_url()).status_code
    found["edit"] = client.patch(matter, json={"title": "x"}).status_code
    found |= {page: client.get(f"{matter}/@@{page}").status_code for page in ("activity", "people")}
    assert set(found.values()) <= {403, 404}, found
    assert "x@y.example" not in registers.registers().addresses


def test_new_readers_are_given_documents_by_the_team_only(live, rest):
    """A2, decision 8: also a manager, who may look after folders, shares nothing."""
    live.release(live.add())
    readers = [live.people["anna"], live.people["thomas"]]
    with api.env.adopt_roles(["Manager"]), pytest.raises(folders.access.NotPermitted):
        folders.change(live.annas, "Schriftsätze", readers)


@pytest.mark.parametrize("person", ["member", "paula", "thomas"])
def test_not_theirs_looks_like_not_there(person, live, rest):
    """Issue 2, point 10: 404 is "not there or not theirs": nothing tells which."""
    document = live.release(live.add()).documents[0].absolute_url()
    client = rest(person)
    theirs = client.get(f"{document}/@@download")
    missing = client.get(f"{live.annas.absolute_url()}/{'0' * 32}/@@download")
    assert (theirs.status_code, theirs.content) == (missing.status_code, missing.content)
    volatile = ("Date", "X-Varnish")
    assert {k: v for k, v in theirs.headers.items() if k not in volatile} == {
        k: v for k, v in missing.headers.items() if k not in volatile
    }


STOCK = [
    ("GET", ""),
    ("GET", "@search"),
    ("GET", "@types"),
    ("GET", "@users"),
    ("GET", "@groups"),
    ("GET", "@principals?search=h"),
    ("GET", "@actions"),
    ("GET", "@navigation"),
    ("GET", "@breadcrumbs"),
    ("GET", "@site"),
    ("GET", "@system"),
    ("GET", "@transactions"),
    ("GET", "@vocabularies/collective.clientportal.Staff"),
    ("GET", "@querystring"),
    ("POST", "@querystring-search"),
    ("POST", "@mailnotification"),
    ("POST", ""),
    ("GET", "{matter}"),
    ("PATCH", "{matter}"),
    ("DELETE", "{matter}"),
    ("POST", "{matter}/@tus-upload"),
    ("POST", "{matter}/@move"),
    ("GET", "{matter}/@search"),
    ("GET", "{matter}/@history"),
    ("GET", "{matter}/@sharing"),
    ("GET", "{folder}"),
    ("PATCH", "{folder}"),
    ("DELETE", "{folder}"),
    ("GET", "{document}"),
    ("PATCH", "{document}"),
    ("DELETE", "{document}"),
    ("POST", "{document}/@workflow/end"),
    ("POST", "{document}/@workflow/receive"),
    ("POST", "{document}/@lock"),
    ("GET", "{document}/@@images/file"),
    ("GET", "{document}/@@display-file/file"),
    ("GET", "{document}/file"),
]


def test_the_rest_of_the_rest_api_is_closed_to_clients(live, rest):
    """Issue 2, point 10: everything else of plone.restapi stays closed to clients."""
    released = live.release(live.add()).documents[0]
    places = {"matter": live.matter, "folder": live.annas, "document": released}
    places = {name: place.absolute_url() for name, place in places.items()}
    closed = {"anna": (403, 404), None: (401, 404)}
    open_ = []
    for method, path in STOCK:
        body = None if method == "GET" else {"title": "x", "query": []}
        for name, statuses in closed.items():
            response = rest(name).request(method, path.format(**places), json=body)
            if response.status_code not in statuses:
                open_.append((method, path, name, response.status_code))
    assert open_ == []


def test_log_in_by_token(live, rest):
    """Issue 2, point 10: log-in by JWT for clients, too; a wrong password gets none."""
    client = rest()
    credentials = {"login": live.login("anna"), "password": "wrong"}
    assert client.post("@login", json=credentials).status_code == 401
    credentials["password"] = rest("anna").auth[1]
    token = client.post("@login", json=credentials).json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    response = client.get("@portal")
    assert [matter["reference"] for matter in response.json()["matters"]] == ["24/0113"]


def test_log_in_with_capitals_in_the_address(live, rest):
    client = rest("anna")
    client.auth = (client.auth[0].upper(), client.auth[1])
    assert client.get("@portal").status_code == 200


OTHERS = [
    ("GET", "@transactions"),
    ("POST", "@users/{user}/reset-password"),
    ("POST", "@users/{email}/reset-password"),
    ("POST", "@email-notification"),
    ("GET", "author/{user}"),
    ("GET", "@@personal-information?userid={user}"),
    ("GET", "@@mail_password?userid={user}"),
    ("GET", "resolveuid/{uid}"),
    ("GET", "@@redirect-to-uuid/{uid}"),
    ("POST", "portal_registration/mailPassword?login={email}"),
    ("POST", "matters/portal_registration/mailPassword?login={email}"),
    ("GET", "portal_membership/getMemberInfo?id={user}"),
    ("PROPFIND", ""),
    ("PROPFIND", "matters"),
    ("LOCK", "matters/{uid}"),
    ("MKCOL", "matters/{uid}/x"),
]


@pytest.mark.parametrize("person", ["colleague", "boss"])
def test_staff_learn_nothing_of_a_restricted_matter_by_plones_own_ways(person, live, rest):
    """A2: not who its clients are, not where it lies, not what is written in it, and when."""
    document = live.add("geheim.pdf")
    restrict(live.matter)
    names = {"user": live.people["anna"], "email": live.login("anna"), "uid": live.matter.UID()}
    for accept in ("application/json", "text/html"):
        for method, path in OTHERS:
            for uid in (live.matter.UID(), document.UID()):
                path = path.format(**names | {"uid": uid})
                client = rest(person)
                client.headers["Accept"] = accept
                answer = client.request(method, path, json={} if method == "POST" else None)
                told = f"{answer.text} {answer.headers.get('Location', '')}"
                assert answer.status_code in (401, 403, 404), (method, path, accept)
                assert "geheim" not in told, path
                assert "Anna Berger" not in told, path
    # Nor their own: names sign messages, and links for a new password go to addresses.
    assert rest("colleague").get("@@personal-information").status_code == 403


def test_managers_have_plones_own_ways(live, rest):
    """An administrator of the site keeps what staff do not get."""
    api.user.create(email="root@firm.example", username="root", password=PASSWORD)
    api.user.grant_roles(username="root", roles=["Site Administrator"])
    client = rest()
    client.auth = ("root", PASSWORD)
    assert client.get("@transactions").status_code == 200


def sessions(live, rest):
    """Return a browser's and a REST client's session of Anna, each logged in."""
    browser, client = rest(), rest()
    form = {"__ac_name": live.login("anna"), "__ac_password": PASSWORD, "buttons.login": "1"}
    browser.post("login", data=form)
    token = client.post("@login", json={"login": live.login("anna"), "password": PASSWORD})
    client.headers["Authorization"] = f"Bearer {token.json()['token']}"
    for session in (browser, client):
        assert session.get("@portal").status_code == 200
    return browser, client


def test_a_new_password_ends_all_sessions(live, rest):
    """security.md 0.7: in browsers and by token; a session that begins then goes on."""
    browser, client = sessions(live, rest)
    token = links.new(live.people["anna"], links.INVITATION)
    transaction.commit()
    fresh = rest()
    form = {"token": token, "password": "another long one", "password_again": "another long one"}
    assert fresh.post("@@choose-password", data=form).status_code == 302
    assert [s.get("@portal").status_code for s in (browser, client, fresh)] == [401, 401, 200]


def test_a_stranger_is_asked_to_log_in_in_their_language(live, rest):
    """Issue 4, point 4: by REST, too."""
    api.portal.set_registry_record("plone.available_languages", ["de", "en"])
    api.portal.set_registry_record("plone.use_request_negotiation", True)
    transaction.commit()
    for language, words in (("de", "Bitte melden Sie sich an."), ("en", "Please log in.")):
        answer = rest().get("@portal", headers={"Accept-Language": language})
        assert (answer.status_code, answer.json()["message"]) == (401, words)


def test_logging_out_ends_the_session_on_the_server(live, rest):
    """security.md 0.7: a cookie or a token that somebody kept is worth nothing afterwards."""
    browser, client = sessions(live, rest)
    cookie = browser.cookies["__ac"]
    token = re.search(r'name="_authenticator"[^>]*value="(\w+)"', browser.get("@@logout").text)[1]
    assert browser.post("@@logout", data={"_authenticator": token}).status_code == 302
    thief = rest()
    thief.cookies["__ac"] = cookie
    assert thief.get("@portal").status_code == 401
    assert client.get("@portal").status_code == 200
    assert client.post("@logout").status_code in (200, 204)
    assert client.get("@portal").status_code == 401
