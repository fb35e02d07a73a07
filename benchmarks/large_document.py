"""Release a document of BYTES, print its path: zconsole run zope.conf benchmarks/large_document.py BYTES"""

import data
import sys
import tempfile
import transaction
from collective.clientportal.domain import documents
from collective.clientportal.domain import rosters
from collective.clientportal.domain import sharing
from collective.clientportal.domain.uploads import Upload
from loader import act_as
from plone import api
from Testing.makerequest import makerequest
from zope.component.hooks import setSite
from zope.globalrequest import setRequest


root = makerequest(app)  # noqa: F821 - zconsole provides `app`
setRequest(root.REQUEST)
setSite(root["Plone"])
act_as("meyer")
matter = data.by_reference("98/P")
api.portal.set_registry_record("collective.clientportal.staff_upload_megabytes", 4096)
with tempfile.TemporaryFile() as stream:
    stream.truncate(int(sys.argv[-1]))
    upload = Upload("Aufnahme.bin", "application/octet-stream", stream)
    [original] = documents.add_internal(matter, [upload])
    transaction.commit()
folder = rosters.folders(matter)[0].UID()
[document] = sharing.release(matter, [original.UID()], folder).documents
transaction.commit()
print("/".join(document.getPhysicalPath()[2:]))
app._p_jar.db().close()  # noqa: F821 - saves the index
