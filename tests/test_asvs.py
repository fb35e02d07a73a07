"""docs/reference/asvs.md answers every requirement of OWASP ASVS 5.0, level 2, by what there is."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path


ROOT = Path(__file__).parent.parent
SHEET = ROOT / "docs" / "reference" / "asvs.md"
IDS = ROOT / "tests" / "asvs_ids.txt"

ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (\d) \| (.*?) \| ([a-z ]+) \| (.*) \|$", re.MULTILINE)
FIGURE = re.compile(r"^\| ([a-z ]+) \| [^|]*\| (\d+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
LINK = re.compile(r"\]\(([^)#]+)(?:#([^)]+))?\)")
STATES = {"test", "document", "reading", "not applicable", "not met"}


@cache
def rows():
    """Return [(id, level, words, state, text), …] of the sheet."""
    return ROW.findall(SHEET.read_text())


@cache
def names(path):
    """Return the names of the tests in a file, methods included."""
    tree = ast.parse(path.read_text())
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {function.name for function in functions if function.name.startswith("test_")}


def anchors(path):
    """Return the anchors of the headings of a Markdown file."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_requirement_has_its_row():
    """Issue 4, point 7: all of levels 1 and 2 and the chosen ones of level 3, each once, in their order."""
    wanted = [tuple(line.split()) for line in IDS.read_text().splitlines() if line[0] != "#"]
    assert len(wanted) == 263
    assert [row[:2] for row in rows()] == wanted


def test_no_row_is_empty():
    """Issue 4, point 7: a test, a document, a place in the code, or a reason."""
    for number, _level, words, state, text in rows():
        assert words.strip(), number
        assert state in STATES, number
        assert text.strip(), number
        if state == "test":
            assert TEST.search(text), number
        if state == "document":
            assert LINK.search(text), number


def test_every_test_exists():
    """Issue 4, point 7: none was renamed or deleted since."""
    named = {(number, *test) for number, *_rest, text in rows() for test in TEST.findall(text)}
    assert len(named) > 150
    missing = [
        (number, path, name)
        for number, path, name in sorted(named)
        if not (ROOT / path).exists() or name not in names(ROOT / path)
    ]
    assert missing == []


def test_every_document_exists():
    """Issue 4, point 7: with the heading that is named."""
    for number, *_rest, text in rows():
        for path, anchor in LINK.findall(text):
            target = SHEET.parent / path
            assert target.exists(), (number, path)
            assert not anchor or anchor in anchors(target), (number, path, anchor)


def test_the_figures_are_right():
    """Issue 4, point 7: the table at the top."""
    counted = Counter(row[3] for row in rows())
    told = {state: int(number) for state, number in FIGURE.findall(SHEET.read_text())}
    assert told == {**counted, "all": len(rows())}


def test_the_concept_names_what_there_is():
    """Issue 4, point 7: docs/concepts/security.md says which tests show what it says."""
    text = (ROOT / "docs" / "concepts" / "security.md").read_text()
    named = re.findall(r"`((?:tests|scripts)/[\w/]+\.py)`", text)
    assert len(named) > 15
    assert [path for path in named if not (ROOT / path).exists()] == []
