"""Whose turn it is in a thread follows from who takes part."""

from collective.clientportal.domain import turns


def roster_changed(event):
    """Let the states of the matter's threads follow."""
    turns.follow_roster(event.matter)
