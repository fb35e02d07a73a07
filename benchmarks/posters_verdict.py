"""Judge what `make posters` left: zconsole run zope.conf benchmarks/posters_verdict.py THREAD

Prints JSON: how often each text of a client is stored, how many notices were written for them, entries
of the journal that verified, and what the outbox is about.
"""

import json
import sys
from collections import Counter
from collective.clientportal.domain import journal
from collective.clientportal.domain import registers
from zope.component.hooks import setSite


site = app["Plone"]  # noqa: F821 - zconsole provides `app`
setSite(site)
thread = site.unrestrictedTraverse(sys.argv[-1])
texts = Counter(m.text for m in thread.messages.values() if m.text.startswith("Nachricht "))
entries = registers.registers().outbox.values()
replies = [e.item for e in entries if e.event == "reply" and e.target == thread.getId()]
print(
    json.dumps(
        {
            "stored": len(texts),
            "more_than_once": sum(count > 1 for count in texts.values()),
            "notices": len(replies),
            "notices_twice": len(replies) - len(set(replies)),
            "journal": journal.verify(thread.aq_parent),
        }
    )
)
