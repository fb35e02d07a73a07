"""@participants: inviting clients, their rights, taking them off."""

import json
import pytest
from collective.clientportal.domain import registers


@pytest.fixture
def invite(live, rest):
    """A function: fields → response of an invitation by the handler."""
    return lambda matter=None, **fields: rest("handler").post(
        f"{(matter or live.matter).absolute_url()}/@participants", json=fields
    )


def outbox(event):
    """Return the recipients of all notices of one kind."""
    return [e.recipient for e in registers.registers().outbox.values() if e.event == event]


def listing(live, rest):
    """Return the participants by address."""
    items = rest("handler").get(f"{live.matter.absolute_url()}/@participants").json()["items"]
    return {item["email"]: item for item in items}


def test_invite(live, invite, rest):
    """B6, B25: the account is made, a registration mail is due."""
    response = invite(
        email="carla@example.org", fullname="Carla Neu", party="Zeugin", may_write=False
    )
    assert response.status_code == 201
    info = response.json()
    assert info == {
        "id": info["id"],
        "email": "carla@example.org",
        "fullname": "Carla Neu",
        "party": "Zeugin",
        "may_write": False,
        "state": "invited",
    }
    assert len(info["id"]) == 32
    assert listing(live, rest)["carla@example.org"] == info
    assert outbox("registration").count(info["id"]) == 1


def test_only_the_address_is_needed(invite):
    info = invite(email="carla@example.org").json()
    assert (info["fullname"], info["party"], info["may_write"]) == ("", "", True)


JSON = {"Content-Type": "application/json"}
BAD = [
    "",
    "   ",
    "carla",
    "carla@",
    "@example.org",
    "carla@localhost",
    "carla@@example.org",
    "carla@exa mple.org",
    "carla@example.org, boss@firm.example",
    "carla@example.org\r\nBcc: spy@else.example",
    "Carla <carla@example.org>",
    "carla@example.org\x00",
    "carla@-example.org",
    "carla@example..org",
    "car..la@example.org",
    f"{'c' * 65}@example.org",
    f"carla@{'e' * 64}.org",
    "carla\u202e@example.org",
]


def test_bad_addresses(live, invite):
    """B19: a typed address is checked."""
    accounts = len(registers.registers().people)
    statuses = {address: invite(email=address).status_code for address in BAD}
    assert statuses == dict.fromkeys(BAD, 400)
    assert len(registers.registers().people) == accounts
    assert len(live.matter.participants) == 2


def test_wrong_json(live, rest):
    address = f"{live.matter.absolute_url()}/@participants"
    for body in ([], "x", 7, None, {"email": 5}, {"email": ["a@b.example"]}):
        response = rest("handler").post(address, data=json.dumps(body), headers=JSON)
        assert (response.status_code, bool(response.json()["message"])) == (400, True), body
    assert len(live.matter.participants) == 2


@pytest.mark.parametrize("field", ["fullname", "party", "may_write"])
def test_wrong_types(field, invite, live):
    assert invite(email="carla@example.org", **{field: [1]}).status_code == 400
    assert len(live.matter.participants) == 2


@pytest.mark.parametrize(
    "address", ["handler@firm.example", "HANDLER@Firm.Example", "boss@firm.example"]
)
def test_staff_address(address, invite, live):
    """B19: a staff member's address is refused as a client."""
    response = invite(email=address)
    assert response.status_code == 400
    assert "firm" in response.json()["message"]
    assert len(live.matter.participants) == 2


def test_known_person(live, rest, invite):
    """B6, B25, decision 6: one account and one registration mail, however many matters."""
    people = len(registers.registers().people)
    users = len(live.portal.acl_users.source_users.getUserIds())
    registrations = outbox("registration")
    info = invite(email="paula@example.org", fullname="Somebody Else").json()
    assert info["id"] == live.people["paula"]
    assert info["state"] == "active"
    assert info["fullname"] == "Paula Sommer"
    assert len(registers.registers().people) == people
    assert len(live.portal.acl_users.source_users.getUserIds()) == users
    assert outbox("registration") == registrations
    references = [m["reference"] for m in rest("paula").get("@portal").json()["matters"]]
    assert sorted(references) == ["24/0113", "26/0007"]


