"""Check that matters, folders, documents and threads are fetched through domain/access.py alone."""

import ast
import sys
from pathlib import Path


PACKAGE = Path("src/collective/clientportal")

# The one module that decides, and what runs as nobody in particular: installer, upgrades, demo firm.
MAY_ALL = {"domain/access.py", "setuphandlers", "upgrades"}

# Ways to an object without a check, or with Plone's instead of ours.
METHODS = {
    "unrestrictedTraverse",
    "restrictedTraverse",
    "getObject",
    "_unrestrictedGetObject",
    "getObjectByUID",
    "objectValues",
    "objectItems",
    "unrestrictedSearchResults",
    "searchResults",
}
FUNCTIONS = {"api.content.get", "api.content.find", "uuidToObject", "uuidToCatalogBrain"}

# What lies in a matter, without a check: for the bookkeeping of the domain.
UNCHECKED = {
    "rosters.folders",
    "rosters.threads",
    "rosters.rooms",
    "rosters.documents",
    "access.unchecked_matter",
}

# Where a way around is right, and why.
REASONS = {
    ("domain/rosters.py", "objectValues"): "the unchecked lists themselves",
    ("worker.py", "objectValues"): "looks for the sites of an installation",
    ("domain/health.py", "objectValues"): "states of workflows",
    ("domain/health.py", "unrestrictedSearchResults"): "compares paths, shows none",
    ("domain/quarantine.py", "unrestrictedTraverse"): "the same matter, by a connection of its own",
}


def found(module: Path) -> list[tuple[int, str]]:
    """Return (line, way) for each way to an object that `module` must not use."""
    name = module.relative_to(PACKAGE).as_posix()
    if name in MAY_ALL or name.split("/")[0] in MAY_ALL:
        return []
    ways = []
    for node in ast.walk(ast.parse(module.read_text())):
        if not isinstance(node, ast.Attribute | ast.Name):
            continue
        way = ast.unparse(node)
        last = way.rpartition(".")[2]
        forbidden = way in FUNCTIONS or (isinstance(node, ast.Attribute) and last in METHODS)
        unchecked = way in UNCHECKED and not name.startswith("domain/")
        if (forbidden or unchecked) and (name, last) not in REASONS:
            ways.append((node.lineno, way))
    return ways


def main() -> int:
    """Print what was found; return the exit code."""
    bad = [(path, *way) for path in sorted(PACKAGE.rglob("*.py")) for way in found(path)]
    for path, line, way in bad:
        print(f"{path}:{line}: {way} goes around domain/access.py")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
