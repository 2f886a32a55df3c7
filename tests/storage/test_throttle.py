"""How long a guesser waits, at the limits."""

from datetime import UTC, datetime, timedelta

import pytest

from runcoach.storage.throttle import (
    Attempts,
    account_wait_s,
    address_wait_s,
    count_attempt,
    forgive_account,
    forgive_address,
)

NOW = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


def after(failures: int, *, every_s: float = 0.0) -> tuple[Attempts, datetime]:
    """Counters after that many failures in a row, and the time of the last one."""
    seen, now = Attempts.none(NOW), NOW
    for _ in range(failures):
        seen = count_attempt(seen, now)
        now += timedelta(seconds=every_s)
    return seen, now - timedelta(seconds=every_s if failures else 0)


def test_five_failures_are_free() -> None:
    assert account_wait_s(*after(4)) == 0
    assert account_wait_s(*after(5)) == 1


def test_the_wait_doubles_and_ends_at_a_quarter_of_an_hour() -> None:
    # failure n waits 2^(n-5) s: 5 → 1 s, 10 → 32 s, 15 → 1024 s, capped at 900 s
    assert account_wait_s(*after(10)) == 32
    assert account_wait_s(*after(15)) == 900


def test_more_than_twenty_failures_in_an_hour_wait_for_its_end() -> None:
    seen, now = after(20, every_s=60)
    assert now - NOW == timedelta(minutes=19)
    assert account_wait_s(seen, now + timedelta(minutes=20)) == 21 * 60
    assert account_wait_s(seen, NOW + timedelta(hours=1)) == 0


def test_hundred_failures_in_a_row_close_the_account_for_a_day() -> None:
    seen, now = after(100, every_s=3600)
    assert account_wait_s(seen, now) == 86_400
    assert account_wait_s(seen, now + timedelta(hours=23)) == 3600


def test_right_password_opens_everything() -> None:
    seen, now = after(19)
    assert account_wait_s(forgive_account(seen), now) == 0


def test_address_has_ten_tries_and_then_one_a_minute() -> None:
    seen, now = after(10)
    assert address_wait_s(seen, now) == 60
    assert address_wait_s(seen, now + timedelta(seconds=45)) == pytest.approx(15)
    assert address_wait_s(after(9)[0], now) == 0


def test_right_password_does_not_forgive_the_guesses_before_it() -> None:
    seen, now = after(10)
    assert address_wait_s(forgive_address(seen), now) == 0
    again = count_attempt(forgive_address(seen), now)
    assert address_wait_s(again, now) == 60


def test_clock_that_goes_back_refills_nothing() -> None:
    seen, now = after(10)
    assert address_wait_s(seen, now - timedelta(hours=1)) == 60
