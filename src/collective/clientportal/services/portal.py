"""The portal as the person logged in sees it, and the switch on a matter."""

from collective.clientportal.domain import access
from collective.clientportal.domain import matters
from collective.clientportal.domain import rosters
from collective.clientportal.services import records
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.base import WriteService


class PortalGet(BaseService):
    """GET /@portal: the matters, folders and documents that the person logged in may see."""

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

    def reply(self):
        """Return the matter with its new state."""
        enabled = self.flag(self.body(), "enabled")
        if enabled is None:
            raise self._wrong("enabled")
        matters.switch_portal(self.context, enabled)
        return {**records.matter(self.context), "enabled": self.context.portal_enabled}
