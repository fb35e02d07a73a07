"""What stock Plone 6.2.2 tells or lets do, and does not here: security.md, 2.1 and 2.2, row by row.

Asked by nobody, by a member without a role, and by two clients about things that are not theirs. Shown
elsewhere: 401 or 404 (test_no_tell.py), no role to owners and strangers in workflows
(test_classification.py), downloads and their headers (test_download.py), rights that apply at once
(test_rosters.py, test_access.py); what is uploaded, in the tests of uploads; forged authorship, CSRF and
malformed JSON, in those of services; the time an answer takes and guessing passwords, in those of accounts.
"""

import pytest
import transaction
from collective.clientportal.domain import documents
from collective.clientportal.domain import messages
from collective.clientportal.domain import participants
from collective.clientportal.domain import sharing
from io import BytesIO
from itertools import product
from plone import api
from plone.app.redirector.interfaces import IRedirectionStorage
from plone.browserlayer.utils import unregister_layer
from types import SimpleNamespace
from urllib.parse import quote
from urllib.parse import urlsplit
from zope.component import getUtility


WHO = [None, "member", "anna", "paula"]
CLOSED = {302, 400, 401, 403, 404, 405}


@pytest.fixture
def secret(live):
    """A function: person → what is none of their business: a matter with everything in it, and its words.

    `own`: a document that Anna uploaded herself.
    """
    with live.as_user("anna"):
        upload = documents.Upload("eigen.pdf", "application/pdf", BytesIO(b"%PDF-1.4"))
        own = sharing.receive(live.annas, [upload])[0]
    found = {}
    for matter, who, client in (
        (live.matter, "handler", "anna"),
        (live.other_matter, "colleague", "paula"),
    ):
        with live.as_user(who):
            upload = documents.Upload("geheimnis.pdf", "application/pdf", BytesIO(b"%PDF-1.4"))
            internal = documents.add_internal(matter, [upload])[0]
            folder = next(obj for obj in matter.objectValues() if obj.portal_type == "PortalFolder")
            released = sharing.release(matter, [internal.UID()], folder.UID()).documents[0]
            draft = messages.Draft("Geheimer Text")
            thread, _message = messages.send(
                matter, draft, "reply", [live.people[client]], title="Geheimer Faden"
            )
        things = {
            "matter": matter,
            "folder": folder,
            "internal": internal,
            "released": released,
            "thread": thread,
        }
        person = api.user.get(userid=live.people[client])
        words = {matter.title, matter.reference, folder.title, "geheimnis", "Geheimer"}
        words |= {person.getProperty("fullname"), person.getProperty("email"), person.getId()}
        words |= {api.content.get_uuid(thing) for thing in things.values()}
        found[matter] = SimpleNamespace(
            **things,
            words=words | {"Colleague", "portal-administrators"},
            user=person.getId(),
            own=own,
        )
    transaction.commit()

    def secret_(person):
        return found[live.other_matter if person == "anna" else live.matter]

    return secret_


def ask(client, method, path, accept, words, **options):
    """Return status and words that the answer tells and the request did not."""
    client.headers["Accept"] = accept
    answer = client.request(method, path, **options)
    told = f"{answer.text} {answer.headers.get('Location', '')}"
    asked = f"{path} {options.get('json', '')}"
    # A log-in page leads back to what was asked for; whose name stands above the page is the reader's.
    return answer.status_code, {word for word in words if word in told and word not in asked}


