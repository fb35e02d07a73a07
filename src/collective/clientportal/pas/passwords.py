"""An authentication plugin in place of Plone's own: every password and code goes through `domain.logins`.

PAS lets in whom any plugin knows, and none has a veto; so this one asks the user folder's passwords in
their stead, and they are asked by nobody else.
"""

from AccessControl.class_init import InitializeClass
from Acquisition import aq_inner
from Acquisition import aq_parent
from collective.clientportal.domain import logins
from collective.clientportal.domain import passwords
from collective.clientportal.domain.logins import Attempt
from collective.clientportal.subscribers import intake
from plone import api
from Products.PluggableAuthService.interfaces.authservice import IPluggableAuthService
from Products.PluggableAuthService.interfaces.plugins import IAuthenticationPlugin
from Products.PluggableAuthService.interfaces.plugins import IExtractionPlugin
from Products.PluggableAuthService.interfaces.plugins import IValidationPlugin
from Products.PluggableAuthService.plugins.BasePlugin import BasePlugin
from zope.annotation.interfaces import IAnnotations
from zope.globalrequest import getRequest
from zope.i18n import translate
from zope.interface import implementer


PLUGIN_ID = "clientportal_passwords"

# The fields of the log-in's two steps.
NAME = "__ac_name"
PASSWORD = "__ac_password"
TICKET = "__ac_ticket"
CODE = "__ac_code"

# Plone's plugin that finds them in any request.
FORM = "credentials_cookie_auth"

KEY = "collective.clientportal.attempts"


def attempts(request):
    """Return the attempts to log in that a request has made, by what was given.

    A request may ask several times who acts: it is one attempt, and one code is used up.
    """
    return {} if request is None else IAnnotations(request).setdefault(KEY, {})


def of_form(request):
    """Return the attempt that the fields of the log-in's form made, and nothing else that came along.

    A browser that knows a password for HTTP Basic sends it with the forms of somebody else's page, too.
    """
    form, made = request.form, attempts(request)
    name, password = form.get(NAME), form.get(PASSWORD)
    if isinstance(name, str) and isinstance(password, str):
        login = api.portal.get_tool("acl_users").applyTransform(name)
        return made.get((login, password), Attempt())
    ticket, code = form.get(TICKET), form.get(CODE)
    if isinstance(ticket, str) and isinstance(code, str):
        return made.get((ticket, code), Attempt())
    return Attempt()


def _is_log_in(request):
    """Tell whether a request is the log-in's form, sent from a page of this site.

    A form elsewhere, or an address with a password in it, is no try to log in, and none that failed.
    """
    return (
        request is not None
        and request.method == "POST"
        and request["PATH_INFO"].rpartition("/")[2] in ("login", "@@login")
        and intake.is_from_here(request)
    )


def _client():
    """Return the IP address of whoever asks; "" where it is a script."""
    request = getRequest()
    return "" if request is None else request.getClientAddr()


@implementer(IAuthenticationPlugin, IExtractionPlugin, IValidationPlugin)
class Gate(BasePlugin):
    """Lets in whoever gives password and, where there is a second factor, a code; not too often wrong."""

    meta_type = "Client Portal Passwords"

    def __init__(self, id, title="Client portal: passwords"):
        self._setId(id)
        self.title = title

    def extractCredentials(self, request):
        """Return ticket and code where the second step of the log-in was sent."""
        ticket, code = request.form.get(TICKET), request.form.get(CODE)
        if isinstance(ticket, str) and isinstance(code, str) and _is_log_in(request):
            return {"ticket": ticket, "code": code}
        return {}

    def authenticateCredentials(self, credentials):
        """Return (user id, login name) of the person whom these credentials let in, or None."""
        login, password = credentials.get("login"), credentials.get("password")
        if credentials.get("extractor") == FORM and not _is_log_in(getRequest()):
            return None
        if credentials.get("extractor") == self.getId():
            attempt = self.by_code(credentials["ticket"], credentials["code"])
        elif isinstance(login, str) and isinstance(password, str):
            code = credentials.get("otp")
            attempt = self.by_password(login, password, code if isinstance(code, str) else "")
        else:
            return None
        if not attempt.user_id:
            return None
        users = passwords.source(self._getPAS())
        return attempt.user_id, users.getLoginForUserId(attempt.user_id)

    def by_password(self, login, password, code=""):
        """Return what became of name, password and code; the same all through a request."""
        made = attempts(getRequest())
        login = self._getPAS().applyTransform(login)
        found = made.get((login, password))
        if found is None or (code and found.asks_code_of and not found.bad_code):
            made[login, password] = found = logins.by_password(
                login, password, _client(), code, self._is_elsewhere
            )
        return found

    def by_code(self, ticket, code):
        """Return what became of ticket and code; the same all through a request."""
        made = attempts(getRequest())
        if (ticket, code) not in made:
            made[ticket, code] = logins.by_code(ticket, code, _client())
        return made[ticket, code]

    def validateUserInfo(self, user, set_id, set_info):
        """Return what is wrong with a password that is to be set by one of Plone's forms."""
        password = (set_info or {}).get("password")
        if password is None:
            return []
        try:
            passwords.check_rules(password)
        except passwords.BadPassword as error:
            return [{"id": "password", "error": translate(error.reason, context=getRequest())}]
        return []

    def _is_elsewhere(self, login, password):
        """Tell whether a user folder above lets somebody in with this: the server's administrator."""
        site = aq_parent(aq_inner(self._getPAS()))
        above = getattr(aq_parent(aq_inner(site)), "acl_users", None)
        if not IPluggableAuthService.providedBy(above):
            return False
        return above.authenticate(login, password, getRequest()) is not None


InitializeClass(Gate)
