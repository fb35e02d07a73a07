"""The page frame of staff: Plone's own with nothing beside the page, and how a page answers a form."""

import hashlib
import json
import secrets
import transaction
from collective.clientportal import _
from collective.clientportal.browser.frame import Framed
from collective.clientportal.domain import settings
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.requests import SameKey
from collective.clientportal.domain.uploads import Upload
from collective.clientportal.subscribers import headers
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from plone.protect import CheckAuthenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from typing import Any
from urllib.parse import urlencode
from zope.i18n.locales import locales
from ZPublisher.HTTPRequest import FileUpload


# Part of the addresses of our style sheet and script, so that browsers may keep them until they change.
STATIC = Path(__file__).parent / "static"
VERSION = hashlib.sha256(
    b"".join((STATIC / name).read_bytes() for name in ("staff.css", "staff.js"))
).hexdigest()[:8]


@dataclass(frozen=True)
class Batch:
    """One page (`number`, from 1) of a long list."""

    items: list[Any]
    number: int
    pages: int
    total: int


class StaffPage(Framed):
    """A page inside Plone's main template.

    A form names what it wants as `action`; `actions` maps these names to methods. A method reads the
    input, calls the domain and ends with `done`. Where the domain refuses, the page is shown again, with
    the reason and with everything that was typed or ticked.
    """

    frame = ViewPageTemplateFile("templates/staff.pt")
    part_templates = ViewPageTemplateFile("templates/staff_parts.pt")
    version = VERSION
    security_policy = headers.STAFF_PAGES
    actions: dict[str, str] = {}
    # What the address of the page keeps: filters, order.
    kept: tuple[str, ...] = ()
    matter = None

    def render(self):
        """Return the page, or what becomes of the form that was sent."""
        for column in ("plone.leftcolumn", "plone.rightcolumn"):
            self.request.set(f"disable_{column}", 1)
        self.request.response.setHeader("Content-Security-Policy", self.security_policy)
        if self.request.method == "POST":
            return self._post()
        return self.index()

    @property
    def parts(self):
        """Return the macros for what several pages show."""
        return self.part_templates.macros

    def upload_limit(self):
        """Return how many bytes may be sent at once."""
        return settings.staff_upload_bytes()

    def upload_too_large(self):
        """Return what to say before more than that is sent."""
        limit = self.size(self.upload_limit())
        message = _(
            "upload_too_large",
            default="These files are larger than ${limit} together.",
            mapping={"limit": limit},
        )
        return self.text(message)

    def done(self, message, url):
        """Have `message` shown on the page at `url` and go there."""
        self.say(message, "success")
        self._next = url
        if not self._by_script:
            self.go(url)

    def value(self, name, default=""):
        """Return a text that was sent; only the first where there are several."""
        return next(iter(self.values(name)), default)

    def values(self, name):
        """Return the texts that were sent under this name."""
        found = self.request.form.get(name) or []
        found = found if isinstance(found, list | tuple) else [found]
        return [value for value in found if isinstance(value, str)]

    def uploads(self, name):
        """Return the files that were sent under this name."""
        found = self.request.form.get(name) or []
        found = found if isinstance(found, list | tuple) else [found]
        return [
            Upload(file.filename, file.headers.get("content-type", ""), file)
            for file in found
            if isinstance(file, FileUpload) and file.filename
        ]

    @property
    def url(self):
        """Return the address of this page."""
        return f"{self.context.absolute_url()}/@@{self.__name__}"

    def url_with(self, **changes):
        """Return the address of this page with its filters, but for `changes`."""
        query = {name: self.value(name) for name in self.kept} | changes
        text = urlencode({name: value for name, value in query.items() if value})
        return f"{self.url}?{text}" if text else self.url

    def batch(self, found, size):
        """Return that part of the sequence `found` which the address asks for."""
        pages = max(1, -(-len(found) // size))
        asked = self.value("page")
        number = min(max(1, int(asked)), pages) if asked.isdecimal() else 1
        return Batch(list(found[(number - 1) * size : number * size]), number, pages, len(found))

    def local(self, moment):
        """Return a UTC datetime in the firm's time zone, without the zone."""
        return moment.astimezone(settings.time_zone()).replace(tzinfo=None)

    def date(self, moment):
        """Return a UTC datetime as a date in the language of the page."""
        return self.day(self.local(moment))

    def day(self, day):
        """Return a date in the language of the page: 19.11.2026."""
        return self._locale.dates.getFormatter("date", "medium").format(day)

    def time(self, moment):
        """Return a UTC datetime as date and time in the language of the page: 19.11.2026 10:02."""
        return self._format(moment, "short")

    def second(self, moment):
        """Return a UTC datetime to the second in the language of the page: 19.11.2026 10:02:03."""
        return self._format(moment, "medium")

    def _format(self, moment, length):
        moment = self.local(moment)
        clock = self._locale.dates.getFormatter("time", length).format(moment)
        return f"{self.day(moment)} {clock}"

    @cached_property
    def _locale(self):
        return locales.getLocale(self.language[:2])

    @property
    def _by_script(self):
        return self.request.get_header("X-Requested-With") == "XMLHttpRequest"

    def _post(self):
        CheckAuthenticator(self.request)
        name = self.actions.get(self.value("action"))
        if name is None:
            raise Refused(_("error_no_action", default="The page does not know what to do."))
        try:
            getattr(self, name)()
        except Refused as error:
            # Whatever was written before the refusal goes with it.
            transaction.abort()
            self.request.response.setStatus(400)
            if isinstance(error, SameKey):
                # What was sent has arrived: what is sent next is another message.
                self.request.form.update(key="", message_key="")
            if self._by_script:
                key = secrets.token_hex(16) if isinstance(error, SameKey) else ""
                return self._json({"message": self.text(error.reason), "key": key})
            self.say(error.reason, "error")
            return self.index()
        return self._json({"next": self._next}) if self._by_script else ""

    def _json(self, answer):
        self.request.response.setHeader("Content-Type", "application/json")
        return json.dumps(answer)
