"""Links with which somebody chooses a password: for one use, for a while, and the newest only.

The database holds a hash of each link's secret.
"""

import hmac
import secrets
from collections.abc import Iterable
from collective.clientportal import _
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.registers import registers
from datetime import timedelta
from hashlib import sha256
from plone import api


INVITATION = "invitation"
RESET = "reset"

LIFE = {INVITATION: timedelta(hours=72), RESET: timedelta(hours=1)}


class BadLink(Refused):
    """The link to choose a password is unknown, used or expired."""


def bad_link() -> BadLink:
    """Return what is said of a link that does not hold, whatever the reason."""
    return BadLink(_("error_bad_link", default="This link has expired or was used already."))


def new(user_id: str, purpose: str) -> str:
    """Return a fresh token for choosing a password; earlier ones are void.

    `purpose`: INVITATION or RESET. Only asking for a new password, as anybody may for anybody, leaves an
    invitation valid.
    """
    if purpose == INVITATION:
        make_void(user_id)
    secret = secrets.token_urlsafe(32)
    registers().links[user_id, purpose] = (_hash(secret), now() + LIFE[purpose])
    return f"{user_id}.{purpose}.{secret}"


def owner(token: str) -> str:
    """Return the id of the person a token was made for, and use up nothing; raises BadLink."""
    rest, _dot, secret = token.rpartition(".")
    user_id, _dot, purpose = rest.rpartition(".")
    kept, expires = registers().links.get((user_id, purpose), ("", now()))
    right = hmac.compare_digest(kept, _hash(secret))
    if not right or expires <= now() or api.user.get(userid=user_id) is None:
        raise bad_link()
    return user_id


def holds(token: str) -> bool:
    """Tell whether a token can be used."""
    try:
        owner(token)
    except BadLink:
        return False
    return True


def make_void(user_id: str, purposes: Iterable[str] = tuple(LIFE)) -> None:
    """Make links of a person void: all, or those for some purposes."""
    for purpose in purposes:
        registers().links.pop((user_id, purpose), None)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
