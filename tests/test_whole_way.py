"""The whole way once, through REST and mail alone (issue 2, "How to see that it works")."""

import re
from collective.clientportal.domain import participants
from conftest import PASSWORD
from conftest import Rest


ADDRESS = "carla@example.org"
PLAN = b"%PDF-1.7 \x00\xff whole way " * 1000


def test_the_whole_way(live, rest, smtp, work):
    """A1, A9, A12, A25, B6, B24, B25: invite, register, release, be told, fetch, end."""
    handler = rest("handler")
    handler.headers["Host"] = "evil.example"
    matter = live.matter.absolute_url()

    # A new client is invited, gets a folder, and the registration mail.
    invited = handler.post(f"{matter}/@participants", json={"email": ADDRESS, "fullname": "Carla"})
    assert invited.status_code == 201
    carla = invited.json()["id"]
    folder = handler.post(
        matter, json={"@type": "PortalFolder", "title": "Akten", "readers": [carla]}
    ).json()
    work()
    [registration] = smtp.to(ADDRESS)
    text = registration.get_content()
    assert "evil.example" not in registration.as_string()
    token = re.search(r"https://portal\.example/@@choose-password\?token=(\S+)", text).group(1)

    # She chooses a password and logs in.
    client = Rest(live.portal.absolute_url())
    client.auth = (ADDRESS, PASSWORD)
    assert client.get("@portal").status_code == 401
    participants.activate(token, PASSWORD)
    assert client.get("@portal").json()["matters"][0]["reference"] == "24/0113"

    # Two documents are released: one mail, whose link leads to them.
    uids = [handler.upload(live.matter, name, PLAN) for name in ("Plan.pdf", "Bericht.pdf")]
    released = handler.post(f"{matter}/@share", json={"documents": uids, "folder": folder["UID"]})
    assert released.status_code == 201
    work()
    [_registration, notice] = smtp.to(ADDRESS)
    link = re.search(r"https://portal\.example(/\S+)/@@portal", notice.get_content()).group(1)
    assert folder["@id"].endswith(link)

    # She sees and fetches them; nobody else does.
    [seen] = [f for f in client.get("@portal").json()["matters"][0]["folders"] if f["documents"]]
    assert seen["@id"] == folder["@id"].replace("evil.example", live_host(live))
    addresses = [f"{document['@id']}/@@download" for document in seen["documents"]]
    assert [client.get(address).content for address in addresses] == [PLAN, PLAN]
    for other, status in (("anna", 404), ("thomas", 404), ("paula", 404), (None, 401)):
        assert rest(other).get(addresses[0]).status_code == status
        assert "Plan.pdf" not in rest(other).get("@portal").text

    # Sharing ends, access with it.
    assert handler.delete(f"{matter}/@shares/{released.json()['id']}").status_code == 204
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert not client.get("@portal").json()["matters"][0]["folders"][0]["documents"]
    states = {row["state"] for row in handler.get(f"{matter}/@shares").json()["items"]}
    assert states == {"ended"}
    work()
    assert len(smtp.mails) == 2


def live_host(live):
    """Return host and port of the server."""
    return live.portal.absolute_url().split("/")[2]
