"""The health page: whether the portal is as it must be, and what to do where it is not."""

import logging
from collective.clientportal import _
from collective.clientportal.browser.staff import StaffPage
from collective.clientportal.domain import access
from collective.clientportal.domain import figures
from collective.clientportal.domain import hardening
from collective.clientportal.domain import health
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


logger = logging.getLogger("collective.clientportal.health")


class Health(StaffPage):
    """All checks, what is wrong first."""

    title = _("health_title", default="Health")

    index = ViewPageTemplateFile("templates/health.pt")
    actions = {"close": "close"}

    def findings(self):
        """Return what every check found."""
        return health.findings()

    def figures(self):
        """Return (what, how much) of the running portal; nothing where that cannot be counted."""
        try:
            now = figures.current()
        except Exception:
            # The points say what is wrong, and are still wanted.
            logger.exception("The figures could not be counted.")
            return []
        return [
            (_("figure_waiting", default="Mails waiting"), now.waiting),
            (_("figure_overdue", default="The oldest has been due for (seconds)"), now.overdue),
            (_("figure_failed", default="Mails that failed in the last seven days"), now.failed),
            (_("figure_unsealed", default="Journal entries that wait too long"), now.unsealed),
            (_("figure_disk", default="Free disk (percent)"), now.disk_free),
        ]

    def summary(self, findings):
        """Return in one sentence how many points are not in order."""
        wrong = sum(not finding.ok for finding in findings)
        if not wrong:
            return _("health_all_ok", default="Everything that is looked at is in order.")
        return _(
            "health_wrong",
            default="Not in order: ${wrong} of ${all} points.",
            mapping={"wrong": str(wrong), "all": str(len(findings))},
        )

    def may_close(self, findings):
        """Tell whether closing again is offered: where it mends something, to those who may."""
        opened = any(finding.closes and not finding.ok for finding in findings)
        return opened and access.is_administrator()

    def close(self):
        """Close again what the portal closes."""
        hardening.apply_again()
        message = _("health_closed", default="Everything is closed again that the portal closes.")
        self.done(message, self.url)
