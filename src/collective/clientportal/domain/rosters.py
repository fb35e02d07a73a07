"""Who is on which roster, and which roles that gives: the one source of access.

A roster is named by `clientportal:<uid>:<kind>`; who is on it is looked up in one register whenever roles are
asked for. Adding a client to a matter of 10,000 documents therefore writes one small set. Clients' rosters
are no groups of Plone, which goes through all groups of a person for each object that it checks. Those of the
teams of restricted matters are, because the catalog knows groups only.
"""

from BTrees.OOBTree import OOTreeSet
from collections.abc import Iterable
from collections.abc import Iterator
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.content.portal_document import PortalDocument
from collective.clientportal.content.portal_folder import PortalFolder
from collective.clientportal.domain.registers import registers
from collective.clientportal.domain.registers import uid_of
from typing import Any


Room = PortalFolder | MessageThread

PREFIX = "clientportal:"
STAFF = "portal-staff"
ADMINISTRATORS = "portal-administrators"

READERS = "readers"
WRITERS = "writers"
TEAM = "team"


def group_id(uid: str, kind: str) -> str:
    """Return the group id of a roster; `kind`: READERS, WRITERS or TEAM."""
    return f"{PREFIX}{uid}:{kind}"


def groups_of(user_id: str) -> tuple[str, ...]:
    """Return the ids of the rosters that a user is on now."""
    return tuple(registers().rosters.get(user_id, ()))


def teams_of(user_id: str) -> tuple[str, ...]:
    """Return those of a user's rosters that are groups: the teams of restricted matters."""
    return tuple(group for group in groups_of(user_id) if group.endswith(f":{TEAM}"))


def is_on(user_id: str, uid: str, kind: str) -> bool:
    """Tell whether a user is on a roster now, without looking at their others."""
    return group_id(uid, kind) in registers().rosters.get(user_id, ())


def matters_of(user_id: str) -> list[str]:
    """Return the UIDs of those matters in whose portal a client takes part now."""
    matters = registers().matters
    uids = (group.split(":")[1] for group in groups_of(user_id) if group.endswith(f":{READERS}"))
    return [uid for uid in uids if uid in matters]


def named_in(user_id: str) -> list[str]:
    """Return the UIDs of all matters that name a client, whether their portals are on or off."""
    return list(registers().taking_part.get(user_id, ()))


def team(matter: Matter) -> list[str]:
    """Return the user ids of a matter's handlers and assistants, each once, handlers first."""
    return list(dict.fromkeys([*(matter.handlers or ()), *(matter.assistants or ())]))


def folders(matter: Matter) -> list[PortalFolder]:
    """Return the portal folders of a matter, by title; no check."""
    found = _children(matter, PortalFolder)
    return sorted(found, key=lambda folder: (folder.title.casefold(), folder.getId()))


def threads(matter: Matter) -> list[MessageThread]:
    """Return the message threads of a matter; no check."""
    return _children(matter, MessageThread)


def documents(folder: PortalFolder) -> list[PortalDocument]:
    """Return the documents of a portal folder, in the order of their ids; no check."""
    return list(folder.objectValues())


def rooms(matter: Matter) -> list[Room]:
    """Return everything in a matter's portal that has readers; no check."""
    return [*_children(matter, PortalFolder), *_children(matter, MessageThread)]


def readers(room: Room) -> list[str]:
    """Return the user ids of the clients who see `room` while the portal is on, by address."""
    participants = room.aq_parent.participants
    chosen = participants.keys() if room.readers is None else room.readers
    return [user_id for user_id in chosen if user_id in participants]


def staff_roles(matter: Matter) -> tuple[str, tuple[str, ...]]:
    """Return (group id, roles): who may know of a matter, its team apart. It is what the catalog keeps."""
    group = group_id(uid_of(matter), TEAM) if matter.restricted else STAFF
    return group, ("Matter Staff Reader",)


def matter_roles(matter: Matter, principal_id: str) -> tuple[str, ...]:
    """Return the roles of a user or group on a matter."""
    group, roles = staff_roles(matter)
    if principal_id == group:
        return roles
    client = ("Matter Client",) if is_on(principal_id, uid_of(matter), READERS) else ()
    return (*client, *team_roles(matter, principal_id))


def team_roles(matter: Matter, user_id: str) -> tuple[str, ...]:
    """Return the roles that a person has on a matter as its handler or assistant."""
    if user_id in (matter.handlers or ()):
        return ("Matter Handler",)
    if user_id in (matter.assistants or ()):
        return ("Matter Assistant",)
    return ()


def roster_of(room: Room) -> str:
    """Return the UID that names the roster of `room`: its own, or that of all clients of the matter."""
    return uid_of(room.aq_inner.aq_parent if room.readers is None else room)


def room_roles(room: Room, user_id: str) -> tuple[str, ...]:
    """Return the roles of a client on a portal folder or thread."""
    uid = roster_of(room)
    kinds = ((READERS, "Client Reader"), (WRITERS, "Client Writer"))
    return tuple(role for kind, role in kinds if is_on(user_id, uid, kind))


def refresh(matter: Matter, user_ids: Iterable[str]) -> None:
    """Bring the register of rosters up to date for these people in this matter."""
    uid = uid_of(matter)
    by_folder = {uid_of(folder): folder.readers or () for folder in rooms(matter)}
    scope = tuple(f"{PREFIX}{roster}:" for roster in (uid, *by_folder))
    for user_id in user_ids:
        _name(user_id, uid, user_id in matter.participants)
        wanted = set(_wanted(matter, uid, by_folder, user_id))
        rosters = registers().rosters
        current = set(rosters.get(user_id, ()))
        for group in current - wanted:
            if group.startswith(scope):
                rosters[user_id].remove(group)
        for group in wanted - current:
            if user_id not in rosters:
                rosters[user_id] = OOTreeSet()
            rosters[user_id].insert(group)


def forget(matter: Matter) -> None:
    """Take everybody off the rosters of a matter that is going to be deleted."""
    uids = [uid_of(obj) for obj in (matter, *rooms(matter))]
    gone = {group_id(uid, kind) for uid in uids for kind in (READERS, WRITERS, TEAM)}
    rosters = registers().rosters
    for user_id in matter.participants:
        _name(user_id, uid_of(matter), False)
    for user_id in {*matter.participants, *team(matter)}:
        for group in gone.intersection(rosters.get(user_id, ())):
            rosters[user_id].remove(group)


def _name(user_id: str, uid: str, takes_part: bool) -> None:
    known = registers().taking_part
    if takes_part:
        if user_id not in known:
            known[user_id] = OOTreeSet()
        known[user_id].insert(uid)
    elif uid in known.get(user_id, ()):
        known[user_id].remove(uid)


def _wanted(
    matter: Matter, uid: str, by_folder: dict[str, tuple[str, ...]], user_id: str
) -> Iterator[str]:
    if matter.restricted and user_id in team(matter):
        yield group_id(uid, TEAM)
    participant = matter.participants.get(user_id)
    if participant is None or not matter.portal_enabled or _is_deactivated(user_id):
        return
    kinds = (READERS, WRITERS) if participant.may_write else (READERS,)
    for kind in kinds:
        yield group_id(uid, kind)
        for roster, members in by_folder.items():
            if user_id in members:
                yield group_id(roster, kind)


def _is_deactivated(user_id: str) -> bool:
    person = registers().people.get(user_id)
    return person is not None and person.deactivated is not None


def _children(matter: Matter, kind: type[Any]) -> list[Any]:
    return [matter[key] for key in matter.objectIds(kind.meta_type, ordered=False)]
