"""@health: for load balancers, and for whoever watches over the portal."""

import pytest
import transaction
from collective.clientportal.domain import figures
from collective.clientportal.domain import registers


@pytest.fixture
def running(live, smtp, work):
    """A portal that runs as it must."""
    work()
    transaction.commit()
    return live


def test_strangers_learn_whether_and_nothing_else(running, rest, html):
    """Issue 5, point 7: ok or not ok, for a load balancer that sends no header, too."""
    for query in ("", "?of=server", "?of=portal"):
        answer = rest().get(f"@health{query}")
        assert (answer.status_code, answer.json()) == (200, {"ok": True})
        assert answer.headers["Content-Type"] == "application/json"
    answer = html(None).get("++api++/@health")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    for name in ("anna", "handler", "member"):
        assert rest(name).get("@health?of=portal").json() == {"ok": True}


def test_what_ails_the_portal_takes_no_server_out(running, rest):
    """Issue 5, point 7: all servers share a sender that rests: each does its work all the same."""
    del registers.registers().rounds["send"]
    answer = rest().get("@health?of=portal")
    assert (answer.status_code, answer.json()) == (503, {"ok": False})
    assert rest().get("@health").status_code == 200


def test_a_server_without_its_database_is_taken_out(running, rest, monkeypatch, caplog):
    """Issue 5, point 7."""

    def gone():
        raise OSError("no connection to postgres at 10.0.0.1")

    monkeypatch.setattr(figures, "ask_database", gone)
    answer = rest().get("@health")
    assert (answer.status_code, answer.json()) == (503, {"ok": False})


def test_administrators_learn_the_figures(running, rest, smtp, work):
    """Issue 5, point 7: queue lengths, the oldest mail, failed ones, seals, disk, scanner."""
    smtp.reply_to["anna@example.org"] = "550 no"
    running.release(running.add())
    work()
    running.release(running.add("b.pdf"))
    registers.registers().unsealed[1] = running.matter.UID()
    answer = rest("boss").get("@health?of=portal")
    assert answer.status_code == 503
    data = answer.json()
    wrong = {point["name"]: point["problem"] for point in data["points"] if not point["ok"]}
    assert wrong.keys() == {"outbox", "journal"}
    assert "seven days: 1" in wrong["outbox"]
    found = data["figures"]
    assert (found["waiting"], found["failed"], found["scanner"]) == (1, 1, None)
    assert 0 <= found["overdue"] < 60
    assert found["unsealed"] == 1
    assert 0 <= found["disk_free"] <= 100
    assert rest("boss").get("@health").json()["ok"] is True
