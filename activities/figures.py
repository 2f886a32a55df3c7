"""Steps that keep the figures up: stale activities, load and form day by day, summaries, the level."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from activities.anchors import load_anchors, proposals_for
from activities.career import load_career, past_levels, summaries_of
from activities.contracts import DailyRequest, RecomputedPage, RecomputePage
from activities.derive import derive, fingerprint
from activities.steps import heartbeating, step
from runcoach.domain.activity import RecordedActivity, Streams
from runcoach.ports.bundle import Ports
from runcoach.ports.derived import ComputedActivity, DerivedActivity
from runcoach.ports.storage import DailyLoad, UnitOfWork
from runcoach.science.anchors import AnchorBook
from runcoach.science.definitions import DEFINITIONS
from runcoach.science.pmc import pmc_series

BATCH = 25
"""Activities that are read, computed and written together."""

ROUNDS = 3
"""What sessions show of the heart moves the anchors, and with them figures: one more round settles it."""


type Tell = Callable[..., None]


class FigureSteps:
    """Pure science over rows; every step gives the same rows when it is repeated."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @step("figures.update_daily")
    async def update_daily(self, request: DailyRequest) -> int:
        """Stale activities anew, then CTL, ATL, TSB and summaries from the earliest changed day forward; how
        many days were written."""
        async with heartbeating() as tell:
            refreshed = await self._refresh(request.user_id, tell)
            async with self._ports.store.begin(request.user_id) as work:
                today = await self._today(work)
                asked = date.fromisoformat(request.first_day) if request.first_day else date.min
                return await write_days(work, min(asked, refreshed or date.max), today)

    @step("figures.update_profile")
    async def update_profile(self, user_id: UUID) -> None:
        """The runner's level, week by week and month by month, and the estimates to ask about."""
        async with heartbeating():
            async with self._ports.store.begin(user_id) as work:
                today = await self._today(work)
                career = await load_career(work)
                daily = await work.metrics.daily(date.min, today)
                low_to_high = await work.derived.zone_seconds("three_", today - timedelta(days=27), today)
                known = await work.derived.levels()
            levels = await asyncio.to_thread(past_levels, career, daily, low_to_high, known, today)
            async with self._ports.store.begin(user_id) as work:
                await work.derived.save_levels(levels.weeks, levels.months)
                await work.derived.propose(proposals_for(user_id, career.book, today))

    @step("figures.recompute_page")
    async def recompute_page(self, request: RecomputePage) -> RecomputedPage:
        """All figures of the activities of the next days, from their kept samples, stale or not."""
        async with heartbeating() as tell:
            async with self._ports.store.begin(request.user_id) as work:
                first = await self._page_start(work, request)
                today = await self._today(work)
                if first is None or first > today:
                    return RecomputedPage(0, None)
                last = min(first + timedelta(days=request.days - 1), today)
                computed = await work.derived.computed()
                book = await load_anchors(work, computed)
            wanted = [row.activity for row in computed if first <= row.activity.local_date <= last]
            await self._compute(request.user_id, wanted, book, tell)
        return RecomputedPage(len(wanted), last.isoformat() if last < today else None)

    async def _refresh(self, user_id: UUID, tell: Tell) -> date | None:
        """Computes what has no figures, or those of other formulas or anchors; the earliest of their days."""
        earliest: date | None = None
        for _ in range(ROUNDS):
            async with self._ports.store.begin(user_id) as work:
                computed = await work.derived.computed()
                book = await load_anchors(work, computed)
            stale = stale_activities(computed, book)
            if not stale:
                break
            await self._compute(user_id, stale, book, tell)
            earliest = min(stale[0].local_date, earliest or date.max)
        return earliest

    async def _compute(
        self, user_id: UUID, activities: Sequence[RecordedActivity], book: AnchorBook, tell: Tell
    ) -> None:
        for start in range(0, len(activities), BATCH):
            batch = activities[start : start + BATCH]
            async with self._ports.store.begin(user_id) as work:
                streams = await work.derived.streams([activity.id for activity in batch])
            derived = await asyncio.to_thread(_derive_all, batch, streams, book)
            async with self._ports.store.begin(user_id) as work:
                await work.derived.save(derived)
            tell(start + len(batch), len(activities))

    async def _page_start(self, work: UnitOfWork, request: RecomputePage) -> date | None:
        if request.after is not None:
            return date.fromisoformat(request.after) + timedelta(days=1)
        if request.first_day is not None:
            return date.fromisoformat(request.first_day)
        return await work.activities.first_day()

    async def _today(self, work: UnitOfWork) -> date:
        return self._ports.clock.now().astimezone(ZoneInfo((await work.users.get()).time_zone)).date()


def stale_activities(computed: Sequence[ComputedActivity], book: AnchorBook) -> list[RecordedActivity]:
    """Those whose rows were not made by today's formulas and their day's anchors, oldest first."""
    return [
        row.activity for row in computed if row.fingerprint != fingerprint(book.on(row.activity.local_date))
    ]


async def write_days(work: UnitOfWork, changed: date, today: date) -> int:
    """Load, form and summaries from the changed day on: the same rows as from the first day on."""
    start = await work.activities.first_day()
    await work.derived.trim_daily(start, today)
    if start is None:
        await work.derived.trim_summaries(None, today)
        return 0
    first = max(start, min(changed, today))
    seed = await _seed(work, first)
    if seed is None:
        first = start
    loads = await work.metrics.daily_sums("load", first, today)
    rows = daily_loads(first, today, loads, seed)
    await work.metrics.save_daily(rows)
    await work.derived.trim_summaries(start, first)
    await work.analytics.save_summaries(await summaries_of(work, first, today))
    return len(rows)


async def _seed(work: UnitOfWork, first: date) -> DailyLoad | None:
    """The day before; None where there is none, or where it was made by another formula."""
    before = await work.metrics.daily(first - timedelta(days=1), first - timedelta(days=1))
    return before[0] if before and before[0].formula_version == DEFINITIONS["ctl"].version else None


def _derive_all(
    activities: Sequence[RecordedActivity], streams: Mapping[UUID, Streams], book: AnchorBook
) -> list[DerivedActivity]:
    return [derive(one, streams[one.id], book.on(one.local_date)) for one in activities]


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
