"""Portal folders: making one, saying who sees it."""

from collections.abc import Collection
from collections.abc import Sequence
from collective.clientportal import _
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.portal_folder import PortalFolder
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import documents
from collective.clientportal.domain import rosters
from collective.clientportal.domain import states
from collective.clientportal.domain import texts
from collective.clientportal.domain.errors import Refused
from collective.clientportal.events import FolderChanged
from collective.clientportal.events import FolderCreated
from collective.clientportal.events import FolderOpened
from plone import api
from plone.dexterity.utils import createContentInContainer
from zope.event import notify


class NoTitle(Refused):
    """A folder needs a title."""


class NoReader(Refused):
    """A folder for nobody is none: either for all clients, or for at least one."""


class UnknownReader(Refused):
    """One of the readers takes no part in this matter."""


class OtherReaders(Refused):
    """A folder is seen by others than those who were chosen."""


def create(matter: Matter, title: str, readers: Sequence[str] | None = None) -> PortalFolder:
    """Make a portal folder in `matter`.

    `readers`: user ids of those clients who see it; None: all clients of the matter, later ones
    included. Raises NoTitle, NoReader, UnknownReader.
    """
    access.require(access.MANAGE_PARTICIPANTS, matter)
    chosen = checked_readers(matter, readers)
    title = checked_title(title)
    folder = createContentInContainer(
        matter, "PortalFolder", checkConstraints=False, title=title, readers=chosen
    )
    if chosen is not None:
        rosters.refresh(matter, chosen)
    _tell(FolderCreated, matter, folder)
    return folder


def change(folder: PortalFolder, title: str, readers: Sequence[str] | None = None) -> PortalFolder:
    """Give a portal folder another title and other readers; arguments and errors as `create`."""
    matter = folder.aq_parent
    access.require(access.MANAGE_PARTICIPANTS, matter)
    title = checked_title(title)
    chosen = checked_readers(matter, readers)
    named, saw = {*(folder.readers or ())}, rosters.readers(folder)
    folder.title = title
    folder.readers = chosen
    rosters.refresh(matter, named | {*(chosen or ())})
    _tell(FolderChanged, matter, folder)
    added = tuple(user_id for user_id in rosters.readers(folder) if user_id not in saw)
    shown = [
        document for document in rosters.documents(folder) if states.of(document) != states.ENDED
    ]
    if added and shown:
        # That is sharing, whatever it is called (A2, A3).
        access.require_share(matter)
        notify(
            FolderOpened(
                matter,
                access.current_user_id(),
                api.content.get_uuid(folder),
                added,
                tuple(documents.record(document) for document in shown),
                {"folder": folder.title},
            )
        )
    return folder


def check_readers(folder: PortalFolder, chosen: Collection[str]) -> None:
    """Raise NoReader or OtherReaders where not exactly the chosen clients (user ids) see `folder`.

    It keeps documents from the wrong person: whom they are for is said twice.
    """
    readers = rosters.readers(folder)
    if readers and not chosen:
        raise NoReader(_("error_no_reader", default="Please choose at least one client."))
    others = [accounts.name(reader) for reader in readers if reader not in chosen]
    if others:
        raise OtherReaders(
            _(
                "error_others_see",
                default="The folder “${folder}” is seen by somebody whom you did not choose: "
                "${people}. Nothing was released.",
                mapping={"folder": folder.title, "people": ", ".join(others)},
            )
        )
    missing = [accounts.name(user_id) for user_id in chosen if user_id not in readers]
    if missing:
        raise OtherReaders(
            _(
                "error_not_seen",
                default="The folder “${folder}” is not seen by: ${people}. Nothing was released.",
                mapping={"folder": folder.title, "people": ", ".join(missing)},
            )
        )


def checked_title(title: str) -> str:
    """Return a title as one line of at most 200 characters; raises NoTitle."""
    title = texts.line(title, 200)
    if not title:
        raise NoTitle(_("error_no_title", default="Please give a title."))
    return title


def checked_readers(matter: Matter, readers: Sequence[str] | None) -> tuple[str, ...] | None:
    """Return `readers` each once, None for all; raises NoReader, UnknownReader."""
    if readers is None:
        return None
    if not readers:
        raise NoReader(_("error_no_reader", default="Please choose at least one client."))
    if any(reader not in matter.participants for reader in readers):
        raise UnknownReader(
            _("error_unknown_reader", default="One of the readers takes no part in this matter.")
        )
    return tuple(dict.fromkeys(readers))


def _tell(event: type[FolderCreated | FolderChanged], matter: Matter, folder: PortalFolder) -> None:
    notify(
        event(
            matter,
            access.current_user_id(),
            api.content.get_uuid(folder),
            tuple(rosters.readers(folder)),
            details={"title": folder.title, "for_all": folder.readers is None},
        )
    )
