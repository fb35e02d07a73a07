"""`make matrix`: the matrix at length, in two processes; the figures go to docs/reference/access-matrix.md.

MINUTES=30: how long (none: until every cell was asked). Without MINUTES each process asks every second cell
of the full product; with MINUTES a random choice of all cells.
"""

import collections
import datetime
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from access import table
from access.matrix import Figures
from pathlib import Path


SHARDS = 2
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "access-matrix.md"
COUNTED = ("leaks", "writes", "statuses", "crashes", "noise")


class TestShard:
    """One process's share."""

    def test_shard(self, matrix):
        """Issue 4, point 1: no leak, no forbidden write."""
        shard, minutes = int(os.environ["SHARD"]), float(os.environ.get("MINUTES", 0))
        if minutes:
            cells = matrix.sample(10**9, random.randrange(10**9))
            cells = itertools.chain(
                itertools.islice(matrix.own_cells(), shard, None, SHARDS), cells
            )
        else:
            cells = itertools.islice(matrix.cells(), shard, None, SHARDS)
        figures, end = Figures(), time.monotonic() + minutes * 60
        while not minutes or time.monotonic() < end:
            some = matrix.run(itertools.islice(cells, 200))
            if not some.cells:
                break
            figures.add(some)
        found = {name: dict(getattr(figures, name)) for name in COUNTED}
        found |= {"cells": figures.cells, "answered": figures.answered, "routes": len(matrix.found)}
        Path(os.environ["FIGURES"]).write_text(json.dumps(found))


def main():
    """Run the shards side by side, write the page, and fail where something was found."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        shards = [Path(folder, f"{number}.json") for number in range(SHARDS)]
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "pytest", "-q", "--no-header", __file__],
                env={**os.environ, "SHARD": str(number), "FIGURES": str(shard)},
            )
            for number, shard in enumerate(shards)
        ]
        if any([process.wait() for process in running]):
            return 1
        found = [json.loads(shard.read_text()) for shard in shards]
    total = {name: sum(shard[name] for shard in found) for name in ("cells", "answered")}
    faults = {
        name: sum((collections.Counter(shard[name]) for shard in found), collections.Counter())
        for name in COUNTED
    }
    for name in COUNTED:
        for text in sorted(faults[name]):
            print(text)
    minutes = round((time.monotonic() - start) / 60)
    PAGE.write_text(_page(total, faults, found[0]["routes"], minutes))
    print(PAGE.read_text())
    return int(any(faults[name] for name in COUNTED if name != "noise"))


def _page(total, faults, routes, minutes):
    limit = os.environ.get("MINUTES")
    return f"""# The authorisation matrix, as last run

Every identity asks in every way for every route of the running site; what comes is compared with
`tests/access/table.py`. Written by `make matrix`.

| | |
|---|---|
| date | {datetime.date.today()} |
| command | `make matrix{f" MINUTES={limit}" if limit else ""}`, {minutes} minutes |
| cells | {total["cells"]:,} ({"a random choice of the product" if limit else "the full product"}) |
| routes | {routes:,}, of ours {len(table.OWN)} |
| answered with 2xx | {total["answered"]:,} |
| leaks | {faults["leaks"].total()} |
| forbidden writes | {faults["writes"].total()} |
| other answers than expected | {faults["statuses"].total()} |
| 5xx for outsiders, or on a route of ours | {faults["crashes"].total()} |
| 5xx for the firm on Plone's own routes, called without what they need | {faults["noise"].total()} |
"""


if __name__ == "__main__":
    sys.exit(main())
