"""The list of matters."""

import csv
import re
from collective.clientportal import _
from collective.clientportal.browser.staff import StaffPage
from collective.clientportal.browser.status_words import STATUS
from collective.clientportal.content.matter import IMatter
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import matter_list
from collective.clientportal.domain import settings
from collective.clientportal.domain.matter_list import Query
from functools import cached_property
from io import StringIO
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from z3c.form.interfaces import IAddForm
from z3c.form.widget import ComputedWidgetAttribute


PAGE = 50
# What spreadsheets take for a formula, some of them after white space or in full width.
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
COLUMNS = (
    _("column_reference", default="Reference"),
    _("column_title", default="Title"),
    _("column_handlers", default="Handlers"),
    _("column_status", default="Status"),
    _("column_acknowledged", default="Acknowledged"),
    _("column_resubmission", default="Resubmission"),
    _("column_unread", default="Unread"),
)


def _oneself(data):
    """Name whoever opens a matter as its handler."""
    member = access.has(access.USE_PORTAL, api.portal.get())
    return [access.current_user_id()] if member else []


# For the form alone: as the default of the field it would hold for matters in which nobody is named.
preset_handlers = ComputedWidgetAttribute(_oneself, field=IMatter["handlers"], view=IAddForm)


class Matters(StaffPage):
    """All matters that the person may see."""

    title = _("matters_title", default="Matters")

    index = ViewPageTemplateFile("templates/matters.pt")
    kept = ("q", "handler", "status", "restricted", "sort", "reverse")

    @cached_property
    def found(self):
        """Return the matters that the filter lets through, in the order the address asks for."""
        query = Query(
            words=self.value("q"),
            handler=self.value("handler"),
            status=self.value("status"),
            restricted=self.value("restricted") == "1",
            sort_on=self.value("sort"),
            reverse=self.value("reverse") == "1",
        )
        return matter_list.Found(query)

    def rows(self):
        """Return those of the page."""
        return self.batch(self.found, PAGE)

    @property
    def csv_url(self):
        """Return the address of the same list as a file."""
        return f"{self.url}-csv{self.url_with().removeprefix(self.url)}"

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
        named = ((user_id, self.name(user_id)) for user_id in self.found.teams())
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


class MattersCsv(Matters):
    """The same list as a file for a spreadsheet: all pages of it, filtered and sorted alike."""

    def render(self):
        """Return the file."""
        lines = StringIO()
        # With a byte order mark and semicolons a German spreadsheet opens it by a double click.
        writer = csv.writer(lines, delimiter=";")
        writer.writerow(self.text(title) for title in COLUMNS)
        writer.writerows(map(self._cells, self.found[:]))
        response = self.request.response
        response.setHeader("Content-Type", "text/csv; charset=utf-8")
        response.setHeader("Content-Disposition", 'attachment; filename="matters.csv"')
        return f"\ufeff{lines.getvalue()}".encode("utf-8", "replace")

    def _cells(self, row):
        matter = row.matter
        cells = (
            matter.reference,
            matter.title,
            self.names_of(matter),
            self.text(self.status(row)) if row.row is not None else "",
            self.date(row.acknowledged_on) if row.acknowledged_on else "",
            self.day(matter.resubmission) if matter.resubmission else "",
            str(row.unseen),
        )
        return [f"'{cell}" if FORMULA.match(cell) else cell for cell in cells]
