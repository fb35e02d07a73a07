"""The console script `clientportal-sender`: seals and sends in a process of its own, beside the servers.

For sites with several Zope processes, which then run with CLIENTPORTAL_WORKER=off. A second sender is
allowed and useful where one machine may fail: no mail goes out twice.
"""

import argparse
import logging
import os
import signal
import sys
import threading
import Zope2
from collective.clientportal import logs
from collective.clientportal import worker
from Zope2.Startup.run import make_wsgi_app


logger = logging.getLogger("collective.clientportal.sender")


def main(args=None):
    """Run until SIGTERM or SIGINT; a mail that is being sent is sent first. Returns the exit code."""
    parser = argparse.ArgumentParser(
        description="Seal the journals and send the mails of a client portal."
    )
    parser.add_argument("zope_conf", help="the zope.conf of an instance with the portal's database")
    options = parser.parse_args(args)
    handler = logging.StreamHandler()
    handler.setFormatter(logs.Formatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # Zope's start would start them, as in a server; this process does it itself, to end them in order.
    os.environ["CLIENTPORTAL_WORKER"] = "off"
    make_wsgi_app({}, options.zope_conf)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = worker.begin(stop)
    logger.info("Sealing and sending.")
    for thread in threads:
        thread.join()
    Zope2.DB.close()
    logger.info("Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
