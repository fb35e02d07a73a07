"""A reply that came without a log-in: its text goes through the log-in page into the writer's draft."""

from collective.clientportal.domain import access
from collective.clientportal.domain import drafts
from collective.clientportal.domain.errors import PortalError
from hashlib import sha256


# What the log-in page carries along: the text, the UIDs of where it was written, and who wrote it.
FIELDS = ("text", "matter", "thread", "writer")


def writer_mark(thread):
    """Return what tells whether somebody wrote a text of `thread`, and not who that was."""
    return sha256(f"{access.current_user_id()} {thread.getId()}".encode()).hexdigest()


def carried(request):
    """Return the fields of a reply that a request carries, by name; none without a text."""
    found = {name: request.form.get(name, "") for name in FIELDS}
    whole = request.method == "POST" and all(isinstance(v, str) for v in found.values())
    return found if whole and found["text"].strip() else {}


def keep(fields):
    """Keep a text that was carried as the draft of the person who acts; return its thread.

    Return None where it was not theirs, or where they may not write.
    """
    try:
        thread = access.thread_by_uid(access.matter_by_uid(fields["matter"]), fields["thread"])
        if fields["writer"] != writer_mark(thread):
            return None
        drafts.keep(thread, fields["text"])
    except PortalError:
        return None
    return thread
