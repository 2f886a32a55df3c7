"""The clock: real time, and beside a demo athlete as many days ahead as that athlete was let live on."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from runcoach.ports.clock import Clock
from runcoach.settings import Settings

_FILE = "days_ahead"


class SystemClock:
    """The only clock that ticks by itself."""

    def now(self) -> datetime:
        """The current instant in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place where time comes in


class DemoClock:
    """Real time plus whole days. Every process of the machine reads the same small file, at every call."""

    def __init__(self, data_dir: Path, real: Clock) -> None:
        self._file, self._real = data_dir / "simulators" / _FILE, real

    def now(self) -> datetime:
        """The instant that the demo athlete lives in, in UTC."""
        return self._real.now() + timedelta(days=self.days_ahead)

    @property
    def days_ahead(self) -> int:
        """How far the athlete has been let live on; 0 at first."""
        try:
            return int(self._file.read_text(encoding="ascii"))
        except FileNotFoundError:
            return 0

    def set_ahead(self, days: int) -> None:
        """Every process follows at its next look; the file is replaced whole."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_name(f"{_FILE}.new")
        draft.write_text(str(days), encoding="ascii")
        draft.replace(self._file)


def build_clock(settings: Settings) -> Clock:
    """Without a demo athlete nothing but real time."""
    real = SystemClock()
    return DemoClock(settings.data_dir, real) if settings.demo else real
