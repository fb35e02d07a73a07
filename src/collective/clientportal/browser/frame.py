"""The page frame of clients and strangers: the firm's name, the person, the page; nothing of Plone."""

import hashlib
from collective.clientportal import _
from collective.clientportal.browser.accent import accent_colour
from collective.clientportal.browser.links import telephone
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import inbox
from collective.clientportal.domain import settings
from collective.clientportal.edge import SAFE_HEADERS
from collective.clientportal.subscribers import headers
from DateTime import DateTime
from functools import cached_property
from pathlib import Path
from plone import api
from plone.protect.authenticator import createToken
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from Products.statusmessages.interfaces import IStatusMessage
from zope.i18n import translate


# Part of the addresses of our style sheet and script, so that browsers may keep them until they change.
STATIC = Path(__file__).parent / "static"
VERSION = hashlib.sha256(
    b"".join((STATIC / name).read_bytes() for name in ("portal.css", "portal.js"))
).hexdigest()[:8]


class Framed(BrowserView):
    """A page in our own frame. Subclasses set `index` (a template that fills the frame) and `title`.

    The frame is a whole page of its own: it goes neither through Plone's main template nor through its
    theme, which would cost most of the time of a request and show a client words of Plone.
    """

    frame = ViewPageTemplateFile("templates/frame.pt")
    title = ""
    security_policy = headers.CLIENT_PAGES
    referrer_policy = SAFE_HEADERS["Referrer-Policy"]
    version = VERSION
    # Id of the newest message that the page shows; where it is set, portal.js tells of newer ones.
    mark = None

    def __call__(self):
        """Return the page."""
        return self.render()

    def render(self):
        """Return the page; `subscribers/headers.py` completes its headers."""
        response = self.request.response
        # Zope would put its address into the page: the policy forbids it, and it tells what is there.
        response.setBase(None)
        response.setHeader("X-Theme-Disabled", "1")
        response.setHeader("Content-Type", "text/html;charset=utf-8")
        response.setHeader("Content-Security-Policy", self.security_policy)
        response.setHeader("Referrer-Policy", self.referrer_policy)
        # A macro brings no document type along.
        return "" if self.request.method == "HEAD" else f"<!DOCTYPE html>\n{self.index()}"

    @property
    def macros(self):
        """Return the frame's macros: `metal:use-macro="view/macros/page"`."""
        return self.frame.macros

    @cached_property
    def site_url(self):
        """Return the address of the site."""
        return api.portal.get().absolute_url()

    @property
    def language(self):
        """Return the language of the page."""
        return self.request.get("LANGUAGE") or api.portal.get_current_language()

    @property
    def accent(self):
        """Return the address of the style sheet that holds the firm's colour."""
        return f"{self.site_url}/@@clientportal-accent?{accent_colour()[1:]}"

    @cached_property
    def firm(self):
        """Return the name of the firm."""
        return settings.firm_name()

    @property
    def firm_address(self):
        """Return the lines of the firm's address; `call`: the address to call a number, or None."""
        lines = settings.get("firm_address").splitlines()
        return [{"text": line, "call": telephone(line)} for line in lines]

    @cached_property
    def person(self):
        """Return the name of the person logged in, or None."""
        return None if access.is_anonymous() else accounts.name(access.current_user_id())

    @cached_property
    def unread(self):
        """Return how many messages await something of the client logged in; None for others (B27)."""
        if access.is_anonymous() or access.is_insider():
            return None
        return inbox.count()

    def inbox_label(self, count):
        """Return in words how many messages are waiting."""
        if not count:
            return _("inbox_none", default="Inbox: nothing is waiting for you")
        if count == 1:
            return _("inbox_one", default="Inbox: 1 message is waiting for you")
        return _(
            "inbox_many",
            default="Inbox: ${count} messages are waiting for you",
            mapping={"count": count},
        )

    @property
    def poll_url(self):
        """Return the address that tells how many messages are waiting."""
        return f"{self.site_url}/@@unread"

    @cached_property
    def token(self):
        """Return the token that a form must carry as `_authenticator`."""
        return createToken()

    def messages(self):
        """Return the messages for the person, each once."""
        return IStatusMessage(self.request).show()

    def say(self, message, kind="info"):
        """Have `message` shown on the next page."""
        api.portal.show_message(message, self.request, kind)

    def text(self, message):
        """Return `message` in the language of the page."""
        return translate(message, context=self.request)

    def go(self, url):
        """Redirect to `url`."""
        self.request.response.redirect(url)

    def date(self, moment):
        """Return a UTC datetime as a date in the language of the page."""
        return api.portal.get_localized_time(self.local(moment), long_format=False)

    def time(self, moment):
        """Return a UTC datetime as date and time in the language of the page."""
        return api.portal.get_localized_time(self.local(moment), long_format=True)

    def local(self, moment):
        """Return a UTC datetime as the site's clocks show it."""
        wall = moment.astimezone(settings.time_zone())
        # DateTime formats in the time zone of the server whatever zone it is given: give it none.
        return DateTime(*wall.timetuple()[:6])

    def size(self, count):
        """Return a number of bytes as people read it: 1,2 MB, 35 MB."""
        value, unit = float(count), "Byte" if count == 1 else "Bytes"
        for larger in ("kB", "MB", "GB"):
            if value < 1000:
                break
            value, unit = value / 1024, larger
        digits = (
            f"{value:.0f}" if unit[0] == "B" or value >= 100 else f"{value:.1f}".removesuffix(".0")
        )
        return f"{digits.replace('.', ',') if self.language == 'de' else digits} {unit}"
