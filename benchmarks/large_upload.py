"""Send a file of MEGABYTES as a client in parts; print the server's memory: large_upload.py URL PID MEGABYTES

For the demo firm of `make start`; PID is the server's. The limit for clients is raised for it.
"""

import base64
import hashlib
import requests
import sys
import time
from pathlib import Path


MEGABYTE = 1024 * 1024
PART = 2 * MEGABYTE  # as portal.js sends them
CLIENT = ("anna.berger@mail.example", "mandantenportal")


def main(url, pid, megabytes):
    """Print the server's memory before and at its peak, and the seconds it took."""
    limit = {"collective.clientportal.client_upload_megabytes": megabytes}
    admin = {"auth": ("admin", "admin"), "headers": {"Accept": "application/json"}}
    requests.patch(f"{url}/@registry", json=limit, **admin).raise_for_status()
    client = requests.Session()
    client.headers.update({"Accept": "application/json", "Tus-Resumable": "1.0.0"})
    token = client.post(f"{url}/@login", json=dict(zip(("login", "password"), CLIENT, strict=True)))
    client.headers["Authorization"] = f"Bearer {token.json()['token']}"
    folder = next(
        folder
        for matter in client.get(f"{url}/@portal").json()["matters"]
        for folder in matter["folders"]
        if folder["may_upload"]
    )
    length, sent = megabytes * MEGABYTE, hashlib.sha256()
    name = base64.b64encode(b"Gutachten.pdf").decode()
    before = _memory(pid, "VmRSS")
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    started = time.monotonic()
    headers = {"Upload-Length": str(length), "Upload-Metadata": f"filename {name}"}
    begun = client.post(f"{folder['@id']}/@uploads", headers=headers)
    begun.raise_for_status()
    kind = "application/offset+octet-stream"
    for offset in range(0, length, PART):
        part = (b"%PDF-1.4 " + b"%015d\n" % offset * (PART // 16))[: min(PART, length - offset)]
        sent.update(part)
        headers = {"Upload-Offset": str(offset), "Content-Type": kind}
        last_began = time.monotonic()
        answer = client.patch(begun.headers["Location"], data=part, headers=headers)
        answer.raise_for_status()
    ended = time.monotonic()
    peak = _memory(pid, "VmHWM")
    stored = client.get(f"{url}/@portal").json()["matters"]
    found = [d for m in stored for f in m["folders"] for d in f["documents"]]
    assert sent.hexdigest() in [document["sha256"] for document in found], "not there, or not whole"
    print(
        f"{megabytes} MB in {ended - started:.0f} s, of that {ended - last_began:.0f} s for the last part "
        f"and storing it; the server: {before // MEGABYTE} MB before, {peak // MEGABYTE} MB at its peak"
    )


def _memory(pid, name):
    """Return a figure of a process in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise KeyError(name)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
