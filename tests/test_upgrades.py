"""Upgrade steps: a site that an earlier version made works after them as one that was made today."""

import pytest
import transaction
from BTrees.LOBTree import LOBTree
from collective.clientportal.content.trees import Archive
from collective.clientportal.content.trees import queue
from collective.clientportal.domain import dead_letters
from collective.clientportal.domain import outbox
from collective.clientportal.domain import registers
from collective.clientportal.domain import rosters
from datetime import timedelta
from plone import api
from plone.registry.interfaces import IRegistry
from zope.component import getUtility


PROFILE = "collective.clientportal:default"


def made_by_1000(live):
    """Take away what version 1001 of the profile added."""
    book = registers.registers()
    book.due = queue()
    for key, entry in book.outbox.items():
        if entry.state in (outbox.WAITING, outbox.SENDING):
            book.due[key] = None
        entry.next_try = registers.now() + timedelta(minutes=50)
        entry.leased_until = None
        for name in ("since", "due"):
            entry.__dict__.pop(name, None)
        entry._p_changed = True
    book.outbox = LOBTree(dict(book.outbox.items()))
    del book.fresh, book.closed, book.rounds
    for matter in (live.matter, live.other_matter):
        for room in (*rosters.folders(matter), *rosters.threads(matter)):
            del room.notices
        del matter.received
    del getUtility(IRegistry).records["collective.clientportal.client_quota_megabytes"]
    live.portal.portal_setup.setLastVersionForProfile(PROFILE, "1000")
    transaction.commit()


@pytest.fixture
def older(live, smtp, send, work):
    """A site that version 1000 made: with mails sent, refused and waiting."""
    live.release(live.add("a.pdf"))
    work()
    smtp.reply_to["anna@example.org"] = "550 no"
    live.thread = send()
    work()
    smtp.reply_to.clear()
    live.release(live.add("b.pdf"), folder=live.everybodys)
    made_by_1000(live)
    return live


def test_the_outbox_of_1000(older, rest, smtp, work):
    """Issue 5, point 7: nothing is lost or sent twice, what failed is shown, what waits is sent."""
    setup = older.portal.portal_setup
    assert {step["dest"] for step in setup.listUpgrades(PROFILE)} == {("1001",)}
    setup.upgradeProfile(PROFILE)
    transaction.commit()
    assert setup.listUpgrades(PROFILE) == []
    assert api.portal.get_registry_record("collective.clientportal.client_quota_megabytes") == 5120
    assert dict(older.matter.received) == {}
    smtp.mails.clear()
    work()
    assert sorted(mail.envelope.rcpt_tos[0] for mail in smtp.mails) == [
        "anna@example.org",
        "thomas@example.org",
    ]
    assert [e.state for e in outbox.told(older.thread, next(iter(older.thread.notices))[0])] == [
        "failed"
    ]
    with older.as_user("handler"):
        [dead] = dead_letters.of(older.thread)
        dead_letters.resend(older.matter, dead.id)
    work()
    assert len(smtp.to("anna@example.org")) == 2
    items = rest("boss").get("@outbox?state=sent&limit=200").json()["items"]
    assert len(items) == len({item["id"] for item in items})
    assert isinstance(registers.registers().outbox, Archive)
    assert rest().get("@health?of=portal").json() == {"ok": True}


def test_every_step_leads_to_the_version_of_the_profile(portal):
    """Issue 5, point 7: the profile's version is where the last step leads."""
    setup = portal.portal_setup
    steps = setup.listUpgrades(PROFILE, show_old=True)
    assert setup.getVersionForProfile(PROFILE) == max(step["dest"][0] for step in steps)
    assert setup.getLastVersionForProfile(PROFILE) == (setup.getVersionForProfile(PROFILE),)
    assert setup.listUpgrades(PROFILE) == []
