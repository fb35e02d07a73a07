"""BTrees for what many people write at once, and others take out.

BTrees merge what two transactions put in under different keys, but not where one of them had to split a
bucket: the other is done again. Keys that sort by time all go into the last bucket, so that this is not rare.
"""

import heapq
from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOTreeSet
from persistent import Persistent
from ZPublisher import zpublish


# Hung on content, what has a docstring would be published: Zope takes it for a page.
@zpublish(False)
class Queue(LOBTree):
    """What waits under time ids, to be read from 1 on.

    Its first key stays there for ever: BTrees cannot merge taking the first key out with putting another
    one in, which is what whoever works a queue off and everybody else do at once. And it splits late: a queue
    is short, and mostly never splits at all.
    """

    max_leaf_size = 250


def queue():
    """Return an empty queue."""
    tree = Queue()
    tree[0] = None
    return tree


@zpublish(False)
class Notices(OOTreeSet):
    """Whom a room told what: many add at its end at once, so it splits half as often as other sets."""

    max_leaf_size = 60


@zpublish(False)
class Archive(Persistent):
    """A tree of time ids that only grows, kept in parts: two people who add to it mostly meet in none.

    Reads like an LOBTree: by key, and in order within bounds.
    """

    PARTS = 16

    def __init__(self, part=LOBTree):
        self.parts = tuple(part() for _ in range(self.PARTS))

    def _part(self, key):
        # The lowest bits of a time id are random.
        return self.parts[key % self.PARTS]

    def __getitem__(self, key):
        return self._part(key)[key]

    def __setitem__(self, key, value):
        self._part(key)[key] = value

    def __contains__(self, key):
        return key in self._part(key)

    def __bool__(self):
        return any(self.parts)

    def __len__(self):
        return sum(map(len, self.parts))

    def __iter__(self):
        return self.keys()

    def get(self, key, default=None):
        """Return the value of a key, or `default`."""
        return self._part(key).get(key, default)

    def keys(self, first=None, last=None):
        """Yield the keys from `first` to `last`, in order."""
        return heapq.merge(*(part.keys(first, last) for part in self.parts))

    def items(self, first=None, last=None):
        """Yield (key, value) from `first` to `last`, in order."""
        parts = (part.items(first, last) for part in self.parts)
        return heapq.merge(*parts, key=lambda item: item[0])

    def values(self, first=None, last=None):
        """Yield the values from `first` to `last`, in the order of their keys."""
        return (value for _key, value in self.items(first, last))

    def pop(self, key, default=None):
        """Take a key out; return its value, or `default`."""
        return self._part(key).pop(key, default)

    def maxKey(self, last=None):
        """Return the greatest key, not beyond `last`. Raises ValueError where there is none."""
        found = []
        for part in self.parts:
            try:
                found.append(part.maxKey() if last is None else part.maxKey(last))
            except ValueError:
                continue
        return max(found)


@zpublish(False)
class Queues(Archive):
    """A queue in parts, for what many put in at every moment while somebody works it off.

    Where a queue is so long that it has split, taking its least key out changes its root each time, and
    whoever puts something in at that moment is done again.
    """

    def __init__(self):
        super().__init__(queue)

    def __len__(self):
        return super().__len__() - self.PARTS  # each keeps a first key for ever

    def __bool__(self):
        return len(self) > 0
