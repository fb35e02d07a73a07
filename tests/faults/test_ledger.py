"""The series would notice: whatever is missing, there twice or changed is named."""

import copy
import pytest
from faults.ledger import Ledger
from faults.ledger import repeated


FIRM = {"readers": ["anna", "thomas"], "team": ["handler"]}


@pytest.fixture
def seen(tmp_path):
    """A ledger with a message and an upload, and what the database should hold."""
    ledger = Ledger(FIRM)
    found = {"messages": [], "documents": [], "internal": [], "journal": [], "outbox": []}
    found |= {"broken": [], "unsealed": 0}
    for kind in ("send", "upload", "internal"):
        data = f"what was sent by {kind}".encode()
        act = ledger.begin(kind, data)
        act.answer = "201"
        path = tmp_path / kind
        path.write_bytes(data)
        file = [*act.file, str(path)]
        if kind == "send":
            found["messages"] = [{"thread": "t", "id": "1", "text": act.mark, "files": [file]}]
        elif kind == "upload":
            found["documents"] = [{"folder": "f", "id": "d", "release": "", "file": file}]
        else:
            found["internal"] = [{"file": file}]
    for number, (event, target, item, person) in enumerate(
        [
            ("message", "t", "1", "anna"),
            ("message", "t", "1", "thomas"),
            ("received", "f", "", "handler"),
        ]
    ):
        entry = {"id": str(number), "event": event, "recipient": person, "state": "sent"}
        found["outbox"].append({**entry, "target": target, "item": item})
    found["journal"] = [
        {"event": "message_sent", "message": "1", "files": []},
        {"event": "documents_received", "message": "", "files": ["d"]},
    ]
    return ledger, found


def test_nothing_is_wrong_with_what_is_right(seen):
    """Issue 5, point 6: the comparison itself."""
    ledger, found = seen
    assert ledger.compare(found, [{"id": "0", "to": ["anna"]}]) == []


@pytest.mark.parametrize("where", ["messages", "documents", "internal", "outbox", "journal"])
@pytest.mark.parametrize("times", [0, 2])
def test_what_is_missing_or_there_twice_is_named(seen, where, times):
    """Issue 5, point 6: messages, files, notices, lines of the journal: each once."""
    ledger, found = seen
    found[where] = found[where][1:] + found[where][:1] * times
    assert ledger.compare(found, [])


def test_other_bytes_are_named(seen):
    """Issue 5, point 6: the bytes on the disk, not the hash that is noted beside them."""
    ledger, found = seen
    broken = copy.deepcopy(found)
    path = broken["messages"][0]["files"][0][3]
    with open(path, "ab") as file:
        file.write(b"!")
    assert any("bytes" in problem for problem in ledger.compare(broken, []))


def test_a_mail_about_nothing_is_named(seen):
    """Issue 5, point 6: no mail for anything that was rolled back."""
    ledger, found = seen
    assert ledger.compare(found, [{"id": "77", "to": ["anna"]}])


def test_what_was_not_acknowledged_may_be_missing_but_not_doubled(seen):
    """Issue 5, point 6: who got no answer knows nothing."""
    ledger, found = seen
    ledger.begin("internal", b"no answer")
    assert ledger.compare(found, []) == []


def test_repeated_mails():
    """Issue 5, "How to see that it works": counted, with the copy that came first."""
    first, second, other = {"id": "1", "n": 1}, {"id": "1", "n": 2}, {"id": "2", "n": 3}
    assert repeated([first, other, second]) == [(first, second)]
