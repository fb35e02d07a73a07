"""Whom a message can be addressed to."""

from collective.clientportal.domain import recipients
from collective.clientportal.services import fields
from collective.clientportal.services import schemas
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.fields import Field
from dataclasses import asdict


class RecipientsGet(BaseService):
    """GET <matter>/@recipients: whom a message can be addressed to, at most 20."""

    query = (
        Field("q", fields.text(200), "words of name and address", default=""),
        Field(
            "scope",
            fields.choice([recipients.MATTER, recipients.CLIENTS, recipients.ALL]),
            "clients of the matter (unless told otherwise), of the firm, or all people known to the site",
            default=recipients.MATTER,
        ),
    )
    answer = schemas.items(schemas.SUGGESTION)

    def reply(self):
        """Return {"items": [...]}."""
        found = recipients.suggestions(self.context, self.asked["q"], self.asked["scope"])
        return {"items": [asdict(suggestion) for suggestion in found]}
