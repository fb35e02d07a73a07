"""What the outside sees of the portal: the browser layer and the settings."""

import re
from collective.clientportal import _
from zope import schema
from zope.interface import Interface
from zope.publisher.interfaces.browser import IDefaultBrowserLayer


class IClientPortalLayer(IDefaultBrowserLayer):
    """Marks requests to sites in which the client portal is installed."""


# An address and, maybe, a path: no name and password, no query, nothing that would end an attribute.
BASE_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[A-Za-z0-9._~%/-]*)?")


class ISettings(Interface):
    """The settings of the portal, kept in the registry under `collective.clientportal`."""

    firm_name = schema.TextLine(
        title=_("setting_firm_name", default="Name of the firm"),
        description=_(
            "setting_firm_name_help", default="Shown to clients on every page and in every mail."
        ),
        default="",
        required=False,
    )
    firm_address = schema.Text(
        title=_("setting_firm_address", default="Address and telephone"),
        description=_(
            "setting_firm_address_help",
            default="Shown to clients at the foot of every page: whom to call when stuck.",
        ),
        default="",
        required=False,
    )
    accent_colour = schema.TextLine(
        title=_("setting_accent_colour", default="Accent colour"),
        description=_("setting_accent_colour_help", default="As a hexadecimal value: #1f4e79."),
        default="#1f4e79",
        constraint=lambda value: (
            len(value) == 7
            and value[0] == "#"
            and all(c in "0123456789abcdefABCDEF" for c in value[1:])
        ),
    )
    base_url = schema.TextLine(
        title=_("setting_base_url", default="Base address of links"),
        description=_(
            "setting_base_url_help",
            default="The address under which clients reach this site, for the links in mails: "
            "https://portal.example/ – without it no mail leaves the outbox.",
        ),
        default="",
        required=False,
        constraint=lambda value: not value or BASE_URL.fullmatch(value) is not None,
    )
    client_upload_megabytes = schema.Int(
        title=_("setting_client_upload", default="Upload limit for clients (MB)"),
        description=_(
            "setting_client_upload_help",
            default="All files of one upload together, in 1024² bytes.",
        ),
        default=35,
        min=1,
    )
    client_upload_files = schema.Int(
        title=_("setting_client_files", default="Files a client may send at once"),
        default=20,
        min=1,
    )
    client_quota_megabytes = schema.Int(
        title=_("setting_client_quota", default="Room for each client in a matter (MB)"),
        description=_(
            "setting_client_quota_help",
            default="All files together that one client may send in one matter, in 1024² bytes.",
        ),
        default=5120,
        min=1,
    )
    staff_upload_megabytes = schema.Int(
        title=_("setting_staff_upload", default="Upload limit for staff (MB)"),
        description=_(
            "setting_staff_upload_help", default="All files of one upload together, in 1024² bytes."
        ),
        default=1024,
        min=1,
    )
    client_upload_endings = schema.TextLine(
        title=_("setting_client_endings", default="Files that clients may send"),
        description=_(
            "setting_client_endings_help",
            default="Endings of file names, with spaces between. What a file is, is told from its "
            "content: a program that is called .pdf is refused. Programs, HTML and SVG are refused "
            "in any case.",
        ),
        default=(
            "pdf doc docx xls xlsx ppt pptx odt ods odp rtf msg eml txt csv xml json ics vcf zip "
            "jpg jpeg png gif tif tiff webp heic heif bmp mp3 m4a wav ogg mp4 mov"
        ),
    )
    scanner_address = schema.TextLine(
        title=_("setting_scanner", default="Virus scanner"),
        description=_(
            "setting_scanner_help",
            default="Where clamd listens: host:port, or the path of its socket, for example "
            "/run/clamav/clamd.ctl. While this is empty, files are not scanned.",
        ),
        default="",
        required=False,
        constraint=lambda value: (
            not value or value.startswith("/") or value.rpartition(":")[2].isdecimal()
        ),
    )
    scanner_seconds = schema.Int(
        title=_("setting_scanner_seconds", default="Longest time for scanning a file (seconds)"),
        default=60,
        min=1,
    )
    scanner_megabytes = schema.Int(
        title=_("setting_scanner_megabytes", default="Largest file that is scanned (MB)"),
        description=_(
            "setting_scanner_megabytes_help",
            default="Not more than clamd takes (StreamMaxLength, MaxFileSize). A larger file cannot be "
            "checked.",
        ),
        default=100,
        min=1,
    )
    scanner_optional = schema.Bool(
        title=_("setting_scanner_optional", default="Take files that cannot be checked"),
        description=_(
            "setting_scanner_optional_help",
            default="Otherwise nothing gets in while the virus scanner does not answer, and no file that is "
            "too large for it.",
        ),
        default=False,
        required=False,
    )
    require_second_factor_for_staff = schema.Bool(
        title=_("setting_second_factor", default="Staff need a second factor"),
        description=_(
            "setting_second_factor_help",
            default="Whoever belongs to the firm logs in with a code of an app besides the password, and "
            "sets it up at the next log-in before anything else.",
        ),
        default=False,
        required=False,
    )
