"""Test layers: a Plone site with the portal, in process and behind a real server."""

import collective.clientportal
import os
import plone.app.contenttypes
import plone.restapi
import shutil
import tempfile
from collective.clientportal import wire
from collective.clientportal.edge import Edge
from plone.app.testing import applyProfile
from plone.app.testing import FunctionalTesting
from plone.app.testing import IntegrationTesting
from plone.app.testing import PLONE_FIXTURE
from plone.app.testing import PloneSandboxLayer
from plone.testing.zope import WSGIServer
from zope.component.hooks import clearSite
from zope.i18n.config import COMPILE_MO_FILES_KEY
from ZPublisher.HTTPRequest import HTTPRequest


class ClientPortalLayer(PloneSandboxLayer):
    """A site with the portal installed and no content."""

    defaultBases = (PLONE_FIXTURE,)

    def setUpZope(self, app, configurationContext):
        """Load the packages; the tests do the worker's rounds themselves."""
        os.environ["CLIENTPORTAL_WORKER"] = "off"
        os.environ[COMPILE_MO_FILES_KEY] = "true"  # as in etc/skel, or German is stale
        os.environ["TUS_TMP_FILE_DIR"] = tempfile.mkdtemp()
        for package in (plone.app.contenttypes, plone.restapi, collective.clientportal):
            self.loadZCML(package=package)
        self.loadZCML("overrides.zcml", package=collective.clientportal)

    def tearDownZope(self, app):
        """Leave nothing behind."""
        shutil.rmtree(os.environ.pop("TUS_TMP_FILE_DIR"))

    def setUpPloneSite(self, portal):
        """Install the portal."""
        applyProfile(portal, "collective.clientportal:default")


class Server(WSGIServer):
    """The real server, each of whose threads begins a request without the site of the one before.

    At the end of a request Zope forgets the site itself, by an event. A test that changes the registry of
    components while a request ends can make that event break down, and the thread would be of no
    use to any later test.
    """

    def make_wsgi_app(self):
        """Return the application."""
        app = Edge(super().make_wsgi_app())
        HTTPRequest.retry_max_count = 30  # as in etc/skel

        def fresh(environ, start_response):
            clearSite()
            return app(environ, start_response)

        return fresh

    def setUpServer(self):
        """Start the server; it reads what comes in as the real one does."""
        super().setUpServer()
        self.server.channel_class = wire.Channel


FIXTURE = ClientPortalLayer()
SERVER_FIXTURE = Server()
INTEGRATION_TESTING = IntegrationTesting(bases=(FIXTURE,), name="ClientPortal:Integration")
FUNCTIONAL_TESTING = FunctionalTesting(
    bases=(FIXTURE, SERVER_FIXTURE), name="ClientPortal:Functional"
)
