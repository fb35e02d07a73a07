"""Matters for the benchmarks, made in two ways that come to the same: by the functions of the domain, which
everybody uses, and by a loader that is some twenty times as fast.

The loader lets the domain make one thing of each kind, once, and puts clones of it straight into folders
and catalog, each with ids, times and titles of its own. What belongs to a matter as a whole (registers,
rosters, journal, cards, outbox) it leaves to the domain. `tests/benchmarks/test_loader.py` compares the two.
"""

import copy
import hashlib
import time
import uuid
from AccessControl.SecurityManagement import newSecurityManager
from Acquisition import aq_base
from BTrees.Length import Length
from collections.abc import Iterator
from collective.clientportal.content.message_thread import Message
from collective.clientportal.content.trees import queue
from collective.clientportal.content.versioned_file import VersionedFile
from collective.clientportal.domain import cards
from collective.clientportal.domain import documents
from collective.clientportal.domain import folders
from collective.clientportal.domain import journal
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import outbox
from collective.clientportal.domain import participants
from collective.clientportal.domain import reading
from collective.clientportal.domain import registers
from collective.clientportal.domain import rosters
from collective.clientportal.domain import sharing
from collective.clientportal.domain import status
from collective.clientportal.domain import turns
from collective.clientportal.domain.requests import Draft
from collective.clientportal.domain.status import Act
from collective.clientportal.domain.status import Expects
from collective.clientportal.domain.uploads import Upload
from collective.clientportal.events import DocumentsReleased
from collective.clientportal.events import FolderCreated
from collective.clientportal.events import MessageReceived
from collective.clientportal.events import MessageSent
from collective.clientportal.events import ThreadCreated
from dataclasses import dataclass
from DateTime import DateTime
from io import BytesIO
from persistent import Persistent
from plone import api
from plone.indexer.interfaces import IIndexableObject
from Products.CMFCore.indexing import processQueue
from typing import Any
from zope.component import getAllUtilitiesRegisteredFor
from zope.component import getMultiAdapter
from zope.event import notify
from zope.intid.interfaces import IIntIds


FOLDER = "Unterlagen"
TEXT = "Guten Tag,\n\nbitte antworten Sie auf Nummer {number}."
ANSWER = "Guten Tag,\n\nhier ist die Antwort auf Nummer {number}."
EXPECTS = tuple(Expects)
# What the catalog holds of one document and of no other.
OWN = (
    "CreationDate",
    "Date",
    "ModificationDate",
    "SearchableText",
    "Title",
    "UID",
    "created",
    "getId",
    "id",
    "matter_reference",
    "modified",
    "sortable_title",
)
NONE = object()


@dataclass(frozen=True)
class Plan:
    """What a matter is to hold: so many internal documents, threads, and messages in each of these.

    The first document is released to a folder. Firm and client write in turns; in every tenth thread the firm
    has the last word, in the others the client; in another tenth nobody of the firm has seen that.
    """

    reference: str
    handlers: tuple[str, ...]
    assistants: tuple[str, ...]
    client: str
    documents: int = 10
    threads: int = 1
    messages: int = 10

    @property
    def title(self) -> str:
        """The title of the matter."""
        return f"Sache {self.reference}"

    @property
    def client_name(self) -> str:
        """The name of the client, from the address."""
        return self.client.partition("@")[0].title()

    def file(self, number: int) -> Upload:
        """Return an internal document."""
        data = f"Schreiben {number} in der Sache {self.reference}".encode()
        return Upload(f"Schreiben {number}.txt", "text/plain", BytesIO(data))

    def is_seen(self, thread: int) -> bool:
        """Tell whether the firm has seen what the client wrote last."""
        return thread % 10 != 1

    def parts(self, thread: int) -> Iterator[tuple[bool, str, Expects]]:
        """Yield (by the firm, text, what is expected) for each message of a thread."""
        count = self.messages - 1 if thread % 10 == 0 and self.messages % 2 == 0 else self.messages
        for number in range(count):
            by_firm = number % 2 == 0
            text = (TEXT if by_firm else ANSWER).format(number=number)
            yield by_firm, text, EXPECTS[(thread + number) % len(EXPECTS)]


def user(user_id: str) -> Any:
    """Return a person as somebody who can act."""
    users = api.portal.get_tool("acl_users")
    return users.getUserById(user_id).__of__(users)


def act_as(user_id: str) -> None:
    """Act as this person from now on."""
    newSecurityManager(None, user(user_id))


