"""Beginning and ending a session by token."""

import secrets
from collective.clientportal import _
from collective.clientportal.domain import sessions
from collective.clientportal.domain.errors import Refused
from collective.clientportal.pas import passwords
from collective.clientportal.services import fields
from collective.clientportal.services import schemas
from collective.clientportal.services.base import WriteService
from collective.clientportal.services.fields import Body
from collective.clientportal.services.fields import Field
from DateTime import DateTime
from plone import api
from plone.restapi.services.auth.logout import Logout
from zope.i18n import translate


class LoginPost(WriteService):
    """POST /@login: name and password, and a code where there is a second factor, for a token.

    plone.restapi's own service tells by its time whether there is such a name, and asks for no code.
    """

    bodies = (
        Body(
            "Name, password, and a code where there is a second factor",
            (
                Field("login", fields.text(320, minLength=1), "log-in name", required=True),
                Field("password", fields.text(4096, minLength=1), "password", required=True),
                Field("otp", fields.text(64), "code of the app, or a recovery code", default=""),
            ),
        ),
    )
    answer = schemas.record({"token": schemas.TEXT})
    refusals = {"429": "Tried too often: `Retry-After` tells how many seconds to wait"}

    def reply(self):
        """Return {"token": ...}; 401 with a reason, 429 with Retry-After."""
        data = self.body()
        users = api.portal.get_tool("acl_users")
        gate = users[passwords.PLUGIN_ID]
        attempt = gate.by_password(data["login"], data["password"], data["otp"])
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
        # Two of one second would be one token, and log out together.
        payload = {"fullname": user.getProperty("fullname"), "jti": secrets.token_hex(16)}
        return {"token": users.jwt_auth.create_token(attempt.user_id, data=payload)}

    def _refuse(self, status, kind, message):
        self.request.response.setStatus(status)
        return {"type": kind, "message": translate(message, context=self.request)}


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
