"""Whose turn it is in a thread follows from who takes part."""

from collective.clientportal.domain import messages


def roster_changed(event):
    """Let the states of the matter's threads follow."""
    messages.follow_roster(event.matter)
