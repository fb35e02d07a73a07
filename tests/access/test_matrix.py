"""The authorisation matrix: who asks for what, in every way, and what must not come (security.md 5, T1).

`make matrix` asks more of it. `RECORD=1 pytest tests/access -k list` writes routes.txt anew.
"""

import os
from access import routes
from access import table
from collective.clientportal.domain import access
from collective.clientportal.subscribers.guard import guard
from contextlib import contextmanager
from pathlib import Path
from zope.component import getGlobalSiteManager
from ZPublisher.interfaces import IPubAfterTraversal


LIST = Path(__file__).with_name("routes.txt")
NEW = """
A route that is not in tests/access/routes.txt answers now, or one that is has gone. Look at what each
does for whom. Strangers and clients are refused by the guard's allow-list; for people of the firm decide
whether it tells what they must not know (a row in guard.ADMIN_VIEWS, ADMIN_SERVICES). Then
RECORD=1 pytest tests/access -k list
"""
CELLS = 10_000


@contextmanager
def without_guard():
    """Let requests pass as if there were no guard."""
    manager = getGlobalSiteManager()
    assert manager.unregisterHandler(guard, (IPubAfterTraversal,))
    try:
        yield
    finally:
        manager.registerHandler(guard, (IPubAfterTraversal,))


class TestMatrix:
    """One world for all."""

    cells = 0

    def test_every_route_of_ours_has_its_row(self, matrix):
        """Issue 4, point 1: a route that appears without a classification fails."""
        assert {tuple(route) for route in matrix.own} == {*table.OWN}

    def test_stock_routes_are_those_of_the_list(self, matrix):
        """Issue 4, point 1: so does one of Plone's that an upgrade brings."""
        found = routes.listing(matrix.found)
        if os.environ.get("RECORD"):
            LIST.write_text("\n".join(found) + "\n")
        known = LIST.read_text().splitlines()
        assert (sorted({*found} - {*known}), sorted({*known} - {*found})) == ([], []), NEW

    def test_routes_of_ours(self, matrix):
        """A2, A3, B7, B8, C12: asked for by everybody in every state as our pages and clients ask."""
        figures = matrix.run(matrix.own_cells())
        TestMatrix.cells += figures.cells
        assert sorted(figures.faults()) == []
        # What is refused is refused for want of permission: whoever has it does change something.
        writing = {route for route, row in table.OWN.items() if row.writes}
        assert writing - {tuple(route) for route in figures.wrote} <= NOT_SEEN_TO_WRITE

    def test_stock_routes(self, matrix):
        """A2, issue 2, point 10: a sample of all ways to all of Plone's routes, the same each time."""
        figures = matrix.run(
            matrix.sample(CELLS - TestMatrix.cells if TestMatrix.cells else 4000, 4)
        )
        TestMatrix.cells += figures.cells
        assert sorted(figures.faults()) == []

    def test_the_matrix_finds_a_missing_guard(self, matrix):
        """It can fail: without the guard Plone tells strangers titles (security.md 0.1)."""
        asked = [
            cell
            for cell in matrix.sample(3000, 1)
            if cell.route.group == "view" and cell.identity not in table.INSIDERS
        ]
        assert not matrix.run(asked).faults()
        with without_guard():
            assert len(matrix.run(asked).leaks) >= 10

    def test_the_matrix_finds_a_missing_check(self, matrix, monkeypatch):
        """It can fail: a domain function that forgets to ask for its permission is found out."""
        asked = [cell for cell in matrix.own_cells() if cell.route.name == "GET @participants"]
        assert not matrix.run(asked).faults()
        monkeypatch.setattr(access, "require", lambda permission, obj: None)
        figures = matrix.run(asked)
        assert figures.leaks
        assert figures.statuses


# Forms that need more than a fixed body to change something; who may send them is asked all the same.
NOT_SEEN_TO_WRITE = {
    ("site", "service", "POST @logout"),
    ("site", "service", "POST @login"),
    ("site", "view", "outbox"),
    ("site", "view", "quarantine"),
    ("site", "view", "clientportal-health"),
    ("site", "view", "clientportal-controlpanel"),
    ("folder", "view", "upload"),
}
