"""Clients' accounts: one a person, made while inviting, opened by choosing a password."""

import re
import secrets
import uuid
from collective.clientportal import _
from collective.clientportal.content.registers import Person
from collective.clientportal.domain import links
from collective.clientportal.domain import settings
from collective.clientportal.domain import texts
from collective.clientportal.domain.access import INSIDERS
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.passwords import check_rules
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.registers import registers
from collective.clientportal.domain.registers import time_id
from collective.clientportal.domain.throttle import place
from collective.clientportal.domain.throttle import Throttle
from collective.clientportal.events import PasswordResetRequested
from dataclasses import dataclass
from email.headerregistry import Address
from plone import api
from typing import Any
from zope.event import notify


HOST = re.compile(r"^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$")
LOCAL_PART = re.compile(r"^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")

LONGEST_ADDRESS = 320
# So many mails with which to choose a new password go to one address within an hour.
RESETS_PER_ADDRESS = 3
RESETS_FROM_ONE_PLACE = 20
RESETS = Throttle(60 * 60)


class BadAddress(Refused):
    """This is no e-mail address that mail can be sent to."""


class StaffAddress(Refused):
    """The address belongs to a member of the firm."""


class AddressTaken(Refused):
    """The address belongs to another client."""


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


def is_deactivated(user_id: str) -> bool:
    """Tell whether somebody is kept from logging in."""
    account = person(user_id)
    return account is not None and account.deactivated is not None


def state(user_id: str) -> str:
    """Return where a client's account stands: "invited", "active" or "deactivated"."""
    account = registers().people[user_id]
    if account.deactivated:
        return "deactivated"
    return "active" if account.activated else "invited"


def choose_password(token: str, password: str) -> str:
    """Set the password of the person a token was made for and return their id; their links are used up.

    Raises BadLink, BadPassword.
    """
    user_id = links.owner(token)
    if is_deactivated(user_id):
        raise links.bad_link()
    _set_password(user_id, password)
    return user_id


def change_password(user_id: str, password: str) -> None:
    """Give a person another password. All sessions end, and links to choose one are void.

    Raises BadPassword.
    """
    _set_password(user_id, password)


def ask_for_reset(address: str, client: str) -> int:
    """Note that somebody at the IP address `client` wants a new password for an e-mail address.

    Return 0, or how many seconds to wait where too many were asked for from there. What this does, and how
    long it takes, is the same whether anybody has the address or not: who is meant, if anybody, is found out
    afterwards. Too many mails to one address are left out without a word.
    """
    wait = RESETS.take({("from", place(client)): RESETS_FROM_ONE_PLACE})
    asked = address.strip().casefold()[:LONGEST_ADDRESS]
    if not wait and not RESETS.take({("to", asked): RESETS_PER_ADDRESS}):
        registers().resets[time_id()] = asked
    return wait


def answer_resets() -> int:
    """Have mails sent to those who asked for a new password and have an account; return how many asked."""
    waiting = registers().resets
    keys = list(waiting.keys(1))
    for key in keys:
        user_id = _owner(waiting.pop(key))
        if user_id is not None and not is_deactivated(user_id):
            notify(PasswordResetRequested(user_id))
    return len(keys)


def _owner(address: str) -> str | None:
    try:
        address = normalise(address)
    except BadAddress:
        return None
    user = _user_with(address)
    return None if user is None else str(user.getId())


def _set_password(user_id: str, password: str) -> None:
    user = api.user.get(userid=user_id)
    names = (user.getUserName(), str(user.getProperty("fullname") or ""), settings.firm_name())
    check_rules(password, *names)
    links.make_void(user_id)
    api.portal.get_tool("acl_users").userSetPassword(user_id, password)


def _client_or_nobody(address: str) -> Any:
    """Return the account with this address, or None. Raises StaffAddress."""
    user = _user_with(address)
    if user is not None and not INSIDERS.isdisjoint(user.getRoles()):
        raise StaffAddress(
            _(
                "error_staff_address",
                default="${address} belongs to a member of the firm, not to a client.",
                mapping={"address": address},
            )
        )
    return user


def _user_with(address: str) -> Any:
    known = registers().addresses.get(address)
    return (known and api.user.get(userid=known)) or _find_user(address)


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
