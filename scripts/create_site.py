"""Create the Plone site and its demo firm where they are missing.

Run by `make start`: zconsole run instance/etc/zope.conf scripts/create_site.py
Each step is committed by itself and looks first whether it is done, so that a run that broke off is
continued by the next one.
"""

import logging
import os
import transaction
from plone.distribution.api import site as site_api
from plone.registry.interfaces import IRegistry
from zope.component import getUtility
from zope.component.hooks import setSite


SITE_ID = "Plone"
ANSWERS = {
    "site_id": SITE_ID,
    "title": "Kanzlei Meyer & Kollegen",
    "description": "",
    "default_language": "de",
    "portal_timezone": "Europe/Berlin",
    "setup_content": False,
}
PROFILES = ("collective.clientportal:default", "collective.clientportal:demo")
BASE_URL = os.environ.get("CLIENTPORTAL_BASE_URL", "http://localhost:8080/Plone")
BASE_URL_RECORD = "collective.clientportal.base_url"

WELCOME = f"""
  {BASE_URL}

  administrator   admin                                admin
  handler         meyer@kanzlei-meyer.example          mandantenportal
  handler         krause@kanzlei-meyer.example         mandantenportal
  assistant       schmitt@kanzlei-meyer.example        mandantenportal
  on no matter    vogel@kanzlei-meyer.example          mandantenportal
  client          anna.berger@mail.example             mandantenportal
  client          thomas.berger@mail.example           mandantenportal  (same matter, other party)
  client          petra.winkler@mail.example           mandantenportal
"""


def apply_profile(site, profile):
    """Apply a profile unless it is applied; its metadata.xml must hold a version."""
    setup = site.portal_setup
    if setup.getLastVersionForProfile(profile) == "unknown":
        print(f"Applying {profile} ...", flush=True)
        setup.runAllImportStepsFromProfile(f"profile-{profile}")
        transaction.commit()
    elif setup.listUpgrades(profile):
        print(f"Upgrading {profile} ...", flush=True)
        setup.upgradeProfile(profile)
        transaction.commit()


def set_base_url():
    """Write the address that links in mails begin with."""
    registry = getUtility(IRegistry)
    if BASE_URL_RECORD in registry.records and registry[BASE_URL_RECORD] != BASE_URL:
        registry[BASE_URL_RECORD] = BASE_URL
        transaction.commit()


def main(app):
    """Bring the database to the state described above and say where the portal is."""
    if SITE_ID not in app.objectIds():
        print(f"Creating the site {SITE_ID} ...", flush=True)
        logging.disable(logging.WARNING)  # Plone's own profiles warn ten times about nothing
        site_api.create(app, "classic", ANSWERS)  # commits
        logging.disable(logging.NOTSET)
    site = app[SITE_ID]
    setSite(site)
    for profile in PROFILES:
        apply_profile(site, profile)
    set_base_url()
    print(WELCOME, flush=True)


main(app)  # noqa: F821 - zconsole provides `app`
app._p_jar.db().close()  # noqa: F821 - saves the index, or the server must scan the database
