"""Clients' accounts: one a person, made while inviting, opened by choosing a password."""

import re
import secrets
import uuid
from collective.clientportal import _
from collective.clientportal.content.registers import Person
from collective.clientportal.domain import texts
from collective.clientportal.domain.access import INSIDERS
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.registers import registers
from collective.clientportal.events import PasswordResetRequested
from dataclasses import dataclass
from email.headerregistry import Address
from plone import api
from plone.keyring.interfaces import IKeyManager
from typing import Any
from zope.component import getUtility
from zope.event import notify


HOST = re.compile(r"^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$")
LOCAL_PART = re.compile(r"^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")


class BadAddress(Refused):
    """This is no e-mail address that mail can be sent to."""


class StaffAddress(Refused):
    """The address belongs to a member of the firm."""


class AddressTaken(Refused):
    """The address belongs to another client."""


class BadLink(Refused):
    """The link to choose a password is unknown, used or expired."""


class BadPassword(Refused):
    """The password does not meet the site's rules."""


@dataclass(frozen=True)
class Account:
    """A client's account and whether it was made just now."""

    user_id: str
    created: bool


def normalise(address: str) -> str:
    """Return an e-mail address in the one form in which we keep it: casefolded, domain in IDNA.

    Raises BadAddress.
    """
    local, at, host = address.strip().casefold().rpartition("@")
    try:
        spec = f"{local}@{host.encode('idna').decode('ascii')}"
        if not (at and len(local) <= 64 and LOCAL_PART.match(local)):
            raise ValueError
        if not HOST.match(spec.rpartition("@")[2]):
            raise ValueError
        Address(addr_spec=spec)
    except (ValueError, IndexError) as error:
        raise BadAddress(
            _(
                "error_bad_address",
                default="“${address}” is not an e-mail address.",
                mapping={"address": address.strip()[:100]},
            )
        ) from error
    return spec


def ensure(address: str, fullname: str) -> Account:
    """Return the account for an e-mail address; make one where there is none (B6).

    Raises BadAddress, StaffAddress (B19).
    """
    address = normalise(address)
    user = _client_or_nobody(address)
    if user is None:
        user_id = _create_user(address, fullname)
        registers().people[user_id] = Person(user_id, address, now())
        registers().addresses[address] = user_id
        return Account(user_id, created=True)
    user_id = user.getId()
    if user_id not in registers().people:
        registers().people[user_id] = person = Person(user_id, address, now())
        person.activated = now()
        registers().addresses[address] = user_id
    return Account(user_id, created=False)


def correct(user_id: str, address: str) -> None:
    """Give a client who has not chosen a password yet another e-mail address; it is their log-in name, too.

    Whatever was done for them stays theirs. Raises BadAddress, StaffAddress, AddressTaken.
    """
    address = normalise(address)
    person = registers().people[user_id]
    if address == person.email:
        return
    if _client_or_nobody(address) is not None:
        raise AddressTaken(
            _(
                "error_address_taken",
                default="${address} belongs to another client already.",
                mapping={"address": address},
            )
        )
    del registers().addresses[person.email]
    registers().addresses[address] = user_id
    person.email = address
    api.user.get(userid=user_id).setMemberProperties({"email": address})
    api.portal.get_tool("acl_users").updateLoginName(user_id, address)


def find(address: str) -> str | None:
    """Return the user id of the client with this e-mail address, or None. Raises BadAddress."""
    return registers().addresses.get(normalise(address))


def find_or_none(address: str) -> str | None:
    """Return the user id of the client with this e-mail address; None also where it is no address."""
    try:
        return find(address)
    except BadAddress:
        return None


def person(user_id: str) -> Person | None:
    """Return the account record of a client, or None where this is nobody's."""
    return registers().people.get(user_id)


def name(user_id: str) -> str:
    """Return what to call a person: the full name, else the e-mail address, else the login name."""
    user = api.user.get(userid=user_id) if user_id else None
    if user is None:
        return user_id
    return user.getProperty("fullname") or user.getProperty("email") or user.getUserName()


def full_name(user_id: str) -> str:
    """Return the full name of a person, or "" where it is not known."""
    user = api.user.get(userid=user_id) if user_id else None
    return str(user.getProperty("fullname") or "") if user is not None else ""


