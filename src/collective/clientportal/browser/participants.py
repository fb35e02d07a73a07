"""Who takes part in a matter: its clients and its team."""

from collective.clientportal import _
from collective.clientportal.browser.matter import MatterPage
from collective.clientportal.domain import access
from collective.clientportal.domain import participants
from collective.clientportal.domain import turns
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18nmessageid import Message


INVITED = {
    "invited": _(
        "invited_message",
        default="${name} is invited and gets an e-mail with which to choose a password.",
    ),
    "active": _(
        "invited_known", default="${name} takes part now and logs in with the password of old."
    ),
    "deactivated": _(
        "invited_deactivated",
        default="${name} takes part now, but cannot log in: the account is deactivated. An administrator of "
        "the portal can reactivate it.",
    ),
}


class People(MatterPage):
    """The tab People."""

    index = ViewPageTemplateFile("templates/participants.pt")
    tab = "people"
    actions = {
        "invite": "invite",
        "change": "change",
        "resend": "resend",
        "correct": "correct",
        "remove": "remove",
    }

    def __call__(self):
        """Return the page; for those who manage the clients."""
        access.require(access.MANAGE_PARTICIPANTS, self.matter)
        return self.render()

    def listing(self):
        """Return the clients, by name."""
        return participants.listing(self.matter)

    def to_remove(self):
        """Return the client whom the person is asked about before removing them, or None."""
        asked = self.value("remove")
        return self.client(asked) if asked in self.matter.participants else None

    def is_invite(self):
        """Tell whether the invitation form was sent: what was typed is kept."""
        return self.value("action") == "invite"

    def typed(self, name):
        """Return what was typed into the invitation form."""
        return self.value(name) if self.is_invite() else ""

    def invite(self):
        """Invite a client."""
        info = participants.invite(
            self.matter,
            self.value("email"),
            self.value("fullname"),
            self.value("party"),
            self.value("may_write") == "1",
        )
        mapping = {"name": info.name}
        self.done(Message(INVITED[info.state], mapping=mapping), self.url)

    def change(self):
        """Change a client's part or right to write."""
        info = participants.change(
            self.matter, self.value("client"), self.value("may_write") == "1", self.value("party")
        )
        self._done(_("changed_message", default="${name}: saved."), info.name)
        if not info.may_write and turns.is_answer_awaited(self.matter, info.id):
            warning = _(
                "withheld_awaited",
                default="A reply is still awaited of ${name}, who cannot write one now: send another "
                "message, or give the right back.",
                mapping={"name": info.name},
            )
            self.say(warning, "warning")

    def resend(self):
        """Have the registration mail sent again."""
        user_id = self.value("client")
        participants.resend_registration(self.matter, user_id)
        self._done(
            _(
                "resent_message",
                default="The registration mail to ${name} is sent again; links in older ones are void.",
            ),
            self.client(user_id).name,
        )

    def correct(self):
        """Correct the e-mail address of a client who was invited under a wrong one."""
        info = participants.correct_address(self.matter, self.value("client"), self.value("email"))
        message = _(
            "corrected_message",
            default="${name} is invited under ${address} now; links in older mails are void.",
            mapping={"name": info.name, "address": info.email},
        )
        self.done(message, self.url)

    def remove(self):
        """Take a client off the matter."""
        name = self.client(self.value("client")).name
        participants.remove(self.matter, self.value("client"))
        self._done(
            _(
                "removed_message",
                default="${name} takes no part in this matter any more; access has ended.",
            ),
            name,
        )

    def _done(self, message, name):
        self.done(Message(message, mapping={"name": name}), self.url)
