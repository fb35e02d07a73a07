"""Installing and uninstalling leave nothing behind and nothing broken (issue 2, point 3)."""

import pytest
from AccessControl.Permission import pname
from Acquisition import aq_base
from collective.clientportal.domain import matters
from collective.clientportal.domain import registers
from collective.clientportal.interfaces import IClientPortalLayer
from collective.clientportal.setuphandlers.install import MattersLeft
from plone import api
from plone.browserlayer.utils import registered_layers
from plone.registry.interfaces import IRegistry
from Products.CMFPlone.factory import addPloneSite
from Products.PlonePAS.interfaces.group import IGroupIntrospection
from Products.PluggableAuthService.interfaces.plugins import IAuthenticationPlugin
from Products.PluggableAuthService.interfaces.plugins import IExtractionPlugin
from Products.PluggableAuthService.interfaces.plugins import IGroupsPlugin
from Products.PluggableAuthService.interfaces.plugins import IValidationPlugin
from zope.annotation.interfaces import IAnnotations
from zope.component import getUtility
from zope.component.hooks import setSite


PROFILE = "profile-collective.clientportal"
TYPES = ("Matter", "PortalFolder", "PortalDocument")


def traces(portal):
    """Return everything in the site that the portal puts there or changes."""
    users = portal.acl_users
    catalog = portal.portal_catalog
    return {
        "roles": set(portal.valid_roles()),
        "assignable roles": set(users.portal_role_manager.listRoleIds()),
        "groups": {group.getId() for group in api.group.get_groups()},
        "user folder": set(users.objectIds()),
        "authenticators": users.plugins.listPluginIds(IAuthenticationPlugin),
        "extractors": users.plugins.listPluginIds(IExtractionPlugin),
        "password rules": users.plugins.listPluginIds(IValidationPlugin),
        "session": (users.session.per_user_keyring, users.session.secure),
        "random ids": api.portal.get_registry_record("plone.use_uuid_as_userid"),
        "group plugins": users.plugins.listPluginIds(IGroupsPlugin),
        "group introspection": users.plugins.listPluginIds(IGroupIntrospection),
        "login names": users.login_transform,
        "types": set(portal.portal_types.objectIds()),
        "workflows": set(portal.portal_workflow.objectIds()),
        "chains": {
            kind: chain for kind, chain in portal.portal_workflow.listChainOverrides() if chain
        },
        "indexes": set(catalog.indexes()),
        "columns": set(catalog.schema()),
        "records": {name for name in getUtility(IRegistry).records if "clientportal" in name},
        "layers": set(registered_layers()),
        "annotations": registers.installed(portal),
        "content": set(portal.objectIds()),
        "permissions": {
            name: sorted(
                role["name"] for role in portal.rolesOfPermission(name) if role["selected"]
            )
            + ["acquired"] * bool(portal.acquiredRolesAreUsedBy(name))
            for name in portal.possible_permissions()
            if "clientportal" not in name
        },
        "actions": {
            f"{category}/{action}"
            for category in portal.portal_actions.objectIds()
            for action in portal.portal_actions[category].objectIds()
        },
        "control panel": {action.getId() for action in portal.portal_controlpanel.listActions()},
    }


def everything(portal):
    """Return every permission as it is stored, every record, and the settings of the user folder."""
    users = portal.acl_users
    stored = {
        name: getattr(aq_base(portal), pname(name), "nothing stored")
        for name in portal.possible_permissions()
    }
    records = {name: repr(record.value) for name, record in getUtility(IRegistry).records.items()}
    plugins = {
        "login names": users.login_transform,
        "keyring": users.session.per_user_keyring,
        "tokens": users.jwt_auth.store_tokens,
    }
    return stored | records | plugins


def run(profile):
    """Apply one of our profiles."""
    with api.env.adopt_roles(["Manager"]):
        api.portal.get_tool("portal_setup").runAllImportStepsFromProfile(f"{PROFILE}:{profile}")


def differences(before, after):
    """Return those traces that differ, with what came and what went."""
    found = {}
    for name in before | after:
        if name not in before or name not in after:
            found[name] = "only there once"
        elif isinstance(before[name], set):
            if before[name] != after[name]:
                found[name] = (after[name] - before[name], before[name] - after[name])
        elif before[name] != after[name]:
            found[name] = (before[name], after[name])
    return found


@pytest.fixture
def another_site(portal):
    """A site in which the portal was never installed, but what it depends on."""
    app = portal.aq_parent
    with api.env.adopt_roles(["Manager"]):
        profiles = ("plone.app.contenttypes:default", "plone.restapi:default")
        site = addPloneSite(app, "another", setup_content=False, extension_ids=profiles)
        setSite(site)
        yield site
    setSite(portal)


@pytest.fixture
def bare(portal):
    """A site from which the portal was taken away again."""
    run("uninstall")
    return portal


