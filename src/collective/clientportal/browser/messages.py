"""The tab Messages: a matter's threads, one of them open, and what became of each message."""

import secrets
from collective.clientportal import _
from collective.clientportal.browser.links import text_as_html
from collective.clientportal.browser.matter import MatterPage
from collective.clientportal.browser.outbox import STATES
from collective.clientportal.browser.status_words import EXPECTS
from collective.clientportal.browser.status_words import STATUS
from collective.clientportal.domain import access
from collective.clientportal.domain import messages
from collective.clientportal.domain import outbox
from collective.clientportal.domain import reading
from collective.clientportal.domain import recalls
from collective.clientportal.domain import rosters
from collective.clientportal.domain import states
from collective.clientportal.domain.requests import Draft
from collective.clientportal.domain.status import Act
from collective.clientportal.domain.status import Status
from functools import cached_property
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


PAGE = 30


class Messages(MatterPage):
    """The tab Messages. Looking at it writes nothing: that a message was seen is a POST of its own."""

    index = ViewPageTemplateFile("templates/messages.pt")
    tab = "messages"
    actions = {"seen": "seen", "note": "note", "recall": "recall", "resend": "resend"}
    kept = ("thread", "before")

    def __call__(self):
        """Return the page; where the portal is off there is none (A3)."""
        access.require(access.VIEW_JOURNAL, self.matter)
        if not self.matter.portal_enabled and self.request.method != "POST":
            self.say(
                _("error_portal_off", default="No client portal is set up on this matter."),
                "warning",
            )
            return self.go(self.matter.absolute_url())
        return self.render()

    @cached_property
    def threads(self):
        """Return the threads, the one with the latest message first."""
        return access.threads(self.matter)

    @cached_property
    def thread(self):
        """Return the open thread: the one asked for, else the latest, else None."""
        asked = self.value("thread")
        if asked:
            return access.thread_by_uid(self.matter, asked)
        return self.threads[0] if self.threads else None

    def uid(self, thread):
        """Return the UID of a thread."""
        return api.content.get_uuid(thread)

    def is_open(self, thread):
        """Tell whether a thread is the open one."""
        return thread.getId() == self.thread.getId()

    def thread_url(self, thread):
        """Return the address that opens a thread."""
        return f"{self.url}?thread={self.uid(thread)}"

    def is_unseen(self, thread):
        """Tell whether a client has written here what nobody of the team has seen."""
        return self.uid(thread) in self.unseen

    @cached_property
    def unseen(self):
        """Return the UIDs of the threads in which something is unseen."""
        return set(self.matter.unseen.values(1))

    def status(self, thread):
        """Return (state of a thread, in words)."""
        state = states.of(thread)
        return state, STATUS[Status(state)]

    def latest(self, thread):
        """Return the time of the latest message, or None."""
        if not thread.messages:
            return None
        return self.time(thread.messages[thread.messages.maxKey()].time)

    def readers(self, thread):
        """Return the clients who see a thread."""
        return self.clients(rosters.readers(thread))

    @cached_property
    def found(self):
        """Return the messages of this page and one more, which tells that there are older ones."""
        return reading.visible(self.thread, self.value("before"), PAGE + 1)

    def shown(self):
        """Return the messages of this page, oldest first."""
        return self.found[-PAGE:]

    def older_url(self):
        """Return the address of the older messages, or None."""
        if len(self.found) <= PAGE:
            return None
        return self.url_with(thread=self.uid(self.thread), before=self.found[1].id)

    def linked(self, text):
        """Return a text as HTML: escaped, lines kept, addresses in it made links."""
        return text_as_html(text)

    def files(self, message):
        """Return the files of a message."""
        return [self.thread.attachments[uid] for uid in message.files]

    def is_ours(self, message):
        """Tell whether the firm wrote a message."""
        return bool(message.expects) or message.internal

    def expected(self, message):
        """Return in words what a message expects, or ""."""
        return EXPECTS.get(message.expects, "")

    def deliveries(self, message):
        """Return (client, what happened) of each recipient; what happened: (label, words, done?)."""
        told = {entry.recipient: entry for entry in outbox.told(self.thread, message.id)}
        found = [
            (self.client(user_id), self._steps(message, user_id, row, told.get(user_id)))
            for user_id, row in reading.recipient_rows(self.thread, message)
        ]
        return sorted(found, key=lambda pair: pair[0].name.casefold())

    def _steps(self, message, user_id, row, entry):
        steps = [(_("step_told", default="told"), *self._told(entry))]
        steps.append((_("step_opened", default="opened"), *self._at(row.first_opened)))
        if message.files:
            times = [
                file.fetched[user_id] for file in self.files(message) if user_id in file.fetched
            ]
            words = _(
                "step_files_of",
                default="${count} of ${all}",
                mapping={"count": len(times), "all": len(message.files)},
            )
            done = len(times) == len(message.files)
            steps.append((_("step_fetched", default="files fetched"), self.text(words), done))
        if message.expects == "acknowledge" and row.status is not Status.WITH_US:
            settled = _("step_acknowledged", default="acknowledged")
        else:
            settled = _("step_replied", default="replied")
        steps.append((settled, *self._at(row.settled)))
        return steps

    def missing(self, message, user_id):
        """Tell whether a reply came without the file that is awaited (decision 2)."""
        row = self.thread.rows[message.key, user_id]
        return row.incomplete and row.unread and self.second(row.incomplete)

    def _told(self, entry):
        if entry is None:
            return self._at(None)
        if entry.state == outbox.SENT:
            return self._at(entry.sent)
        return self.text(STATES[entry.state]), False

    def _at(self, moment):
        return (self.second(moment), True) if moment is not None else ("–", False)

    def may_write(self):
        """Tell whether the person may write here."""
        return self.refusal is None

    def key(self):
        """Return what marks this form, so that a double click writes one note."""
        return self.value("key") or secrets.token_hex(16)

    def seen(self):
        """Note that the clients' messages of the thread are seen."""
        reading.open_(self.thread, Act.OPEN_MESSAGE)
        self.done(
            _("seen_message", default="Marked as seen for everybody on the matter."),
            self.thread_url(self.thread),
        )

    def recalled(self, message):
        """Return (time, name, reason) where a message was recalled, else None."""
        found = self.thread.recalled.get(message.key)
        return found and (self.second(found.time), self.name(found.by), found.reason)

    @cached_property
    def may_recall(self):
        """Tell whether the person may recall messages of the thread."""
        return recalls.may_recall(self.thread)

    def recall(self):
        """Take a message back (decision 4)."""
        recalls.recall(self.thread, self.value("message"), self.value("reason"))
        self.done(
            _(
                "recalled_message",
                default="The message is recalled: no client sees its text or its files any more.",
            ),
            f"{self.thread_url(self.thread)}#m{self.value('message')}",
        )

    def note(self):
        """Write an internal note into the thread (B12)."""
        written = messages.note(self.thread, Draft(self.value("text"), key=self.value("key")))
        self.done(
            _("note_message", default="The internal note is kept; no client sees it."),
            f"{self.thread_url(self.thread)}#m{written.id}",
        )
