"""Verify the hash chain of every matter's journal and name the first bad entry of each.

Run by `make verify-journal`: zconsole run instance/etc/zope-readonly.conf scripts/verify_journal.py
It exits with 1 where a chain is broken. The server may be running.
"""

import sys
from collective.clientportal.domain import journal
from collective.clientportal.domain import registers
from Products.CMFCore.interfaces import ISiteRoot
from zope.component.hooks import setSite


def verify(site):
    """Print a line for each matter of `site`; return how many chains are broken."""
    setSite(site)
    broken = 0
    for path in registers.registers().matters.values():
        matter = site.unrestrictedTraverse(path)
        try:
            print(f"ok      {matter.reference}: {journal.verify(matter)} entries")
        except journal.BrokenChain as problem:
            print(f"BROKEN  {problem}")
            broken += 1
    return broken


def main(app):
    """Verify every site of the database; return the exit code."""
    sites = [site for site in app.objectValues() if ISiteRoot.providedBy(site)]
    return 1 if sum(verify(site) for site in sites if registers.installed(site)) else 0


sys.exit(main(app))  # noqa: F821 - zconsole provides `app`