def language(user_id: str) -> str:
    """Return the language to write to a person in."""
    user = api.user.get(userid=user_id)
    chosen = user.getProperty("language", "") if user is not None else ""
    return str(chosen or api.portal.get_default_language())[:2]


def new_link(user_id: str) -> str:
    """Return a fresh token for choosing a password; all earlier ones of this person are void."""
    tool = api.portal.get_tool("portal_password_reset")
    for token, (owner, _expiry) in list(tool._requests.items()):
        if owner == user_id:
            del tool._requests[token]
    return str(tool.requestReset(user_id)["randomstring"])


def owner_of_link(token: str) -> str:
    """Return the id of the person a token was made for, and use up nothing; raises BadLink."""
    tool = api.portal.get_tool("portal_password_reset")
    owner, expiry = tool._requests.get(token, (None, None))
    if owner is None or tool.expired(expiry) or api.user.get(userid=owner) is None:
        raise BadLink(
            _(
                "error_bad_link",
                default="This link has expired or was used already.",
            )
        )
    return str(owner)


def link_of(user_id: str) -> str | None:
    """Return a token with which a person can choose a password, where one was made and still holds."""
    tool = api.portal.get_tool("portal_password_reset")
    tokens = [token for token, (owner, _expiry) in tool._requests.items() if owner == user_id]
    return next(filter(is_link, tokens), None)


def is_link(token: str) -> bool:
    """Tell whether a token can be used."""
    try:
        owner_of_link(token)
    except BadLink:
        return False
    return True


def choose_password(token: str, password: str) -> str:
    """Set the password of the person a token was made for and return their id; the token is used up.

    Raises BadLink, BadPassword.
    """
    user_id = owner_of_link(token)
    problem = api.portal.get_tool("portal_registration").testPasswordValidity(password)
    if problem:
        raise BadPassword(problem)
    tool = api.portal.get_tool("portal_password_reset")
    del tool._requests[token]
    api.portal.get_tool("acl_users").userSetPassword(user_id, password)
    return user_id


def end_sessions(user_id: str) -> None:
    """End all sessions of a person, in browsers and by REST token: the password is another one."""
    users = api.portal.get_tool("acl_users")
    keys = getUtility(IKeyManager)
    ring = f"{users.session.secret_prefix}{user_id}"
    if ring in keys:
        keys.clear(ring=ring)
        keys.rotate(ring=ring)
    users.jwt_auth._tokens.pop(user_id, None)


def request_reset(address: str) -> None:
    """Have a mail sent with which a person chooses a new password.

    Nothing tells whether the address is known.
    """
    try:
        address = normalise(address)
    except BadAddress:
        return
    known = registers().addresses.get(address)
    user = api.user.get(userid=known) if known else _find_user(address)
    if user is not None:
        notify(PasswordResetRequested(user.getId()))


def _client_or_nobody(address: str) -> Any:
    """Return the account with this address, or None. Raises StaffAddress."""
    known = registers().addresses.get(address)
    user = api.user.get(userid=known) if known else _find_user(address)
    if user is not None and not INSIDERS.isdisjoint(user.getRoles()):
        raise StaffAddress(
            _(
                "error_staff_address",
                default="${address} belongs to a member of the firm, not to a client.",
                mapping={"address": address},
            )
        )
    return user


def _find_user(address: str) -> Any:
    by_login = api.user.get(username=address)
    if by_login is not None:
        return by_login
    for found in api.portal.get_tool("acl_users").searchUsers(email=address, exact_match=False):
        user = api.user.get(userid=found["userid"])
        if user is not None and user.getProperty("email", "").strip().casefold() == address:
            return user
    return None


def _create_user(address: str, fullname: str) -> str:
    user_id = uuid.uuid4().hex
    api.portal.get_tool("portal_membership").addMember(
        user_id,
        secrets.token_urlsafe(32),
        ("Member",),
        (),
        {"email": address, "fullname": texts.line(fullname, 200)},
    )
    api.portal.get_tool("acl_users").updateLoginName(user_id, address)
    return user_id
