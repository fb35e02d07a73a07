"""Cookies: every one that a page of the site sets is out of reach of scripts and of other sites."""

from collective.clientportal.domain import registers
from plone import api
from zope.component.hooks import getSite


# Plone's list of a folder's contents looks whether there is something to paste.
FOR_SCRIPTS = {"__cp"}


def harden(event):
    """Give every cookie of the answer HttpOnly, SameSite and, where the session's has it, Secure."""
    response = event.request.response
    if not response.cookies or not registers.installed(getSite()):
        return
    users = api.portal.get_tool("acl_users")
    for name, cookie in list(response.cookies.items()):
        response.setCookie(
            name,
            cookie["value"],
            http_only=name not in FOR_SCRIPTS,
            same_site=cookie.get("SameSite", "Lax"),
            secure=users.session.secure,
        )
