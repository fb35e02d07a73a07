"""Files of clients in parts: the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload)."""

from base64 import b64decode
from binascii import Error as NoBase64
from collective.clientportal import _
from collective.clientportal.content.portal_document import IPortalDocument
from collective.clientportal.domain import parts
from collective.clientportal.domain import settings
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.uploads import QuotaExceeded
from collective.clientportal.domain.uploads import TooLarge
from collective.clientportal.services import fields
from collective.clientportal.services import schemas
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.base import ByIdService
from collective.clientportal.services.base import WriteService
from collective.clientportal.services.fields import Field
from collective.clientportal.subscribers import intake


VERSION = Field("Tus-Resumable", fields.text(20), "`1.0.0`, the version of tus", required=True)
LENGTH = Field("Upload-Length", fields.BYTES, "bytes of the whole file", required=True)
METADATA = Field(
    "Upload-Metadata",
    fields.text(3000),
    "`filename` and the file's name in base64; after a comma `waits`, if a form is going to name the file",
    default="",
)
KEY = Field(
    "Idempotency-Key",
    fields.text(200),
    "unique to this file: asked for again, this goes on with the upload that there is already",
    default="",
)
OFFSET = Field(
    "Upload-Offset",
    fields.BYTES,
    "bytes before this part: what HEAD says",
    required=True,
)
CHECKSUM = Field(
    "Upload-Checksum",
    fields.text(100),
    "`sha256`, a blank, and the hash of this part in base64",
    default="",
)


class OtherVersion(Refused):
    """The client speaks another version of the protocol."""


# Where the protocol has a status of its own for a refusal.
STATUS = {
    OtherVersion: (412, "Precondition Failed"),
    TooLarge: (413, "Payload Too Large"),
    QuotaExceeded: (413, "Payload Too Large"),
    intake.WrongMediaType: (415, "Unsupported Media Type"),
    parts.WrongOffset: (409, "Conflict"),
    parts.Damaged: (460, "Checksum Mismatch"),
}
REFUSALS = {"412": "Another version of the protocol", "413": "More than this person may send"}


class ResumableService(BaseService):
    """What these services have in common."""

    headers: tuple[Field, ...] = (VERSION,)
    refusals = REFUSALS

    def render(self):
        """Return the answer's body."""
        self._say("Tus-Resumable", "1.0.0")
        return super().render()

    def check_version(self):
        """Raise OtherVersion where the client does not speak ours."""
        if self.request.get_header(VERSION.name) != "1.0.0":
            self._say("Tus-Version", "1.0.0")
            raise OtherVersion(_("error_tus_version", default="This speaks version 1.0.0 of tus."))

    def say_state(self, state):
        """Write into the headers how much has arrived."""
        self._say("Upload-Offset", str(state.offset))
        if state.expires:
            self._say("Upload-Expires", state.expires)
        if IPortalDocument.providedBy(state.stored):
            self._say("Location", state.stored.absolute_url())

    def _say(self, name, value):
        self.request.response.setHeader(name, value)

    def _refusal(self, error):
        answer = super()._refusal(error)
        for kind, (status, phrase) in STATUS.items():
            if isinstance(error, kind):
                response = self.request.response
                # Not all of them are known to Zope.
                response.status, response.errmsg = status, phrase
                answer["type"] = phrase.replace(" ", "")
        return answer


class UploadsOptions(ResumableService):
    """OPTIONS <folder>/@uploads: what of the protocol there is, and the most bytes of a file."""

    headers = ()
    status = 204

    def reply(self):
        """Answer 204."""
        self._say("Tus-Version", "1.0.0")
        self._say("Tus-Extension", "creation,expiration,checksum")
        self._say("Tus-Checksum-Algorithm", "sha256")
        self._say("Tus-Max-Size", str(settings.client_upload_bytes()))


class ThreadUploadsOptions(UploadsOptions):
    """OPTIONS <thread>/@uploads: what of the protocol there is, and the most bytes of a file."""


class UploadsPost(ResumableService, WriteService):
    """POST <folder>/@uploads: begin to send a file in parts; has no body."""

    headers = (VERSION, LENGTH, METADATA, KEY)
    status = 201
    answer = schemas.UPLOAD

    def reply(self):
        """Return where the parts go and how much is there."""
        parts.require(self.context)
        self.check_version()
        told = _told(self.header(METADATA))
        length, key = int(self.header(LENGTH)), self.header(KEY)
        state = parts.begin(self.context, told.get("filename", ""), length, key, "waits" in told)
        address = f"{self.context.absolute_url()}/@uploads/{state.uid}"
        self.say_state(state)
        self._say("Location", address)
        return {
            "@id": address,
            "id": state.uid,
            "length": state.length,
            "offset": state.offset,
        }


class ThreadUploadsPost(UploadsPost):
    """POST <thread>/@uploads: begin to send a file that a message will name; has no body."""


class UploadsHead(ResumableService, ByIdService):
    """HEAD <folder>/@uploads/<id>: how much has arrived."""

    of = "upload"
    answer = {"type": "null"}

    def render(self):
        """Answer; there is no body."""
        super().render()

    def reply(self):
        """Say it in the headers."""
        state = parts.find(self.context, self.id)
        self.check_version()
        self.say_state(state)
        self._say("Upload-Length", str(state.length))
        return {}


class ThreadUploadsHead(UploadsHead):
    """HEAD <thread>/@uploads/<id>: how much has arrived."""


class UploadsPatch(ResumableService, ByIdService):
    """PATCH <folder>/@uploads/<id>: the next part, as `application/offset+octet-stream`."""

    of = "upload"
    headers = (VERSION, OFFSET, CHECKSUM)
    status = 204
    media_type = intake.RESUMABLE
    refusals = REFUSALS | {
        "409": "The file does not end there at the moment: ask by HEAD where it does",
        "413": "More than was announced",
        "415": f"The part is no `{intake.RESUMABLE}`",
        "460": "The part was damaged on its way",
    }

    def reply(self):
        """Answer 204; the address of the document, once it is stored."""
        parts.find(self.context, self.id)
        self.check_version()
        intake.check_part(self.request)
        offset, sha256 = int(self.header(OFFSET)), _checksum(self.header(CHECKSUM))
        self.say_state(parts.add(self.context, self.id, offset, self.request._file, sha256))


class ThreadUploadsPatch(UploadsPatch):
    """PATCH <thread>/@uploads/<id>: the next part, as `application/offset+octet-stream`."""


def _told(metadata):
    """Return what is told of a file, by name. Raises Refused."""
    told = {}
    for pair in filter(str.strip, metadata.split(",")):
        name, *value = pair.split()
        try:
            told[name] = b64decode(value[0], validate=True).decode() if value else ""
        except ValueError as error:
            raise Refused(intake.wrong_field(METADATA.name)) from error
    if not told.get("filename") or not intake.is_text(told["filename"]):
        raise Refused(intake.wrong_field(METADATA.name))
    return told


def _checksum(value):
    """Return the SHA-256 of a part in hexadecimal digits; "" where nothing is said of it. Raises Refused."""
    algorithm, _blank, digest = value.partition(" ")
    try:
        decoded = b64decode(digest, validate=True)
    except NoBase64:
        decoded = b""
    if value and (algorithm != "sha256" or len(decoded) != 32):
        raise Refused(intake.wrong_field(CHECKSUM.name))
    return decoded.hex()
