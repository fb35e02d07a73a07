"""What sending a message will bring about, in one sentence."""

from collective.clientportal import _
from collective.clientportal.browser.status_words import ASKED
from collective.clientportal.domain import rosters
from collective.clientportal.domain import turns
from zope.i18nmessageid import Message


# By whether there is one recipient.
SENTENCES = {
    True: _(
        "consequence_message_one",
        default="${people} gets one message${files} and one e-mail, and is asked to ${asked}.",
    ),
    False: _(
        "consequence_message_many",
        default="${people} get one message${files} and one e-mail each, and are asked to ${asked}.",
    ),
}
ONE_FILE = _("consequence_one_file", default="with 1 file")
FILES = _("consequence_files", default="with ${count} files")
OTHERS = _("consequence_others", default="It can also be read by: ${people}.")
REPLACES = _(
    "consequence_replaces",
    default="What is still awaited of them in this thread is replaced by it.",
)
BLANKS = {"people": "{people}", "files": "{files}", "asked": "{asked}"}

EXPIRED = _(
    "staff_expired",
    default="You are not logged in any more. What you have written stays here: log in again in a new "
    "window, and then try once more.",
)
LOG_IN = _("log_in_new_window", default="Log in in a new window")


class Consequence:
    """The sentence under the button of a page that writes a message."""

    def consequence(self):
        """Return what the button will do for what is chosen now; "" where that is not clear yet."""
        people = [*(client.label for client in self.chips()), *self.typed]
        asked = ASKED.get(self.value("expects"))
        if not people or asked is None:
            return ""
        sentence = self._sentence(
            len(people) == 1,
            people=self.people(people),
            files=self._with_files(len(self.ticked)),
            asked=self.text(asked),
        )
        seen = rosters.readers(self.thread) if self.thread is not None else ()
        others = [client.label for client in self.clients(seen) if client.id not in self.chosen]
        sentences = [sentence]
        if others:
            sentences.append(self._others(self.people(others)))
        if self.replaces:
            sentences.append(self.text(REPLACES))
        return " ".join(sentences)

    @property
    def replaces(self):
        """Tell whether something is still awaited of the chosen recipients in the chosen thread."""
        thread = self.thread
        return thread is not None and bool(turns.awaited_of(thread).intersection(self.chosen))

    def script_texts(self):
        """Return the sentences as the script fills them, as attributes of the form."""
        ends = {"first": "{first}", "last": "{last}"}
        joiner = _("list_and", default="${first} and ${last}", mapping=ends)
        return {
            "data-one": self._sentence(True, **BLANKS),
            "data-many": self._sentence(False, **BLANKS),
            "data-file": self._with_files(1),
            "data-files": self._with_files("{count}"),
            "data-others": self._others("{people}"),
            "data-replaces": self.text(REPLACES),
            "data-and": self.text(joiner),
            "data-session": f"{self.site_url}/@@unread",
            "data-login": f"{self.site_url}/login",
            "data-login-text": self.text(LOG_IN),
            "data-expired": self.text(EXPIRED),
        }

    def _sentence(self, is_one, **mapping):
        return self.text(Message(SENTENCES[is_one], mapping=mapping))

    def _with_files(self, count):
        if not count:
            return ""
        message = ONE_FILE if count == 1 else Message(FILES, mapping={"count": count})
        return f" {self.text(message)}"

    def _others(self, people):
        return self.text(Message(OTHERS, mapping={"people": people}))
