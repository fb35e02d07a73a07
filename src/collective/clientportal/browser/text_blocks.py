"""Text blocks: inserting them into a message, and the page on which they are kept."""

import secrets
from collective.clientportal import _
from collective.clientportal.browser.staff import StaffPage
from collective.clientportal.browser.status_words import ASKED
from collective.clientportal.browser.status_words import EXPECTS
from collective.clientportal.browser.status_words import EXPLAINED
from collective.clientportal.domain import access
from collective.clientportal.domain import text_blocks
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from string import Template


class WithBlocks:
    """A page of a matter on which a message is written: text blocks and the expected action."""

    compose_templates = ViewPageTemplateFile("templates/compose_parts.pt")

    @property
    def compose_parts(self):
        """Return the macros for what such pages show."""
        return self.compose_templates.macros

    def blocks(self):
        """Return (text block, its text for this matter) of all categories, by title."""
        return [(block, text_blocks.filled(block, self.matter)) for block in text_blocks.listing()]

    def categories(self):
        """Return the categories of the text blocks, the preset one first."""
        return text_blocks.categories()

    @property
    def category(self):
        """Return the category that is chosen; the preset one at first (B11)."""
        return self.value("category", text_blocks.PRESET)

    def insert_block(self, clients):
        """Append the chosen text block to the text, filled in for this matter and these clients."""
        chosen = self.value("block")
        block = next((one for one in text_blocks.listing() if one.id == chosen), None)
        if block is None:
            return
        known = [client for client in clients if client.id in self.matter.participants]
        if len(known) == 1:
            text = text_blocks.filled(block, self.matter, known[0].id)
        else:
            text = text_blocks.filled(block, self.matter)
        if len(known) > 1:
            names = self.people(client.name for client in known)
            text = Template(text).safe_substitute(recipient=names)
        before = self.value("text").rstrip()
        self.request.form["text"] = f"{before}\n\n{text}" if before else text

    def choices(self):
        """Return (value, title, explanation, how the consequence names it) of what can be expected."""
        return [(str(kind), title, EXPLAINED[kind], ASKED[kind]) for kind, title in EXPECTS.items()]

    def key(self):
        """Return what marks this form, so that a double click sends one message."""
        return self.value("key") or secrets.token_hex(16)


class TextBlocks(StaffPage):
    """All text blocks, by category."""

    title = _("blocks_title", default="Text blocks")

    index = ViewPageTemplateFile("templates/text_blocks.pt")
    actions = {"save": "save", "delete": "delete"}

    def sections(self):
        """Return (category, its text blocks)."""
        found = [(name, text_blocks.listing(name)) for name in text_blocks.categories()]
        return [section for section in found if section[1]]

    def categories(self):
        """Return all categories, the preset one first."""
        return text_blocks.categories()

    def placeholders(self):
        """Return the placeholders as they are written."""
        return [f"${{{name}}}" for name in text_blocks.PLACEHOLDERS]

    def may_configure(self):
        """Tell whether the person manages the portal."""
        return access.has(access.MANAGE_PORTAL, self.context)

    def form(self, block=None):
        """Return (title, category, text, open?) of the form of a block, or of a new one."""
        block_id = block.id if block is not None else ""
        if self.value("action") == "save" and self.value("block") == block_id:
            return self.value("title"), self.value("category"), self.value("text"), True
        if block is None:
            return "", text_blocks.PRESET, "", False
        return block.title, block.category, block.text, False

    def asked(self):
        """Return the id of the block about which the person is asked before it is deleted, or ""."""
        return self.value("ask")

    def save(self):
        """Make a text block, or change one."""
        block = text_blocks.save(
            self.value("title"), self.value("category"), self.value("text"), self.value("block")
        )
        message = _(
            "block_saved",
            default="The text block “${title}” is saved.",
            mapping={"title": block.title},
        )
        self.done(message, self.url)

    def delete(self):
        """Delete a text block."""
        text_blocks.delete(self.value("block"))
        self.done(_("block_deleted", default="The text block is deleted."), self.url)
