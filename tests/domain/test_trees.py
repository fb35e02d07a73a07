"""The trees of what many people write at once (issue 5, point 3)."""

import pytest
import random
import transaction
from BTrees.LOBTree import LOBTree
from collective.clientportal.content.trees import Archive
from collective.clientportal.content.trees import queue
from collective.clientportal.content.trees import Queues
from persistent.mapping import PersistentMapping
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.POSException import ConflictError


def test_an_archive_reads_like_a_tree():
    """By key and in order, whatever the bounds; empty, too."""
    chance = random.Random(1)
    archive, tree = Archive(), LOBTree()
    assert not archive and len(archive) == 0 and list(archive) == []
    with pytest.raises(ValueError):
        archive.maxKey()
    for _ in range(500):
        key = chance.randrange(10_000)
        archive[key] = tree[key] = PersistentMapping({"key": key})
    assert archive and len(archive) == len(tree) and list(archive) == list(tree)
    for _ in range(200):
        first, last = sorted(chance.sample(range(-5, 10_005), 2))
        for bounds in ((), (first,), (first, last), (None, last)):
            assert list(archive.keys(*bounds)) == list(tree.keys(*bounds))
            assert list(archive.items(*bounds)) == list(tree.items(*bounds))
            assert list(archive.values(*bounds)) == list(tree.values(*bounds))
        assert (first in archive) == (first in tree)
        assert archive.get(first, "none") == tree.get(first, "none")
        if first > tree.minKey():
            assert archive.maxKey(first) == tree.maxKey(first)
        else:
            with pytest.raises(ValueError):
                archive.maxKey(tree.minKey() - 1)
    assert archive.maxKey() == tree.maxKey()
    with pytest.raises(KeyError):
        archive[-1]


def two_connections():
    """Return a database, two managers of transactions, and the connection of each."""
    database = DB(DemoStorage())
    managers = [transaction.TransactionManager() for _ in range(2)]
    return database, managers, *(database.open(manager) for manager in managers)


def meet(first, second):
    """End two transactions that overlap; tell whether the second conflicts."""
    first.commit()
    try:
        second.commit()
    except ConflictError:
        second.abort()
        return True
    return False


def conflicts(make, pairs, take_out=False):
    """Return how many of `pairs` of overlapping transactions that add to one tree conflict.

    `take_out`: after each pair a third takes out all but the first, as whoever works off a queue does.
    """
    database, managers, one, other = two_connections()
    chance, key, found = random.Random(2), 0, 0
    one.root.tree = make()
    managers[0].commit()
    for _ in range(pairs):
        for manager in managers:
            manager.begin()
        for connection in (one, other):
            key += 4096
            connection.root.tree[key + chance.randrange(4096)] = "x"
        found += meet(*managers)
        if take_out:
            managers[0].begin()
            for waiting in list(one.root.tree.keys(1)):
                del one.root.tree[waiting]
            managers[0].commit()
    database.close()
    return found


def test_two_who_add_at_once_rarely_meet():
    """A plain tree has one of about 30 pairs done again; an archive hardly any, a short queue none."""
    assert conflicts(LOBTree, 400) > 10
    assert conflicts(Archive, 400) <= 2
    assert conflicts(queue, 400, take_out=True) == 0


@pytest.mark.parametrize("make, most", [(queue, 400), (Queues, 5)])
def test_a_long_queue_is_filled_while_it_is_worked_off(make, most):
    """`make posters` found it: the sender takes the oldest out, and whoever posts meanwhile is done again."""
    database, managers, one, other = two_connections()
    chance, found = random.Random(3), 0
    keys = [number * 4096 + chance.randrange(4096) for number in range(1, 1001)]
    waiting, later = keys[:600], keys[600:]
    one.root.tree = make()
    for key in waiting:
        one.root.tree[key] = "x"
    managers[0].commit()
    for key, new in zip(waiting, later, strict=False):
        for manager in managers:
            manager.begin()
        assert next(iter(one.root.tree.keys(1))) == key
        one.root.tree.pop(key)
        other.root.tree[new] = "x"
        found += meet(*managers)
    left = len(other.root.tree) - (make is queue)
    database.close()
    assert left == 600 - found
    assert most / 2 < found <= most if make is queue else found <= most
