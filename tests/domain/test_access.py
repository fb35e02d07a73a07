"""The one module that decides access (issue 4, point 8); scripts/mutants.py asks these tests alone."""

import pytest
from AccessControl.users import nobody
from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import sharing
from collective.clientportal.domain import threads
from collective.clientportal.domain.errors import NotPermitted
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import Refused
from conftest import PASSWORD
from conftest import PDF
from io import BytesIO
from plone import api
from zope.annotation.interfaces import IAnnotations
from zope.event import notify
from zope.lifecycleevent import ObjectModifiedEvent


PEOPLE = ("handler", "assistant", "colleague", "boss", "anna", "thomas", "paula", "member")


@pytest.fixture
def each(firm):
    """A function: act → {name: what it returned, or the class of the error} for everybody."""

    def each_(act, people=PEOPLE):
        answers = {}
        for name in people:
            with firm.as_user(name):
                try:
                    answers[name] = act()
                except (NotThere, NotPermitted, Refused) as error:
                    answers[name] = type(error)
        return answers

    return each_


def all_of(names, answer):
    """Return the same answer for each name."""
    return {name: answer for name in names}


@pytest.fixture
def fresh_roles(firm):
    """A function: forget the local roles that this request has looked up."""

    def fresh_roles_():
        IAnnotations(firm.portal.REQUEST).clear()

    return fresh_roles_


@pytest.fixture
def thread(firm):
    """A thread of Anna's with one message."""

    def send(text, to):
        with firm.as_user("handler"):
            draft = messages.Draft(text)
            ids = [firm.people[name] for name in to]
            return messages.send(firm.matter, draft, "reply", ids, title=text)[0]

    send("Für beide", ["anna", "thomas"])
    return send("Nur für Anna", ["anna"])


def add_to_other(firm):
    """Return an internal document of the other matter."""
    with firm.as_user("colleague"):
        upload = documents.Upload("Bauplan.pdf", "application/pdf", BytesIO(PDF))
        return documents.add_internal(firm.other_matter, [upload])[0]


def restrict(firm):
    """Restrict the matter."""
    with firm.as_user("handler"):
        firm.matter.restricted = True
        notify(ObjectModifiedEvent(firm.matter))


# --- who acts ---------------------------------------------------------------------


def test_who_acts(firm, each):
    assert each(access.current_user_id) == {name: firm.people[name] for name in PEOPLE}
    assert not any(each(access.is_anonymous).values())
    with api.env.adopt_user(user=nobody.__of__(firm.portal.acl_users)):
        assert access.current_user_id() == ""
        assert access.is_anonymous() is True
        assert access.is_insider() is False
        assert access.is_administrator() is False


def test_insiders(firm, each):
    """security.md 4.5: whoever holds none of the firm's roles is a client or a stranger."""
    insiders = {name for name, yes in each(access.is_insider).items() if yes}
    assert insiders == {"handler", "assistant", "colleague", "boss"}
    assert not any(each(access.is_administrator).values())
    for number, (role, insider, administrator) in enumerate(
        (
            ("Manager", True, True),
            ("Site Administrator", True, True),
            ("Portal Administrator", True, False),
            ("Portal Staff", True, False),
            ("Reader", False, False),
            ("Matter Handler", False, False),
            ("Client Reader", False, False),
        )
    ):
        user = api.user.create(f"{number}@example.org", f"role{number}", PASSWORD)
        api.user.grant_roles(user=user, roles=[role])
        with api.env.adopt_user(user=user):
            assert (access.is_insider(), access.is_administrator()) == (insider, administrator)


# --- what one may see -----------------------------------------------------------------


def test_can_see(firm, each, thread):
    """A matter is known to its clients, who never have View on it; all else is seen with View."""
    document = firm.release(firm.add()).documents[0]
    internal = firm.add("Notiz.pdf")

    def seen_by(obj):
        return {name for name, yes in each(lambda: access.can_see(obj)).items() if yes}

    staff = {"handler", "assistant", "colleague"}
    assert seen_by(firm.matter) == staff | {"anna", "thomas"}
    assert seen_by(internal) == staff
    assert seen_by(firm.annas) == seen_by(document) == seen_by(thread) == staff | {"anna"}
    assert seen_by(firm.everybodys) == staff | {"anna", "thomas"}


