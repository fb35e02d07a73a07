"""What the outside sees of the portal: the browser layer and the settings."""

from collective.clientportal import _
from zope import schema
from zope.interface import Interface
from zope.publisher.interfaces.browser import IDefaultBrowserLayer


class IClientPortalLayer(IDefaultBrowserLayer):
    """Marks requests to sites in which the client portal is installed."""


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
        constraint=lambda value: not value or value.startswith(("http://", "https://")),
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
    staff_upload_megabytes = schema.Int(
        title=_("setting_staff_upload", default="Upload limit for staff (MB)"),
        description=_(
            "setting_staff_upload_help", default="All files of one upload together, in 1024² bytes."
        ),
        default=1024,
        min=1,
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
