"""Sharing documents of a matter."""

from collective.clientportal.domain import shares
from collective.clientportal.domain import sharing
from collective.clientportal.services import records
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.base import WriteService
from collective.clientportal.services.participants import ByIdService


class SharePost(WriteService):
    """POST <matter>/@share: release documents to a portal folder."""

    def reply(self):
        """Return the release and what it put into the portal."""
        data = self.body()
        release = sharing.release(
            self.context, self.texts(data, "documents"), self.text(data, "folder")
        )
        self.request.response.setStatus(201)
        return {
            "id": release.id,
            "items": [records.document(document) for document in release.documents],
        }


class SharesGet(BaseService):
    """GET <matter>/@shares: a row a document."""

    def reply(self):
        """Return {"items": [...]}."""
        return {"items": [records.share(row) for row in shares.listing(self.context)]}


class SharesDelete(ByIdService):
    """DELETE <matter>/@shares/<id>: end sharing of a document, or of a whole release."""

    def reply(self):
        """Answer 204."""
        sharing.end(self.context, self.id or "")
