"""Codes of an app, recovery codes (issue 4, point 4)."""

import pyotp
import pytest
from collective.clientportal.domain import registers
from collective.clientportal.domain import second_factor
from datetime import timedelta


@pytest.fixture
def now(monkeypatch):
    """A function: set the time of the codes, in seconds."""
    time = [1_800_000_000.0]
    monkeypatch.setattr(second_factor, "clock", lambda: time[0])

    def set_(seconds):
        time[0] = 1_800_000_000.0 + seconds

    return set_


@pytest.fixture
def anna(firm):
    return firm.people["anna"]


@pytest.fixture
def code(anna, now):
    """A function: the code of Anna's app so many seconds later; her second factor is on, since a minute."""
    secret = second_factor.prepare(anna)
    now(-60)
    second_factor.confirm(anna, pyotp.TOTP(secret).at(second_factor.clock()))
    now(0)
    return lambda seconds=0: pyotp.TOTP(secret).at(1_800_000_000 + seconds)


def test_it_counts_once_a_code_was_given(anna, now):
    secret = second_factor.prepare(anna)
    assert second_factor.prepare(anna) == secret
    assert not second_factor.is_on(anna)
    with pytest.raises(second_factor.BadCode):
        second_factor.confirm(anna, "000000")
    assert not second_factor.is_on(anna)
    assert len(second_factor.confirm(anna, pyotp.TOTP(secret).at(second_factor.clock()))) == 10
    assert second_factor.is_on(anna)


def test_what_is_on_is_not_replaced(anna, code):
    with pytest.raises(second_factor.AlreadyOn):
        second_factor.prepare(anna)
    second_factor.forget_prepared(anna)
    assert second_factor.is_on(anna)
    assert second_factor.accepts(anna, code())


def test_half_an_hour_to_set_it_up(anna, now, monkeypatch):
    """A secret that nobody confirms is not shown for ever to whoever finds the session open."""
    secret = second_factor.prepare(anna)
    begun = registers.now()
    monkeypatch.setattr(second_factor, "now", lambda: begun + timedelta(minutes=29))
    assert second_factor.prepared(anna) == secret
    monkeypatch.setattr(second_factor, "now", lambda: begun + timedelta(minutes=31))
    assert second_factor.prepared(anna) is None
    with pytest.raises(second_factor.BadCode):
        second_factor.confirm(anna, pyotp.TOTP(secret).at(second_factor.clock()))
    assert second_factor.prepare(anna) != secret


@pytest.mark.parametrize(("drift", "accepted"), [(-60, 0), (-30, 1), (0, 1), (30, 1), (60, 0)])
def test_window(drift, accepted, anna, code):
    """An app whose clock is half a minute off will do, one that is a minute off will not."""
    assert second_factor.accepts(anna, code(drift)) == bool(accepted)


def test_a_code_counts_once(anna, code, now):
    """Whoever looked over a shoulder cannot use what was seen; nor an older code of the window."""
    assert second_factor.accepts(anna, f" {code()[:3]} {code()[3:]} ")
    assert not second_factor.accepts(anna, code())
    assert not second_factor.accepts(anna, code(-30))
    assert second_factor.accepts(anna, code(30))
    now(30)
    assert not second_factor.accepts(anna, code(30))


def test_the_code_that_switched_it_on_is_used(anna, now):
    secret = second_factor.prepare(anna)
    first = pyotp.TOTP(secret).at(second_factor.clock())
    second_factor.confirm(anna, first)
    assert not second_factor.accepts(anna, first)


@pytest.mark.parametrize("wrong", ["", "12345", "1234567", "abcdef", "１２３４５６", "-----", "é"])
def test_wrong_codes(wrong, anna, code):
    assert not second_factor.accepts(anna, wrong)


def test_recovery_codes(anna, code):
    """Ten, each good once, kept as hashes; new ones make the old ones void."""
    codes = second_factor.new_recovery_codes(anna)
    assert len(set(codes)) == 10
    kept = registers.registers().second_factors[anna].recovery
    assert not set(kept) & set(codes)
    assert second_factor.accepts(anna, codes[3].upper().replace("-", " "))
    assert not second_factor.accepts(anna, codes[3])
    assert second_factor.recovery_codes_left(anna) == 9
    second_factor.new_recovery_codes(anna)
    assert not second_factor.accepts(anna, codes[0])


def test_removed(anna, code):
    second_factor.remove(anna)
    assert not second_factor.is_on(anna)
    assert second_factor.prepare(anna)
    second_factor.remove("nobody")
