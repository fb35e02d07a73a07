"""Matters: opening one, changing it, switching its portal on and off."""

import unicodedata
from collections.abc import Sequence
from collective.clientportal import _
from collective.clientportal.content.matter import Matter
from collective.clientportal.domain import access
from collective.clientportal.domain import cards
from collective.clientportal.domain import rosters
from collective.clientportal.domain import settings
from collective.clientportal.domain.errors import NotPermitted
from collective.clientportal.domain.errors import Refused
from collective.clientportal.domain.registers import registers
from collective.clientportal.events import MatterChanged
from collective.clientportal.events import MatterCreated
from collective.clientportal.events import PortalSwitchedOff
from collective.clientportal.events import PortalSwitchedOn
from datetime import date
from plone import api
from plone.dexterity.utils import createContentInContainer
from typing import Any
from zope.event import notify


class GivenId(Refused):
    """Somebody tried to choose the id of a matter: ids are not to be guessed."""


class ReferenceTaken(Refused):
    """Another matter has this reference."""


def create(
    container: Any,
    title: str,
    reference: str,
    handlers: Sequence[str] = (),
    assistants: Sequence[str] = (),
    restricted: bool = False,
    resubmission: date | None = None,
) -> Matter:
    """Open a matter in `container`; people are given by user id.

    Raises ReferenceTaken; Unauthorized where the person who acts may not add matters there.
    """
    return createContentInContainer(
        container,
        "Matter",
        title=title,
        reference=reference,
        handlers=list(handlers),
        assistants=list(assistants),
        restricted=restricted,
        resubmission=resubmission,
    )


def check_reference(reference: str, uid: str = "") -> None:
    """Raise ReferenceTaken where another matter than the one with `uid` has this reference."""
    if registers().references.get(_reference_key(reference), uid) != uid:
        raise ReferenceTaken(
            _(
                "error_reference_taken",
                default="Another matter has the reference ${reference} already.",
                mapping={"reference": reference},
            )
        )


def opened(matter: Matter) -> None:
    """Take a matter that was just added into the registers. Raises ReferenceTaken."""
    uid = api.content.get_uuid(matter)
    check_reference(matter.reference, uid)
    registers().references[_reference_key(matter.reference)] = uid
    matter.recorded = _values(matter)
    cards.note(matter)
    rosters.refresh(matter, rosters.team(matter))
    notify(
        MatterCreated(matter, access.current_user_id(), uid, details=_plain(matter.recorded, {}))
    )


def moved(matter: Matter) -> None:
    """Note where a matter lies now. Raises GivenId where its id is not of our making."""
    if matter.getId() != api.content.get_uuid(matter):
        raise GivenId(_("error_given_id", default="The id of a matter is made by the server."))
    registers().matters[api.content.get_uuid(matter)] = "/".join(matter.getPhysicalPath())


def changed(matter: Matter) -> None:
    """Take the edited fields of a matter into the registers. Raises ReferenceTaken."""
    before, after = matter.recorded, _values(matter)
    if before is None or before == after:
        return
    uid = api.content.get_uuid(matter)
    check_reference(matter.reference, uid)
    del registers().references[_reference_key(before["reference"])]
    registers().references[_reference_key(matter.reference)] = uid
    matter.recorded = after
    cards.note(matter)
    rosters.refresh(matter, {*before["team"], *after["team"]})
    if before["restricted"] != after["restricted"]:
        # The one change of access that reindexes: its group in the index is another one.
        matter.reindexObjectSecurity()
    notify(MatterChanged(matter, access.current_user_id(), uid, details=_plain(after, before)))


def deleting(matter: Matter) -> None:
    """Take a matter out of the registers before it is deleted; raises NotPermitted."""
    if not access.has(access.DELETE, matter):
        raise NotPermitted(
            _("error_delete", default="A matter and what was shared in it cannot be deleted.")
        )
    uid = api.content.get_uuid(matter)
    registers().references.pop(_reference_key(matter.reference), None)
    registers().matters.pop(uid, None)
    cards.drop(matter)
    rosters.forget(matter)


def resubmit_today(matter: Matter) -> None:
    """Set the resubmission date of a matter to today, whatever it was (B42)."""
    today = settings.today()
    if matter.resubmission != today:
        matter.resubmission = today
        matter.recorded = _values(matter)
        cards.note(matter)


def switch_portal(matter: Matter, enabled: bool) -> None:
    """Open or close the portal of a matter for its clients; it empties nothing (decision 7)."""
    access.require(access.MANAGE_PARTICIPANTS, matter)
    if matter.portal_enabled == enabled:
        return
    matter.portal_enabled = enabled
    cards.note(matter)
    clients = list(matter.participants)
    rosters.refresh(matter, clients)
    event = PortalSwitchedOn if enabled else PortalSwitchedOff
    notify(
        event(
            matter,
            access.current_user_id(),
            api.content.get_uuid(matter),
            recipients=tuple(clients),
        )
    )


def _reference_key(reference: str) -> str:
    """Return what two references that look alike have in common."""
    return " ".join(unicodedata.normalize("NFKC", reference).split()).casefold()


def _values(matter: Matter) -> dict[str, Any]:
    return {
        "title": matter.title,
        "reference": matter.reference,
        "handlers": list(matter.handlers or ()),
        "assistants": list(matter.assistants or ()),
        "team": rosters.team(matter),
        "restricted": bool(matter.restricted),
        "resubmission": matter.resubmission and matter.resubmission.isoformat(),
    }


def _plain(after: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """Return those values that differ."""
    return {
        key: value for key, value in after.items() if key != "team" and before.get(key) != value
    }
