"""Why the domain refuses: every refusal is one of three errors that carry a reason in words."""

from collections.abc import Sequence
from zExceptions import BadRequest
from zExceptions import Forbidden
from zExceptions import NotFound
from zope.i18n import interpolate
from zope.i18n import translate
from zope.i18nmessageid import Message


class PortalError(Exception):
    """A refusal; `reason` is a translatable message for the person who asked."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return str(interpolate(self.reason.default or str(self.reason), self.reason.mapping))

    def in_language(self, language: str) -> str:
        """Return the reason in `language` ("de", "en")."""
        return str(translate(self.reason, target_language=language))


class Refused(PortalError, BadRequest):
    """What was asked for cannot be done as it was asked."""


class Several(Refused):
    """More than one reason at once; `errors`: each of them."""

    def __init__(self, errors: Sequence[Refused]) -> None:
        # No message of its own: those in it are translated each for itself.
        reasons = {f"reason{number}": error.reason for number, error in enumerate(errors)}
        words = " ".join(f"${{{name}}}" for name in reasons)
        super().__init__(Message(words, errors[0].reason.domain, words, reasons))
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return " ".join(map(str, self.errors))


class NotPermitted(PortalError, Forbidden):
    """This person may know the thing, but not do this to it."""


class NotThere(PortalError, NotFound):
    """There is no such thing, or none that this person may know of."""


def raise_all(errors: Sequence[Refused]) -> None:
    """Raise the only one of several errors, or one that tells all of them; nothing where there are none."""
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)
