"""Upgrade steps: what a site that an earlier version made lacks. One module a version of the profile."""
