"""Where a firm's database lies in a series: in a file, or in PostgreSQL."""

import os
import shutil
import subprocess
import sys
import time
from faults import kinds
from pathlib import Path


ROOT = Path(__file__).parents[2]
MEGABYTE = 1024 * 1024
DISK = 600 * MEGABYTE  # of the small disk that can be filled

sys.path.insert(0, str(ROOT / "scripts"))
from postgres import Postgres  # noqa: E402
from postgres import USER  # noqa: E402
from processes import free_port  # noqa: E402
from processes import NotUp  # noqa: E402


class Files:
    """A FileStorage with its files, as one process serves it; the workers are in the server.

    Where we are root it lies on a small disk of its own (`has_disk`). `ends_sender`: the kinds of faults that
    also end whoever sends mails.
    """

    own_sender = False
    kills = (kinds.server_killed,)
    ends_sender = ("server_killed",)
    environment = {}

    def __init__(self, instance, folder):
        self._var = instance / "var"
        self._new = folder / "new"
        self.has_disk = os.getuid() == 0

    def keep(self):
        """Keep what there is, for `renew` to begin with."""
        _copy(self._var, self._new)

    def renew(self):
        """Put back what was kept; nothing may be running."""
        self.end()
        shutil.rmtree(self._var, ignore_errors=True)
        self._var.mkdir()
        if self.has_disk:
            size = f"size={DISK}"
            subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", self._var], check=True)
        _copy(self._new, self._var)

    def fill(self, left):
        """Leave `left` bytes on the disk; None: all that there were."""
        for _try in range(20):
            size = DISK if left is None else shutil.disk_usage(self._var).used + left
            command = ["mount", "-o", f"remount,size={size}", self._var]
            if subprocess.run(command, capture_output=True).returncode == 0:
                return
            # More was written meanwhile than there would be room for.
        raise RuntimeError(f"{self._var} cannot be made as small as {size} bytes.")

    def end(self):
        """Take the small disk away."""
        if self._var.is_mount():
            subprocess.run(["umount", "--lazy", self._var], check=True)


class Database:
    """RelStorage on a PostgreSQL of one's own, as a cluster has it; the sender is a process of its own."""

    own_sender = True
    kills = (kinds.server_killed, kinds.sender_killed, kinds.database_killed)
    ends_sender = ("sender_killed",)
    has_disk = False

    def __init__(self, instance, folder):
        shutil.copy(ROOT / "etc" / "cluster" / "storage.conf", instance / "etc")
        self._cache = instance / "var" / "blobcache"
        # Below /tmp or the like, PostgreSQL's own user must get there.
        for place in (folder, *folder.parents):
            if place.stat().st_uid == os.getuid() and not place.stat().st_mode & 1:
                place.chmod(place.stat().st_mode | 0o111)
        self._server = Postgres(folder / "postgres", free_port())
        self._server.make()
        self._server.start()
        shared = folder / "shared"
        shared.mkdir(exist_ok=True)
        self.environment = {
            "CLIENTPORTAL_DSN": self._server.dsn(),
            "CLIENTPORTAL_SHARED": str(shared),
        }

    def keep(self):
        """Keep what there is, for `renew` to begin with."""
        self._server.do(f"CREATE DATABASE kept TEMPLATE {USER}")

    def renew(self):
        """Put back what was kept; nothing may be running."""
        self._server.do(f"DROP DATABASE IF EXISTS {USER} WITH (FORCE)")
        # PostgreSQL's other strategy copies a sequence in a way that a crash takes back up to 32 of its
        # values: object ids would be given out twice.
        self._server.do(f"CREATE DATABASE {USER} TEMPLATE kept STRATEGY FILE_COPY")
        shutil.rmtree(self._cache, ignore_errors=True)

    def kill(self):
        """Kill PostgreSQL, all of it, and start it again."""
        self._server.kill()
        end = time.monotonic() + 60
        while True:
            try:
                self._server.start()
                return
            except NotUp:
                # Its other processes notice that they are orphans and end; until then it does not start.
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)

    def end(self):
        """Stop PostgreSQL."""
        self._server.stop()


def _copy(source, target):
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("log"))
    (target / "log").mkdir(exist_ok=True)


STORAGES = {"filestorage": Files, "relstorage": Database}
