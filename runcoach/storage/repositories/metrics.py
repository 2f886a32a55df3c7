"""What was computed of activities and days."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, cast, delete, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.types import Date

from runcoach.ports.storage import BestEffort, DailyLoad, MetricRow
from runcoach.storage.repositories.repository import AnyRow, Repository
from runcoach.storage.tables.activities import activities
from runcoach.storage.tables.figures import (
    activity_metrics,
    best_efforts,
    fitness_metrics_daily,
    fitness_profile,
    time_in_zone,
)


class PgMetrics(Repository):
    """Derived rows: replaced whole when an activity is computed again."""

    async def save_activity(
        self,
        activity_id: UUID,
        rows: Sequence[MetricRow],
        bests: Sequence[BestEffort],
        zone_seconds: Mapping[str, Sequence[float]],
    ) -> None:
        """Replaces the activity's derived rows. `zone_seconds`: zone system → seconds per zone."""
        await self._wipe(activity_id)
        await self._insert(activity_metrics, (_metric_values(activity_id, row) for row in rows))
        await self._insert_bests(activity_id, bests)
        await self._insert(
            time_in_zone,
            (
                {"activity_id": activity_id, "system": system, "zone": zone, "duration_s": duration_s}
                for system, seconds in zone_seconds.items()
                for zone, duration_s in enumerate(seconds, start=1)
            ),
        )

    async def of_activity(self, activity_id: UUID) -> list[MetricRow]:
        """By definition key."""
        mine = self._mine(activity_metrics, activity_id=activity_id)
        order = activity_metrics.c.definition_key
        return [
            to_metric(row) for row in await self._all(select(activity_metrics).where(mine).order_by(order))
        ]

    async def zones_of_activity(self, activity_id: UUID) -> Mapping[str, Sequence[float]]:
        """Zone system → seconds per zone, zone 1 first."""
        mine = self._mine(time_in_zone, activity_id=activity_id)
        order = (time_in_zone.c.system, time_in_zone.c.zone)
        found: dict[str, list[float]] = {}
        for row in await self._all(select(time_in_zone).where(mine).order_by(*order)):
            found.setdefault(row.system, []).append(row.duration_s)
        return found

    async def bests_of_activity(self, activity_id: UUID) -> list[BestEffort]:
        """Shortest distance first."""
        mine = self._mine(best_efforts, activity_id=activity_id)
        rows = await self._all(select(best_efforts).where(mine).order_by(best_efforts.c.distance_m))
        return [_to_best(row) for row in rows]

    async def best_efforts(self, first: date, last: date) -> list[BestEffort]:
        """Fastest per distance within the window, shortest distance first; of equals the earlier."""
        table = best_efforts.c
        fastest = (
            select(best_efforts)
            .where(self._mine(best_efforts), table.local_date.between(first, last))
            .ext(distinct_on(table.distance_m))
            .order_by(table.distance_m, table.duration_s, table.local_date, table.activity_id)
        )
        return [_to_best(row) for row in await self._all(fastest)]

    async def daily_sums(self, definition_key: str, first: date, last: date) -> Mapping[date, float]:
        """Sum per local day of one per-activity metric."""
        day = activities.c.local_date
        sums = (
            select(day, func.sum(activity_metrics.c.value))
            .select_from(self._metrics_with_activities())
            .where(self._has_value(definition_key, first, last))
            .group_by(day)
            .order_by(day)
        )
        return {row[0]: row[1] for row in await self._all(sums)}

    async def values(self, definition_key: str, first: date, last: date) -> list[tuple[UUID, date, float]]:
        """(activity, local day, value), oldest first, of activities that have a value."""
        found = (
            select(activities.c.id, activities.c.local_date, activity_metrics.c.value)
            .select_from(self._metrics_with_activities())
            .where(self._has_value(definition_key, first, last))
            .order_by(activities.c.start_time, activities.c.id)
        )
        return [(row[0], row[1], row[2]) for row in await self._all(found)]

    async def weekly_zone_seconds(
        self, system: str, first: date, last: date
    ) -> Mapping[date, Sequence[float]]:
        """Monday → seconds per zone of that system, zone 1 first; weeks without samples are absent."""
        monday = monday_of(activities.c.local_date)
        joined = time_in_zone.join(
            activities,
            and_(
                activities.c.user_id == time_in_zone.c.user_id, activities.c.id == time_in_zone.c.activity_id
            ),
        )
        sums = (
            select(monday, time_in_zone.c.zone, func.sum(time_in_zone.c.duration_s))
            .select_from(joined)
            .where(self._mine(time_in_zone, system=system), activities.c.local_date.between(first, last))
            .group_by(monday, time_in_zone.c.zone)
            .order_by(monday, time_in_zone.c.zone)
        )
        found: dict[date, list[float]] = {}
        for week, zone, duration_s in await self._all(sums):
            seconds = found.setdefault(week, [])
            seconds.extend([0.0] * (zone - 1 - len(seconds)))
            seconds.append(duration_s)
        width = max(map(len, found.values()), default=0)
        return {week: seconds + [0.0] * (width - len(seconds)) for week, seconds in found.items()}

    async def save_daily(self, rows: Sequence[DailyLoad]) -> None:
        """Adds or replaces days."""
        await self._upsert(
            fitness_metrics_daily, ({name: getattr(row, name) for name in _DAILY} for row in rows)
        )

    async def daily(self, first: date, last: date) -> list[DailyLoad]:
        """Oldest first."""
        table = fitness_metrics_daily
        within = select(table).where(self._mine(table), table.c.day.between(first, last))
        rows = await self._all(within.order_by(table.c.day))
        return [DailyLoad(**{name: getattr(row, name) for name in _DAILY}) for row in rows]

    async def save_profile(self, as_of: date, figures: Mapping[str, Any]) -> None:
        """The weekly fitness profile: definition key → figure as JSON."""
        await self._upsert(fitness_profile, [{"as_of": as_of, "figures": dict(figures)}])

    async def profile(self) -> tuple[date, Mapping[str, Any]] | None:
        """The newest one."""
        newest = select(fitness_profile).where(self._mine(fitness_profile))
        row = await self._first(newest.order_by(fitness_profile.c.as_of.desc()).limit(1))
        return (row.as_of, row.figures) if row else None

    async def profiles(self, first: date, last: date) -> list[tuple[date, Mapping[str, Any]]]:
        """Those of a window, oldest first."""
        within = self._mine(fitness_profile), fitness_profile.c.as_of.between(first, last)
        rows = await self._all(select(fitness_profile).where(*within).order_by(fitness_profile.c.as_of))
        return [(row.as_of, row.figures) for row in rows]

    async def _wipe(self, activity_id: UUID) -> None:
        """What was computed before, in one statement."""
        gone = [
            delete(table).where(self._mine(table, activity_id=activity_id))
            for table in (activity_metrics, best_efforts, time_in_zone)
        ]
        *others, last = gone
        for place, statement in enumerate(others):
            last = last.add_cte(statement.returning(literal(1)).cte(f"gone_{place}"))
        await self._run(last)

    async def _insert_bests(self, activity_id: UUID, bests: Sequence[BestEffort]) -> None:
        """The local day stands in the row too, so that a window of days needs no join."""
        if not bests:
            return
        day = select(activities.c.local_date).where(self._mine(activities, id=activity_id))
        local_date = await self._scalar(day)
        await self._insert(
            best_efforts,
            (
                {
                    "activity_id": activity_id,
                    "distance_m": best.distance_m,
                    "duration_s": best.duration_s,
                    "start_s": best.start_s,
                    "local_date": local_date,
                }
                for best in bests
            ),
        )

    def _metrics_with_activities(self) -> FromClause:
        same = and_(
            activities.c.user_id == activity_metrics.c.user_id,
            activities.c.id == activity_metrics.c.activity_id,
        )
        return activity_metrics.join(activities, same)

    def _has_value(self, definition_key: str, first: date, last: date) -> ColumnElement[bool]:
        return and_(
            self._mine(activity_metrics, definition_key=definition_key),
            activity_metrics.c.value.is_not(None),
            activities.c.local_date.between(first, last),
        )


_DAILY = ("day", "load", "ctl", "atl", "tsb", "formula_version")


def monday_of(day: ColumnElement[date]) -> ColumnElement[date]:
    """The first day of its ISO week."""
    return cast(func.date_trunc("week", day), Date)


def to_metric(row: AnyRow) -> MetricRow:
    """A row as the noun."""
    return MetricRow(row.definition_key, row.value, row.unit, row.formula_version, row.reason, row.source)


def _metric_values(activity_id: UUID, row: MetricRow) -> dict[str, Any]:
    return {
        "activity_id": activity_id,
        "definition_key": row.definition_key,
        "value": row.value,
        "unit": row.unit,
        "formula_version": row.formula_version,
        "reason": row.reason,
        "source": row.source,
    }


def _to_best(row: AnyRow) -> BestEffort:
    return BestEffort(row.distance_m, row.duration_s, row.start_s, row.activity_id, row.local_date)
