"""The first screen: one request per block."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

import numpy as np
from fastapi import APIRouter, Depends, Query

from api.deps import Caller, CallerDep
from api.idempotency import EffectRoute
from api.ranges import DayRange, day_range, monday_of
from api.reading import current_figures, periods_of, recent_body
from api.routes.ingest import stream_statuses
from api.schemas.dashboard import (
    ApprovalsWaitingOut,
    CalendarActivityOut,
    CalendarDayOut,
    CalendarOut,
    DashboardTrendsOut,
    SummaryOut,
    WeekDayOut,
)
from api.schemas.fitness import SeriesOut
from api.views.activities import activity_out
from api.views.fitness import body_series, load_series, warm_up_until, wellness_out
from api.views.jobs import OVER, job_out
from api.views.plans import completion_out, is_open, workout_out
from runcoach.domain.activity import RecordedActivity
from runcoach.domain.plan import Completion, Proposal, PublishState
from runcoach.domain.workout import PlannedWorkout, WorkoutKind
from runcoach.ports.storage import CalendarDay, DailyLoad, Period, UnitOfWork
from runcoach.science.definitions import DEFINITIONS
from runcoach.science.fitness import projection

router = APIRouter(prefix="/dashboard", tags=["dashboard"], route_class=EffectRoute)

DAY = timedelta(days=1)
RECENT, SHOWN_JOBS, WEEKS = 5, 5, 12
LOAD_PER_HOUR_EASY, LOAD_PER_HOUR_HARD = 50.0, 75.0
"""Planned load for the projection only: an hour at easy effort, and at mixed hard effort."""


@router.get("/summary")
async def summary(caller: CallerDep) -> SummaryOut:
    """Today at one glance."""
    today, language = caller.today, caller.language
    monday = monday_of(today)
    async with caller.begin() as work:
        body = await recent_body(work, today)
        figures = await current_figures(work, body, today)
        approved = await work.plans.approved()
        week_runs = await work.activities.between(monday, monday + 6 * DAY)
        loads = await work.metrics.daily_sums("load", monday, monday + 6 * DAY)
        done = {c.day: c for c in await work.plans.completions(monday, monday + 6 * DAY)}
        waiting = await _waiting(work, caller)
        recent = await work.activities.recent(RECENT)
        count = await work.activities.count()
        streams = await stream_statuses(work, language)
        jobs = [job for job in await work.jobs.list(limit=20) if job.state not in OVER][:SHOWN_JOBS]
    planned = planned_by_day(approved)
    week = [
        _week_day(monday + n * DAY, planned, week_runs, loads, done.get(monday + n * DAY)) for n in range(7)
    ]
    todays, following = planned.get(today), _next_after(planned, today)
    return SummaryOut(
        today=today,
        activities=count,
        today_workout=workout_out(todays, language) if todays else None,
        next_workout=workout_out(following, language) if following else None,
        figures=figures,
        week=week,
        week_planned_distance_m=_planned_m(week),
        week_done_distance_m=sum(day.done_distance_m or 0.0 for day in week),
        approvals=waiting,
        wellness_today=wellness_out(body[-1]) if body and body[-1].day == today else None,
        recent=[activity_out(one) for one in recent],
        streams=streams,
        jobs=[job_out(job, language, caller.runs_url) for job in jobs],
    )


def planned_by_day(approved: Proposal | None) -> dict[date, PlannedWorkout]:
    """The approved version's workouts by day."""
    return {workout.day: workout for workout in approved.draft.workouts} if approved else {}


def _next_after(planned: Mapping[date, PlannedWorkout], today: date) -> PlannedWorkout | None:
    ahead = [day for day, w in planned.items() if day > today and w.kind is not WorkoutKind.REST]
    return planned[min(ahead)] if ahead else None


def _planned_m(week: Sequence[WeekDayOut]) -> int | None:
    known = [day.planned_distance_m for day in week if day.planned_distance_m is not None]
    return sum(known) if known else None


def _week_day(
    day: date,
    planned: Mapping[date, PlannedWorkout],
    runs: Sequence[RecordedActivity],
    loads: Mapping[date, float],
    done: Completion | None,
) -> WeekDayOut:
    workout = planned.get(day)
    metres = [run.distance_m for run in runs if run.local_date == day and run.sport.is_run and run.distance_m]
    return WeekDayOut(
        day=day,
        planned_distance_m=workout.estimated_distance_m if workout else None,
        planned_title=workout.title if workout else None,
        planned_kind=workout.kind if workout else None,
        done_distance_m=sum(metres) if metres else None,
        done_load=loads.get(day),
        completion=completion_out(done) if done else None,
    )


