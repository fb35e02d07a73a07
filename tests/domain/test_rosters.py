"""Access: computed from the rosters, and opened by nothing else (issue 2, point 4)."""

import pytest
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import folders
from collective.clientportal.domain import matters
from collective.clientportal.domain import participants
from collective.clientportal.domain import registers
from collective.clientportal.domain import rosters
from collective.clientportal.domain import sharing
from collective.clientportal.domain import states
from conftest import PDF
from io import BytesIO
from plone import api
from Products.CMFCore.WorkflowCore import WorkflowException
from zope.annotation.interfaces import IAnnotations
from zope.event import notify
from zope.lifecycleevent import ObjectModifiedEvent


PEOPLE = ("handler", "assistant", "colleague", "boss", "anna", "thomas", "paula", "member")


@pytest.fixture
def who(firm):
    """A function: permission, object → the names of those who have it."""

    def who_(permission, obj):
        found = set()
        for name in PEOPLE:
            # Plone keeps its answers for the length of a request.
            IAnnotations(firm.portal.REQUEST).clear()
            with firm.as_user(name):
                if access.has(permission, obj):
                    found.add(name)
        return found

    return who_


def edited(matter, **values):
    """Change a matter as its edit form does."""
    for name, value in values.items():
        setattr(matter, name, value)
    notify(ObjectModifiedEvent(matter))


def test_matter(firm, who):
    """A2: who may share; security.md 4.1: who sees what."""
    team = {"handler", "assistant"}
    assert who(access.SHARE, firm.matter) == team
    assert who(access.MANAGE_PARTICIPANTS, firm.matter) == team
    assert who(access.VIEW_JOURNAL, firm.matter) == team
    assert who(access.VIEW, firm.matter) == team | {"colleague"}
    assert who(access.VIEW_PORTAL, firm.matter) == team | {"colleague", "anna", "thomas"}
    assert who(access.DELETE, firm.matter) == set()


def test_folders(firm, who):
    """C12, issue 2, point 4: separate folders for two clients of one matter."""
    staff = {"handler", "assistant", "colleague"}
    assert who(access.VIEW, firm.annas) == staff | {"anna"}
    assert who(access.VIEW, firm.thomases) == staff | {"thomas"}
    assert who(access.VIEW, firm.everybodys) == staff | {"anna", "thomas"}
    assert who(access.UPLOAD, firm.annas) == {"handler", "assistant", "anna"}
    for permission in ("Modify portal content", "Delete objects", "Add portal content"):
        assert who(permission, firm.annas) == set()


def test_documents(firm, who):
    """Released: the folder's readers. Ended: staff. Received: the readers. Internal: staff."""
    staff = {"handler", "assistant", "colleague"}
    original = firm.add()
    document = firm.release(original).documents[0]
    assert who(access.VIEW, original) == staff
    assert who(access.VIEW, document) == staff | {"anna"}
    with firm.as_user("handler"):
        sharing.end(firm.matter, document.getId())
    assert who(access.VIEW, document) == staff
    with firm.as_user("anna"):
        upload = documents.Upload("a.pdf", "application/pdf", BytesIO(PDF))
        [received] = sharing.receive(firm.annas, [upload])
    assert who(access.VIEW, received) == staff | {"anna"}
    for permission in ("Modify portal content", "Delete objects", "Copy or Move"):
        assert who(permission, document) == who(permission, received) == set()


def test_document_between_two_states_is_nobodys_but_the_teams(firm, who):
    """A10: nothing is visible before the release is done."""
    original = firm.add()
    document = documents.add_portal_document(firm.annas, documents.file_of(original))
    assert who(access.VIEW, document) == {"handler", "assistant"}


ROLES = [
    "Owner",
    "Reader",
    "Editor",
    "Contributor",
    "Reviewer",
    "Client Reader",
    "Client Writer",
    "Matter Client",
    "Matter Handler",
    "Matter Staff Reader",
]


@pytest.mark.parametrize("place", ["document", "folder", "matter", "home", "portal"])
def test_stored_local_roles_open_nothing(place, firm, who):
    """Issue 2, point 4: stored local roles, `Owner` included, wherever they are set."""
    document = firm.release(firm.add()).documents[0]
    home = firm.portal["matters"]
    things = {"document": document, "folder": firm.annas, "matter": firm.matter}
    places = {**things, "home": home, "portal": firm.portal}
    permissions = [
        access.VIEW,
        access.VIEW_PORTAL,
        access.SHARE,
        access.UPLOAD,
        access.VIEW_JOURNAL,
    ]
    before = {(p, n): who(p, thing) for p in permissions for n, thing in things.items()}
    for name in ("thomas", "paula", "member", "colleague"):
        places[place].manage_setLocalRoles(firm.people[name], ROLES)
    places[place].reindexObjectSecurity()
    after = {(p, n): who(p, thing) for p in permissions for n, thing in things.items()}
    assert after == before


