"""Everything that happens in a matter is written to its journal."""

from collective.clientportal.domain import journal


def record(event):
    """Write the event to the matter's journal."""
    journal.append(event)
