"""The world of the authorisation matrix: people, matters in every state, and canary words in all they hold.

Whatever could give something away is a canary word: `qz…qz`, an id or UID of 32 hexadecimal digits, or
the time id of a message. `World.things` tells of each word what it is part of; who may know that is
written in table.py.
"""

import transaction
from collective.clientportal.domain import deactivation
from collective.clientportal.domain import documents
from collective.clientportal.domain import drafts
from collective.clientportal.domain import folders
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import outbox
from collective.clientportal.domain import participants
from collective.clientportal.domain import registers
from collective.clientportal.domain import rosters
from collective.clientportal.domain import sharing
from collective.clientportal.domain import text_blocks
from collective.clientportal.domain import threads
from collective.clientportal.domain.status import Expects
from conftest import PASSWORD
from dataclasses import dataclass
from dataclasses import field
from io import BytesIO
from plone import api
from plone.app.redirector.interfaces import IRedirectionStorage
from plone.protect.authenticator import createToken
from zope.component import getUtility
from zope.event import notify
from zope.lifecycleevent import ObjectModifiedEvent


LOGO = b"filenameb64:bG9nby5wbmc=;datab64:iVBORw0KGgo="

# The states of a matter: (portal on, restricted).
MATTERS = {
    "on": (True, False),
    "off": (False, False),
    "restricted": (True, True),
    "restricted-off": (False, True),
}

# How a thread stands → what its message expects.
STATUSES = {
    "acknowledge": Expects.ACKNOWLEDGE,
    "reply": Expects.REPLY,
    "file": Expects.REPLY_WITH_FILE,
    "replied": Expects.REPLY,
}

STAFF = ("handler", "assistant", "colleague", "left")
# In every matter but the other one; `third` is nobody's identity, a name that only others could tell.
CLIENTS = ("writer", "reader", "second", "removed", "deactivated", "third")

IDENTITIES = (
    "anonymous",
    "member",
    "reader",
    "writer",
    "removed",
    "deactivated",
    "elsewhere",  # the client of another matter
    "second",  # the second party of the same matters
    "assistant",
    "handler",
    "colleague",
    "left",  # named as a handler still, but no staff any more
    "boss",  # portal administrator
    "root",  # site administrator
)


def canary(name):
    """Return the canary word for a name."""
    return f"qz{name.replace('-', '').replace(' ', '')}qz"


def old_id(name):
    """Return the id that the old address of a context ends with."""
    return f"was-{name.replace(' ', '-')}"


@dataclass(frozen=True)
class Thing:
    """What a canary word is part of: `kind` as in table.AUDIENCE, the matter's state, whose it is."""

    kind: str
    matter: str = ""
    owner: str = ""


@dataclass
class World:
    """Paths and names only, so that it outlives every connection.

    `contexts`: name → (kind, path, what one must be able to see to know of it).
    """

    site: str
    logins: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    contexts: dict[str, tuple[str, str, Thing]] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)

    def word(self, name, *thing):
        """Return a new canary word for a thing."""
        word = canary(name)
        self.things[word] = Thing(*thing)
        return word

    def mark(self, obj, *thing):
        """Note the ids of a thing as canary words of it."""
        self.things[api.content.get_uuid(obj)] = self.things[obj.getId()] = Thing(*thing)

    def context(self, name, kind, obj, *thing):
        """Note an object as one that is asked for."""
        self.paths[name] = "/".join(obj.getPhysicalPath())
        self.contexts[name] = (kind, self.paths[name], Thing(*thing))


