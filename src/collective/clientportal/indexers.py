"""What the catalog keeps of a matter, besides its title."""

from collective.clientportal.content.matter import IMatter
from plone.indexer import indexer


@indexer(IMatter)
def matter_reference(matter):
    """Return the reference of a matter."""
    return matter.reference


@indexer(IMatter)
def searchable_text(matter):
    """Return what Plone's own search finds a matter by."""
    return f"{matter.reference} {matter.title}"
