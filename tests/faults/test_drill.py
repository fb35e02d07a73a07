"""A small drill; `make drill` does a larger one."""

import os
import subprocess
import sys
import time
from faults.drill import drill
from pathlib import Path
from ZODB.FileStorage import FileStorage


RESTORE = Path(__file__).parents[2] / "scripts" / "restore.py"


def test_what_was_acknowledged_before_a_backup_is_in_it(tmp_path):
    """Issue 5, point 5: backed up under load, restored into an empty place: nothing is lost."""
    seed = os.environ.get("SEED", str(time.time_ns()))
    print(f"SEED={seed}")
    figures = drill(tmp_path, seed, 60)
    assert figures.before.total() >= 40
    assert figures.fetched > 0
    assert figures.entries > 40


def test_a_date_that_is_none_restores_nothing(tmp_path):
    """Issue 5, point 5: a typing error must not bring back just any day."""
    (tmp_path / "backup" / "data").mkdir(parents=True)
    for date in ("quatsch", "28.11.2026", "2026-11", "2026-11-28 19:00"):
        command = [sys.executable, RESTORE, tmp_path / "backup", tmp_path / "instance", date]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 1 and f"“{date}” is no date" in done.stderr
    assert not (tmp_path / "instance").exists()


def test_a_backup_is_for_its_owner_alone(tmp_path):
    """Issue 5, point 5: so is what is restored from it; what lies in it is privileged."""
    var = tmp_path / "instance" / "var"
    (var / "blobstorage").mkdir(parents=True)
    FileStorage(str(var / "Data.fs"), create=True).close()
    (var / "blobstorage" / "file").write_text("x")
    scripts = RESTORE.parent
    for script, source, target in (
        ("backup.py", tmp_path / "instance", tmp_path / "backup"),
        ("restore.py", tmp_path / "backup", tmp_path / "again"),
    ):
        subprocess.run([sys.executable, scripts / script, source, target], check=True)
        folders = [path for path in [target, *target.rglob("*")] if path.is_dir()]
        assert len(folders) > 2
        assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
