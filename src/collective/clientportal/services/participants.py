"""The participants of a matter."""

from collective.clientportal.domain import participants
from collective.clientportal.services import fields
from collective.clientportal.services import records
from collective.clientportal.services import schemas
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.base import ByIdService
from collective.clientportal.services.base import WriteService
from collective.clientportal.services.fields import Body
from collective.clientportal.services.fields import Field


PARTY = Field("party", fields.text(100), "the client's part in the matter, in your words")
MAY_WRITE = Field("may_write", fields.FLAG, "whether the client may write and upload")


class ParticipantsGet(BaseService):
    """GET <matter>/@participants: the clients of a matter."""

    answer = schemas.items(schemas.PARTICIPANT)

    def reply(self):
        """Return {"items": [...]}."""
        return {"items": [records.participant(info) for info in participants.listing(self.context)]}


class ParticipantsPost(WriteService):
    """POST <matter>/@participants: invite a client."""

    bodies = (
        Body(
            "A client",
            (
                Field(
                    "email",
                    fields.text(320, format="email"),
                    "the client's address, and log-in name",
                    required=True,
                ),
                Field(
                    "fullname", fields.text(200), "of somebody who has no account yet", default=""
                ),
                Field(PARTY.name, PARTY.schema, PARTY.meaning, default=""),
                Field(
                    MAY_WRITE.name,
                    MAY_WRITE.schema,
                    f"{MAY_WRITE.meaning}; `true` unless told otherwise",
                    default=True,
                ),
            ),
        ),
    )
    status = 201
    answer = schemas.PARTICIPANT

    def reply(self):
        """Return the participant."""
        return records.participant(participants.invite(self.context, **self.body()))


class ParticipantsPatch(ByIdService):
    """PATCH <matter>/@participants/<id>: change a client's right or part; what is left out stays."""

    of = "participant"
    bodies = (Body("Changes", (MAY_WRITE, PARTY)),)
    answer = schemas.PARTICIPANT

    def reply(self):
        """Return the participant."""
        return records.participant(participants.change(self.context, self.id, **self.body()))


class ParticipantsDelete(ByIdService):
    """DELETE <matter>/@participants/<id>: take a client off a matter."""

    of = "participant"
    status = 204

    def reply(self):
        """Answer 204."""
        participants.remove(self.context, self.id)
