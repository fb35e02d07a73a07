"""docs/reference/permissions.md shows who has which permission in which state, as a real site has it.

The tables are what comes of role map, workflows and acquisition on an object of each type;
`RECORD=1 pytest tests/test_permissions.py` writes them anew.
"""

import os
import pytest
import re
from AccessControl.PermissionRole import rolesForPermissionOn
from collective.clientportal.domain import access
from collective.clientportal.domain import messages
from collective.clientportal.domain import rosters
from collective.clientportal.domain.hardening import OWN
from pathlib import Path


REFERENCE = Path(__file__).parent.parent / "docs" / "reference" / "permissions.md"
PERMISSIONS = Path(access.__file__).parents[1] / "permissions.zcml"
BLOCK = re.compile(r"(?<=<!-- table -->\n).*(?=<!-- end of table -->)", re.DOTALL)

# Plone's, then ours from the widest to the narrowest; a role that holds something and is not here fails.
ROLES = {
    "Manager": "Manager",
    "Site Administrator": "Site Admin.",
    "Portal Administrator": "Portal Admin.",
    "Portal Staff": "Portal Staff",
    "Matter Handler": "Handler",
    "Matter Assistant": "Assistant",
    "Matter Staff Reader": "Staff Reader",
    "Matter Client": "Matter Client",
    "Client Reader": "Client Reader",
    "Client Writer": "Client Writer",
}
# What comes with being anybody, and with having made a thing.
STRANGERS = {"Anonymous", "Authenticated", "Member", "Owner"}


@pytest.fixture
def rooms(firm):
    """Objects, by the name of their type: one of each type of ours that has a workflow."""
    firm.release(firm.add())
    with firm.as_user("handler"):
        draft = messages.Draft("Bitte antworten.")
        thread, _message = messages.send(firm.matter, draft, "reply", [firm.people["anna"]])
    return {
        room.portal_type: room
        for room in (firm.matter, firm.annas, rosters.documents(firm.annas)[0], thread)
    }


@pytest.fixture
def holders(firm, rooms):
    """Who holds what, {(place, state): {permission: roles}}: in every state, and on the site."""
    found = {("Site", ""): {name: holders_on(firm.portal, name) for name in own(firm.portal)}}
    for name, workflow in workflows(firm.portal).items():
        governed = own(firm.portal) + [n for n in workflow.permissions if not n.startswith(OWN)]
        for state in workflow.states.objectIds():
            status = {workflow.state_var: state}
            firm.portal.portal_workflow.setStatusOf(workflow.getId(), rooms[name], status)
            workflow.updateRoleMappingsFor(rooms[name])
            found[name, state] = {n: holders_on(rooms[name], n) for n in governed}
    return found


def own(portal):
    """Return the names of our permissions, sorted."""
    return sorted(name for name in portal.possible_permissions() if name.startswith(OWN))


def workflows(portal):
    """Return {name of a type: its workflow}, where that is one of ours."""
    tool = portal.portal_workflow
    chains = {name: tool.getChainFor(name) for name in portal.portal_types.objectIds()}
    ours = {name: chain for name, chain in chains.items() if "clientportal" in " ".join(chain)}
    return {name: tool[workflow] for name, [workflow] in ours.items()}


def holders_on(obj, permission):
    """Return the roles that hold a permission on an object, acquired ones included."""
    return frozenset(rolesForPermissionOn(permission, obj)) - {
        "_what_not_even_god_should_do",
        "Shared",
    }


def tables(portal, holders):
    """Return the tables: a heading for each place; states in which all is the same stand together."""
    together = {}
    for (place, state), permissions in holders.items():
        together.setdefault((place, tuple(permissions.items())), []).append(state)
    lines = []
    for (place, permissions), states in together.items():
        title = portal.portal_types[place].Title() if place != "Site" else "Site"
        lines += [f"### {title}" + (f": {', '.join(states)}" if states != [""] else ""), ""]
        lines += [
            "| permission | " + " | ".join(ROLES.values()) + " |",
            "|---" * (len(ROLES) + 1) + "|",
        ]
        for permission, roles in permissions:
            name = permission.removeprefix(OWN)
            row = " | ".join("✓" if role in roles else "" for role in ROLES)
            lines.append(f"| {'' if permission != name else 'Plone: '}{name} | {row} |")
        lines.append("")
    return "\n" + "\n".join(lines)


def test_the_tables_are_what_a_site_has(firm, holders):
    """Issue 4, point 7, security.md T2: a permission, role or state that is new, or moved, fails here."""
    written = tables(firm.portal, holders)
    text = REFERENCE.read_text()
    if os.environ.get("RECORD"):
        REFERENCE.write_text(BLOCK.sub(lambda _match: written, text))
        pytest.skip("written anew")
    assert BLOCK.search(text)[0] == written


def test_strangers_and_owners_hold_nothing(holders):
    """Issue 4, point 7: neither Anonymous, Authenticated, Member nor Owner; nor any role without a column."""
    for place, permissions in holders.items():
        for permission, roles in permissions.items():
            assert not roles & STRANGERS, (place, permission)
            assert roles <= set(ROLES), (place, permission)


def test_nothing_is_left_out(firm, holders):
    """Issue 4, point 7: every type, every state, every permission of ours, every role of the profile."""
    found = workflows(firm.portal)
    assert {place for place, _state in holders} == {"Site", *found}
    for name, workflow in found.items():
        assert {s for place, s in holders if place == name} == set(workflow.states.objectIds())
    declared = re.findall(rf'title="({OWN}[^"]+)"', PERMISSIONS.read_text())
    assert declared
    for place, permissions in holders.items():
        assert set(permissions) >= set(declared), place
    asked_for = {v for v in vars(access).values() if isinstance(v, str) and v.startswith(OWN)}
    assert asked_for <= set(declared)
    plones = {"Reader", "Editor", "Contributor", "Reviewer", *STRANGERS}
    assert set(firm.portal.validRoles()) - plones == set(ROLES)
