"""The journal of a matter: append-only entries under a hash chain.

An entry is written in the transaction of the act it tells of, under a unique time id, so that two
acts at once do not conflict. The seal follows: one sealer closes the chain over the entries,
hash = SHA-256(previous hash + entry), within seconds. Reading continues the chain over what is not
sealed yet: a reader sees the hashes that the sealer will write, unless an entry with an earlier time id
is committed after that.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from collective.clientportal.content.matter import Matter
from collective.clientportal.domain import access
from collective.clientportal.domain import turns
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.registers import registers
from collective.clientportal.domain.registers import time_id
from collective.clientportal.domain.registers import uid_of
from collective.clientportal.events import IMatterEvent
from dataclasses import asdict
from dataclasses import dataclass
from typing import Any


FIRST = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One link of the chain; `sealed` tells whether the seal is written already.

    `time`: ISO 8601, UTC, to the microsecond. `hash`, `previous`: 64 hexadecimal digits.
    """

    sequence: int
    time: str
    actor: str
    event: str
    subject: str
    recipients: list[str]
    files: list[dict[str, Any]]
    details: dict[str, Any]
    hash: str
    previous: str
    sealed: bool


class BrokenChain(Exception):
    """The chain does not hold; `sequence` is the first bad entry of `matter`."""

    def __init__(self, matter: Matter, sequence: int, why: str) -> None:
        super().__init__(f"{matter.reference}: entry {sequence}: {why}")
        self.matter = matter
        self.sequence = sequence


def append(event: IMatterEvent) -> None:
    """Write `event` to the journal of its matter, as part of the running transaction."""
    key = time_id()
    line = json.dumps(
        {
            "time": now().isoformat(timespec="microseconds"),
            "actor": event.actor,
            "event": event.name,
            "subject": event.subject,
            "recipients": list(event.recipients),
            "files": [asdict(record) for record in event.files],
            "details": dict(event.details),
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    # What Plone's own forms let in may hold what no encoding takes: it must not stop the sealer.
    event.matter.journal.unsealed[key] = line.encode("utf-8", "replace").decode("utf-8")
    registers().unsealed[key] = uid_of(event.matter)


def look_again(matter: Matter) -> None:
    """Have the sealer settle whose turn it is in `matter`, where no entry tells it to."""
    registers().unsealed[time_id()] = uid_of(matter)


def entries(matter: Matter) -> Iterator[Entry]:
    """Yield all entries of `matter`, oldest first."""
    previous = FIRST
    sequence = 0
    for sequence, (line, digest) in matter.journal.sealed.items():
        yield _entry(sequence, line, digest, previous, sealed=True)
        previous = digest
    for line in matter.journal.unsealed.values(1):
        sequence += 1
        digest = _digest(previous, line)
        yield _entry(sequence, line, digest, previous, sealed=False)
        previous = digest


def seal() -> int:
    """Close the chain over all entries that are not sealed yet, and settle whose turn it is; return how many.

    To be called by one writer at a time; the caller commits.
    """
    pending = registers().unsealed
    keys_by_matter: dict[str, list[int]] = defaultdict(list)
    for key, uid in pending.items(1):
        keys_by_matter[uid].append(key)
    count = 0
    for uid, keys in keys_by_matter.items():
        matter = access.unchecked_matter(uid)
        if matter is not None:
            _seal_matter(matter.journal, keys)
            turns.settle(matter)
        for key in keys:
            del pending[key]
        count += len(keys)
    return count


def verify(matter: Matter) -> int:
    """Check the whole chain of `matter`; return the number of entries, or raise BrokenChain."""
    previous = FIRST
    expected = 0
    for expected, (sequence, (line, digest)) in enumerate(matter.journal.sealed.items(), start=1):
        if sequence != expected:
            raise BrokenChain(matter, expected, "missing")
        if _digest(previous, line) != digest:
            raise BrokenChain(matter, sequence, "its text and its hash do not agree")
        previous = digest
    return expected + len(matter.journal.unsealed.keys(1))


def _seal_matter(journal: Any, keys: list[int]) -> None:
    sealed = journal.sealed
    sequence = sealed.maxKey() if sealed else 0
    previous = sealed[sequence][1] if sealed else FIRST
    for key in sorted(keys):
        line = journal.unsealed.pop(key, None)
        if line is None:
            continue
        sequence += 1
        previous = _digest(previous, line)
        sealed[sequence] = (line, previous)


def _digest(previous: str, line: str) -> str:
    return hashlib.sha256(f"{previous}\n{line}".encode()).hexdigest()


def _entry(sequence: int, line: str, digest: str, previous: str, sealed: bool) -> Entry:
    return Entry(
        sequence=sequence, hash=digest, previous=previous, sealed=sealed, **json.loads(line)
    )
