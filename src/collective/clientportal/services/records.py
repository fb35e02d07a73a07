"""How things look in JSON: each field is named here, none comes along by itself."""

from collective.clientportal.domain import accounts
from collective.clientportal.domain import dead_letters
from collective.clientportal.domain import documents
from collective.clientportal.domain import inbox
from collective.clientportal.domain import outbox
from collective.clientportal.domain import reading
from collective.clientportal.domain.registers import uid_of
from plone import api
from zope.globalrequest import getRequest
from zope.i18n import translate


def matter(obj):
    """Return what identifies a matter."""
    return {
        "@id": obj.absolute_url(),
        "UID": api.content.get_uuid(obj),
        "reference": obj.reference,
        "title": obj.title,
    }


def folder(obj):
    """Return what identifies a portal folder."""
    return {"@id": obj.absolute_url(), "UID": api.content.get_uuid(obj), "title": obj.title}


def document(obj):
    """Return what a reader needs of a portal document; size in bytes."""
    record = documents.record(obj)
    return {
        "@id": obj.absolute_url(),
        "UID": record.uid,
        "title": obj.title,
        "filename": record.filename,
        "size": record.size,
        "sha256": record.sha256,
        "since": time(obj.since),
    }


def participant(info):
    """Return a participant as staff see them."""
    return {
        "id": info.id,
        "email": info.email,
        "fullname": info.fullname,
        "party": info.party,
        "may_write": info.may_write,
        "state": info.state,
    }


def share(row):
    """Return one row of a matter's shares."""
    item = str(row.document.message) if row.with_message else row.document.release
    return {
        "id": row.id,
        "source": row.source,
        "document": row.id,
        "folder": api.content.get_uuid(row.folder),
        "recipients": list(row.recipients),
        "released": time(row.released),
        "released_by": row.released_by,
        "state": row.state,
        "filename": row.document.file.filename,
        "with_message": row.with_message,
        "undelivered": undelivered(row.folder, item),
    }


def time(moment):
    """Return a UTC datetime as ISO 8601 to the second; None stays None."""
    return moment and moment.isoformat(timespec="seconds")


def message(thread, obj):
    """Return a message as the person who asks may see it: of other recipients clients see nothing."""
    return {
        "@id": f"{thread.absolute_url()}#{obj.id}",
        "id": obj.id,
        "thread": api.content.get_uuid(thread),
        "author": accounts.name(obj.author),
        "time": time(obj.time),
        "text": obj.text,
        "expects": obj.expects or None,
        "recipients": [
            {
                "id": user_id,
                "state": str(row.status),
                "first_opened": time(row.first_opened),
                "settled": time(row.settled),
            }
            for user_id, row in reading.recipient_rows(thread, obj)
        ],
        "files": [attachment(thread, uid) for uid in obj.files],
        "internal": obj.internal,
        "recalled": time(reading.recalled_at(thread, obj)),
        "undelivered": undelivered(thread, obj.id),
    }


def undelivered(room, item):
    """Return the mails about a message or release that failed; clients get none."""
    return [
        {"id": entry.id, "recipient": entry.recipient, "reason": entry.last_error}
        for entry in dead_letters.about(room, item)
    ]


def attachment(thread, uid):
    """Return a file of a message; size in bytes."""
    file = thread.attachments[uid].file
    return {
        "@id": f"{thread.absolute_url()}/@@attachment/{uid}",
        "UID": uid,
        "filename": file.filename,
        "size": file.getSize(),
        "sha256": documents.digest(file),
    }


def mail(entry):
    """Return what became of a mail."""
    return {
        "id": entry.id,
        "event": entry.event,
        "recipient": entry.recipient,
        "state": entry.state,
        "tries": entry.tries,
        "last_error": entry.last_error,
        "created": time(entry.created),
        "next_try": time(outbox.next_try(entry)),
        "sent": time(entry.sent),
    }


def point(finding):
    """Return what a check of the health page found."""
    return {
        "name": finding.name,
        "ok": finding.ok,
        "problem": translate(finding.problem, context=getRequest()),
    }


def inbox_item(item):
    """Return what is awaited of the person who asks."""
    matter = item.thread.aq_parent
    return {
        "@id": item.thread.absolute_url(),
        "UID": uid_of(item.thread),
        "matter": matter.absolute_url(),
        "reference": matter.reference,
        "title": item.thread.title,
        "expects": item.message.expects,
        "hint": translate(inbox.hint(item.row), context=getRequest()),
        "since": time(item.row.since),
        "excerpt": item.message.text[:200],
    }


def matter_row(row):
    """Return a matter as the list shows it."""
    return {
        **matter(row.matter),
        "handlers": list(row.matter.handlers or ()),
        "status": str(row.status),
        "acknowledged_on": time(row.acknowledged_on),
        "resubmission": row.matter.resubmission and row.matter.resubmission.isoformat(),
        "unread": row.unseen,
    }
