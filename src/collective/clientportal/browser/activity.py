"""A matter's journal in plain words."""

from collective.clientportal.browser.journal_words import concerns
from collective.clientportal.browser.journal_words import JournalWords
from collective.clientportal.browser.journal_words import kind_of
from collective.clientportal.browser.journal_words import KINDS
from collective.clientportal.browser.matter import MatterPage
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import journal
from collective.clientportal.domain import rosters
from functools import cached_property
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


PAGE = 100


class Activity(MatterPage):
    """The tab Activity."""

    index = ViewPageTemplateFile("templates/activity.pt")
    tab = "activity"
    kept = ("kind", "person")

    def __call__(self):
        """Return the page; for the team."""
        access.require(access.VIEW_JOURNAL, self.matter)
        return self.render()

    @cached_property
    def entries(self):
        """Return all entries, newest first."""
        return list(reversed(list(journal.entries(self.matter))))

    def lines(self):
        """Return the entries that the filter lets through, in words."""
        kind, person = self.value("kind"), self.value("person")
        found = [
            entry
            for entry in self.entries
            if (not kind or kind_of(entry) == kind) and (not person or concerns(entry, person))
        ]
        words = JournalWords(self)
        batch = self.batch(found, PAGE)
        batch.items[:] = [words.line(entry) for entry in batch.items]
        return batch

    def kinds(self):
        """Return (value, title) of the kinds of entries."""
        return KINDS.items()

    def persons(self):
        """Return (user id, name) of everybody whom the journal tells of, by name."""
        known = {*rosters.team(self.matter), *self.matter.participants}
        for entry in self.entries:
            known |= {entry.actor, *entry.recipients}
        named = ((user_id, accounts.name(user_id)) for user_id in known if user_id)
        return sorted(named, key=lambda pair: pair[1].casefold())

    @cached_property
    def broken(self):
        """Return the number of the first entry that does not fit the chain, or None."""
        try:
            journal.verify(self.matter)
        except journal.BrokenChain as error:
            return error.sequence
        return None
