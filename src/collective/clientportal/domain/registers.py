"""Where the site-wide registers are kept."""

import secrets
import time
from collective.clientportal.content.registers import Registers
from datetime import datetime
from datetime import UTC
from plone import api
from zope.annotation.interfaces import IAnnotations


KEY = "collective.clientportal"
RANDOM_BITS = 12


def registers() -> Registers:
    """Return the registers of this site; KeyError where the portal is not installed."""
    return IAnnotations(api.portal.get())[KEY]


def installed(site: object) -> bool:
    """Tell whether `site` has registers."""
    return KEY in (IAnnotations(site, None) or ())


def install() -> None:
    """Give the site empty registers, unless it has some."""
    IAnnotations(api.portal.get()).setdefault(KEY, Registers())


def uninstall() -> None:
    """Take the registers away."""
    IAnnotations(api.portal.get()).pop(KEY, None)


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def time_id(after: int = 0) -> int:
    """Return a unique 63-bit key that sorts by time (µs since 1970 in the upper 51 bits), and after `after`.

    The random bits keep two people who write in the same microsecond apart, so that their
    transactions merge instead of conflicting. `after`: the newest key so far where the order matters, since a
    clock can be put back.
    """
    microseconds = max(time.time_ns() // 1000, (after >> RANDOM_BITS) + 1)
    return microseconds << RANDOM_BITS | secrets.randbits(RANDOM_BITS)
