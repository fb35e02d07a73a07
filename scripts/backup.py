"""Back up an instance with a FileStorage while it serves: python scripts/backup.py <instance> <backup>.

The folder <backup> is made where it is missing. It holds Data.fs as repozo keeps it, in full the first time
and what is new the next times, and all files. The order matters: a file is in its place before the
transaction that names it ends, so whatever the copy of Data.fs names is there when the files are copied after
it. Do not pack the database meanwhile. `scripts/restore.py` is the way back.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path


REPOZO = Path(sys.executable).with_name("repozo")


def main(instance, backup):
    """Add what is new to the backup, and say what there is."""
    os.umask(0o077)  # for nobody else on this machine
    var, backup = Path(instance) / "var", Path(backup)
    if not (var / "Data.fs").exists():
        sys.exit(f"There is no database in {var}: nothing was backed up.")
    data, files = backup / "data", backup / "blobstorage"
    data.mkdir(parents=True, exist_ok=True)
    files.mkdir(exist_ok=True)
    command = [REPOZO, "--backup", "--quick", "--repository", data, "--file", var / "Data.fs"]
    subprocess.run(command, check=True)
    new = copy_new(var / "blobstorage", files)
    size = sum(path.stat().st_size for path in data.iterdir())
    print(f"Backed up: Data.fs ({size:,} bytes in {data}), {new} new files.")


def copy_new(source, target):
    """Copy the files below `source` that `target` does not hold; return how many. Files never change."""
    count = 0
    for folder, _folders, names in os.walk(source):
        there = target / Path(folder).relative_to(source)
        if there.relative_to(target).parts[:1] == ("tmp",):
            continue  # what is being written at the moment
        there.mkdir(parents=True, exist_ok=True)
        for name in names:
            if name.endswith(".lock") or (there / name).exists():
                continue
            # Under another name until it is whole: what breaks off here is copied by the next backup.
            unfinished = there / f"{name}.unfinished"
            shutil.copy2(Path(folder) / name, unfinished)
            with unfinished.open("rb") as written:
                os.fsync(written.fileno())
            unfinished.rename(there / name)
            count += 1
    return count


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
