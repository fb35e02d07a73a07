"""The matrix, made once for all tests of a class."""

import pytest
from access import cast
from access import publisher
from access.matrix import Matrix
from plone.browserlayer.utils import registered_layers
from zope.interface import alsoProvides
from zope.publisher.skinnable import setDefaultSkin


@pytest.fixture(scope="class")
def matrix(functional_portal_class):
    """The matrix of a world; no request of it stores anything."""
    portal = functional_portal_class
    world = cast.build(portal)
    request = portal.REQUEST
    setDefaultSkin(request)
    alsoProvides(request, *registered_layers())
    with publisher.nothing_is_stored() as committed:
        yield Matrix(portal, request, world, committed)