# Row of 2.1 → what is asked for. {user}: a client's user id; {matter}, {internal}, …: addresses.
VIEWS = [
    "@@title",
    "@@description",
    "@@uuid",
    "@@contact-info",
    "@@main_template",
    "@@sitemap",
    "@@passwordreset",
    "@@mail_password_response",
    "@@sendto_form",
    "@@images",
    "@@sharing",
]
SERVICES = ["@breadcrumbs", "@history", "@sharing", "@navigation", "@actions", "@types"]
VERBS = ["PROPFIND", "SEARCH", "LOCK", "UNLOCK", "COPY", "MOVE", "MKCOL", "PUT", "PROPPATCH"]
ROWS = {
    "undo log": [("GET", "@transactions")],
    "people": [
        ("GET", "@vocabularies/plone.app.vocabularies.Users"),
        ("GET", "@vocabularies/plone.app.vocabularies.Principals"),
        ("GET", "@vocabularies/plone.app.vocabularies.Groups"),
        ("GET", "@vocabularies/collective.clientportal.Staff"),
        ("GET", "@@getVocabulary?name=plone.app.vocabularies.Principals"),
        ("GET", "@@getVocabulary?name=plone.app.vocabularies.Users"),
        ("GET", "@@getVocabulary?name=collective.clientportal.Staff"),
        ("GET", "portal_membership/searchForMembers"),
        ("GET", "portal_membership/listMembers"),
        ("GET", "@users"),
        ("GET", "@principals?search=a"),
    ],
    "groups": [
        ("GET", "@vocabularies/plone.app.users.group_ids"),
        ("GET", "@@getVocabulary?name=plone.app.users.group_ids"),
        ("GET", "portal_groups/listGroupNames"),
        ("GET", "@groups"),
    ],
    "queries": [
        ("GET", "@querystring"),
        ("GET", "@@qsOptions"),
        ("GET", "@@querybuilderjsonconfig"),
        ("GET", "@search?metadata_fields=_all"),
        ("POST", "@querystring-search"),
        ("GET", "@@ajax-search?SearchableText=geheim*"),
        ("GET", "@@search?SearchableText=geheim*"),
        ("GET", "@@search_rss"),
        ("GET", "sitemap.xml.gz"),
    ],
    "profiles": [
        ("GET", "@@personal-information?userid={user}"),
        ("GET", "author/{user}"),
        ("GET", "@@user-information?userid={user}"),
        ("GET", "@users/{user}"),
    ],
    "mails": [
        ("POST", "@email-notification"),
        ("POST", "@email-send"),
        ("POST", "@users/{user}/reset-password"),
        ("GET", "mail_password?userid={user}"),
        ("POST", "portal_registration/mailPassword?login={user}"),
        ("GET", "@@contact-info"),
        ("GET", "sendto_form"),
    ],
    "by UID": [
        ("GET", "resolveuid/{uid}"),
        ("GET", "resolveUid/{uid}"),
        ("GET", "@@redirect-to-uuid/{uid}"),
        ("GET", "@relations?target={uid}"),
    ],
    "one's own upload": [
        ("GET", "{own}/@sharing?search=a"),
        ("POST", "{own}/@sharing"),
        ("GET", "{own}"),
        ("GET", "{own}/@breadcrumbs"),
        ("GET", "{own}?expand=breadcrumbs,navigation"),
        ("GET", "{own}/@history"),
        ("GET", "{own}/@history/0"),
        ("GET", "{own}/@relations"),
        ("GET", "{own}/@lock"),
        ("GET", "{own}/@comments"),
        ("GET", "{own}/@@historyview"),
        ("PATCH", "{own}"),
        ("DELETE", "{own}"),
    ],
}
# What the guard alone closes; the rest is closed without it, too.
GUARDED = {"profiles", "by UID"}


def rows(row, places):
    """Yield (method, path, accept) of a row; a client's own upload as a page is theirs to have."""
    for method, path in ROWS[row]:
        for accept in (
            ("application/json",) if "{own}" in path else ("application/json", "text/html")
        ):
            yield method, path.format(**places), accept


def places_of(found):
    """Return what the rows are filled with."""
    own = found.own.absolute_url()
    return {"user": found.user, "uid": found.matter.UID(), "own": own}


