"""Logging in: password, then a code where the person has a second factor; both throttled.

Every way to prove who one is leads here: the form, HTTP Basic, `POST @login`.
"""

import logging
import sys
from collections.abc import Callable
from collections.abc import Hashable
from collective.clientportal.domain import accounts
from collective.clientportal.domain import passwords
from collective.clientportal.domain import second_factor
from collective.clientportal.domain import sessions
from collective.clientportal.domain import throttle
from collective.clientportal.domain.throttle import Throttle
from dataclasses import dataclass


logger = logging.getLogger("collective.clientportal.accounts")

# So many failures within PERIOD: of one account from one address, of one address altogether.
PERIOD = 15 * 60
PER_ACCOUNT_AND_ADDRESS = 10
PER_ADDRESS = 100
# Where an account is tried from many addresses, each of them has fewer tries: that slows those who guess
# and locks nobody out who knows the password.
CROWD = 50
PER_ACCOUNT_AND_ADDRESS_IN_A_CROWD = 2

# Wrong codes of one account from everywhere. Whoever gets as far as a code has the password: this cannot
# keep anybody out who is not in danger already.
CODES_PER_ACCOUNT = 30

FAILURES = Throttle(PERIOD)


@dataclass(frozen=True)
class Attempt:
    """What became of a try to log in.

    `user_id`: who is in, "" for nobody. `wait`: seconds before another try is taken. `asks_code_of`: the
    user id of a person who gave the right password and must give a code now; `bad_code`: gave a wrong one.
    """

    user_id: str = ""
    wait: int = 0
    asks_code_of: str = ""
    bad_code: bool = False


def by_password(
    login: str,
    password: str,
    address: str,
    code: str = "",
    elsewhere: Callable[[str, str], bool] = lambda login, password: False,
) -> Attempt:
    """Try to log in with name and password, and with a code where one is given.

    `address`: the client's IP address. `elsewhere` tells whether name and password belong to somebody whom
    another user folder lets in: such a try is no failure.
    """
    keys = _keys("password", login.strip().casefold(), address)
    wait = _take(*keys)
    if wait:
        logger.warning("Log-in from %s refused: too many failures.", address)
        return Attempt(wait=wait)
    user_id = passwords.owner(login, password)
    if user_id is None or accounts.is_deactivated(user_id):
        if elsewhere(login, password):
            FAILURES.give_back(*keys)
        else:
            logger.info("Log-in from %s failed.", address)
        return Attempt()
    _succeed(*keys)
    if not second_factor.is_on(user_id):
        return Attempt(user_id)
    return _by_code(user_id, code, address) if code else Attempt(asks_code_of=user_id)


def by_code(ticket: str, code: str, address: str) -> Attempt:
    """Try to finish a log-in with the ticket that the right password gave, and a code."""
    user_id = sessions.owner_of_ticket(ticket)
    if user_id is None or accounts.is_deactivated(user_id) or not second_factor.is_on(user_id):
        return Attempt()
    return _by_code(user_id, code, address)


def _by_code(user_id: str, code: str, address: str) -> Attempt:
    keys = _keys("code", user_id, address)
    wait = _take(*keys, most_of_account=CODES_PER_ACCOUNT)
    if wait:
        logger.warning("Codes of %s from %s refused: too many wrong ones.", user_id, address)
        return Attempt(wait=wait)
    if not second_factor.accepts(user_id, code):
        logger.info("Wrong code of %s from %s.", user_id, address)
        return Attempt(asks_code_of=user_id, bad_code=True)
    _succeed(*keys)
    return Attempt(user_id)


def _keys(kind: str, account: str, address: str) -> tuple[Hashable, Hashable, Hashable]:
    """Return what a try is counted under: account and address, account, address."""
    place = throttle.place(address)
    return (kind, account, place), (kind, account), (kind, "from", place)


def _take(
    pair: Hashable, account: Hashable, place: Hashable, most_of_account: int = sys.maxsize
) -> int:
    crowded = FAILURES.count(account) >= CROWD
    most = PER_ACCOUNT_AND_ADDRESS_IN_A_CROWD if crowded else PER_ACCOUNT_AND_ADDRESS
    return FAILURES.take({pair: most, place: PER_ADDRESS, account: most_of_account})


def _succeed(pair: Hashable, account: Hashable, place: Hashable) -> None:
    """Forget what failed before from this very address: whoever knows the secret mistyped it."""
    FAILURES.forget(pair)
    FAILURES.give_back(account, place)
