"""Files that senders make up, generated: what they are called, what is in them, what becomes of them."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass


SCRIPT = "<script>document.title='executed';alert(1)</script>"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">{SCRIPT}</svg>'
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1016)
OOXML = "application/vnd.openxmlformats-officedocument"
EXE = b"MZ\x90\x00" + bytes(56) + b"\x80\0\0\0" + bytes(64) + b"PE\0\0" + bytes(200)

PROGRAM = "is a program"
ACTIVE = "that can hold a program"
TYPE = "which cannot be uploaded"
CONTENT = "but holds something else"
NAMELESS = "It cannot be told"


@dataclass(frozen=True)
class File:
    """A file. `refused`: words of the reason why a client may not send it, or "" where it is taken.

    `content_type`: what it is stored as; "" where that is not looked at.
    """

    name: str
    data: bytes
    refused: str = ""
    content_type: str = ""


def archive(entries, compression=zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP file of (name, bytes)."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as found:
        for name, data in entries:
            found.writestr(
                zipfile.ZipInfo(name) if isinstance(name, str) else name, data, compression
            )
    return target.getvalue()


def png(width: int, height: int, rows: int | None = None) -> bytes:
    """Return a grey picture, made in little memory however large it is; `rows`: those that are there."""

    def chunk(name, data):
        return (
            struct.pack("!L", len(data)) + name + data + struct.pack("!L", zlib.crc32(name + data))
        )

    packer = zlib.compressobj(9)
    row = bytes(width + 1)
    packed = b"".join(
        [
            *(packer.compress(row) for _row in range(height if rows is None else rows)),
            packer.flush(),
        ]
    )
    header = struct.pack("!LLBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def docx(*more, folder="word") -> bytes:
    """Return an Office file with `more` entries."""
    types = f'<Types><Override PartName="/{folder}/a.xml" ContentType="{OOXML}"/></Types>'
    return archive([("[Content_Types].xml", types), (f"{folder}/document.xml", "<d/>"), *more])


def odf(kind: str) -> bytes:
    """Return an OpenDocument file."""
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return archive([("mimetype", mimetype), ("content.xml", "<c/>")], zipfile.ZIP_STORED)


def boxes(brand: bytes) -> bytes:
    """Return the beginning of a file in the ISO base media format."""
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1" + brand + bytes(range(200))


def symlink() -> bytes:
    """Return a ZIP file with a symbolic link to /etc/passwd."""
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    return archive([(link, "/etc/passwd")])


def bomb(levels: int, copies: int) -> bytes:
    """Return ZIP files in ZIP files, `copies` in each, of many zeros."""
    data = archive([("0", bytes(4 * 1024 * 1024))])
    for _level in range(levels):
        data = archive([(f"{number}.zip", data) for number in range(copies)])
    return data


def overlapping(name: str = "a", count: int = 1000, zip64: bool = False) -> bytes:
    """Return a ZIP file whose directory names one file `count` times."""
    single = archive([(name, bytes(100_000))])
    at, end = single.index(b"PK\x01\x02"), single.rindex(b"PK\x05\x06")
    entry = single[at:end]
    size = len(entry) * count
    fields = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, 0 if zip64 else size, at, 0)
    if zip64:
        values = (b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, at)
        record = struct.pack("<4sQ2H2L4Q", *values)
        fields = record + struct.pack("<4sLQL", b"PK\x06\x07", 0, at + size, 1) + fields
    return single[:at] + entry * count + fields


def endless_directory() -> bytes:
    """Return a ZIP file that says that its directory is 3 GB long."""
    return (
        b"PK\x03\x04"
        + bytes(60)
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, 3_000_000_000, 64, 0)
    )


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">'
    '<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&b;&x;</d>'
)
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0" + bytes(100) + b"\xff\xd9"
GIF = b"GIF89a\x01\0\x01\0\0\0\0;"
EML = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\ntext"
MHT = (
    b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: text/html\r\n\r\n" + SCRIPT.encode()
)


def taken() -> Iterator[File]:
    """Yield what is let in, some of it dangerous where it is opened otherwise than as a download."""
    image = "image/"
    yield File("a.png", png(1, 1), "", "image/png")
    yield File("a.gif", GIF, "", "image/gif")
    yield File("a.jpg", JPEG, "", "image/jpeg")
    yield File("jpeg-called.png", JPEG, "", "image/jpeg")
    yield File("png-called.JPG", png(1, 1), "", "image/png")
    yield File("intel.tif", b"II*\0" + bytes(100), "", "image/tiff")
    yield File("motorola.tiff", b"MM\0*" + bytes(100), "", "image/tiff")
    yield File("a.webp", b"RIFF\x24\0\0\0WEBPVP8 " + bytes(30), "", "image/webp")
    yield File("a.bmp", b"BM" + bytes(100), "", "image/bmp")
    for brand in (b"heic", b"heix", b"mif1", b"hevc", b"msf1"):
        yield File(f"{brand.decode()}.heic", boxes(brand), "", f"{image}heif")
    yield File("13000.png", png(13_000, 13_000), "", "image/png")
    yield File("60000.png", png(60_000, 60_000, rows=1), "", "image/png")
    yield File("a.mp4", boxes(b"isom"), "", "video/mp4")
    yield File("a.mov", boxes(b"qt  "), "", "video/quicktime")
    yield File("a.m4a", boxes(b"M4A "), "", "audio/mp4")
    yield File("a.mp3", b"ID3\x03\0\0\0" + bytes(100))
    yield File("a.wav", b"RIFF\x24\0\0\0WAVEfmt " + bytes(30))
    yield File("a.ogg", b"OggS\0\x02" + bytes(30))
    yield File("unknown.mp3", bytes(range(256)))
    # PDF and Office
    yield File("a.pdf", PDF, "", "application/pdf")
    yield File("scanner.pdf", b"\r\n\0junk\r\n" + PDF, "", "application/pdf")
    yield File("script.pdf", PDF + b"1 0 obj<</JS(app.alert(1))>>", "", "application/pdf")
    yield File("launch.pdf", PDF + b"<</S/Launch/F(cmd.exe)>>", "", "application/pdf")
    yield File("pdf-html.pdf", PDF + f"<html>{SCRIPT}".encode(), "", "application/pdf")
    yield File("cut.pdf", b"%PDF-1.7 and no more", "", "application/pdf")
    for ending, folder, kind in (
        ("docx", "word", "wordprocessingml.document"),
        ("xlsx", "xl", "spreadsheetml.sheet"),
        ("pptx", "ppt", "presentationml.presentation"),
    ):
        yield File(f"a.{ending}", docx(folder=folder), "", f"{OOXML}.{kind}")
    yield File("xxe.docx", docx(("word/settings.xml", ENTITIES)))
    relation = '<Relationship TargetMode="External" Target="https://else.example/t.dotm"/>'
    yield File("template.docx", docx(("word/_rels/settings.xml.rels", relation)))
    yield File("slip.docx", docx(("../../etc/passwd", "x")))
    yield File("encrypted.docx", OLE, "", "application/x-ole-storage")
    for kind, ending in (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp")):
        content_type = f"application/vnd.oasis.opendocument.{kind}"
        yield File(f"a.{ending}", odf(kind), "", content_type)
    for ending, content_type in (
        ("doc", "application/msword"),
        ("xls", "application/vnd.ms-excel"),
        ("ppt", "application/vnd.ms-powerpoint"),
        ("msg", "application/vnd.ms-outlook"),
    ):
        yield File(f"a.{ending}", OLE, "", content_type)
    yield File("a.rtf", b"{\\rtf1 x}", "", "application/rtf")
    yield File("rtf-called.doc", b"{\\rtf1 x}", "", "application/rtf")
    # Texts
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "latin-1", "cp850", "cp1252"):
        yield File(f"{encoding}.txt", "Grüße aus Köln\r\n".encode(encoding), "", "text/plain")
    yield File("dos.txt", b"text\r\n\x1a", "", "text/plain")
    yield File("MZ.txt", b"MZ-Bericht: der Text", "", "text/plain")
    yield File("BM.txt", b"BM 17, der Text", "", "text/plain")
    yield File("quoted.txt", f"Er schrieb: {SCRIPT}".encode(), "", "text/plain")
    yield File("shell.txt", b"#!/bin/sh\nrm -rf /\n", "", "text/plain")
    yield File("formula.csv", b"a;=cmd|'/c calc'!A1\r\n", "", "text/csv")
    yield File("a.xml", b"<?xml version='1.0'?><Invoice/>", "", "application/xml")
    yield File("bare.xml", b"<Invoice xmlns='urn:x'/>", "", "application/xml")
    yield File("style.xml", b"<?xml version='1.0'?><?xml-stylesheet href='x'?><a/>")
    yield File("entities.xml", ENTITIES.encode(), "", "application/xml")
    inside = (
        "<?xml version='1.0'?><a><script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script></a>"
    )
    yield File("inside.xml", inside.encode(), "", "application/xml")
    yield File("a.json", b'{"a": 1}', "", "application/json")
    yield File("a.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "", "text/calendar")
    yield File("a.vcf", b"BEGIN:VCARD\r\nEND:VCARD\r\n", "", "text/vcard")
    yield File("a.eml", EML, "", "message/rfc822")
    yield File("html-inside.eml", EML + SCRIPT.encode(), "", "message/rfc822")
    yield File("empty.txt", b"")
    yield File("empty.pdf", b"")
    yield File("no ending", PDF, "", "application/pdf")
    # Archives
    yield File("a.zip", archive([("a.txt", "x")]), "", "application/zip")
    yield File("empty.zip", b"PK\x05\x06" + bytes(18), "", "application/zip")
    yield File("cut.zip", b"PK\x03\x04\x14\0", "", "application/zip")
    yield File("slip.zip", archive([("../../../../etc/passwd", "x"), ("C:\\a", "x")]))
    yield File("absolute.zip", archive([("/etc/passwd", "x")]))
    yield File("odd-names.zip", archive([("a\r\nb", "x"), ("CON", "x"), ("\u202efdp.exe", "x")]))
    yield File("symlink.zip", symlink())
    yield File("10000.zip", archive([(f"{number}.txt", "x") for number in range(10_000)]))
    yield File("ratio.zip", archive([("0", bytes(20 * 1024 * 1024))]))
    yield File("nested.zip", bomb(4, 8))
    yield File("overlapping.zip", overlapping())
    yield File("endless.zip", endless_directory())
    # Would be a program if its directory were read.
    for zip64 in (False, True):
        data = overlapping("META-INF/MANIFEST.MF", 80_000, zip64)
        yield File(f"directory-{zip64}.zip", data, "", "application/zip")
    # Two things at once: what they begin with counts
    yield File("gif-js.gif", b"GIF89a/*" + bytes(2) + b"*/=1;alert(1)", "", "image/gif")
    yield File("gif-text-js.gif", b"GIF89a/*    */=1;alert(1)", "", "image/gif")
    yield File("png-zip.png", png(1, 1) + archive([("a", "x")]), "", "image/png")
    yield File("png-html.png", png(1, 1) + SCRIPT.encode(), "", "image/png")
    yield File("jpg-zip.jpg", JPEG + archive([("a", "x")]), "", "image/jpeg")
    yield File("phar.jpg", JPEG + b"<?php __HALT_COMPILER(); ?>", "", "image/jpeg")
    yield File("jar.jpg", JPEG + archive([("META-INF/MANIFEST.MF", "x")]), "", "image/jpeg")
    yield File("pdf-zip.pdf", PDF + archive([("a", "x")]), "", "application/pdf")
    yield File("pdf-exe.pdf", PDF + EXE, "", "application/pdf")


def refused() -> Iterator[File]:
    """Yield what clients may not send."""
    programs = {
        "exe": EXE,
        "elf": b"\x7fELF\x02\x01\x01" + bytes(100),
        "macho": b"\xcf\xfa\xed\xfe" + bytes(100),
        "class": b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(100),
        "lnk": b"L\0\0\0\x01\x14\x02\0" + bytes(100),
        "dex": b"dex\n035\0" + bytes(100),
        "jar": archive([("META-INF/MANIFEST.MF", "x"), ("A.class", "x")]),
        "apk": archive([("AndroidManifest.xml", "x")]),
    }
    for name, data in programs.items():
        for ending in ("exe", "pdf", "txt"):
            yield File(f"{name}.{ending}", data, PROGRAM)
        yield File(name, data, PROGRAM)
    for ending in [
        "dll",
        "com",
        "scr",
        "pif",
        "cpl",
        "msi",
        "bat",
        "cmd",
        "ps1",
        "vbs",
        "js",
        "jse",
        "wsf",
        "hta",
        "lnk",
        "reg",
        "sh",
        "py",
        "php",
        "iso",
    ]:
        yield File(f"text.{ending}", b"text", PROGRAM)
    for name in (
        "a.pdf.exe",
        "A.PDF.EXE",
        "a.pdf          .exe",
        "a.exe.",
        "a.exe ",
        "a.exe . .",
        "a.e\u200bxe",
        "a.exe\u202e",
        "Rechnung\u202efdp.exe",
        "a.exe\x00",
        "../a.exe",
    ):
        yield File(name, PDF, PROGRAM)
    html = f"<html><body>{SCRIPT}</body></html>"
    for ending in ("html", "htm", "xhtml", "shtml", "svg", "svgz", "mht", "mhtml", "HTML"):
        yield File(f"a.{ending}", b"text", ACTIVE)
        yield File(f"page.{ending}", html.encode(), ACTIVE)
    for name, text in {
        "html.txt": html,
        "html.pdf": html,
        "html.jpg": html,
        "html.xml": html,
        "doctype.txt": f"<!DOCTYPE html>{SCRIPT}",
        "doctype-spaces.txt": f" \n\t <!DOCTYPE\n  HTML PUBLIC '-//W3C//DTD'>{SCRIPT}",
        "comment.txt": f"<!-- a --> <!-- b\n --><HTML>{SCRIPT}",
        "bom.txt": f"\ufeff<html>{SCRIPT}",
        "script.txt": SCRIPT,
        "iframe.csv": "<iframe src='javascript:alert(1)'>",
        "meta.txt": "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
        "body.txt": "<BODY ONLOAD=alert(1)>",
        "math.xml": "<math href='javascript:alert(1)'>x</math>",
        "xhtml.xml": f"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>{SCRIPT}</html>",
        "prefix.xml": f"<?xml version='1.0'?><h:html xmlns:h='http://www.w3.org/1999/xhtml'>{SCRIPT}</h:html>",
        "svg.png": SVG,
        "svg.xml": SVG,
        "svg.txt": f"<?xml version='1.0'?><!-- x -->\n{SVG}",
        "svg-prefix.xml": "<s:svg xmlns:s='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "svg-doctype.jpg": f"<?xml version='1.0'?><!DOCTYPE svg PUBLIC 'x' 'y'>{SVG}",
        "html-pdf.pdf": f"<html>{SCRIPT}</html>%PDF-1.4",
    }.items():
        yield File(name, text.encode(), ACTIVE)
    yield File("utf-16.txt", html.encode("utf-16"), ACTIVE)
    yield File("called.mht", MHT, ACTIVE)
    for name, data in {
        "text.pdf": b"text",
        "random.pdf": bytes(range(256)) * 10,
        "pdf.docx": PDF,
        "zip.png": archive([("a", "x")]),
        "png.pdf": png(1, 1),
        "zip.docx": archive([("a", "x")]),
        "docx.pdf": docx(),
        "nul.txt": b"te\0xt",
        "text.jpg": b"text",
        "mp4.jpg": boxes(b"isom"),
        "eml.pdf": EML,
    }.items():
        yield File(name, data, CONTENT)
    for folder, ending in (("word", "docm"), ("xl", "xlsm"), ("ppt", "pptm")):
        macros = docx((f"{folder}/vbaProject.bin", OLE), folder=folder)
        yield File(f"a.{ending}", macros, TYPE)
        yield File(f"called.{ending[:3]}x", macros, TYPE)
    yield File("a.7z", b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(40), TYPE)
    yield File("a.unknown", b"text", TYPE)
    yield File("nothing", bytes(range(256)), NAMELESS)


# What is asked for → what it is called here.
NAMES = {
    "../../etc/passwd.pdf": "passwd.pdf",
    "C:\\Akten\\Klage.pdf": "Klage.pdf",
    "/abs/Klage.pdf": "Klage.pdf",
    "a\x00b.pdf": "ab.pdf",
    "a\r\nX-Evil: 1.pdf": "aX-Evil: 1.pdf",
    "a\r\n\r\n<script>.pdf": "a<script>.pdf",
    'Akte "Berger".pdf': 'Akte "Berger".pdf',
    "a'; filename=x.exe;.pdf": "a'; filename=x.exe;.pdf",
    "a.pdf;x=y.pdf": "a.pdf;x=y.pdf",
    "50%0d%0aX-Evil: 1.pdf": "50%0d%0aX-Evil: 1.pdf",
    "=?utf-8?q?a?=.pdf": "=?utf-8?q?a?=.pdf",
    "Mu\u0308ller.pdf": "Müller.pdf",
    "Müller.pdf": "Müller.pdf",
    "律师函.pdf": "律师函.pdf",
    "Foto 📷.pdf": "Foto 📷.pdf",
    "a\u202efdp.pdf": "afdp.pdf",
    "a\u2066\u2069\u200e.pdf": "a.pdf",
    "a\u200b\u200d\ufeff.pdf": "a.pdf",
    "a\u2028b\u2029.pdf": "ab.pdf",
    "a\ud800b.pdf": "ab.pdf",
    "u\u200b\u0308.pdf": "ü.pdf",
    "  a   b  .pdf": "a b.pdf",
    "...a.pdf": "a.pdf",
    ".htaccess.pdf": "htaccess.pdf",
    "a.pdf...": "a.pdf",
    "CON.pdf": "_CON.pdf",
    "con .pdf": "_con.pdf",
    "nul.tar.pdf": "_nul.tar.pdf",
    "COM1.pdf": "_COM1.pdf",
    "lpt¹.pdf": "_lpt¹.pdf",
    "CONIN$.pdf": "_CONIN$.pdf",
    "console.pdf": "console.pdf",
    f"{'n' * 300}.pdf": f"{'n' * 146}.pdf",
    f"{'ü' * 300}.pdf": f"{'ü' * 73}.pdf",
    f"{'📷' * 300}.pdf": f"{'📷' * 36}.pdf",
    "a" * 255 + ".pdf": "a" * 146 + ".pdf",
    "${x}.pdf": "${x}.pdf",
    "<img src=x onerror=alert(1)>.pdf": "<img src=x onerror=alert(1)>.pdf",
    "a&b<c>.pdf": "a&b<c>.pdf",
    "-rf.pdf": "-rf.pdf",
    "~root.pdf": "~root.pdf",
    "$(reboot).pdf": "$(reboot).pdf",
    "@search.pdf": "@search.pdf",
    "index_html.pdf": "index_html.pdf",
}
