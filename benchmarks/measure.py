"""Measure the portal on this machine, print the table of issue 6 and keep it: make bench

Both data sets are kept in BENCH_DATA (instance-bench/), and made anew where what they are made from changed;
what changes a site is measured in a copy of it. What is compared is measured in turns, in one run. An answer
that is not what it must be ends the part that it belongs to, and the run fails.

BENCH_SETS=T1,T2 tries the benchmarks with tiny sets; BENCH_ONLY=pages,posting,… measures a part; both
print and keep nothing. BENCH_SETS=S,M takes a tenth of the large set.
"""

import downloads
import json
import os
import pages
import posting
import report
import scale_out
import sys
import time
import traceback
from report import Figure
from report import milliseconds
from report import ratio
from sites import ROOT
from sites import Site


FOLDER = ROOT / os.environ.get("BENCH_DATA", "instance-bench")
NAMES = os.environ.get("BENCH_SETS", "S,L").split(",")
PARTS = ("pages", "posting", "sharing", "conflicts", "threads", "downloads", "scale_out")
ONLY = os.environ.get("BENCH_ONLY", ",".join(PARTS)).split(",")


def served(function):
    """Have the two sites served while a part measures."""

    def part(small, large):
        small.start()
        large.start()
        try:
            yield from function(small, large)
        finally:
            small.stop()
            large.stop()

    return part


def changing(function):
    """Have a part change a copy of the small site, so that the other parts find it as it was made."""

    def part(small, large):
        copy = small.copy(f"{small.name}-changed")
        try:
            yield from function(copy, large)
        finally:
            copy.remove()

    return part


@served
def measure_pages(small, large):
    """Figures 4, 5, 6, 11, 12, 15."""
    yield from pages.against_plone(small)
    yield from pages.small_and_large(small, large)
    yield from pages.few_and_many(large)


@changing
def measure_posting(small, large):
    """Figures 2, 3, 9."""
    commit = inside(small, "commit")["commit"]
    small.start()
    yield from posting.against_plone(small, commit)
    small.stop()
    yield from posting.with_mail(small)


@changing
def measure_sharing(small, large):
    """Figures 1, 6, 13."""
    found = inside(large, "clients")
    few, many = found["sizes"]
    mine = (f"to {many:,} documents", found["many"])
    what = "give a client access to a matter"
    plone = ("local role + reindexObjectSecurity", found["plone"])
    yield ratio("1", what, mine, plone, at_least=10_000, inverse=True)
    yield ratio("1", what, mine, (f"to {few:,}", found["few"]), at_most=1.2)
    count = inside(small, "badge")["count"]
    yield Figure(
        "6", "what the badge adds to a page: ms", milliseconds(count), "–", count, at_most=0.05
    )
    found = inside(small, "releases")
    one = ("1 of 2 kB", found["small"])
    twenty = ("one of 20", found["many"] / 20)
    yield ratio("13", "release of 20 documents, for each", twenty, one, at_most=1.1)
    yield ratio("13", "release of 2 GB", ("2 GB", found["large"]), one, at_most=1.2)


@changing
def measure_conflicts(small, large):
    """Figure 7."""
    for what, (percent, reasons) in json.loads(small.run("benchmarks/conflicts.py")).items():
        for reason in sorted(set(reasons))[:3]:
            print(f"  {what}: {reason}", file=sys.stderr)
        most = 5 if "one thread" in what else 0
        said = f"{percent:.0f} % done again"
        yield Figure("7", f"conflicts: {what}", said, "–", percent, at_most=most)


def measure_threads(small, large):
    """Figure 14."""
    found = inside(large, "threads")
    short, long = found["sizes"]
    yield ratio(
        "14",
        "newest page of a thread, nothing in memory",
        (f"{long:,} messages", found["long"]),
        (f"{short:,}", found["short"]),
        at_most=1.5,
    )


@changing
def measure_downloads(small, large):
    """Figure 10."""
    yield from downloads.large(small)


def measure_scale_out(small, large):
    """Figure 8."""
    folder = FOLDER / "cluster"
    yield from scale_out.posts(folder, lambda out: json.loads(out.strip().rpartition("\n")[2]))


def inside(site, name):
    """Return what benchmarks/inside.py measures under this name."""
    return json.loads(site.run("benchmarks/inside.py", name))


def main():
    """Make the sites, measure, print, keep."""
    start = time.monotonic()
    small, large = (Site(name, FOLDER) for name in NAMES)
    small.make()
    large.make()
    figures, failed = [], []
    for name in PARTS:
        if name in ONLY:
            failed += measure(name, small, large, figures)
    print(f"\n{report.table(figures)}\n\n{(time.monotonic() - start) / 60:.0f} minutes")
    for failure in failed:
        print(f"NOT MEASURED: {failure}")
    if len(ONLY) == len(PARTS) and NAMES[0] == "S":
        report.write(figures, failed, "make bench", NAMES)
    return bool(failed)


def measure(name, small, large, figures):
    """Measure one part into `figures`; return why it broke off, if it did: the other parts go on."""
    try:
        for figure in globals()[f"measure_{name}"](small, large):
            print(figure.line(), flush=True)
            figures.append(figure)
    except Exception as error:
        traceback.print_exc()
        return [f"{name}: {type(error).__name__}: {str(error)[:300]}"]
    return []


if __name__ == "__main__":
    sys.exit(main())
