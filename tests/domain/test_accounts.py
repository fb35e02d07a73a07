"""Accounts: one a person, and links to choose a password (B6, B19, issue 2, point 5)."""

import pytest
from collective.clientportal.domain import accounts
from collective.clientportal.domain import deactivation
from collective.clientportal.domain import links
from collective.clientportal.domain import participants
from collective.clientportal.domain import passwords
from collective.clientportal.domain import registers
from datetime import timedelta
from plone import api


PASSWORD = "a long enough one"

SAME = {
    "anna@example.org": "anna@example.org",
    "  Anna@Example.ORG\n": "anna@example.org",
    "ANNA+portal@Example.org": "anna+portal@example.org",
    "o'neill@example.org": "o'neill@example.org",
    "a.b-c_d@sub.example.co.uk": "a.b-c_d@sub.example.co.uk",
    "info@Bücher.example": "info@xn--bcher-kva.example",
    "info@xn--bcher-kva.example": "info@xn--bcher-kva.example",
    "x@straße.example": "x@strasse.example",
    f"{'a' * 64}@example.org": f"{'a' * 64}@example.org",
}


@pytest.mark.parametrize("address", SAME, ids=ascii)
def test_normalise(address):
    """B6: one form for one address; doing it twice changes nothing."""
    assert accounts.normalise(address) == SAME[address]
    assert accounts.normalise(SAME[address]) == SAME[address]


BAD = [
    "",
    "anna",
    "@",
    "anna@",
    "@example.org",
    "anna@example",
    "anna@localhost",
    "anna@127.0.0.1",
    "anna@[127.0.0.1]",
    "anna@ example.org",
    "an na@example.org",
    "anna@example.org,eve@example.org",
    "anna@example.org;eve@example.org",
    "anna@example.org eve@example.org",
    "Anna <anna@example.org>",
    '"anna"@example.org',
    "anna@example.org\r\nBcc: eve@example.org",
    "anna\r\n@example.org",
    "anna\x00@example.org",
    "anna@example.org.",
    "anna@.example.org",
    "anna@example..org",
    ".anna@example.org",
    "anna.@example.org",
    "ännä@example.org",
    "anna@exam_ple.org",
    "anna@-example.org",
    f"{'a' * 65}@example.org",
    f"anna@{'e' * 64}.org",
    f"anna@{'e.' * 130}org",
    "anna\u202e@example.org",
    "anna@example.org%0d%0a",
]


@pytest.mark.parametrize("address", BAD, ids=ascii)
def test_bad_address(address):
    """B19: an address is checked, and nothing but an address gets through."""
    with pytest.raises(accounts.BadAddress):
        accounts.normalise(address)


def test_ids_cannot_be_guessed(firm):
    """Issue 2, point 4: server-made ids; the login name is the address."""
    account = accounts.ensure("Carla@Example.org", "Carla")
    assert account.created
    assert len(account.user_id) == 32
    user = api.user.get(userid=account.user_id)
    assert user.getUserName() == "carla@example.org"
    assert set(user.getRoles()) == {"Member", "Authenticated"}
    assert accounts.ensure("carla@example.ORG", "Other") == accounts.Account(account.user_id, False)


def test_new_account_has_no_usable_password(firm):
    account = accounts.ensure("carla@example.org", "Carla")
    for password in ("", "carla@example.org", account.user_id, "None"):
        assert firm.portal.acl_users.authenticate("carla@example.org", password, {}) is None


@pytest.fixture
def carla(firm):
    """The id of a client who was just invited."""
    with firm.as_user("handler"):
        return participants.invite(firm.matter, "carla@example.org", "Carla").id


def test_choose_password(firm, carla):
    """Issue 2, point 5: the link leads to choosing a password, once."""
    token = links.new(carla, links.INVITATION)
    assert participants.activate(token, PASSWORD) == "carla@example.org"
    assert firm.portal.acl_users.authenticate("carla@example.org", PASSWORD, {}) is not None
    assert participants.info(firm.matter, carla).state == "active"
    with pytest.raises(links.BadLink):
        participants.activate(token, "another long one")
    assert firm.portal.acl_users.authenticate("carla@example.org", PASSWORD, {}) is not None


def test_looking_at_a_link_does_not_use_it_up(firm, carla):
    """Issue 2, point 5; C10: GET never uses it up."""
    token = links.new(carla, links.INVITATION)
    for _ in range(3):
        assert links.owner(token) == carla
    assert participants.info(firm.matter, carla).state == "invited"
    participants.activate(token, PASSWORD)


