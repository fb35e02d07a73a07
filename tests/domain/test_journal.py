"""The journal: sealed, verified, and telling where somebody tampered (issue 2, point 9)."""

import json
import pytest
import runpy
import transaction
from collective.clientportal import worker
from collective.clientportal.domain import journal
from collective.clientportal.domain import participants
from collective.clientportal.domain import registers
from collective.clientportal.domain import sharing
from pathlib import Path
from plone import api
from zope.component.hooks import setSite


SCRIPT = Path(__file__).parents[2] / "scripts" / "verify_journal.py"


def lines(matter):
    """Return the entries without what the chain adds."""
    return [(e.time, e.actor, e.event, e.subject, e.hash) for e in journal.entries(matter)]


def test_sealing_changes_nothing_that_was_shown(firm):
    before = lines(firm.matter)
    assert journal.seal() == len(before) + len(lines(firm.other_matter))
    assert lines(firm.matter) == before
    assert journal.verify(firm.matter) == len(before)
    assert journal.seal() == 0


def test_chain_goes_on_over_what_is_not_sealed_yet(firm):
    journal.seal()
    firm.release(firm.add())
    *sealed, last = journal.entries(firm.matter)
    assert all(entry.sealed for entry in sealed)
    assert (last.event, last.sealed, last.previous) == (
        "documents_released",
        False,
        sealed[-1].hash,
    )
    assert last.sequence == len(sealed) + 1
    assert journal.verify(firm.matter) == last.sequence
    journal.seal()
    assert [*journal.entries(firm.matter)][-1].hash == last.hash


def rewrite(sealed):
    """Change a word in entry 3."""
    line, digest = sealed[3]
    sealed[3] = (line.replace("handler", "nobody1"), digest)


def rehash(sealed):
    """Change a word in entry 3, and its hash with it: the next entry gives it away."""
    line = sealed[3][0].replace("handler", "nobody1")
    sealed[3] = (line, journal._digest(sealed[2][1], line))


def forge(sealed):
    """Change the hash of entry 3."""
    sealed[3] = (sealed[3][0], "0" * 64)


def swap(sealed):
    """Exchange entries 3 and 4."""
    sealed[3], sealed[4] = sealed[4], sealed[3]


def take_out(sealed):
    """Take entry 3 out."""
    del sealed[3]


def close_up(sealed):
    """Take entry 3 out and number the others anew."""
    for sequence in range(3, sealed.maxKey()):
        sealed[sequence] = sealed[sequence + 1]
    del sealed[sealed.maxKey()]


def take_out_first(sealed):
    """Take the first entry out."""
    del sealed[1]


def put_in(sealed):
    """Put an entry in front."""
    sealed[0] = sealed[1]


TAMPERING = {
    rewrite: 3,
    rehash: 4,
    forge: 3,
    swap: 3,
    take_out: 3,
    close_up: 3,
    take_out_first: 1,
    put_in: 1,
}


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda way: way.__name__)
def test_tampering(tamper, firm):
    """Issue 2, point 9: verifying names the first bad entry."""
    journal.seal()
    assert len(firm.matter.journal.sealed) > 5
    journal.verify(firm.matter)
    tamper(firm.matter.journal.sealed)
    with pytest.raises(journal.BrokenChain) as broken:
        journal.verify(firm.matter)
    assert broken.value.sequence == TAMPERING[tamper]
    assert "24/0113" in str(broken.value)
    journal.verify(firm.other_matter)


def test_command(live, work, capsys):
    """Issue 2, point 9: a command verifies the chain and names the first bad entry."""
    live.release(live.add())
    work(worker.seal)
    app = live.portal.aq_parent

    def run():
        with pytest.raises(SystemExit) as done:
            runpy.run_path(str(SCRIPT), init_globals={"app": app})
        setSite(live.portal)
        return done.value.code, capsys.readouterr().out

    code, output = run()
    assert code == 0
    assert "24/0113" in output
    assert "26/0007" in output
    swap(live.matter.journal.sealed)
    code, output = run()
    assert code == 1
    assert "BROKEN  24/0113: entry 3" in output
    assert "ok      26/0007" in output


def test_entries_are_lines_of_plain_values(firm):
    """architecture.md, decision 6: people by id; times in UTC."""
    firm.release(firm.add("Übersicht.pdf"))
    entry = [*journal.entries(firm.matter)][-1]
    assert entry.time.endswith("+00:00")
    assert entry.recipients == [firm.people["anna"]]
    line = [*firm.matter.journal.unsealed.values(1)][-1]
    assert "\n" not in line
    assert "Übersicht.pdf" in line
    assert json.loads(line)["actor"] == "handler"
    for trace in ("anna@", "Anna", "handler@"):
        assert trace not in line


def note(matter):
    """Write one entry."""
    journal.append(participants.ParticipantChanged(matter, "handler", "x"))


def test_two_at_once_do_not_conflict(live, elsewhere):
    """architecture.md, decision 6: two entries of overlapping transactions merge."""
    transaction.commit()
    before = len(lines(live.matter))
    commits = [elsewhere(note) for _ in range(3)]
    note(live.matter)
    for commit in commits:
        commit()
    transaction.commit()
    assert len(lines(live.matter)) == before + 4
    assert journal.seal() >= before + 4
    assert journal.verify(live.matter) == before + 4


def test_entry_during_sealing_is_kept(live, elsewhere):
    """Whoever writes while the sealer runs: nobody's entry is lost, and the chain holds."""
    transaction.commit()
    before = len(lines(live.matter))
    commit = elsewhere(note)
    journal.seal()
    transaction.commit()
    commit()
    transaction.begin()
    assert len(lines(live.matter)) == before + 1
    journal.seal()
    assert journal.verify(live.matter) == before + 1
    assert not registers.registers().unsealed.keys(1)


def test_refused_act_leaves_no_entry(firm):
    before = lines(firm.matter)
    with firm.as_user("colleague"), pytest.raises(sharing.NotPermitted):
        sharing.release(firm.matter, [api.content.get_uuid(firm.add())], firm.annas.UID())
    assert lines(firm.matter) == before
