"""The inbox of the person logged in."""

from collective.clientportal.domain import inbox
from collective.clientportal.services import records
from collective.clientportal.services.base import BaseService


class InboxGet(BaseService):
    """GET /@inbox"""

    def reply(self):
        """Return {"unread": n, "items": [...]}, the oldest first."""
        items = inbox.items()
        return {"unread": len(items), "items": [records.inbox_item(item) for item in items]}
