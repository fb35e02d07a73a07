"""What a file is: by its bytes, never by what its sender says.

Kinds that are taken for one another in good faith are one group: a JPEG that a telephone calls .png is an
image all the same, an old .doc may hold RTF. A file is told from its first bytes (puremagic) and, where
these are those of a ZIP file, from the names in its directory; nothing is unpacked.
"""

import codecs
import puremagic
import re
import struct
from collections.abc import Collection
from collective.clientportal import _
from collective.clientportal.domain import file_names
from collective.clientportal.domain.errors import Refused
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import BadZipFile
from zipfile import ZipFile
from zope.i18nmessageid import Message


BLOCK = 1024 * 1024  # bytes read at once
HEAD = 8192  # bytes by which a file is told

IMAGE, OFFICE, PDF, ARCHIVE, TEXT, MEDIA = "image", "office", "pdf", "archive", "text", "media"
# Groups that no client may send.
PROGRAM, ACTIVE = "program", "active"
OTHER = "other"

OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"

# Ending → content type, per group. The first ending of a content type is the usual one.
ENDINGS = {
    IMAGE: {
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "jpe": "image/jpeg",
        "jfif": "image/jpeg",
        "png": "image/png",
        "gif": "image/gif",
        "tif": "image/tiff",
        "tiff": "image/tiff",
        "webp": "image/webp",
        "heic": "image/heif",
        "heif": "image/heif",
        "bmp": "image/bmp",
    },
    OFFICE: {
        "doc": "application/msword",
        "xls": "application/vnd.ms-excel",
        "ppt": "application/vnd.ms-powerpoint",
        "msg": "application/vnd.ms-outlook",
        "rtf": "application/rtf",
        "docx": f"{OOXML}.wordprocessingml.document",
        "xlsx": f"{OOXML}.spreadsheetml.sheet",
        "pptx": f"{OOXML}.presentationml.presentation",
        "docm": "application/vnd.ms-word.document.macroEnabled.12",
        "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
        "pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
        "odt": f"{ODF}.text",
        "ods": f"{ODF}.spreadsheet",
        "odp": f"{ODF}.presentation",
    },
    PDF: {"pdf": "application/pdf"},
    ARCHIVE: {
        "zip": "application/zip",
        "7z": "application/x-7z-compressed",
        "rar": "application/vnd.rar",
    },
    TEXT: {
        "txt": "text/plain",
        "csv": "text/csv",
        "xml": "application/xml",
        "eml": "message/rfc822",
        "json": "application/json",
        "ics": "text/calendar",
        "vcf": "text/vcard",
    },
    MEDIA: {
        "mp3": "audio/mpeg",
        "m4a": "audio/mp4",
        "wav": "audio/wav",
        "ogg": "audio/ogg",
        "mp4": "video/mp4",
        "mov": "video/quicktime",
    },
    PROGRAM: {
        ending: "application/x-msdownload"
        for ending in [
            "exe",
            "dll",
            "com",
            "scr",
            "pif",
            "cpl",
            "sys",
            "drv",
            "ocx",
            "msi",
            "msp",
            "bat",
            "cmd",
            "ps1",
            "vbs",
            "vbe",
            "js",
            "jse",
            "wsf",
            "wsh",
            "hta",
            "lnk",
            "url",
            "reg",
            "jar",
            "class",
            "dex",
            "apk",
            "app",
            "sh",
            "py",
            "php",
            "swf",
            "chm",
            "iso",
            "img",
            "vhd",
            "scf",
            "inf",
        ]
    },
    ACTIVE: {
        "html": "text/html",
        "htm": "text/html",
        "xhtml": "application/xhtml+xml",
        "svg": "image/svg+xml",
        "svgz": "image/svg+xml",
        "mht": "multipart/related",
        "mhtml": "multipart/related",
        "shtml": "text/html",
    },
}
GROUP = {ending: group for group, endings in ENDINGS.items() for ending in endings}
CONTENT_TYPE = {ending: kind for endings in ENDINGS.values() for ending, kind in endings.items()}

# What puremagic's tables call programs and is nothing else.
PROGRAM_SIGNATURES = {"exe", "class", "lnk", "dex", "swf", "chm", "reg", "rpm"}
EXECUTABLE = re.compile("ELF executable|Mach-O", re.I)
# A shorter signature may stand at the beginning of a text by chance.
TELLING = 4

