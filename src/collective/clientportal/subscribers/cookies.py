"""Cookies: every one that a page of the site sets is out of reach of scripts and of other sites."""

from collective.clientportal.domain import registers
from plone import api
from zope.component.hooks import getSite


# Plone's list of a folder's contents looks whether there is something to paste.
FOR_SCRIPTS = {"__cp"}


def harden(event):
    """Give every cookie of the answer HttpOnly, SameSite and Secure where the session's cookie is."""
    response = event.request.response
    if not response.cookies or not registers.installed(getSite()):
        return
    # A site may log its people in by another plugin and have removed Plone's.
    session = api.portal.get_tool("acl_users").get("session")
    secure = session.secure if session else event.request.get("SERVER_URL", "").startswith("https")
    for name, cookie in list(response.cookies.items()):
        response.setCookie(
            name,
            cookie["value"],
            http_only=name not in FOR_SCRIPTS,
            same_site=cookie.get("SameSite", "Lax"),
            secure=secure,
        )