def settle() -> None:
    """Do what the workers do: close the journals, and note that the mails went out."""
    while (entry := outbox.lease(registers.now())) is not None:
        outbox.settle_sent(entry)
    journal.seal()


def by_domain(home: Any, plan: Plan) -> Any:
    """Make a matter by the functions of the domain; return it. Ends acting as its handler."""
    act_as(plan.handlers[0])
    matter = matters.create(home, plan.title, plan.reference, plan.handlers, plan.assistants)
    matters.switch_portal(matter, True)
    client = participants.invite(matter, plan.client, plan.client_name, "Mandant").id
    originals = [
        documents.add_internal(matter, [plan.file(number)])[0] for number in range(plan.documents)
    ]
    folder = folders.create(matter, FOLDER)
    if originals:
        sharing.release(matter, [api.content.get_uuid(originals[0])], api.content.get_uuid(folder))
    for number in range(plan.threads):
        thread = None
        for by_firm, text, expects in plan.parts(number):
            act_as(plan.handlers[0] if by_firm else client)
            if not by_firm:
                messages.reply(thread, Draft(text))
            elif thread is None:
                title = f"Verlauf {number}"
                thread, _message = messages.send(matter, Draft(text), expects, [client], "", title)
            else:
                messages.send(matter, Draft(text), expects, [client], thread.getId())
        act_as(plan.handlers[0])
        if plan.is_seen(number):
            reading.open_(thread, Act.OPEN_MESSAGE)
    return matter


