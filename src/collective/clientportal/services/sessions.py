"""Ending a session."""

from plone.protect.interfaces import IDisableCSRFProtection
from plone.restapi.services.auth.logout import Logout
from zope.interface import alsoProvides


class LogoutPost(Logout):
    """POST /@logout: the token is worth nothing afterwards.

    plone.restapi's own service answers the same, but plone.protect drops what it has written.
    """

    def check_permission(self):
        """Ask for none: whoever has a token may give it back, and clients may not use plone.restapi."""

    def reply(self):
        """Forget the token; 204, or 400 where there is none."""
        alsoProvides(self.request, IDisableCSRFProtection)
        return super().reply()
