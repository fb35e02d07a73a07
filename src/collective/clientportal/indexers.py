"""What the catalog keeps of matters and of the files in them."""

from collective.clientportal.content.matter import IMatter
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import full_text
from plone.app.contenttypes.content import File
from plone.app.contenttypes.indexers import SearchableText_file
from plone.indexer import indexer


@indexer(IMatter)
def matter_reference(matter):
    """Return the reference of a matter."""
    return matter.reference


@indexer(IMatter)
def searchable_text(matter):
    """Return what Plone's own search finds a matter by."""
    return f"{matter.reference} {matter.title}"


# For the class, which goes before Plone's own indexer for the interface.
@indexer(File)
def file_text(obj):
    """Return what Plone's own search finds an internal document by; elsewhere that is Plone's to say."""
    if access.matter_of(obj) is None:
        return SearchableText_file(obj)()
    file = documents.file_of(obj)
    # Plone's forms store None for what was left empty.
    words = [obj.title, obj.description, *(obj.subject or ())]
    if file is not None:
        words += [file.filename, full_text.of(file)]
    return " ".join(filter(None, words))
