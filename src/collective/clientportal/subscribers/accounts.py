"""A new password ends what began with the old one."""

from collective.clientportal.domain import accounts
from collective.clientportal.domain import registers
from zope.component.hooks import getSite


def password_changed(event):
    """End the person's sessions, in sites with a portal."""
    if registers.installed(getSite()):
        accounts.end_sessions(event.principal.getId())
