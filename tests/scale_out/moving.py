"""What a storage holds, to be compared with what another one holds after a move."""

import os
import subprocess
from cluster import BIN
from cluster import ROOT
from hashlib import sha256
from relstorage.adapters.postgresql import PostgreSQLAdapter
from relstorage.options import Options
from relstorage.storage import RelStorage
from ZODB.FileStorage import FileStorage
from ZODB.utils import get_pickle_metadata


def convert(direction, dsn, files):
    """Run zodbconvert: `direction` "to" or "from" PostgreSQL, `files` the folder on the other side."""
    subprocess.run(
        [BIN / "zodbconvert", ROOT / f"etc/cluster/{direction}-postgresql.conf"],
        env=os.environ | {"CLIENTPORTAL_DSN": dsn, "CLIENTPORTAL_FILES": str(files)},
        check=True,
        capture_output=True,
    )


def in_postgres(dsn, cache):
    """Return what a database holds."""
    options = Options(keep_history=False, shared_blob_dir=False, blob_dir=str(cache))
    return _contents(RelStorage(PostgreSQLAdapter(dsn, options), options=options))


def in_files(folder):
    """Return what a FileStorage holds."""
    path, blobs = folder / "Data.fs", folder / "blobstorage"
    return _contents(FileStorage(str(path), blob_dir=str(blobs), read_only=True))


def _contents(storage):
    """Return object id → (transaction id, hash of its record), and object id → hash of its file."""
    records, files = {}, {}
    try:
        cursor = None
        while True:
            oid, tid, data, cursor = storage.record_iternext(cursor)
            records[oid] = (tid, sha256(data).hexdigest())
            if get_pickle_metadata(data) == ("ZODB.blob", "Blob"):
                with open(storage.loadBlob(oid, tid), "rb") as blob:
                    files[oid] = sha256(blob.read()).hexdigest()
            if cursor is None:
                return records, files
    finally:
        storage.close()
