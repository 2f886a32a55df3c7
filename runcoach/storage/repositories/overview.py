"""What screens show in one go."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, and_, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from runcoach.domain.activity import Source, Sport
from runcoach.domain.plan import Completion, DecisionKind, VersionStatus
from runcoach.domain.workout import PlannedWorkout
from runcoach.ports.storage import (
    ActivityRow,
    ActivityRows,
    CalendarDay,
    DailyLoad,
    Glance,
    MetricRow,
    Period,
    PeriodTotals,
    SportTotals,
)
from runcoach.storage.repositories import plan_rows
from runcoach.storage.repositories.activities import ACTIVITY, page_of, to_activity, write_cursor
from runcoach.storage.repositories.metrics import value_of
from runcoach.storage.repositories.repository import AnyRow, Repository
from runcoach.storage.tables.activities import activities
from runcoach.storage.tables.figures import activity_metrics, fitness_metrics_daily, health_metrics, sleep
from runcoach.storage.tables.plans import approvals, plan_versions, workout_completions, workouts
from runcoach.storage.tables.sync import sync_jobs

_METRIC = ("definition_key", "value", "unit", "formula_version", "reason", "source")


class PgOverview(Repository):
    """Reads across rooms; writes nothing."""

    async def totals(
        self, period: Period, first: date, last: date, *, load_key: str = "load"
    ) -> list[PeriodTotals]:
        """Whole periods that touch [first, last] and in which something was done, oldest first.

        Rows from Strava are shown, and reach no figure.
        """
        table = activities.c
        start = cast(func.date_trunc(period.value, table.local_date), Date)
        counts = table.source != Source.STRAVA.value
        window = table.local_date >= func.date_trunc(period.value, cast(first, Date))
        sums = (
            select(
                start,
                table.sport,
                func.count(),
                func.coalesce(func.sum(table.distance_m), 0.0),
                func.sum(table.moving_s),
                func.coalesce(func.sum(table.ascent_m), 0.0),
                func.sum(value_of(load_key)),
            )
            .where(self._mine(activities), counts, window, start <= last)
            .group_by(start, table.sport)
            .order_by(start, table.sport)
        )
        found: dict[date, dict[Sport, SportTotals]] = defaultdict(dict)
        for row in await self._all(sums):
            found[row[0]][Sport(row[1])] = SportTotals(*row[2:])
        return [PeriodTotals(first_day, by_sport) for first_day, by_sport in found.items()]

    async def activities(
        self, *, limit: int, cursor: str | None, metric_keys: Sequence[str], sport: Sport | None = None,
        first: date | None = None, last: date | None = None,
    ) -> ActivityRows:  # fmt: skip
        """A page of activities, each with the figures asked for, newest first. Raises Invalid."""
        figure = func.jsonb_build_array(*(activity_metrics.c[name] for name in _METRIC))
        figures = (
            select(func.coalesce(func.jsonb_agg(figure), cast([], JSONB)))
            .where(
                activity_metrics.c.user_id == activities.c.user_id,
                activity_metrics.c.activity_id == activities.c.id,
                activity_metrics.c.definition_key.in_(metric_keys),
            )
            .scalar_subquery()
        )
        statement = select(*ACTIVITY, figures.label("figures"))
        rows = await self._all(page_of(statement, self._user_id, limit, cursor, sport, first, last))
        items = tuple(_to_activity_row(row) for row in rows[:limit])
        is_more = len(rows) > limit
        return ActivityRows(items, write_cursor(items[-1].activity) if is_more else None)

    async def calendar(self, first: date, last: date) -> list[CalendarDay]:
        """Every day of [first, last], in order."""
        planned = await self._planned(first, last)
        done = defaultdict(list)
        within = select(*ACTIVITY).where(self._mine(activities), activities.c.local_date.between(first, last))
        for row in await self._all(within.order_by(activities.c.start_time, activities.c.id)):
            done[row.local_date].append(to_activity(row))
        made = await self._completions(first, last)
        days = ((first + timedelta(days=offset)) for offset in range((last - first).days + 1))
        return [CalendarDay(day, tuple(planned[day]), tuple(done[day]), tuple(made[day])) for day in days]

    async def glance(self) -> Glance:
        """The counts and newest rows that a first screen begins with."""
        table = activities.c
        nights = select(func.max(sleep.c.day)).where(self._mine(sleep))
        days = select(func.max(health_metrics.c.day)).where(self._mine(health_metrics))
        is_open = self._mine(plan_versions, status=VersionStatus.PROPOSED.value)
        needs = self._mine(sync_jobs, needs_human=True)
        counted = select(
            func.count(),
            func.min(table.local_date),
            func.max(table.local_date),
            func.greatest(nights.scalar_subquery(), days.scalar_subquery()),
            select(func.count()).select_from(plan_versions).where(is_open).scalar_subquery(),
            select(func.count()).select_from(sync_jobs).where(needs).scalar_subquery(),
        ).where(self._mine(activities))
        row = (await self._connection.execute(counted)).one()
        return Glance(
            activities=row[0],
            first_day=row[1],
            last_day=row[2],
            newest_load=await self._newest_load(),
            newest_wellness_day=row[3],
            open_proposals=row[4],
            jobs_that_need_the_runner=row[5],
        )

    async def _newest_load(self) -> DailyLoad | None:
        newest = select(fitness_metrics_daily).where(self._mine(fitness_metrics_daily))
        row = await self._first(newest.order_by(fitness_metrics_daily.c.day.desc()).limit(1))
        return DailyLoad(row.day, row.load, row.ctl, row.atl, row.tsb, row.formula_version) if row else None

    async def _planned(self, first: date, last: date) -> dict[date, list[PlannedWorkout]]:
        """Of each day, the workouts of the newest version that was approved and has that day."""
        was_approved = and_(
            approvals.c.user_id == workouts.c.user_id,
            approvals.c.proposal_id == workouts.c.version_id,
            approvals.c.kind == DecisionKind.APPROVE.value,
        )
        same_version = and_(
            plan_versions.c.user_id == workouts.c.user_id, plan_versions.c.id == workouts.c.version_id
        )
        newest = func.rank().over(partition_by=workouts.c.day, order_by=plan_versions.c.version.desc())
        ranked = (
            select(workouts, newest.label("place"))
            .join(plan_versions, same_version)
            .join(approvals, was_approved)
            .where(self._mine(workouts), workouts.c.day.between(first, last))
            .subquery()
        )
        wanted = select(ranked).where(ranked.c.place == 1).order_by(ranked.c.day, ranked.c.position)
        found: dict[date, list[PlannedWorkout]] = defaultdict(list)
        for row in await self._all(wanted):
            found[row.day].append(plan_rows.to_workout(row))
        return found

    async def _completions(self, first: date, last: date) -> dict[date, list[Completion]]:
        table = workout_completions
        within = select(table).where(self._mine(table), table.c.day.between(first, last))
        found: dict[date, list[Completion]] = defaultdict(list)
        for row in await self._all(within.order_by(table.c.day, table.c.workout_id)):
            found[row.day].append(plan_rows.to_completion(row))
        return found


def _to_activity_row(row: AnyRow) -> ActivityRow:
    figures: list[list[Any]] = row.figures
    return ActivityRow(to_activity(row), {figure[0]: MetricRow(*figure) for figure in figures})
