"""A client's inbox: the page, the number for the badge, and opening what is in it."""

import hashlib
import json
import textwrap
import transaction
from collective.clientportal import _
from collective.clientportal.browser.frame import Framed
from collective.clientportal.domain import access
from collective.clientportal.domain import inbox
from collective.clientportal.domain import reading
from collective.clientportal.domain import registers
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.status import Act
from collective.clientportal.domain.status import Status
from dataclasses import dataclass
from functools import cached_property
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18nmessageid import Message


MISSED = _(
    "missed",
    default="Meanwhile another message has arrived that you had not seen yet. It still waits for you.",
)


@dataclass(frozen=True)
class ActButton:
    """A button that notes one of the six acts (B28) and leads somewhere."""

    act: str
    label: Message
    url: str


class Letters(Framed):
    """What all pages that show messages have in common."""

    file_list = ViewPageTemplateFile("templates/message_files.pt")

    @property
    def seen(self):
        """Return the id of the newest message on the page, for its forms: an act reaches no further."""
        return self.mark

    def excerpt(self, thread, message):
        """Return the beginning of a message; "" where the title of the thread says it already."""
        text = textwrap.shorten(message.text, 160, placeholder=" …")
        return "" if text == thread.title else text

    def files(self, thread, message):
        """Return the files of a message."""
        return [thread.attachments[uid] for uid in message.files]


class InboxPage(Letters):
    """What the inbox and its widget on the start page have in common."""

    @cached_property
    def awaited(self):
        """Return what is awaited of the person, the oldest first."""
        return inbox.items()

    @cached_property
    def mark(self):
        """Return the id of the newest message that is awaited."""
        return newest(self.awaited)

    def hint_of(self, item):
        """Return in words what is awaited."""
        return inbox.hint(item.row)

    def since_text(self, item):
        """Return in words since when it is awaited."""
        today, then = self.local(registers.now()), self.local(item.row.since)
        days = round(today.earliestTime() - then.earliestTime())
        if days < 1:
            return _("since_today", default="since today")
        if days == 1:
            return _("since_yesterday", default="since yesterday")
        return _("since_days", default="for ${days} days", mapping={"days": days})


class Inbox(InboxPage):
    """Everything that is awaited of the person, with what can be done about it (B28)."""

    index = ViewPageTemplateFile("templates/inbox.pt")
    title = _("inbox", default="Inbox")

    def acts(self, item):
        """Return the buttons of an item, the most likely one first."""
        thread = f"{item.thread.absolute_url()}/@@open"
        matter = f"{item.thread.aq_parent.absolute_url()}/@@open"
        buttons = [ActButton(Act.OPEN_MESSAGE.value, _("do_open_message", default="Open"), thread)]
        if item.row.status is Status.AWAITING_ACKNOWLEDGEMENT:
            buttons.append(
                ActButton(Act.MARK_READ.value, _("do_mark_read", default="Mark as read"), thread)
            )
        if access.has(access.WRITE, item.thread):
            buttons.append(ActButton(Act.CHOOSE_REPLY.value, write_label(item.row), thread))
        label = _("do_open_matter", default="Open the matter")
        return [*buttons, ActButton(Act.OPEN_MATTER.value, label, matter)]


class Unread(Framed):
    """The number for the badge and the newest message, as JSON; 304 while they are the same (B27, B29).

    `matter` and `thread` (UIDs): tell the newest message of this thread instead of the inbox's.
    """

    def __call__(self):
        """Return {"unread": number, "label": the same in words, "mark": id of the newest message}."""
        mark = self._mark()
        body = {"unread": inbox.count(), "mark": mark}
        body["label"] = self.text(self.inbox_label(body["unread"]))
        text = json.dumps(body)
        tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
        response = self.request.response
        response.setHeader("ETag", tag)
        response.setHeader("Content-Type", "application/json")
        if self.request.get_header("If-None-Match") == tag:
            response.setStatus(304)
            return ""
        return text

    def _mark(self):
        matter, thread = (self.request.form.get(name, "") for name in ("matter", "thread"))
        if not thread:
            return newest(inbox.items())
        return latest(access.thread_by_uid(access.matter_by_uid(matter), thread))


class Open(BrowserView):
    """One of the six acts by which something is opened (B28): POST notes it and leads on.

    GET notes nothing: mail scanners and previews fetch links as well.
    """

    # Whether a message has come that was not on the page.
    missed: str | bool = ""

    def __call__(self):
        """Note the act and redirect."""
        # Without a body: the server would send it even to whoever asked for the headers only.
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            try:
                self.note()
            except Refused as error:
                transaction.abort()
                api.portal.show_message(error.reason, self.request, "error")
            if self.missed:
                api.portal.show_message(MISSED, self.request)
        self.request.response.redirect(self.target())

    def note(self):
        """Note the act."""
        if self.act is None:
            raise Refused(_("error_no_action", default="The page does not know what to do."))
        self.missed = reading.missed(self.context, asked_seen(self.request))
        reading.open_(self.context, self.act, asked_seen(self.request))
        if self.act is Act.MARK_READ:
            said = _("marked_read", default="Thank you. The message is marked as read.")
            api.portal.show_message(said, self.request, "success")

    @property
    def act(self):
        """Return the act of the form; None where there is no such act."""
        asked = self.request.form.get("act")
        return next((act for act in Act if act == asked), None)

    def target(self):
        """Return the address to go on to."""
        if self.request.form.get("back") == "inbox":
            return f"{api.portal.get().absolute_url()}/@@inbox"
        page = f"{self.context.absolute_url()}/@@portal"
        # What is said stands at the top of the page.
        if self.request.method != "POST" or self.act is Act.MARK_READ or self.missed:
            return page
        return f"{page}#reply" if self.act is Act.CHOOSE_REPLY else f"{page}#latest"


class OpenMatter(Open):
    """Opening the matter from the inbox: it counts for all its threads."""

    def note(self):
        """Note the act."""
        seen = asked_seen(self.request)
        self.missed = any(reading.missed(t, seen) for t in access.threads(self.context))
        reading.open_matter(self.context, Act.OPEN_MATTER, seen)

    def target(self):
        """Return the address to go on to."""
        return f"{self.context.absolute_url()}/@@portal"


def asked_seen(request):
    """Return the id of the newest message on the page that a form came from; "" where it tells none."""
    seen = request.form.get("seen", "")
    return seen if isinstance(seen, str) else ""


def newest(items):
    """Return the id of the newest message of what is awaited; "0" where nothing is."""
    return str(max((item.message.key for item in items), default=0))


def latest(thread):
    """Return the id of the latest message of a thread that the person may see; "0" without any."""
    found = reading.visible(thread, limit=1)
    return found[0].id if found else "0"


def write_label(row):
    """Return what writing is called: a reply only where one is awaited (B39)."""
    if row is not None and row.status in (Status.AWAITING_REPLY, Status.AWAITING_DOCUMENTS):
        return _("do_reply", default="Reply")
    return _("new_message", default="New message")
