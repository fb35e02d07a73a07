"""Everything that answers is classified: who may call it is written down (security.md 5)."""

import pytest
from collective.clientportal.interfaces import IClientPortalLayer
from collective.clientportal.subscribers import guard
from plone.rest.interfaces import IService
from services.test_access import FOLDER
from services.test_access import MATTER
from services.test_access import SITE
from services.test_access import THREAD
from zope.component import getGlobalSiteManager


STRANGERS = {"Anonymous", "Authenticated", "Owner", "Member"}
# Plone's own, held closer; who may call them is Plone's affair and tests/services/test_uploads.py's.
RESUMABLE = {"POST @tus-upload", "POST @tus-replace", "HEAD @tus-upload", "PATCH @tus-upload"}
WORKFLOWS = [f"clientportal_{name}" for name in ("matter", "folder", "document", "thread")]


def registrations():
    """Yield (for, name, factory) of every adapter that is registered for our layer."""
    for registration in getGlobalSiteManager().registeredAdapters():
        if IClientPortalLayer in registration.required:
            yield registration.required[0], registration.name, registration.factory


def services():
    """Return {"GET @name", ...} of all REST services for our layer."""
    found = set()
    for _context, name, factory in registrations():
        if isinstance(factory, type) and IService.implementedBy(factory):
            method, _, rest = name.partition("_application_json_")
            found.add(f"{method} {rest}".strip())
    return found


def test_every_service_has_its_row(portal):
    """Issue 2, point 10: a service that stands in no table of who may call it fails here."""
    assert services() == {*MATTER, *THREAD, *FOLDER, *SITE, *RESUMABLE}


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_no_permission_goes_to_strangers_or_owners(workflow, portal):
    """Issue 2, point 4: Anonymous, Authenticated, Member and Owner appear in no permission map."""
    definition = portal.portal_workflow[workflow]
    assert definition.permissions
    for state in definition.states.objectValues():
        assert set(state.permission_roles) == set(definition.permissions)
        for permission, roles in state.permission_roles.items():
            # A tuple is not acquired, a list is.
            assert isinstance(roles, tuple), (state.getId(), permission)
            assert not STRANGERS & set(roles), (state.getId(), permission)


def test_portal_content_is_edited_by_nobody(portal):
    """Decision 9: no role, Manager included, may change or delete a document of the portal."""
    for name in ("clientportal_folder", "clientportal_document"):
        for state in portal.portal_workflow[name].states.objectValues():
            for permission in ("Modify portal content", "Delete objects", "Change local roles"):
                assert state.permission_roles[permission] == ()


def test_no_own_permission_goes_to_strangers(portal):
    """security.md 4.2."""
    own = [name for name in portal.possible_permissions() if "clientportal" in name]
    assert len(own) >= 11
    for permission in own:
        roles = {r["name"] for r in portal.rolesOfPermission(permission) if r["selected"]}
        assert not (STRANGERS - {"Owner"}) & roles, permission
        assert not portal.acquiredRolesAreUsedBy(permission), permission


def test_what_is_named_as_the_clients_exists(portal):
    """Issue 2, point 4: the allow-list names nothing by mistake."""
    pages = {name for _context, name, _factory in registrations()}
    named = set().union(*(names for _interface, names in guard.CLIENT_VIEWS))
    assert named - pages == set()
