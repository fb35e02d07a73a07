"""Make the matter of `make posters`: zconsole run zope.conf benchmarks/posters_site.py POSTERS RUN SMTP_PORT

One thread to POSTERS clients, poster<n>.RUN@mail.example; prints its path below the site.
"""

import sys
import transaction
from collective.clientportal.domain import links
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import participants
from collective.clientportal.domain.messages import Draft
from plone import api
from Testing.makerequest import makerequest
from zope.component.hooks import setSite
from zope.globalrequest import setRequest


PASSWORD = "mandantenportal"


def make(site, count, run):
    """Return the thread."""
    matter = matters.create(site["matters"], "Sammelklage", f"99/{run}", ["meyer"])
    matters.switch_portal(matter, True)
    ids = []
    for number in range(count):
        address = f"poster{number}.{run}@mail.example"
        info = participants.invite(matter, address, f"Klient {number}", "")
        participants.activate(links.new(info.id, links.INVITATION), PASSWORD)
        ids.append(info.id)
    thread, _message = messages.send(matter, Draft("Bitte antworten."), "reply", ids)
    return thread


root = makerequest(app)  # noqa: F821 - zconsole provides `app`
setRequest(root.REQUEST)
site = root["Plone"]
setSite(site)
api.portal.set_registry_record("plone.smtp_host", "127.0.0.1")
api.portal.set_registry_record("plone.smtp_port", int(sys.argv[-1]))
with api.env.adopt_user(username="meyer@kanzlei-meyer.example"):
    made = make(site, int(sys.argv[-3]), sys.argv[-2])
transaction.commit()
print("/".join(made.getPhysicalPath()[2:]))
app._p_jar.db().close()  # noqa: F821
