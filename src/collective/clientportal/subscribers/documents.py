"""The hash of a document is taken when its bytes come in, so that releasing reads nothing."""

from collective.clientportal.domain import documents


def stored(document, event):
    """Take in the file of an internal document."""
    documents.keep(document)
