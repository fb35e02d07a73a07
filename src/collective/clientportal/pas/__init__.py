"""Rosters as Plone's user folder sees them: groups and local roles."""
