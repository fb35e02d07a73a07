"""The portal as the person logged in sees it, and the switch on a matter."""

from collective.clientportal.domain import access
from collective.clientportal.domain import matters
from collective.clientportal.domain import rosters
from collective.clientportal.services import fields
from collective.clientportal.services import records
from collective.clientportal.services import schemas
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.base import WriteService
from collective.clientportal.services.fields import Body
from collective.clientportal.services.fields import Field


class PortalGet(BaseService):
    """GET /@portal: the matters, folders and documents that the person logged in may see."""

    answer = schemas.PORTAL

    def reply(self):
        """Return {"matters": [...]}."""
        found = []
        for uid in rosters.matters_of(access.current_user_id()):
            matter = access.matter_by_uid(uid)
            found.append(
                {
                    **records.matter(matter),
                    "folders": [
                        {
                            **records.folder(folder),
                            "may_upload": access.has(access.UPLOAD, folder),
                            "documents": [
                                records.document(document) for document in access.documents(folder)
                            ],
                        }
                        for folder in access.folders(matter)
                    ],
                }
            )
        return {"matters": found}


class PortalPost(WriteService):
    """POST <matter>/@portal: switch the matter's portal on or off."""

    bodies = (
        Body("A switch", (Field("enabled", fields.FLAG, "on (`true`) or off", required=True),)),
    )
    answer = schemas.MATTER_WITH_SWITCH

    def reply(self):
        """Return the matter with its new state."""
        matters.switch_portal(self.context, **self.body())
        return {**records.matter(self.context), "enabled": self.context.portal_enabled}
