"""What Plone's own forms and services check beyond the schema."""

from collective.clientportal.content.matter import IMatter
from collective.clientportal.domain import access
from collective.clientportal.domain import documents
from collective.clientportal.domain import matters
from collective.clientportal.domain import settings
from collective.clientportal.domain.errors import Refused
from plone.namedfile.interfaces import IPluggableFileFieldValidation
from plone.namedfile.interfaces import IPluggableImageFieldValidation
from plone.uuid.interfaces import IUUID
from z3c.form.validator import SimpleFieldValidator
from z3c.form.validator import WidgetValidatorDiscriminators
from zope.interface import implementer
from zope.interface import Invalid
from zope.schema import ValidationError


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


class TooLargeFile(ValidationError):
    """A file is larger than staff may store in a matter."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason

    def doc(self):
        """Return the reason, which is what Plone's forms show."""
        return self.reason


@implementer(IPluggableFileFieldValidation, IPluggableImageFieldValidation)
class FileSize:
    """Refuses a file or image in a matter that is too large, by Plone's form, REST or resumable upload."""

    def __init__(self, field, value):
        self.field = field
        self.value = value

    def __call__(self):
        """Raise TooLargeFile (decision 5)."""
        limit = settings.staff_upload_bytes()
        inside = access.matter_of(self.field.context) is not None
        if inside and self.value is not None and self.value.getSize() > limit:
            raise TooLargeFile(documents.too_large(limit))
