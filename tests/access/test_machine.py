"""Who may see what, after any sequence of what a firm does: model = permission = catalog = HTTP (issue 4)."""

import base64
import os
import random
import transaction
from AccessControl.SecurityManagement import getSecurityManager
from AccessControl.SecurityManagement import setSecurityManager
from collections import Counter
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import folders
from collective.clientportal.domain import logins
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import participants
from collective.clientportal.domain import rosters
from collective.clientportal.domain import sharing
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import PortalError
from conftest import PASSWORD
from conftest import PDF
from dataclasses import dataclass
from dataclasses import field
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant
from hypothesis.stateful import rule
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import run_state_machine_as_test
from io import BytesIO
from OFS.CopySupport import CopyError
from plone import api
from Products.CMFCore.indexing import getQueue
from Products.CMFCore.indexing import processQueue
from zExceptions import Redirect
from zExceptions import Unauthorized
from ZODB.interfaces import BlobError
from zope.annotation.interfaces import IAnnotations
from zope.component.hooks import getSite
from zope.component.hooks import setSite
from zope.event import notify
from zope.globalrequest import getRequest
from zope.globalrequest import setRequest
from zope.lifecycleevent import ObjectModifiedEvent
from ZPublisher.BaseRequest import RequestContainer
from ZPublisher.HTTPRequest import WSGIRequest
from ZPublisher.HTTPResponse import WSGIResponse
from ZPublisher.pubevents import PubStart
from ZPublisher.WSGIPublisher import publish


CLIENTS = ("anna", "thomas", "paula", "carla")
STAFF = ("handler", "assistant", "colleague")
RUNS = int(os.environ.get("RUNS", 200))
STEPS = 30


class Refused:
    """What the domain answers where it refuses."""


which = st.integers(0, 1)
client = st.sampled_from(CLIENTS)
some_clients = st.none() | st.lists(client, min_size=1, max_size=2, unique=True)
some_staff = st.lists(st.sampled_from(STAFF), min_size=1, max_size=2, unique=True)


@dataclass
class Room:
    """A folder or a thread in the model: `readers` None for all clients of the matter."""

    uid: str
    readers: set | None
    # UID → is it shared?
    documents: dict = field(default_factory=dict)


@dataclass
class Case:
    """A matter in the model. People are (name, number of the account)."""

    uid: str
    team: set
    on: bool = True
    restricted: bool = False
    clients: set = field(default_factory=set)
    folders: list = field(default_factory=list)
    threads: list = field(default_factory=list)
    internal: list = field(default_factory=list)


class Model:
    """Who should see what: written from features.md and security.md 4, and from nothing else."""

    def __init__(self):
        self.cases = []
        self.accounts = {name: 0 for name in CLIENTS}
        self.gone = set()

    def account(self, name):
        """Return the account that a client has now."""
        return name, self.accounts[name]

    def seen_by(self, name):
        """Return the UIDs of all that a person may know of."""
        seen = set()
        for case in self.cases:
            if name in STAFF:
                if not case.restricted or name in case.team:
                    seen.update(self.everything(case))
            elif name in CLIENTS and name not in self.gone and case.on:
                seen |= self._shared(case, self.account(name))
        return seen

    def found_by(self, name):
        """Return the UIDs of what the catalog gives to a person: clients get nothing from it."""
        inside = {uid for case in self.cases for uid in (case.uid, *case.internal)}
        return self.seen_by(name) & inside if name in STAFF else set()

    def everything(self, case):
        """Return the UIDs of all that is in a matter, in the order in which it came."""
        rooms = [*case.folders, *case.threads]
        shown = [uid for folder in case.folders for uid in folder.documents]
        return [case.uid, *case.internal, *shown, *(room.uid for room in rooms)]

    def _shared(self, case, account):
        if account not in case.clients:
            return set()
        rooms = [
            r for r in (*case.folders, *case.threads) if r.readers is None or account in r.readers
        ]
        shared = [uid for room in rooms for uid, shared in room.documents.items() if shared]
        return {case.uid, *shared, *(room.uid for room in rooms)}


