"""What was computed of activities and days."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    cast,
    delete,
    func,
    literal,
    select,
    true,
)
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
        await self._insert(activity_metrics, (metric_values(activity_id, row) for row in rows))
        await self._insert_bests(activity_id, bests)
        await self._insert(time_in_zone, zone_values(activity_id, zone_seconds))

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
        rows = await self._all(select(*BEST).where(mine).order_by(best_efforts.c.distance_m))
        return [to_best(row) for row in rows]

    async def best_efforts(self, first: date, last: date) -> list[BestEffort]:
        """Fastest per distance within the window, shortest distance first; of equals the earlier.

        For each distance the index is read from its fastest row on, until one lies in the window.
        """
        table = best_efforts.alias("fastest")
        distance = self._distances()
        fastest = (
            select(*(table.c[column.name] for column in BEST))
            .where(
                table.c.user_id == self._user_id,
                table.c.distance_m == distance.c.distance_m,
                table.c.local_date.between(first, last),
            )
            .order_by(table.c.duration_s, table.c.local_date, table.c.activity_id)
            .limit(1)
            .lateral()
        )
        wanted = select(fastest).select_from(distance.join(fastest, true())).order_by(fastest.c.distance_m)
        return [to_best(row) for row in await self._all(wanted)]

    async def daily_sums(self, definition_key: str, first: date, last: date) -> Mapping[date, float]:
        """Sum per local day of one per-activity metric."""
        day, total = activities.c.local_date, func.sum(value_of(definition_key))
        within = self._mine(activities), day.between(first, last)
        sums = select(day, total).where(*within).group_by(day).having(total.is_not(None)).order_by(day)
        return {row[0]: row[1] for row in await self._all(sums)}

    async def values(self, definition_key: str, first: date, last: date) -> list[tuple[UUID, date, float]]:
        """(activity, local day, value), oldest first, of activities that have a value."""
        table = activities.c
        found = (
            select(table.id, table.local_date, value_of(definition_key))
            .where(self._mine(activities), table.local_date.between(first, last))
            .order_by(table.start_time, table.id)
        )
        return [(row[0], row[1], row[2]) for row in await self._all(found) if row[2] is not None]

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
        window = {"owner": self._user_id, "first": first, "last": last}
        return [DailyLoad(*row) for row in (await self._connection.execute(_DAYS, window)).all()]

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

    def _distances(self) -> CTE:
        """Every distance there is a row of, by jumping through the index rather than reading it."""
        column, mine = best_efforts.c.distance_m, self._mine(best_efforts)
        found = select(func.min(column).label("distance_m")).where(mine).cte("distances", recursive=True)
        longer = select(func.min(column)).where(mine, column > found.c.distance_m).scalar_subquery()
        return found.union_all(select(longer).where(found.c.distance_m.is_not(None)))

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
        await self._insert(best_efforts, (best_values(activity_id, best, local_date) for best in bests))


BEST = tuple(best_efforts.c[field.name] for field in fields(BestEffort))
"""What a best effort is read by, in the noun's own order."""

_DAILY = tuple(field.name for field in fields(DailyLoad))


def _days() -> Select[Any]:
    """Built once: building it takes as long as running it, and every screen asks."""
    table = fitness_metrics_daily.c
    within = table.day.between(bindparam("first"), bindparam("last"))
    mine = select(*(table[name] for name in _DAILY)).where(table.user_id == bindparam("owner"), within)
    return mine.order_by(table.day)


_DAYS = _days()


def value_of(definition_key: str) -> ScalarSelect[float | None]:
    """One figure of the activity of the enclosing query, looked up by its whole key.

    A join would be planned by statistics, and a history that has just been imported has none yet.
    """
    table = activity_metrics.c
    return (
        select(table.value)
        .where(
            table.user_id == activities.c.user_id,
            table.activity_id == activities.c.id,
            table.definition_key == definition_key,
        )
        .correlate(activities)
        .scalar_subquery()
    )


def monday_of(day: ColumnElement[date]) -> ColumnElement[date]:
    """The first day of its ISO week."""
    return cast(func.date_trunc("week", day), Date)


def to_metric(row: AnyRow) -> MetricRow:
    """A row as the noun."""
    return MetricRow(
        row.definition_key, row.value, row.unit, row.formula_version, row.reason, row.source, row.inputs
    )


def metric_values(activity_id: UUID, row: MetricRow) -> dict[str, Any]:
    """The noun as a row."""
    return {
        "activity_id": activity_id,
        "definition_key": row.definition_key,
        "value": row.value,
        "unit": row.unit,
        "formula_version": row.formula_version,
        "reason": row.reason,
        "source": row.source,
        "inputs": dict(row.inputs) if row.inputs else None,
    }


def best_values(activity_id: UUID, best: BestEffort, local_date: date) -> dict[str, Any]:
    """The noun as a row, with the activity's day."""
    return {
        "activity_id": activity_id,
        "distance_m": best.distance_m,
        "duration_s": best.duration_s,
        "start_s": best.start_s,
        "local_date": local_date,
    }


def zone_values(activity_id: UUID, zone_seconds: Mapping[str, Sequence[float]]) -> Iterator[dict[str, Any]]:
    """One row per zone of every system, zone 1 first."""
    for system, seconds in zone_seconds.items():
        for zone, duration_s in enumerate(seconds, start=1):
            yield {"activity_id": activity_id, "system": system, "zone": zone, "duration_s": duration_s}


def to_best(row: AnyRow) -> BestEffort:
    """A row of the columns of `BEST`, as the noun."""
    return BestEffort(*row)
