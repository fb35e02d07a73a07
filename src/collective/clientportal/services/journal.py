"""The journal of a matter."""

from collective.clientportal.domain import access
from collective.clientportal.domain import journal
from collective.clientportal.services import schemas
from collective.clientportal.services.base import BaseService
from dataclasses import asdict


class JournalGet(BaseService):
    """GET <matter>/@journal: everything that happened in a matter, oldest first."""

    answer = schemas.items(schemas.JOURNAL_ENTRY)

    def reply(self):
        """Return {"items": [...]}."""
        access.require(access.VIEW_JOURNAL, self.context)
        return {"items": [asdict(entry) for entry in journal.entries(self.context)]}
