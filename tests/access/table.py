"""Who may know and do what: the expectation of the matrix, written from features.md and security.md 4.

Nothing here asks Plone.
"""

from access.cast import MATTERS
from typing import NamedTuple


STAFF = {"handler", "assistant", "colleague"}
INSIDERS = STAFF | {"boss", "root"}
ADMINISTRATORS = {"boss", "root"}
CLIENTS = {"writer", "reader", "second"}
# They have no account (any more) that lets them in.
STRANGERS = {"anonymous", "deactivated"}


def relations(identity, thing):
    """Return what a person is to a thing: a set of names, as they stand in the rows below."""
    found = set()
    if identity in STRANGERS:
        return found
    found.add("member")
    if identity in STAFF:
        found.add("staff")
    if identity in INSIDERS:
        found.add("insider")
    if identity in ADMINISTRATORS:
        found.add("administrator")
    if thing.matter in MATTERS:
        portal_on, restricted = MATTERS[thing.matter]
        if identity in ("handler", "assistant"):
            found |= {"team", "sight"}
        if identity == "handler":
            found.add("handler")
        if identity == "colleague" and not restricted:
            found.add("sight")
        if portal_on and identity in CLIENTS:
            found.add("client")
            if identity == thing.owner:
                found.add("reader")
                if identity != "reader":
                    found.add("writer")
    if thing.matter == "other":
        if identity in STAFF:
            found.add("sight")
        if identity == "colleague":
            found.add("team")
        if identity == "elsewhere":
            found.add("client")
            if thing.owner == "elsewhere":
                found |= {"reader", "writer"}
    if thing.owner == identity:
        found.add("self")
    return found


# Kind of thing → who may know of it and what is in it (A2, C12, security.md 4.2).
AUDIENCE = {
    "public": {"member"},
    "home": {"member"},
    "matter": {"sight", "client"},
    "room": {"sight", "reader"},
    "ended": {"sight"},
    "internal": {"sight"},
    "note": {"sight"},
    "mail": {"sight"},
    "party": {"staff", "administrator"},
    "draft": {"self"},
    "firm": {"insider"},
    # The people of the firm sign what clients read (B41); their accounts are the firm's own affair.
    "staff name": {"insider", "self", "client of theirs"},
    "person": {"self", "administrator", "staff who meet them"},
}

# Clients whom staff meet in a matter that they see; the names of the others they must not learn.
MET_BY_ALL_STAFF = {*CLIENTS, "deactivated", "third", "removed", "elsewhere", "only-on", "only-off"}
COLLEAGUES = {*STAFF, "left", "boss", "root", "member"}


def may_know(identity, thing):
    """Tell whether a person may know of a thing."""
    audience = AUDIENCE[thing.kind]
    if relations(identity, thing) & audience:
        return True
    if thing.kind == "staff name":
        return identity in CLIENTS | {"elsewhere"} and thing.owner != "colleague"
    if thing.kind in ("person", "party") and identity in STAFF:
        return thing.owner in MET_BY_ALL_STAFF | COLLEAGUES or identity != "colleague"
    return False


def can_see(identity, thing):
    """Tell whether the object that a thing is exists for a person."""
    return thing.kind == "public" or bool(relations(identity, thing) & AUDIENCE[thing.kind])


class Row(NamedTuple):
    """A route of ours. `who`: relations; `portal`: only where the portal is on; `writes`: whether it may.

    By GET, what writes shows or leads on whoever may see the thing.
    """

    who: frozenset
    portal: bool = False
    writes: bool = False


def row(who, portal=False, writes=False):
    """Return a Row; `who`: names of relations, blank between."""
    return Row(frozenset(who.split()), portal, writes)


PUBLIC = row("public member")

# (identity, kind of context, name of the route) → kinds of things it tells all the same: mails that
# wait or failed are shown to administrators as they were written, with the address they lead to.
GRANTS = {
    (identity, "site", route): {"matter", "room", "mail"}
    for identity in ("boss", "root")
    for route in ("outbox", "GET @outbox")
} | {
    # Plone's own pages for a Manager, who can read everything (docs/concepts/security.md, accepted risks).
    ("root", "home", "manage_renameObjects"): {"matter"},
    ("root", "site", "redirection-controlpanel"): {"matter", "room", "ended", "internal"},
    ("root", "site", "usergroup-usermembership"): {"matter", "room"},
}

# Plone's other names of a page that is theirs: its address with nothing behind it, and its "view".
ALIASES = {("verb", "POST"): {200, 400}, ("view", "view"): {200}}

# Above the site there is no guard, and Zope notes an ETag of its root when first asked what it can do.
STOCK_WRITES = {("root", "OPTIONS"), ("root", "HEAD")}

# What the person of the row may get besides 2xx and 3xx: without a token there is none to give back, of the
# two bodies of a message one is the firm's, the other a client's, and uploads are asked for that are not
# there, or without the version of tus.
ALSO = {
    "POST @logout": 400,
    "POST @messages": 400,
    "POST @uploads": 412,
    "HEAD @uploads": 404,
    "PATCH @uploads": 404,
}

