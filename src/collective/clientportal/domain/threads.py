"""Message threads: making one, who takes part."""

from collections.abc import Collection
from collections.abc import Sequence
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.domain import access
from collective.clientportal.domain import folders
from collective.clientportal.domain import rosters
from collective.clientportal.events import ThreadCreated
from plone import api
from plone.dexterity.utils import createContentInContainer
from zope.event import notify


def create(matter: Matter, title: str, readers: Sequence[str] | None = None) -> MessageThread:
    """Make a thread in `matter`; arguments and errors as `folders.create`."""
    access.require_share(matter)
    title = folders.checked_title(title)
    chosen = folders.checked_readers(matter, readers)
    thread = createContentInContainer(
        matter, "MessageThread", checkConstraints=False, title=title, readers=chosen
    )
    if chosen is not None:
        rosters.refresh(matter, chosen)
    notify(
        ThreadCreated(
            matter,
            access.current_user_id(),
            api.content.get_uuid(thread),
            tuple(rosters.readers(thread)),
            details={"title": thread.title, "for_all": thread.readers is None},
        )
    )
    return thread


def fitting(matter: Matter, user_ids: Collection[str]) -> MessageThread | None:
    """Return the thread with the latest message of which exactly these clients are the readers, or None."""
    wanted = {*user_ids}
    found = (thread for thread in access.threads(matter) if {*rosters.readers(thread)} == wanted)
    return next(found, None) if wanted else None
