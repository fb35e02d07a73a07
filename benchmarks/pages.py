"""Figures 4, 5, 6, 11, 12 and 15: pages and lists, small against large, ours against Plone."""

from report import ratio
from sites import compare
from sites import Person


MEYER = "meyer@kanzlei-meyer.example"
VOGEL = "vogel@kanzlei-meyer.example"
ONE = "eine@mail.example"
MANY = "viele@mail.example"
SINGLE = "einzig@mail.example"
TWENTY = "zwanzig@mail.example"
STAFF_TABS = ("", "@@documents", "@@portal-contents", "@@messages", "@@people", "@@activity")


def against_plone(site):
    """Figures 4 and 5: a client's start page and inbox with twenty rows, against Plone's own."""
    member = Person(site, "member", "stock")
    client, meyer = Person(site, TWENTY), Person(site, MEYER)
    ours, theirs, inbox, floor = compare(
        client.page("@@portal", "98/Z19"),
        member.page("listed", "seite-19"),
        client.json("@inbox", lambda body: (body["unread"], len(body["items"])) == (20, 20)),
        meyer.json("@site", lambda body: "plone.site_title" in body),
    )
    yield ratio(
        "4",
        "a client's start page, 20 matters and 20 messages that wait",
        ("My portal", ours),
        ("Plone's folder view, 20 rows", theirs),
        at_most=0.25,
    )
    yield ratio(
        "5", "inbox as JSON, 20 rows", ("@inbox", inbox), ("@site, logged in", floor), at_most=1.3
    )


def small_and_large(small, large):
    """Figures 6, 12 and 15: the same pages in a small firm and in a large one."""
    yield _sized("6", "unread badge", small, large, ONE, "@@unread", 1.1, size=20)
    folder = small.paths["98/P"]["folders"][0]
    client_pages = {
        "my portal": lambda site: "@@portal",
        "inbox": lambda site: "@@inbox",
        "a matter": lambda site: f"{site.paths['98/P']['matter']}/@@portal",
        "a folder": lambda site: f"{site.paths['98/P']['folders'][0]}/@@portal",
        "a thread": lambda site: f"{site.paths['98/P']['threads'][1]}/@@portal",
        "account": lambda site: "@@account",
    }
    assert folder
    for name, path in client_pages.items():
        yield _sized("12", f"client: {name}", small, large, ONE, path, 1.1)
    yield _sized("12", "staff: list of matters", small, large, MEYER, "@@matters", 1.1)
    for tab in STAFF_TABS:
        name = tab.strip("@") or "overview"

        def path(site, tab=tab):
            return f"{site.paths['98/P']['matter']}/{tab}".rstrip("/")

        yield _sized("12", f"staff: {name} of a matter", small, large, MEYER, path, 1.1)
    lists = {
        "by title": "@@matters?sort=title",
        "by unread": "@@matters?sort=unread&reverse=1",
        "by acknowledgement": "@@matters?sort=acknowledged_on",
        "waiting for a reply, by resubmission": "@@matters?status=awaiting_reply&sort=resubmission",
        "words and handler": "@@matters?q=Sache+99/0000&handler=meyer",
    }
    for name, path in lists.items():
        yield _sized("15", f"list of matters: {name}", small, large, MEYER, path, 1.5)
    search = "++api++/@search?SearchableText=Sache+99/00000&sort_limit=20&b_size=20"
    yield _sized("15", "full-text search", small, large, MEYER, search, 2, headers=True)


def few_and_many(site):
    """Figure 11: whoever has much asks for the same as whoever has little."""
    meyer, vogel = Person(site, MEYER), Person(site, VOGEL)
    for tab in ("@@messages", "@@people"):
        many, few = compare(
            meyer.page(f"{site.paths['98/P']['matter']}/{tab}"),
            vogel.page(f"{site.paths['98/V']['matter']}/{tab}"),
        )
        yield ratio(
            "11",
            f"{tab} of a matter, a handler",
            ("of every other matter", many),
            ("of one", few),
            at_most=1.1,
        )
    many, few = Person(site, MANY), Person(site, SINGLE)
    thread = site.paths["99/00000"]["threads"][0], site.paths["98/E"]["threads"][0]
    pages = {
        "the badge": ("@@unread", "@@unread"),
        "a thread": tuple(f"{path}/@@portal" for path in thread),
        "the start page": ("@@portal", "@@portal"),
    }
    for name, (theirs, own) in pages.items():
        much, little = compare(many.page(theirs, size=20), few.page(own, size=20))
        yield ratio(
            "11",
            f"{name}, a client",
            ("on very many rosters", much),
            ("on two", little),
            at_most=1.5,
        )


def _sized(number, work, small, large, login, path, at_most, size=500, headers=False):
    calls = []
    for site in (small, large):
        person = Person(site, login)
        if headers:
            person.headers["Accept"] = "application/json"
        where = path(site) if callable(path) else path
        calls.append(person.page(where, size=size))
    few, many = compare(*calls)
    return ratio(number, work, (large.name, many), (small.name, few), at_most=at_most)
