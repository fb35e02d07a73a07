"""The state machine of a recipient, against the table of docs/concepts/status.md written by hand."""

import pytest
from collective.clientportal.domain import status
from collective.clientportal.domain.status import Act
from collective.clientportal.domain.status import Expects
from collective.clientportal.domain.status import Row
from collective.clientportal.domain.status import Status
from datetime import datetime
from datetime import UTC
from hypothesis import given
from hypothesis import strategies as st


T0, T1, T2, T3 = (datetime(2026, 11, 19, hour, tzinfo=UTC) for hour in (10, 11, 12, 13))
OPENING = [act for act in Act if act is not Act.MARK_READ]


@pytest.mark.parametrize(
    "expects, expected",
    [
        ("acknowledge", "awaiting_acknowledgement"),
        ("reply", "awaiting_reply"),
        ("reply_with_file", "awaiting_documents"),
    ],
)
def test_sending_sets_the_status_and_clears_the_date(expects, expected):
    """B13, B31, B34–B36"""
    row = status.sent(Expects(expects), T0)
    assert row == Row(Status(expected), T0, first_opened=None, settled=None)
    assert row.unread


@pytest.mark.parametrize("act", list(Act))
def test_each_of_the_six_acts_acknowledges(act):
    """B28, B34"""
    row = status.opened(status.sent(Expects.ACKNOWLEDGE, T0), act, T1)
    assert row == Row(Status.AWAITING_ACKNOWLEDGEMENT, T0, first_opened=T1, settled=T1)
    assert not row.unread
    assert status.opened(row, act, T2) == row


@pytest.mark.parametrize("expects", [Expects.REPLY, Expects.REPLY_WITH_FILE])
@pytest.mark.parametrize("act", OPENING)
def test_opening_never_settles_what_needs_an_answer(expects, act):
    """B35, B36, decision 1"""
    row = status.opened(status.sent(expects, T0), act, T1)
    assert (row.first_opened, row.settled, row.unread) == (T1, None, True)
    assert status.opened(row, act, T2).first_opened == T1


@pytest.mark.parametrize("expects", [Expects.REPLY, Expects.REPLY_WITH_FILE])
def test_what_needs_an_answer_cannot_be_marked_as_read(expects):
    """B35, B36"""
    with pytest.raises(status.CannotBeMarked):
        status.opened(status.sent(expects, T0), Act.MARK_READ, T1)


@pytest.mark.parametrize(
    "expects, with_file, expected",
    [
        ("acknowledge", False, "with_us"),
        ("acknowledge", True, "with_us"),
        ("reply", False, "with_us"),
        ("reply", True, "with_us"),
        ("reply_with_file", False, "awaiting_documents"),
        ("reply_with_file", True, "with_us"),
    ],
)
def test_a_reply(expects, with_file, expected):
    """B33, B36, decision 2"""
    row = status.replied(status.sent(Expects(expects), T0), with_file, T1)
    assert row.status == expected
    assert row.first_opened == T1
    if expected == "with_us":
        assert (row.since, row.settled, row.unread) == (T1, T1, False)
    else:
        assert (row.since, row.settled, row.incomplete, row.unread) == (T0, None, T1, True)


def test_nobody_asked_and_yet_somebody_wrote():
    """B33"""
    assert status.replied(None, False, T1).status is Status.WITH_US


def test_the_one_status_of_several():
    """B32: documents before reply before acknowledgement, the oldest first; else the latest."""
    acknowledge = status.sent(Expects.ACKNOWLEDGE, T0)
    reply, later = status.sent(Expects.REPLY, T1), status.sent(Expects.REPLY, T2)
    documents = status.sent(Expects.REPLY_WITH_FILE, T3)
    done = status.replied(reply, False, T3)
    read = status.opened(acknowledge, Act.OPEN_MESSAGE, T2)
    assert status.derived([]) is None
    assert status.derived([acknowledge, later, reply, documents]) == documents
    assert status.derived([acknowledge, later, reply]) == reply
    assert status.derived([done, acknowledge]) == acknowledge
    assert status.derived([read, done]) == done


events = st.one_of(
    st.tuples(st.just("send"), st.sampled_from(list(Expects))),
    st.tuples(st.just("open"), st.sampled_from(list(Act))),
    st.tuples(st.just("reply"), st.booleans()),
)


@given(st.lists(events, max_size=30))
def test_random_sequences_agree_with_a_naive_model(sequence):
    """B28, B33–B36, decisions 1 and 2"""
    row, awaited, date = None, None, None
    for hour, (event, value) in enumerate(sequence):
        at = datetime(2026, 1, 1 + hour, tzinfo=UTC)
        if event == "send":
            row, awaited, date = status.sent(value, at), value, None
        elif event == "open" and row is not None:
            if value is Act.MARK_READ and awaited in (Expects.REPLY, Expects.REPLY_WITH_FILE):
                with pytest.raises(status.CannotBeMarked):
                    status.opened(row, value, at)
                continue
            row = status.opened(row, value, at)
            if awaited is Expects.ACKNOWLEDGE:
                awaited, date = None, at
        elif event == "reply":
            row = status.replied(row, value, at)
            if value or awaited is not Expects.REPLY_WITH_FILE:
                awaited, date = None, at
        if row is not None:
            assert (row.unread, row.settled) == (awaited is not None, date)