def asked_of(names, rest, secret):
    """Yield (status, words told, question) of these rows, asked by everybody."""
    for row, person in product(sorted(names), WHO):
        found, client = secret(person), rest(person)
        for method, path, accept in rows(row, places_of(found)):
            body = {"json": {"search": "a", "title": "x"}} if method in ("POST", "PATCH") else {}
            status, told = ask(client, method, path, accept, found.words, **body)
            yield status, told, (person, method, path, accept)


@pytest.mark.parametrize("row", ROWS)
def test_services_and_pages_of_the_site(row, rest, secret):
    """security.md 2.1: undo log, people, groups, queries, profiles, mails, UIDs, one's own upload."""
    answers = list(asked_of([row], rest, secret))
    assert [answer for answer in answers if answer[0] not in CLOSED or answer[1]] == []


@pytest.mark.parametrize("person", WHO)
def test_views_of_something_private(person, rest, secret):
    """security.md 2.1: title, description and UID of any private object, by page, REST and WebDAV."""
    found = secret(person)
    client = rest(person)
    open_, asked = [], []
    things = (found.matter, found.folder, found.internal, found.released, found.thread)
    for url in [thing.absolute_url() for thing in things]:
        asked += [("GET", f"{url}/{view}", "text/html") for view in VIEWS]
        asked += [("GET", url, "text/html"), ("GET", url, "application/json")]
        asked += [("GET", f"{url}/{name}", "application/json") for name in SERVICES]
        asked += [(verb, url, "text/html") for verb in VERBS]
    for method, path, accept in asked:
        status, told = ask(client, method, path, accept, found.words)
        if status not in CLOSED or told:
            open_.append((method, path, accept, status, told))
    assert open_ == []


@pytest.mark.parametrize("person", WHO)
def test_old_address_of_something_that_was_renamed(person, live, rest, secret):
    """security.md 2.1: the redirector gives the new path away."""
    found = secret(person)
    old = found.internal.absolute_url()
    with api.env.adopt_roles(["Manager"]):
        api.content.rename(found.internal, "neuer-name")
        storage = getUtility(IRedirectionStorage)
        assert storage.get(f"/{urlsplit(old).path.strip('/')}")
    for accept in ("text/html", "application/json"):
        status, told = ask(rest(person), "GET", old, accept, found.words | {"neuer-name"})
        assert status in CLOSED
        assert not told


@pytest.mark.parametrize("person", WHO)
def test_something_published_in_a_matter(person, live, rest, secret):
    """security.md 2.1: a published child in a private folder was everybody's."""
    found = secret(person)
    live.portal.portal_workflow.setChainForPortalTypes(["File"], ["simple_publication_workflow"])
    with api.env.adopt_roles(["Manager"]):
        page = api.content.create(found.matter, "File", "seite", title="Geheimer Plan")
        api.content.transition(page, "publish")
    assert "Anonymous" in [r["name"] for r in page.rolesOfPermission("View") if r["selected"]]
    for path, accept in product(
        (page.absolute_url(), "@search?SearchableText=Plan", "@@search?SearchableText=Plan"),
        ("text/html", "application/json"),
    ):
        status, told = ask(rest(person), "GET", path, accept, found.words)
        assert status in CLOSED, path
        assert not told


ACCOUNTS = [
    ("POST", "@users/{}/reset-password"),
    ("GET", "mail_password?userid={}"),
    ("GET", "author/{}"),
    ("GET", "@users/{}"),
    ("GET", "@@personal-information?userid={}"),
    ("GET", "passwordreset/0123?userid={}"),
]


@pytest.mark.parametrize("method,path", ACCOUNTS)
def test_no_tell_whether_somebody_has_an_account(method, path, live, rest):
    """security.md 2.1 and 2.2, user enumeration: status, address and body are the same."""
    for person, accept in product(WHO, ("application/json", "text/html")):
        other = "paula" if person == "anna" else "anna"
        answers = {}
        for name in (live.people[other], live.login(other), "handler", "nobody@example.org"):
            client = rest(person)
            client.headers["Accept"] = accept
            answer = client.request(
                method, path.format(name), json={} if method == "POST" else None
            )
            told = f"{answer.status_code} {answer.headers.get('Location', '')} {answer.text}"
            for known in (name, quote(name), quote(quote(name))):
                told = told.replace(known, "")
            answers[name] = told
        assert len(set(answers.values())) == 1, (person, accept)


