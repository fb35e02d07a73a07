"""Dead letters: mails that were refused or given up, where what they tell of stands."""

from collective.clientportal import _
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.content.portal_folder import PortalFolder
from collective.clientportal.content.registers import OutboxEntry
from collective.clientportal.domain import access
from collective.clientportal.domain import outbox
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.registers import uid_of
from collective.clientportal.events import NoticeResent
from plone import api
from zope.event import notify


def about(room: MessageThread | PortalFolder, item: str) -> list[OutboxEntry]:
    """Return the dead letters about one message or release (id), for those who may know of them."""
    return [entry for entry in outbox.told(room, item) if _is_dead(entry)] if _may_see(room) else []


def of(room: MessageThread | PortalFolder) -> list[OutboxEntry]:
    """Return all dead letters of a thread or folder, for those who may know of them."""
    return outbox.failed(room) if _may_see(room) else []


def resend(matter: Matter, entry_id: str) -> OutboxEntry:
    """Have a dead letter of `matter` tried again, for those who may share from it; return it.

    Raises as `access.require_share`, and NotThere where there is no such dead letter.
    """
    access.require_share(matter)
    entry = outbox.get(entry_id)
    room = None if entry is None else matter.get(entry.target)
    if entry is None or room is None or entry not in about(room, entry.item):
        raise NotThere(_("error_no_dead_letter", default="There is no such mail that failed."))
    outbox.restart(entry)
    kind = "thread" if isinstance(room.aq_base, MessageThread) else "folder"
    notify(
        NoticeResent(
            matter,
            access.current_user_id(),
            api.content.get_uuid(room),
            (entry.recipient,),
            details={kind: room.title, "notice": entry.event},
        )
    )
    return entry


def look_again(matter: Matter, user_id: str) -> None:
    """Have a person's dead letters about a matter tried again, after something about the person changed.

    They go out, or are cancelled with the reason why they are not due any more. No check, no event.
    """
    for entry in outbox.failed_for(user_id, uid_of(matter)):
        outbox.restart(entry)


def _may_see(room: MessageThread | PortalFolder) -> bool:
    return access.can_see(room) and access.has(access.VIEW_JOURNAL, access.matter_of(room))


def _is_dead(entry: OutboxEntry) -> bool:
    return entry.state == outbox.FAILED
