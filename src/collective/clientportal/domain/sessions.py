"""Sessions: what ends them all, their cookies, and the ticket between password and code.

A browser's session is a cookie signed with a secret of the person's own, a REST client's a token that
is kept on the server. Both are worth nothing as soon as the secret and the list of tokens are new.
"""

import time
from base64 import urlsafe_b64decode
from base64 import urlsafe_b64encode
from BTrees.OIBTree import OIBTree
from collective.clientportal.domain import links
from collective.clientportal.domain import settings
from collective.clientportal.domain.registers import registers
from plone import api
from plone.keyring.interfaces import IKeyManager
from plone.keyring.keyring import Keyring
from plone.session import tktauth
from zope.component import getUtility


TICKET_LIFE = 5 * 60  # seconds


def end(user_id: str) -> None:
    """End all sessions of a person, in browsers and by REST token, with the next request.

    What begins at this very moment conflicts with it or ends, too: both the secret and the list of
    tokens are put in anew, also where there were none.
    """
    users = api.portal.get_tool("acl_users")
    keyring = Keyring(1)
    keyring.fill()
    # A container does not take what it holds already.
    manager = getUtility(IKeyManager)
    ring = f"{users.session.secret_prefix}{user_id}"
    if ring in manager:
        del manager[ring]
    manager[ring] = keyring
    users.jwt_auth._tokens[user_id] = OIBTree()


def end_everywhere(user_id: str) -> None:
    """End all sessions of a person, and links with which a new password could be chosen."""
    links.make_void(user_id, [links.RESET])
    end(user_id)


def shut_out(user_id: str) -> None:
    """End all sessions of a person, and all links with which a password could be chosen."""
    links.make_void(user_id)
    end(user_id)


def forget_expired_tokens(user_id: str) -> None:
    """Drop the REST tokens of a person that nobody could use any more."""
    plugin = api.portal.get_tool("acl_users").jwt_auth
    tokens = plugin._tokens.get(user_id, {})
    oldest = time.time() - plugin.token_timeout
    for token in [token for token, made in tokens.items() if made < oldest]:
        del tokens[token]


def follow_base_url() -> None:
    """Have cookies go over TLS only, exactly where the portal's base address says TLS."""
    secure = settings.base_url().startswith("https://")
    api.portal.get_tool("acl_users").session.secure = secure


def ticket(user_id: str) -> str:
    """Return what shows, for five minutes, that a person has given their password."""
    signed = tktauth.createTicket(_ticket_secret(user_id), user_id)
    return urlsafe_b64encode(signed).decode()


def owner_of_ticket(signed: str) -> str | None:
    """Return the user id of the person a ticket was made for; None where it holds no longer.

    It ends with the sessions of the person.
    """
    try:
        raw = urlsafe_b64decode(signed.encode())
        user_id = str(tktauth.splitTicket(raw)[1])
    except ValueError:
        return None
    if api.user.get(userid=user_id) is None:
        return None
    data = tktauth.validateTicket(_ticket_secret(user_id), raw, timeout=TICKET_LIFE)
    return user_id if data else None


def _ticket_secret(user_id: str) -> str:
    """Return what a ticket is signed with: not what a session is, or it would be one.

    A code that was used makes it another: a ticket is for one log-in.
    """
    secret = api.portal.get_tool("acl_users").session._getSigningSecret(user_id)
    factor = registers().second_factors.get(user_id)
    used = (factor.used, len(factor.recovery)) if factor is not None else ()
    return f"{secret} second factor {used}"