@pytest.fixture
def unlayered(secret):
    """The site as it is where our browser layer is not registered, and so the guard does not look."""
    unregister_layer("collective.clientportal")
    transaction.commit()
    return secret


def test_closed_without_the_guard_too(rest, unlayered):
    """Issue 4, point 2: the profile takes the permissions away itself; pages may answer, with nothing."""
    answers = list(asked_of(ROWS.keys() - GUARDED, rest, unlayered))
    assert [answer for answer in answers if answer[1]] == []
    services = [a for a in answers if "/@" in f"/{a[2][2]}" and a[2][3] == "application/json"]
    services = [answer for answer in services if "@@" not in answer[2][2]]
    assert len(services) > 80
    assert [answer for answer in services if answer[0] not in CLOSED] == []


def test_webdav_without_the_guard(rest, unlayered):
    """security.md 2.1: any member could ask for titles and dates by PROPFIND."""
    for person, place in product(("member", "anna", "paula"), ("", "matters")):
        assert rest(person).request("PROPFIND", place, headers={"Depth": "1"}).status_code in CLOSED


@pytest.mark.parametrize(
    "prefix",
    ["++skin++Plone Default/", "++api++/", "++skin++Plone Default/++api++/", "++lang++de/"],
)
def test_no_address_gets_round_the_layer(prefix, live, rest, secret):
    """No way of asking takes our browser layer, and with it the guard, off a request."""
    found = secret("paula")
    for path in (f"{found.matter.getId()}/@@title", f"{found.matter.getId()}/@@uuid"):
        for accept in ("text/html", "application/json"):
            url = f"{prefix}matters/{path}"
            status, told = ask(
                rest("paula"), "GET", url, accept, found.words - {found.matter.UID()}
            )
            # A skin that is not there is an error of its own, whatever stands behind it.
            assert status in CLOSED | {500}
            assert not told


# 2.2


HOSTS = ["evil.example", "evil.example:80", "portal.example.evil.example", "x@evil.example"]
FORMS = [
    "http://{}",
    "https://{}/",
    "//{}",
    "///{}",
    "////{}",
    "/\\{}",
    "\\\\{}",
    "/\t/{}",
    "\t//{}",
    "https:{}",
    "https:/{}",
    "http:///{}",
    " https://{}",
    "javascript:location='https://{}'",
    "data:text/html,<script>location='https://{}'</script>",
    "%2f%2f{}",
]


@pytest.mark.parametrize("who", ["anna", "paula", "colleague"])
def test_no_detour_tells_what_is_there(who, live, html):
    """Found by the matrix: below what is hidden one's own answered (acquisition), below nothing not."""
    hidden = live.matter if who != "anna" else live.other_matter
    own = live.other_matter if who != "anna" else live.matter
    inside = own.absolute_url_path().removeprefix(live.portal.absolute_url_path())
    live.matter.restricted = True
    transaction.commit()
    answers = []
    for step in (hidden.getId(), "0" * 32):
        for page in ("", "/@@portal"):
            path = f"{live.portal.absolute_url()}/matters/{step}{inside}{page}"
            answers.append(html(who).get(path, allow_redirects=False).status_code)
    assert answers == [404] * 4
    assert html(who).get(f"{own.absolute_url()}/@@portal").status_code == 200


def test_log_in_leads_nowhere_else(live, rest):
    """security.md 2.2, open redirect: 64 addresses under two names lead into the site."""
    form_data = {"__ac_name": live.login("anna"), "__ac_password": rest("anna").auth[1]}
    for form, host, name in product(FORMS, HOSTS, ("came_from", "next")):
        data = form_data | {name: form.format(host), "buttons.login": "1"}
        answer = rest().post("login", data=data, allow_redirects=False)
        where = answer.headers.get("Location", "")
        assert answer.status_code == 302, form
        assert where.startswith(f"{live.portal.absolute_url()}/"), where
        assert "evil.example" not in where, where


