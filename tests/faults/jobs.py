"""What a fork of the zygote does: found a firm, serve, send, look."""

import json
import os
import time
import transaction
import Zope2
from collective.clientportal import worker
from collective.clientportal.domain import outbox
from datetime import timedelta
from faults import observer
from pathlib import Path
from plone import api
from Products.CMFCore.interfaces import ISiteRoot
from Testing.makerequest import makerequest
from zope.component.hooks import setSite
from Zope2.Startup.run import configure_wsgi
from Zope2.Startup.serve import ServeCommand


SITE = "Plone"
ANSWERS = {
    "site_id": SITE,
    "title": "Kanzlei",
    "description": "",
    "default_language": "de",
    "portal_timezone": "Europe/Berlin",
    "setup_content": False,
}


def serve(instance, port, worker_="on", lease=None):
    """Be a server on `port`, with the workers in it ("on") or without ("off"); `lease` as in `hasten`."""
    os.environ["CLIENTPORTAL_WORKER"] = worker_
    hasten(lease)
    ServeCommand(["runwsgi", str(instance / "etc" / "zope.ini"), f"http_port={port}"], True).run()


def send(instance, lease=None):
    """Be a sender of its own: the workers without a server."""
    os.environ["CLIENTPORTAL_WORKER"] = "off"
    hasten(lease)
    _application(instance, "zope.conf")
    os.environ["CLIENTPORTAL_WORKER"] = "on"
    worker.start(None)
    while True:
        time.sleep(3600)


def hasten(lease):
    """Have leases end after `lease` seconds (None: as ever), and tries and rounds follow at once."""
    if lease is not None:
        outbox.LEASE = timedelta(seconds=lease)
        outbox.PAUSES = [timedelta(seconds=0.5)]
        worker.PAUSE = 0.2


def found(instance, out, smtp_port):
    """Make a site with the cast of the tests and some threads; tell its addresses."""
    from collective.clientportal.domain import messages
    from conftest import build
    from plone.app.testing import applyProfile
    from plone.distribution.api import site as site_api

    app = _application(instance, "zope.conf")
    site = site_api.create(app, "classic", ANSWERS)
    setSite(site)
    applyProfile(site, "collective.clientportal:default")
    firm = build(site)
    api.portal.set_registry_record("plone.smtp_host", "127.0.0.1")
    api.portal.set_registry_record("plone.smtp_port", smtp_port)
    threads = []
    with firm.as_user("handler"):
        clients = [firm.people["anna"], firm.people["thomas"]]
        for number in range(3):
            draft = messages.Draft(f"Beginn {number}")
            threads.append(messages.send(firm.matter, draft, "acknowledge", clients)[0])
    transaction.commit()

    def path(obj):
        return "/".join(obj.getPhysicalPath())

    _answer(
        out,
        {
            "people": firm.people,
            "matter": path(firm.matter),
            "folder": path(firm.everybodys),
            "folder_uid": firm.everybodys.UID(),
            "threads": [thread.getId() for thread in threads],
            "readers": clients,
            "team": ["handler", "assistant"],
        },
    )
    Zope2.DB.close()


def look(instance, out):
    """Tell everything that the database holds, opened afresh for reading only."""
    app = _application(instance, "zope-readonly.conf")
    _answer(out, observer.everything(_site(app)))


def _application(instance, configuration):
    configure_wsgi(str(instance / "etc" / configuration))
    app = makerequest(Zope2.app())
    for site in app.objectValues():
        if ISiteRoot.providedBy(site):
            setSite(site)
    return app


def _site(app):
    return app[SITE]


def _answer(out, answer):
    unfinished = Path(f"{out}.new")
    unfinished.write_text(json.dumps(answer))
    unfinished.rename(out)
