"""Figures about the runner, over days, weeks and months."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from api.accepting import launch, recompute
from api.deps import CallerDep
from api.idempotency import EffectRoute
from api.ranges import DayRange, day_range
from api.reading import BEGINNING, current_figures, lifetime, periods_of, recent_body
from api.schemas.common import Accepted, FigureOut
from api.schemas.fitness import (
    BestEffortsOut,
    BestOut,
    FiguresOut,
    HrOut,
    PeriodsOut,
    SleepOut,
    SnapshotOut,
    SnapshotsOut,
    TrendsOut,
    WellnessOut,
    ZoneWeekOut,
    ZoneWeeksOut,
)
from api.views.activities import pace_s_per_km
from api.views.fitness import (
    hr_out,
    load_series,
    sleep_out,
    stored_figure,
    warm_up_until,
    wellness_out,
)
from runcoach.ports.storage import BestEffort, Period
from runcoach.science.definitions import stated

router = APIRouter(tags=["fitness"], route_class=EffectRoute)

Quarter = Annotated[DayRange, Depends(day_range(days=90))]
Month = Annotated[DayRange, Depends(day_range(days=30))]
Year = Annotated[DayRange, Depends(day_range(days=365))]

_PERIODS = {"weekly": Period.WEEK, "monthly": Period.MONTH, "yearly": Period.YEAR}


@router.get("/fitness/current")
@router.get("/metrics", name="metrics")
async def current(caller: CallerDep) -> FiguresOut:
    """Level, load, form and body as of today."""
    async with caller.begin() as work:
        body = await recent_body(work, caller.today)
        figures = await current_figures(work, body, caller.today)
    return FiguresOut(as_of=caller.today, figures=figures)


@router.get("/fitness/trends")
async def trends(caller: CallerDep, span: Quarter) -> TrendsOut:
    """Load, fitness, fatigue and form per day."""
    async with caller.begin() as work:
        rows = await work.metrics.daily(span.first, span.last)
        first_day = await work.activities.first_day()
    return TrendsOut(
        first=span.first, last=span.last, series=load_series(rows), warm_up_until=warm_up_until(first_day)
    )


@router.get("/fitness/snapshots")
async def snapshots(caller: CallerDep, limit: Annotated[int, Query(ge=1, le=120)] = 24) -> SnapshotsOut:
    """The monthly snapshots, newest first; until there is one, the weekly profiles."""
    beginning, today = caller.today - BEGINNING, caller.today
    async with caller.begin() as work:
        stored = await work.analytics.snapshots(beginning, today)
        stored = stored or await work.metrics.profiles(beginning, today)
    items = [
        SnapshotOut(as_of=day, figures={key: stored_figure(values) for key, values in figures.items()})
        for day, figures in reversed(stored[-limit:])
    ]
    return SnapshotsOut(items=items)


@router.post("/fitness/recalculate", status_code=202)
async def recalculate(caller: CallerDep) -> Accepted:
    """Everything again from the kept samples."""
    return await launch(caller, recompute(caller))


@router.get("/analytics/lifetime")
async def all_time(caller: CallerDep) -> PeriodsOut:
    """One period from the first activity on."""
    async with caller.begin() as work:
        return PeriodsOut(items=await lifetime(work, caller.today))


@router.get("/analytics/best-efforts")
async def best_efforts(caller: CallerDep, span: Year) -> BestEffortsOut:
    """Fastest per distance within the window."""
    async with caller.begin() as work:
        found = await work.metrics.best_efforts(span.first, span.last)
    rows = [row for row in map(_best, sorted(found, key=lambda best: best.distance_m)) if row]
    return BestEffortsOut(first=span.first, last=span.last, items=rows)


def _best(best: BestEffort) -> BestOut | None:
    pace = pace_s_per_km(best.duration_s, best.distance_m)
    if pace is None:
        return None
    duration = stated("best_effort", best.duration_s, best.local_date, distance_m=best.distance_m)
    return BestOut(
        distance_m=best.distance_m,
        duration=FigureOut.of(duration),
        pace_s_per_km=pace,
        activity_id=best.activity_id,
        local_date=best.local_date,
    )


@router.get("/analytics/zones")
async def zones(
    caller: CallerDep, span: Quarter, system: Annotated[str, Query(max_length=40)] = "hr_max"
) -> ZoneWeeksOut:
    """Seconds per zone and week."""
    async with caller.begin() as work:
        found = await work.metrics.weekly_zone_seconds(system, span.first, span.last)
    items = [ZoneWeekOut(monday=monday, seconds=list(seconds)) for monday, seconds in found.items()]
    return ZoneWeeksOut(system=system, items=items)


@router.get("/analytics/{period}")
async def analytics(
    period: Literal["weekly", "monthly", "yearly"], caller: CallerDep, span: Year
) -> PeriodsOut:
    """Whole weeks from Monday, months from the 1st, or years that touch the window."""
    async with caller.begin() as work:
        return PeriodsOut(items=await periods_of(work, _PERIODS[period], span.first, span.last))


@router.get("/sleep")
async def sleep(caller: CallerDep, span: Month) -> SleepOut:
    """Nights in order."""
    async with caller.begin() as work:
        days = await work.wellness.between(span.first, span.last)
    return SleepOut(first=span.first, last=span.last, days=[sleep_out(day) for day in days])


@router.get("/hr")
async def hr(caller: CallerDep, span: Month) -> HrOut:
    """Resting heart rate and HRV in order."""
    async with caller.begin() as work:
        days = await work.wellness.between(span.first, span.last)
    return HrOut(first=span.first, last=span.last, days=[hr_out(day) for day in days])


@router.get("/wellness")
async def wellness(caller: CallerDep, span: Month) -> WellnessOut:
    """Everything the watch said about the body."""
    async with caller.begin() as work:
        days = await work.wellness.between(span.first, span.last)
    return WellnessOut(first=span.first, last=span.last, days=[wellness_out(day) for day in days])
