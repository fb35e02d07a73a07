"""The matrix: every identity asks in every way for every route of every context; each answer is judged."""

import json
import random
import re
from access import routes
from access import table
from access.cast import IDENTITIES
from access.cast import MATTERS
from access.cast import old_id
from access.cast import Thing
from access.publisher import Answer
from access.publisher import Publisher
from access.publisher import Request
from collections import Counter
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import unquote
from urllib.parse import urlencode


WORD = re.compile(rb"qz[a-z0-9]+?qz|(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])|(?<!\d)\d{16,20}(?!\d)")
# What a refusal looks like to people who are not of the firm.
REFUSED = {401, 403, 404}


class Cell(NamedTuple):
    """One question. `row`: the expectation where the route is ours and asked for as its pages do."""

    identity: str
    context: str
    route: routes.Route
    request: Request
    row: table.Row | None = None


@dataclass
class Figures:
    """What a run has found: text → how often.

    `wrote`: routes of ours that changed something; `noise`: what broke down for people of the firm, on
    stock routes called without what they need.
    """

    cells: int = 0
    answered: int = 0
    wrote: set = field(default_factory=set)
    leaks: Counter = field(default_factory=Counter)
    writes: Counter = field(default_factory=Counter)
    statuses: Counter = field(default_factory=Counter)
    crashes: Counter = field(default_factory=Counter)
    noise: Counter = field(default_factory=Counter)

    def faults(self):
        """Return all that must not be: leaks, forbidden writes, wrong answers, breakdowns."""
        return self.leaks + self.writes + self.statuses + self.crashes

    def add(self, other):
        """Add another run's figures."""
        for name, value in vars(other).items():
            mine = getattr(self, name)
            setattr(self, name, mine | value if isinstance(value, set) else mine + value)


