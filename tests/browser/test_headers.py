"""Safe headers on every answer, and a policy that stops scripts on every page of ours (issue 4, point 5)."""

import pytest
import re
import requests
import transaction
from collective.clientportal.browser.frame import Framed
from collective.clientportal.browser.settings import Settings
from collective.clientportal.content.matter import IMatter
from collective.clientportal.content.message_thread import IMessageThread
from collective.clientportal.content.portal_folder import IPortalFolder
from collective.clientportal.domain import links
from collective.clientportal.domain import participants
from collective.clientportal.subscribers import headers
from plone import api
from plone.base.interfaces import INavigationRoot
from Products.CMFCore.interfaces import ISiteRoot
from test_classification import registrations
from zope.interface.interfaces import IInterface


ON_EVERY_ANSWER = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",  # the firm's address is https
}
STATIC = "++resource++collective.clientportal/portal.js"
HTML = {"Accept": "text/html"}
FILES, CLIENT, STAFF, PLONE = (
    headers.FILES,
    headers.CLIENT_PAGES,
    headers.STAFF_PAGES,
    headers.PLONE_PAGES,
)

# What is asked → who asks, method, place, address, status, policy. Place: an attribute of the firm.
ANSWERS = {
    "a page": ("anna", "GET", "annas", "@@portal", 200, CLIENT),
    "the head of a page": ("anna", "HEAD", "annas", "@@portal", 200, CLIENT),
    "a page that is not there": ("anna", "GET", "annas", "nothing", 404, CLIENT),
    "a page that is not theirs": ("anna", "GET", "other_matter", "@@portal", 404, CLIENT),
    "a refused form": ("anna", "POST", "annas", "@@upload", 403, CLIENT),
    "a redirect": ("anna", "GET", "matter", "", 302, None),
    "a stranger's redirect": (None, "GET", "matter", "", 302, None),
    "the log-in": (None, "GET", "portal", "login", 200, CLIENT),
    "JSON for a script": ("anna", "GET", "portal", "@@unread", 200, FILES),
    "a file": ("anna", "GET", "document", "@@download", 200, FILES),
    "the head of a file": ("anna", "HEAD", "document", "@@download", 200, FILES),
    "a style sheet": (None, "GET", "portal", "@@clientportal-accent", 200, FILES),
    "a static file": (None, "GET", "portal", STATIC, 200, FILES),
    "a static file that is not there": (None, "GET", "portal", f"{STATIC}x", 302, None),
    "another method": ("anna", "PROPFIND", "annas", "", 404, CLIENT),
    "OPTIONS": ("anna", "OPTIONS", "annas", "@@portal", 404, CLIENT),
    "a page of staff": ("handler", "GET", "matter", "@@overview", 200, STAFF),
    "the list": ("handler", "GET", "portal", "@@matters", 200, STAFF),
    "the list as a file": ("handler", "GET", "portal", "@@matters-csv", 200, FILES),
    "a refused form of staff": ("handler", "POST", "matter", "@@overview", 403, CLIENT),
    "a page of Plone": ("handler", "GET", "matter", "edit", 200, PLONE),
    "a file by Plone": ("handler", "GET", "internal", "@@download/file", 200, FILES),
    "the settings": ("boss", "GET", "portal", "@@clientportal-controlpanel", 200, STAFF),
}
SERVICES = {
    "200": ("anna", "GET", "portal", "@inbox", 200),
    "204": ("anna", "POST", "thread", "@read", 204),
    "400": ("handler", "POST", "matter", "@share", 400),
    "401": (None, "GET", "portal", "@inbox", 401),
    "403": ("anna", "GET", "matter", "@shares", 403),
    "404": ("anna", "GET", "matter", "@nothing", 404),
    "not theirs": ("paula", "GET", "matter", "@shares", 404),
    "Plone's own": ("handler", "GET", "matter", "", 200),
    "OPTIONS": ("handler", "OPTIONS", "matter", "", 404),
}


@pytest.fixture
def places(live, send):
    """The firm, with a document, a thread and an internal document in it."""
    live.internal = live.add("Entwurf.pdf")
    live.document = live.release(live.add()).documents[0]
    live.thread = send()
    transaction.commit()
    return live


def assert_safe(answer, policy):
    """Check what every answer carries; `policy` None: whatever it is."""
    found = {name: answer.headers.get(name) for name in ON_EVERY_ANSWER}
    assert found == ON_EVERY_ANSWER
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    csp = answer.headers["Content-Security-Policy"]
    assert csp == (policy or csp)
    frames = {"none": "DENY", "self": "SAMEORIGIN"}
    ancestors = re.search(r"frame-ancestors '(\w+)'", csp)
    assert answer.headers["X-Frame-Options"] == frames[ancestors[1] if ancestors else "none"]


def test_every_answer_is_safe(places, rest, subtests):
    """Issue 4, point 5: pages, files, redirects, errors, static files, by whatever method."""
    for name, (person, method, place, path, status, policy) in ANSWERS.items():
        url = f"{getattr(places, place).absolute_url()}/{path}".rstrip("/")
        answer = rest(person).request(method, url, headers=HTML)
        with subtests.test(name):
            assert answer.status_code == status
            assert_safe(answer, policy)
            public = "public" if "static file" in name or "style" in name else "private, no-store"
            public = public if status == 200 else "private, no-store"
            assert answer.headers["Cache-Control"].startswith(public)


