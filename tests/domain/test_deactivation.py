"""Deactivated and deleted accounts (issue 4, point 4)."""

import json
import pytest
from collective.clientportal.domain import access
from collective.clientportal.domain import account_list
from collective.clientportal.domain import accounts
from collective.clientportal.domain import deactivation
from collective.clientportal.domain import links
from collective.clientportal.domain import matters
from collective.clientportal.domain import participants
from collective.clientportal.domain import registers
from collective.clientportal.domain import rosters
from collective.clientportal.domain import second_factor
from collective.clientportal.domain.errors import NotPermitted
from collective.clientportal.domain.errors import NotThere
from conftest import PASSWORD
from plone import api


def journal(matter):
    """Return the names of all events of a matter."""
    return [json.loads(line)["event"] for line in matter.journal.unsealed.values(1)]


def test_access_ends_at_once_and_comes_back(firm):
    """In every matter; what was shared, and with whom, stays as it was."""
    anna = firm.people["anna"]
    before = rosters.groups_of(anna)
    with firm.as_user("boss"):
        deactivation.deactivate(anna, "  Auf\nWunsch ")
    assert rosters.groups_of(anna) == ()
    assert accounts.state(anna) == "deactivated"
    assert accounts.person(anna).reason == "Auf Wunsch"
    with firm.as_user("anna"):
        assert not access.can_see(firm.matter)
    assert participants.info(firm.matter, anna).state == "deactivated"
    # Nothing opens it again by the way.
    with firm.as_user("handler"):
        matters.switch_portal(firm.matter, False)
        matters.switch_portal(firm.matter, True)
        participants.change(firm.matter, anna, may_write=False)
    with firm.as_user("colleague"):
        participants.invite(firm.other_matter, "anna@example.org")
    assert rosters.groups_of(anna) == ()
    with firm.as_user("handler"):
        participants.change(firm.matter, anna, may_write=True)
    with firm.as_user("boss"):
        deactivation.reactivate(anna)
    assert set(before) < set(rosters.groups_of(anna))
    assert journal(firm.matter).count("account_deactivated") == 1
    assert journal(firm.matter).count("account_reactivated") == 1


def test_no_mail(live, smtp, work):
    """What is waiting is cancelled, and nobody sends a link."""
    live.release(live.add())
    accounts.ask_for_reset("anna@example.org", "192.0.2.1")
    with live.as_user("boss"):
        deactivation.deactivate(live.people["anna"])
    work()
    assert smtp.mails == []
    states = {e.state for e in registers.registers().outbox.values() if e.event != "registration"}
    assert states == {"cancelled"}


ACTS = [
    deactivation.deactivate,
    deactivation.reactivate,
    deactivation.log_out_everywhere,
    deactivation.remove_second_factor,
]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_for_those_who_manage_the_portal(act, firm):
    """Neither clients nor other staff; and nobody's account is no account."""
    for name in ("anna", "handler", "member"):
        with firm.as_user(name), pytest.raises(NotPermitted):
            act(firm.people["thomas"])
    with firm.as_user("boss"), pytest.raises(NotThere):
        act("nobody")
    for kind in (account_list.CLIENTS, account_list.STAFF):
        with firm.as_user("handler"), pytest.raises(NotPermitted):
            account_list.listing(kind)


@pytest.mark.parametrize("act", ACTS[:2], ids=lambda act: act.__name__)
def test_staff_are_not_deactivated_here(act, firm):
    """They leave the group of all staff."""
    with firm.as_user("boss"), pytest.raises(NotThere):
        act("handler")


def test_the_list(firm):
    """Clients and staff by name, found by name or address; nothing of a matter."""
    with firm.as_user("boss"):
        clients = account_list.listing()
        assert [info.name for info in clients] == ["Anna Berger", "Paula Sommer", "Thomas Berger"]
        found = account_list.listing(words="BERGER anna@")
        assert [info.login for info in found] == ["anna@example.org"]
        staff = {info.login for info in account_list.listing(account_list.STAFF)}
    assert staff == {"handler", "assistant", "colleague", "boss"}
    assert "24/0113" not in repr(clients)
    assert "Scheidung" not in repr(clients)


def delete(user_id):
    """Delete a user, as Plone's control panel does."""
    with api.env.adopt_roles(["Manager"]):
        api.user.delete(username=user_id)


def test_a_deleted_user_leaves_nothing_open(firm):
    """Rosters, link, second factor, address; what happened stays in the journal."""
    anna = firm.people["anna"]
    second_factor.prepare(anna)
    token = links.new(anna, links.RESET)
    delete(anna)
    assert rosters.groups_of(anna) == ()
    assert accounts.find("anna@example.org") is None
    assert not links.holds(token)
    assert anna not in registers.registers().second_factors
    assert participants.info(firm.matter, anna).email == "anna@example.org"
    assert "account_deactivated" in journal(firm.matter)


def test_the_same_address_again_is_another_account(firm):
    """A new random id, without anything of the old one's."""
    old = firm.people["anna"]
    delete(old)
    with firm.as_user("colleague"):
        new = participants.invite(firm.other_matter, "anna@example.org", "Anna Berger").id
    assert new != old
    assert accounts.find("anna@example.org") == new
    assert accounts.state(new) == "invited"
    assert {group.split(":")[1] for group in rosters.groups_of(new)} == {firm.other_matter.UID()}
    with firm.as_user("handler"):
        again = participants.invite(firm.matter, "anna@example.org")
    assert again.id == new
    assert not any(firm.annas.UID() in group for group in rosters.groups_of(new))


@pytest.mark.parametrize("name", ["anna", "handler"])
def test_an_id_is_never_given_again(name, firm):
    """Of clients and of staff, who are named on matters by their ids."""
    user_id = firm.people[name]
    delete(user_id)
    with pytest.raises(deactivation.RetiredId):
        api.user.create(email="eve@else.example", username=user_id, password=PASSWORD)


def test_a_deleted_handler_of_a_restricted_matter(firm):
    with firm.as_user("handler"):
        restricted = matters.create(
            firm.portal["matters"], "Kern", "26/0031", ["colleague"], [], True
        )
    assert any(restricted.UID() in group for group in rosters.groups_of("colleague"))
    delete("colleague")
    assert rosters.groups_of("colleague") == ()


def test_ids_that_plone_makes_are_random(portal):
    """The portal has Plone make random ids, too."""
    assert api.portal.get_registry_record("plone.use_uuid_as_userid") is True
    user = api.user.create(email="x@firm.example", username="x", password=PASSWORD)
    assert len(user.getId()) == 32
