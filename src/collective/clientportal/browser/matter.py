"""A matter's pages: what they have in common, and the overview."""

from collections import deque
from collective.clientportal import _
from collective.clientportal.browser.activity_field import ActivityField
from collective.clientportal.browser.journal_words import JournalWords
from collective.clientportal.browser.staff import StaffPage
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import dead_letters
from collective.clientportal.domain import documents
from collective.clientportal.domain import journal
from collective.clientportal.domain import matters
from collective.clientportal.domain import participants
from collective.clientportal.domain import rosters
from collective.clientportal.domain import settings
from collective.clientportal.domain import shares
from collective.clientportal.domain import sharing
from collective.clientportal.domain import states
from collective.clientportal.domain.errors import NotThere
from dataclasses import dataclass
from functools import cached_property
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


# Parts in a matter that nobody should send documents to by mistake.
OPPOSING = ("gegen", "gegner", "opposing", "opponent")

DEACTIVATED = _("client_deactivated", default="deactivated")


@dataclass(frozen=True)
class Client:
    """A client as the pages of a matter show them."""

    id: str
    name: str
    party: str
    opposing: bool
    email: str = ""

    @property
    def part(self):
        """Return the part in the matter in brackets, or ""."""
        return f"({self.party})" if self.party else ""

    @property
    def label(self):
        """Return the name with the part in the matter."""
        return f"{self.name} {self.part}".strip()


class MatterPage(StaffPage):
    """A page of a matter: header, tabs, and what the person may do here."""

    tab = ""

    @property
    def matter(self):
        """Return the matter."""
        return self.context

    @property
    def title(self):
        """Return what the tab is called, with the matter's reference."""
        titles = [self.text(title) for name, title, *_rest in self.tabs() if name == self.tab]
        return " · ".join([*titles, self.matter.reference])

    @cached_property
    def may_manage(self):
        """Tell whether the person manages clients and folders of this matter."""
        return access.has(access.MANAGE_PARTICIPANTS, self.matter)

    @cached_property
    def is_inside(self):
        """Tell whether the person may see what was shared, and the journal."""
        return access.has(access.VIEW_JOURNAL, self.matter)

    @cached_property
    def may_edit(self):
        """Tell whether the person may edit the matter."""
        return access.has("Modify portal content", self.matter)

    @cached_property
    def may_upload(self):
        """Tell whether the person may add internal documents."""
        return access.has("plone.app.contenttypes: Add File", self.matter)

    @property
    def refusal(self):
        """Return why the person may not share from this matter, or None."""
        return access.refusal_to_share(self.matter)

    def tabs(self):
        """Yield (name, title, address, count or None, whether it is this page's)."""
        url = self.matter.absolute_url()
        found = [
            ("overview", _("tab_overview", default="Overview"), url, None),
            (
                "documents",
                _("tab_documents", default="Documents"),
                f"{url}/@@documents",
                documents.count_internal(self.matter),
            ),
        ]
        if self.is_inside and self.matter.portal_enabled:
            address = f"{url}/@@portal-contents"
            found.append(("portal", _("tab_portal", default="Portal"), address, None))
            unseen = len(self.matter.unseen.keys(1)) or None
            title = _("tab_messages", default="Messages")
            found.append(("messages", title, f"{url}/@@messages", unseen))
        if self.may_manage:
            count = len(self.matter.participants)
            found.append(("people", _("tab_people", default="People"), f"{url}/@@people", count))
        if self.is_inside:
            title = _("tab_activity", default="Activity")
            found.append(("activity", title, f"{url}/@@activity", None))
        return [(*row, row[0] == self.tab) for row in found]

    def client(self, user_id):
        """Return a client by user id; of those who were taken off only the name is known."""
        try:
            info = participants.info(self.matter, user_id)
        except NotThere:
            return Client(user_id, accounts.name(user_id), "", opposing=False)
        opposing = any(word in info.party.casefold() for word in OPPOSING)
        party = info.party
        if info.state == "deactivated":
            # No mail goes to them, and they see nothing.
            party = ", ".join(filter(None, [party, self.text(DEACTIVATED)]))
        return Client(user_id, info.name, party, opposing, info.email)

    def clients(self, user_ids=None):
        """Return clients by name: these, or all of the matter."""
        user_ids = self.matter.participants if user_ids is None else user_ids
        return sorted(map(self.client, user_ids), key=lambda client: client.name.casefold())

    def people(self, names):
        """Return names as people read them: A, B and C."""
        names = list(names)
        if len(names) < 2:
            return "".join(names)
        return self.text(
            _(
                "list_and",
                default="${first} and ${last}",
                mapping={"first": ", ".join(names[:-1]), "last": names[-1]},
            )
        )

    def share_url(self, share):
        """Return the address at which a shared document is fetched."""
        if share.with_message:
            return f"{share.folder.absolute_url()}/@@attachment/{share.id}"
        return f"{share.document.absolute_url()}/@@download"

    def fetched(self, document):
        """Return (client, time) for everybody who fetched a shared document, first come first."""
        found = sorted(document.fetched.items(), key=lambda item: item[1])
        return [(self.client(user_id), self.time(when)) for user_id, when in found]

    def can_be_ended(self, row):
        """Tell whether the person may end sharing of a document (A25, A26, A27)."""
        ends = row.state == states.RELEASED and not row.with_message
        return ends and access.may_share(self.matter)

    def end_sharing(self, url):
        """End sharing of the document that the form names, and go to `url`."""
        ended = sharing.end(self.matter, self.value("share"))
        message = _(
            "sharing_ended_message",
            default="Sharing of “${title}” in this folder has ended.",
            mapping={"title": ended[0].title},
        )
        self.done(message, url)

    def undelivered(self, room, item=None):
        """Return the mails about a message or release that failed; None: about anything in a room."""
        return dead_letters.of(room) if item is None else dead_letters.about(room, item)

    @cached_property
    def may_resend(self):
        """Tell whether the person may have a mail tried again."""
        return self.refusal is None

    def resend(self):
        """Have a mail tried again that failed."""
        entry = dead_letters.resend(self.matter, self.value("mail"))
        message = _(
            "mail_resent_message",
            default="The mail to ${name} is tried again at once.",
            mapping={"name": self.name(entry.recipient)},
        )
        self.done(message, self.url_with())

    def name(self, user_id):
        """Return what to call a person."""
        return accounts.name(user_id)

    @property
    def handlers(self):
        """Return the handlers' names."""
        return [accounts.name(user_id) for user_id in self.matter.handlers or ()]

    @property
    def assistants(self):
        """Return the assistants' names."""
        return [accounts.name(user_id) for user_id in self.matter.assistants or ()]

    @property
    def resubmission(self):
        """Return the day of resubmission in the language of the page, or None."""
        return self.matter.resubmission and self.day(self.matter.resubmission)

    @property
    def is_due(self):
        """Tell whether the day of resubmission has come."""
        return bool(self.matter.resubmission) and self.matter.resubmission <= settings.today()