def build(portal) -> World:
    """Make the world through domain functions, and commit it."""
    world = World("/" + portal.getId())
    # Ids of staff are canaries, too.
    api.portal.set_registry_record("plone.use_uuid_as_userid", False)
    world.context("site", "site", portal, "public")
    world.context("home", "home", portal["matters"], "home")
    for name in (*STAFF, "boss", "root", "member"):
        _account(world, name)
    for name in STAFF:
        api.group.add_user(groupname=rosters.STAFF, username=world.ids[name])
    api.group.add_user(groupname=rosters.ADMINISTRATORS, username=world.ids["boss"])
    api.user.grant_roles(username=world.ids["root"], roles=["Site Administrator"])
    api.portal.set_registry_record(
        "collective.clientportal.base_url", f"https://{canary('x')[2:-2]}portal.example"
    )
    api.portal.set_registry_record("plone.email_from_address", "office@firm.example")
    # Plone's own view of the logo breaks down where there is none.
    api.portal.set_registry_record("plone.site_logo", LOGO)
    with _as(world, "boss"):
        text_blocks.save(
            world.word("block title", "firm"), "Termine", world.word("block text", "firm")
        )
    for state in MATTERS:
        _matter(world, portal, state)
    _other_matter(world, portal)
    _switch(world, portal)
    storage = getUtility(IRedirectionStorage)
    for name, path in world.paths.items():
        # Where it lay before it was moved.
        storage.add(f"{world.site}/{old_id(name)}", path)
    for name in IDENTITIES:
        world.tokens[name] = _token(world, name)
    with _as(world, "boss"):
        deactivation.deactivate(world.ids["deactivated"])
    api.group.remove_user(groupname=rosters.STAFF, username=world.ids["left"])
    transaction.commit()
    return world


def _account(world, name):
    user_id = world.word(f"{name} id", "person", "", name)
    mail = world.word(f"{name} mail", "person", "", name)
    full = world.word(f"{name} name", "staff name" if name in STAFF else "person", "", name)
    api.user.create(
        email=f"{mail}@firm.example",
        username=user_id,
        password=PASSWORD,
        properties={"fullname": f"{name.capitalize()} {full}"},
    )
    world.ids[name] = world.logins[name] = user_id


def _token(world, name):
    """Return what Plone's forms carry against requests from elsewhere."""
    if name == "anonymous":
        return ""
    with _as(world, name):
        return createToken()


def _as(world, name):
    return api.env.adopt_user(user=api.user.get(userid=world.ids[name]))


def _client(world, matter, name):
    """Name a client on a matter; the account is made the first time."""
    mail = f"{world.word(f'{name} mail', 'person', '', name)}@home.example"
    full = world.word(f"{name} name", "person", "", name)
    party = world.word(f"{name} party", "party", "", name)
    info = participants.invite(
        matter, mail, f"{name.capitalize()} {full}", party, may_write=name != "reader"
    )
    if name not in world.ids:
        world.ids[name] = info.id
        world.logins[name] = mail
        world.things[info.id] = Thing("person", "", name)
        api.portal.get_tool("acl_users").userSetPassword(info.id, PASSWORD)
        registers.registers().people[info.id].activated = registers.now()


def _upload(world, name, *thing):
    """Return a file whose name and bytes are canary words."""
    data = f"%PDF-1.4 {world.word(f'{name} bytes', *thing)}".encode()
    return documents.Upload(
        f"{world.word(f'{name} file', *thing)}.pdf", "application/pdf", BytesIO(data)
    )


def _matter(world, portal, state):
    with _as(world, "handler"):
        matter = matters.create(
            portal["matters"],
            f"Akte {world.word(f'{state} title', 'matter', state)}",
            f"{world.word(f'{state} reference', 'matter', state)}/26",
            [world.ids["handler"], world.ids["left"]],
            [world.ids["assistant"]],
        )
        world.mark(matter, "matter", state)
        world.context(f"{state}", "matter", matter, "matter", state)
        matters.switch_portal(matter, True)
        names = [*CLIENTS, f"only-{state}"]
        for name in names:
            _client(world, matter, name)
    world.values[state] = {"matter": matter.UID()}
    for owner in ("writer", "second"):
        _room(world, matter, state, owner)
    with _as(world, "handler"):
        # The room of those who are removed or may only read.
        folder = _folder(world, matter, state, "reader", ["reader", "removed", "deactivated"])
        name = f"{state} reader released"
        original = documents.add_internal(matter, [_upload(world, name, "room", state, "reader")])
        [document] = sharing.release(matter, [original[0].UID()], folder.UID()).documents
        _document(world, document, name, "room", state, "reader")
        participants.remove(matter, world.ids["removed"])
        internal = documents.add_internal(
            matter, [_upload(world, f"{state} internal", "internal", state)]
        )[0]
        internal.description = world.word(f"{state} description", "internal", state)
        notify(ObjectModifiedEvent(internal))
        world.mark(internal, "internal", state)
        world.context(f"{state} internal", "internal", internal, "internal", state)
        world.values[state]["internal"] = internal.UID()


