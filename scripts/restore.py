"""Put a backup of scripts/backup.py into an instance that has no database: python scripts/restore.py
<backup> <instance> [<date>].

<date>: as repozo has it, UTC, yyyy-mm-dd or yyyy-mm-dd-hh-mm-ss: the newest backup that is not later;
none: the newest.
"""

import os
import re
import subprocess
import sys
from backup import copy_new
from backup import REPOZO
from pathlib import Path


DATE = r"\d{4}-\d\d-\d\d(-\d\d(-\d\d(-\d\d)?)?)?"


def main(backup, instance, date=""):
    """Check the backup and put it in place; nothing that is there is overwritten."""
    os.umask(0o077)  # for nobody else on this machine
    data, var = Path(backup) / "data", Path(instance) / "var"
    if not data.is_dir():
        sys.exit(f"There is no backup in {backup}.")
    if (var / "Data.fs").exists():
        sys.exit(f"{var} holds a database already. Move it away first; nothing was restored.")
    if date and not re.fullmatch(DATE, date):
        # repozo compares it as a text: with anything else it would take just any backup.
        sys.exit(
            f"“{date}” is no date like 2026-11-28 or 2026-11-28-19-45-00; nothing was restored."
        )
    which = ["--date", date] if date else []
    subprocess.run([REPOZO, "--verify", "--repository", data], check=True)
    var.mkdir(parents=True, exist_ok=True)
    # Under another name until everything is there: what breaks off can be begun again.
    unfinished = var / "Data.fs.restored"
    for left in var.glob("Data.fs.restored*"):
        left.unlink()
    command = [REPOZO, "--recover", *which, "--repository", data, "--output", unfinished]
    subprocess.run(command, check=True)
    files = var / "blobstorage"
    files.mkdir(exist_ok=True)
    count = copy_new(Path(backup) / "blobstorage", files)
    index = Path(f"{unfinished}.index")
    if index.exists():
        index.rename(var / "Data.fs.index")
    unfinished.rename(var / "Data.fs")
    print(f"Restored into {var}: Data.fs and {count} files.")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