def test_older_links_are_void(firm, carla):
    """Issue 2, point 5: after the mail was sent again."""
    first, second = links.new(carla, links.INVITATION), links.new(carla, links.INVITATION)
    paulas = links.new(firm.people["paula"], links.INVITATION)
    assert first != second
    with pytest.raises(links.BadLink):
        links.owner(first)
    assert links.owner(second) == carla
    assert links.owner(paulas) == firm.people["paula"]


@pytest.mark.parametrize(("purpose", "hours"), [(links.INVITATION, 72), (links.RESET, 1)])
def test_expired_link(purpose, hours, firm, carla, monkeypatch):
    """Issue 4, point 4: an invitation holds for three days, a link for a new password for an hour."""
    token = links.new(carla, purpose)
    began = links.now()
    monkeypatch.setattr(links, "now", lambda: began + timedelta(hours=hours, minutes=-1))
    assert links.owner(token) == carla
    monkeypatch.setattr(links, "now", lambda: began + timedelta(hours=hours, minutes=1))
    with pytest.raises(links.BadLink):
        participants.activate(token, PASSWORD)


def test_a_link_is_kept_as_a_hash(firm, carla):
    """Issue 4, point 4: what lies in the database lets nobody in."""
    token = links.new(carla, links.INVITATION)
    kept = repr(list(registers.registers().links.items()))
    assert token.rpartition(".")[2] not in kept


def test_removed_from_the_last_matter(firm, carla):
    """Whoever was invited by mistake gets no account by it; invited again, they get a new mail."""
    tokens = [links.new(carla, purpose) for purpose in (links.INVITATION, links.RESET)]
    outbox = registers.registers().outbox
    with firm.as_user("handler"):
        participants.remove(firm.matter, carla)
    for token in tokens:
        with pytest.raises(links.BadLink):
            participants.activate(token, PASSWORD)
    before = set(outbox)
    with firm.as_user("handler"):
        participants.invite(firm.matter, "carla@example.org")
    [entry] = [outbox[key] for key in outbox if key not in before]
    assert (entry.event, entry.recipient) == ("registration", carla)
    before = set(outbox)
    with firm.as_user("colleague"):
        participants.invite(firm.other_matter, "carla@example.org")
    assert set(outbox) == before


def test_an_invitation_makes_all_older_links_void(firm, carla):
    reset = links.new(carla, links.RESET)
    links.new(carla, links.INVITATION)
    assert not links.holds(reset)


def test_logged_out_everywhere(firm):
    """Issue 4, point 4: whoever has asked for a link before does not come in by it afterwards."""
    anna = firm.people["anna"]
    token = links.new(anna, links.RESET)
    with firm.as_user("boss"):
        deactivation.log_out_everywhere(anna)
    assert not links.holds(token)


@pytest.mark.parametrize("token", ["", "x", "0" * 32, "None"])
def test_unknown_link(token, firm):
    with pytest.raises(links.BadLink):
        links.owner(token)


def test_link_of_a_deleted_account(firm, carla):
    token = links.new(carla, links.INVITATION)
    with api.env.adopt_roles(["Manager"]):
        api.user.delete(username=carla)
    with pytest.raises(links.BadLink):
        participants.activate(token, PASSWORD)


def test_password_too_short(firm, carla):
    """A refused password uses up nothing."""
    token = links.new(carla, links.INVITATION)
    for password in ("", "short"):
        with pytest.raises(passwords.BadPassword):
            participants.activate(token, password)
    assert participants.info(firm.matter, carla).state == "invited"
    participants.activate(token, PASSWORD)


def test_known_once_in_all_matters(firm, carla):
    """Decision 6: activated once, in every matter's journal."""
    with firm.as_user("colleague"):
        participants.invite(firm.other_matter, "carla@example.org")
    participants.activate(links.new(carla, links.INVITATION), PASSWORD)
    for matter in (firm.matter, firm.other_matter):
        events = [json_line for json_line in matter.journal.unsealed.values(1)]
        assert len([line for line in events if '"account_activated"' in line]) == 1


def test_reset(firm):
    """Issue 4, point 4: asking does the same for every address; who is meant is found out afterwards."""
    waiting, outbox = registers.registers().resets, registers.registers().outbox
    before = len(outbox)
    asked = ["nobody@example.org", "not an address", "ANNA@example.org "]
    for count, address in enumerate(asked, start=1):
        assert accounts.ask_for_reset(address, "192.0.2.1") == 0
        assert (len(waiting.keys(1)), len(outbox)) == (count, before)
    assert accounts.answer_resets() == 3
    assert not waiting.keys(1)
    [entry] = list(outbox.values())[before:]
    assert (entry.event, entry.recipient) == ("reset", firm.people["anna"])
