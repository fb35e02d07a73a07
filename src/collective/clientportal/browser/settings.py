"""The control panel of the portal."""

from collective.clientportal import _
from collective.clientportal.domain import settings
from collective.clientportal.interfaces import ISettings
from collective.clientportal.subscribers import headers
from plone import api
from plone.app.registry.browser.controlpanel import ControlPanelFormWrapper
from plone.app.registry.browser.controlpanel import RegistryEditForm
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class SettingsForm(RegistryEditForm):
    """The settings of ISettings."""

    schema = ISettings
    schema_prefix = settings.PREFIX
    label = _("settings_title", default="Client portal")
    # Those who manage the portal need not be allowed to open Plone's other control panels.
    control_panel_view = "@@clientportal-controlpanel"


class Settings(ControlPanelFormWrapper):
    """The control panel, with the ways to outbox, mail texts, text blocks and health."""

    index = ViewPageTemplateFile("templates/settings.pt")
    form = SettingsForm

    def __call__(self):
        """Return the page, under the same policy as the other pages of staff."""
        self.request.response.setHeader("Content-Security-Policy", headers.STAFF_PAGES)
        return super().__call__()

    @property
    def site_url(self):
        """Return the address of the site."""
        return api.portal.get().absolute_url()

    @property
    def outbox_url(self):
        """Return the address of the outbox."""
        return f"{api.portal.get().absolute_url()}/@@outbox"
