"""What the records of `records.py` look like, as JSON Schema: the answers of the OpenAPI document."""

from collective.clientportal.domain.status import Expects
from collective.clientportal.domain.status import Status


TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
COUNT = {"type": "integer", "minimum": 0}
ADDRESS = {"type": "string", "format": "uri"}
TIME = {"type": "string", "format": "date-time"}
DATE = {"type": "string", "format": "date"}
HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
TEXTS = {"type": "array", "items": TEXT}
STATUS = {"type": "string", "enum": [str(status) for status in Status]}
EXPECTS = {"type": "string", "enum": [str(expects) for expects in Expects]}


def record(properties):
    """Return the schema of an object that has all of these properties."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def several(schema):
    """Return the schema of a list."""
    return {"type": "array", "items": schema}


def items(schema, **more):
    """Return the schema of {"items": [...]}, with `more` beside them."""
    return record({"items": several(schema), **more})


def nullable(schema):
    """Return the schema of something that can be missing."""
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(*values):
    """Return the schema of one of several texts."""
    return {"type": "string", "enum": list(values)}


_MATTER = {"@id": ADDRESS, "UID": TEXT, "reference": TEXT, "title": TEXT}
_FOLDER = {"@id": ADDRESS, "UID": TEXT, "title": TEXT}
_FILE = {"filename": TEXT, "size": COUNT, "sha256": HASH}

_UNDELIVERED = several(record({"id": TEXT, "recipient": TEXT, "reason": TEXT}))

ERROR = record({"type": TEXT, "message": TEXT})

MATTER_WITH_SWITCH = record({**_MATTER, "enabled": FLAG})
MATTER_ROW = record(
    {
        **_MATTER,
        "handlers": TEXTS,
        "status": STATUS,
        "acknowledged_on": nullable(TIME),
        "resubmission": nullable(DATE),
        "unread": COUNT,
    }
)
ROOM = record(
    {
        **_FOLDER,
        "@type": one_of("PortalFolder", "MessageThread"),
        "readers": nullable(TEXTS),
    }
)
# What Plone's own service answers for an internal document.
CONTENT = record({"@id": ADDRESS, "@type": one_of("File", "Image"), "UID": TEXT})
DOCUMENT = record({"@id": ADDRESS, "UID": TEXT, "title": TEXT, **_FILE, "since": TIME})
UPLOAD = record({"@id": ADDRESS, "id": TEXT, "length": COUNT, "offset": COUNT})
PORTAL = record(
    {
        "matters": several(
            record(
                {
                    **_MATTER,
                    "folders": several(
                        record({**_FOLDER, "may_upload": FLAG, "documents": several(DOCUMENT)})
                    ),
                }
            )
        )
    }
)
PARTICIPANT = record(
    {
        "id": TEXT,
        "email": TEXT,
        "fullname": TEXT,
        "party": TEXT,
        "may_write": FLAG,
        "state": one_of("invited", "active"),
    }
)
RELEASE = record({"id": TEXT, "items": several(DOCUMENT)})
SHARE = record(
    {
        "id": TEXT,
        "source": TEXT,
        "document": TEXT,
        "folder": TEXT,
        "recipients": TEXTS,
        "released": TIME,
        "released_by": TEXT,
        "state": one_of("released", "ended", "received"),
        "filename": TEXT,
        "with_message": FLAG,
        "undelivered": _UNDELIVERED,
    }
)
JOURNAL_ENTRY = record(
    {
        "sequence": {"type": "integer", "minimum": 1},
        "time": TIME,
        "actor": TEXT,
        "event": TEXT,
        "subject": TEXT,
        "recipients": TEXTS,
        "files": several(record({"uid": TEXT, **_FILE})),
        "details": {"type": "object"},
        "hash": HASH,
        "previous": HASH,
        "sealed": FLAG,
    }
)
MESSAGE = record(
    {
        "@id": ADDRESS,
        "id": TEXT,
        "thread": TEXT,
        "author": TEXT,
        "time": TIME,
        "text": TEXT,
        "expects": nullable(EXPECTS),
        "recipients": several(
            record(
                {
                    "id": TEXT,
                    "state": STATUS,
                    "first_opened": nullable(TIME),
                    "settled": nullable(TIME),
                }
            )
        ),
        "files": several(record({"@id": ADDRESS, "UID": TEXT, **_FILE})),
        "internal": FLAG,
        "recalled": nullable(TIME),
        "undelivered": _UNDELIVERED,
    }
)
INBOX = record(
    {
        "unread": COUNT,
        "items": several(
            record(
                {
                    "@id": ADDRESS,
                    "UID": TEXT,
                    "matter": ADDRESS,
                    "reference": TEXT,
                    "title": TEXT,
                    "expects": EXPECTS,
                    "hint": TEXT,
                    "since": TIME,
                    "excerpt": TEXT,
                }
            )
        ),
    }
)
SUGGESTION = record({"id": TEXT, "email": TEXT, "fullname": TEXT, "party": TEXT, "in_matter": FLAG})
TEXT_BLOCK = record({"id": TEXT, "title": TEXT, "category": TEXT, "text": TEXT})
OUTBOX_ENTRY = record(
    {
        "id": TEXT,
        "event": TEXT,
        "recipient": TEXT,
        "state": one_of("waiting", "sending", "sent", "cancelled", "failed"),
        "tries": COUNT,
        "last_error": TEXT,
        "created": TIME,
        "next_try": nullable(TIME),
        "sent": nullable(TIME),
    }
)

HEALTH = record({"ok": FLAG})
HEALTH_IN_FIGURES = record(
    {
        "ok": FLAG,
        "points": several(record({"name": TEXT, "ok": FLAG, "problem": TEXT})),
        "figures": record(
            {
                "waiting": COUNT,
                "failed": COUNT,
                "overdue": COUNT,
                "unsealed": COUNT,
                "disk_free": COUNT,
                "scanner": nullable(FLAG),
            }
        ),
    }
)
