"""Where the site-wide registers are kept."""

import secrets
import time
from Acquisition import aq_base
from collective.clientportal.content.registers import Registers
from datetime import datetime
from datetime import UTC
from plone import api
from plone.uuid.interfaces import ATTRIBUTE_NAME
from Products.CMFPlone.Portal import PloneSite
from typing import Any
from zope.annotation.interfaces import IAnnotations
from zope.component.hooks import getSite


KEY = "collective.clientportal"
RANDOM_BITS = 12


def registers() -> Registers:
    """Return the registers of this site; KeyError where the portal is not installed."""
    # A request asks for it a hundred times: neither the annotation's adapter, nor a search for the site where
    # it is the one that was set.
    site = aq_base(getSite())
    found = site.__annotations__.get(KEY) if isinstance(site, PloneSite) else None
    return aq_base(api.portal.get()).__annotations__[KEY] if found is None else found


def installed(site: object) -> bool:
    """Tell whether `site` has registers."""
    return KEY in (IAnnotations(site, None) or ())


def install() -> None:
    """Give the site empty registers, unless it has some."""
    IAnnotations(api.portal.get()).setdefault(KEY, Registers())


def uninstall() -> None:
    """Take the registers away."""
    IAnnotations(api.portal.get()).pop(KEY, None)


def uid_of(obj: Any) -> str:
    """Return the UID by which the registers know a matter, or something in one."""
    # The attribute itself: api.content.get_uuid asks for an adapter, some twenty times for one message.
    return str(getattr(aq_base(obj), ATTRIBUTE_NAME))


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


def first_id(at: datetime) -> int:
    """Return the first time id of a moment."""
    return int(at.timestamp() * 1_000_000) << RANDOM_BITS
