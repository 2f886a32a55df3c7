"""Derived rows in bulk, for recomputing a whole history."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from runcoach.domain.activity import Channel, Source, Streams
from runcoach.ports.derived import ComputedActivity, DerivedActivity, Level, LevelSources
from runcoach.ports.storage import BestEffort, DatedZones, Period
from runcoach.storage import streams_codec
from runcoach.storage.repositories.activities import ACTIVITY, to_activity
from runcoach.storage.repositories.metrics import BEST, best_values, metric_values, to_best, zone_values
from runcoach.storage.repositories.repository import Repository
from runcoach.storage.tables.activities import activities, activity_streams
from runcoach.storage.tables.figures import (
    activity_computations,
    activity_metrics,
    analytics_summaries,
    athlete_zones,
    best_efforts,
    fitness_metrics_daily,
    fitness_profile,
    fitness_snapshots,
    time_in_zone,
)

_TABLES = (activity_metrics, best_efforts, time_in_zone, activity_computations)
_STARTS: Mapping[Period, Callable[[date], date]] = {
    Period.WEEK: lambda day: day - timedelta(days=day.weekday()),
    Period.MONTH: lambda day: day.replace(day=1),
    Period.YEAR: lambda day: day.replace(month=1, day=1),
}


class PgDerived(Repository):
    """A handful of statements for any number of activities."""

    async def save(self, items: Sequence[DerivedActivity]) -> None:
        """Replaces the derived rows of these activities, in a handful of statements."""
        if not items:
            return
        ids = [item.activity_id for item in items]
        for table in _TABLES:
            await self._run(delete(table).where(self._mine(table), table.c.activity_id == func.any(ids)))
        days = await self._days(ids)
        await self._insert(
            activity_metrics, (metric_values(i.activity_id, row) for i in items for row in i.rows)
        )
        await self._insert(
            best_efforts,
            (best_values(i.activity_id, best, days[i.activity_id]) for i in items for best in i.bests),
        )
        await self._insert(
            time_in_zone, (row for i in items for row in zone_values(i.activity_id, i.zone_seconds))
        )
        await self._insert(activity_computations, (_computation(item) for item in items))

    async def computed(self) -> list[ComputedActivity]:
        """Every activity that may be computed (none from Strava), oldest first."""
        about = activity_computations.c
        same = and_(about.user_id == activities.c.user_id, about.activity_id == activities.c.id)
        found = (
            select(*ACTIVITY, about.fingerprint, about.peak_hr_bpm, about.best_20_min_hr_bpm)
            .select_from(activities.outerjoin(activity_computations, same))
            .where(self._mine(activities), activities.c.source != Source.STRAVA.value)
            .order_by(activities.c.start_time, activities.c.id)
        )
        return [ComputedActivity(to_activity(row), *row[len(ACTIVITY) :]) for row in await self._all(found)]

    async def streams(self, activity_ids: Sequence[UUID]) -> Mapping[UUID, Streams]:
        """Samples of several activities at once; one without samples has empty ones."""
        table = activity_streams.c
        wanted = select(table.activity_id, table.channel, table.data).where(
            self._mine(activity_streams), table.activity_id == func.any(list(activity_ids))
        )
        blobs: dict[UUID, dict[str, Any]] = {activity_id: {} for activity_id in activity_ids}
        for row in await self._all(wanted):
            blobs[row.activity_id][row.channel] = streams_codec.decode(row.data)
        return {activity_id: _streams(found) for activity_id, found in blobs.items()}

    async def values(self, keys: Sequence[str]) -> Mapping[UUID, Mapping[str, float]]:
        """Activity → definition key → value, of the keys asked for."""
        table = activity_metrics.c
        wanted = select(table.activity_id, table.definition_key, table.value).where(
            self._mine(activity_metrics), table.definition_key.in_(keys), table.value.is_not(None)
        )
        found: dict[UUID, dict[str, float]] = defaultdict(dict)
        for activity_id, key, value in await self._all(wanted):
            found[activity_id][key] = value
        return found

    async def bests(self, shortest_m: float, longest_m: float) -> list[BestEffort]:
        """Every kept best effort of these distances, oldest first."""
        table = best_efforts.c
        wanted = select(*BEST).where(
            self._mine(best_efforts), table.distance_m.between(shortest_m, longest_m)
        )
        order = (table.local_date, table.activity_id, table.distance_m)
        return [to_best(row) for row in await self._all(wanted.order_by(*order))]

    async def zone_seconds(self, prefix: str, first: date, last: date) -> Sequence[float]:
        """Seconds per zone over the window, of the systems whose names begin so."""
        table = time_in_zone.c
        same = and_(activities.c.user_id == table.user_id, activities.c.id == table.activity_id)
        sums = (
            select(table.zone, func.sum(table.duration_s))
            .select_from(time_in_zone.join(activities, same))
            .where(
                self._mine(time_in_zone),
                table.system.startswith(prefix, autoescape=True),
                activities.c.local_date.between(first, last),
            )
            .group_by(table.zone)
        )
        found = {zone: seconds for zone, seconds in await self._all(sums)}
        return [found.get(zone, 0.0) for zone in range(1, max(found, default=0) + 1)]

    async def trim_daily(self, first: date | None, last: date) -> None:
        """Takes away days of load outside [first, last]; first None = all."""
        table = fitness_metrics_daily
        mine = delete(table).where(self._mine(table))
        if first is not None:
            mine = mine.where(or_(table.c.day < first, table.c.day > last))
        await self._run(mine)

    async def trim_summaries(self, first: date | None, changed: date) -> None:
        """Takes away summaries of periods before the one that holds `first` (None = all), and from the one
        that holds `changed` on: they are written anew, if anything is left. Levels: the former only."""
        day = analytics_summaries.c.first_day
        for period, start_of in _STARTS.items():
            mine = delete(analytics_summaries).where(self._mine(analytics_summaries, period=period.value))
            if first is not None:
                mine = mine.where(or_(day < start_of(first), day >= start_of(changed)))
            await self._run(mine)
        for table, key, period in (
            (fitness_profile, fitness_profile.c.as_of, Period.WEEK),
            (fitness_snapshots, fitness_snapshots.c.month, Period.MONTH),
        ):
            gone = delete(table).where(self._mine(table))
            await self._run(gone if first is None else gone.where(key < _STARTS[period](first)))

    async def levels(self) -> LevelSources:
        """What the stored weekly profiles and monthly snapshots were made from."""
        week, month = fitness_profile.c, fitness_snapshots.c
        weeks = select(week.as_of, week.made_from).where(self._mine(fitness_profile))
        months = select(month.month, month.made_from).where(self._mine(fitness_snapshots))
        return LevelSources(
            {row[0]: row[1] for row in await self._all(weeks)},
            {row[0]: row[1] for row in await self._all(months)},
        )

    async def save_levels(self, weeks: Sequence[Level], months: Sequence[Level]) -> None:
        """Weekly profiles by their Monday, monthly snapshots by the first."""
        await self._upsert(
            fitness_profile,
            (
                {"as_of": one.first_day, "figures": dict(one.figures), "made_from": one.made_from}
                for one in weeks
            ),
        )
        await self._upsert(
            fitness_snapshots,
            (
                {
                    "month": one.first_day,
                    "figures": dict(one.figures),
                    "formula_version": one.formula_version,
                    "made_from": one.made_from,
                }
                for one in months
            ),
        )

    async def propose(self, proposals: Sequence[DatedZones]) -> None:
        """The estimates that wait for the runner from now on. One that was dismissed stays dismissed."""
        table = athlete_zones.c
        outdated = delete(athlete_zones).where(
            self._mine(athlete_zones),
            table.confirmed_at.is_(None),
            table.dismissed_at.is_(None),
            table.id.not_in([one.id for one in proposals]),
        )
        await self._run(outdated)
        rows = [_zone_values(self._user_id, one) for one in proposals]
        if rows:
            known = insert(athlete_zones).on_conflict_do_nothing(index_elements=["user_id", "id"])
            await self._connection.execute(known, rows)

    async def _days(self, ids: Sequence[UUID]) -> Mapping[UUID, date]:
        wanted = select(activities.c.id, activities.c.local_date).where(
            self._mine(activities), activities.c.id == func.any(list(ids))
        )
        return {row.id: row.local_date for row in await self._all(wanted)}


def _streams(found: dict[str, Any]) -> Streams:
    time_s = found.pop(streams_codec.TIME_CHANNEL, streams_codec.NO_SAMPLES)
    return Streams(time_s, {Channel(name): values for name, values in found.items()})


def _computation(item: DerivedActivity) -> dict[str, Any]:
    return {
        "activity_id": item.activity_id,
        "fingerprint": item.fingerprint,
        "peak_hr_bpm": item.peak_hr_bpm,
        "best_20_min_hr_bpm": item.best_20_min_hr_bpm,
    }


def _zone_values(user_id: UUID, one: DatedZones) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "id": one.id,
        "kind": one.kind,
        "system": one.system,
        "values": list(one.values),
        "unit": one.unit,
        "source": one.source,
        "valid_from": one.valid_from,
        "formula_version": one.formula_version,
    }
