"""The list of matters over REST and as a file: filters, orders, pages, and who sees what (B30, B37)."""

import csv
import pytest
from collective.clientportal.domain import journal
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import participants
from collective.clientportal.domain.requests import Draft
from datetime import date
from io import StringIO
from services.test_access import restrict


@pytest.fixture
def files(live):
    """Five matters: the two of the cast, and three in which something is awaited."""
    expected = (("26/0101", "acknowledge", 3), ("26/0102", "reply", 1), ("26/0103", "", 2))
    with live.as_user("handler"):
        for reference, expects, day in expected:
            matter = matters.create(
                live.portal["matters"],
                f"=Sache {reference}",
                reference,
                ["handler"],
                resubmission=date(2026, 12, day),
            )
            if expects:
                matters.switch_portal(matter, True)
                client = participants.invite(matter, "anna@example.org")
                messages.send(matter, Draft("Text"), expects, [client.id])


def references(client, query=""):
    """Return (references in order, how many there are in all)."""
    answer = client.get(f"@matters?{query}").json()
    return [row["reference"][-4:] for row in answer["items"]], answer["items_total"]


QUERIES = {
    "": ["0113", "0007", "0101", "0102", "0103"],
    "q=sache 010": ["0101", "0102", "0103"],
    "q=BERGER": ["0113"],
    "q=nothing": [],
    "handler=colleague": ["0007"],
    "handler=assistant": ["0113"],
    "status=awaiting_reply": ["0102"],
    "status=awaiting_acknowledgement": ["0101"],
    "status=awaiting_documents": [],
    "status=none": ["0113", "0007", "0103"],
    "q=sache 010&sort_on=resubmission": ["0102", "0103", "0101"],
    "q=sache 010&sort_on=title&sort_order=descending": ["0103", "0102", "0101"],
    "q=sache 010&sort_on=status": ["0103", "0101", "0102"],
}


def test_filters_and_orders(live, rest, files):
    """B30, B37: status as a filter, and everything else that a list is asked for."""
    found = {query: references(rest("handler"), query) for query in QUERIES}
    assert found == {query: (rows, len(rows)) for query, rows in QUERIES.items()}


def test_pages(live, rest, files):
    """B37: the whole number stays the same from page to page."""
    pages = [references(rest("handler"), f"b_size=2&b_start={start}") for start in (0, 2, 4, 6)]
    assert pages == [(["0113", "0007"], 5), (["0101", "0102"], 5), (["0103"], 5), ([], 5)]


def test_unread_and_acknowledged_as_orders(live, rest, files):
    """B30, B37: what clients wrote comes first; the date belongs to the status."""
    thread = rest("anna").get("@inbox").json()["items"][-1]
    assert thread["reference"] == "26/0102"
    rest("anna").post(f"{thread['@id']}/@messages", json={"text": "Ja."})
    journal.seal()
    handler = rest("handler")
    assert references(handler, "sort_on=unread")[0][0] == "0102"
    assert references(handler, "sort_on=acknowledged_on")[0][0] == "0102"
    assert references(handler, "status=with_us") == (["0102"], 1)


def test_edits_show(live, rest, files):
    """B37: title, reference, team and resubmission as they are now."""
    handler = rest("handler")
    handler.patch(
        live.matter.absolute_url(),
        json={"title": "Umbenannt", "reference": "26/0200", "assistants": ["colleague"]},
    )
    assert references(handler, "q=umbenannt") == (["0200"], 1)
    assert references(handler, "q=berger") == ([], 0)
    assert references(handler, "handler=colleague") == (["0007", "0200"], 2)
    assert references(handler, "handler=assistant") == ([], 0)


@pytest.mark.parametrize("order", ["reference", "unread"])
def test_a_restricted_matter_is_not_counted_for_others(live, rest, order):
    """A2"""
    restrict(live.matter)
    assert references(rest("handler"), f"sort_on={order}")[1] == 2
    assert references(rest("colleague"), f"sort_on={order}") == (["0007"], 1)
    page = rest("colleague").get("@@matters").text
    assert "Berger" not in page
    assert "Assistant" not in page


def test_as_a_file(live, rest, files):
    """pages.md: the list as CSV, filtered alike; no cell is a formula."""
    page = rest("handler").get("@@matters?q=sache&sort=resubmission").text
    assert "@@matters-csv?q=sache&amp;sort=resubmission" in page
    answer = rest("handler").get("@@matters-csv?q=sache+010&sort=resubmission")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="matters.csv"'
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["26/0102", "26/0103", "26/0101"]
    assert rows[1][1:4] == ["'=Sache 26/0102", "Handler", "waiting for reply"]
    assert rest("anna").get("@@matters-csv").status_code in (403, 404)
    assert rest().get("@@matters-csv").status_code in (302, 401)
