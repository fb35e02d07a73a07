"""Sharing documents of a matter."""

from collective.clientportal.domain import shares
from collective.clientportal.domain import sharing
from collective.clientportal.services import fields
from collective.clientportal.services import records
from collective.clientportal.services import schemas
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.base import ByIdService
from collective.clientportal.services.base import WriteService
from collective.clientportal.services.fields import Body
from collective.clientportal.services.fields import Field


class SharePost(WriteService):
    """POST <matter>/@share: release documents to a portal folder."""

    bodies = (
        Body(
            "A release",
            (
                Field(
                    "documents",
                    fields.several(fields.UID),
                    "UIDs of internal documents of the matter",
                    required=True,
                ),
                Field("folder", fields.UID, "UID of a portal folder of the matter", required=True),
            ),
        ),
    )
    status = 201
    answer = schemas.RELEASE

    def reply(self):
        """Return the release and what it put into the portal."""
        data = self.body()
        release = sharing.release(self.context, data["documents"], data["folder"])
        return {
            "id": release.id,
            "items": [records.document(document) for document in release.documents],
        }


class SharesGet(BaseService):
    """GET <matter>/@shares: what is shared, a row a document, newest first."""

    answer = schemas.items(schemas.SHARE)

    def reply(self):
        """Return {"items": [...]}."""
        return {"items": [records.share(row) for row in shares.listing(self.context)]}


class SharesDelete(ByIdService):
    """DELETE <matter>/@shares/<id>: end sharing of a document, or of a whole release."""

    of = "share"
    status = 204

    def reply(self):
        """Answer 204."""
        sharing.end(self.context, self.id)
