"""The quarantine: who sent files in which the virus scanner found something."""

from collective.clientportal import _
from collective.clientportal.browser.staff import StaffPage
from collective.clientportal.domain import accounts
from collective.clientportal.domain import quarantine
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


PAGE = 100


class Quarantine(StaffPage):
    """All files that were set aside, newest first. Nothing leads to their bytes."""

    title = _("quarantine_title", default="Quarantine")

    index = ViewPageTemplateFile("templates/quarantine.pt")
    actions = {"delete": "delete"}

    def rows(self):
        """Return the files."""
        return self.batch(list(quarantine.listing()), PAGE)

    def sender(self, kept):
        """Return the name of the person who sent a file."""
        return accounts.name(kept.by)

    def delete(self):
        """Delete a file for good."""
        quarantine.delete(self.value("file"))
        self.done(_("deleted_quarantined", default="The file is deleted."), self.url)
