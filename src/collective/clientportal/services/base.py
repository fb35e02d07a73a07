"""What every service of ours does: it takes and answers what it is described to."""

import json
import transaction
from collective.clientportal import _
from collective.clientportal.domain.errors import NotThere
from collective.clientportal.domain.errors import PortalError
from collective.clientportal.services import fields
from collective.clientportal.services.fields import Body
from collective.clientportal.services.fields import Field
from collective.clientportal.subscribers import intake
from plone.protect.interfaces import IDisableCSRFProtection
from plone.rest import Service
from zExceptions import Forbidden
from zExceptions import NotFound
from zope.i18n import translate
from zope.interface import alsoProvides
from zope.interface import implementer
from zope.publisher.interfaces import IPublishTraverse


class BaseService(Service):
    """A service of the portal. `reply` returns what becomes the JSON body; None: no body.

    `query`: what can be asked, `asked`: the values of it by name. `status` and `answer` (JSON Schema) are
    what comes of it. The first line of the docstring names the service and says what it is for.

    400 with a reason in words, 403 known but not permitted, 404 not there or not theirs. (401 comes
    from the traversal guard; 403 for another site and 415 from the intake.) plone.restapi's own base class
    asks for a permission that clients do not have; ours are named in the guard instead.
    """

    query: tuple[Field, ...] = ()
    status = 200
    answer: dict | None = None
    # Of a body that is no JSON.
    media_type = ""
    # Beyond those that every service can answer with: status → meaning.
    refusals: dict[str, str] = {}
    # What else comes of it: status → (meaning, JSON Schema).
    also: dict[str, tuple[str, dict]] = {}

    def render(self):
        """Return the answer's body."""
        response = self.request.response
        response.setStatus(self.status)
        try:
            self.asked = self._asked()
            answer = self.reply()
        except PortalError as error:
            # Whatever was written before the refusal goes with it.
            transaction.abort()
            answer = self._refusal(error)
        if answer is None:
            response.setStatus(204)
            return None
        response.setHeader("Content-Type", "application/json")
        return json.dumps(answer, indent=2)

    def _asked(self):
        # A form sends what was left empty, too.
        found = {name: value or None for name, value in self.request.form.items()}
        for field in self.query:
            if field.schema["type"] == "integer" and field.name in found:
                found[field.name] = fields.number_in_query(found[field.name])
        return fields.read(self.query, found)

    def _refusal(self, error):
        status, name = 400, "BadRequest"
        if isinstance(error, NotFound):
            status, name = 404, "NotFound"
        elif isinstance(error, Forbidden):
            status, name = 403, "Forbidden"
        self.request.response.setStatus(status)
        return {"type": name, "message": translate(error.reason, context=self.request)}


class WriteService(BaseService):
    """A service that changes something. `bodies`: what can be sent, one of them; none: no body is read."""

    bodies: tuple[Body, ...] = ()
    headers: tuple[Field, ...] = ()

    def render(self):
        """Return the answer's body."""
        alsoProvides(self.request, IDisableCSRFProtection)
        return super().render()

    def body(self):
        """Return the values of the body that was sent, by name. Raises Refused."""
        data = intake.read_json(self.request.get("BODY") or b"{}")
        return self.expected(data).read(data)

    def expected(self, data):
        """Return which of `bodies` is the one for this person and what they sent."""
        return self.bodies[0]

    def header(self, field):
        """Return the value of a header. Raises Refused."""
        return field.read({field.name: self.request.get_header(field.name)})


@implementer(IPublishTraverse)
class ByIdService(WriteService):
    """A service on @name/<id>. `of`: what has the id."""

    of = ""
    id = ""

    def publishTraverse(self, request, name):
        """Take the id from the path."""
        if self.id:
            raise NotThere(_("error_not_there", default="This is not there."))
        self.id = name
        return self
