"""What Plone's own forms and services check beyond the schema."""

from collective.clientportal.content.matter import IMatter
from collective.clientportal.domain import access
from collective.clientportal.domain import matters
from collective.clientportal.domain import uploads
from collective.clientportal.domain.errors import Refused
from PIL import Image
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


# What Plone would turn or scale is unpacked in memory: Pillow refuses what is twice as large as this.
MOST_PIXELS = 40_000_000
Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2


class RefusedFile(ValidationError):
    """A file is not let into a matter."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason

    def doc(self):
        """Return the reason, which is what Plone's forms show."""
        return self.reason


@implementer(IPluggableFileFieldValidation, IPluggableImageFieldValidation)
class FileOfMatter:
    """Lets a file or image into a matter, or refuses it, by Plone's form, REST or resumable upload."""

    def __init__(self, field, value):
        self.field = field
        self.value = value

    def __call__(self):
        """Raise RefusedFile (decision 5)."""
        matter = access.matter_of(self.field.context)
        if matter is None or self.value is None:
            return
        try:
            uploads.admit_stored(matter, self.value)
        except Refused as error:
            raise RefusedFile(error.reason) from error
