"""The outbox."""

from collective.clientportal.domain import outbox
from collective.clientportal.services import records
from collective.clientportal.services import schemas
from collective.clientportal.services.base import BaseService


class OutboxGet(BaseService):
    """GET /@outbox: all mails and what became of them, newest first."""

    answer = schemas.items(schemas.OUTBOX_ENTRY)

    def reply(self):
        """Return {"items": [...]}."""
        return {
            "items": [
                {
                    "id": entry.id,
                    "event": entry.event,
                    "recipient": entry.recipient,
                    "state": entry.state,
                    "tries": entry.tries,
                    "last_error": entry.last_error,
                    "created": records.time(entry.created),
                    "sent": records.time(entry.sent),
                }
                for entry in outbox.listing()
            ]
        }
