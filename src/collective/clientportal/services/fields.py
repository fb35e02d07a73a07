"""What a service takes: described once, for reading it, for the reference and for the OpenAPI document.

A field's `schema` is JSON Schema, as far as `fits` knows it.
"""

import re
from collective.clientportal import _
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.registers import first_id
from collective.clientportal.subscribers.intake import is_whole
from collective.clientportal.subscribers.intake import wrong_field
from dataclasses import dataclass
from datetime import datetime
from typing import Any


TYPES = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict}

# Whoever sends one of these means to say who wrote something, when, under which id, or in which state.
MADE_BY_THE_SERVER = {
    "@id",
    "UID",
    "author",
    "created",
    "creation_date",
    "creator",
    "creators",
    "date",
    "effective",
    "effective_date",
    "id",
    "modification_date",
    "modified",
    "portal_type",
    "review_state",
    "status",
    "time",
    "uid",
}


@dataclass(frozen=True)
class Field:
    """One field of a body, of the query, or one header. `meaning`: a line for the reference.

    `default` is what a field that was left out, or is null, reads as.
    """

    name: str
    schema: dict[str, Any]
    meaning: str
    required: bool = False
    default: Any = None

    def read(self, values):
        """Return the value of this field of `values`; raises Refused."""
        value = values.get(self.name)
        if value is None:
            if self.required:
                raise missing(self.name)
            return self.default
        if not fits(value, self.schema):
            raise Refused(wrong_field(self.name))
        return value


@dataclass(frozen=True)
class Body:
    """The fields of a body. `more`: whether there can be others, which Plone reads."""

    title: str
    fields: tuple[Field, ...] = ()
    more: bool = False

    def read(self, data):
        """Return the values of all fields by name. Raises Refused."""
        return read(self.fields, data, self.more)


def read(fields, values, more=False):
    """Return the values of all fields by name; `more`: whether others are let through. Raises Refused."""
    check_made_here(values, {field.name for field in fields})
    if not more:
        for name in values.keys() - {field.name for field in fields}:
            raise Refused(
                _(
                    "error_unknown_field",
                    default="There is no field “${field}” here.",
                    mapping={"field": name.encode(errors="replace").decode()[:100]},
                )
            )
    return {field.name: field.read(values) for field in fields}


def check_made_here(values, known=()):
    """Refuse what only the server says: authors, times, ids, states. Raises Refused."""
    for name in sorted(MADE_BY_THE_SERVER & values.keys() - {*known}):
        raise Refused(
            _(
                "error_made_by_the_server",
                default="“${field}” is made by the server: leave it out.",
                mapping={"field": name},
            )
        )


def missing(name):
    """Return why a body without a field is refused."""
    return Refused(
        _("error_missing", default="The field “${field}” is missing.", mapping={"field": name})
    )


def fits(value, schema):
    """Tell whether a value is what a schema says."""
    kind = TYPES[schema["type"]]
    if type(value) is not kind or value not in schema.get("enum", [value]):
        return False
    if kind is str:
        most, pattern = schema.get("maxLength", len(value)), schema.get("pattern")
        return schema.get("minLength", 0) <= len(value) <= most and (
            pattern is None or re.fullmatch(pattern, value) is not None
        )
    if kind is int:
        return schema["minimum"] <= value <= schema["maximum"]
    if kind is list:
        return all(fits(item, schema["items"]) for item in value)
    if kind is dict:
        known = schema["properties"]
        return {*schema["required"]} <= value.keys() <= known.keys() and all(
            fits(item, known[name]) for name, item in value.items()
        )
    return True


def number_in_query(text):
    """Return a text of the query as a whole number where it is one, else as it is."""
    return int(text) if isinstance(text, str) and is_whole(text) else text


def moment(values, name, default):
    """Return the first time id of a time that was asked for, or `default`. Raises Refused."""
    if values[name] is None:
        return default
    try:
        return first_id(datetime.fromisoformat(values[name]))
    except (ValueError, OverflowError) as error:
        raise Refused(wrong_field(name)) from error


def text(most, **more):
    """Return the schema of a text of at most `most` characters."""
    return {"type": "string", "maxLength": most, **more}


def choice(values):
    """Return the schema of one of several texts."""
    return {"type": "string", "enum": [str(value) for value in values]}


def whole(least, most):
    """Return the schema of a whole number."""
    return {"type": "integer", "minimum": least, "maximum": most}


def several(schema):
    """Return the schema of a list."""
    return {"type": "array", "items": schema}


FLAG = {"type": "boolean"}
UID = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
MESSAGE_ID = {"type": "string", "pattern": "^[0-9]{1,19}$"}
# With the zone: 2026-11-19T09:02:00+01:00
TIME = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$",
}
BYTES = {"type": "string", "pattern": "^[0-9]{1,15}$"}  # a whole number in a header
PERSON = text(320)  # a user id or an e-mail address
FILE = {
    "type": "object",
    "properties": {
        "filename": text(1000, minLength=1),
        "content-type": text(200),
        "encoding": choice(["base64"]),
        "data": {"type": "string", "format": "byte"},
    },
    "required": ["filename", "data"],
    "additionalProperties": False,
}
