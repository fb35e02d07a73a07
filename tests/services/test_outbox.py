"""@outbox: what administrators see of the mails."""


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
