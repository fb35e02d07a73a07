"""Adding to a matter: portal folders by the domain, documents by Plone's own service."""

from collective.clientportal import _
from collective.clientportal.domain import access
from collective.clientportal.domain import folders
from collective.clientportal.domain import matter_list
from collective.clientportal.domain import threads
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.matter_list import Query
from collective.clientportal.services import records
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.base import WriteService
from plone.restapi.services.content.add import FolderPost


ROOMS = {"PortalFolder": folders.create, "MessageThread": threads.create}


class MatterPost(WriteService, FolderPost):
    """POST <matter>: a portal folder, or whatever Plone can add there."""

    def reply(self):
        """Return the new content."""
        data = self.body()
        create = ROOMS.get(data.get("@type"))
        if create is None:
            self.check_permission()
            return FolderPost.reply(self)
        readers = self.texts(data, "readers") or None
        room = create(self.context, self.text(data, "title"), readers)
        self.request.response.setStatus(201)
        self.request.response.setHeader("Location", room.absolute_url())
        return {**records.folder(room), "@type": data["@type"], "readers": room.readers}


class MattersGet(BaseService):
    """GET /@matters: the matters that the person logged in may see, a row each."""

    def reply(self):
        """Return {"items": [...], "items_total": n}."""
        access.require(access.USE_PORTAL, self.context)
        query = Query(
            words=self.asked("q"),
            handler=self.asked("handler"),
            status=self.asked("status"),
            sort_on=self.asked("sort_on", "reference"),
            reverse=self.asked("sort_order") == "descending",
        )
        start, size = self._whole("b_start", 0, 10**9), self._whole("b_size", 50, 500)
        found = matter_list.Found(query)
        return {
            "items": [records.matter_row(row) for row in found[start : start + size]],
            "items_total": len(found),
        }

    def _whole(self, name, default, most):
        value = self.asked(name, str(default))
        if not value.isdecimal() or int(value) > most:
            raise Refused(
                _(
                    "error_bad_number",
                    default="“${name}” must be a whole number, at most ${most}.",
                    mapping={"name": name, "most": most},
                )
            )
        return int(value)
