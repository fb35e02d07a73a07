"""The layers' storages on a real PostgreSQL: make test-relstorage

Where a layer or a test would lay a DemoStorage over the one below, it gets a copy of its database here:
PostgreSQL copies one as a template. What is committed goes to the copy and is dropped with it.
"""

import atexit
import itertools
import shutil
import tempfile
from pathlib import Path
from plone.testing import zodb
from postgres import CARELESS
from postgres import Postgres
from processes import free_port
from relstorage.adapters.postgresql import PostgreSQLAdapter
from relstorage.options import Options
from relstorage.storage import RelStorage
from ZODB.DB import DB


class Copies:
    """A PostgreSQL server of this process's own, with one database for each layer."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="clientportal-relstorage-"))
        self.folder.chmod(0o755)  # PostgreSQL runs as another user than root
        self.postgres = Postgres(self.folder / "postgres", free_port(), CARELESS)
        self.names = (f"layer{number}" for number in itertools.count())

    def start(self):
        """Start the server, with the first layer, until the process ends."""
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.postgres.make()
        self.postgres.start()
        atexit.register(self.postgres.stop)

    def stack(self, db=None, name=None):
        """Return a database over a copy of what `db` holds; in place of plone.testing's own function."""
        if not self.postgres.process.running:
            self.start()
        new = next(self.names)
        template = ""
        if db is not None:
            # A database can only be copied while nobody is connected; RelStorage connects again.
            self.postgres.do(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE datname = '{db.storage.copy}'"
            )
            template = f"TEMPLATE {db.storage.copy} STRATEGY file_copy"
        self.postgres.do(f"CREATE DATABASE {new} {template}")
        return Copy(self.storage(new, create_schema=db is None), self)

    def storage(self, name, create_schema):
        """Return the storage of a database."""
        options = Options(
            keep_history=False,
            blob_dir=str(self.folder / name),
            shared_blob_dir=False,
            create_schema=create_schema,
        )
        adapter = PostgreSQLAdapter(self.postgres.dsn(name), options)
        storage = RelStorage(adapter, options=options)
        storage.copy = name
        return storage

    def drop(self, name):
        """Throw a database away, with what was kept of its blobs."""
        self.postgres.do(f"DROP DATABASE {name} WITH (FORCE)")
        shutil.rmtree(self.folder / name, ignore_errors=True)


class Copy(DB):
    """A ZODB on a copy, dropped when it is closed."""

    def __init__(self, storage, copies):
        self.copies = copies
        super().__init__(storage)

    def close(self):
        """Close and drop it."""
        name = self.storage.copy
        super().close()
        self.copies.drop(name)


def use():
    """Have all layers of this process use PostgreSQL."""
    zodb.stackDemoStorage = Copies().stack
