"""Stand-ins for what a test wants to hold in its hand."""

from datetime import UTC, datetime, timedelta

A_MORNING = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
"""A Monday, 16:30 in Seoul."""


class FakeClock:
    """A clock that stands still until it is told."""

    def __init__(self, now: datetime = A_MORNING) -> None:
        self._now = now

    def now(self) -> datetime:
        """The instant it was set to."""
        return self._now

    def set(self, now: datetime) -> None:
        """Jump."""
        self._now = now

    def advance(self, **interval: float) -> datetime:
        """Go on, by `timedelta`'s arguments."""
        self._now += timedelta(**interval)
        return self._now