async def _waiting(work: UnitOfWork, caller: Caller) -> ApprovalsWaitingOut:
    found = await work.plans.open_proposals()
    waiting = [p for p in found if is_open(p, await work.plans.decision_of(p.id), caller.now)]
    return ApprovalsWaitingOut(
        count=len(waiting),
        oldest_created_at=min((p.created_at for p in waiting), default=None),
        newest_id=max(waiting, key=lambda p: p.created_at).id if waiting else None,
    )


@router.get("/trends")
async def trends(caller: CallerDep, days: Annotated[int, Query(ge=7, le=3660)] = 90) -> DashboardTrendsOut:
    """Fitness chart with the plan's projection, weekly volume, and the body."""
    today = caller.today
    first = today - timedelta(days=days - 1)
    async with caller.begin() as work:
        rows = await work.metrics.daily(first, today)
        body = await work.wellness.between(first, today)
        first_day = await work.activities.first_day()
        volume = await periods_of(work, Period.WEEK, today - (WEEKS - 1) * 7 * DAY, today)
        approved = await work.plans.approved()
    return DashboardTrendsOut(
        first=first,
        last=today,
        warm_up_until=warm_up_until(first_day),
        load=load_series(rows),
        projection=_projected(rows, planned_by_day(approved), today),
        weeks=volume,
        body=body_series(body),
    )


def _projected(
    rows: Sequence[DailyLoad], planned: Mapping[date, PlannedWorkout], today: date
) -> dict[str, SeriesOut]:
    """CTL, ATL and TSB of the days ahead if the plan is run as it stands; {} without a plan or a history."""
    last_day = max(planned, default=today)
    if not rows or last_day <= today:
        return {}
    newest = rows[-1]
    days = [newest.day + n * DAY for n in range(1, (last_day - newest.day).days + 1)]
    loads = np.array([_planned_load(planned.get(day)) if day > today else 0.0 for day in days])
    ahead = [row for row in projection(newest.ctl, newest.atl, loads, newest.day) if row[0] > today]
    return {
        "ctl": _ahead("ctl", [(day, ctl) for day, ctl, _, _ in ahead]),
        "atl": _ahead("atl", [(day, atl) for day, _, atl, _ in ahead]),
        "tsb": _ahead("tsb", [(day, tsb) for day, _, _, tsb in ahead]),
    }


def _ahead(key: str, points: Sequence[tuple[date, float]]) -> SeriesOut:
    about = DEFINITIONS[key]
    return SeriesOut(
        definition_key=key,
        unit=about.unit,
        formula_version=about.version,
        points=[(day, round(value, 2)) for day, value in points],
    )


def _planned_load(workout: PlannedWorkout | None) -> float:
    if workout is None:
        return 0.0
    per_hour = LOAD_PER_HOUR_HARD if workout.kind.is_hard else LOAD_PER_HOUR_EASY
    return workout.estimated_duration_s / 3600 * per_hour


@router.get("/calendar")
async def calendar(
    caller: CallerDep, span: Annotated[DayRange, Depends(day_range(days=28, after=35))]
) -> CalendarOut:
    """Planned (by the newest version that was approved for the day) and done, day by day."""
    async with caller.begin() as work:
        days = await work.overview.calendar(span.first, span.last)
        on_watch = {target.workout_id: target.state for target in await work.plans.targets()}
    return CalendarOut(
        first=span.first,
        last=span.last,
        today=caller.today,
        days=[_calendar_day(day, caller.language, on_watch) for day in days],
    )


def _calendar_day(day: CalendarDay, language: str, on_watch: Mapping[UUID, PublishState]) -> CalendarDayOut:
    made = {completion.workout_id: completion for completion in day.completions}
    planned = [workout_out(workout, language, made, on_watch) for workout in day.planned]
    return CalendarDayOut(
        day=day.day,
        workout=planned[0] if planned else None,
        activities=[
            CalendarActivityOut(
                id=one.id, sport=one.sport, name=one.name, distance_m=one.distance_m, moving_s=one.moving_s
            )
            for one in day.activities
        ],
    )
