"""Text blocks."""

from collective.clientportal.domain import text_blocks
from collective.clientportal.services import fields
from collective.clientportal.services import schemas
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.fields import Field


class TextBlocksGet(BaseService):
    """GET /@text-blocks: ready texts."""

    query = (Field("category", fields.text(100), "one of `categories`; none: all", default=""),)
    answer = schemas.items(schemas.TEXT_BLOCK, categories=schemas.TEXTS)

    def reply(self):
        """Return {"items": [...], "categories": [...]}, the preset category first."""
        found = text_blocks.listing(self.asked["category"])
        return {
            "categories": text_blocks.categories(),
            "items": [
                {
                    "id": block.id,
                    "title": block.title,
                    "category": block.category,
                    "text": block.text,
                }
                for block in found
            ],
        }
