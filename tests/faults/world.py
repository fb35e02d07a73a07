"""What is broken in a series: a firm's server with its database, its mail server, its disk, its clock."""

import requests
import subprocess
import sys
import time
from contextlib import contextmanager
from faults import zygote
from faults.post_office import PostOffice
from faults.storages import free_port
from faults.storages import ROOT
from faults.storages import STORAGES
from pathlib import Path


FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


class World:
    """One machine. `folder`: where everything lies; `lease`: seconds that a mail may take to be sent.

    Where libfaketime is installed the server's clock can be changed (`has_clock`), until
    `go_by_the_real_clock`: it costs time.
    """

    def __init__(self, folder, lease, storage="filestorage"):
        self.folder = Path(folder)
        self.lease = lease
        self.instance = self.folder / "instance"
        self.port = free_port()
        self.base = f"http://localhost:{self.port}"
        self.server = self.sender = None
        self.has_clock = FAKETIME is not None
        self.post = PostOffice(self.folder / "mails.log")
        self._clock = self.folder / "clock"
        self._log = (self.folder / "server.log").open("a")
        self._make_instance()
        self.storage = STORAGES[storage](self.instance, self.folder)
        self.clock(0)
        fake = {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(self._clock),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self._start_zygote(**(fake if self.has_clock else {}))

    @classmethod
    @contextmanager
    def running(cls, folder, lease=4, storage="filestorage"):
        """Give a world that is ended afterwards; what its servers had to say is shown where all fails."""
        folder.mkdir(exist_ok=True)
        world = cls(folder, lease, storage)
        try:
            yield world
        except BaseException:
            print((folder / "server.log").read_text()[-5000:], file=sys.stderr)
            raise
        finally:
            world.end()

    def found(self):
        """Make the firm, for `renew` to begin with; return what `jobs.found` tells."""
        firm = self._zygote.run("found", self.folder / "firm.json", smtp_port=self.post.port)
        self.storage.keep()
        return firm

    def renew(self):
        """Begin anew with the firm as it was founded, and start what serves it."""
        self.stop()
        self.storage.renew()
        self.post.forget()
        self.start()
        self.start_sender()

    def start(self, worker=True):
        """Start the server, with its workers or not; return when it answers."""
        self.spawn(worker)
        self.wait_for_server()

    def spawn(self, worker=True):
        """Start the server, and wait for nothing."""
        worker = "on" if worker and not self.storage.own_sender else "off"
        options = {"port": self.port, "lease": self.lease, "worker_": worker}
        self.server = self._zygote.start("serve", **options)

    def start_sender(self):
        """Start the sender, where it is a process of its own."""
        if self.storage.own_sender:
            self.sender = self._zygote.start("send", lease=self.lease)

    def mind_sender(self):
        """Start the sender again where it has ended by itself, as a service manager does.

        It does when the database is not there at the moment it starts.
        """
        if self.sender and not zygote.is_alive(self.sender):
            self.start_sender()

    def wait_for_server(self):
        """Return when the server answers."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                requests.get(f"{self.base}/Plone/@inbox", timeout=60)
                return
            except requests.ConnectionError:
                if not zygote.is_alive(self.server):
                    raise RuntimeError("The server does not start; see server.log.") from None
                time.sleep(0.1)
        raise RuntimeError("The server does not answer.")

    def kill_server(self):
        """Kill the server: it has no time to do anything."""
        zygote.kill(self.server)

    def kill_sender(self):
        """Kill the sender."""
        zygote.kill(self.sender)

    def look(self):
        """Return everything that the database holds."""
        return self._zygote.run("look", self.folder / "found.json")

    @contextmanager
    def full_disk(self, left):
        """Leave `left` bytes on the disk of the database."""
        self.storage.fill(left)
        try:
            yield
        finally:
            self.storage.fill(None)

    def clock(self, seconds):
        """Put the server's clock to so many seconds from now."""
        unfinished = self._clock.with_suffix(".new")
        unfinished.write_text(f"{seconds:+d}\n")
        unfinished.rename(self._clock)

    def go_by_the_real_clock(self):
        """Have what is started from now on go by the clock of the machine."""
        self.has_clock = False
        self._zygote.end()
        self._start_zygote()

    def stop(self):
        """Stop what runs of the firm."""
        for pid in (self.server, self.sender):
            if pid and zygote.is_alive(pid):
                zygote.kill(pid)

    def end(self):
        """Stop everything."""
        self.stop()
        self._zygote.end()
        self.post.end()
        self.storage.end()

    def _start_zygote(self, **environment):
        environment |= self.storage.environment
        self._zygote = zygote.Zygote(self.instance, self._log, **environment)

    def _make_instance(self):
        command = [Path(sys.executable).parent / "mkwsgiinstance", "-d", self.instance]
        command += ["-s", ROOT / "etc" / "skel", "-u", "admin:admin"]
        subprocess.run(command, check=True)
