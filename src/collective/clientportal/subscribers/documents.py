"""The hash of a document is taken when its bytes come in, so that releasing reads nothing."""

from collective.clientportal.domain import access
from collective.clientportal.domain import documents


def stored(document, event):
    """Take the hash of an internal document of a matter."""
    if access.matter_of(document) is not None:
        documents.keep(document)
