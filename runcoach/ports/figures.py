"""What was derived, and the rows that screens begin with."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from runcoach.domain.activity import (
    Sport,
)
from runcoach.ports.rows import (
    ActivityRows,
    AnalyticsSummary,
    BestEffort,
    CalendarDay,
    DailyLoad,
    DatedZones,
    Glance,
    MetricRow,
    Period,
    PeriodTotals,
)


class Metrics(Protocol):
    async def save_activity(
        self,
        activity_id: UUID,
        rows: Sequence[MetricRow],
        bests: Sequence[BestEffort],
        zone_seconds: Mapping[str, Sequence[float]],
    ) -> None:
        """Replaces the activity's derived rows. `zone_seconds`: zone system → seconds per zone."""
        ...

    async def of_activity(self, activity_id: UUID) -> list[MetricRow]: ...
    async def zones_of_activity(self, activity_id: UUID) -> Mapping[str, Sequence[float]]: ...
    async def bests_of_activity(self, activity_id: UUID) -> list[BestEffort]: ...
    async def best_efforts(self, first: date, last: date) -> list[BestEffort]:
        """Fastest per distance within the window."""
        ...

    async def daily_sums(self, definition_key: str, first: date, last: date) -> Mapping[date, float]:
        """Sum per local day of one per-activity metric."""
        ...

    async def values(self, definition_key: str, first: date, last: date) -> list[tuple[UUID, date, float]]:
        """(activity, local day, value), oldest first, of activities that have a value."""
        ...

    async def save_daily(self, rows: Sequence[DailyLoad]) -> None: ...
    async def daily(self, first: date, last: date) -> list[DailyLoad]: ...
    async def save_profile(self, as_of: date, figures: Mapping[str, Any]) -> None:
        """The weekly fitness profile: definition key → figure as JSON."""
        ...

    async def profile(self) -> tuple[date, Mapping[str, Any]] | None: ...
    async def profiles(self, first: date, last: date) -> list[tuple[date, Mapping[str, Any]]]:
        """The weekly profiles of a window, oldest first."""
        ...

    async def weekly_zone_seconds(
        self, system: str, first: date, last: date
    ) -> Mapping[date, Sequence[float]]:
        """Monday → seconds per zone, zone 1 first."""
        ...


class Overview(Protocol):
    """What screens show in one go: one query each, however long the history is."""

    async def totals(
        self, period: Period, first: date, last: date, *, load_key: str = "load"
    ) -> list[PeriodTotals]:
        """Whole periods that touch [first, last] and in which something was done, oldest first."""
        ...

    async def activities(
        self, *, limit: int, cursor: str | None, metric_keys: Sequence[str], sport: Sport | None = None,
        first: date | None = None, last: date | None = None,
    ) -> ActivityRows: ...  # fmt: skip
    async def calendar(self, first: date, last: date) -> list[CalendarDay]:
        """Every day of [first, last], in order."""
        ...

    async def glance(self) -> Glance: ...


class Analytics(Protocol):
    """Stored summaries and monthly snapshots."""

    async def save_summaries(self, rows: Sequence[AnalyticsSummary]) -> None: ...
    async def summaries(self, period: Period, first: date, last: date) -> list[AnalyticsSummary]:
        """Oldest first."""
        ...

    async def save_snapshot(self, month: date, figures: Mapping[str, Any], formula_version: int) -> None: ...
    async def snapshots(self, first: date, last: date) -> list[tuple[date, Mapping[str, Any]]]:
        """(first of the month, figures), oldest first."""
        ...


class Zones(Protocol):
    """Thresholds and zone bounds by date."""

    async def save(self, zones: DatedZones) -> None:
        """Adds or changes, by id."""
        ...

    async def valid_on(self, day: date) -> list[DatedZones]:
        """The confirmed ones in force on that day, one per kind and system."""
        ...

    async def history(self, kind: str | None = None) -> list[DatedZones]:
        """Confirmed ones, newest first."""
        ...

    async def proposals(self) -> list[DatedZones]:
        """Those that wait for the runner, newest first."""
        ...

    async def confirm(self, zones_id: UUID, at: datetime) -> DatedZones:
        """Puts a proposal in force; the same again changes nothing. Raises NotFound."""
        ...

    async def delete(self, zones_id: UUID) -> None:
        """Dismisses a proposal, or takes a row away; one that is gone is fine."""
        ...
