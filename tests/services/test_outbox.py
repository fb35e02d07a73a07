"""@outbox: what administrators see of the mails."""

import transaction
from collective.clientportal.domain import outbox
from collective.clientportal.domain import registers
from plone import api


def test_entries(live, rest, smtp, work):
    """Issue 2, points 8 and 10: state, tries and last error of each mail; newest first."""
    live.release(live.add())
    items = rest("boss").get("@outbox").json()["items"]
    newest = items[0]
    assert {"id", "event", "recipient", "state", "tries", "last_error"} <= newest.keys()
    assert newest["event"] == "documents"
    assert newest["recipient"] == live.people["anna"]
    assert (newest["state"], newest["tries"], newest["last_error"]) == ("waiting", 0, "")
    assert [item["id"] for item in items] == sorted((i["id"] for i in items), reverse=True)
    work()
    newest = rest("boss").get("@outbox").json()["items"][0]
    assert (newest["state"], newest["tries"], newest["last_error"]) == ("sent", 1, "")
    assert newest["sent"]


def test_failures_are_shown(live, rest, smtp, work):
    """C9, C10: what the mail server said."""
    smtp.reply_to["anna@example.org"] = "550 5.1.1 no such mailbox"
    live.release(live.add())
    work()
    newest = rest("boss").get("@outbox").json()["items"][0]
    assert (newest["state"], newest["tries"]) == ("failed", 1)
    assert "550" in newest["last_error"]
    assert "no such mailbox" in newest["last_error"]


def test_no_address_and_no_text(live, rest):
    """B1: people by id; nothing of a matter or a document."""
    live.release(live.add("Klage.pdf"))
    text = rest("boss").get("@outbox").text
    for trace in ("Klage", "24/0113", "Berger", "anna@", "token"):
        assert trace not in text


def test_filters(live, rest, smtp, work):
    """Issue 5, point 1: by state, occasion and time, page by page, with how much there is."""
    smtp.reply_to["anna@example.org"] = "550 no"
    live.release(live.add())
    work()
    smtp.reply_to.clear()
    live.release(live.add("b.pdf"))
    live.release(live.add("c.pdf"))
    boss = rest("boss")

    def ask(query):
        return boss.get(f"@outbox?{query}").json()

    everything = ask("")
    assert (everything["waiting"], everything["failed"], everything["held"]) == (2, 1, None)
    assert 0 <= everything["overdue"] < 60
    assert [item["state"] for item in ask("state=failed")["items"]] == ["failed"]
    assert {item["event"] for item in ask("event=documents")["items"]} == {"documents"}
    [oldest] = everything["items"][-1:]
    assert oldest in ask("since=2026-01-01T00:00:00%2B01:00")["items"]
    assert ask("until=2026-01-01T00:00:00Z")["items"] == []
    assert ask("since=9999-12-31T23:59:59Z")["items"] == []
    assert ask("until=0001-01-01T00:00:00Z")["items"] == []
    ids, query = [], "limit=1"
    while query:
        page = ask(query)
        ids += [item["id"] for item in page["items"]]
        query = page["next"] and f"limit=1&before={page['next']}"
    assert ids == [item["id"] for item in everything["items"]]
    # What a sender has in its hand is counted as waiting, and found there.
    outbox.lease(registers.now())
    transaction.commit()
    assert {i["state"] for i in ask("state=waiting")["items"]} == {"waiting", "sending"}
    assert len(ask("state=waiting")["items"]) == ask("")["waiting"] == 2
    assert [item["state"] for item in ask("state=sending")["items"]] == ["sending"]
    for wrong in ("state=lost", "since=yesterday", "since=2026-13-41T00:00:00Z", "limit=0"):
        assert boss.get(f"@outbox?{wrong}").status_code == 400, wrong


def test_held(live, rest):
    """Issue 5, point 1: why nothing leaves."""
    api.portal.set_registry_record("collective.clientportal.base_url", "")
    assert "base address" in rest("boss").get("@outbox").json()["held"]
