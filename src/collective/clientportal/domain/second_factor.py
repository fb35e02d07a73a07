"""The second factor: six digits of an app, new every half minute (TOTP, RFC 6238), or a recovery code.

The secret must be readable to check a code, so it lies in the database as it is; recovery codes are
kept as hashes.
"""

import hashlib
import hmac
import logging
import pyotp
import secrets
import time
from collective.clientportal import _
from collective.clientportal.content.registers import SecondFactor
from collective.clientportal.domain import passwords
from collective.clientportal.domain import settings
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.registers import registers
from collective.clientportal.events import SecondFactorChanged
from datetime import timedelta
from plone import api
from zope.event import notify


logger = logging.getLogger("collective.clientportal.accounts")

STEP = 30  # seconds
# An app whose clock is half a minute off still does.
WINDOW = (-1, 0, 1)
RECOVERY_CODES = 10
# Without those that are taken for each other. 10 of them are 48 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


# A secret is shown for so long without the password being asked for once more.
TIME_TO_CONFIRM = timedelta(minutes=30)


class AlreadyOn(Refused):
    """The second factor is on: another secret would take its place and let everybody in without."""


class BadCode(Refused):
    """This is not the code of this moment, or it was used already."""


def clock() -> float:
    """Return the time, in seconds since 1970, by which codes are made."""
    return time.time()


def is_on(user_id: str) -> bool:
    """Tell whether a person logs in with a code besides the password."""
    factor = registers().second_factors.get(user_id)
    return factor is not None and factor.confirmed is not None


def is_missing(user_id: str) -> bool:
    """Tell whether a member of the firm must set up a second factor before anything else.

    To be asked about members of the firm. Those whom the Zope server knows, and this site does not, are
    not asked for one.
    """
    required = settings.is_on("require_second_factor_for_staff")
    return required and not is_on(user_id) and passwords.belongs_here(user_id)


def prepare(user_id: str) -> str:
    """Return the secret with which a person sets up an app; it counts once a code was given.

    Asked for again before that, it is the same: the app may have it already. Raises AlreadyOn.
    """
    if is_on(user_id):
        raise AlreadyOn(
            _(
                "error_second_factor_on",
                default="The second step is on already. For another app, switch it off first.",
            )
        )
    factor = _prepared(user_id)
    if factor is None:
        factor = registers().second_factors[user_id] = SecondFactor(pyotp.random_base32(), now())
    return str(factor.secret)


def prepared(user_id: str) -> str | None:
    """Return the secret that a person is just setting up, or None."""
    factor = _prepared(user_id)
    return str(factor.secret) if factor is not None else None


def forget_prepared(user_id: str) -> None:
    """Forget a secret that does not count yet."""
    if not is_on(user_id):
        remove(user_id)


def uri(user_id: str, secret: str) -> str:
    """Return what the QR code for an app says."""
    name = api.user.get(userid=user_id).getUserName()
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=settings.firm_name())


def confirm(user_id: str, code: str) -> list[str]:
    """Switch the second factor on, with a first code of the app; return the recovery codes.

    They are shown this once. Raises BadCode.
    """
    factor = _prepared(user_id)
    if factor is None or not _accepts_digits(factor, code):
        raise BadCode(
            _(
                "error_bad_code",
                default="This is not the code that the app shows now. Please type the one of this moment.",
            )
        )
    factor.confirmed = now()
    notify(SecondFactorChanged(user_id))
    logger.info("Second factor of %s switched on.", user_id)
    return new_recovery_codes(user_id)


def accepts(user_id: str, code: str) -> bool:
    """Tell whether a code is good, and use it up: each counts once."""
    factor = registers().second_factors[user_id]
    if _accepts_digits(factor, code):
        return True
    used = _hash(code)
    for kept in factor.recovery:
        if hmac.compare_digest(kept, used):
            factor.recovery = tuple(other for other in factor.recovery if other != kept)
            logger.info("Recovery code of %s used, %d left.", user_id, len(factor.recovery))
            return True
    return False


def new_recovery_codes(user_id: str) -> list[str]:
    """Return new recovery codes; older ones are void."""
    codes = ["".join(secrets.choice(LETTERS) for _n in range(10)) for _n in range(RECOVERY_CODES)]
    registers().second_factors[user_id].recovery = tuple(map(_hash, codes))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_codes_left(user_id: str) -> int:
    """Return how many recovery codes a person has left."""
    return len(registers().second_factors[user_id].recovery)


def remove(user_id: str) -> None:
    """Take a person's second factor away; the password is enough from now on."""
    factor = registers().second_factors.pop(user_id, None)
    if factor is None:
        return
    if factor.confirmed is not None:
        notify(SecondFactorChanged(user_id))
    logger.info("Second factor of %s removed.", user_id)


def _prepared(user_id: str) -> SecondFactor | None:
    factor = registers().second_factors.get(user_id)
    if factor is None or factor.confirmed is not None or now() - factor.begun > TIME_TO_CONFIRM:
        return None
    return factor


def _accepts_digits(factor: SecondFactor, code: str) -> bool:
    code = "".join(code.split())
    totp = pyotp.TOTP(factor.secret)
    current = int(clock()) // STEP
    for step in (current + offset for offset in WINDOW):
        if step > factor.used and hmac.compare_digest(
            totp.generate_otp(step).encode(), code.encode()
        ):
            factor.used = step
            return True
    return False


def _hash(code: str) -> str:
    bare = "".join(c for c in code.casefold() if c.isalnum())
    return hashlib.sha256(bare.encode()).hexdigest()