EVIL = "<img src=x onerror=alert(1)>"


def test_names_and_titles_are_text(live, rest, html, send):
    """security.md 2.2, full name and folder_contents XSS: on all pages of clients and staff."""
    with live.as_user("handler"):
        live.matter.title = f"Akte {EVIL}"
        live.annas.title = f"Ordner {EVIL}"
        info = participants.invite(live.matter, "evil@example.org", f"Eva {EVIL}", f"Partei {EVIL}")
    for name in ("anna", "handler"):
        api.user.get(userid=live.people[name]).setMemberProperties({"fullname": f"Name {EVIL}"})
    live.release(live.add(f"Datei {EVIL}.pdf".replace("/", "")))
    thread = send(f"Text {EVIL}")
    assert info.id in live.matter.participants
    matter, site = live.matter.absolute_url(), live.portal.absolute_url()
    pages = {
        "anna": [
            f"{site}/@@portal",
            f"{site}/@@inbox",
            f"{matter}/@@portal",
            f"{live.annas.absolute_url()}/@@portal",
            f"{thread.absolute_url()}/@@portal",
        ],
        "handler": [f"{site}/@@matters"]
        + [
            f"{matter}/@@{page}"
            for page in [
                "overview",
                "documents",
                "portal-contents",
                "messages",
                "compose",
                "people",
                "activity",
            ]
        ],
        "boss": [f"{site}/@@outbox"],
    }
    for person, addresses in pages.items():
        for address in addresses:
            answer = html(person).get(address, allow_redirects=False)
            assert answer.status_code == 200, address
            assert "<img src=x" not in answer.text, address
            assert "&lt;img src=x" in answer.text or person == "boss", address


def test_many_api_prefixes_cost_nothing(rest):
    """security.md 2.2, GHSA-h6rp-mprm-xgcq."""
    for person in (None, "anna"):
        answer = rest(person).get("++api++/" * 200 + "@portal", timeout=5)
        assert answer.status_code < 500


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Referer"])
def test_no_address_of_a_mail_comes_from_the_request(header, live, rest, smtp, work):
    """security.md 2.2, GHSA-f7qw-5fgj-247x: mails link to the base address of the settings."""
    work()
    smtp.mails.clear()
    headers = {header: "evil.example", "Accept": "text/html"}
    rest().post("@@forgot-password", data={"address": live.login("anna")}, headers=headers)
    work()
    [mail] = smtp.mails
    assert "https://portal.example/" in mail.get_content()
    assert "evil" not in mail.as_string()


def test_nobody_chooses_an_id(live, rest):
    """security.md 2.2, id shadowing: a client makes nothing; what staff make gets an id of the server's."""
    for number, name in enumerate(
        ("@search", "@history", "@types", "index_html", "login", "@portal")
    ):
        for person, place in (("anna", live.annas), ("anna", live.matter), ("paula", live.matter)):
            body = {"@type": "File", "title": "x", "id": name}
            assert rest(person).post(place.absolute_url(), json=body).status_code in CLOSED
        body = {"@type": "Matter", "title": "x", "id": name, "handlers": ["handler"]}
        answer = rest("handler").post("matters", json=body | {"reference": f"99/{number}"})
        assert answer.status_code in (201, 400)
        assert name not in live.portal["matters"].objectIds()


def test_no_comments(live):
    """security.md 2.2, comments: none on our types."""
    for kind in ("Matter", "PortalFolder", "PortalDocument", "MessageThread"):
        fti = live.portal.portal_types[kind]
        assert not getattr(fti, "allow_discussion", False)
        assert not [
            b for b in fti.behaviors if "discussion" in b or "versioning" in b or "related" in b
        ]
