"""Files are stored whole or not at all.

ZODB opens blobs unbuffered (`ZODB.blob.BlobFile` is an `io.FileIO`), whose `write` may take a part of the
bytes and tell so by its result only: https://docs.python.org/3.11/library/io.html#io.RawIOBase.write.
That is what happens when a disk fills up. plone.namedfile does not look at the result, so the end of a
file would be missing without a word.
"""

import io
from plone.namedfile import storages


def writer(blob):
    """Return the file into which new bytes of `blob` go; it raises OSError where there is no room for all."""
    return io.BufferedWriter(blob.open("w"))


class _Blob:
    """What the storages of plone.namedfile want of a blob, but that it is written whole."""

    def __init__(self, blob):
        self._blob = blob

    def open(self, mode):
        return writer(self._blob) if mode == "w" else self._blob.open(mode)


class _Whole:
    """Stores what plone.namedfile's storage of the same name stores."""

    def store(self, data, blob):
        """Put `data` into `blob`; raise OSError where there is no room for all of it."""
        super().store(data, _Blob(blob))


class BytesStorable(_Whole, storages.BytesStorable):
    """Of bytes."""


class TextStorable(_Whole, storages.TextStorable):
    """Of text."""


class FileChunkStorable(_Whole, storages.FileChunkStorable):
    """Of the pieces of a file that lies in the database."""


class BrowserFileUploadStorable(_Whole, storages.FileUploadStorable):
    """Of an upload by zope.publisher."""


class PDataStorable(_Whole, storages.PDataStorable):
    """Of the pieces of an old file of Zope."""


class FileUploadStorable(_Whole, storages.Zope2FileUploadStorable):
    """Of an upload by a form."""
