"""Serve the portal with a demo firm from several processes, until Ctrl-C: make start-cluster

start_cluster.py FOLDER PORT
"""

import fcntl
import signal
import sys
import time
from cluster import Cluster
from pathlib import Path


def main(folder, port):
    """Make what is missing, start all, watch over it; return the exit code."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("The cluster is running; stop it first.")
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    cluster = Cluster(folder, port)
    try:
        cluster.make()
        print("Starting three Zope clients, a sender and nginx ...", flush=True)
        cluster.start()
        for name, part in cluster.parts.items():
            print(f"  {name:<10} process {part.popen.pid}, log {part.log}")
        print(f"\n  {cluster.url}\n", flush=True)
        while True:
            time.sleep(1)
            for name, part in cluster.parts.items():
                if not part.running:
                    print(f"{name} ended ({part.popen.returncode}); starting it again.", flush=True)
                    part.start()
    except KeyboardInterrupt:
        print("Stopping ...", flush=True)
        return 0
    finally:
        cluster.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
