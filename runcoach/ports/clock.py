"""Time as an argument."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time, always with a zone (UTC)."""

    def now(self) -> datetime:
        """The current instant in UTC."""
        ...
