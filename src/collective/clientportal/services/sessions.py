"""Ending a session."""

from collective.clientportal import _
from collective.clientportal.domain.errors import Refused
from collective.clientportal.services.base import WriteService
from plone.restapi.services.auth.logout import Logout


class LogoutPost(WriteService, Logout):
    """POST /@logout: make a token worth nothing.

    plone.restapi's own service answers the same, but plone.protect drops what it has written.
    """

    status = 204

    def check_permission(self):
        """Ask for none: whoever has a token may give it back, and clients may not use plone.restapi."""

    def reply(self):
        """Forget the token; answer 204. Raises Refused where there is none."""
        Logout.reply(self)
        if self.request.response.getStatus() == 400:
            raise Refused(_("error_no_token", default="There is no such token."))
