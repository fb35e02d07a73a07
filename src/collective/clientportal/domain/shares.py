"""What lies or lay in a matter's portal, as staff see it: in folders, and sent with messages (A13, A24)."""

from collections.abc import Iterator
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.message_thread import Attachment
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.content.portal_document import PortalDocument
from collective.clientportal.content.portal_folder import PortalFolder
from collective.clientportal.domain import access
from collective.clientportal.domain import rosters
from collective.clientportal.domain import states
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Share:
    """One document in the portal, as staff see it: in a folder, or sent with a message in a thread.

    `state`: "released", "ended" or "received"; `recipients`: user ids of those who can see it now;
    times in UTC.
    """

    id: str
    source: str
    document: PortalDocument | Attachment
    folder: PortalFolder | MessageThread
    recipients: tuple[str, ...]
    released: datetime
    released_by: str
    state: str
    ended: datetime | None = None
    ended_by: str = ""

    @property
    def with_message(self) -> bool:
        """Tell whether it was sent with a message (A26)."""
        return isinstance(self.document, Attachment)


def listing(matter: Matter) -> list[Share]:
    """Return everything that lies or lay in the portal of `matter`, newest first; for its team."""
    access.require(access.VIEW_JOURNAL, matter)
    found = [_share(folder, document) for folder, document in contents(matter)]
    found += [sent(thread, file) for thread, file in sent_files(matter)]
    return sorted(found, key=lambda share: share.released, reverse=True)


def markers(matter: Matter, source: str) -> list[Share]:
    """Return where an internal document, given by UID, is shared now (A13)."""
    found = []
    for room_id, item_id in matter.sources.get(source, ()):
        room = matter[room_id]
        if isinstance(room.aq_base, MessageThread):
            share = sent(room, room.attachments[item_id])
            if share.state != states.ENDED:
                found.append(share)
        elif states.of(room[item_id]) == states.RELEASED:
            found.append(_share(room, room[item_id]))
    return found


def is_shared(folder: PortalFolder, release_id: str) -> bool:
    """Tell whether anything of a release ("": anything at all) is still shared in `folder`."""
    return any(
        release_id in ("", document.release) and states.of(document) == states.RELEASED
        for document in rosters.documents(folder)
    )


def contents(matter: Matter) -> Iterator[tuple[PortalFolder, PortalDocument]]:
    """Yield every document of the portal folders of `matter`, with its folder; no check."""
    for folder in rosters.folders(matter):
        for document in rosters.documents(folder):
            yield folder, document


def sent_files(matter: Matter) -> Iterator[tuple[MessageThread, Attachment]]:
    """Yield every file of the threads of `matter` that clients see or saw, with its thread; no check."""
    for thread in rosters.threads(matter):
        for file in thread.attachments.values():
            if not file.internal:
                yield thread, file


def sent(thread: MessageThread, file: Attachment) -> Share:
    """Return a file of a thread as a share; it was received where a client sent it, ended by a recall."""
    state = states.RELEASED if thread.messages[file.message].expects else states.RECEIVED
    recall = thread.recalled.get(file.message)
    if recall is not None:
        state = states.ENDED
    return Share(
        id=file.uid,
        source=file.source,
        document=file,
        folder=thread,
        recipients=() if state == states.ENDED else tuple(rosters.readers(thread)),
        released=file.since,
        released_by=file.by,
        state=state,
        ended=recall and recall.time,
        ended_by=recall.by if recall is not None else "",
    )


def _share(folder: PortalFolder, document: PortalDocument) -> Share:
    state = states.of(document)
    recipients = () if state == states.ENDED else tuple(rosters.readers(folder))
    return Share(
        id=document.getId(),
        source=document.source,
        document=document,
        folder=folder,
        recipients=recipients,
        released=document.since,
        released_by=document.by,
        state=state,
        ended=document.ended,
        ended_by=document.ended_by,
    )
