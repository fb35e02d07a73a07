"""A short series: a minute of what `make faults` does for an hour."""

import os
import time
from faults.series import Series
from faults.world import World


def test_nothing_is_lost(tmp_path):
    """Issue 5, point 6: killed, cut off, starved: all that was acknowledged is there, once."""
    seed = os.environ.get("SEED", str(time.time_ns()))
    print(f"SEED={seed}")
    with World.running(tmp_path) as world:
        figures = Series(world, seed).run(20)
        _check_leftovers(world)
    assert figures.faults.total() == 20
    assert figures.faults["server_killed"] == 10
    assert min(figures.acknowledged[kind] for kind in ("send", "reply", "internal", "upload")) > 0
    assert figures.mails > 0


def _check_leftovers(world):
    """What was being written when a server was killed is thrown away by a later one, after a day."""
    var = world.instance / "var"
    places = (var / "blobstorage" / "tmp", var / "tus", var / "tmp")
    left, fresh = [place / "BUCold" for place in places], [place / "BUCfresh" for place in places]
    for path in left + fresh:
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    for path in left:
        os.utime(path, (0, 0))
    world.kill_server()
    world.start()
    assert [path.exists() for path in left + fresh] == 3 * [False] + 3 * [True]
