"""Beginning and ending a session by token."""

from collective.clientportal import _
from collective.clientportal.domain import sessions
from collective.clientportal.domain.errors import Refused
from collective.clientportal.pas import passwords
from collective.clientportal.services.base import WriteService
from DateTime import DateTime
from plone import api
from plone.protect.interfaces import IDisableCSRFProtection
from plone.restapi.services.auth.logout import Logout
from zope.i18n import translate
from zope.interface import alsoProvides


class LoginPost(WriteService):
    """POST /@login: name and password, and a code where there is a second factor, for a token.

    plone.restapi's own service tells by its time whether there is such a name, and asks for no code.
    """

    def reply(self):
        """Return {"token": ...}; 401 with a reason, 429 with Retry-After."""
        data = self.body()
        login, password = self.text(data, "login"), self.text(data, "password")
        if not (login and password):
            raise Refused(_("error_no_credentials", default="Please send `login` and `password`."))
        users = api.portal.get_tool("acl_users")
        attempt = users[passwords.PLUGIN_ID].by_password(login, password, self.text(data, "otp"))
        if attempt.wait:
            self.request.response.setHeader("Retry-After", str(attempt.wait))
            return self._refuse(
                429, "TooManyRequests", _("error_too_often", default="This was tried too often.")
            )
        if attempt.asks_code_of:
            message = _(
                "error_code_wanted",
                default="A code is wanted besides the password: send one that is right as `otp`.",
            )
            return self._refuse(401, "CodeWanted", message)
        if not attempt.user_id:
            message = _("error_bad_credentials", default="Wrong login name or password.")
            return self._refuse(401, "Unauthorized", message)
        user = api.user.get(userid=attempt.user_id)
        user.setMemberProperties({"login_time": DateTime()})
        sessions.forget_expired_tokens(attempt.user_id)
        payload = {"fullname": user.getProperty("fullname")}
        return {"token": users.jwt_auth.create_token(attempt.user_id, data=payload)}

    def _refuse(self, status, kind, message):
        self.request.response.setStatus(status)
        return {"type": kind, "message": translate(message, context=self.request)}


class LogoutPost(Logout):
    """POST /@logout: the token is worth nothing afterwards.

    plone.restapi's own service answers the same, but plone.protect drops what it has written.
    """

    def reply(self):
        """Forget the token; 204, or 400 where there is none."""
        alsoProvides(self.request, IDisableCSRFProtection)
        return super().reply()
