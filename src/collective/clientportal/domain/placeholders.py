"""Placeholders, ${name}, in texts that people write."""

import re
from collections.abc import Collection
from collective.clientportal import _
from string import Template
from zope.i18nmessageid import Message


BRACED = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
# A brace after a dollar sign that begins no name; a dollar sign alone is money.
BROKEN = re.compile(r"\$\{(?![A-Za-z_][A-Za-z0-9_]*\})")


def used(text: str, known: Collection[str]) -> list[str]:
    """Return the names of the placeholders in `text`: any in braces, and those `known` without."""
    braced = BRACED.findall(text)
    return [name for name in Template(text).get_identifiers() if name in known or name in braced]


def problem(text: str, known: Collection[str]) -> Message | None:
    """Return what is wrong with the placeholders of `text`, or None; `known`: the names there are."""
    unknown = set(Template(text).get_identifiers()) - set(known)
    if BROKEN.search(text):
        unknown.add("${")
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
