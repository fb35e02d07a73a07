"""Text blocks: ready texts for messages, by category, with placeholders (B11)."""

import uuid
from collective.clientportal import _
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.registers import TextBlock
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import placeholders
from collective.clientportal.domain import texts
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.registers import registers
from plone import api
from string import Template


# The category that messages to clients are filtered by at first; the filter can be changed.
PRESET = "Mandantenportal"
PLACEHOLDERS = ("reference", "title", "recipient", "sender")


class BadBlock(Refused):
    """A text block needs a title and a text with known placeholders."""


def categories() -> list[str]:
    """Return all categories, the preset one first."""
    found = {block.category for block in registers().text_blocks.values()} - {PRESET}
    return [PRESET, *sorted(found, key=str.casefold)]


def listing(category: str = "") -> list[TextBlock]:
    """Return the text blocks of a category ("": of all), by title; for those who may `save`."""
    _require_insider()
    found = (block for block in registers().text_blocks.values())
    chosen = (block for block in found if category in ("", block.category))
    return sorted(chosen, key=lambda block: block.title.casefold())


def save(title: str, category: str, text: str, block_id: str = "") -> TextBlock:
    """Make a text block, or change the one with `block_id`. Raises BadBlock, NotThere."""
    _require_insider()
    title, category = texts.line(title, 100), texts.line(category, 100) or PRESET
    text = texts.plain(text)
    if not title or not text:
        raise BadBlock(_("error_block_empty", default="Please enter a title and a text."))
    _check(text)
    blocks = registers().text_blocks
    if block_id:
        block = _block(block_id)
        block.title, block.category, block.text = title, category, text
        return block
    block = TextBlock(uuid.uuid4().hex, title, category, text)
    blocks[block.id] = block
    return block


def delete(block_id: str) -> None:
    """Delete a text block. Raises NotThere."""
    _require_insider()
    del registers().text_blocks[_block(block_id).id]


def filled(block: TextBlock, matter: Matter, recipient: str = "") -> str:
    """Return the text for a matter and a recipient (user id); what is not known stays a placeholder."""
    values = {
        "reference": matter.reference,
        "title": matter.title,
        "sender": accounts.name(access.current_user_id()),
    }
    if recipient:
        values["recipient"] = accounts.name(recipient)
    return Template(block.text).safe_substitute(values)


def _require_insider() -> None:
    """Raise NotPermitted for whoever is neither staff nor manages the portal."""
    portal = api.portal.get()
    if not access.has(access.MANAGE_PORTAL, portal):
        access.require(access.USE_PORTAL, portal)


def _block(block_id: str) -> TextBlock:
    block = registers().text_blocks.get(block_id)
    if block is None:
        raise NotThere(_("error_no_block", default="There is no such text block."))
    return block


def _check(text: str) -> None:
    problem = placeholders.problem(text, PLACEHOLDERS)
    if problem:
        raise BadBlock(problem)
