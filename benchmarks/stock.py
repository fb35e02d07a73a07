"""A second site in the database, as Plone makes it: what our pages are measured against.

Run by zconsole. It holds a folder with twenty documents that a member may read.
"""

import logging
import transaction
from plone import api
from plone.distribution.api import site as site_api
from Testing.makerequest import makerequest
from zope.component.hooks import setSite
from zope.globalrequest import setRequest


ANSWERS = {
    "site_id": "stock",
    "title": "Stock",
    "description": "",
    "default_language": "de",
    "portal_timezone": "Europe/Berlin",
    "setup_content": False,
}


def main(app):
    """Make the site, unless it is there."""
    if "stock" in app.objectIds():
        return
    logging.disable(logging.WARNING)
    site_api.create(app, "classic", ANSWERS)
    root = makerequest(app)
    setRequest(root.REQUEST)
    site = root["stock"]
    setSite(site)
    with api.env.adopt_roles(["Manager"]):
        api.user.create("member@else.example", "member", "mandantenportal")
        listed = api.content.create(site, "Folder", "listed")
        for number in range(20):
            api.content.create(listed, "Document", f"seite-{number}", title=f"Seite {number}")
        listed.manage_setLocalRoles("member", ["Reader"])
        listed.reindexObjectSecurity()
    transaction.commit()


main(app)  # noqa: F821 - zconsole provides `app`
app._p_jar.db().close()  # noqa: F821 - saves the index
