"""What a process that was killed leaves lying about, thrown away when the next one starts."""

import logging
import os
import tempfile
import time
import Zope2
from pathlib import Path


logger = logging.getLogger("collective.clientportal.leftovers")

# Old enough to be nobody's: the folders may be shared by several processes, and an upload can take a while.
AGE = 24 * 60 * 60  # seconds

# What Python's tempfile and ZODB name the files that are on their way in: they hold what clients sent.
ON_THE_WAY = ("tmp*", "BUC*")


def clean(event):
    """Delete files that were being written, and resumable uploads that nobody has gone on with for a day.

    What transactions and uploads that ended have stored lies elsewhere.
    """
    temporary = getattr(Zope2.DB.storage, "temporaryDirectory", None)
    folders = [temporary and temporary(), os.environ.get("TUS_TMP_FILE_DIR")]
    count = sum(_clean(Path(folder), "*") for folder in folders if folder)
    if "TMPDIR" in os.environ:
        # Python would take another folder, on another disk, where this one has no room at first use.
        tempfile.tempdir = os.environ["TMPDIR"]
        count += sum(_clean(Path(os.environ["TMPDIR"]), names) for names in ON_THE_WAY)
    if count:
        logger.info("Deleted %d files that were left unfinished.", count)


def _clean(folder, names):
    if not folder.is_dir():
        return 0
    old = [path for path in folder.glob(names) if path.is_file() and _age(path) > AGE]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _age(path):
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0