class Loader:
    """Makes matters out of clones of a `model` that the domain has made: `Loader(home, model)(plan)`.

    The model holds a document and a thread with a message, and has the same team.
    """

    def __init__(self, home: Any, model: Any) -> None:
        self.home = home
        self.catalog = api.portal.get_tool("portal_catalog")
        self.workflows = api.portal.get_tool("portal_workflow")
        self.intids = getAllUtilitiesRegisteredFor(IIntIds)
        self.matter = model
        processQueue()
        self.folder = rosters.folders(self.matter)[0]
        self.released = rosters.documents(self.folder)[0]
        self.original = documents.chosen(self.matter, self.released.source)
        self.thread = rosters.threads(self.matter)[0]
        self.rows = {"Matter": self._row(self.matter), "File": self._row(self.original)}

    def __call__(self, plan: Plan) -> Any:
        """Make a matter; return it. Ends acting as its handler."""
        handler = plan.handlers[0]
        act_as(handler)
        matter = self._matter(plan)
        matters.switch_portal(matter, True)
        client = participants.invite(matter, plan.client, plan.client_name, "Mandant").id
        originals = [self._document(matter, plan.file(number)) for number in range(plan.documents)]
        folder = self._clone(self.folder, matter)
        folders._tell(FolderCreated, matter, folder)
        if originals:
            self._release(matter, folder, originals[0], handler)
        people = {True: user(handler), False: user(client)}
        for number in range(plan.threads):
            self._thread(matter, number, people, plan)
        cards.note_status(matter, turns._status(turns.matter_row(matter)))
        matter.modification_date = _now()
        self._index(matter)
        return matter

    def _matter(self, plan: Plan) -> Any:
        matter = self._clone(
            self.matter,
            self.home,
            title=plan.title,
            reference=plan.reference,
            handlers=list(plan.handlers),
            assistants=list(plan.assistants),
            portal_enabled=False,
            resubmission=None,
            unseen=queue(),
        )
        matters.moved(matter)
        matters.opened(matter)
        return matter

    def _document(self, matter: Any, upload: Upload) -> Any:
        data = upload.stream.read()
        # Nothing looks at the bytes here, neither for what they are nor for words: both are as in the model.
        file = VersionedFile(data, self.original.file.contentType, upload.filename)
        file.sha256 = hashlib.sha256(data).hexdigest()
        file.getSize()  # which it keeps
        document = self._clone(self.original, matter, title=file.filename, file=file)
        self._index(document)
        return document

    def _release(self, matter: Any, folder: Any, original: Any, handler: str) -> None:
        release = uuid.uuid4().hex
        document = self._clone(
            self.released,
            folder,
            title=original.title,
            file=documents.snapshot(original.file),
            source=original.UID(),
            release=release,
            since=registers.now(),
            by=handler,
            sha256=original.file.sha256,
        )
        self._step(document, handler, "released")
        self._finish(document)
        matter.sources[original.UID()] = ((folder.getId(), document.getId()),)
        notify(
            DocumentsReleased(
                matter,
                handler,
                folder.UID(),
                tuple(rosters.readers(folder)),
                (documents.record(document),),
                {"folder": folder.title, "release": release},
            )
        )

    def _thread(self, matter: Any, number: int, people: dict[bool, Any], plan: Plan) -> None:
        handler, client = people[True].getId(), people[False].getId()
        thread = self._clone(self.thread, matter, title=f"Verlauf {number}", readers=(client,))
        rosters.refresh(matter, [client])
        details = {"title": thread.title, "for_all": False}
        notify(ThreadCreated(matter, handler, thread.UID(), (client,), details=details))
        state = status.Status.NONE
        for by_firm, text, expects in plan.parts(number):
            newSecurityManager(None, people[by_firm])
            key = registers.time_id()
            asked = (str(expects), (client,)) if by_firm else ("", ())
            author = people[by_firm].getId()
            message = Message(key, author, registers.now(), text, *asked, (), False)
            thread.messages[key] = message
            if by_firm:
                matter.remembered = (client,)
                turns.write_row(thread, client, key, status.sent(expects, message.time))
                turns.seen_by_us(matter, thread)
            else:
                messages._answer(thread, message, "", with_file=False)
                matter.unseen[key] = thread.UID()
                matters.resubmit_today(matter)
            wanted = turns._status(status.derived(turns.rows(thread)))
            if wanted != state:
                self._step(thread, author, str(wanted))
                state = wanted
            messages._tell(MessageSent if by_firm else MessageReceived, thread, message)
        if plan.is_seen(number) and turns.seen_by_us(matter, thread):
            journal.look_again(matter)
        self._finish(thread)
        newSecurityManager(None, people[True])

    def _clone(self, model: Any, container: Any, **values: Any) -> Any:
        """Put a copy of `model` into `container`: empty, as if just made, with an id and times of its own."""
        base = aq_base(model)
        base._p_activate()
        clone = type(base).__new__(type(base))
        for name, value in base.__dict__.items():
            if not name.startswith("_v_"):
                clone.__dict__[name] = _empty(value)
        uid = uuid.uuid4().hex
        clone.__dict__.update(values, id=uid, creation_date=_now(), modification_date=_now())
        setattr(clone, "_plone.uuid", uid)
        container._setOb(uid, clone)
        clone = container._getOb(uid)
        container.modification_date = _now()
        for utility in self.intids:
            utility.register(clone)
        for workflow in self.workflows.getWorkflowsFor(clone):
            [first, *_later] = base.workflow_history[workflow.id]
            clone.workflow_history[workflow.id] = ({**first, "time": DateTime()},)
        return clone

    def _step(self, obj: Any, actor: str, state: str) -> None:
        """Note a transition, as the workflow does."""
        for workflow in self.workflows.getWorkflowsFor(obj):
            history = obj.workflow_history[workflow.id]
            step = {"actor": actor, "review_state": state, "time": DateTime()}
            obj.workflow_history[workflow.id] = (*history, {**history[-1], **step})

    def _finish(self, obj: Any) -> None:
        """Give `obj` the permissions of the state that it is in."""
        for workflow in self.workflows.getWorkflowsFor(obj):
            workflow.updateRoleMappingsFor(obj)

    def _row(self, obj: Any) -> dict[str, Any]:
        """Return what the catalog asks an object for, by name."""
        names = {name for index in self.catalog.getIndexObjects() for name in _sources(index)}
        return self._values(obj, names.union(self.catalog.schema()))

    def _values(self, obj: Any, names: Any) -> dict[str, Any]:
        wrapper = getMultiAdapter((obj, self.catalog), IIndexableObject)
        found = {name: getattr(wrapper, name, NONE) for name in names}
        called = {name: value() if callable(value) else value for name, value in found.items()}
        return {name: value for name, value in called.items() if value is not NONE}

    def _index(self, obj: Any) -> None:
        """Put `obj` into the catalog."""
        row = Row()
        row.__dict__.update(self.rows[obj.portal_type], **self._values(obj, OWN))
        row.getPhysicalPath = obj.getPhysicalPath
        self.catalog._catalog.catalogObject(row, "/".join(obj.getPhysicalPath()))


class Row:
    """What the catalog asks for."""


def _now() -> DateTime:
    return DateTime(time.time(), "UTC")


def _sources(index: Any) -> list[str]:
    return [name for name in index.getIndexSourceNames() if name != "getPhysicalPath"]


def _empty(value: Any) -> Any:
    """Return a persistent value as it is when it is new, a copy of any other."""
    if isinstance(value, Length):
        return Length()
    if isinstance(value, Persistent):
        return type(value)()
    return copy.deepcopy(value)
