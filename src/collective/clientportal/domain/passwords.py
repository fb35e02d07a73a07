"""Passwords: checking one, and which may be chosen."""

import re
import secrets
from AuthEncoding import AuthEncoding
from collective.clientportal import _
from collective.clientportal.domain.errors import Refused
from itertools import pairwise
from plone import api
from typing import Any
from zope.i18nmessageid import Message


SHORTEST = 12
LONGEST = 200

# What is left of the most common long passwords without digits and signs.
COMMON = frozenset(
    [
        "abc",
        "abcdefgh",
        "abcdefghijkl",
        "admin",
        "administrator",
        "adminadmin",
        "asdfasdf",
        "asdfghjkl",
        "asdfghjklö",
        "berlin",
        "changeme",
        "clientportal",
        "default",
        "dragon",
        "fussball",
        "geheim",
        "geheimgeheim",
        "hallo",
        "hallohallo",
        "hallowelt",
        "ichliebedich",
        "iloveyou",
        "iloveyouiloveyou",
        "kanzlei",
        "letmein",
        "letmeinletmein",
        "login",
        "logmein",
        "mandant",
        "master",
        "passwd",
        "passwort",
        "passwortpasswort",
        "password",
        "passwordpassword",
        "passwörter",
        "portal",
        "qwert",
        "qwertqwert",
        "qwerty",
        "qwertyqwerty",
        "qwertyuiop",
        "qwertyuiopasdf",
        "qwertz",
        "qwertzqwertz",
        "qwertzuiop",
        "qwertzuiopasdf",
        "qwertzuiopü",
        "rechtsanwalt",
        "schatz",
        "sommer",
        "superman",
        "test",
        "testtest",
        "testtesttest",
        "thequickbrownfox",
        "welcome",
        "welcomewelcome",
        "willkommen",
        "winter",
        "zugang",
    ]
)

# What an unknown login name's password is compared with, so that it takes as long as a known one's.
NOBODYS = AuthEncoding.pw_encrypt(secrets.token_urlsafe(32))


class BadPassword(Refused):
    """The password does not meet the site's rules."""


class WrongPassword(Refused):
    """This is not the person's password."""


def owner(login: str, password: str) -> str | None:
    """Return the id of the user with this login name and password in this site, or None.

    Takes as long for a name that there is not.
    """
    users = api.portal.get_tool("acl_users")
    login = users.applyTransform(login)
    if source(users)._login_to_userid.get(login) is None:
        AuthEncoding.pw_validate(NOBODYS, password)
        return None
    found = source(users).authenticateCredentials({"login": login, "password": password})
    return str(found[0]) if found else None


def belongs_here(user_id: str) -> bool:
    """Tell whether this site keeps the password of a user, and not the Zope server."""
    return user_id in source(api.portal.get_tool("acl_users"))._userid_to_login


def source(users: Any) -> Any:
    """Return where a user folder keeps its passwords."""
    return users.source_users


def check_rules(password: str, *names: str) -> None:
    """Raise BadPassword where a password may not be chosen. `names`: what the person is called.

    Length is what counts; nobody is told to mix signs. (NIST SP 800-63B, OWASP ASVS 5.0 6.2.)
    """
    problem = _problem(password, names)
    if problem is not None:
        raise BadPassword(problem)


def _problem(password: str, names: tuple[str, ...]) -> Message | None:
    if len(password) < SHORTEST:
        return _(
            "password_too_short",
            default="The password needs at least ${count} characters.",
            mapping={"count": str(SHORTEST)},
        )
    if len(password) > LONGEST:
        return _(
            "password_too_long",
            default="The password may have ${count} characters at most.",
            mapping={"count": str(LONGEST)},
        )
    folded = password.casefold()
    bare = re.sub(r"[\W\d_]", "", folded)
    if bare in COMMON or len(set(folded)) < 5 or _is_run(folded) or bare in _bare_names(names):
        return _(
            "password_too_common",
            default="This password is one of the first that somebody would try. Please choose another.",
        )
    return None


def _bare_names(names: tuple[str, ...]) -> set[str]:
    """Return the names in every form in which they are a password: whole, and without the host."""
    whole = {name.casefold() for name in names} | {n.casefold().partition("@")[0] for n in names}
    return {re.sub(r"[\W\d_]", "", name) for name in whole}


def _is_run(text: str) -> bool:
    """Tell whether a text counts up or down: 123456789012, abcdefghijkl."""
    steps = {
        (ord(b) - ord(a)) % 10 if a.isdigit() and b.isdigit() else ord(b) - ord(a)
        for a, b in pairwise(text)
    }
    return len(steps) == 1
