"""Bytes of stored files: by nginx where it stands in front and can read them, else by Zope."""

import os
from pathlib import Path
from plone.namedfile.utils import stream_data
from urllib.parse import quote


# The location in etc/nginx/clientportal-blobs.conf.
LOCATION = "/clientportal-blobs/"


def send(request, file):
    """Return the body of an answer that holds the bytes of a stored file.

    Where the environment names the folder of the blobs (CLIENTPORTAL_BLOBS), the body is empty: nginx puts
    the file in its place, and this process is free for somebody else.
    """
    place = _place(file)
    if place is not None:
        request.response.setHeader("Content-Length", "0")
        request.response.setHeader("X-Accel-Redirect", f"{LOCATION}{quote(place)}")
        return ""
    return "" if request.method == "HEAD" else stream_data(file)


def _place(file):
    """Return the path of a file below the folder that nginx reads; None where it lies elsewhere."""
    folder = os.environ.get("CLIENTPORTAL_BLOBS")
    blob = getattr(file, "_blob", None)
    if not folder or blob is None or blob._p_blob_uncommitted:
        return None
    path = Path(os.path.realpath(blob.committed()))
    root = os.path.realpath(folder)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else None