def test_has_is_a_plain_answer(firm):
    with firm.as_user("anna"):
        assert access.has(access.VIEW, firm.annas) is True
        assert access.has(access.VIEW, firm.matter) is False


def test_permissions(firm, each, thread):
    """security.md 4.2: each permission is the one it is called after, and is held by these."""
    team = {"handler", "assistant"}
    site = firm.portal
    for permission, obj, holders in (
        (access.USE_PORTAL, site, team | {"colleague"}),
        (access.MANAGE_PORTAL, site, {"boss"}),
        (access.VIEW_PORTAL, firm.matter, team | {"colleague", "anna", "thomas"}),
        (access.VIEW, firm.matter, team | {"colleague"}),
        (access.SHARE, firm.matter, team),
        (access.MANAGE_PARTICIPANTS, firm.matter, team),
        (access.VIEW_JOURNAL, firm.matter, team),
        (access.UPLOAD, firm.annas, team | {"anna"}),
        (access.WRITE, thread, {"anna"}),
        (access.DELETE, firm.matter, set()),
    ):
        found = each(lambda it=permission, on=obj: access.has(it, on))
        assert {name for name, yes in found.items() if yes} == holders, permission
    manager = api.user.create("m@example.org", "manager", PASSWORD)
    api.user.grant_roles(user=manager, roles=["Manager"])
    with api.env.adopt_user(user=manager):
        assert access.has(access.DELETE, firm.matter) is True


def test_require(firm, each):
    """404 where it may not be known, 403 where the permission is missing."""
    answers = each(lambda: access.require(access.MANAGE_PARTICIPANTS, firm.matter))
    assert answers == {
        "handler": None,
        "assistant": None,
        "colleague": NotPermitted,
        "boss": NotThere,
        "anna": NotPermitted,
        "thomas": NotPermitted,
        "paula": NotThere,
        "member": NotThere,
    }
    # The permission itself is asked for, not any other.
    assert each(lambda: access.require(access.VIEW, firm.annas), ("anna", "thomas")) == {
        "anna": None,
        "thomas": NotThere,
    }
    with firm.as_user("paula"), pytest.raises(NotThere, match=r"This is not there\."):
        access.require(access.VIEW, firm.annas)
    with firm.as_user("anna"), pytest.raises(NotPermitted, match=r"You may not do this here\."):
        access.require(access.SHARE, firm.matter)


# --- sharing (A2, A3) -------------------------------------------------------------------


def test_who_may_share(firm, each, fresh_roles):
    """A2: portal permission, access to the matter, named on it; A3: only where a portal is set up."""
    team = {"handler": None, "assistant": None}
    others = {"colleague": NotPermitted, "anna": NotPermitted, "thomas": NotPermitted}
    strangers = {"boss": NotThere, "paula": NotThere, "member": NotThere}
    expected = {**team, **others, **strangers}
    assert each(lambda: access.require_share(firm.matter)) == expected
    refused = each(lambda: access.refusal_to_share(firm.matter))
    assert {name for name, reason in refused.items() if reason is None} == set(team)
    assert {name for name, yes in each(lambda: access.may_share(firm.matter)).items() if yes} == {
        "handler",
        "assistant",
    }
    assert all(type(yes) is bool for yes in each(lambda: access.may_share(firm.matter)).values())
    with firm.as_user("handler"):
        matters.switch_portal(firm.matter, False)
    fresh_roles()
    off = each(lambda: access.require_share(firm.matter))
    assert off == {
        "handler": Refused,
        "assistant": Refused,
        "colleague": NotPermitted,
        **all_of(("anna", "thomas", "boss", "paula", "member"), NotThere),
    }
    with firm.as_user("handler"):
        with pytest.raises(Refused, match="No client portal"):
            access.require_share(firm.matter)
        assert access.may_share(firm.matter) is True
        assert access.refusal_to_share(firm.matter) == "error_portal_off"


def test_reasons(firm):
    """A2: the first thing that is missing is named."""
    with firm.as_user("boss"):
        assert access.refusal_to_share(firm.matter) == "error_no_portal_permission"
    with firm.as_user("colleague"):
        assert access.refusal_to_share(firm.matter) == "error_not_on_matter"
    with firm.as_user("handler"):
        assert access.refusal_to_share(firm.matter) is None
    with firm.as_user("colleague"), pytest.raises(NotPermitted, match="Only handlers"):
        access.require_share(firm.matter)
    with firm.as_user("paula"), pytest.raises(NotThere, match=r"This is not there\."):
        access.require_share(firm.matter)