class Matrix:
    """The product of a world's identities, contexts and routes."""

    def __init__(self, portal, request, world, committed):
        self.world = world
        self.publisher = Publisher(world, committed)
        self.found, self.own, self.tools = routes.find(portal, request, world)
        self._by_kind = defaultdict(list)
        for route in sorted(self.found):
            self._by_kind[route.kind].append(route)
        self.contexts = world.contexts | {
            kind: (kind, path, Thing("public")) for kind, path in self.tools.items()
        }

    def cells(self, identities=IDENTITIES) -> Iterator[Cell]:
        """Yield every cell."""
        for context, (kind, _path, _thing) in self.contexts.items():
            for route in self._by_kind[kind]:
                if route in self.own:
                    yield from self._own(identities, context, route)
                    yield from self._spelled(identities, context, route)
                else:
                    yield from self._stock(identities, context, route)

    def own_cells(self) -> Iterator[Cell]:
        """Yield the cells of the routes of ours, each asked for as our pages and clients do."""
        for context, (kind, _path, _thing) in self.contexts.items():
            for route in self._by_kind[kind]:
                if route in self.own:
                    yield from self._own(IDENTITIES, context, route)

    def _stock(self, identities, context, route):
        path = self.contexts[context][1]
        for identity in identities:
            token, victim = self.world.tokens[identity], self._victim(identity, context)
            for request in routes.ways(route, path, token, victim):
                yield Cell(identity, context, route, request)

    def sample(self, count, seed) -> Iterator[Cell]:
        """Yield `count` stock cells, the same for the same seed; three of four ask for content."""
        pick = random.Random(seed)
        content, tools = [], []
        for context, (kind, _path, _thing) in self.contexts.items():
            place = content if kind in routes.CONTENT else tools
            place += [(context, route) for route in self._by_kind[kind] if route not in self.own]
        for _ in range(count):
            context, route = pick.choice(content if pick.random() < 0.75 else tools)
            yield pick.choice(list(self._stock([pick.choice(IDENTITIES)], context, route)))

    def run(self, cells) -> Figures:
        """Ask all cells and return what was found."""
        figures = Figures()
        for cell in cells:
            answer = self.publisher.ask(cell.identity, cell.request)
            self.judge(cell, answer, figures)
        return figures

    def judge(self, cell, answer, figures) -> None:
        """Compare one answer with the table, and note what must not be."""
        figures.cells += 1
        figures.answered += answer.status < 300
        thing = self.contexts[cell.context][2]
        name = f"{cell.identity}: {cell.request.method} {cell.context} {' '.join(cell.route[1:])}"
        name = f"{name} ({cell.request.accept}) → {answer.status}"
        leaked = self.leaked(cell, answer)
        granted = table.GRANTS.get((cell.identity, cell.route.kind, cell.route.name), ())
        leaked = {word: told for word, told in leaked.items() if told.kind not in granted}
        if leaked:
            what = ", ".join(sorted({f"{t.kind} {t.owner or t.matter}" for t in leaked.values()}))
            figures.leaks[f"leak: {name}: {what}"] += 1
        if answer.writes and cell.row is not None:
            figures.wrote.add(cell.route)
        if answer.writes and not self._may_write(cell, thing):
            figures.writes[f"write: {name}: {', '.join(sorted(set(answer.writes)))}"] += 1
        if answer.status >= 500:
            outsider = cell.identity not in table.INSIDERS and cell.route.kind != "root"
            (figures.crashes if outsider or cell.row else figures.noise)[f"crash: {name}"] += 1
        elif not self._is_expected(cell, thing, answer):
            figures.statuses[f"status: {name}"] += 1

    def leaked(self, cell, answer) -> dict[str, Thing]:
        """Return the canary words of an answer that the person may not know and has not sent."""
        things = self.world.things
        words = {word.decode() for word in WORD.findall(answer.told().lower())}
        found = {
            word: things[word]
            for word in words
            if word in things and not table.may_know(cell.identity, things[word])
        }
        if found:
            request = cell.request
            sent = (
                f"{request.path} {request.query} {request.headers} {request.body.decode('latin-1')}"
            )
            sent = unquote(sent).lower()
            found = {word: thing for word, thing in found.items() if word not in sent}
        return found

    def _is_expected(self, cell, thing, answer):
        identity, status = cell.identity, answer.status
        location = dict(answer.headers).get("Location", "")
        to_log_in = status == 302 and "/login?" in location
        if cell.row is not None:
            return self._own_status(cell, thing, status, to_log_in)
        # Above the site there is nothing of ours: there, only leaks and writes count.
        if identity in table.INSIDERS or cell.route.kind == "root" or self._is_public(cell):
            return True
        if status == 400 and cell.request.content_type == "text/xml":
            return True  # XML-RPC is off, wherever it is tried
        if identity in table.STRANGERS:
            return status in REFUSED or to_log_in
        theirs = table.can_see(identity, thing)
        if theirs and status in table.ALIASES.get((cell.route.group, cell.route.name), ()):
            return True
        return status in REFUSED or self._is_led_on(cell, location)

    def _own_status(self, cell, thing, status, to_log_in):
        related = table.relations(cell.identity, thing)
        who = cell.row.who
        if "public" in who:
            return status < 500
        if cell.identity in table.STRANGERS:
            # What was written in a reply is kept by the log-in page.
            kept = (cell.route.name, cell.request.method, status) == ("reply", "POST", 200)
            return status == 401 or to_log_in or kept
        if cell.identity == "left" and cell.context != "site":
            return status in (403, 404)
        if not table.can_see(cell.identity, thing):
            return status == 404
        led_on = cell.row.writes and cell.request.method in ("GET", "HEAD") and status == 302
        if not related & who and led_on:
            return True
        if not related & who:
            insider = cell.identity in table.INSIDERS
            refused = 403 if insider or cell.request.accept == "json" else 404
            # Who sees the thing is told first that a body is none that they could send.
            return status in (refused, table.ALSO.get(cell.route.name))
        if cell.row.portal and thing.matter in MATTERS and not MATTERS[thing.matter][0]:
            return status in (302, 400, 403)
        return status < 400 or status == table.ALSO.get(cell.route.name)

    def _is_public(self, cell):
        return cell.route in table.STOCK_PUBLIC or (
            cell.route.group == "namespace"
            and cell.route.name in ("++plone++", "++resource++", "++theme++", "++webresource++")
        )

    def _is_led_on(self, cell, location):
        """Tell whether a client at a bare address was led to the page that is theirs."""
        thing = self.contexts[cell.context][2]
        return location.endswith("/@@portal") and table.can_see(cell.identity, thing)

    def _may_write(self, cell, thing):
        related = table.relations(cell.identity, thing)
        if cell.row is not None:
            return cell.row.writes and bool(related & cell.row.who)
        if (cell.route.kind, cell.route.name) in table.STOCK_WRITES:
            return True
        if cell.identity in ("handler", "assistant"):
            return "team" in related or thing.kind == "home"
        if cell.identity in table.ADMINISTRATORS:
            return thing.kind in ("public", "home")
        return cell.identity == "colleague" and thing.kind == "home"

    def _victim(self, identity, context):
        """Return what is not theirs: the second party's, or what lies in another matter."""
        world = self.world
        if identity in ("handler", "assistant"):
            name, user, old = "other", "elsewhere", "other"
        elif identity == "second":
            name, user, old = "on writer folder", "writer", "on writer folder"
        elif identity == "colleague":
            name, user, old = "restricted internal", "only-restricted", "restricted internal"
        else:
            name, user, old = "on second folder", "second", "on second folder"
        path = world.paths[name]
        return {
            "uid": path.rpartition("/")[2],
            "user": world.ids[user],
            "path": path,
            "old": old_id(old),
        }

    def _own(self, identities, context, route):
        """Yield the cells of a route of ours, asked for as our pages and clients do."""
        _kind, path, thing = self.contexts[context]
        row = table.OWN[tuple(route)]
        for identity in identities:
            for request in self._proper(route, path, context, thing, self.world.tokens[identity]):
                yield Cell(identity, context, route, request, row)

    def _spelled(self, identities, context, route):
        """Yield the cells of a route of ours in its other spellings."""
        _kind, path, thing = self.contexts[context]
        row = table.OWN[tuple(route)]
        for identity in identities:
            for request in self._proper(route, path, context, thing, self.world.tokens[identity]):
                # A page that REST clients ask for, and the other way round.
                yield Cell(
                    identity, context, route, replace(request, path=f"/++api++{request.path}"), row
                )
                if route.group != "view":
                    continue
                yield Cell(identity, context, route, replace(request, accept="json"), row)
                for spelling in ("", "++view++"):
                    path_ = request.path.replace(f"/@@{route.name}", f"/{spelling}{route.name}")
                    yield Cell(identity, context, route, replace(request, path=path_), row)
                if request.method == "GET":
                    yield Cell(identity, context, route, replace(request, method="HEAD"), row)

    def _proper(self, route, path, context, thing, token):
        """Yield the requests that our own pages and clients send, so that only permission stops them."""
        if route.group == "view":
            tail = self._tail(route, context, thing)
            yield Request("GET", f"{path}/@@{route.name}{tail}", self._query(route, context, thing))
            for form in self._forms(route, thing):
                body = urlencode({**form, "_authenticator": token}, doseq=True).encode()
                yield Request(
                    "POST", f"{path}/@@{route.name}{tail}", body=body, content_type=routes.FORM
                )
            return
        verb, _, name = route.name.partition(" ")
        tail, body = self._body(route, context, thing)
        place = f"{path}/{name}{tail}".rstrip("/")
        data = json.dumps(body).encode() if body is not None else b""
        kind = routes.JSON if data else ""
        yield Request(verb, place, "", "json", data, kind)
        if route.name == "POST @messages":
            # What the firm must say besides, a client may not.
            data = json.dumps(body | {"expects": "acknowledge"}).encode()
            yield Request(verb, place, "", "json", data, kind)

    def _values(self, thing):
        return self.world.values.get(thing.matter, {})

    def _tail(self, route, context, thing):
        if route.name != "attachment":
            return ""
        status = context.split()[2]
        return f"/{self._values(thing)[f'{thing.owner} {status} attachment']}"

    def _query(self, route, context, thing):
        if route.name == "release":
            return urlencode({"documents": self._values(thing)["internal"]})
        return ""

    def _forms(self, route, thing):
        values, ids = self._values(thing), self.world.ids
        new = {"email": "new@else.example", "fullname": "Neu", "may_write": "1", "party": ""}
        forms = {
            "people": [{"action": "invite", **new}, {"action": "remove", "client": ids["third"]}],
            "release": [
                {
                    "action": "release",
                    "documents": values.get("internal", ""),
                    "clients": ids["writer"],
                    "folder": values.get("writer folder", ""),
                }
            ],
            "portal-contents": [
                {"action": "create", "title": "Neu", "readers": "all", "folder": ""},
                {"action": "end", "share": values.get("writer released", "")},
            ],
            "compose": [
                {
                    "action": "send",
                    "key": "k",
                    "text": "Text",
                    "expects": "acknowledge",
                    "recipients": ids["writer"],
                    "thread": "new",
                    "new_title": "Neu",
                }
            ],
            "account": [{"action": "log_out_everywhere"}],
            "clientportal-accounts": [{"action": "log_out", "account": ids["third"]}],
            "notice-texts": [{"action": "switch", "event": "documents", "on": "0"}],
            "open": [{"act": "open_message"}, {"act": "open_matter"}],
            "reply": [{"text": "Antwort", "key": "k"}],
            "draft": [{"text": "Entwurf"}],
            "download": [{}],
            "attachment": [{}],
            "zip": [{}],
            "text-blocks-manage": [
                {"action": "save", "title": "Neu", "category": "A", "text": "Text"}
            ],
        }
        return forms.get(route.name, [])

    def _body(self, route, context, thing):
        values, ids = self._values(thing), self.world.ids
        text = {"text": "Text", "expects": "acknowledge"}
        status = context.split()[2] if route.kind == "thread" else ""
        message = values.get(f"{thing.owner} {status} message", "")
        bodies = {
            "POST @portal": ("", {"enabled": True}),
            "POST @participants": ("", {"email": "new@else.example"}),
            "PATCH @participants": (f"/{ids['third']}", {"party": "Zeugin"}),
            "DELETE @participants": (f"/{ids['third']}", None),
            "POST ": ("", {"@type": "PortalFolder", "title": "Gutachten"}),
            "POST @share": (
                "",
                {
                    "documents": [values.get("internal", "")],
                    "folder": values.get("writer folder", ""),
                },
            ),
            "DELETE @shares": (f"/{values.get('writer released', '')}", None),
            "POST @resend": ("", {"mail": values.get("writer reply mail", "")}),
            "POST @send": ("", {**text, "recipients": [ids["writer"]]}),
            "POST @messages": ("", {"text": "Text"}),
            "POST @read": ("", {"act": "open_message"}),
            "POST @recall": ("", {"message": message, "reason": "Falsche Person"}),
        }
        return bodies.get(route.name, ("", None))


def answer_of(answer: Answer):
    """Return what an answer tells but for what varies from one to the next."""
    volatile = ("date", "set-cookie", "x-request-id")
    headers = sorted(h for h in answer.headers if h[0].lower() not in volatile)
    with suppress(UnicodeDecodeError):
        return answer.status, answer.body.decode(), headers
    return answer.status, answer.body, headers
