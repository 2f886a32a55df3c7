"""Steps that keep the figures up: load and form day by day, the weekly profile, everything again."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from activities.anchors import estimate_heart_rates, estimate_threshold_pace, load_anchors
from activities.derive import derive
from activities.plan_request import longest_m, race_index_of, runs_between, weekly_m
from activities.profile import LevelInputs, level_figures
from activities.steps import heartbeating, step
from runcoach.ports.bundle import Ports
from runcoach.ports.storage import DailyLoad, UnitOfWork
from runcoach.science.definitions import DEFINITIONS
from runcoach.science.pmc import pmc_series

LEVEL_WINDOW = timedelta(days=90)
VO2MAX_WINDOW = timedelta(days=30)
"""How far back best efforts and effective VO2max tell the runner's level."""


@dataclass(frozen=True)
class DailyRequest:
    """Load and form from `first_day` (ISO) on; None = from the first activity."""

    user_id: UUID
    first_day: str | None = None


@dataclass(frozen=True)
class RecomputePage:
    """A page of days, oldest first; `after` (ISO) is the last day done, `first_day` where to begin."""

    user_id: UUID
    after: str | None = None
    first_day: str | None = None
    days: int = 60


@dataclass(frozen=True)
class RecomputedPage:
    """`after` None: everything is done."""

    activities: int
    after: str | None


class FigureSteps:
    """Pure science over rows; every step gives the same rows when it is repeated."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @step("figures.update_daily")
    async def update_daily(self, request: DailyRequest) -> int:
        """CTL, ATL and TSB from the earliest changed day forward; how many days were written."""
        async with heartbeating(), self._ports.store.begin(request.user_id) as work:
            start = await work.activities.first_day()
            if start is None:
                return 0
            today = await self._today(work)
            changed = date.fromisoformat(request.first_day) if request.first_day else start
            first = max(start, min(changed, today))
            seeds = await work.metrics.daily(first - timedelta(days=1), first - timedelta(days=1))
            if not seeds:
                first = start
            loads = await work.metrics.daily_sums("load", first, today)
            rows = daily_loads(first, today, loads, seeds[0] if seeds else None)
            await work.metrics.save_daily(rows)
            return len(rows)

    @step("figures.update_profile")
    async def update_profile(self, user_id: UUID) -> None:
        """The runner's level this week: race index, training paces, predictions; each with its origin."""
        async with heartbeating(), self._ports.store.begin(user_id) as work:
            today = await self._today(work)
            figures = level_figures(await _level_inputs(work, today))
            monday = today - timedelta(days=today.weekday())
            await work.metrics.save_profile(monday, figures)

    @step("figures.estimate")
    async def estimate(self, user_id: UUID) -> None:
        """Writes down, once, what of the runner's own numbers can be estimated."""
        async with self._ports.store.begin(user_id) as work:
            await estimate_heart_rates(work, await self._today(work))

    @step("figures.estimate_threshold")
    async def estimate_threshold(self, user_id: UUID) -> bool:
        """True where a threshold pace is known for the first time: loads are to be recomputed."""
        async with self._ports.store.begin(user_id) as work:
            index = race_index_of(await work.metrics.profile())
            today = await self._today(work)
            return await estimate_threshold_pace(work, index.value if index else None, today)

    @step("figures.recompute_page")
    async def recompute_page(self, request: RecomputePage) -> RecomputedPage:
        """All figures of the activities of the next days, from their kept samples."""
        async with heartbeating() as tell:
            async with self._ports.store.begin(request.user_id) as work:
                first = await self._page_start(work, request)
                today = await self._today(work)
                if first is None or first > today:
                    return RecomputedPage(0, None)
                last = min(first + timedelta(days=request.days - 1), today)
                activities = await work.activities.between(first, last)
                anchors = await load_anchors(work, today)
            for done, activity in enumerate(activities):
                async with self._ports.store.begin(request.user_id) as work:
                    streams = await work.activities.streams(activity.id)
                    derived = await asyncio.to_thread(derive, activity, streams, anchors)
                    await work.metrics.save_activity(
                        activity.id, derived.rows, derived.bests, derived.zone_seconds
                    )
                tell(done + 1, len(activities))
        return RecomputedPage(len(activities), last.isoformat() if last < today else None)

    async def _page_start(self, work: UnitOfWork, request: RecomputePage) -> date | None:
        if request.after is not None:
            return date.fromisoformat(request.after) + timedelta(days=1)
        if request.first_day is not None:
            return date.fromisoformat(request.first_day)
        return await work.activities.first_day()

    async def _today(self, work: UnitOfWork) -> date:
        return self._ports.clock.now().astimezone(ZoneInfo((await work.users.get()).time_zone)).date()


async def _level_inputs(work: UnitOfWork, today: date) -> LevelInputs:
    runs = await runs_between(work, today - LEVEL_WINDOW, today)
    weeks = weekly_m(runs, today)
    vo2max = await work.metrics.values("effective_vo2max", today - VO2MAX_WINDOW, today)
    return LevelInputs(
        bests=await work.metrics.best_efforts(today - LEVEL_WINDOW, today),
        vo2max=[value for _, _, value in vo2max],
        km_per_week=sum(weeks) / len(weeks) / 1000 if weeks else 0.0,
        longest_run_km=longest_m(runs, today) / 1000,
        today=today,
    )


def daily_loads(
    first: date, last: date, loads: Mapping[date, float], seed: DailyLoad | None
) -> Sequence[DailyLoad]:
    """One row per day of [first, last], rest days too, going on from the day before."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    series = np.array([loads.get(day, 0.0) for day in days], dtype=np.float64)
    ctl, atl, tsb = pmc_series(series, seed.ctl if seed else 0.0, seed.atl if seed else 0.0)
    version = DEFINITIONS["ctl"].version
    return [
        DailyLoad(day, float(series[n]), float(ctl[n]), float(atl[n]), float(tsb[n]), version)
        for n, day in enumerate(days)
    ]
