"""Stored files that a snapshot can share: writing makes a new blob and leaves the old one alone."""

from collective.clientportal.content import blobs
from plone.namedfile.file import NamedBlobFile
from plone.namedfile.file import NamedBlobImage
from ZODB.blob import Blob


class CopyOnWrite:
    """Keeps bytes that somebody else shares as they are, however this file is written to.

    plone.namedfile writes new bytes into the same blob when code sets `data` or opens it for writing.
    `sha256` is the hash of the bytes, taken when they came in.
    """

    def _renew(self):
        self._blob = Blob()
        for known in ("sha256", "size"):
            self.__dict__.pop(known, None)

    def _setData(self, data):
        self._renew()
        super()._setData(data)

    data = _data = property(NamedBlobFile._getData, lambda self, data: self._setData(data))

    def open(self, mode="r"):
        """Open the bytes for reading, or new ones for writing."""
        if mode != "r":
            self._renew()
            return blobs.writer(self._blob)
        return super().open(mode)


class VersionedFile(CopyOnWrite, NamedBlobFile):
    """A file of a matter."""


class VersionedImage(CopyOnWrite, NamedBlobImage):
    """An image of a matter."""


def versioned(file):
    """Return `file` as one that can be shared: the same name, type and blob."""
    cls = VersionedImage if isinstance(file, NamedBlobImage) else VersionedFile
    copy = cls.__new__(cls)
    copy.__setstate__(dict(file.__getstate__()))
    return copy
