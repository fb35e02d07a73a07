"""Writing a message: text, what is expected, for whom, in which thread, with which files."""

import re
from collective.clientportal import _
from collective.clientportal.browser.consequence import Consequence
from collective.clientportal.browser.matter import Client
from collective.clientportal.browser.matter import MatterPage
from collective.clientportal.browser.text_blocks import WithBlocks
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import documents
from collective.clientportal.domain import messages
from collective.clientportal.domain import recipients
from collective.clientportal.domain import rosters
from collective.clientportal.domain import threads
from collective.clientportal.domain import turns
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.requests import Draft
from functools import cached_property
from itertools import islice
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


NEW = "new"
# So many documents of the matter are offered; more are ticked in the tab Documents.
MOST_DOCUMENTS = 100

NOTHING_TICKED = _("error_nothing_ticked", default="Please tick at least one document first.")

SCOPES = {
    recipients.MATTER: _("scope_matter", default="This matter"),
    recipients.CLIENTS: _("scope_clients", default="All clients"),
    recipients.ALL: _("scope_all", default="Everyone known"),
}


class Compose(Consequence, WithBlocks, MatterPage):
    """A new message, or one more in a thread."""

    index = ViewPageTemplateFile("templates/compose.pt")
    tab = "messages"
    actions = {"send": "send"}
    # Buttons that show the form again and write nothing.
    steps = ("insert", "search", "again")

    def __call__(self):
        """Return the form; for those who may share from this matter."""
        if self.request.method == "POST":
            return self.render()
        try:
            access.require_share(self.matter)
        except Refused as error:
            self.say(error.reason, "warning")
            return self.go(self.matter.absolute_url())
        if self.value("from") == "documents" and not self.ticked:
            self.say(NOTHING_TICKED, "warning")
            return self.go(f"{self.matter.absolute_url()}/@@documents")
        return self.render()

    def _post(self):
        if self.value("action") not in self.steps:
            return super()._post()
        CheckAuthenticator(self.request)
        try:
            access.require_share(self.matter)
        except Refused as error:
            self.request.response.setStatus(400)
            self.say(error.reason, "error")
        if self.value("action") == "insert":
            # Whose name is not known is not left out of a greeting: the placeholder stays.
            self.insert_block([] if self.typed else self.chips())
        return self.index()

    @property
    def is_sent(self):
        """Tell whether the form was sent, by whatever button."""
        return self.request.method == "POST" and "key" in self.request.form

    @cached_property
    def thread(self):
        """Return the chosen thread, or None for a new one."""
        asked = self.value("thread")
        if asked and asked != NEW:
            return access.thread_by_uid(self.matter, asked)
        return None if asked or self.is_sent else threads.fitting(self.matter, self.chosen)

    @property
    def is_reply(self):
        """Tell whether the message is one more in a thread that has some (A20)."""
        return self.thread is not None and bool(self.thread.messages)

    @cached_property
    def chosen(self):
        """Return the chosen recipients: ids and addresses; at first those of the thread, else the
        remembered ones (B14), else the only client (A8)."""
        clients = list(self.matter.participants)
        sent = [value for value in dict.fromkeys(self.values("recipients")) if value]
        if sent or self.is_sent:
            known = [accounts.find_or_none(address) for address in self._addresses()]
            return list(dict.fromkeys([*sent, *(one for one in known if one in clients)]))
        asked = self.value("thread")
        if asked and asked != NEW:
            return rosters.readers(access.thread_by_uid(self.matter, asked))
        remembered = [user_id for user_id in self.matter.remembered if user_id in clients]
        return remembered or (clients if len(clients) == 1 else [])

    @property
    def typed(self):
        """Return the addresses that were typed, but for those of clients of the matter."""
        clients = self.matter.participants
        return [
            address
            for address in self._addresses()
            if accounts.find_or_none(address) not in clients
        ]

    def _addresses(self):
        """Return what was typed: "a@b.example", "A B <a@b.example>", by commas, semicolons or spaces."""
        parts = [part.strip() for part in re.split(r"[,;\n]+", self.value("addresses"))]
        found = []
        for part in parts:
            inside = re.search(r"<([^<>]*)>\s*$", part)
            found += [inside[1].strip()] if inside else part.split()
        return found

    def lost_files(self):
        """Tell whether files were sent that have to be chosen again: browsers keep none."""
        return self.is_sent and bool(self.uploads("files"))

    def is_step_open(self):
        """Tell whether the step of recipients and documents is shown (B14, B15, B16)."""
        refused = self.is_sent and self.value("action") not in ("insert", "again")
        return not self.chosen or bool(self.typed) or refused or self.value("step") == "1"

    @cached_property
    def everybody(self):
        """Return who can be ticked: the clients, others who were chosen, and what a search found."""
        found = self.clients()
        known = {client.id for client in found}
        others = {value: value for value in self.chosen if value not in known}
        if self.value("action") == "search":
            for suggestion in self.suggestions():
                if not suggestion.in_matter:
                    others[suggestion.email] = suggestion.fullname or suggestion.email
        return found + [Client(email, name, "", opposing=False) for email, name in others.items()]

    def suggestions(self):
        """Return who fits the search (B18)."""
        return recipients.suggestions(self.matter, self.value("q"), self.value("scope"))

    def scopes(self):
        """Return (value, title) of the three filters."""
        return SCOPES.items()

    def chips(self):
        """Return the chosen recipients as clients."""
        return [client for client in self.everybody if client.id in self.chosen]

    def places(self):
        """Return (UID, title, clients who see it, ids of those still asked for something) of the threads."""
        return [
            (
                api.content.get_uuid(thread),
                thread.title,
                self.clients(rosters.readers(thread)),
                turns.awaited_of(thread),
            )
            for thread in access.threads(self.matter)
        ]

    @property
    def place(self):
        """Return the UID of the chosen thread, or "new"."""
        return NEW if self.thread is None else api.content.get_uuid(self.thread)

    @cached_property
    def ticked(self):
        """Return the UIDs of the ticked documents, each once."""
        return list(dict.fromkeys(self.values("documents")))

    @cached_property
    def offered(self):
        """Return (UID, title, size, ticked?) of the matter's documents, ticked ones first (B21)."""
        found = []
        for uid in self.ticked:
            try:
                found.append(documents.internal_by_uid(self.matter, uid))
            except NotThere:
                continue
        latest = islice(documents.internal(self.matter), MOST_DOCUMENTS)
        found += [obj for obj in latest if api.content.get_uuid(obj) not in self.ticked]
        return [
            (
                api.content.get_uuid(obj),
                obj.title or documents.file_of(obj).filename,
                self.size(documents.file_of(obj).getSize()),
                api.content.get_uuid(obj) in self.ticked,
            )
            for obj in found
        ]

    def has_more(self):
        """Tell whether the matter has more documents than are offered."""
        return documents.count_internal(self.matter) > len(self.offered)

    def send(self):
        """Send the message."""
        to = [*self.chosen, *self.typed]
        if not to:
            # Whoever unticks everybody does not mean those who are remembered.
            raise messages.NoRecipient(
                _("error_no_recipient", default="Please choose at least one recipient.")
            )
        asked = self.value("thread")
        draft = Draft(
            self.value("text"),
            tuple(self.ticked),
            tuple(self.uploads("files")),
            self.value("key"),
        )
        thread, message = messages.send(
            self.matter,
            draft,
            self.value("expects"),
            to,
            "" if asked == NEW else asked,
            self.value("new_title"),
        )
        names = self.people(client.name for client in self.clients(message.recipients))
        self.done(
            _("sent_message", default="Sent to ${people}.", mapping={"people": names}),
            f"{self.matter.absolute_url()}/@@messages"
            f"?thread={api.content.get_uuid(thread)}#m{message.id}",
        )
