"""The accounts of clients and staff, for those who manage the portal."""

from collective.clientportal import _
from collective.clientportal.browser.staff import StaffPage
from collective.clientportal.domain import account_list
from collective.clientportal.domain import accounts
from collective.clientportal.domain import deactivation
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18nmessageid import Message


PAGE = 50

STATES = {
    "invited": _("client_invited", default="invited"),
    "active": _("client_active", default="active"),
    "deactivated": _("client_deactivated", default="deactivated"),
}


class Accounts(StaffPage):
    """Who has an account, where it stands, and what can be done about it; nothing of any matter."""

    title = _("accounts_title", default="Accounts")
    index = ViewPageTemplateFile("templates/account_list.pt")
    actions = {
        "deactivate": "deactivate",
        "reactivate": "reactivate",
        "log_out": "log_out",
        "remove_second_factor": "remove_second_factor",
    }
    kept = ("kind", "words", "page")

    @property
    def kind(self):
        """Return whose accounts are shown."""
        return (
            account_list.STAFF if self.value("kind") == account_list.STAFF else account_list.CLIENTS
        )

    def rows(self):
        """Return the accounts that the address asks for."""
        return self.batch(account_list.listing(self.kind, self.value("words")), PAGE)

    def state(self, info):
        """Return the state of an account in words."""
        return STATES[info.state]

    def deactivate(self):
        """Keep a client from logging in."""
        deactivation.deactivate(self.value("account"), self.value("reason"))
        self._done(
            _(
                "deactivated_message",
                default="${name} cannot log in any more; access and all sessions have ended.",
            )
        )

    def reactivate(self):
        """Let a client log in again."""
        deactivation.reactivate(self.value("account"))
        self._done(_("reactivated_message", default="${name} can log in again, as before."))

    def log_out(self):
        """End all sessions of somebody."""
        deactivation.log_out_everywhere(self.value("account"))
        self._done(_("logged_out_message", default="${name} is logged out everywhere."))

    def remove_second_factor(self):
        """Take the second factor of somebody away who has lost it."""
        deactivation.remove_second_factor(self.value("account"))
        self._done(
            _(
                "second_factor_removed_message",
                default="${name} logs in by password alone now, and is logged out everywhere.",
            )
        )

    def _done(self, message):
        name = accounts.name(self.value("account"))
        self.done(Message(message, mapping={"name": name}), self.url_with())
