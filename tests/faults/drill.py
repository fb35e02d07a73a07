"""`make drill`: back up under load, lose everything, restore into an empty place, and compare.

ACTS=400: how much people do before the disk is lost.
"""

import hashlib
import os
import requests
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from dataclasses import replace
from faults.ledger import Ledger
from faults.load import Load
from faults.load import PASSWORD
from faults.series import Lost
from faults.storages import ROOT
from faults.world import World
from pathlib import Path


@dataclass
class Figures:
    """What a drill counted. `before`: what was acknowledged before the last backup began, by kind."""

    before: Counter
    files: int
    entries: int
    backup_seconds: float
    restore_seconds: float
    fetched: int


class Drill:
    """A drill between two worlds: one that is lost, and an empty one. `backup`: the folder between them."""

    def __init__(self, world, empty, backup, seed):
        self.world = world
        self.empty = empty
        self.backup = backup
        self.seed = seed

    def run(self, acts):
        """Return the figures of a drill with so many acts. Raises Lost."""
        firm = self.world.found()
        self.world.renew()
        ledger = Ledger(firm)
        load = Load(self.world.base, ledger, self.seed)
        load.prepare()
        load.resume()
        try:
            # In full, then what is new, both while people work.
            self._work(ledger, acts // 3)
            self._script("backup.py", self.world.instance, self.backup)
            self._work(ledger, 2 * acts // 3)
            kept = self._as_it_is_now(ledger)
            backup_seconds = self._script("backup.py", self.world.instance, self.backup)
            self._work(ledger, acts)
        finally:
            load.end()
        self.world.stop()
        shutil.rmtree(self.world.instance / "var", ignore_errors=True)
        restore_seconds = self._script("restore.py", self.backup, self.empty.instance)
        # Whatever waited when the backup was made would be sent again.
        self.empty.start(worker=False)
        found = self.empty.look()
        for act in ledger.acts[len(kept.acts) :]:
            # Came after the backup began: may be in it, or not.
            kept.acts.append(replace(act, answer=None))
        problems = kept.compare(found, [])
        if problems:
            raise Lost("\n".join(problems[:20]))
        return Figures(
            kept.acknowledged(),
            sum(len(message["files"]) for message in found["messages"])
            + len(found["documents"])
            + len(found["internal"]),
            len(found["journal"]),
            backup_seconds,
            restore_seconds,
            self._fetch(firm, kept),
        )

    def _as_it_is_now(self, ledger):
        return Ledger(ledger.firm, [replace(act) for act in list(ledger.acts)])

    def _work(self, ledger, acts):
        """Wait until people have done so much."""
        while ledger.acknowledged().total() < acts:
            time.sleep(0.05)

    def _script(self, name, *arguments):
        """Run one of the scripts as an administrator would; return how many seconds it took."""
        start = time.monotonic()
        subprocess.run([sys.executable, ROOT / "scripts" / name, *arguments], check=True)
        return time.monotonic() - start

    def _fetch(self, firm, kept):
        """Fetch the files of the newest messages from the restored server; return how many there were."""
        known = {act.file for act in kept.acts}
        client = requests.Session()
        client.auth, client.headers["Accept"] = ("anna@example.org", PASSWORD), "application/json"
        count = 0
        for thread in firm["threads"]:
            place = f"{self.empty.base}{firm['matter']}/{thread}/@messages?limit=20"
            for message in client.get(place).json()["items"]:
                for file in message["files"]:
                    answer = client.get(file["@id"])
                    answer.raise_for_status()
                    fetched = (file["filename"], len(answer.content), _sha256(answer.content))
                    if fetched not in known:
                        raise Lost(f"{file['@id']} is not what was sent")
                    count += 1
        return count


def _sha256(data):
    return hashlib.sha256(data).hexdigest()


def drill(folder, seed, acts):
    """Do a drill in `folder`; return its figures."""
    with World.running(folder / "first") as world, World.running(folder / "second") as empty:
        return Drill(world, empty, folder / "backup", seed).run(acts)


def main():
    """Do a drill and print its figures."""
    acts, seed = int(os.environ.get("ACTS", 400)), os.environ.get("SEED", str(time.time_ns()))
    print(f"SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        print(drill(Path(folder), seed, acts))


if __name__ == "__main__":
    main()
