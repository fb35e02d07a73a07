"""Set the mail server of a site: zconsole run zope.conf benchmarks/mail_settings.py PORT (0: mail is off)."""

import sys
import transaction
from collective.clientportal.domain import notice_texts
from collective.clientportal.domain import registers
from plone import api
from zope.component.hooks import setSite


port = int(sys.argv[-1])
setSite(app["Plone"])  # noqa: F821 - zconsole provides `app`
api.portal.set_registry_record("plone.smtp_host", "127.0.0.1")
api.portal.set_registry_record("plone.smtp_port", port or 1)
if not port:
    registers.registers().notices_off.update([notice_texts.MESSAGE, notice_texts.REPLY])
transaction.commit()
app._p_jar.db().close()  # noqa: F821 - saves the index