def test_owner_who_left_the_matter(firm, who):
    """Issue 2, point 4: whoever made a matter, its folders and files keeps nothing by that."""
    with firm.as_user("handler"):
        matter = matters.create(firm.portal["matters"], "Kern", "26/0031", ["handler"])
        upload = documents.Upload("a.pdf", "application/pdf", BytesIO(PDF))
        [internal] = documents.add_internal(matter, [upload])
        folder = folders.create(matter, "Bescheide")
    assert "handler" in dict(internal.get_local_roles())
    edited(matter, handlers=["colleague"], restricted=True)
    for obj in (matter, folder, internal):
        assert who(access.VIEW, obj) == {"colleague"}


def test_restricted(firm, who):
    """A2: a restricted matter is invisible to staff who are not on it, also in searches."""
    document = firm.release(firm.add()).documents[0]
    edited(firm.matter, restricted=True)
    team = {"handler", "assistant"}
    assert who(access.VIEW, firm.matter) == team
    assert who(access.VIEW, firm.annas) == team | {"anna"}
    assert who(access.VIEW, document) == team | {"anna"}
    found = {}
    for name in ("handler", "assistant", "colleague", "boss"):
        with firm.as_user(name):
            found[name] = len(api.content.find(UID=firm.matter.UID()))
    assert found == {"handler": 1, "assistant": 1, "colleague": 0, "boss": 0}
    edited(firm.matter, assistants=["colleague"])
    assert who(access.VIEW, firm.matter) == {"handler", "colleague"}
    edited(firm.matter, restricted=False)
    assert who(access.VIEW, firm.matter) == {"handler", "colleague", "assistant"}


def test_clients_find_nothing_in_the_catalog(firm):
    """C12: no trace in any list: clients' pages are made from the matter's own tree."""
    firm.release(firm.add("Klage.pdf"))
    for name in ("anna", "thomas", "paula", "member"):
        with firm.as_user(name):
            found = api.content.find(context=firm.portal["matters"])
            assert [brain.portal_type for brain in found if brain.portal_type != "Folder"] == []
    everything = api.content.find(unrestricted=True)
    assert not {"PortalFolder", "PortalDocument"} & {brain.portal_type for brain in everything}


def test_move(firm, who):
    """Issue 2, point 4: access follows the thing, not its place."""
    document = firm.release(firm.add()).documents[0]
    before = who(access.VIEW, document)
    with api.env.adopt_roles(["Manager"]):
        home = api.content.create(firm.portal, "Folder", "archive")
        home.manage_setLocalRoles("member", ["Reader", "Owner", "Matter Handler"])
        moved = api.content.move(firm.matter, home)
    assert who(access.VIEW, moved[firm.annas.getId()][document.getId()]) == before
    assert who(access.VIEW_PORTAL, moved) == {*before, "thomas"}
    with firm.as_user("anna"):
        assert access.matter_by_uid(moved.UID()) == moved


def test_rename(firm):
    """Issue 2, point 4: server-made ids: nobody gives a matter one that can be guessed."""
    with api.env.adopt_roles(["Manager"]), pytest.raises(matters.GivenId):
        api.content.rename(firm.matter, "old-case")


def test_internal_document_moved_to_another_matter(firm, who):
    """security.md 4.3: it belongs to the other matter's people from then on."""
    original = firm.add()
    edited(firm.other_matter, restricted=True)
    with api.env.adopt_roles(["Manager"]):
        moved = api.content.move(original, firm.other_matter)
    assert who(access.VIEW, moved) == {"colleague"}


def test_portal_content_does_not_move(firm):
    """Decision 9: what was given stays where it was given; no copy takes clients along."""
    document = firm.release(firm.add()).documents[0]
    with api.env.adopt_roles(["Manager"]):
        for obj in (document, firm.annas):
            assert not obj.cb_isMoveable()
            assert not obj.cb_isCopyable()
        assert not firm.matter.cb_isCopyable()


def test_readers_of_a_folder_change(firm, who):
    """Issue 2, point 4: rosters follow each change of a folder's readers."""
    with firm.as_user("handler"):
        folders.change(firm.annas, "Schriftsätze", [firm.people["thomas"]])
    staff = {"handler", "assistant", "colleague"}
    assert who(access.VIEW, firm.annas) == staff | {"thomas"}
    with firm.as_user("handler"):
        folders.change(firm.annas, "Schriftsätze", None)
    assert who(access.VIEW, firm.annas) == staff | {"anna", "thomas"}


