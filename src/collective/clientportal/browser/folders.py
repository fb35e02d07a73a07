"""What clients see in a matter's portal: its folders, what lies in them, and ending that."""

from collective.clientportal import _
from collective.clientportal.browser.matter import MatterPage
from collective.clientportal.domain import access
from collective.clientportal.domain import folders
from collective.clientportal.domain import rosters
from collective.clientportal.domain import shares
from collective.clientportal.domain import sharing
from collective.clientportal.domain import states
from functools import cached_property
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


STATES = {
    states.RELEASED: _("state_released", default="released"),
    states.RECEIVED: _("state_received", default="from a client"),
    states.ENDED: _("state_ended", default="ended"),
}
ALL = "all"


class PortalContents(MatterPage):
    """The tab Portal."""

    index = ViewPageTemplateFile("templates/folders.pt")
    tab = "portal"
    actions = {
        "end": "end",
        "upload": "upload",
        "create": "create",
        "change": "change",
        "resend": "resend",
    }
    kept = ("ended",)

    def __call__(self):
        """Return the page; where the portal is off there is none (A3)."""
        access.require(access.VIEW_JOURNAL, self.matter)
        if not self.matter.portal_enabled:
            reason = _("error_portal_off", default="No client portal is set up on this matter.")
            if self.request.method == "POST":
                access.require_share(self.matter)
            self.say(reason, "warning")
            return self.go(self.matter.absolute_url())
        return self.render()

    @cached_property
    def shares(self):
        """Return everything that lies or lay in the portal, newest first."""
        return shares.listing(self.matter)

    @property
    def shows_ended(self):
        """Tell whether ended sharing is asked for."""
        return self.value("ended") == "1"

    @property
    def ended_count(self):
        """Return how many documents are not shared any more."""
        return sum(row.state == states.ENDED for row in self.shares)

    def sections(self):
        """Return (folder, UID, clients who see it, rows) of every folder."""
        return [
            (
                folder,
                api.content.get_uuid(folder),
                self.clients(rosters.readers(folder)),
                [
                    row
                    for row in self.shares
                    if row.folder.getId() == folder.getId()
                    and (self.shows_ended or row.state != states.ENDED)
                ],
            )
            for folder in access.folders(self.matter)
        ]

    def thread_sections(self):
        """Return (thread, UID, clients who see it, rows) of every thread in which files were sent."""
        found = [
            (
                thread,
                api.content.get_uuid(thread),
                self.clients(rosters.readers(thread)),
                [row for row in self.shares if row.folder.getId() == thread.getId()],
            )
            for thread in access.threads(self.matter)
        ]
        return [section for section in found if section[3]]

    def state(self, row):
        """Return the state of a document in words."""
        return STATES[row.state]

    def size_of(self, row):
        """Return the size of a document as people read it."""
        return self.size(row.document.file.getSize())

    def since(self, row):
        """Return (time, user id): since when a document is in its state, and by whom."""
        if row.state == states.ENDED:
            return row.ended, row.ended_by
        return row.released, row.released_by

    def may_end(self, row):
        """Tell whether ending is offered (A26, A27)."""
        return self.can_be_ended(row)

    def form(self, uid=""):
        """Return (title, whether for all, chosen user ids, whether open) of a folder's form."""
        sent = self.value("action") in ("create", "change") and self.value("folder") == uid
        if sent:
            return (
                self.value("title"),
                self.value("readers") == ALL,
                self.values("clients"),
                True,
            )
        if not uid:
            return "", True, [], False
        folder = access.folder_by_uid(self.matter, uid)
        return folder.title, folder.readers is None, list(folder.readers or ()), False

    def end(self):
        """End sharing of one document."""
        self.end_sharing(self.url_with())

    def upload(self):
        """Put files straight into a folder (A29)."""
        folder = access.folder_by_uid(self.matter, self.value("folder"))
        release = sharing.add(folder, self.uploads("files"))
        count = len(release.documents)
        mapping = {"count": count, "folder": folder.title, "title": release.documents[0].title}
        message = (
            _("added_one", default="“${title}” lies in “${folder}” now.", mapping=mapping)
            if count == 1
            else _("added_many", default="${count} files lie in “${folder}” now.", mapping=mapping)
        )
        self.done(message, self.url_with())

    def create(self):
        """Make a folder."""
        folder = folders.create(self.matter, self.value("title"), self._readers())
        message = _(
            "folder_created_message",
            default="The folder “${title}” is there.",
            mapping={"title": folder.title},
        )
        self.done(message, self.url_with())

    def change(self):
        """Give a folder another title and other readers."""
        folder = access.folder_by_uid(self.matter, self.value("folder"))
        folders.change(folder, self.value("title"), self._readers())
        names = [client.name for client in self.clients(rosters.readers(folder))]
        message = _(
            "folder_changed_message",
            default="The folder “${title}” is changed. It is seen by: ${people}.",
            mapping={"title": folder.title, "people": self.people(names) or "–"},
        )
        self.done(message, self.url_with())

    def _readers(self):
        return None if self.value("readers") == ALL else self.values("clients")
