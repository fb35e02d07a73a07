"""Vocabularies: the staff who can be named on a matter, and who may ask for a list of people."""

from collective.clientportal.domain import accounts
from collective.clientportal.domain import rosters
from plone import api
from plone.app.content.browser.vocabulary import PERMISSIONS
from zope.interface import implementer
from zope.interface import provider
from zope.schema.interfaces import IVocabularyFactory
from zope.schema.interfaces import IVocabularyTokenized
from zope.schema.vocabulary import SimpleTerm


# Plone gives a vocabulary that is not in this table to whoever may see the site: everybody.
PERMISSIONS["collective.clientportal.Staff"] = "collective.clientportal: Add matter"
PERMISSIONS["plone.app.users.group_ids"] = "View Groups"


@implementer(IVocabularyTokenized)
class Staff:
    """The members of the group portal-staff, by name.

    It lists the staff of today; it also holds everybody else who belongs to the site and is no
    client, so that a matter can be saved although one of its handlers has left the firm.
    """

    def __iter__(self):
        members = api.user.get_users(groupname=rosters.STAFF)
        return iter(
            sorted((_term(user) for user in members), key=lambda term: term.title.casefold())
        )

    def __len__(self):
        return len(list(iter(self)))

    def __contains__(self, user_id):
        return accounts.person(user_id) is None and api.user.get(userid=user_id) is not None

    def getTerm(self, user_id):
        """Return the term of a user id; LookupError where it is nobody's or a client's."""
        if user_id not in self:
            raise LookupError(user_id)
        return _term(api.user.get(userid=user_id))

    def getTermByToken(self, token):
        """Return the term of a token, which is the user id."""
        return self.getTerm(token)


@provider(IVocabularyFactory)
def staff(context):
    """Return the staff who can be named as handlers and assistants."""
    return Staff()


def _term(user):
    title = user.getProperty("fullname") or user.getUserName()
    return SimpleTerm(user.getId(), user.getId(), title)
