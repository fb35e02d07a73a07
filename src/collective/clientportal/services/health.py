"""How the portal is doing, for load balancers and for whoever watches over it."""

from collective.clientportal.domain import access
from collective.clientportal.domain import figures
from collective.clientportal.domain import health_running
from collective.clientportal.domain.findings import look
from collective.clientportal.services import fields
from collective.clientportal.services import records
from collective.clientportal.services import schemas
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.fields import Field
from dataclasses import asdict


class HealthGet(BaseService):
    """GET /@health: whether this server, or the portal as a whole, is in order; 503 where it is not."""

    query = (
        Field(
            "of",
            fields.choice(("server", "portal")),
            "`server`: whether this server can do its work; `portal`: whether all runs as it must",
            default="server",
        ),
    )
    answer = {"anyOf": [schemas.HEALTH, schemas.HEALTH_IN_FIGURES]}
    also = {"503": ("It is not in order", answer)}

    def reply(self):
        """Return {"ok": true or false}, and to those who manage the portal what it comes from."""
        whole = self.asked["of"] == "portal"
        found = look(health_running.PORTAL if whole else health_running.SERVER)
        ok = all(finding.ok for finding in found)
        if not ok:
            self.request.response.setStatus(503)
        if not access.has(access.MANAGE_PORTAL, self.context):
            return {"ok": ok}
        points = [records.point(finding) for finding in found]
        return {"ok": ok, "points": points, "figures": asdict(figures.current())}
