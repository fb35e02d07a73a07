"""A small drill; `make drill` does a larger one."""

import os
import time
from faults.drill import drill


def test_what_was_acknowledged_before_a_backup_is_in_it(tmp_path):
    """Issue 5, point 5: backed up under load, restored into an empty place: nothing is lost."""
    seed = os.environ.get("SEED", str(time.time_ns()))
    print(f"SEED={seed}")
    figures = drill(tmp_path, seed, 60)
    assert figures.before.total() >= 40
    assert figures.fetched > 0
    assert figures.entries > 40
