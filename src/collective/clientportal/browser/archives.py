"""Everything that a person may see in a matter or a folder, as one ZIP file."""

import os
from collective.clientportal import _
from collective.clientportal.browser.documents import set_headers
from collective.clientportal.domain import access
from collective.clientportal.domain import file_names
from collective.clientportal.domain import sharing
from collective.clientportal.domain.errors import NotThere
from plone.protect import CheckAuthenticator
from Products.Five.browser import BrowserView
from zipstream import ZipStream
from zope.interface import implementer
from ZPublisher.Iterators import IStreamIterator


class Archive(BrowserView):
    """The documents of some folders as a ZIP file, a folder in it for each; none that the person may not see.

    POST only: it is the client's own click, and each document counts as fetched.
    """

    def __call__(self):
        """Return the ZIP file as a stream; GET leads to the page."""
        if self.request.method != "POST":
            return self.request.response.redirect(f"{self.context.absolute_url()}/@@portal")
        CheckAuthenticator(self.request)
        found = [(folder, access.documents(folder)) for folder in self.folders()]
        found = [(folder, shown) for folder, shown in found if shown]
        if not found:
            raise NotThere(_("error_not_there", default="This is not there."))
        archive = ZipStream(sized=True)
        for name, document in named(found):
            sharing.fetched(document)
            archive.add_path(document.file._blob.committed(), name, recurse=False)
        name = f"{file_names.portable_folder(self.title())}.zip"
        set_headers(self.request, name, "application/zip", len(archive))
        return ArchiveStream(archive)

    def folders(self):
        """Return the folders."""
        raise NotImplementedError

    def title(self):
        """Return what the file is called after."""
        raise NotImplementedError


class MatterArchive(Archive):
    """Everything in a matter."""

    def folders(self):
        """Return those folders that the person may see."""
        return access.folders(self.context)

    def title(self):
        """Return the reference and the title."""
        return f"{self.context.reference} {self.context.title}"


class FolderArchive(Archive):
    """Everything in a folder."""

    def folders(self):
        """Return the folder."""
        return [self.context]

    def title(self):
        """Return the title."""
        return self.context.title


@implementer(IStreamIterator)
class ArchiveStream:
    """A ZIP file on its way out: it holds paths and names, and asks the database for nothing."""

    def __init__(self, archive):
        self._size = len(archive)
        self._blocks = iter(archive)

    def __len__(self):
        return self._size

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._blocks)


def named(found):
    """Yield (path in the ZIP file, document) for (folder, documents); each path is safe and there once."""
    taken = set()
    for folder, shown in found:
        place = _free("", file_names.portable_folder(folder.title), "", taken)
        for document in shown:
            stem, ending = os.path.splitext(file_names.portable(document.file.filename or ""))
            yield _free(f"{place}/", stem, ending, taken), document


def _free(place, stem, ending, taken):
    """Return a path, with a number where it is taken; it is taken from now on.

    Some systems do not tell capitals from small letters.
    """
    free, number = f"{place}{stem}{ending}", 1
    while free.casefold() in taken:
        number += 1
        free = f"{place}{stem} ({number}){ending}"
    taken.add(free.casefold())
    return free
