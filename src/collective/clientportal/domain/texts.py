"""Texts that people type, on their way in."""

import re
from collective.clientportal import _
from collective.clientportal.domain.errors import Refused


MOST_CHARACTERS = 100_000  # of a message, and of a draft of one
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tabs and ends of lines


class TooLong(Refused):
    """The text is longer than a message may be."""


def check_length(text: str) -> None:
    """Raise TooLong where a text is longer than a message may be."""
    if len(text) > MOST_CHARACTERS:
        raise TooLong(
            _(
                "error_too_long",
                default="A message can have at most ${most} characters.",
                mapping={"most": MOST_CHARACTERS},
            )
        )


def clean(text: str) -> str:
    """Return `text` with `\\n` at the ends of its lines, without what is no character.

    That is control characters, and halves of surrogate pairs, which no encoding takes.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-8", "replace").decode("utf-8")
    return CONTROLS.sub("", text)


def plain(text: str) -> str:
    """Return `text` as `clean` does, without white space around it."""
    return clean(text).strip()


def line(text: str, most: int) -> str:
    """Return `text` as one line of at most `most` characters."""
    return " ".join(plain(text).split())[:most]
