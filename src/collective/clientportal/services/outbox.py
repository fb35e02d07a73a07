"""The outbox."""

from collective.clientportal.domain import dead_letters
from collective.clientportal.domain import notice_texts
from collective.clientportal.domain import notices
from collective.clientportal.domain import outbox
from collective.clientportal.services import fields
from collective.clientportal.services import records
from collective.clientportal.services import schemas
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.base import WriteService
from collective.clientportal.services.fields import Body
from collective.clientportal.services.fields import Field
from itertools import islice
from zope.i18n import translate


class OutboxGet(BaseService):
    """GET /@outbox: mails and what became of them, newest first."""

    query = (
        Field("state", fields.choice(outbox.STATES), "only these", default=""),
        Field("event", fields.choice(notice_texts.DEFAULTS), "only about this", default=""),
        Field("since", fields.TIME, "only those written at this time or later"),
        Field("until", fields.TIME, "only those written before this time"),
        Field("before", fields.MESSAGE_ID, "page back: what `next` of the last page says"),
        Field("limit", fields.whole(1, 200), "how many; 100 unless told otherwise", default=100),
    )
    answer = schemas.items(
        schemas.OUTBOX_ENTRY,
        next=schemas.nullable(schemas.TEXT),
        waiting=schemas.COUNT,
        failed=schemas.COUNT,
        overdue=schemas.COUNT,
        held=schemas.nullable(schemas.TEXT),
    )

    def reply(self):
        """Return {"items": [...], "next": id or None} and how much there is; `overdue` in seconds."""
        asked, limit = self.asked, self.asked["limit"]
        before = min(
            int(asked["before"] or outbox.NEWEST), fields.moment(asked, "until", outbox.NEWEST)
        )
        since = fields.moment(asked, "since", 1)
        found = outbox.listing(asked["state"], asked["event"], since, before)
        page = list(islice(found, limit + 1))
        queue, held = outbox.queue(), notices.held()
        return {
            "items": [records.mail(entry) for entry in page[:limit]],
            "next": page[limit - 1].id if len(page) > limit else None,
            "waiting": queue.waiting,
            "failed": queue.failed,
            "overdue": int(queue.overdue.total_seconds()),
            "held": held and translate(held, context=self.request),
        }


class ResendPost(WriteService):
    """POST <matter>/@resend: have a mail tried again that was refused or given up."""

    bodies = (
        Body(
            "A mail that failed",
            (
                Field(
                    "mail",
                    fields.MESSAGE_ID,
                    "id of the mail, from `undelivered` of a message or a share",
                    required=True,
                ),
            ),
        ),
    )
    status = 204

    def reply(self):
        """Answer 204."""
        dead_letters.resend(self.context, self.body()["mail"])
