"""The quarantine: files in which the virus scanner found something, kept aside from every matter.

Whoever manages the portal sees who sent what, when, to which matter, and may delete it; the bytes leave
the database by no route.
"""

import os
import shutil
from collections.abc import Iterator
from collective.clientportal import _
from collective.clientportal.content import blobs
from collective.clientportal.content.matter import Matter
from collective.clientportal.content.registers import QuarantinedFile
from collective.clientportal.domain import access
from collective.clientportal.domain import file_names
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.registers import now
from collective.clientportal.domain.registers import registers
from collective.clientportal.domain.registers import time_id
from collective.clientportal.events import FileQuarantined
from collective.clientportal.events import FileRecord
from plone import api
from transaction import TransactionManager
from typing import BinaryIO
from zope.component.hooks import setSite
from zope.event import notify


TRIES = 10


def keep_aside(
    matter: Matter, filename: str, stream: BinaryIO, sha256: str, signature: str
) -> None:
    """Keep a file that was on its way into `matter`, in a transaction of its own.

    That of the act is taken back: it was refused. The same file of the same person is kept once.
    """
    site = api.portal.get()
    actor = access.current_user_id()
    manager = TransactionManager()
    connection = site._p_jar.db().open(transaction_manager=manager)
    try:
        for attempt in manager.attempts(TRIES):
            with attempt:
                root = connection.root()["Application"]
                setSite(root.unrestrictedTraverse(site.getPhysicalPath()))
                there = root.unrestrictedTraverse(matter.getPhysicalPath())
                _put(there, actor, filename, stream, sha256, signature)
    finally:
        setSite(site)
        manager.abort()
        connection.close()
        stream.seek(0)


def listing() -> Iterator[QuarantinedFile]:
    """Yield all files, newest first; for those who manage the portal."""
    access.require(access.MANAGE_PORTAL, api.portal.get())
    return iter(reversed(list(registers().quarantine.values())))


def delete(file_id: str) -> None:
    """Delete a file for good; for those who manage the portal. Raises NotThere."""
    access.require(access.MANAGE_PORTAL, api.portal.get())
    key = int(file_id) if file_id.isdecimal() else -1
    if registers().quarantine.pop(key, None) is None:
        raise NotThere(_("error_no_quarantined", default="There is no such file in quarantine."))


def _put(
    matter: Matter, actor: str, filename: str, stream: BinaryIO, sha256: str, signature: str
) -> None:
    uid = api.content.get_uuid(matter)
    quarantine = registers().quarantine
    if any(
        (kept.by, kept.matter, kept.sha256) == (actor, uid, sha256) for kept in quarantine.values()
    ):
        return
    key = time_id()
    name = file_names.safe(filename)
    size = stream.seek(0, os.SEEK_END)
    kept = QuarantinedFile(str(key), now(), actor, uid, name, size, sha256, signature)
    stream.seek(0)
    with blobs.writer(kept.blob) as target:
        shutil.copyfileobj(stream, target)
    quarantine[key] = kept
    files = (FileRecord(kept.id, name, size, sha256),)
    notify(FileQuarantined(matter, actor, kept.id, (), files, {"signature": signature}))
