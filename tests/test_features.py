"""docs/reference/features.md lists every criterion with its page and the tests that name it.

`RECORD=1 pytest tests/test_features.py` writes it anew.
"""

import ast
import os
import pytest
import re
from collections import defaultdict
from functools import cache
from pathlib import Path


ROOT = Path(__file__).parent.parent
TABLE = ROOT / "docs" / "reference" / "features.md"
ROWS = [f"A{n}" for n in range(1, 30)] + [f"B{n}" for n in range(1, 46)]

# The page on which a row is met first.
PAGES = {
    "documents of a matter": "A1 A2 A3 A4 A5 A6 A7 A13",
    "release": "A8 A9 A10",
    "portal of a matter": "A11 A25 A26 A27 A28 A29",
    "overview of a matter": "A24 B9 B10 B12 B17",
    "compose": "A14 A15 A16 A17 B1 B6 B7 B8 B11 B13 B14 B15 B16 B18 B19 B20 B21 B22 B38",
    "messages of a matter": "A18 A20 A21 A22 B30 B31 B32 B33 B34",
    "activity of a matter": "B23",
    "list of matters": "B37 B42",
    "mail": "A12 A19 A23 B2 B4 B24 B25",
    "mail texts": "B43",
    "my portal, inbox": "B26 B27 B28 B29 B35 B36 B44 B45",
    "thread (client)": "B3 B5 B39 B40 B41",
}


@cache
def named():
    """Return {row: ["file::test", ...]} from the docstrings of all tests."""
    found = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for row in rows_in(ast.get_docstring(node) or ""):
                    found[row].append(f"{path.relative_to(ROOT / 'tests')}::{node.name}")
    return found


def rows_in(text):
    """Return the rows that a docstring names: A5, B28–B30."""
    found = set(re.findall(r"\b[AB]\d+\b", text))
    for kind, first, last in re.findall(r"\b([AB])(\d+)–[AB]?(\d+)\b", text):
        found |= {f"{kind}{n}" for n in range(int(first), int(last) + 1)}
    return found


def table():
    """Return the whole text of features.md."""
    pages = {row: page for page, rows in PAGES.items() for row in rows.split()}
    tests = named()
    lines = [
        "# Criteria, pages and tests",
        "",
        "Each row of the list of features, the page on which it is met first, and the tests that name "
        "it (written by `RECORD=1 pytest tests/test_features.py`).",
        "",
        "| row | page | tests |",
        "|---|---|---|",
    ]
    for row in ROWS:
        names = "<br>".join(f"`{name}`" for name in tests[row])
        lines.append(f"| {row} | {pages[row]} | {names} |")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_named_by_a_test(row):
    assert named()[row]


def test_the_table_is_up_to_date():
    if os.environ.get("RECORD"):
        TABLE.write_text(table())
        pytest.skip("written anew")
    assert TABLE.read_text() == table()
