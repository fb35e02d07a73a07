"""Logging in and out, choosing a password, asking for a new one."""

import re
from collective.clientportal import _
from collective.clientportal.browser.drafts import carried
from collective.clientportal.browser.drafts import keep
from collective.clientportal.browser.frame import Framed
from collective.clientportal.domain import access
from collective.clientportal.domain import accounts
from collective.clientportal.domain import links
from collective.clientportal.domain import participants
from collective.clientportal.domain import second_factor
from collective.clientportal.domain import sessions
from collective.clientportal.domain.errors import NotPermitted
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.links import BadLink
from collective.clientportal.domain.passwords import BadPassword
from collective.clientportal.pas import passwords
from collective.clientportal.subscribers import intake
from DateTime import DateTime
from plone import api
from plone.protect import CheckAuthenticator
from plone.protect.interfaces import IDisableCSRFProtection
from Products.CMFPlone.browser.login.login import LoginForm
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.interface import alsoProvides


# Addresses that a button sends to: they show nothing to go on from after a log-in.
ACTS = re.compile(r"(/[^/]+/@@download|/@@(upload|reply|draft|zip|attachment/[^/]+))$")


def home(page):
    """Return the address where the person who acts begins."""
    return f"{page.site_url}/@@{'matters' if access.is_insider() else 'portal'}"