def test_every_answer_of_a_service_is_safe(places, rest, subtests):
    """Issue 4, point 5: REST answers, refusals included."""
    for name, (person, method, place, path, status) in SERVICES.items():
        url = f"{getattr(places, place).absolute_url()}/{path}".rstrip("/")
        body = {"act": "open_message"} if method == "POST" else None
        answer = rest(person).request(method, url, json=body)
        with subtests.test(name):
            assert answer.status_code == status
            assert_safe(answer, FILES)
            assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_streamed_answer_is_safe(places, rest):
    """Issue 4, point 5: a ZIP, whose bytes come after the request is over."""
    anna = rest("anna")
    page = anna.get(f"{places.annas.absolute_url()}/@@portal", headers=HTML)
    form = {"_authenticator": re.search(r'_authenticator"[^>]*value="(\w+)"', page.text)[1]}
    answer = anna.post(f"{places.annas.absolute_url()}/@@zip", data=form)
    assert answer.content.startswith(b"PK")
    assert_safe(answer, FILES)
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_broken_page_is_safe(live, rest, monkeypatch, accept):
    """Issue 4, point 5: 500, whatever broke."""
    where = "collective.clientportal.domain.inbox.items"
    monkeypatch.setattr(where, lambda: 1 / 0)
    path = "@@inbox" if accept == "text/html" else "@inbox"
    answer = rest("anna").get(path, headers={"Accept": accept})
    assert answer.status_code == 500
    assert_safe(answer, CLIENT if accept == "text/html" else FILES)
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_unchanged_is_safe(live, rest):
    """Issue 4, point 5: 304, of a person's JSON and of a static file."""
    anna = rest("anna")
    tag = anna.get("@@unread").headers["ETag"]
    answer = anna.get("@@unread", headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert_safe(answer, FILES)
    assert answer.headers["Cache-Control"] == "private, no-store"
    tag = anna.get(STATIC).headers["ETag"]
    answer = anna.get(STATIC, headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert_safe(answer, FILES)
    assert answer.headers["Cache-Control"].startswith("public")


def test_static_files_are_kept(live, rest):
    """Issue 4, point 5: what is the same for everybody stays in the browser, for as long as it is valid."""
    page = rest("anna").get("@@portal", headers=HTML).text
    linked = re.findall(r'(?:href|src)="([^"]+\.(?:js|css)\?\w+|[^"]+-accent\?\w+)"', page)
    assert len(linked) == 3
    for url in linked:
        kept = rest().get(url.replace("&amp;", "&")).headers["Cache-Control"]
        assert kept == "public, max-age=31536000, immutable"
    assert rest().get(STATIC).headers["Cache-Control"] == "public, max-age=86400"


@pytest.mark.parametrize("address", ["http://portal.example", ""])
def test_http_is_not_forbidden_where_it_is_what_there_is(live, rest, address):
    """Issue 4, point 5: Strict-Transport-Security follows the configured address."""
    api.portal.set_registry_record("collective.clientportal.base_url", address)
    answer = rest().get("login", headers=HTML)
    assert answer.status_code == 200
    assert "Strict-Transport-Security" not in answer.headers


def test_other_sites_are_left_alone(live):
    """The portal is an add-on: what it does not run in stays as it is."""
    answer = requests.get(live.portal.aq_parent.absolute_url())
    assert answer.status_code == 404
    assert not {*ON_EVERY_ANSWER, "Content-Security-Policy"} & set(answer.headers)


# --- Content-Security-Policy in Chromium ---

PLACES = {
    ISiteRoot: "portal",
    INavigationRoot: "portal",
    IMatter: "matter",
    IPortalFolder: "annas",
    IMessageThread: "thread",
}
# Pages that show something else, or anything at all, where they are asked for it.
ASKED = {
    "choose-password": ["token={token}"],
    "messages": ["thread={thread}"],
    "release": ["documents:list={internal}"],
    "compose": ["documents:list={internal}", "thread={thread}"],
    "people": ["remove={anna}"],
    "portal-contents": ["ended=1"],
    "matters": ["q=x"],
    "documents": ["q=x"],
    "activity": ["q=x"],
}
PEOPLE = (None, "anna", "handler", "boss")
# Plone's menus have addresses that do nothing.
INLINE = """() => [...document.querySelectorAll("*")].flatMap((element) => [
    ...(element.matches("script:not([src])") ? [element.outerHTML] : []),
    ...[...element.attributes]
        .filter(({ name, value }) => name.startsWith("on") || /^\\s*javascript:(?!void)/i.test(value))
        .map(({ name, value }) => `${element.tagName} ${name}=${value}`),
])"""


def own_pages():
    """Return (place, name) of every page of ours that stands in the registry."""
    found = set()
    for context, name, factory in registrations():
        is_page = isinstance(factory, type) and issubclass(factory, Framed | Settings)
        # What is shown for an exception is no page to go to.
        if is_page and IInterface.providedBy(context):
            found.add((PLACES[context], name))
    return sorted(found)


def addresses(firm):
    """Return the addresses of every page of ours."""
    with firm.as_user("handler"):
        invited = participants.invite(firm.matter, "neu@example.org", "Nina Neu")
    blanks = {
        "token": links.new(invited.id, links.INVITATION),
        "thread": firm.thread.getId(),
        "internal": api.content.get_uuid(firm.internal),
        "anna": firm.people["anna"],
    }
    found = []
    for place, name in own_pages():
        url = f"{getattr(firm, place).absolute_url()}/@@{name}"
        found += [url, *(f"{url}?{query.format(**blanks)}" for query in ASKED.get(name, ()))]
    return found


def test_no_script_stands_in_a_page_of_ours(places, rest, open_browser, subtests):
    """Issue 4, point 5: every page in the registry, in Chromium: nothing inline, nothing stopped."""
    urls = addresses(places)
    clients = {person: rest(person) for person in PEOPLE}
    pages = {person: open_browser(person) for person in PEOPLE}
    shown = set()
    for url in urls:
        answers = (
            (person, client.get(url, headers=HTML, allow_redirects=False))
            for person, client in clients.items()
        )
        person, answer = next((one for one in answers if one[1].status_code == 200), (None, None))
        if answer is None:
            continue
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        page = pages[person]
        page.goto(url)
        shown.update(re.findall(r"@@([\w-]+)", url))
        if person in ("handler", "boss"):
            # Plone's bundle loads parts of itself when it has looked at the page.
            page.wait_for_timeout(500)
        with subtests.test(f"{person} {url}"):
            policy = answer.headers["Content-Security-Policy"]
            assert policy in (headers.CLIENT_PAGES, headers.STAFF_PAGES)
            assert page.evaluate(INLINE) == []
    pages["anna"].goto(f"{places.portal.absolute_url()}/nothing")
    assert pages["anna"].evaluate(INLINE) == []
    names = {name for _place, name in own_pages()}
    assert {"login", "portal", "inbox", "overview", "compose", "outbox", "notice-texts"} <= names
    # These are no pages, or forms that lead to the page they stand on.
    assert names - shown <= {"unread", "matters-csv", "upload", "reply", "draft"}
    # open_browser fails where the policy stopped something.


def test_the_policy_stops_what_slipped_through(live, open_browser):
    """Issue 4, point 5: a script in a page of a client, or of staff, does not run."""
    for person, place, page_name in (
        ("anna", live.portal, "@@portal"),
        ("handler", live.matter, "edit"),
    ):
        page = open_browser(person).context.new_page()
        url = f"{place.absolute_url()}/{page_name}"

        def slip(route):
            answer = route.fetch()
            bad = '<img src=x onerror="window.pwned=1"><script>window.pwned=2</script></body>'
            route.fulfill(response=answer, body=answer.text().replace("</body>", bad))

        page.route(url, slip)
        page.goto(url)
        page.wait_for_load_state("networkidle")
        assert "onerror" in page.content()
        assert page.evaluate("window.pwned") is None


def test_plones_own_pages_work(places, open_browser, tmp_path):
    """Issue 4, point 5: forms of Plone, its control panels and its list of contents run as ever."""
    page = open_browser("handler")
    matter = places.matter.absolute_url()
    page.goto(f"{matter}/edit")
    page.fill("#form-widgets-title", "Scheidung Berger II")
    page.click("#form-buttons-save")
    assert page.inner_text("h1").strip().endswith("Scheidung Berger II")
    page.goto(f"{matter}/++add++File")
    file = tmp_path / "Neu.pdf"
    file.write_bytes(b"%PDF-1.4 new")
    page.set_input_files("#form-widgets-file-input", file)
    page.click("#form-buttons-save")
    page.wait_for_url("**/view")
    page.goto(f"{matter}/folder_contents")
    page.get_by_text("Neu.pdf").first.wait_for()
    boss = open_browser("boss")
    boss.goto(f"{places.portal.absolute_url()}/@@clientportal-controlpanel")
    boss.fill("#form-widgets-firm_name", "Kanzlei Neu")
    boss.click("#form-buttons-save")
    assert "@@clientportal-controlpanel" in boss.url
    transaction.begin()
    firm_name = api.portal.get_registry_record("collective.clientportal.firm_name")
    assert firm_name == "Kanzlei Neu"


def test_replacing_a_file_works(places, open_browser, tmp_path):
    """Issue 4, point 5: the buttons of this form have inline scripts, which it can do without."""
    page = open_browser("handler").context.new_page()
    page.goto(f"{places.internal.absolute_url()}/edit")
    page.check("#form-widgets-file-replace")
    file = tmp_path / "Ersatz.pdf"
    file.write_bytes(b"%PDF-1.4 another")
    page.set_input_files("#form-widgets-file-input", file)
    page.click("#form-buttons-save")
    page.wait_for_url(lambda url: "/edit" not in url)
    transaction.begin()
    assert places.internal.file.data == b"%PDF-1.4 another"
