"""What is shown when something is not there, not permitted, or broken: the same to everybody."""

import json
from AccessControl import getSecurityManager
from AccessControl.SecurityManagement import newSecurityManager
from collective.clientportal import _
from collective.clientportal import edge
from collective.clientportal.browser.accounts import Login
from collective.clientportal.browser.drafts import carried
from collective.clientportal.browser.frame import Framed
from collective.clientportal.content.matter import IMatter
from collective.clientportal.domain import access
from collective.clientportal.domain.errors import PortalError
from collective.clientportal.subscribers import guard
from collective.clientportal.subscribers.intake import Unreadable
from OFS.CopySupport import CopyError
from plone import api
from plone.rest.interfaces import IAPIRequest
from Products.CMFCore.interfaces import IContentish
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from transaction.interfaces import TransientError
from zExceptions import Forbidden
from zExceptions import HTTPException
from zExceptions import NotFound
from zExceptions import Redirect
from zExceptions import Unauthorized
from zope.i18n import translate


class ErrorPage(Framed):
    """An exception as a page, or as JSON for a REST client.

    "Not there" and "not yours" look the same: status, headers and body.
    """

    index = ViewPageTemplateFile("templates/error.pt")

    texts = {
        400: _("error_page_400", default="That did not work."),
        403: _("error_page_403", default="You may not do this here."),
        404: _("error_page_404", default="This page does not exist."),
        500: _("error_page_500", default="Something went wrong on our side."),
        507: edge.TITLES[507],
    }

    def __call__(self):
        """Return the body; status and headers are set."""
        self.error = self.context
        self.context = api.portal.get()
        if self._is_on_the_way():
            self.error = NotFound()
            self.request.response.headers.pop("location", None)
        if isinstance(self.error, Redirect):
            return self._go(str(self.error))
        asked = self._nearest_content()
        if self._authenticate() is None and self._needs_log_in(asked):
            return self._log_in_first()
        if self._is_plain_matter(asked):
            return self._go(f"{asked.absolute_url()}/@@portal")
        self.status = self._status(asked)
        self.title = self.texts.get(self.status, self.texts[500])
        if self.is_rest:
            self.request.response.setHeader("Content-Type", "application/json")
            body = json.dumps({"type": self._type(), "message": self.reason()})
        else:
            body = self.render()
        return self._final(self.status, body)

    def _is_on_the_way(self):
        """Tell whether something went wrong before the guard could ask who may see the thing.

        Some of Plone's namespaces redirect or break down, and only where the thing is there. What cannot
        be read is refused at the site, before anything is looked for.
        """
        told = isinstance(self.error, TransientError | Unreadable)
        broke = "PUBLISHED" not in self.request.other and not told
        return broke or guard.is_nowhere(self.request)

    @property
    def is_rest(self):
        """Tell whether a REST client asked, whether or not traversal came as far as to notice."""
        return IAPIRequest.providedBy(self.request) or "/++api++" in self.request["PATH_INFO"]

    @property
    def person(self):
        """Return the name of the person; none where nothing is there, whoever asks."""
        return None if self.status == 404 else super().person

    def reason(self):
        """Return the domain's reason in the reader's language, or the page's text for the status.

        What Plone itself says of a bad request is for staff only.
        """
        if self.status == 400 and not isinstance(self.error, PortalError) and access.is_insider():
            return str(self.error)
        if self.status == 507:
            return translate(edge.FULL, context=self.request)
        known = isinstance(self.error, PortalError) and self.status != 404
        return translate(self.error.reason if known else self.title, context=self.request)

    def _type(self):
        types = {
            400: "BadRequest",
            403: "Forbidden",
            404: "NotFound",
            415: "UnsupportedMediaType",
            507: edge.NAMES[507],
        }
        return types.get(self.status, "Error")

    def _status(self, asked):
        if asked is not None and not access.can_see(asked):
            return 404
        outside = not access.is_insider() and not self.is_rest
        if outside and (
            isinstance(self.error, Unauthorized)
            or self.request.method not in ("GET", "HEAD", "POST")
        ):
            return 404
        if isinstance(self.error, Unauthorized):
            return 403
        if isinstance(self.error, CopyError):
            return 400
        if edge.is_full(self.error):
            return 507
        return self.error.getStatus() if isinstance(self.error, HTTPException) else 500

    def _authenticate(self):
        """Return the user whose credentials came with the request, or None; the user acts from now on.

        Traversal knows the user only once it has let him through.
        """
        user = getSecurityManager().getUser()
        if user.getId() is None:
            users = api.portal.get_tool("acl_users")
            found = users._extractUserIds(self.request, users.plugins)
            user = users.getUserById(found[0][0]) if found else None
            if user is not None:
                user = user.__of__(users)
                newSecurityManager(self.request, user)
        return user

    def _needs_log_in(self, asked):
        """Tell whether a stranger is asked to log in: for whatever is, or is not, behind the door."""
        refused = isinstance(self.error, NotFound | Forbidden | Unauthorized)
        return refused or (asked is not None and not access.can_see(asked))

    def _nearest_content(self):
        for obj in guard.met(self.request):
            if IContentish.providedBy(obj):
                return obj
        return None

    def _is_plain_matter(self, asked):
        """Tell whether a client came to the bare address of a matter of theirs."""
        return (
            IMatter.providedBy(asked)
            and isinstance(self.error, Unauthorized)
            and self.request.method == "GET"
            and not self.is_rest
            and not access.is_insider()
            and self.request["ACTUAL_URL"].rstrip("/") == asked.absolute_url()
            and access.can_see(asked)
        )

    def _log_in_first(self):
        if (
            not self.is_rest
            and self.request["ACTUAL_URL"].endswith("/@@reply")
            and carried(self.request)
        ):
            # A redirect would lose what was written.
            self.request.response.setStatus(200, lock=1)
            return self._final(200, Login(self.context, self.request).render())
        if self.is_rest:
            self.request.response.setHeader("Content-Type", "application/json")
            reason = _("error_log_in_first", default="Please log in.")
            message = translate(reason, context=self.request)
            body = json.dumps({"type": "Unauthorized", "message": message})
            return self._final(401, body)
        return self._go(guard.log_in_address(self.request))

    def _go(self, url):
        self.request.response.redirect(url, lock=1)
        self.request.response._has_challenged = True
        return ""

    def _final(self, status, body):
        """Answer with this, and keep the user folder from asking for a log-in instead."""
        response = self.request.response
        body = "" if self.request.method == "HEAD" else body
        response.setStatus(status, lock=1)
        response.setBody(body, lock=1)
        response._has_challenged = True
        return body
