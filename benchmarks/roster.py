"""Time naming a client on a large matter, against Plone's own way of sharing the same documents.

zconsole run zope.conf benchmarks/roster.py prints two numbers: CPU milliseconds of inviting, with commit,
and of a local role with `reindexObjectSecurity`, with commit.
"""

import time
import transaction
from collective.clientportal.domain import participants
from plone import api
from Testing.makerequest import makerequest
from zope.component.hooks import setSite
from zope.globalrequest import setRequest


ROUNDS = 3


def spent(act, number):
    """Return the CPU milliseconds that `act(number)` and its commit took."""
    start = time.process_time()
    act(number)
    transaction.commit()
    return 1000 * (time.process_time() - start)


def invite(number):
    """Name a known client on the matter."""
    participants.invite(matter, f"client{number + 1}@mail.example")


def share(number):
    """Give a person a local role on a folder that holds as many documents."""
    copy.manage_setLocalRoles(f"somebody-{number}", ["Reader"])
    copy.reindexObjectSecurity()


root = makerequest(app)  # noqa: F821 - zconsole provides `app`
setRequest(root.REQUEST)
site = root["Plone"]
setSite(site)
[matter] = [m for m in site["matters"].objectValues() if m.reference == "99/00000"]
with api.env.adopt_user(username="admin"):
    copy = api.content.create(site, "Folder", "copy")
    for number in range(len(matter.objectIds())):
        api.content.create(copy, "File", id=f"schreiben-{number}")
    transaction.commit()
    shared = min(spent(share, number) for number in range(ROUNDS))
with api.env.adopt_user(username="meyer@kanzlei-meyer.example"):
    invited = min(spent(invite, number) for number in range(ROUNDS))
print(f"{invited:.2f} {shared:.2f}")
app._p_jar.db().close()  # noqa: F821 - saves the index
