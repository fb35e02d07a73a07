"""One's own account: password, second factor, sessions."""

import segno
import transaction
from collective.clientportal import _
from collective.clientportal.browser.accounts import chosen_password
from collective.clientportal.browser.accounts import home
from collective.clientportal.browser.accounts import too_often
from collective.clientportal.browser.frame import Framed
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import second_factor
from collective.clientportal.domain import sessions
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.passwords import belongs_here
from collective.clientportal.domain.passwords import WrongPassword
from collective.clientportal.pas import passwords
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class Account(Framed):
    """The account of the person who acts, client or staff. Whatever weighs, asks for the password."""

    index = ViewPageTemplateFile("templates/account.pt")
    title = _("account_title", default="My account")
    problem = None
    recovery_codes = ()
    actions = (
        "change_password",
        "set_up",
        "confirm",
        "cancel",
        "renew_codes",
        "switch_off",
        "log_out_everywhere",
    )

    def __call__(self):
        """Return the page, or what becomes of the form that was sent."""
        if self.request.method == "POST" and self.action in self.actions and self.is_here:
            CheckAuthenticator(self.request)
            try:
                getattr(self, self.action)()
            except Refused as error:
                transaction.abort()
                self.problem = error.reason
                if self.request.response.getStatus() != 429:
                    self.request.response.setStatus(400)
        return self.render()

    @property
    def user_id(self):
        """Return the user id of the person who acts."""
        return access.current_user_id()

    @property
    def action(self):
        """Return what the form that was sent wants."""
        return self._typed("action")

    @property
    def is_here(self):
        """Tell whether the account is one of this site, and not one of the Zope server."""
        return belongs_here(self.user_id)

    @property
    def login_name(self):
        """Return what the person logs in with."""
        return api.user.get_current().getUserName()

    @property
    def home(self):
        """Return the address where the person begins."""
        return home(self)

    @property
    def is_missing(self):
        """Tell whether the second factor must be set up before anything else."""
        return access.is_insider() and second_factor.is_missing(self.user_id)

    @property
    def is_on(self):
        """Tell whether the second factor is on."""
        return second_factor.is_on(self.user_id)

    @property
    def codes_left(self):
        """Return how many recovery codes are left."""
        return second_factor.recovery_codes_left(self.user_id)

    @property
    def secret(self):
        """Return the secret of a second factor that is being set up, or None."""
        return second_factor.prepared(self.user_id)

    @property
    def secret_in_groups(self):
        """Return the secret as it is typed into an app by hand."""
        secret = self.secret
        return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))

    @property
    def otpauth(self):
        """Return the secret as an address, which opens an app on the same device."""
        return second_factor.uri(self.user_id, self.secret)

    @property
    def qr_code(self):
        """Return the secret as a QR code, an SVG element."""
        label = self.text(_("qr_code", default="QR code for your app"))
        return segno.make(self.otpauth, micro=False).svg_inline(
            scale=4, border=3, light="#fff", title=label, svgclass="cp-qr", lineclass=None
        )

    def change_password(self):
        """Give the person the password they chose; this session goes on, all others end."""
        self._check_password()
        accounts.change_password(self.user_id, chosen_password(self.request))
        self._begin_session()
        self._done(
            _(
                "password_changed",
                default="Your password is changed. Wherever else you were logged in, you no longer are.",
            )
        )

    def set_up(self):
        """Begin to set up the second factor."""
        self._check_password()
        second_factor.prepare(self.user_id)

    def confirm(self):
        """Switch the second factor on and show the recovery codes."""
        self.recovery_codes = second_factor.confirm(self.user_id, self._typed("code"))
        sessions.end(self.user_id)
        self._begin_session()

    def cancel(self):
        """Forget a second factor that was not switched on."""
        second_factor.forget_prepared(self.user_id)
        self.go(f"{self.site_url}/@@account")

    def renew_codes(self):
        """Show new recovery codes; the older ones are void."""
        self._check_password()
        if self.is_on:
            self.recovery_codes = second_factor.new_recovery_codes(self.user_id)

    def switch_off(self):
        """Log in by password alone from now on."""
        self._check_password()
        second_factor.remove(self.user_id)
        self._done(
            _("second_factor_off", default="The second step is off: your password is enough now.")
        )

    def log_out_everywhere(self):
        """End all sessions, this one included."""
        sessions.end_everywhere(self.user_id)
        self.request.response.expireCookie("__ac", path="/")
        self.go(f"{self.site_url}/@@logged-out")

    def _check_password(self):
        """Raise WrongPassword unless the password of the person was typed; too often wrong is refused."""
        gate = api.portal.get_tool("acl_users")[passwords.PLUGIN_ID]
        attempt = gate.by_password(self.login_name, self._typed("current"))
        if attempt.wait:
            raise WrongPassword(too_often(self, attempt.wait))
        if self.user_id not in (attempt.user_id, attempt.asks_code_of):
            raise WrongPassword(
                _("wrong_password", default="This is not your current password. Please check it.")
            )

    def _begin_session(self):
        users = api.portal.get_tool("acl_users")
        users.session._setupSession(self.user_id, self.request.response)

    def _done(self, message):
        self.say(message, "success")
        self.go(f"{self.site_url}/@@account")

    def _typed(self, name):
        value = self.request.form.get(name, "")
        return value if isinstance(value, str) else ""


class ToAccount(BrowserView):
    """In place of Plone's own page for changing the password, which knows no second factor."""

    def __call__(self):
        """Lead to one's account."""
        self.request.response.redirect(f"{api.portal.get().absolute_url()}/@@account")
