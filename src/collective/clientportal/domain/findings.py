"""What a look at the portal found: one finding a point, each with the mend in words."""

import logging
from collections.abc import Callable
from collections.abc import Iterable
from collective.clientportal import _
from dataclasses import dataclass
from zope.i18nmessageid import Message


logger = logging.getLogger("collective.clientportal.health")


@dataclass(frozen=True)
class Finding:
    """What a check found. `problem` says in words what is wrong ("" where nothing is), `mend` what to do.

    `closes`: hardening.apply_again mends it.
    """

    name: str
    title: Message
    problem: Message | str = ""
    mend: Message | str = ""
    closes: bool = False

    @property
    def ok(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.problem


# A function without arguments that looks at one point. It reads and writes nothing.
Check = Callable[[], Finding]


def look(checks: Iterable[Check]) -> list[Finding]:
    """Return what every check finds, what is wrong first."""
    return sorted((_run(check) for check in checks), key=lambda finding: finding.ok)


def _run(check: Check) -> Finding:
    try:
        return check()
    except Exception as error:
        # What cannot be looked at is not in order, and the other checks are still wanted.
        logger.exception("A check stumbled.")
        name = getattr(check, "__name__", "check").strip("_")
        return Finding(
            name,
            _("health_broken", default="A check broke off: ${name}", mapping={"name": name}),
            f"{type(error).__name__}: {error}",
            _("health_broken_mend", default="The server's log says where. Ask whoever set it up."),
        )
