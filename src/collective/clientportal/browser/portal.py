"""What clients see of their matters: the start page, and a matter."""

from collective.clientportal import _
from collective.clientportal.browser.frame import Framed
from collective.clientportal.browser.inbox import InboxPage
from collective.clientportal.browser.inbox import Letters
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import inbox
from collective.clientportal.domain import reading
from collective.clientportal.domain import rosters
from collective.clientportal.domain import sharing
from collective.clientportal.domain import turns
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18nmessageid import Message


# Messages of a thread are counted up to here.
MOST_COUNTED = 99


@dataclass(frozen=True)
class FolderRow:
    """A folder in a list: its documents counted, `new` those not fetched yet."""

    title: str
    url: str
    count: int
    new: int


@dataclass(frozen=True)
class MatterRow:
    """A matter in a list, with its folders."""

    reference: str
    title: str
    url: str
    folders: tuple[FolderRow, ...]

    @property
    def count(self):
        """How many documents lie in its folders."""
        return sum(folder.count for folder in self.folders)

    @property
    def new(self):
        """How many of them are new."""
        return sum(folder.new for folder in self.folders)


@dataclass(frozen=True)
class ThreadRow:
    """A thread in a list, as far as the person may see it: internal notes do not show in anything here.

    `latest`: the time of the latest message; `hint`: what is awaited.
    """

    title: str
    url: str
    count: int
    latest: datetime | None
    excerpt: str
    hint: Message | None


class ClientPage(Framed):
    """What the pages below have in common."""

    def matter_row(self, matter):
        """Return a matter with those folders that the person may see."""
        return MatterRow(
            matter.reference,
            matter.title,
            f"{matter.absolute_url()}/@@portal",
            tuple(self._folder_row(folder) for folder in access.folders(matter)),
        )

    def documents_text(self, count):
        """Return "3 documents"."""
        if count == 1:
            return _("count_document", default="1 document")
        return _("count_documents", default="${count} documents", mapping={"count": count})

    def new_text(self, count):
        """Return "3 new"."""
        return _("count_new", default="${count} new", mapping={"count": count})

    def is_new(self, document):
        """Tell whether to mark a document as new; staff fetch nothing, so to them nothing is."""
        return not access.is_insider() and sharing.is_new(document)

    def _folder_row(self, folder):
        found = access.documents(folder)
        return FolderRow(
            folder.title,
            f"{folder.absolute_url()}/@@portal",
            len(found),
            sum(self.is_new(document) for document in found),
        )


class MyPortal(ClientPage, InboxPage):
    """The start page of a client: what is wanted of them, what is new, and their matters."""

    index = ViewPageTemplateFile("templates/my_portal.pt")
    title = _("my_portal", default="My portal")

    def __call__(self):
        """Return the page; staff start elsewhere."""
        if access.is_insider():
            return self.go(f"{self.site_url}/@@matters")
        return self.render()

    @cached_property
    def matters(self):
        """Return the matters of the person, by title."""
        uids = rosters.matters_of(access.current_user_id())
        rows = [self.matter_row(access.matter_by_uid(uid)) for uid in uids]
        return sorted(rows, key=lambda row: row.title.casefold())

    def news(self):
        """Return those folders that hold something new, each with its matter."""
        return [
            {"matter": matter, "folder": folder}
            for matter in self.matters
            for folder in matter.folders
            if folder.new
        ]

    def greeting(self):
        """Return the words to greet the person with; nobody is greeted by an e-mail address."""
        name = accounts.full_name(access.current_user_id())
        if not name:
            return _("greeting_nameless", default="Hello")
        return _("greeting", default="Hello ${name}", mapping={"name": name})


class MatterPortal(ClientPage, Letters):
    """A matter: whom to speak to, its folders and its threads."""

    index = ViewPageTemplateFile("templates/matter_portal.pt")

    @property
    def title(self):
        """Return the title of the matter."""
        return self.context.title

    @cached_property
    def row(self):
        """Return the matter with its folders."""
        return self.matter_row(self.context)

    def uploads(self):
        """Return title and address of the form for those folders into which the person may send files."""
        return [
            {"title": folder.title, "url": f"{folder.absolute_url()}/@@portal#upload"}
            for folder in access.folders(self.context)
            if access.has(access.UPLOAD, folder)
        ]

    def contact(self):
        """Return the names of the handlers."""
        return ", ".join(accounts.name(user_id) for user_id in self.context.handlers or ())

    @cached_property
    def threads(self):
        """Return the threads that the person may see, that with the latest message first."""
        rows = [self._thread_row(thread) for thread in access.threads(self.context)]
        # Sorted anew: the order of the domain knows of notes.
        dated = [row for row in rows if row.latest]
        dated.sort(key=lambda row: row.latest, reverse=True)
        undated = [row for row in rows if not row.latest]
        return dated + sorted(undated, key=lambda row: row.title.casefold())

    def waiting(self):
        """Return in how many threads something is awaited."""
        return sum(row.hint is not None for row in self.threads)

    def messages_text(self, count):
        """Return "3 messages"."""
        if count == 0:
            return _("count_no_messages", default="No messages yet")
        if count == 1:
            return _("count_message", default="1 message")
        if count > MOST_COUNTED:
            return _(
                "count_many_messages",
                default="More than ${count} messages",
                mapping={"count": MOST_COUNTED},
            )
        return _("count_messages", default="${count} messages", mapping={"count": count})

    def _thread_row(self, thread):
        found = reading.visible(thread, limit=MOST_COUNTED + 1)
        row = turns.own_row(thread)
        return ThreadRow(
            thread.title,
            f"{thread.absolute_url()}/@@portal",
            len(found),
            found[-1].time if found else None,
            self.excerpt(thread, found[-1]) if found else "",
            inbox.hint(row) if row is not None and row.unread else None,
        )