PDF_MARK = b"%PDF-"
HEIF_BRANDS = {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif"}
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
OLE_ENDINGS = ("doc", "xls", "ppt", "msg")
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# A directory of more bytes than that is not read: a ZIP file it is.
MOST_DIRECTORY = 4 * 1024 * 1024
END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
# ZIP64: a pointer of 20 bytes before that, and 56 bytes before the pointer, which count instead.
POINTER_64, BEFORE_POINTER_64 = 20, 76
SIZE_64 = struct.Struct("<40xQ")
OOXML_FOLDERS = {"word/": "doc", "xl/": "xls", "ppt/": "ppt"}

# Characters that no text holds; 1A ends files of DOS, 1B begins a colour.
CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f]")
PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.S)
MARKUP = re.compile(r"<(?:!doctype\s+(?:\w+:)?(\w+)|(?:\w+:)?(\w+))", re.I)
HTML = {
    "html",
    "head",
    "body",
    "script",
    "iframe",
    "frameset",
    "meta",
    "base",
    "object",
    "embed",
    "math",
}
HEADER = re.compile(r"[A-Za-z-]+:[ \t]?\S")


class Program(Refused):
    """The file is a program."""


class ActiveContent(Refused):
    """The file is a web page or a drawing that can carry a program."""


class NotAllowed(Refused):
    """Files of this kind are not taken."""


class NotWhatItSays(Refused):
    """The ending of the name and the content do not agree."""


@dataclass(frozen=True)
class Kind:
    """What a file is. `content_type`: "application/pdf"; `group`: which of the groups of kinds it is in."""

    content_type: str
    group: str

    @property
    def endings(self) -> tuple[str, ...]:
        """Return the endings that files of this kind have."""
        return tuple(ending for ending, kind in CONTENT_TYPE.items() if kind == self.content_type)


EMPTY = Kind("application/octet-stream", "empty")
UNKNOWN = Kind("application/octet-stream", OTHER)


def kind_of(stream: BinaryIO, name: str) -> Kind:
    """Return what a file is; `name` tells apart only what its bytes do not: a CSV file from plain text."""
    stream.seek(0)
    head = stream.read(HEAD)
    ending = file_names.ending(name)
    if not head:
        return EMPTY
    if head.startswith(ZIP):
        return _in_zip(stream)
    if head.startswith(OLE):
        told = ending if ending in OLE_ENDINGS else ""
        return Kind(CONTENT_TYPE.get(told, "application/x-ole-storage"), OFFICE)
    text = _text(stream)
    found = _by_signature(head, text is not None) or _in_boxes(head) or _of_text(text, ending)
    # Some scanners write something before it; readers look for it in the first 1024 bytes.
    has_mark = found.group in (TEXT, OTHER) and PDF_MARK in head[:1024]
    return Kind(CONTENT_TYPE["pdf"], PDF) if has_mark else found


def check_from_client(stream: BinaryIO, name: str, allowed: Collection[str]) -> None:
    """Raise Program, ActiveContent, NotAllowed or NotWhatItSays where a client may not send a file.

    `allowed`: the endings that clients may send.
    """
    kind, ending, shown = kind_of(stream, name), file_names.ending(name), file_names.safe(name)
    groups = {kind.group, GROUP.get(ending)}
    if PROGRAM in groups:
        raise Program(
            _(
                "error_program",
                default="“${name}” is a program; programs cannot be uploaded.",
                mapping={"name": shown},
            )
        )
    if ACTIVE in groups:
        raise ActiveContent(
            _(
                "error_active_content",
                default="“${name}” is a web page or a drawing that can hold a program (HTML, SVG). "
                "Please send it as a PDF file.",
                mapping={"name": shown},
            )
        )
    usual = set(kind.endings)
    if (ending or not usual) and ending not in allowed:
        raise NotAllowed(_not_allowed(shown, ending, allowed))
    told = kind is not EMPTY and (kind is not UNKNOWN or GROUP.get(ending) != MEDIA)
    if told and ending in GROUP and kind.group != GROUP[ending]:
        raise NotWhatItSays(
            _(
                "error_not_what_it_says",
                default="“${name}” is called .${ending}, but holds something else. Please check the file.",
                mapping={"name": shown, "ending": ending},
            )
        )
    if usual and usual.isdisjoint(allowed):
        raise NotAllowed(_not_allowed(shown, kind.endings[0], allowed))


def _not_allowed(name: str, ending: str, allowed: Collection[str]) -> Message:
    mapping = {"name": name, "ending": ending, "allowed": ", ".join(sorted(allowed))}
    if not ending:
        return _(
            "error_no_ending",
            default="It cannot be told what “${name}” is. Its name should end with one of: ${allowed}.",
            mapping=mapping,
        )
    return _(
        "error_type_not_allowed",
        default="“${name}” is a file of the type .${ending}, which cannot be uploaded. Possible are: "
        "${allowed}.",
        mapping=mapping,
    )


