"""What is kept of computing activities: rows by the batch, and from what they were computed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from runcoach.domain.activity import RecordedActivity, Streams
from runcoach.ports.rows import BestEffort, DatedZones, MetricRow


@dataclass(frozen=True)
class DerivedActivity:
    """All derived rows of one activity. `fingerprint` names formulas and anchors that they came from."""

    activity_id: UUID
    rows: Sequence[MetricRow]
    bests: Sequence[BestEffort]
    zone_seconds: Mapping[str, Sequence[float]]
    fingerprint: str
    peak_hr_bpm: float | None = None
    best_20_min_hr_bpm: float | None = None


@dataclass(frozen=True)
class ComputedActivity:
    """A recorded activity and what is known of its derived rows; `fingerprint` None = it has none yet."""

    activity: RecordedActivity
    fingerprint: str | None = None
    peak_hr_bpm: float | None = None
    best_20_min_hr_bpm: float | None = None


@dataclass(frozen=True)
class Level:
    """Figures of the end of a week or month, as JSON by key. `made_from` names what they came from."""

    first_day: date
    figures: Mapping[str, Any]
    made_from: str
    formula_version: int = 1


@dataclass(frozen=True)
class LevelSources:
    """First day of the week or month → `made_from`."""

    weeks: Mapping[date, str | None]
    months: Mapping[date, str | None]


class Derived(Protocol):
    """Derived rows in bulk: what a recompute reads and writes."""

    async def save(self, items: Sequence[DerivedActivity]) -> None:
        """Replaces the derived rows of these activities, in a handful of statements."""
        ...

    async def computed(self) -> list[ComputedActivity]:
        """Every activity that may be computed (none from Strava), oldest first."""
        ...

    async def streams(self, activity_ids: Sequence[UUID]) -> Mapping[UUID, Streams]:
        """Samples of several activities at once; one without samples has empty ones."""
        ...

    async def values(self, keys: Sequence[str]) -> Mapping[UUID, Mapping[str, float]]:
        """Activity → definition key → value, of the keys asked for."""
        ...

    async def bests(self, shortest_m: float, longest_m: float) -> list[BestEffort]:
        """Every kept best effort of these distances, oldest first."""
        ...

    async def zone_seconds(self, prefix: str, first: date, last: date) -> Sequence[float]:
        """Seconds per zone over the window, of the systems whose names begin so."""
        ...

    async def trim_daily(self, first: date | None, last: date) -> None:
        """Takes away days of load outside [first, last]; first None = all."""
        ...

    async def trim_summaries(self, first: date | None, changed: date) -> None:
        """Takes away summaries of periods before the one that holds `first` (None = all), and from the one
        that holds `changed` on: they are written anew, if anything is left. Levels: the former only."""
        ...

    async def levels(self) -> LevelSources:
        """What the stored weekly profiles and monthly snapshots were made from."""
        ...

    async def save_levels(self, weeks: Sequence[Level], months: Sequence[Level]) -> None:
        """Weekly profiles by their Monday, monthly snapshots by the first."""
        ...

    async def propose(self, proposals: Sequence[DatedZones]) -> None:
        """The estimates that wait for the runner from now on. One that was dismissed stays dismissed."""
        ...
