"""What folders and documents of a portal have in common."""


class Uncatalogued:
    """Keep an object out of the catalog.

    Everything in a portal is reached through its matter, with a check at each object. In the
    catalog it would be one more place that tells of it, whose rights can be stale, and in which two
    people who release at the same time conflict.
    """

    def indexObject(self):
        """Index nothing."""

    def unindexObject(self):
        """Unindex nothing."""

    def reindexObject(self, idxs=None, update_metadata=1):
        """Reindex nothing."""

    def reindexObjectSecurity(self, skip_self=False):
        """Reindex nothing."""

    def cb_isCopyable(self):
        """What was released stays where it was released, once."""
        return False

    def cb_isMoveable(self):
        """What was released stays where it was released."""
        return False
