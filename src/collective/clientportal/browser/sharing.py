"""Releasing documents without a message: one panel, one decision."""

from collective.clientportal import _
from collective.clientportal.browser.internal_documents import DocumentRows
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import folders
from collective.clientportal.domain import rosters
from collective.clientportal.domain import sharing
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import Refused
from functools import cached_property
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18nmessageid import Message


NEW = "new"

# What pressing the button will bring about, by (one client?, one document?).
CONSEQUENCES = {
    (True, True): _(
        "consequence_one_one",
        default="${people} will see 1 document in “${folder}” and gets one e-mail.",
    ),
    (True, False): _(
        "consequence_one_many",
        default="${people} will see ${count} documents in “${folder}” and gets one e-mail.",
    ),
    (False, True): _(
        "consequence_many_one",
        default="${people} will see 1 document in “${folder}” and get one e-mail each.",
    ),
    (False, False): _(
        "consequence_many_many",
        default="${people} will see ${count} documents in “${folder}” and get one e-mail each.",
    ),
}
NOBODY = _(
    "consequence_nobody",
    default="This matter has no client yet: whoever is invited later sees what lies in “${folder}”.",
)


class Release(DocumentRows):
    """Whom, where, what, and what follows from it."""

    index = ViewPageTemplateFile("templates/sharing.pt")
    tab = "documents"
    actions = {"release": "release"}

    def __call__(self):
        """Return the panel; back to the documents where there is nothing to release."""
        if self.request.method == "POST":
            return self.render()
        try:
            access.require_share(self.matter)
            if not self.ticked:
                raise sharing.NothingTicked(
                    _("error_nothing_ticked", default="Please tick at least one document first.")
                )
        except Refused as error:
            self.say(error.reason, "warning")
            return self.go(self.back)
        return self.render()

    @property
    def back(self):
        """Return the address of the documents."""
        return f"{self.matter.absolute_url()}/@@documents"

    @property
    def ticked(self):
        """Return the UIDs of the documents, each once."""
        return list(dict.fromkeys(self.values("documents")))

    def rows(self):
        """Return the documents; one that is not there any more is left out."""
        found = []
        for uid in self.ticked:
            try:
                found.append(self.row(documents.internal_by_uid(self.matter, uid)))
            except NotThere:
                continue
        return found

    @cached_property
    def everybody(self):
        """Return all clients of the matter."""
        return self.clients()

    @property
    def is_choice(self):
        """Tell whether the client is to be chosen: where there are several (A8)."""
        return len(self.everybody) > 1

    @property
    def chosen(self):
        """Return the user ids of the chosen clients; a single one is implied."""
        if self.is_choice:
            return self.values("clients")
        return [client.id for client in self.everybody]

    def places(self):
        """Return (UID, title, clients who see it) of every portal folder."""
        return [
            (api.content.get_uuid(folder), folder.title, self.clients(rosters.readers(folder)))
            for folder in access.folders(self.matter)
        ]

    @cached_property
    def place(self):
        """Return the UID of the chosen folder, or "new"; the only possible one is preset."""
        asked = self.value("folder")
        if asked:
            return asked
        places = self.places()
        fitting = [
            uid for uid, _title, readers in places if {r.id for r in readers} == {*self.chosen}
        ]
        if not places:
            return NEW
        return fitting[0] if len(fitting) == 1 and (self.chosen or not self.is_choice) else ""

    def consequence(self):
        """Return what the button will do for what is chosen now; "" where that is not clear yet."""
        title = next((title for uid, title, _readers in self.places() if uid == self.place), "")
        title = self.value("new_title") if self.place == NEW else title
        if not title or (self.is_choice and not self.chosen):
            return ""
        labels = [client.label for client in self.clients(self.chosen)]
        return self._sentence(len(labels), self.people(labels), title)

    @property
    def joiner(self):
        """Return how the script joins names: "{first} and {last}"."""
        message = _(
            "list_and",
            default="${first} and ${last}",
            mapping={"first": "{first}", "last": "{last}"},
        )
        return self.text(message)

    def sentences(self):
        """Return the sentences as the script fills them: for no, for one and for several clients."""
        return [self._sentence(count, "{people}", "{folder}") for count in (0, 1, 2)]

    def _sentence(self, clients, people, folder):
        count = len(self.ticked)
        text = CONSEQUENCES[clients == 1, count == 1] if clients else NOBODY
        mapping = {"people": people, "folder": folder, "count": count}
        return self.text(Message(text, mapping=mapping))

    def release(self):
        """Release the documents."""
        chosen = self.chosen
        folder = self._folder(chosen)
        folders.check_readers(folder, chosen)
        release = sharing.release(self.matter, self.ticked, api.content.get_uuid(folder))
        count = len(release.documents)
        mapping = {
            "title": release.documents[0].title,
            "count": count,
            "folder": folder.title,
            "people": self.people(client.name for client in self.clients(chosen)),
        }
        if not chosen:
            message = _("released_nobody", default="Released to “${folder}”.", mapping=mapping)
        elif count == 1:
            message = _(
                "released_one",
                default="“${title}” is released in “${folder}” for ${people}.",
                mapping=mapping,
            )
        else:
            message = _(
                "released_many",
                default="${count} documents are released in “${folder}” for ${people}.",
                mapping=mapping,
            )
        self.done(message, self.back)

    def _folder(self, chosen):
        asked = self.value("folder")
        if not asked:
            raise Refused(_("error_choose_folder", default="Please choose a folder."))
        if asked != NEW:
            return access.folder_by_uid(self.matter, asked)
        # For a single client the folder is for all clients, those invited later included.
        readers = chosen if self.is_choice else None
        return folders.create(self.matter, self.value("new_title"), readers)
