"""Two people who index a text at once conflict, whatever the words: a bug below Plone, and our way around.

Each test marked as a failure tells what ought to be: where one passes some day, the installed version has it
mended, and docs/developers/zctextindex.md says what to do then.
"""

import pytest
import transaction
from BTrees.Interfaces import BTreesConflictError
from BTrees.IOBTree import IOBucket
from BTrees.IOBTree import IOBucketPy
from collective.clientportal.domain import messages
from collective.clientportal.domain.requests import Draft
from Products.CMFCore.indexing import getQueue
from Products.CMFCore.indexing import processQueue
from Products.ZCTextIndex.Lexicon import Lexicon
from Products.ZCTextIndex.Lexicon import Splitter
from Products.ZCTextIndex.OkapiIndex import OkapiIndex
from ZODB import DB
from ZODB.MappingStorage import MappingStorage
from ZODB.POSException import ConflictError


def state(cls, values):
    """Return the state of a bucket with these items."""
    bucket = cls()
    bucket.update(values)
    return bucket.__getstate__()


def merged(cls, make):
    """Return the keys of a bucket into which two transactions have put a key each; `make` makes a value."""
    before = {1: make(), 9: make()}
    states = [state(cls, values) for values in (before, before | {3: make()}, before | {5: make()})]
    bucket = cls()
    bucket.__setstate__(bucket._p_resolveConflict(*states))
    return list(bucket)


@pytest.mark.parametrize("make", [str, tuple, lambda: (1, 2)])
def test_btrees_merge_values_that_have_an_order(make):
    """Two different keys: nobody is in anybody's way."""
    assert merged(IOBucket, make) == [1, 3, 5, 9]


def test_btrees_in_python_merge_dicts():
    """What the slow implementation does shows what the fast one ought to do."""
    assert merged(IOBucketPy, dict) == [1, 3, 5, 9]


@pytest.mark.xfail(raises=BTreesConflictError, reason="the C extension compares values by `<`")
def test_btrees_merge_dicts():
    """Mended when it passes: then the mark goes, and so does the page in docs/developers."""
    assert merged(IOBucket, dict) == [1, 3, 5, 9]


@pytest.mark.xfail(raises=ConflictError, reason="OkapiIndex keeps rare words in dicts")
def test_two_texts_without_a_common_word_do_not_conflict():
    """The same where it hurts: two transactions index a document each."""
    database = DB(MappingStorage())
    first = transaction.TransactionManager()
    second = transaction.TransactionManager()
    one = database.open(first)
    lexicon = one.root()["lexicon"] = Lexicon(Splitter())
    index = one.root()["index"] = OkapiIndex(lexicon)
    index.index_doc(1, "alpha beta gamma delta")
    # Both know their words, so that the lexicon is in nobody's way.
    lexicon.sourceToWordIds(["epsilon zeta"])
    lexicon.sourceToWordIds(["eta theta"])
    first.commit()
    two = database.open(second)
    two.root()["index"].index_doc(2, "epsilon zeta")
    index.index_doc(3, "eta theta")
    first.commit()
    second.commit()


def test_a_message_indexes_nothing(firm):
    """Our way around: whoever writes or answers a message touches no text index."""
    with firm.as_user("handler"):
        thread, _message = messages.send(
            firm.matter, Draft("Bitte um Antwort"), "reply", [firm.people["anna"]], title="Frage"
        )
        processQueue()
        messages.send(
            firm.matter, Draft("Noch etwas"), "reply", [firm.people["anna"]], thread.getId()
        )
    with firm.as_user("anna"):
        messages.reply(thread, Draft("Gern"))
    assert getQueue().length() == 0
