"""Counting what failed (issue 4, point 4)."""

import pytest
from collective.clientportal.domain import throttle
from concurrent.futures import ThreadPoolExecutor


class Clock:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self):
        """Return the time."""
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tries(clock):
    """A throttle of 60 seconds."""
    return throttle.Throttle(60, most=100, clock=clock)


def test_the_limit_and_the_time_to_wait(tries, clock):
    """The oldest of the tries that fill the limit must be a period old."""
    for second in range(3):
        clock.now = 1000 + second
        assert tries.take({"anna": 3}) == 0
    assert tries.take({"anna": 3}) == 58
    clock.now = 1059.5
    assert tries.take({"anna": 3}) == 1
    clock.now = 1060
    assert tries.take({"anna": 3}) == 0
    assert tries.take({"anna": 3}) == 1


def test_a_lower_limit_looks_at_fewer_tries(tries, clock):
    """What counted towards ten counts towards two."""
    for second in range(5):
        clock.now = 1000 + second
        tries.take({"anna": 10})
    assert tries.take({"anna": 2}) == 59


def test_who_is_refused_by_one_limit_is_counted_under_none(tries):
    """Others of the same address are not locked out by somebody who keeps trying."""
    tries.take({"anna": 1, "office": 5})
    for _again in range(10):
        assert tries.take({"anna": 1, "office": 5}) == 60
    assert tries.count("office") == 1
    assert tries.take({"thomas": 1, "office": 5}) == 0


def test_taken_back_and_forgotten(tries):
    tries.take({"anna": 2})
    tries.take({"anna": 2})
    tries.give_back("anna", "nobody")
    assert tries.count("anna") == 1
    tries.forget("anna")
    assert tries.count("anna") == 0


def test_bounded(tries):
    """However many names are tried, the memory is not theirs to fill."""
    for number in range(1000):
        tries.take({number: 3})
    assert len(tries._tries) == 100
    assert tries.count(999) == 1
    for _n in range(3000):
        tries.take({"one": 5000})
    assert len(tries._tries["one"]) == throttle.Throttle.REMEMBERED


def test_threads_get_no_try_more(tries):
    """Ten at once of 500 in eight threads: ten are taken, and no more."""
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _n: tries.take({"anna": 10}), range(500)))
    assert waits.count(0) == 10


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_place(address, place):
    """Whoever has a line with IPv6 has 2⁶⁴ addresses: they are one."""
    assert throttle.place(address) == place
