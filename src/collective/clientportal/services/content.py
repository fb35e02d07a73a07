"""Plone's own services, for what lies in a matter."""

from collective.clientportal.domain import access
from collective.clientportal.interfaces import IClientPortalLayer
from collective.clientportal.services.fields import check_made_here
from plone.dexterity.interfaces import IDexterityContent
from plone.restapi.deserializer import json_body
from plone.restapi.deserializer.dxcontent import DeserializeFromJson
from plone.restapi.interfaces import IDeserializeFromJson
from zope.component import adapter
from zope.interface import implementer


@implementer(IDeserializeFromJson)
@adapter(IDexterityContent, IClientPortalLayer)
class DeserializeContent(DeserializeFromJson):
    """Reads content as Plone does; who wrote something in a matter, and when, only the server says."""

    def __call__(self, validate_all=False, data=None, create=False, mask_validation_errors=True):
        """Set the fields and return the content. Raises Refused, BadRequest."""
        data = json_body(self.request) if data is None else data
        if access.matter_of(self.context) is not None:
            check_made_here(data)
        return super().__call__(validate_all, data, create, mask_validation_errors)
