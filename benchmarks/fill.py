"""Fill a demo site for the benchmarks: zconsole run zope.conf benchmarks/fill.py MATTERS DOCUMENTS

MATTERS matters, each with its portal on, one of 200 clients, and a message that awaits something; the
first also holds DOCUMENTS internal documents. All through domain functions, committed in steps.
"""

import sys
import transaction
from collective.clientportal.domain import documents
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import participants
from collective.clientportal.domain.messages import Draft
from collective.clientportal.domain.uploads import Upload
from io import BytesIO
from plone import api
from Testing.makerequest import makerequest
from zope.component.hooks import setSite
from zope.globalrequest import setRequest


EXPECTS = ("acknowledge", "reply", "reply_with_file")
CLIENTS = 200
STEP = 50


def fill(site, count, document_count):
    """Make the matters and documents."""
    for number in range(count):
        matter = matters.create(
            site["matters"], f"Sache {number}", f"99/{number:05}", ["meyer"], ["schmitt"]
        )
        matters.switch_portal(matter, True)
        address = f"client{number % CLIENTS}@mail.example"
        client = participants.invite(matter, address, f"Klient {number % CLIENTS}", "Mandant")
        messages.send(matter, Draft("Bitte antworten."), EXPECTS[number % 3], [client.id])
        if number == 0:
            for start in range(0, document_count, STEP):
                uploads = [
                    Upload(f"Schreiben {start + n}.txt", "text/plain", BytesIO(b"Guten Tag"))
                    for n in range(min(STEP, document_count - start))
                ]
                documents.add_internal(matter, uploads)
                transaction.commit()
        if number % STEP == STEP - 1:
            transaction.commit()
    transaction.commit()


root = makerequest(app)  # noqa: F821 - zconsole provides `app`
setRequest(root.REQUEST)
setSite(root["Plone"])
with api.env.adopt_user(username="meyer@kanzlei-meyer.example"):
    fill(root["Plone"], int(sys.argv[-2]), int(sys.argv[-1]))
app._p_jar.db().close()  # noqa: F821 - saves the index, or the server must scan the database
