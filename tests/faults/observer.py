"""Everything that a database holds of a portal, as plain values: read past all permissions."""

from collective.clientportal.content.matter import Matter
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.content.portal_folder import PortalFolder
from collective.clientportal.domain import documents
from collective.clientportal.domain import journal
from collective.clientportal.domain import registers


def everything(site):
    """Return what `ledger.Ledger.compare` wants to know.

    A file is [name, size, SHA-256 that was noted when it came in, path of its bytes].
    """
    found = {"messages": [], "documents": [], "internal": [], "journal": [], "broken": []}
    for matter in site["matters"].objectValues():
        if isinstance(matter, Matter):
            _matter(matter, found)
    found["outbox"] = [
        {
            "id": entry.id,
            "event": entry.event,
            "recipient": entry.recipient,
            "target": entry.target,
            "item": entry.item,
            "state": entry.state,
            "tries": entry.tries,
            "why": str(entry.last_error),
        }
        for entry in registers.registers().outbox.values()
    ]
    found["unsealed"] = len(registers.registers().unsealed.keys(1))
    return found


def _matter(matter, found):
    for obj in matter.objectValues():
        if isinstance(obj, MessageThread):
            found["messages"] += [_message(obj, message) for message in obj.messages.values()]
        elif isinstance(obj, PortalFolder):
            found["documents"] += [_document(obj, document) for document in obj.objectValues()]
        elif documents.file_of(obj) is not None:
            file = _file(documents.file_of(obj))
            found["internal"].append({"uid": obj.UID(), "title": obj.title, "file": file})
    try:
        journal.verify(matter)
    except journal.BrokenChain as problem:
        found["broken"].append(str(problem))
    for entry in journal.entries(matter):
        found["journal"].append(
            {
                "event": entry.event,
                "actor": entry.actor,
                "message": entry.details.get("message", ""),
                "files": [file["uid"] for file in entry.files],
            }
        )


def _message(thread, message):
    return {
        "thread": thread.getId(),
        "id": message.id,
        "text": message.text,
        "files": [_file(thread.attachments[uid].file) for uid in message.files],
    }


def _document(folder, document):
    return {
        "folder": folder.getId(),
        "id": document.getId(),
        "title": document.title,
        "release": document.release,
        "file": _file(document.file),
    }


def _file(file):
    return [file.filename, file.getSize(), documents.digest(file), file._blob.committed()]
