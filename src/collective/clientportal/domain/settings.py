"""The portal's settings, read from the registry."""

from collective.clientportal.interfaces import ISettings
from datetime import date
from datetime import datetime
from plone import api
from zoneinfo import ZoneInfo
from zope.schema import getFields


PREFIX = "collective.clientportal"


def get(name: str) -> str:
    """Return a text setting of ISettings by its name; "" where it is not set."""
    return str(api.portal.get_registry_record(f"{PREFIX}.{name}", default=None) or "")


def number(name: str) -> int:
    """Return a numeric setting of ISettings by its name."""
    value = api.portal.get_registry_record(
        f"{PREFIX}.{name}", default=getFields(ISettings)[name].default
    )
    return int(value)


def is_on(name: str) -> bool:
    """Tell whether a setting of ISettings that is yes or no is on."""
    return bool(api.portal.get_registry_record(f"{PREFIX}.{name}", default=False))


def time_zone() -> ZoneInfo:
    """Return the time zone in which the firm's clocks run."""
    return ZoneInfo(api.portal.get_registry_record("plone.portal_timezone", default=None) or "UTC")


def today() -> date:
    """Return the day it is in the firm."""
    return datetime.now(time_zone()).date()


def firm_name() -> str:
    """Return what the firm is called; the site's title where it is not set."""
    return get("firm_name") or str(api.portal.get_registry_record("plone.site_title"))


def base_url() -> str:
    """Return the address that links in mails begin with, without a slash at its end; "" if unset."""
    return get("base_url").rstrip("/")


def client_upload_bytes() -> int:
    """Return how many bytes a client may send at once."""
    return number("client_upload_megabytes") * 1024 * 1024


def client_upload_files() -> int:
    """Return how many files a client may send at once."""
    return number("client_upload_files")


def client_quota_bytes() -> int:
    """Return how many bytes a client may send in one matter, all in all."""
    return number("client_quota_megabytes") * 1024 * 1024


def client_upload_endings() -> frozenset[str]:
    """Return the endings of the files that clients may send: "pdf"."""
    return frozenset(get("client_upload_endings").lower().replace(".", " ").split())


def staff_upload_bytes() -> int:
    """Return how many bytes a member of the firm may send at once."""
    return number("staff_upload_megabytes") * 1024 * 1024
