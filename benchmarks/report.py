"""The table of figures, and where it is kept."""

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path


PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "performance.md"
BEGIN, END = "<!-- begin: written by make bench -->", "<!-- end -->"


@dataclass(frozen=True)
class Figure:
    """One figure: `number` of issue 6, what was measured against what, the value and the bound it must keep.

    `ours`, `theirs`: both sides in words; `at_most`, `at_least`: the target, None where there is none.
    """

    number: str
    work: str
    ours: str
    theirs: str
    value: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_met(self):
        """Tell whether the target is met."""
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)

    @property
    def target(self):
        """Return the target in words."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return "" if self.at_least is None else f"≥ {self.at_least:,g}"

    def line(self):
        """Return the row of the table."""
        value = f"{self.value:,.0f}" if self.value >= 100 else f"{self.value:.2f}"
        mark = ("✓" if self.is_met else "**missed**") if self.target else ""
        cells = (self.number, self.work, self.ours, self.theirs, value, self.target, mark)
        return f"| {' | '.join(cells)} |"


def milliseconds(value):
    """Return a time in words."""
    return f"{value:.2f} ms" if value < 10 else f"{value:.0f} ms"


def ratio(number, work, ours, theirs, at_most=None, at_least=None, inverse=False):
    """Return the Figure of two times, each (what, milliseconds): ours / theirs, or `inverse`."""
    value = theirs[1] / max(ours[1], 1e-6) if inverse else ours[1] / max(theirs[1], 1e-6)
    words = (f"{what}: {milliseconds(spent)}" for what, spent in (ours, theirs))
    return Figure(number, work, *words, value, at_most, at_least)


def table(figures):
    """Return all figures as a table, in the order of their numbers."""
    head = ("#", "work", "ours", "against", "figure", "target", "")
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    figures = sorted(figures, key=lambda figure: int("".join(filter(str.isdigit, figure.number))))
    return "\n".join([*lines, *(figure.line() for figure in figures)])


def write(figures, failed, command, names):
    """Put the table into docs/reference/performance.md, with date, machine and command."""
    before, _begin, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    load = " / ".join(f"{value:.1f}" for value in os.getloadavg())
    said = (
        f"`{command}`, {time.strftime('%-d %B %Y, %H:%M')}: {os.cpu_count()} cores ({_processor()}), "
        f"Python {platform.python_version()}, FileStorage, data sets {' and '.join(names)}; load {load}."
    )
    broken = "".join(f"Not measured: {failure}\n\n" for failure in failed)
    PAGE.write_text(f"{before}{BEGIN}\n\n{said}\n\n{table(figures)}\n\n{broken}{END}{after}")


def _processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
