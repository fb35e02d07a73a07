"""A client's thread: its messages like a pile of letters, and the form to answer."""

import secrets
import transaction
from collective.clientportal import _
from collective.clientportal.browser.drafts import writer_mark
from collective.clientportal.browser.inbox import asked_seen
from collective.clientportal.browser.inbox import latest
from collective.clientportal.browser.inbox import Letters
from collective.clientportal.browser.inbox import write_label
from collective.clientportal.browser.links import text_as_html
from collective.clientportal.browser.portal_folder import UPLOAD_TEXTS
from collective.clientportal.browser.portal_folder import UploadForm
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import drafts
from collective.clientportal.domain import inbox
from collective.clientportal.domain import messages
from collective.clientportal.domain import reading
from collective.clientportal.domain import rosters
from collective.clientportal.domain import turns
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.requests import Draft
from collective.clientportal.domain.requests import SameKey
from collective.clientportal.domain.status import Status
from functools import cached_property
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode


# What portal.js says here instead of the words for a folder.
REPLY_TEXTS = UPLOAD_TEXTS | {
    "lost": _(
        "reply_js_lost",
        default="The connection was lost. Your message is still here: please try again.",
    ),
    "expired": _(
        "reply_js_expired",
        default="You are not logged in any more. Please log in again in a new window; your message "
        "stays here, and you can then try again.",
    ),
    "gone": _(
        "reply_js_gone",
        default="Writing is not possible here any more; your message was not sent. Please call us: our "
        "number is at the foot of this page. Your text is still here for you to copy.",
    ),
    "broken": _(
        "reply_js_broken",
        default="Something went wrong on our side; your message was not sent. It is still here: please "
        "try again in a few minutes.",
    ),
}
MESSAGES_A_PAGE = 20
# Ids of messages are numbers of 63 bits.
MOST_DIGITS, MOST_ID = 19, 2**63 - 1