def _folder(world, matter, state, owner, readers):
    title = world.word(f"{state} {owner} folder", "room", state, owner)
    folder = folders.create(matter, title, [world.ids[name] for name in readers])
    world.mark(folder, "room", state, owner)
    world.context(f"{state} {owner} folder", "folder", folder, "room", state, owner)
    return folder


def _document(world, document, name, *thing):
    world.mark(document, *thing)
    world.context(name, "document", document, *thing)


def _room(world, matter, state, owner):
    """Make what one client has in a matter: documents in every state, threads in every status."""
    values = world.values[state]
    person = [world.ids[owner]]
    with _as(world, "handler"):
        folder = _folder(world, matter, state, owner, [owner])
        values[f"{owner} folder"] = folder.UID()
        for fate in ("released", "ended"):
            name = f"{state} {owner} {fate}"
            kind = "room" if fate == "released" else "ended"
            upload = _upload(world, name, kind, state, owner)
            original = documents.add_internal(matter, [upload])[0]
            world.mark(original, "internal", state)
            [document] = sharing.release(matter, [original.UID()], folder.UID()).documents
            _document(world, document, name, kind, state, owner)
            values[f"{owner} {fate}"] = document.getId()
            if fate == "ended":
                sharing.end(matter, document.getId())
    with _as(world, owner):
        upload = _upload(world, f"{state} {owner} received", "room", state, owner)
        [received] = sharing.receive(folder, [upload])
        _document(world, received, f"{state} {owner} received", "room", state, owner)
    for status in STATUSES if (state, owner) == ("on", "writer") else ("reply",):
        with _as(world, "handler"):
            name = f"{state} {owner} {status}"
            title = world.word(f"{name} title", "room", state, owner)
            text = world.word(f"{name} text", "room", state, owner)
            draft = messages.Draft(
                text, uploads=(_upload(world, f"{name} sent", "room", state, owner),)
            )
            fresh = threads.create(matter, title, person)
            thread, message = messages.send(matter, draft, STATUSES[status], person, fresh.getId())
            world.mark(thread, "room", state, owner)
            world.context(f"{name} thread", "thread", thread, "room", state, owner)
            world.things[message.id] = Thing("room", state, owner)
            for uid in message.files:
                world.things[uid] = Thing("room", state, owner)
                values[f"{owner} {status} attachment"] = uid
            values[f"{owner} {status} message"] = message.id
            mail = outbox.told(thread, message.id)[0]
            outbox.settle_refused(mail, world.word(f"{name} mail", "mail", state))
            world.things[mail.id] = Thing("mail", state)
            values[f"{owner} {status} mail"] = mail.id
            note = world.word(f"{name} note", "note", state)
            kept = messages.note(
                thread,
                messages.Draft(note, uploads=(_upload(world, f"{name} noted", "note", state),)),
            )
            world.things[kept.id] = Thing("note", state)
            for uid in kept.files:
                world.things[uid] = Thing("note", state)
                values[f"{owner} {status} noted"] = uid
        with _as(world, owner):
            drafts.keep(thread, world.word(f"{name} draft", "draft", state, owner))
            if status == "replied":
                answer = world.word(f"{name} answer", "room", state, owner)
                messages.reply(thread, messages.Draft(answer))


def _other_matter(world, portal):
    with _as(world, "colleague"):
        matter = matters.create(
            portal["matters"],
            f"Akte {world.word('other title', 'matter', 'other')}",
            f"{world.word('other reference', 'matter', 'other')}/26",
            [world.ids["colleague"]],
        )
        world.mark(matter, "matter", "other")
        world.paths["other"] = "/".join(matter.getPhysicalPath())
        matters.switch_portal(matter, True)
        _client(world, matter, "elsewhere")
        title = world.word("other folder", "room", "other", "elsewhere")
        folder = folders.create(matter, title, [world.ids["elsewhere"]])
        world.mark(folder, "room", "other", "elsewhere")


def _switch(world, portal):
    """Bring the matters into their states, now that everything is in them."""
    for state, (portal_on, restricted) in MATTERS.items():
        matter = portal.unrestrictedTraverse(world.paths[state].split("/")[2:])
        with _as(world, "handler"):
            matters.switch_portal(matter, portal_on)
            matter.restricted = restricted
            notify(ObjectModifiedEvent(matter))
