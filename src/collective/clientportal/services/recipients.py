"""Whom a message can be addressed to."""

from collective.clientportal.domain import recipients
from collective.clientportal.services.base import BaseService
from dataclasses import asdict


class RecipientsGet(BaseService):
    """GET <matter>/@recipients: `q`: words, `scope`: matter, clients or all."""

    def reply(self):
        """Return {"items": [...]}."""
        found = recipients.suggestions(
            self.context, self.asked("q"), self.asked("scope", recipients.MATTER)
        )
        return {"items": [asdict(suggestion) for suggestion in found]}