def test_whoever_left_the_firm(firm, fresh_roles):
    """A2: named on the team, but without the portal permission: no sharing, and known as one who left."""
    for name in ("handler", "assistant"):
        with firm.as_user(name):
            assert access.has_left_the_firm(firm.matter) is True
            assert access.has_left_the_firm(firm.annas) is True
    for name in ("anna", "paula", "colleague"):
        with firm.as_user(name):
            assert access.has_left_the_firm(firm.matter) is False
    with firm.as_user("handler"):
        assert access.has_left_the_firm(firm.portal) is False
    api.group.remove_user(groupname="portal-staff", username="handler")
    fresh_roles()
    with firm.as_user("handler"):
        assert access.may_share(firm.matter) is False
        with pytest.raises(NotPermitted, match="permission to use the client portal"):
            access.require_share(firm.matter)


# --- the ways to things --------------------------------------------------------------------


def test_matter_of(firm):
    assert access.matter_of(firm.matter) == firm.matter
    assert access.matter_of(firm.annas) == firm.matter
    assert access.matter_of(firm.portal["matters"]) is None
    assert access.matter_of(None) is None
    assert access.matter_of(object()) is None


def test_matters(firm, each):
    """C12: "not there" and "not yours" are the same."""
    uid, other = firm.matter.UID(), firm.other_matter.UID()
    knows = {"handler", "assistant", "colleague", "anna", "thomas"}
    expected = {name: firm.matter if name in knows else None for name in PEOPLE}
    assert each(lambda: access.matter_or_none(uid)) == expected
    strict = {name: found or NotThere for name, found in expected.items()}
    assert each(lambda: access.matter_by_uid(uid)) == strict
    for unknown in ("", "nobody", firm.annas.UID()):
        assert set(each(lambda wanted=unknown: access.matter_or_none(wanted)).values()) == {None}
        assert access.unchecked_matter(unknown) is None
    assert access.unchecked_matter(other) == firm.other_matter
    with firm.as_user("paula"), pytest.raises(NotThere, match=r"This is not there\."):
        access.matter_by_uid(uid)


def test_unchecked_matter_that_is_gone(firm):
    """A path in the register may lead nowhere for a moment."""
    access.registers().matters["gone"] = "/plone/matters/gone"
    assert access.unchecked_matter("gone") is None


def listed():
    """Return the UIDs of the matters that a list shows to the person who acts: as the catalog has it, too."""
    cards = access.registers().cards
    found = set(access.listed((uid, card.restricted) for uid, card in cards.items()))
    assert found == {brain.UID for brain in api.content.find(portal_type="Matter")}
    return found


def test_matters_in_lists(firm, each, fresh_roles):
    """A2: a restricted matter is in no list of staff who are not on it; clients find none at all."""
    both = {firm.matter.UID(), firm.other_matter.UID()}
    found = each(listed)
    nothing = all_of(("boss", "anna", "thomas", "paula", "member"), set())
    assert found == all_of(("handler", "assistant", "colleague"), both) | nothing
    restrict(firm)
    fresh_roles()
    found = each(listed)
    assert found["handler"] == found["assistant"] == both
    assert found["colleague"] == {firm.other_matter.UID()}
    with api.env.adopt_user(username="admin"):
        assert listed() == both


def test_finds(firm, each):
    """security.md 2.1: resolveuid tells staff a path of what they may see, and nobody else of anything."""
    internal = firm.add()
    found = each(lambda: access.finds(internal.UID()))
    staff = {"handler", "assistant", "colleague"}
    assert found == {name: name in staff for name in PEOPLE}
    assert not any(each(lambda: access.finds("")).values())


