"""A PostgreSQL server of one's own: in a folder, on loopback, for as long as the script runs."""

import os
import psycopg2
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from processes import as_user
from processes import Process


USER = "clientportal"

# What a server may do that is thrown away after the test: nothing of it outlives a power failure.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


def binaries():
    """Return the folder of the newest PostgreSQL that Debian's packages brought."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name)
    )
    if not found:
        raise FileNotFoundError("There is no PostgreSQL: apt install postgresql")
    return found[-1]


class Postgres:
    """A server whose data lie in `folder`/data; its password is in `folder`/pgpass alone.

    As root it runs as Debian's user `postgres`, since PostgreSQL refuses root.
    """

    def __init__(self, folder, port, settings=()):
        self.folder = Path(folder)
        self.port = port
        self.data = self.folder / "data"
        self.pgpass = self.folder / "pgpass"
        self.user = "postgres" if os.geteuid() == 0 else None
        options = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": "",
            "max_connections": 200,
        } | dict(settings)
        command = [binaries() / "postgres", "-D", self.data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        self.process = Process(
            command,
            self.folder / "postgres.log",
            self.answers,
            user=self.user,
            ending=signal.SIGINT,  # a "fast" shutdown: it waits for nobody
        )

    def dsn(self, database=USER):
        """Return what libpq needs to connect to a database; the password stays in its file."""
        return (
            f"host=127.0.0.1 port={self.port} dbname={database} user={USER} "
            f"passfile='{self.pgpass}'"
        )

    def make(self):
        """Make folder and data, unless they are there."""
        if self.data.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        password = secrets.token_urlsafe(24)
        given = self.folder / "password"
        for path, text in ((self.pgpass, f"*:*:*:{USER}:{password}\n"), (given, password)):
            path.touch(mode=0o600)
            path.write_text(text)
        new = self.folder / "new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        if self.user:
            for path in (given, new):
                shutil.chown(path, self.user, self.user)
        command = [binaries() / "initdb", "-D", new, "-U", USER, f"--pwfile={given}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        done = subprocess.run(
            [*as_user(self.user), "--", *map(str, command)], capture_output=True, text=True, cwd="/"
        )
        given.unlink()
        if done.returncode:
            raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")
        new.rename(self.data)

    def start(self):
        """Start the server, with an empty database at first."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self.process.start()
        known = "SELECT 1 FROM pg_database WHERE datname = %s"
        if not self.ask(known, USER):
            self.do(f"CREATE DATABASE {USER}")

    def stop(self):
        """Stop the server."""
        self.process.stop()

    def kill(self):
        """End the server and all of its processes as a power failure would."""
        os.killpg(self.process.popen.pid, signal.SIGKILL)
        self.process.popen.wait()

    def answers(self):
        """Tell whether it takes connections."""
        try:
            self._connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def do(self, statement):
        """Run a statement outside any transaction."""
        connection = self._connect()
        connection.autocommit = True
        try:
            connection.cursor().execute(statement)
        finally:
            connection.close()

    def ask(self, query, *values):
        """Return the rows of an answer."""
        connection = self._connect()
        try:
            cursor = connection.cursor()
            cursor.execute(query, values)
            return cursor.fetchall()
        finally:
            connection.close()

    def _connect(self):
        return psycopg2.connect(self.dsn("postgres"), connect_timeout=3)