def _by_signature(head: bytes, is_text: bool) -> Kind | None:
    try:
        matches = puremagic.magic_string(head)
    except puremagic.PureError:
        return None
    for match in matches:
        if is_text and len(match.byte_match) < TELLING:
            continue
        ending = str(match.extension).lstrip(".").lower()
        if ending in PROGRAM_SIGNATURES or EXECUTABLE.search(str(match.name)):
            return Kind(CONTENT_TYPE["exe"], PROGRAM)
        if GROUP.get(ending) in (IMAGE, PDF, ARCHIVE, MEDIA) or ending == "rtf":
            return Kind(CONTENT_TYPE[ending], GROUP[ending])
    return None


def _in_boxes(head: bytes) -> Kind | None:
    """Return what a file in the ISO base media format is, by its brand: telephones write many."""
    if head[4:8] != b"ftyp":
        return None
    brand = head[8:12].decode("latin-1").strip()
    if brand in HEIF_BRANDS:
        return Kind(CONTENT_TYPE["heic"], IMAGE)
    return Kind(CONTENT_TYPE[{"qt": "mov", "M4A": "m4a"}.get(brand, "mp4")], MEDIA)


def _in_zip(stream: BinaryIO) -> Kind:
    archive = Kind(CONTENT_TYPE["zip"], ARCHIVE)
    if not _is_directory_small(stream):
        return archive
    try:
        with ZipFile(stream) as found:
            names = set(found.namelist())
            if "META-INF/MANIFEST.MF" in names or "AndroidManifest.xml" in names:
                return Kind(CONTENT_TYPE["jar"], PROGRAM)
            if "[Content_Types].xml" in names:
                return _ooxml(names) or archive
            if "mimetype" in names:
                with found.open("mimetype") as declared:
                    mimetype = declared.read(100).decode("ascii", "replace")
                if mimetype in ENDINGS[OFFICE].values():
                    return Kind(mimetype, OFFICE)
    except (BadZipFile, NotImplementedError, OSError, RuntimeError, ValueError, struct.error):
        pass  # damaged, encrypted or made up: a ZIP file by its first bytes
    return archive


def _ooxml(names: Collection[str]) -> Kind | None:
    for folder, ending in OOXML_FOLDERS.items():
        if any(name.startswith(folder) for name in names):
            macros = f"{folder}vbaProject.bin" in names
            return Kind(CONTENT_TYPE[f"{ending}{'m' if macros else 'x'}"], OFFICE)
    return None


def _is_directory_small(stream: BinaryIO) -> bool:
    """Tell whether the directory of a ZIP file may be read: a made-up one can hold millions of entries."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 65_535 - END_OF_DIRECTORY.size - BEFORE_POINTER_64))
    tail = stream.read()
    at = tail.rfind(ZIP[1])
    if at < 0 or len(tail) - at < END_OF_DIRECTORY.size:
        return False
    directory = END_OF_DIRECTORY.unpack_from(tail, at)[5]
    if tail.startswith(b"PK\x06\x07", at - POINTER_64) and at >= BEFORE_POINTER_64:
        [directory] = SIZE_64.unpack_from(tail, at - BEFORE_POINTER_64)
    return bool(directory <= MOST_DIRECTORY)


def _text(stream: BinaryIO) -> str | None:
    """Return the beginning of a text, or None where the file is none: not decodable, or with a NUL in it."""
    for encoding in ("utf-8-sig", "utf-16", "latin-1"):
        stream.seek(0)
        if encoding == "utf-16" and stream.read(2) not in (
            codecs.BOM_UTF16_LE,
            codecs.BOM_UTF16_BE,
        ):
            continue
        found = _decoded(stream, encoding)
        if found is not None:
            return found
    return None


def _decoded(stream: BinaryIO, encoding: str) -> str | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    first = None
    stream.seek(0)
    try:
        while block := stream.read(BLOCK if first is not None else HEAD):
            text = decoder.decode(block)
            if CONTROL.search(text):
                return None
            first = text if first is None else first
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return first


def _of_text(text: str | None, ending: str) -> Kind:
    if text is None:
        return UNKNOWN
    prologue = PROLOGUE.match(text)
    markup = MARKUP.match(text, prologue.end() if prologue else 0)
    root = (markup[1] or markup[2]).lower() if markup else ""
    if root in HTML:
        return Kind(CONTENT_TYPE["html"], ACTIVE)
    if root == "svg":
        return Kind(CONTENT_TYPE["svg"], ACTIVE)
    if text.lstrip().startswith("<?xml") or (markup and ending == "xml"):
        return Kind(CONTENT_TYPE["xml"], TEXT)
    if ending == "eml":
        return Kind(CONTENT_TYPE["eml" if HEADER.match(text) else "txt"], TEXT)
    told = ending if GROUP.get(ending) == TEXT and ending != "xml" else "txt"
    return Kind(CONTENT_TYPE[told], TEXT)