def test_installed(portal):
    """Issue 2, points 2 to 4: groups, roles, types, workflows, the user folder, the registers."""
    found = traces(portal)
    assert {"portal-staff", "portal-administrators"} <= found["groups"]
    assert {"Portal Staff", "Portal Administrator", "Matter Handler", "Client Reader"} <= found[
        "roles"
    ]
    assert set(TYPES) <= found["types"]
    assert IClientPortalLayer in found["layers"]
    assert found["group plugins"][-1] == "clientportal_rosters"
    assert found["login names"] == "lower"
    # Nobody but our own plugin is asked for passwords.
    assert "clientportal_passwords" in found["authenticators"]
    assert "source_users" not in found["authenticators"]
    assert found["extractors"][0] == "clientportal_passwords"
    assert found["password rules"] == ("clientportal_passwords",)
    assert found["random ids"] is True
    assert found["annotations"]
    assert "matters" in found["content"]
    for kind in TYPES:
        [workflow] = portal.portal_workflow.getChainFor(kind)
        assert workflow.startswith("clientportal_")


def test_uninstalled_is_as_never_installed(portal):
    """Issue 2, point 3: compared with a site that never had it."""
    run("uninstall")
    once = traces(portal)
    assert not {
        name for name in once["roles"] if name.startswith(("Portal ", "Matter ", "Client "))
    }
    assert not {name for name in once["groups"] if name.startswith("portal-")}
    assert not {name for name in once["user folder"] if "clientportal" in name}
    assert not {name for name in once["workflows"] if "clientportal" in name}
    assert not set(TYPES) & (once["types"] | once["chains"].keys())
    assert not {"matter_reference"} & (once["indexes"] | once["columns"])
    assert once["records"] == set()
    assert IClientPortalLayer not in once["layers"]
    assert not once["annotations"]
    assert "matters" not in once["content"]
    assert once["login names"] == ""
    assert once["authenticators"] == ("source_users", "session", "jwt_auth")
    assert once["password rules"] == ("password_policy",)
    assert once["session"] == (False, False)
    assert once["random ids"] is False
    assert not {name for name in once["actions"] | once["control panel"] if "clientportal" in name}
    run("default")
    run("uninstall")
    assert differences(once, traces(portal)) == {}


def test_everything_of_plones_is_back(another_site):
    """Issue 4, point 2: all permissions and all records are what they were before the first install."""
    before = everything(another_site)
    run("default")
    assert len(differences(before, everything(another_site))) > 40
    run("uninstall")
    assert differences(before, everything(another_site)) == {}


@pytest.mark.parametrize("acquired", [True, False])
def test_what_the_firm_had_set_is_back(acquired, portal, bare):
    """Issue 4, point 2: not Plone's defaults, but what this site had."""
    with api.env.adopt_roles(["Manager"]):
        portal.manage_permission("Allow sendto", ["Reviewer"], acquire=acquired)
        portal.manage_permission("Show Toolbar", ["Editor"], acquire=not acquired)
        api.portal.set_registry_record("plone.enable_sitemap", True)
        api.portal.set_registry_record("plone.enable_self_reg", True)
        portal.acl_users.session.per_user_keyring = True
        portal.acl_users.login_transform = "lower"
    before = everything(portal)
    run("default")
    assert not api.portal.get_registry_record("plone.enable_sitemap")
    assert "Anonymous" not in everything(portal)["Add portal member"]
    run("default")  # what is remembered is what was before the first time
    run("uninstall")
    assert differences(before, everything(portal)) == {}


def test_reinstalled(portal):
    """Issue 2, point 3: in again, as before."""
    before = traces(portal)
    run("uninstall")
    run("default")
    assert differences(before, traces(portal)) == {}


def test_installing_twice_changes_nothing(firm):
    # What the tests' firm has otherwise.
    firm.portal.acl_users.session.secure = True
    api.portal.set_registry_record("plone.use_uuid_as_userid", True)
    before = traces(firm.portal)
    people = len(registers.registers().people)
    run("default")
    assert differences(before, traces(firm.portal)) == {}
    assert len(registers.registers().people) == people == 3


def test_refused_while_there_are_matters(firm):
    """Issue 2, point 3: nothing broken: what clients were given stays reachable."""
    before = traces(firm.portal)
    with pytest.raises(MattersLeft):
        run("uninstall")
    assert differences(before, traces(firm.portal)) == {}


def test_folder_that_is_in_use_stays(portal):
    """Uninstalling deletes nothing that somebody put there."""
    with api.env.adopt_roles(["Manager"]):
        api.content.create(portal["matters"], "Document", "note")
    run("uninstall")
    assert "note" in portal["matters"]


def test_site_works_without_it(bare):
    """Issue 2, point 3: nothing broken."""
    with api.env.adopt_roles(["Manager"]):
        folder = api.content.create(bare, "Folder", "somewhere")
        api.content.create(folder, "File", "a-file")
    assert api.content.find(portal_type="File")
    api.user.create(email="new@else.example", username="new", password="a long enough one")
    assert api.user.get(username="new").getGroups() == ["AuthenticatedUsers"]


def test_the_folder_of_matters_keeps_no_order(portal):
    """Issue 6, 12: an order is one list of all ids, written anew with each matter."""
    with api.env.adopt_roles(["Manager"]):
        made = matters.create(portal["matters"], "Sache", "24/0001")
    annotations = IAnnotations(portal["matters"])
    assert not [key for key in annotations if made.getId() in list(annotations[key])]
    assert made.getId() in portal["matters"].objectIds()
