"""A client's thread: its messages like a pile of letters, and the form to answer."""

import secrets
from collective.clientportal import _
from collective.clientportal.browser.inbox import latest
from collective.clientportal.browser.inbox import Letters
from collective.clientportal.browser.inbox import write_label
from collective.clientportal.browser.links import text_as_html
from collective.clientportal.browser.portal_folder import UPLOAD_TEXTS
from collective.clientportal.browser.portal_folder import UploadForm
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import inbox
from collective.clientportal.domain import messages
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.messages import Draft
from collective.clientportal.domain.messages import SameKey
from collective.clientportal.domain.status import Status
from functools import cached_property
from hashlib import sha256
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
        return messages.visible(self.context, self.before, MESSAGES_A_PAGE + 1)

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
    def poll_url(self):
        """Return the address that tells of new messages in this thread, too."""
        ids = {"matter": api.content.get_uuid(self.matter), "thread": self.context.getId()}
        return f"{super().poll_url}?{urlencode(ids)}"

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

    @cached_property
    def row(self):
        """Return where the person stands in this thread, or None."""
        return messages.own_row(self.context)

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
        """Return the text that was typed before something went wrong."""
        return self._text("text")

    @property
    def draft(self):
        """Return what a text that is being written belongs to: this thread and this person."""
        return sha256(f"{access.current_user_id()} {self.context.getId()}".encode()).hexdigest()

    def _text(self, name):
        value = self.request.form.get(name, "")
        return value if isinstance(value, str) else ""


class Reply(ThreadPortal):
    """Sending an answer: POST stores it and leads back to the thread."""

    def __call__(self):
        """Return a redirect to the thread, or the page again with the reason and what was typed."""
        if self.request.method != "POST":
            return self.go(self.url)
        CheckAuthenticator(self.request)
        try:
            message = messages.reply(self.context, self._draft())
        except Refused as error:
            # What has arrived with this key has arrived: what is sent next is another message.
            if not isinstance(error, SameKey):
                self.key = self._text("key")
            self.problem = error.reason
            self.request.response.setStatus(400)
            return self.render()
        return self.go(f"{self.url}?sent={message.id}#m{message.id}")

    def _draft(self):
        return Draft(self.typed, (), tuple(self._uploads()), self._text("key"))
