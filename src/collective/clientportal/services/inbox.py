"""The inbox of the person logged in."""

from collective.clientportal.domain import inbox
from collective.clientportal.services import records
from collective.clientportal.services import schemas
from collective.clientportal.services.base import BaseService


class InboxGet(BaseService):
    """GET /@inbox: what is awaited of the person logged in, the oldest first."""

    answer = schemas.INBOX

    def reply(self):
        """Return {"unread": n, "items": [...]}, the oldest first."""
        items = inbox.items()
        return {"unread": len(items), "items": [records.inbox_item(item) for item in items]}