# (kind of context, group, name) → Row. A route of ours that is not here fails the test.
OWN = {
    # The site.
    ("site", "view", "login"): PUBLIC,
    ("site", "view", "logout"): PUBLIC,
    ("site", "view", "logged-out"): PUBLIC,
    ("site", "view", "choose-password"): PUBLIC,
    ("site", "view", "forgot-password"): PUBLIC,
    ("site", "view", "clientportal-accent"): PUBLIC,
    ("site", "view", "account"): row("member", writes=True),
    ("site", "view", "clientportal-accounts"): row("administrator", writes=True),
    ("site", "view", "clientportal-health"): row("administrator", writes=True),
    ("site", "view", "quarantine"): row("administrator", writes=True),
    ("site", "view", "portal"): row("member"),
    ("site", "view", "inbox"): row("member"),
    ("site", "view", "unread"): row("member"),
    ("site", "view", "matters"): row("insider"),
    ("site", "view", "matters-csv"): row("insider"),
    ("site", "view", "text-blocks-manage"): row("insider", writes=True),
    ("site", "view", "outbox"): row("administrator", writes=True),
    ("site", "view", "notice-texts"): row("administrator", writes=True),
    ("site", "view", "clientportal-controlpanel"): row("administrator", writes=True),
    ("site", "service", "GET @portal"): row("member"),
    ("site", "service", "GET @inbox"): row("member"),
    ("site", "service", "GET @matters"): row("staff"),
    ("site", "service", "GET @text-blocks"): row("insider"),
    ("site", "service", "GET @outbox"): row("administrator"),
    ("site", "service", "GET @health"): row("public member"),
    ("site", "service", "GET @openapi"): row("member"),
    ("site", "service", "POST @login"): row("public member", writes=True),
    ("site", "service", "POST @logout"): row("member", writes=True),
    # A matter.
    ("matter", "view", "portal"): row("client sight"),
    ("matter", "view", "open"): row("client sight", writes=True),
    ("matter", "view", "zip"): row("client sight", writes=True),
    ("matter", "view", "overview"): row("sight"),
    ("matter", "view", "documents"): row("sight"),
    ("matter", "view", "messages"): row("team", portal=True),
    ("matter", "view", "release"): row("team", portal=True, writes=True),
    ("matter", "view", "compose"): row("team", portal=True, writes=True),
    ("matter", "view", "portal-contents"): row("team", portal=True, writes=True),
    ("matter", "view", "people"): row("team", writes=True),
    ("matter", "view", "activity"): row("team"),
    ("matter", "service", "POST @portal"): row("team", writes=True),
    ("matter", "service", "GET @participants"): row("team"),
    ("matter", "service", "POST @participants"): row("team", writes=True),
    ("matter", "service", "PATCH @participants"): row("team", writes=True),
    ("matter", "service", "DELETE @participants"): row("team", writes=True),
    ("matter", "service", "POST "): row("team", writes=True),
    ("matter", "service", "POST @share"): row("team", portal=True, writes=True),
    ("matter", "service", "GET @shares"): row("team"),
    ("matter", "service", "DELETE @shares"): row("team", writes=True),
    ("matter", "service", "POST @resend"): row("team", portal=True, writes=True),
    ("matter", "service", "POST @send"): row("team", portal=True, writes=True),
    ("matter", "service", "GET @journal"): row("team"),
    ("matter", "service", "GET @recipients"): row("team"),
    # What lies in its portal.
    ("folder", "view", "portal"): row("reader sight"),
    ("folder", "view", "zip"): row("reader sight", writes=True),
    ("folder", "view", "upload"): row("writer team", writes=True),
    ("folder", "service", "OPTIONS @uploads"): row("reader sight"),
    ("folder", "service", "POST @uploads"): row("writer team"),
    ("folder", "service", "HEAD @uploads"): row("writer team"),
    ("folder", "service", "PATCH @uploads"): row("writer team"),
    ("document", "view", "download"): row("reader sight", writes=True),
    ("document", "view", "display-file"): row("sight"),
    ("thread", "view", "portal"): row("reader sight"),
    ("thread", "view", "open"): row("reader sight", writes=True),
    ("thread", "view", "reply"): row("writer", writes=True),
    ("thread", "view", "draft"): row("writer", writes=True),
    ("thread", "view", "attachment"): row("reader sight", writes=True),
    ("thread", "service", "GET @messages"): row("reader sight"),
    ("thread", "service", "POST @messages"): row("writer team", portal=True, writes=True),
    ("thread", "service", "POST @read"): row("reader sight", writes=True),
    ("thread", "service", "OPTIONS @uploads"): row("reader sight"),
    ("thread", "service", "POST @uploads"): row("writer"),
    ("thread", "service", "HEAD @uploads"): row("writer"),
    ("thread", "service", "PATCH @uploads"): row("writer"),
    ("thread", "service", "POST @recall"): row("handler", writes=True),
}

# What Plone itself answers to everybody: pages to log in with, how they look, and logging in by REST.
STOCK_PUBLIC = {
    ("site", "view", "require_login"),
    ("site", "view", "site-logo"),
    ("site", "view", "site-favicon"),
    ("site", "view", "favicon.ico"),
    ("site", "view", "robots.txt"),
    ("site", "service", "POST @login"),
}
