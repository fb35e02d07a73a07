"""The portal on several processes of one machine: PostgreSQL, Zope clients, a sender, nginx in front."""

import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from postgres import Postgres
from processes import free_port
from processes import listens
from processes import Process


ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
NAME = "localhost"


class Cluster:
    """All of it in one folder and on loopback; the portal is http://localhost:`port`.

    `clients`: how many Zope processes; `settings`: more settings of PostgreSQL; `env`: more environment.
    """

    def __init__(self, folder, port, clients=3, settings=(), env=()):
        self.folder = Path(folder).resolve()
        self.port = port
        self.url = f"http://{NAME}:{port}"
        self.postgres = Postgres(self.folder / "postgres", free_port(), settings)
        self.shared = self.folder / "shared"
        self.env = os.environ | {
            "CLIENTPORTAL_DSN": self.postgres.dsn(),
            "CLIENTPORTAL_SHARED": str(self.shared),
            "CLIENTPORTAL_BASE_URL": self.url,
            "CLIENTPORTAL_WORKER": "off",
        }
        self.env |= dict(env)
        self.ports = [free_port() for _ in range(clients)]
        self.zopes = [self._zope(number, port) for number, port in enumerate(self.ports, start=1)]
        self.sender = self._sender("sender")
        self.nginx = self._nginx()

    def make(self):
        """Make instances, database and site, as far as they are missing."""
        self.shared.mkdir(parents=True, exist_ok=True)
        self.postgres.make()
        self.postgres.start()
        for name in (*(f"zope{number + 1}" for number in range(len(self.ports))), "sender"):
            self.make_instance(name)
        self._make_nginx()
        self.run("scripts/create_site.py", out=None)

    def make_instance(self, name, storage="etc/cluster/storage.conf"):
        """Make an instance from the skeleton, with the storage of a cluster."""
        instance = self.folder / name
        shutil.rmtree(instance / "etc", ignore_errors=True)
        subprocess.run(
            [BIN / "mkwsgiinstance", "-d", instance, "-s", ROOT / "etc/skel", "-u", "admin:admin"],
            check=True,
        )
        shutil.copy(ROOT / storage, instance / "etc/storage.conf")
        return instance

    def run(self, script, *args, instance="zope1", out=subprocess.PIPE):
        """Run a script with the site's database; return what it printed."""
        conf = self.folder / instance / "etc/zope.conf"
        command = [BIN / "zconsole", "run", conf, ROOT / script, *args]
        done = subprocess.run(command, env=self.env, cwd=ROOT, check=True, text=True, stdout=out)
        return done.stdout

    def start(self):
        """Start all that is not running: the clients at once, nginx when they answer."""
        if not self.postgres.process.running:
            self.postgres.start()
        parts = [part for part in (*self.zopes, self.sender) if not part.running]
        for part in parts:
            part.begin()
        for part in parts:
            part.wait_ready()
        if not self.nginx.running:
            self.nginx.start()

    def stop(self):
        """Stop all, the outermost first."""
        for part in (self.nginx, *self.zopes, self.sender, self.postgres):
            part.stop()

    @property
    def parts(self):
        """All processes by name."""
        zopes = {f"zope{number}": zope for number, zope in enumerate(self.zopes, start=1)}
        return {
            "postgres": self.postgres.process,
            **zopes,
            "sender": self.sender,
            "nginx": self.nginx,
        }

    def _zope(self, number, port):
        instance = self.folder / f"zope{number}"
        return Process(
            [BIN / "runwsgi", "-q", instance / "etc/zope.ini", f"http_port={port}"],
            self.folder / f"zope{number}.log",
            lambda: _answers(f"http://127.0.0.1:{port}/Plone/login"),
            env=self.env,
        )

    def _sender(self, name):
        log = self.folder / f"{name}.log"
        return Process(
            [BIN / "clientportal-sender", self.folder / name / "etc/zope.conf"],
            log,
            lambda: "Sealing and sending." in log.read_text(errors="replace"),
            env=self.env,
        )

    def _nginx(self):
        # As root its workers would be another user, who may not read the folder.
        main = "daemon off; user root;" if os.geteuid() == 0 else "daemon off;"
        folder = self.folder / "nginx"
        return Process(
            ["nginx", "-e", folder / "error.log", "-c", folder / "nginx.conf", "-g", main],
            self.folder / "nginx.log",
            lambda: listens(self.port),
        )

    def _make_nginx(self):
        folder = self.folder / "nginx"
        folder.mkdir(exist_ok=True)
        zopes = " ".join(
            f"server 127.0.0.1:{port} max_fails=1 fail_timeout=2s;" for port in self.ports
        )
        values = {"FOLDER": folder, "HOST": "127.0.0.1", "PORT": self.port, "NAME": NAME}
        text = (ROOT / "etc/cluster/nginx.conf").read_text()
        for name, value in (values | {"ZOPES": zopes}).items():
            text = text.replace(f"<<{name}>>", str(value))
        (folder / "nginx.conf").write_text(text)


def _answers(url):
    try:
        with urllib.request.urlopen(url, timeout=60):
            return True
    except OSError:
        return False