class Overview(ActivityField, MatterPage):
    """The matter at a glance."""

    index = ViewPageTemplateFile("templates/matter.pt")
    tab = "overview"
    actions = {"switch_portal": "switch_portal", "write": "write", "end": "end"}

    def switch_portal(self):
        """Switch the portal on or off."""
        enabled = self.value("enabled") == "1"
        matters.switch_portal(self.matter, enabled)
        message = (
            _("portal_now_on", default="The client portal is on.")
            if enabled
            else _(
                "portal_now_off",
                default="The client portal is off: clients see nothing of this matter any more. "
                "Nothing was deleted.",
            )
        )
        self.done(message, self.matter.absolute_url())

    def latest(self):
        """Return the last five entries of the journal, newest first."""
        words = JournalWords(self)
        last = deque(journal.entries(self.matter), maxlen=5)
        return [words.line(entry) for entry in reversed(last)]

    @cached_property
    def shared(self):
        """Return what is in the portal now, newest first (A24)."""
        return [row for row in shares.listing(self.matter) if row.state != states.ENDED]

    def may_end(self, row):
        """Tell whether ending is offered here: while the portal is off, its own page is not there (A25)."""
        return not self.matter.portal_enabled and self.can_be_ended(row)

    def end(self):
        """End sharing of one document."""
        self.end_sharing(self.matter.absolute_url())

    def next_step(self):
        """Return the name of what is to be done first in a matter that is not set up yet."""
        if not self.may_manage:
            return ""
        if not self.matter.portal_enabled:
            return "portal"
        if not self.matter.participants:
            return "client"
        if self.refusal is None and self.is_inside and not self.shared:
            return "release"
        return ""

    @property
    def has_team(self):
        """Tell whether anybody is named on the matter."""
        return bool(rosters.team(self.matter))