class ThreadPortal(UploadForm, Letters):
    """A thread: its messages, oldest first, and a form to answer."""

    index = ViewPageTemplateFile("templates/thread_portal.pt")
    upload_words = REPLY_TEXTS

    def __call__(self):
        """Return the page; staff read messages in the matter."""
        if access.is_insider():
            query = urlencode({"thread": self.context.getId()})
            return self.go(f"{self.matter.absolute_url()}/@@messages?{query}")
        return self.render()

    @property
    def title(self):
        """Return the title of the thread."""
        return self.context.title

    @property
    def matter(self):
        """Return the thread's matter."""
        return self.context.aq_parent

    @property
    def url(self):
        """Return the address of this page."""
        return f"{self.context.absolute_url()}/@@portal"

    @cached_property
    def before(self):
        """Return the id before which messages are asked for; "" for the latest ones."""
        asked = self._text("before")
        is_id = asked.isdecimal() and len(asked) <= MOST_DIGITS and int(asked) <= MOST_ID
        return asked if is_id else ""

    @cached_property
    def found(self):
        """Return the messages of this page and one more, which tells that there are older ones."""
        return reading.visible(self.context, self.before, MESSAGES_A_PAGE + 1)

    def letters(self):
        """Return the messages of this page, oldest first."""
        return self.found[-MESSAGES_A_PAGE:]

    def older_url(self):
        """Return the address of the older messages, or None."""
        if len(self.found) <= MESSAGES_A_PAGE:
            return None
        return f"{self.url}?before={self.found[1].id}"

    @property
    def mark(self):
        """Return the id of the newest message, on the page that shows it."""
        return None if self.before else latest(self.context)

    @property
    def seen(self):
        """Return the id of the newest message on the page."""
        if not self.before:
            return self.mark
        return self.found[-1].id if self.found else self.before

    @property
    def poll_url(self):
        """Return the address that tells of new messages in this thread, too."""
        ids = {"matter": api.content.get_uuid(self.matter), "thread": self.context.getId()}
        return f"{super().poll_url}?{urlencode(ids)}"

    def other_readers(self):
        """Return who else reads this thread, by name and never by e-mail address; "" for nobody."""
        others = [u for u in rosters.readers(self.context) if u != access.current_user_id()]
        nameless = self.text(_("reader_nameless", default="another participant"))
        return ", ".join(accounts.full_name(user_id) or nameless for user_id in others)

    def text_of(self, message):
        """Return the text of a message as HTML."""
        return text_as_html(message.text)

    def author(self, message):
        """Return who wrote a message: the real author (B41)."""
        return accounts.name(message.author)

    def side(self, message):
        """Return whose letter a message is: "own", "other" (client) or "" for the firm."""
        if message.author == access.current_user_id():
            return "own"
        return "other" if message.author in self.matter.participants else ""

    def is_sent(self, message):
        """Tell whether the person has just sent a message."""
        return self.side(message) == "own" and self._text("sent") == message.id

    def missed_url(self):
        """Return the address on this page of a message that came while the person was writing, or None."""
        missed = self._text("missed")
        return f"#m{missed}" if any(m.id == missed for m in self.letters()) else None

    @cached_property
    def row(self):
        """Return where the person stands in this thread, or None."""
        return turns.own_row(self.context)

    @property
    def hint(self):
        """Return what is awaited of the person, in words, or None."""
        return inbox.hint(self.row) if self.row is not None and self.row.unread else None

    @property
    def acknowledging(self):
        """Tell whether the latest message to the person is one to take note of."""
        return self.row is not None and self.row.status is Status.AWAITING_ACKNOWLEDGEMENT

    @property
    def may_write(self):
        """Tell whether the person may write here."""
        return access.has(access.WRITE, self.context)

    @property
    def write_label(self):
        """Return what writing is called: a reply only where one is awaited (B39)."""
        return write_label(self.row)

    @property
    def files_label(self):
        """Return what the field for files is called: documents are optional unless they are awaited."""
        if self.row is not None and self.row.status is Status.AWAITING_DOCUMENTS:
            return _("reply_documents", default="Your documents")
        return _("reply_files", default="Files (optional)")

    @cached_property
    def key(self):
        """Return what marks this form, so that a double click sends one message."""
        return secrets.token_hex(16)

    @property
    def typed(self):
        """Return the text that the person was writing when they were here last."""
        return drafts.of(self.context)

    def origin(self):
        """Return what tells, after a log-in, to whom and where a text belongs: name → value."""
        return {
            "matter": api.content.get_uuid(self.matter),
            "thread": self.context.getId(),
            "writer": writer_mark(self.context),
        }

    def _text(self, name):
        value = self.request.form.get(name, "")
        return value if isinstance(value, str) else ""


class Reply(ThreadPortal):
    """Sending an answer: POST stores it and leads back to the thread."""

    @property
    def typed(self):
        """Return the text that was typed before something went wrong."""
        return self._text("text")

    def __call__(self):
        """Return a redirect to the thread, or the page again with the reason and what was typed."""
        if self.request.method != "POST":
            return self.go(self.url)
        CheckAuthenticator(self.request)
        try:
            seen = asked_seen(self.request)
            missed = reading.missed(self.context, seen)
            message = messages.reply(self.context, self._draft(), seen)
        except Refused as error:
            transaction.abort()
            # What has arrived with this key has arrived: what is sent next is another message.
            if not isinstance(error, SameKey):
                self.key = self._text("key")
            self.problem = error.reason
            self.request.response.setStatus(400)
            return self.render()
        query = {"sent": message.id} | ({"missed": missed} if missed else {})
        return self.go(f"{self.url}?{urlencode(query)}#m{message.id}")

    def _draft(self):
        return Draft(self.typed, (), tuple(self._uploads()), self._text("key"))


class KeepDraft(ThreadPortal):
    """Keeping what is being written: portal.js posts it now and then."""

    def __call__(self):
        """Keep the text and answer 204; a browser is led to the thread."""
        if self.request.method != "POST":
            return self.go(self.url)
        CheckAuthenticator(self.request)
        drafts.keep(self.context, self._text("text"))
        self.request.response.setStatus(204)
        return ""