def test_person_with_an_account_from_elsewhere(live, invite):
    """B6: somebody whom Plone knows already gets no second account."""
    info = invite(email="Member@Else.example").json()
    assert info["id"] == "member"
    assert "member" not in outbox("registration")


def test_capitals_are_the_same_address(live, invite):
    """B6: capitals in an address make no other person."""
    first = invite(email=" Carla@Example.ORG ").json()
    assert first["email"] == "carla@example.org"
    again = invite(email="carla@example.org")
    assert again.status_code == 400
    assert outbox("registration").count(first["id"]) == 1


def test_twice_in_one_matter(live, invite):
    response = invite(email="anna@example.org", party="Zeugin")
    assert response.status_code == 400
    assert "anna@example.org" in response.json()["message"]
    assert live.matter.participants[live.people["anna"]].party == "Mandantin"


def test_change(live, rest):
    """B7: the right to write can be withheld and given back, per person."""
    handler = rest("handler")
    address = f"{live.matter.absolute_url()}/@participants/{live.people['anna']}"
    response = handler.patch(address, json={"may_write": False})
    assert (response.status_code, response.json()["may_write"]) == (200, False)
    assert response.json()["party"] == "Mandantin"
    folders = rest("anna").get("@portal").json()["matters"][0]["folders"]
    assert {folder["may_upload"] for folder in folders} == {False}
    folders = rest("thomas").get("@portal").json()["matters"][0]["folders"]
    assert {folder["may_upload"] for folder in folders} == {True}

    response = handler.patch(address, json={"party": "Klägerin", "may_write": True})
    assert response.json()["party"] == "Klägerin"
    folders = rest("anna").get("@portal").json()["matters"][0]["folders"]
    assert {folder["may_upload"] for folder in folders} == {True}


def test_wrong_changes(live, rest):
    address = f"{live.matter.absolute_url()}/@participants/{live.people['anna']}"
    for body in ({"may_write": "no"}, {"party": 5}, [], None):
        assert (
            rest("handler").patch(address, data=json.dumps(body), headers=JSON).status_code == 400
        ), body


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_who_takes_no_part(method, live, rest):
    anna = live.people["anna"]
    for who in (live.people["paula"], "handler", "0" * 32, "", f"{anna}/more"):
        address = f"{live.matter.absolute_url()}/@participants/{who}"
        response = rest("handler").request(method, address, json={"party": "x"})
        assert response.status_code == 404, who
    assert len(live.matter.participants) == 2


def test_remove(live, rest):
    """Issue 2, point 5: access ends with the next request; the account and other matters stay."""
    handler, anna = rest("handler"), rest("anna")
    address = live.release(live.add()).documents[0].absolute_url() + "/@@download"
    assert anna.get(address).status_code == 200
    participant = f"{live.matter.absolute_url()}/@participants/{live.people['anna']}"
    assert handler.delete(participant).status_code == 204
    assert anna.get(address).status_code == 404
    assert anna.get("@portal").json() == {"matters": []}
    assert anna.get(f"{live.matter.absolute_url()}/@participants").status_code == 404
    assert handler.delete(participant).status_code == 404


def test_invited_again_starts_without_the_folders_of_old(live, rest, invite):
    handler, anna = rest("handler"), rest("anna")
    address = live.release(live.add()).documents[0].absolute_url() + "/@@download"
    handler.delete(f"{live.matter.absolute_url()}/@participants/{live.people['anna']}")
    assert invite(email="anna@example.org").status_code == 201
    titles = [f["title"] for f in anna.get("@portal").json()["matters"][0]["folders"]]
    assert titles == ["Gericht"]
    assert anna.get(address).status_code == 404


def test_hostile_names_stay_in_one_line(invite):
    info = invite(
        email="carla@example.org", fullname="Carla\r\nBcc: x@else.example", party="A\nB" * 33
    ).json()
    assert info["fullname"] == "Carla Bcc: x@else.example"
    assert "\n" not in info["party"]