def test_folders(firm, each):
    """C12: separate folders for two clients of one matter."""
    titles = {
        name: [folder.title for folder in folders]
        for name, folders in each(lambda: access.folders(firm.matter)).items()
    }
    staff = ["Gericht", "Schriftsätze", "Vergleich"]
    assert titles == {
        **all_of(("handler", "assistant", "colleague"), staff),
        "anna": ["Gericht", "Schriftsätze"],
        "thomas": ["Gericht", "Vergleich"],
        **all_of(("boss", "paula", "member"), []),
    }
    found = each(lambda: access.folder_by_uid(firm.matter, firm.annas.UID()))
    seen = {"handler", "assistant", "colleague", "anna"}
    assert found == {name: firm.annas if name in seen else NotThere for name in PEOPLE}
    foreign = [folder.UID() for folder in firm.other_matter.objectValues()]
    with firm.as_user("handler"):
        for uid in ("", firm.matter.UID(), *foreign):
            with pytest.raises(NotThere, match="no such folder"):
                access.folder_by_uid(firm.matter, uid)


def test_documents(firm, each):
    """A25: what has ended is gone for the client, and stays for staff; newest first."""
    first = firm.release(firm.add("erste.pdf")).documents[0]
    second = firm.release(firm.add("zweite.pdf")).documents[0]
    third = firm.release(firm.add("dritte.pdf")).documents[0]
    with firm.as_user("handler"):
        sharing.end(firm.matter, second.getId())
    seen = each(lambda: access.documents(firm.annas))
    staff = all_of(("handler", "assistant", "colleague"), [third, second, first])
    strangers = all_of(("boss", "thomas", "paula", "member"), [])
    assert seen == {**staff, "anna": [third, first], **strangers}


def test_threads(firm, each, thread):
    """C12: a thread is for its readers; the latest message is first."""
    titles = {
        name: [found.title for found in threads]
        for name, threads in each(lambda: access.threads(firm.matter)).items()
    }
    assert titles == {
        **all_of(("handler", "assistant", "colleague"), ["Nur für Anna", "Für beide"]),
        "anna": ["Nur für Anna", "Für beide"],
        "thomas": ["Für beide"],
        **all_of(("boss", "paula", "member"), []),
    }
    seen = {"handler", "assistant", "colleague", "anna"}
    found = each(lambda: access.thread_by_uid(firm.matter, thread.getId()))
    assert found == {name: thread if name in seen else NotThere for name in PEOPLE}


def test_a_thread_without_messages_comes_last(firm, thread):
    """It was made, and nothing was said in it yet."""
    with firm.as_user("handler"):
        empty = threads.create(firm.matter, "Leer")
        assert access.threads(firm.matter)[-1] == empty


def test_what_is_no_thread(firm):
    """No folder, no attribute and no method of a matter passes for one."""
    with firm.as_user("handler"):
        for uid in ("", "title", "objectIds", firm.annas.getId()):
            with pytest.raises(NotThere, match="no such thread"):
                access.thread_by_uid(firm.matter, uid)
    assert not isinstance(firm.annas, MessageThread)


def test_inside(firm, each, fresh_roles):
    """B21: what lies in this matter only, for those who may see it."""
    mine = firm.add("Klage.pdf")
    theirs = add_to_other(firm)
    staff = {"handler", "assistant", "colleague"}
    found = each(lambda: list(access.inside(firm.matter, portal_type="File")))
    assert found == {name: [mine] if name in staff else [] for name in PEOPLE}
    found = each(lambda: list(access.inside(firm.matter, UID=theirs.UID())))
    assert found == all_of(PEOPLE, [])
    assert each(lambda: access.count_inside(firm.matter, portal_type="File")) == all_of(PEOPLE, 1)
    assert access.count_inside(firm.matter, portal_type="Image") == 0
    restrict(firm)
    fresh_roles()
    found = each(lambda: list(access.inside(firm.matter, portal_type="File")))
    assert found == {name: [mine] if name in {"handler", "assistant"} else [] for name in PEOPLE}


def test_a_matter_that_lies_in_a_matters_folder(firm):
    """What a catalog path finds below a matter is of another matter where one lies between."""
    mine = firm.add("Klage.pdf")
    theirs = add_to_other(firm)
    catalog = api.portal.get_tool("portal_catalog")
    path = "/".join((*firm.matter.getPhysicalPath(), "stale"))
    # As after a move that the catalog missed.
    catalog.uncatalog_object("/".join(theirs.getPhysicalPath()))
    catalog.catalog_object(theirs, path)
    with firm.as_user("handler"):
        assert list(access.inside(firm.matter, portal_type="File")) == [mine]
