"""How long somebody who guesses passwords must wait. Pure: the counters in, the wait or new counters out."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FREE_FAILURES = 5
LONGEST_DELAY_S = 900.0
FAILURES_PER_HOUR = 20
HARD_LIMIT = 100  # NIST 800-63B §3.2.2
HARD_WAIT_S = 86_400.0
ADDRESS_BURST = 10.0
ADDRESS_REFILL_S = 60.0
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Attempts:
    """What is remembered of one account or one client address."""

    consecutive_failures: int
    hour_started_at: datetime
    failures_in_hour: int
    tokens: float
    last_attempt_at: datetime

    @classmethod
    def none(cls, now: datetime) -> "Attempts":
        """Nobody tried yet."""
        return cls(0, now, 0, ADDRESS_BURST, now)


def account_wait_s(seen: Attempts, now: datetime) -> float:
    """Seconds until the next try of an account: doubling after 5 failures, 20 an hour, 100 in a row."""
    if seen.consecutive_failures >= HARD_LIMIT:
        return _left(seen.last_attempt_at + timedelta(seconds=HARD_WAIT_S), now)
    waits = [0.0]
    if seen.consecutive_failures >= FREE_FAILURES:
        delay_s = min(2.0 ** (seen.consecutive_failures - FREE_FAILURES), LONGEST_DELAY_S)
        waits.append(_left(seen.last_attempt_at + timedelta(seconds=delay_s), now))
    if seen.failures_in_hour >= FAILURES_PER_HOUR:
        waits.append(_left(seen.hour_started_at + _HOUR, now))
    return max(waits)


def address_wait_s(seen: Attempts, now: datetime) -> float:
    """Seconds until the address may try again: ten at once, then one a minute."""
    missing = 1.0 - _refilled(seen, now)
    return max(0.0, missing * ADDRESS_REFILL_S)


def count_attempt(seen: Attempts, now: datetime) -> Attempts:
    """Counted as a failure before the password is looked at, so that guesses in parallel count too."""
    is_new_hour = now >= seen.hour_started_at + _HOUR
    return Attempts(
        consecutive_failures=seen.consecutive_failures + 1,
        hour_started_at=now if is_new_hour else seen.hour_started_at,
        failures_in_hour=1 if is_new_hour else seen.failures_in_hour + 1,
        tokens=_refilled(seen, now) - 1.0,
        last_attempt_at=now,
    )


def forgive_account(seen: Attempts) -> Attempts:
    """The right password was given."""
    return replace(seen, consecutive_failures=0, failures_in_hour=max(0, seen.failures_in_hour - 1))


def forgive_address(seen: Attempts) -> Attempts:
    """The right password gives back its own try, not those of the guesses before it."""
    return replace(
        seen,
        consecutive_failures=max(0, seen.consecutive_failures - 1),
        failures_in_hour=max(0, seen.failures_in_hour - 1),
        tokens=min(ADDRESS_BURST, seen.tokens + 1.0),
    )


def _refilled(seen: Attempts, now: datetime) -> float:
    elapsed_s = max(0.0, (now - seen.last_attempt_at).total_seconds())
    return min(ADDRESS_BURST, seen.tokens + elapsed_s / ADDRESS_REFILL_S)


def _left(until: datetime, now: datetime) -> float:
    return max(0.0, (until - now).total_seconds())