class Machine(RuleBasedStateMachine):
    """What a firm does, in the portal and in the model."""

    firm = None
    done = Counter()

    def __init__(self):
        super().__init__()
        self.request = getRequest()
        self._new_request()
        self.dice = random.Random(0)
        self.history = []
        self.people = dict(self.firm.people)
        self.logins = {name: self.firm.login(name) for name in self.people}
        self.model = Model()
        for matter, team, names in (
            (self.firm.matter, {"handler", "assistant"}, ("anna", "thomas")),
            (self.firm.other_matter, {"colleague"}, ("paula",)),
        ):
            case = Case(matter.UID(), team, clients={(name, 0) for name in names})
            self.model.cases.append(case)
            for folder in rosters.folders(matter):
                reads = None if folder.readers is None else self._accounts(folder.readers)
                case.folders.append(Room(folder.UID(), reads))
            self._act_as(case)
            with self.acting:
                upload = documents.Upload("intern.pdf", "application/pdf", BytesIO(PDF))
                case.internal += [d.UID() for d in documents.add_internal(matter, [upload])]
        self.model.gone.add("carla")
        with api.env.adopt_roles(["Manager"]):
            self.homes = [
                self.firm.portal["matters"],
                api.content.create(self.firm.portal, "Folder", "archive"),
            ]

    def teardown(self):
        """Take everything back."""
        getQueue().clear()
        transaction.abort()

    # --- what people do -----------------------------------------------------------------

    @rule(number=which, name=client)
    def invite(self, number, name):
        """Also: an address whose account was deleted is somebody new."""
        case, matter = self._case(number)
        info = self._try("invite", participants.invite, matter, f"{name}@example.org", name)
        if info is None:
            return
        if name in self.model.gone:
            self.model.gone.discard(name)
            self.model.accounts[name] += 1
            assert info.id != self.people.get(name), "an id was used again"
            self.people[name] = info.id
            self.logins[name] = f"{name}@example.org"
            self.firm.portal.acl_users.userSetPassword(info.id, PASSWORD)
        case.clients.add(self.model.account(name))

    @rule(number=which, name=client)
    def remove(self, number, name):
        """Invited again some day, a client starts without the rooms of today."""
        case, matter = self._case(number)
        if name not in self.people:
            return
        account = self.model.account(name)
        if self._try("remove", participants.remove, matter, self.people[name]) is Refused:
            return
        case.clients.discard(account)
        for room in (*case.folders, *case.threads):
            if room.readers is not None:
                room.readers.discard(account)

    @rule(number=which, folder=which)
    def release(self, number, folder):
        """A document of the matter, to one of its folders."""
        case, matter = self._case(number)
        room = case.folders[folder % len(case.folders)]
        if not case.internal or len(room.documents) > 2:
            return
        released = self._try("release", sharing.release, matter, case.internal[:1], room.uid)
        if released is not Refused:
            room.documents |= {document.getId(): True for document in released.documents}

    @rule(number=which, name=client, folder=which)
    def receive(self, number, name, folder):
        """A client uploads."""
        case, _matter = self._case(number)
        room = case.folders[folder % len(case.folders)]
        if name in self.model.gone or len(room.documents) > 2:
            return
        upload = documents.Upload("mein.pdf", "application/pdf", BytesIO(PDF))
        self.acting = self._as(name)
        got = self._try("receive", sharing.receive, self._get(room.uid), [upload])
        if got is not Refused:
            assert room.uid in self.model.seen_by(name)
            room.documents |= {document.getId(): True for document in got}

    @rule(number=which, folder=which)
    def end(self, number, folder):
        """What was received stays."""
        case, matter = self._case(number)
        room = case.folders[folder % len(case.folders)]
        for uid in [uid for uid, shared in room.documents.items() if shared][:1]:
            if self._try("end", sharing.end, matter, uid) is not Refused:
                room.documents[uid] = False
            self._act_as(case)

    @rule(number=which, restricted=st.booleans())
    def restrict(self, number, restricted):
        """Aktenzugriff beschränken."""
        case, matter = self._case(number)
        self._edit(matter, restricted=restricted)
        case.restricted = restricted

    @rule(number=which, team=some_staff)
    def change_team(self, number, team):
        """Another handler, other assistants."""
        case, matter = self._case(number)
        self._edit(matter, handlers=team[:1], assistants=team[1:])
        case.team = set(team)

    @rule(number=which, on=st.booleans())
    def switch(self, number, on):
        """Decision 7: off takes access away, on gives it back."""
        case, matter = self._case(number)
        if self._try("switch", matters.switch_portal, matter, on) is not Refused:
            case.on = on

    @rule(number=which, folder=which, readers=some_clients)
    def change_readers(self, number, folder, readers):
        """Other readers of a folder."""
        case, _matter = self._case(number)
        room = case.folders[folder % len(case.folders)]
        chosen = readers and [self.people[name] for name in readers if name in self.people]
        done = self._try("change_readers", folders.change, self._get(room.uid), "Titel", chosen)
        if done is not Refused:
            room.readers = chosen and self._accounts(chosen)

    @rule(number=which, to=st.lists(client, min_size=1, max_size=2, unique=True))
    def send(self, number, to):
        """A message, in a thread of its own."""
        case, matter = self._case(number)
        if len(case.threads) > 1:
            return
        ids = [self.people[name] for name in to if name in self.people]
        draft = messages.Draft("Text")
        sent = self._try("send", messages.send, matter, draft, "acknowledge", ids, title="Titel")
        if sent is not Refused:
            case.threads.append(Room(sent[0].UID(), self._accounts(ids)))

    @rule(number=which, home=which)
    def move(self, number, home):
        """A matter, to another folder of the site."""
        _case, matter = self._case(number)
        if matter.aq_parent.getId() != self.homes[home].getId():
            self._as_manager("move", lambda: api.content.move(matter, self.homes[home]))

    @rule(number=which)
    def move_internal(self, number):
        """An internal document, to the other matter."""
        case, _matter = self._case(number)
        other, target = self._case(1 - number)
        for uid in case.internal[-1:]:
            obj = self._get(uid)
            if self._as_manager("move_internal", lambda it=obj: api.content.move(it, target)):
                other.internal.append(case.internal.pop())

    @rule(number=which)
    def copy(self, number):
        """No copy takes clients along: portal content and matters are not copied; a file is."""
        case, matter = self._case(number)
        for uid in (case.uid, *(room.uid for room in case.folders)):
            obj = self._get(uid)
            assert not self._as_manager("", lambda it=obj: api.content.copy(it, self.homes[1]))
        if case.internal and len(case.internal) < 3:
            obj = self._get(case.internal[0])
            made = self._as_manager("copy", lambda: api.content.copy(obj, matter, safe_id=True))
            case.internal.append(made.UID())

    @rule(number=which, name=st.sampled_from(["akte", "login", "@@portal"]))
    def rename(self, number, name):
        """Ids come from the server."""
        case, matter = self._case(number)
        assert not self._as_manager("", lambda: api.content.rename(matter, name))
        for uid in case.internal[:1]:
            obj = self._get(uid)
            new_id = f"{name.strip('@')}-{uid}"
            self._as_manager(
                "rename", lambda it=obj, to=new_id: api.content.rename(it, to, safe_id=True)
            )

    @rule(name=client)
    def delete_user(self, name):
        """In Plone's own control panel."""
        if name not in self.model.gone:
            with api.env.adopt_roles(["Manager"]):
                api.user.delete(user=api.user.get(userid=self.people[name]))
            self.model.gone.add(name)
            self._note("delete_user")

    @rule()
    def restart(self):
        """Everything is read from the database again."""
        transaction.savepoint()
        self.firm.portal._p_jar.cacheMinimize()
        self._note("restart")

    # --- what must be true --------------------------------------------------------------

    @invariant()
    def everybody_sees_what_the_model_says(self):
        """By permission, by the catalog, and over HTTP for two of them."""
        things = {
            uid: self._get(uid) for case in self.model.cases for uid in self.model.everything(case)
        }
        for name in (*STAFF, *CLIENTS, "boss", "member"):
            if name in self.model.gone:
                continue
            self._new_request()
            with self._as(name):
                seen = {uid for uid, obj in things.items() if access.can_see(obj)}
                expected = self.model.seen_by(name)
                assert seen == expected, self._words(name, seen ^ expected)
                found = {brain.UID for brain in api.content.find(portal_type=["Matter", "File"])}
                expected = self.model.found_by(name)
                assert found == expected, self._words(name, found ^ expected)
            self.done["answers"] += len(things)
        for _ in range(2):
            uid = self.dice.choice(list(things))
            name = self.dice.choice((*STAFF, *CLIENTS, "boss", "member", None))
            seen = name is not None and uid in self.model.seen_by(name)
            assert self._asked(name, things[uid]) == seen, self._words(name, [uid])
            self.done["requests"] += 1

    def _words(self, name, uids):
        return f"{name}: {[self._get(uid) for uid in uids]} after {self.history}"

    # --- how ----------------------------------------------------------------------------

    def _case(self, number):
        case = self.model.cases[number]
        self._act_as(case)
        return case, access.unchecked_matter(case.uid)

    def _act_as(self, case):
        self.acting = self._as(sorted(case.team)[0])

    def _as(self, name):
        return api.env.adopt_user(user=api.user.get(userid=self.people[name]))

    def _accounts(self, ids):
        names = {user_id: name for name, user_id in self.people.items()}
        return {self.model.account(names[user_id]) for user_id in ids}

    def _try(self, name, act, *args, **kwargs):
        """Act; return what came of it, Refused where the domain refuses."""
        before = self._savepoint()
        try:
            with self.acting:
                result = act(*args, **kwargs)
        except PortalError:
            self._back_to(before)
            return Refused
        self._note(name)
        return result

    def _as_manager(self, name, act):
        """Act as somebody who looks after the whole site; return what came of it, None if refused."""
        before = self._savepoint()
        try:
            with api.env.adopt_roles(["Manager"]):
                result = act()
        except (CopyError, PortalError, ValueError, api.exc.InvalidParameterError):
            self._back_to(before)
            return None
        self._note(name)
        return result

    def _note(self, name):
        self.done[name] += 1
        self.history.append(name)

    def _new_request(self):
        """Forget what Plone keeps for the length of a request: roles, and answers of indexes."""
        IAnnotations(self.request).clear()
        self.request.other.pop("__catalog_cache__", None)

    def _savepoint(self):
        processQueue()
        self._new_request()
        return transaction.savepoint()

    def _back_to(self, savepoint):
        """Take back what was done since; nothing of it is indexed later, either."""
        getQueue().clear()
        savepoint.rollback()
        self._new_request()

    def _edit(self, matter, **values):
        for name, value in values.items():
            setattr(matter, name, value)
        notify(ObjectModifiedEvent(matter))
        self._note(next(iter(values)))

    def _get(self, uid):
        """Return whatever has this UID, as no person would."""
        for case in self.model.cases:
            matter = access.unchecked_matter(case.uid)
            if uid == case.uid:
                return matter
            for room in rosters.rooms(matter):
                if room.UID() == uid:
                    return room
                if uid in room.objectIds():
                    return room[uid]
        [brain] = api.content.find(UID=uid, unrestricted=True)
        return brain._unrestrictedGetObject()

    def _asked(self, name, obj):
        """Tell whether the real publisher answers a person who asks for `obj`."""
        # Whoever was deleted has tried in vain; that is no news of who comes back by this name.
        logins.FAILURES.clear()
        views = {"Matter": "@journal", "File": "@@download", "PortalDocument": "@@download"}
        view = views.get(obj.portal_type, "@messages")
        if obj.portal_type == "PortalFolder":
            view = "@@portal"
        credentials = f"{self.logins.get(name)}:{PASSWORD}".encode()
        environ = {
            "REQUEST_METHOD": "GET",
            "SERVER_NAME": "portal.example",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SCRIPT_NAME": "",
            "PATH_INFO": "/".join((*obj.getPhysicalPath(), view)),
            "HTTP_ACCEPT": "application/json"
            if view.startswith("@m") or view == "@journal"
            else "text/html",
            "wsgi.input": BytesIO(),
            "wsgi.url_scheme": "http",
        }
        if name:
            environ["HTTP_AUTHORIZATION"] = f"Basic {base64.b64encode(credentials).decode()}"
        return published(environ, self.firm.portal.aq_parent.aq_base)


def published(environ, app):
    """Publish a request in this transaction, and tell whether there was anything to see."""
    policy, before, site = getSecurityManager(), getRequest(), getSite()
    request = WSGIRequest(environ["wsgi.input"], environ, WSGIResponse(stdout=BytesIO()))
    setRequest(request)
    # A service that refuses takes everything back; here that would be the whole run.
    transaction.manager.manager.abort = lambda: None
    try:
        notify(PubStart(request))
        publish(request, (app.__of__(RequestContainer(REQUEST=request)), None, False))
        return request.response.getStatus() not in (401, 404)
    except (NotThere, Unauthorized):
        return False
    except BlobError:
        # It was about to send the file, which is not committed.
        return True
    except Redirect as redirect:
        # A stranger is led to the log-in.
        return "/login?" not in str(redirect)
    finally:
        del transaction.manager.manager.abort
        request.clear()
        setRequest(before)
        setSecurityManager(policy)
        setSite(site)


def test_machine(live, capsys):
    """Issue 4: 200 runs of 30 steps; RUNS=… for more."""
    Machine.firm, Machine.done = live, Counter()
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    with capsys.disabled():
        print("\nmachine:", dict(Machine.done))
