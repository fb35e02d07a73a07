"""What every service of ours does: the errors of the domain as status codes, writing from our pages only."""

import json
import transaction
from collective.clientportal import _
from collective.clientportal.domain.errors import PortalError
from collective.clientportal.domain.errors import Refused
from plone.protect.interfaces import IDisableCSRFProtection
from plone.rest import Service
from plone.restapi.deserializer import json_body
from plone.restapi.exceptions import DeserializationError
from zExceptions import NotFound
from zope.i18n import translate
from zope.interface import alsoProvides


class BaseService(Service):
    """A service of the portal. `reply` returns what becomes the JSON body; None: no body.

    400 with a reason in words, 403 known but not permitted, 404 not there or not theirs. (401 comes
    from the traversal guard.) plone.restapi's own base class asks for a permission that clients do
    not have; ours are named in the guard instead.
    """

    def render(self):
        """Return the answer's body."""
        try:
            answer = self.reply()
        except PortalError as error:
            # Whatever was written before the refusal goes with it.
            transaction.abort()
            answer = self._refusal(error)
        response = self.request.response
        if answer is None:
            response.setStatus(204)
            return None
        response.setHeader("Content-Type", "application/json")
        return json.dumps(answer, indent=2)

    def asked(self, name, default=""):
        """Return a text of the query by its name; `default` where it is missing or there twice."""
        value = self.request.form.get(name, default)
        return value if isinstance(value, str) else default

    def _refusal(self, error):
        status = 400 if isinstance(error, Refused) else 403
        if isinstance(error, NotFound):
            status = 404
        self.request.response.setStatus(status)
        names = {400: "BadRequest", 403: "Forbidden", 404: "NotFound"}
        return {"type": names[status], "message": translate(error.reason, context=self.request)}


class WriteService(BaseService):
    """A service that changes something."""

    def render(self):
        """Return the answer's body, after a look at where the request comes from."""
        alsoProvides(self.request, IDisableCSRFProtection)
        if self.request.get_header("Sec-Fetch-Site") in ("cross-site", "same-site"):
            self.request.response.setStatus(403)
            return json.dumps({"type": "Forbidden", "message": "Not from another site."})
        return super().render()

    def body(self):
        """Return the JSON object that was sent; raises Refused where it is none.

        A page elsewhere can make a browser send text/plain with its cookie, but not JSON.
        """
        if not (self.request.get_header("Content-Type") or "").startswith("application/json"):
            raise Refused(_("error_bad_json", default="The body must be a JSON object."))
        try:
            data = json_body(self.request)
        except DeserializationError as error:
            raise Refused(_("error_bad_json", default="The body must be a JSON object.")) from error
        return data

    def text(self, data, name, default=""):
        """Return a text of `data` by its name; raises Refused where it is something else."""
        return self._typed(data, name, str, default)

    def flag(self, data, name, default=None):
        """Return a boolean of `data` by its name; raises Refused where it is something else."""
        return self._typed(data, name, bool, default)

    def texts(self, data, name, default=()):
        """Return a list of texts of `data` by its name; raises Refused where it is something else."""
        values = self._typed(data, name, list, default)
        if values is None:
            return None
        if not all(isinstance(value, str) for value in values):
            raise self._wrong(name)
        return values

    def _typed(self, data, name, kind, default):
        value = data.get(name)
        if value is None:
            return default
        if not isinstance(value, kind):
            raise self._wrong(name)
        return value

    def _wrong(self, name):
        return Refused(
            _(
                "error_bad_field",
                default="The field “${field}” holds something that does not belong there.",
                mapping={"field": name},
            )
        )