def test_right_to_write(firm, who):
    """B7: withheld for that person: in every folder, and refused by the domain."""
    with firm.as_user("handler"):
        participants.change(firm.matter, firm.people["anna"], may_write=False)
    for folder in (firm.annas, firm.everybodys):
        assert "anna" not in who(access.UPLOAD, folder)
        assert "anna" in who(access.VIEW, folder)
    upload = documents.Upload("a.pdf", "application/pdf", BytesIO(PDF))
    with firm.as_user("anna"), pytest.raises(access.NotPermitted):
        sharing.receive(firm.annas, [upload])
    with firm.as_user("thomas"), pytest.raises(access.NotThere):
        sharing.receive(firm.annas, [upload])


def test_groups_plugin(firm):
    """architecture.md, decision 2: nobody lists rosters, and those of clients are no groups."""
    users = firm.portal.acl_users
    uid = firm.matter.UID()
    annas = set(rosters.groups_of(firm.people["anna"]))
    assert annas == {
        f"clientportal:{roster}:{kind}"
        for roster in (uid, firm.annas.UID())
        for kind in ("readers", "writers")
    }
    assert api.user.get(userid=firm.people["anna"]).getGroups() == ["AuthenticatedUsers"]
    edited(firm.matter, restricted=True)
    assert f"clientportal:{uid}:team" in api.user.get(userid="handler").getGroups()
    assert f"clientportal:{uid}:team" not in api.user.get(userid="colleague").getGroups()
    listed = [g["id"] for g in users.searchGroups()] + [*users.source_groups.getGroupIds()]
    listed += [group.getId() for group in api.group.get_groups()]
    assert not [group for group in listed if group.startswith(rosters.PREFIX)]
    assert users.getGroupById(f"clientportal:{uid}:team") is not None
    assert users.getUserById(f"clientportal:{uid}:readers") is None
    with firm.as_user("handler"):
        matters.switch_portal(firm.matter, False)
    assert rosters.groups_of(firm.people["anna"]) == ()


def test_a_group_or_user_named_as_a_roster_is_none(firm, who):
    """Roles hang on the register alone: no group of Plone's, and no user id, opens a roster."""
    name = f"clientportal:{firm.matter.UID()}:readers"
    with api.env.adopt_roles(["Manager"]):
        firm.portal.acl_users.source_groups.addGroup(name, name)
        firm.portal.acl_users.source_groups.addPrincipalToGroup(firm.people["paula"], name)
    assert name in api.user.get(userid=firm.people["paula"]).getGroups()
    assert "paula" not in who(access.VIEW_PORTAL, firm.matter)
    assert "paula" not in who(access.VIEW, firm.everybodys)


def test_adding_a_client_reindexes_nothing(firm):
    """architecture.md, decision 2: whether the matter holds 10 documents or 100,000."""
    catalog = api.portal.get_tool("portal_catalog")
    firm.add()
    before = catalog.getCounter()
    with firm.as_user("handler"):
        info = participants.invite(firm.matter, "carla@example.org")
        participants.change(firm.matter, info.id, may_write=False)
        matters.switch_portal(firm.matter, False)
        matters.switch_portal(firm.matter, True)
        participants.remove(firm.matter, info.id)
    assert catalog.getCounter() == before


def test_deleted_matter_leaves_no_roster(firm):
    """Nobody stays on the roster of a thing that is gone."""
    uids = {firm.matter.UID(), *(folder.UID() for folder in rosters.folders(firm.matter))}
    edited(firm.matter, restricted=True)
    firm.release(firm.add())
    with api.env.adopt_roles(["Manager"]):
        firm.portal["matters"].manage_delObjects([firm.matter.getId()])
    left = [g for groups in registers.registers().rosters.values() for g in groups]
    assert not [group for group in left if group.split(":")[1] in uids]
    assert firm.matter.UID() not in registers.registers().matters


def test_states_are_changed_by_the_domain_alone(firm):
    """A10, A26: no page and no service of Plone runs a transition, for nobody."""
    document = firm.release(firm.add()).documents[0]
    workflow = api.portal.get_tool("portal_workflow")
    for name in PEOPLE:
        with firm.as_user(name):
            assert not workflow.getTransitionsFor(document)
            with pytest.raises(WorkflowException):
                workflow.doActionFor(document, "end")
    assert states.of(document) == states.RELEASED
