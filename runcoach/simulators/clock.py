"""The one clock of the simulators: real time, or a day pinned by a test."""

from datetime import UTC, date, datetime
from time import time
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


class Clock:
    """Instants are real, for tokens and the ledger; the day can be pinned."""

    def __init__(self, pinned_today: date | None = None) -> None:
        self._pinned = pinned_today

    def now(self) -> datetime:
        return datetime.fromtimestamp(time(), UTC)

    def epoch_s(self) -> float:
        return time()

    def today(self) -> date:
        """The day in Seoul."""
        return self._pinned or self.now().astimezone(SEOUL).date()