def too_often(page, wait):
    """Answer 429, and return what to say to somebody who must wait so many seconds."""
    page.request.response.setStatus(429)
    page.request.response.setHeader("Retry-After", str(wait))
    return _(
        "too_often",
        default="This was tried too often. Please try again in ${minutes} minutes, or call us.",
        mapping={"minutes": str(-(-wait // 60))},
    )


class DifferentPasswords(Refused):
    """The new password was not typed the same way twice."""


def chosen_password(request):
    """Return the new password of a form in which it is typed twice. Raises DifferentPasswords."""
    first, again = (request.form.get(name, "") for name in ("password", "password_again"))
    if first != again:
        raise DifferentPasswords(
            _(
                "passwords_differ",
                default="The two passwords are not the same. Please type it twice.",
            )
        )
    return first if isinstance(first, str) else ""


class Login(Framed, LoginForm):
    """The log-in, in one step or two. The user folder has looked at what was sent before this is called."""

    form = ViewPageTemplateFile("templates/login.pt")
    code_form = ViewPageTemplateFile("templates/login_code.pt")
    title = _("login_title", default="Log in")
    problem = None
    ticket = ""

    def __call__(self):
        """Return the form; lead on whoever is logged in."""
        external = api.portal.get_registry_record("plone.external_login_url", default=None)
        if external and self.request.method != "POST":
            return self._handle_external_login(external)
        if access.is_anonymous():
            if self.request.method == "POST":
                self._failed(passwords.of_form(self.request))
            return self.render()
        if self.request.method == "POST":
            # Who sends a password needs no token to prove that they mean it.
            alsoProvides(self.request, IDisableCSRFProtection)
            self._post_login()
            if self._keep_draft():
                return None
        return self.redirect_after_login(self.came_from or self.home)

    def index(self):
        """Return the form for name and password or, where a code is wanted, the one for it."""
        return self.code_form() if self.ticket else self.form()

    def _failed(self, attempt):
        self.request.response.expireCookie("__ac", path="/")
        if attempt.wait:
            self.problem = too_often(self, attempt.wait)
        elif attempt.asks_code_of:
            # A ticket may be the first thing that the person's own secret signs.
            alsoProvides(self.request, IDisableCSRFProtection)
            self.ticket = sessions.ticket(attempt.asks_code_of)
            self.title = _("login_code_title", default="Your code, please")
            if attempt.bad_code:
                self.problem = _(
                    "login_bad_code",
                    default="This code is not right, or it was used already. Please type the one that the "
                    "app shows now.",
                )
        elif passwords.TICKET in self.request.form:
            self.problem = _(
                "login_too_late",
                default="That took too long. Please log in once more from the start.",
            )
        else:
            self.problem = _(
                "login_failed",
                default="E-mail address and password do not belong together. Please check both, or choose "
                "a new password.",
            )

    @property
    def address(self):
        """Return the e-mail address as it was typed."""
        typed = self.request.form.get("__ac_name", "")
        return typed if isinstance(typed, str) else ""

    @property
    def came_from(self):
        """Return the address inside the site that was asked for before the log-in, or ""."""
        wanted = self.request.form.get("came_from", "")
        if not isinstance(wanted, str) or wanted.rstrip("/") == self.site_url:
            return ""
        if not api.portal.get_tool("portal_url").isURLInPortal(wanted):
            return ""
        return ACTS.sub("/@@portal", wanted)

    @property
    def carried(self):
        """Return the fields of a reply that came without a log-in, by name."""
        return carried(self.request)

    def _keep_draft(self):
        """Keep a carried text as a draft and lead to its thread; tell whether there was one to keep."""
        thread = keep(self.carried) if self.carried and self._has_proved() else None
        if thread is None:
            return False
        self.say(
            _(
                "draft_kept",
                default="Your text is still here, at the foot of this page, and it has not been sent yet: "
                "please look it over and send it. If you had chosen files, please choose them again.",
            )
        )
        self.go(f"{thread.absolute_url()}/@@portal")
        return True

    def _has_proved(self):
        """Tell whether this very request carries the password of the person who acts.

        Somebody else's page could send a form of its own to whoever is logged in already.
        """
        return passwords.of_form(self.request).user_id == access.current_user_id()

    @property
    def home(self):
        """Return the address where the person who acts begins."""
        return home(self)


class Logout(Framed):
    """Logging out: GET asks, POST does it."""

    index = ViewPageTemplateFile("templates/logout.pt")
    title = _("logout_title", default="Log out?")

    def __call__(self):
        """Return the question, or log the person out."""
        if access.is_anonymous():
            return self.go(f"{self.site_url}/@@logged-out")
        if self.request.method != "POST":
            return self.render()
        CheckAuthenticator(self.request)
        # The token was the person's: by the end of the request they are nobody.
        alsoProvides(self.request, IDisableCSRFProtection)
        users = api.portal.get_tool("acl_users")
        # A session from before the portal was installed has no secret of its own to forget.
        users.session._getSigningSecret(access.current_user_id())
        api.portal.get_tool("portal_membership").logoutUser(self.request)
        return self.go(f"{self.site_url}/@@logged-out")


class LoggedOut(Framed):
    """What is seen after logging out."""

    index = ViewPageTemplateFile("templates/logged_out.pt")
    title = _("logged_out_title", default="You are logged out")

    def __call__(self):
        """Return the page; whoever is still logged in goes to their start page."""
        if not access.is_anonymous():
            return self.go(f"{self.site_url}/@@portal")
        return self.render()


class ChoosePassword(Framed):
    """Choosing a password with the link of a mail: GET uses nothing up (mail scanners follow links)."""

    index = ViewPageTemplateFile("templates/choose_password.pt")
    expired = ViewPageTemplateFile("templates/link_expired.pt")
    ask_for_link = ViewPageTemplateFile("templates/ask_for_link.pt")
    title = _("choose_password_title", default="Choose your password")
    # The address of this page holds the link's secret.
    referrer_policy = "no-referrer"
    problem = None

    def __call__(self):
        """Return the form, or the way to a new link; a chosen password leads on to the portal."""
        try:
            self.owner = links.owner(self.link)
            if self.request.method == "POST":
                return self._choose()
        except BadLink:
            self.title = _("link_expired_title", default="This link is no longer valid")
            self.index = self.expired
            self.request.response.setStatus(410)
        return self.render()

    @property
    def link(self):
        """Return the secret of the link."""
        link = self.request.form.get("token", "")
        return link if isinstance(link, str) else ""

    def login_name(self):
        """Return what the owner of the link logs in with."""
        return api.user.get(userid=self.owner).getUserName()

    def _choose(self):
        # The link's secret shows that this is no forged request.
        alsoProvides(self.request, IDisableCSRFProtection)
        try:
            # Another site could log its reader in as somebody else, with a link of that person's.
            intake.check_origin(self.request)
            participants.activate(self.link, chosen_password(self.request))
        except (NotPermitted, DifferentPasswords, BadPassword) as error:
            self.problem = error.reason
            if isinstance(error, NotPermitted):
                self.request.response.setStatus(403)
            return self.render()
        if second_factor.is_on(self.owner):
            # A link of a mail is one factor.
            self.say(
                _(
                    "password_saved_code_next",
                    default="Your new password is saved. Please log in with it, and with a code of your app.",
                )
            )
            return self.go(f"{self.site_url}/login")
        users = api.portal.get_tool("acl_users")
        users.session._setupSession(self.owner, self.request.response)
        api.user.get(userid=self.owner).setMemberProperties({"login_time": DateTime()})
        return self.go(f"{self.site_url}/@@portal")


class ForgotPassword(Framed):
    """Asking for a link to choose a new password: the answer is the same whoever asks."""

    index = ViewPageTemplateFile("templates/forgot_password.pt")
    ask_for_link = ViewPageTemplateFile("templates/ask_for_link.pt")
    title = _("forgot_password_title", default="Forgotten your password?")
    problem = None

    def __call__(self):
        """Return the form or, after sending it, the answer."""
        address = self.request.form.get("address", "")
        if self.request.method == "POST" and isinstance(address, str) and address.strip():
            # Anybody may ask, for any address.
            alsoProvides(self.request, IDisableCSRFProtection)
            wait = accounts.ask_for_reset(address, self.request.getClientAddr())
            if wait:
                self.problem = too_often(self, wait)
                return self.render()
            return self.go(f"{self.site_url}/@@forgot-password?sent=1")
        return self.render()

    @property
    def sent(self):
        """Tell whether to show the answer instead of the form."""
        return "sent" in self.request.form
