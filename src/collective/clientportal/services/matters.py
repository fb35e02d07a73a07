"""Adding to a matter: portal folders by the domain, documents by Plone's own service."""

from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import folders
from collective.clientportal.domain import matter_list
from collective.clientportal.domain import threads
from collective.clientportal.domain.matter_list import Query
from collective.clientportal.domain.status import Status
from collective.clientportal.services import fields
from collective.clientportal.services import records
from collective.clientportal.services import schemas
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.base import WriteService
from collective.clientportal.services.fields import Body
from collective.clientportal.services.fields import Field
from plone.restapi.services.content.add import FolderPost


ROOMS = {"PortalFolder": folders.create, "MessageThread": threads.create}
ROOM = Body(
    "A portal folder or a thread",
    (
        Field("@type", fields.choice(ROOMS), "what to make", required=True),
        Field("title", fields.text(200, minLength=1), "what clients read", required=True),
        Field(
            "readers",
            fields.several(fields.PERSON),
            "user ids of those clients who see it; none: all clients of the matter, later ones included",
        ),
    ),
)
DOCUMENTS = {
    kind: Body(
        f"An internal document ({kind}), as Plone takes it",
        (
            Field("@type", fields.choice([kind]), "what it is", required=True),
            Field(
                kind.lower(),
                fields.FILE,
                "`filename`, `content-type`, `encoding` (`base64`), `data`",
                required=True,
            ),
        ),
        more=True,
    )
    for kind in documents.INTERNAL_TYPES
}


class MatterPost(WriteService, FolderPost):
    """POST <matter>: make a portal folder or a thread, or store an internal document."""

    bodies = (ROOM, *DOCUMENTS.values())
    status = 201
    answer = {"anyOf": [schemas.ROOM, schemas.CONTENT]}

    def reply(self):
        """Return the new content."""
        data = self.body()
        kind = data["@type"]
        if kind not in ROOMS:
            self.check_permission()
            content = FolderPost.reply(self)
            # Plone's refusals lie one level deeper than everybody else's.
            return content.get("error", content)
        room = ROOMS[kind](self.context, data["title"], data["readers"] or None)
        self.request.response.setHeader("Location", room.absolute_url())
        return {**records.folder(room), "@type": kind, "readers": room.readers}

    def expected(self, data):
        """Return the body of what is to be made."""
        kind = data.get("@type")
        return DOCUMENTS.get(kind, ROOM) if isinstance(kind, str) else ROOM


class MattersGet(BaseService):
    """GET /@matters: the matters that the person logged in may see, a row each."""

    query = (
        Field("q", fields.text(200), "words of reference and title", default=""),
        Field("handler", fields.PERSON, "user id of a handler or assistant", default=""),
        Field("status", fields.choice(Status), "whose turn it is", default=""),
        Field(
            "sort_on",
            fields.choice(matter_list.ORDERS),
            "what to sort by; `reference` unless told otherwise",
            default="reference",
        ),
        Field("sort_order", fields.choice(["ascending", "descending"]), "which way round"),
        Field(
            "b_start", fields.whole(0, 10**9), "how many to leave out at the beginning", default=0
        ),
        Field(
            "b_size", fields.whole(1, 500), "how many to list; 50 unless told otherwise", default=50
        ),
    )
    answer = schemas.items(schemas.MATTER_ROW, items_total=schemas.COUNT)

    def reply(self):
        """Return {"items": [...], "items_total": n}."""
        access.require(access.USE_PORTAL, self.context)
        asked = self.asked
        query = Query(
            words=asked["q"],
            handler=asked["handler"],
            status=asked["status"],
            sort_on=asked["sort_on"],
            reverse=asked["sort_order"] == "descending",
        )
        start = asked["b_start"]
        found = matter_list.Found(query)
        return {
            "items": [records.matter_row(row) for row in found[start : start + asked["b_size"]]],
            "items_total": len(found),
        }
