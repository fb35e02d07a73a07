"""`make faults`: one fault after the other, by chance, and after each a look at whether anything is missing.

FAULTS=400: how many, half of them kill -9; MINUTES: when to stop at the latest;
STORAGE=relstorage: on PostgreSQL. SEED: a series with the same
seed chooses the same faults.
"""

import math
import os
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from dataclasses import field
from faults import kinds
from faults.ledger import Ledger
from faults.ledger import repeated
from faults.load import Load
from faults.world import World
from pathlib import Path


BLOCK = 50  # faults, then another firm begins, so that the database stays small
LOOK_AFTER = (
    5  # faults: everything acknowledged since the block began is looked for, so nothing escapes
)
PATIENCE = 120  # seconds for all mails to go out


class Lost(Exception):
    """Something is missing, twice, or should not be there."""


def _say(line):
    print(line, flush=True)


@dataclass
class Figures:
    """What a series counted. `repeats`: mails that came twice because nobody can know better."""

    faults: Counter = field(default_factory=Counter)
    acknowledged: Counter = field(default_factory=Counter)
    mails: int = 0
    notices: int = 0
    repeats: Counter = field(default_factory=Counter)
    seconds: float = 0.0


class Series:
    """A series in a world, for `minutes` at most. `say`: is told each line of the report."""

    def __init__(self, world, seed, minutes=math.inf, say=_say):
        self.start = time.monotonic()
        self.end = self.start + minutes * 60
        self.world = world
        self.rng = random.Random(seed)
        self.seed = seed
        self.figures = Figures()
        self.say = say
        self.others = [
            fault
            for fault in kinds.OTHERS
            if (fault is not kinds.disk_full or world.storage.has_disk)
            and (fault is not kinds.clock_jumps or world.has_clock)
        ]

    def run(self, count):
        """Go through `count` faults; return the figures. Raises Lost."""
        firm = self.world.found()
        kinds_ = self.world.storage.kills
        kills = [kinds_[i % len(kinds_)] for i in range(count // 2)]
        others = [self.others[i % len(self.others)] for i in range(count - count // 2)]
        # A clock that can be changed slows everything down: these come first.
        timely = [fault for fault in others if fault is kinds.clock_jumps]
        faults = [fault for fault in kills + others if fault is not kinds.clock_jumps]
        self.rng.shuffle(faults)
        self._blocks(firm, timely)
        if timely:
            self.world.stop()
            self.world.go_by_the_real_clock()
        self._blocks(firm, faults)
        return self.figures

    def _blocks(self, firm, faults):
        for first in range(0, len(faults), BLOCK):
            if time.monotonic() < self.end:
                self._block(firm, faults[first : first + BLOCK])

    def _block(self, firm, faults):
        self.world.renew()
        self._rounds = {}
        ledger = Ledger(firm)
        load = Load(self.world.base, ledger, f"{self.seed} {self.rng.random()}")
        load.prepare()
        try:
            for fault in faults:
                if time.monotonic() < self.end:
                    ledger.round += 1
                    self._round(fault, load, ledger)
            self._drain(ledger)
        finally:
            load.end()
        self.figures.acknowledged += ledger.acknowledged()
        self.figures.seconds = time.monotonic() - self.start

    def _round(self, fault, load, ledger):
        start = time.monotonic()
        self._rounds[ledger.round] = fault.__name__
        load.resume()
        time.sleep(self.rng.uniform(0.05, 0.6))
        with fault(self.world, load, self.rng):
            time.sleep(self.rng.uniform(0.05, 0.4))
        load.pause()
        self.world.mind_sender()
        mails = self.world.post.collect(fault=fault.__name__, round=ledger.round)
        if ledger.round % LOOK_AFTER == 0:
            self._judge(ledger, self.world.look(), mails)
        self.figures.faults[fault.__name__] += 1
        self.say(
            f"{self.figures.faults.total():4} {fault.__name__:24} {time.monotonic() - start:5.1f} s  "
            f"{len(ledger.acts)} acts, {len(mails)} mails"
        )

    def _drain(self, ledger):
        """Wait until all mails are out, and look at everything once more."""
        end = time.monotonic() + PATIENCE + self.world.lease
        while True:
            self.world.mind_sender()
            mails = self.world.post.collect(fault="none", round=ledger.round + 1)
            found = self.world.look()
            waiting = [e for e in found["outbox"] if e["state"] in ("waiting", "sending")]
            if not waiting and not found["unsealed"]:
                break
            if time.monotonic() > end:
                raise Lost(f"{len(waiting)} mails do not go out: {waiting[:3]}")
            time.sleep(0.5)
        ledger.forget_digests()
        self._judge(ledger, found, mails)
        # What was sent between the two has arrived by now.
        mails = self.world.post.collect(fault="none", round=ledger.round + 1)
        self._judge_mails(found, mails)
        self.figures.mails += len(mails)
        self.figures.notices += len(found["outbox"])

    def _judge(self, ledger, found, mails):
        problems = ledger.compare(found, mails)
        problems += self._wrong_repeats(mails)
        if problems:
            raise Lost("\n".join(problems[:20]))

    def _wrong_repeats(self, mails):
        """Yield mails that came twice though it was known that they had been taken."""
        cut = Counter()
        for earlier, later in repeated(mails):
            if earlier["dropped"]:
                continue
            # The sender was killed after the mail was taken, and had no time to note that.
            rounds = range(earlier["round"], earlier.get("answered", later["round"]) + 1)
            ends = [number for number in rounds if self._ends_sender(number)]
            cut.update(ends[:1])
            if not ends or cut[ends[0]] > 1:
                yield f"mail {earlier['id']} came twice, first in {earlier['fault']}"

    def _ends_sender(self, number):
        return self._rounds.get(number) in self.world.storage.ends_sender

    def _judge_mails(self, found, mails):
        taken = {mail["id"] for mail in mails}
        problems = []
        for entry in found["outbox"]:
            if entry["event"] == "registration":
                continue  # the founding's: who it is for has a password already
            refused = entry["state"] == "failed" and "550" in entry["why"]
            if entry["state"] not in ("sent", "failed") or (
                entry["state"] == "failed" and not refused
            ):
                problems.append(f"notice {entry}: neither sent nor refused")
            if entry["state"] == "sent" and entry["id"] not in taken:
                problems.append(f"notice {entry}: sent, and never arrived")
        for earlier, _later in repeated(mails):
            why = "dropped" if earlier["dropped"] else "killed"
            self.figures.repeats[why] += 1
        if problems:
            raise Lost("\n".join(problems[:20]))


def report(figures, storage):
    """Print the figures as a row of docs/reference/reliability.md."""
    killed = sum(n for kind, n in figures.faults.items() if kind.endswith("_killed"))
    print(figures)
    print(
        "| storage | kill -9 | other faults | acknowledged | notices | mails | twice, unavoidably | min |"
    )
    print("|---|---|---|---|---|---|---|---|")
    print(
        f"| {storage} | {killed} | {figures.faults.total() - killed} "
        f"| {figures.acknowledged.total()} | {figures.notices} | {figures.mails} "
        f"| {figures.repeats.total()} | {figures.seconds / 60:.0f} |",
        flush=True,
    )


def main():
    """Run a series and print its figures."""
    count, seed = int(os.environ.get("FAULTS", 400)), os.environ.get("SEED", str(time.time_ns()))
    lease = int(os.environ.get("LEASE", 40))
    storage = os.environ.get("STORAGE", "filestorage")
    print(f"SEED={seed} STORAGE={storage}", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="faults-") as folder,
        World.running(Path(folder), lease, storage) as world,
    ):
        series = Series(world, seed, float(os.environ.get("MINUTES", math.inf)))
        try:
            series.run(count)
        finally:
            report(series.figures, storage)


if __name__ == "__main__":
    main()
