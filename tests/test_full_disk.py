"""A disk that is full: 507 in words, nothing half stored, reading goes on, no mend is needed (issue 5, 2).

The disk is a real one of a few hundred kilobytes. tests/faults fills the one under a whole server.
"""

import base64
import os
import pytest
import re
import subprocess
import tempfile
import transaction
from collective.clientportal import edge
from conftest import PDF
from zExceptions import BadRequest


LARGE = b"%PDF-" + bytes(3_000_000)  # too long to be held in memory by the server
MIDDLE = b"%PDF-" + bytes(400_000)  # short enough
END = b"%PDF-" + bytes(
    220_000
)  # only its end finds no room: the disk takes a part of what is written

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a disk")


@pytest.fixture
def small_disk():
    """A function: folder → a disk of 200 kB is mounted there; called again: it is gone."""
    mounted = []

    def small_disk_(path, size="200k"):
        options = f"size={size},mode=1777"
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path])
        if done.returncode:
            pytest.skip("no disk can be mounted here")
        mounted.append(path)

    def remove():
        while mounted:
            subprocess.run(["umount", "-l", mounted.pop()], check=True)

    small_disk_.remove = remove
    yield small_disk_
    remove()


def fill_temporary(live, small_disk, tmp_path, monkeypatch):
    """Let what is on its way in find no room; returns where it waits."""
    small_disk(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def fill_blobs(live, small_disk, tmp_path, monkeypatch):
    """Let the storage find no room for files; returns where they wait."""
    storage = live.portal._p_jar.db().storage
    waiting = storage.temporaryDirectory()
    base = os.path.dirname(waiting)
    small_disk(base)
    os.mkdir(waiting)
    with open(os.path.join(base, ".layout"), "w") as layout:
        layout.write("bushy")
    return waiting


@pytest.mark.parametrize("fill", [fill_temporary, fill_blobs])
@pytest.mark.parametrize("data", [LARGE, MIDDLE, END], ids=["large", "middle", "end"])
def test_no_room(fill, data, live, send, rest, html, small_disk, tmp_path, monkeypatch):
    """By page and by REST, wherever the bytes are when the room ends."""
    before = live.release(live.add(data=PDF)).documents[0].absolute_url()
    thread = send().absolute_url()
    transaction.commit()
    anna, page = rest("anna"), html("anna")
    form = page.get(f"{live.annas.absolute_url()}/@@portal").text
    token = re.search(r'name="_authenticator"[^>]*value="(\w+)"', form)[1]
    waiting = fill(live, small_disk, tmp_path, monkeypatch)

    answer = page.post(
        f"{live.annas.absolute_url()}/@@upload",
        data={"_authenticator": token},
        files={"files": ("Plan.pdf", data, "application/pdf")},
        headers={"Accept-Language": "en"},
    )
    assert answer.status_code == 507
    assert "The server has no room left" in answer.text
    assert "waitress" not in answer.text
    handler = rest("handler")
    file = {"filename": "a.pdf", "encoding": "base64", "data": base64.b64encode(data).decode()}
    answer = handler.post(live.matter.absolute_url(), json={"@type": "File", "file": file})
    assert answer.status_code == 507
    assert answer.json()["type"] == "InsufficientStorage"
    answer = anna.post(f"{thread}/@messages", json={"text": "x", "attachments": [file]})
    assert answer.status_code == 507
    # What is there can be read, and what is small can be written.
    assert anna.get("@portal").status_code == 200
    if fill is fill_temporary:
        assert page.get(f"{before}/@@download").content == PDF
    assert [name for name in os.listdir(waiting) if name.startswith(("BUC", "tmp"))] == []

    small_disk.remove()
    monkeypatch.undo()
    answer = page.post(
        f"{live.annas.absolute_url()}/@@upload",
        data={"_authenticator": token},
        files={"files": ("Plan.pdf", data, "application/pdf")},
    )
    assert answer.status_code == 302
    transaction.begin()
    assert [file.title for file in live.annas.objectValues()].count("Plan.pdf") == 1


def test_no_room_for_a_body_on_its_way_in(live, send, rest, small_disk, tmp_path, monkeypatch):
    """The answer comes, also where what was already there cannot even be closed."""
    thread = send().absolute_url()
    small_disk(tmp_path, "1m")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    anna = rest("anna")
    for more in range(10):
        body = {"text": "x", "attachments": [], "more": "x" * (1_500_000 + more * 1_111)}
        assert anna.post(f"{thread}/@messages", json=body).status_code == 507


def test_what_is_told_from_an_error():
    """A disk that is full may be far behind what is raised."""
    for deep in (OSError(28, "No space left on device"), OSError(122, "Disk quota exceeded")):
        try:
            try:
                raise deep
            except OSError as error:
                raise ValueError("half a form") from error
        except ValueError as error:
            assert edge.is_full(error)
    assert not edge.is_full(OSError(2, "No such file"))
    assert not edge.is_full(BadRequest("x"))
    assert not edge.is_full(None)
