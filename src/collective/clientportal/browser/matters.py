"""The list of matters."""

from collective.clientportal.browser.staff import StaffPage
from collective.clientportal.browser.status_words import STATUS
from collective.clientportal.content.matter import IMatter
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import matter_list
from collective.clientportal.domain import rosters
from collective.clientportal.domain import settings
from collective.clientportal.domain.matter_list import Query
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from z3c.form.interfaces import IAddForm
from z3c.form.widget import ComputedWidgetAttribute


PAGE = 50


def _oneself(data):
    """Name whoever opens a matter as its handler."""
    member = access.has(access.USE_PORTAL, api.portal.get())
    return [access.current_user_id()] if member else []


# For the form alone: as the default of the field it would hold for matters in which nobody is named.
preset_handlers = ComputedWidgetAttribute(_oneself, field=IMatter["handlers"], view=IAddForm)


class Matters(StaffPage):
    """All matters that the person may see."""

    index = ViewPageTemplateFile("templates/matters.pt")
    kept = ("q", "handler", "status", "restricted", "sort", "reverse")

    def rows(self):
        """Return the matters that the filter lets through, in the order the address asks for."""
        query = Query(
            words=self.value("q"),
            handler=self.value("handler"),
            status=self.value("status"),
            restricted=self.value("restricted") == "1",
            sort_on=self.value("sort"),
            reverse=self.value("reverse") == "1",
        )
        return self.batch(matter_list.rows(query), PAGE)

    def statuses(self):
        """Return (value, title) of what can be filtered by (B37)."""
        return [(str(status), title) for status, title in STATUS.items()]

    def status(self, row):
        """Return the status of a row in words."""
        return STATUS[row.status]

    @property
    def is_filtered(self):
        """Tell whether a filter is set."""
        return any(self.value(name) for name in self.kept[:4])

    def column(self, name):
        """Return (address that sorts by a column, its state for screen readers)."""
        is_sorted = self.value("sort", "reference") == name
        reverse = self.value("reverse") == "1"
        state = ("descending" if reverse else "ascending") if is_sorted else "none"
        return self.url_with(sort=name, reverse="" if reverse or not is_sorted else "1"), state

    def handlers(self):
        """Return (user id, name) of everybody on the team of a visible matter, by name."""
        known = {user_id for matter in matter_list.visible() for user_id in rosters.team(matter)}
        named = ((user_id, self.name(user_id)) for user_id in known)
        return sorted(named, key=lambda pair: pair[1].casefold())

    def name(self, user_id):
        """Return what to call a person; each is looked up once."""
        names = self.__dict__.setdefault("names", {})
        if user_id not in names:
            names[user_id] = accounts.name(user_id)
        return names[user_id]

    def names_of(self, matter):
        """Return the handlers of a matter."""
        return ", ".join(self.name(user_id) for user_id in matter.handlers or ())

    def is_due(self, matter):
        """Tell whether the day of resubmission has come."""
        return bool(matter.resubmission) and matter.resubmission <= settings.today()

    @property
    def home(self):
        """Return the folder in which new matters are made, where the person may make some."""
        home = api.portal.get().get("matters")
        if home is not None and access.has("collective.clientportal: Add matter", home):
            return home
        return None
