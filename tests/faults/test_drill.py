"""A small drill; `make drill` does a larger one."""

import os
import subprocess
import sys
import time
from faults.drill import drill
from pathlib import Path


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
