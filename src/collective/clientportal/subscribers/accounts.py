"""What becomes of sessions and ids when Plone changes or deletes a user."""

from collective.clientportal.domain import deactivation
from collective.clientportal.domain import registers
from collective.clientportal.domain import sessions
from zope.component.hooks import getSite


def password_changed(event):
    """End the person's sessions, in sites with a portal."""
    if registers.installed(getSite()):
        sessions.end(event.principal.getId())


def user_deleted(event):
    """Leave nothing open, in sites with a portal."""
    if registers.installed(getSite()):
        deactivation.retire(event.principal)


def user_created(event):
    """Refuse an id that somebody had before, in sites with a portal."""
    if registers.installed(getSite()):
        deactivation.check_new_id(event.principal.getId())


def settings_changed(settings, event):
    """Let the session's cookie follow the base address of the portal."""
    if event.record.fieldName == "base_url":
        sessions.follow_base_url()
