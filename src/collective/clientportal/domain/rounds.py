"""Rounds of the workers: when each last came to the end of one, in this process or another.

The time is kept in the database, so that a server without workers knows of them, too; once a minute, so that
it does not grow by it.
"""

import os
import transaction
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.registers import registers
from datetime import timedelta
from ZODB.POSException import ConflictError


JOBS = ("seal", "send")

EVERY = timedelta(minutes=1)
# A sender that waits for a slow mail server gets to the end of a mail within this time, and notes it.
ALIVE = timedelta(minutes=5)


def are_elsewhere() -> bool:
    """Tell whether this server leaves them to another process."""
    return os.environ.get("CLIENTPORTAL_WORKER", "on") == "off"


def done(job: str) -> None:
    """Note that a worker has done a round of `job`, in a transaction of its own."""
    transaction.begin()
    last = registers().rounds.get(job)
    if last is not None and abs(now() - last) < EVERY:
        return
    registers().rounds[job] = now()
    try:
        transaction.commit()
    except ConflictError:
        # Another worker has just noted the same.
        transaction.abort()


def resting() -> list[str]:
    """Return the jobs that no worker anywhere has done lately."""
    rounds, at = registers().rounds, now()
    return [job for job in JOBS if job not in rounds or abs(at - rounds[job]) > ALIVE]
