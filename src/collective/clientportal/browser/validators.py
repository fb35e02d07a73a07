"""What the forms of Plone check beyond the schema."""

from collective.clientportal.content.matter import IMatter
from collective.clientportal.domain import matters
from collective.clientportal.domain.errors import Refused
from plone.uuid.interfaces import IUUID
from z3c.form.validator import SimpleFieldValidator
from z3c.form.validator import WidgetValidatorDiscriminators
from zope.interface import Invalid


class ReferenceValidator(SimpleFieldValidator):
    """Refuses a reference that another matter has, with the form still filled in."""

    def validate(self, value, force=False):
        """Raise Invalid with the reason."""
        super().validate(value, force)
        uid = IUUID(self.context, "") if IMatter.providedBy(self.context) else ""
        try:
            matters.check_reference(value, uid)
        except Refused as error:
            raise Invalid(error.reason) from error


WidgetValidatorDiscriminators(ReferenceValidator, field=IMatter["reference"])
