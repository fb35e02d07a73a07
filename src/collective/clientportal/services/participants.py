"""The participants of a matter."""

from collective.clientportal import _
from collective.clientportal.domain import participants
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.services import records
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.base import WriteService
from zope.interface import implementer
from zope.publisher.interfaces import IPublishTraverse


class ParticipantsGet(BaseService):
    """GET <matter>/@participants"""

    def reply(self):
        """Return {"items": [...]}."""
        return {"items": [records.participant(info) for info in participants.listing(self.context)]}


class ParticipantsPost(WriteService):
    """POST <matter>/@participants: invite somebody."""

    def reply(self):
        """Return the participant."""
        data = self.body()
        info = participants.invite(
            self.context,
            self.text(data, "email"),
            self.text(data, "fullname"),
            self.text(data, "party"),
            self.flag(data, "may_write", True),
        )
        self.request.response.setStatus(201)
        return records.participant(info)


@implementer(IPublishTraverse)
class ByIdService(WriteService):
    """A service on <matter>/@name/<id>."""

    id = None

    def publishTraverse(self, request, name):
        """Take the id from the path."""
        if self.id is not None:
            raise NotThere(_("error_not_there", default="This is not there."))
        self.id = name
        return self


class ParticipantsPatch(ByIdService):
    """PATCH <matter>/@participants/<id>"""

    def reply(self):
        """Return the participant."""
        data = self.body()
        party = self.text(data, "party", None)
        may_write = self.flag(data, "may_write")
        return records.participant(
            participants.change(self.context, self.id or "", may_write, party)
        )


class ParticipantsDelete(ByIdService):
    """DELETE <matter>/@participants/<id>"""

    def reply(self):
        """Answer 204."""
        participants.remove(self.context, self.id or "")
