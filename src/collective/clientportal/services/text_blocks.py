"""Text blocks."""

from collective.clientportal.domain import text_blocks
from collective.clientportal.services.base import BaseService


class TextBlocksGet(BaseService):
    """GET /@text-blocks: `category`: one of them; none: all."""

    def reply(self):
        """Return {"items": [...], "categories": [...]}, the preset category first."""
        found = text_blocks.listing(self.asked("category"))
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
