"""A matter that is added, edited, moved or deleted by Plone's own machinery keeps the registers true."""

from collective.clientportal.domain import matters


def added(matter, event):
    """Take the matter into the registers."""
    matters.opened(matter)


def moved(matter, event):
    """Note the new place; being removed is told as a move to nowhere."""
    if event.newParent is not None:
        matters.moved(matter)


def modified(matter, event):
    """Note what was edited."""
    matters.changed(matter)


def will_be_removed(matter, event):
    """Refuse, or take the matter out of the registers."""
    matters.deleting(matter)
