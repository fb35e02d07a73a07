"""Placeholders, ${name}, in texts that people write."""

from collections.abc import Collection
from collective.clientportal import _
from string import Template
from zope.i18nmessageid import Message


def problem(text: str, known: Collection[str]) -> Message | None:
    """Return what is wrong with the placeholders of `text`, or None; `known`: the names there are."""
    template = Template(text)
    unknown = set(template.get_identifiers()) - set(known) if template.is_valid() else {"$"}
    if not unknown:
        return None
    return _(
        "error_bad_placeholder",
        default="There is no such placeholder: ${names}. These are: ${known}.",
        mapping={
            "names": ", ".join(sorted(unknown)),
            "known": ", ".join(f"${{{name}}}" for name in known),
        },
    )
