"""What was computed is replaced whole, and read back by activity, day, week and window."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from runcoach.domain.activity import DailyWellness, Sport, Streams
from runcoach.domain.connection import Provider
from runcoach.ports.storage import (
    AnalyticsSummary,
    BestEffort,
    DailyLoad,
    DatedZones,
    MetricRow,
    Period,
    SportTotals,
)
from runcoach.storage.ids import uuid7
from runcoach.storage.store import PgStore
from runcoach.storage.streams_codec import NO_SAMPLES
from tests.engines import MakeUser
from tests.fakes import FakeClock
from tests.storage.builders import MONDAY, MORNING, a_run

NOTHING = Streams(NO_SAMPLES)
NEVER, ALWAYS = date(2000, 1, 1), date(2100, 1, 1)


async def keep(work, day: int, *, load: float | None = 50.0, bests=(), zones=None, **more) -> UUID:
    """An activity `day` days after the first Monday, with a load."""
    run = a_run(work.user_id, start=MORNING + timedelta(days=day), **more)
    await work.activities.upsert(run, [], NOTHING)
    reason = None if load is not None else "no_load_source"
    rows = [MetricRow("load", load, "load", 1, reason, "heart_rate")]
    await work.metrics.save_activity(run.id, rows, bests, zones or {})
    return run.id


async def test_derived_rows_are_replaced_whole(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        run_id = await keep(work, 0, bests=[BestEffort(1000, 240, 5)], zones={"hr": [1.0, 2.0]})
        rows = [
            MetricRow("trimp", 81.5, "TRIMP", 2, None, "heart_rate"),
            MetricRow("decoupling", None, "%", 1, "too_short"),
        ]
        bests = [BestEffort(5000, 1300, 0), BestEffort(400, 90.5, 12)]
        await work.metrics.save_activity(run_id, rows, bests, {"pace": [0.0, 60.0], "hr": [5.0]})
        assert await work.metrics.of_activity(run_id) == [rows[1], rows[0]]
        assert await work.metrics.bests_of_activity(run_id) == [
            replace(best, activity_id=run_id, local_date=MONDAY) for best in reversed(bests)
        ]
        assert await work.metrics.zones_of_activity(run_id) == {"hr": [5.0], "pace": [0.0, 60.0]}
        await work.metrics.save_activity(run_id, [], [], {})
        assert await work.metrics.of_activity(run_id) == []


async def test_fastest_of_each_distance_is_found_within_the_window(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        old = await keep(work, -100, bests=[BestEffort(1000, 200, 0), BestEffort(5000, 1250, 0)])
        slow = await keep(work, 0, bests=[BestEffort(1000, 230, 7), BestEffort(5000, 1300, 0)])
        fast = await keep(work, 3, bests=[BestEffort(1000, 220, 9)])
        recent = await work.metrics.best_efforts(MONDAY, MONDAY + timedelta(days=6))
        ever = await work.metrics.best_efforts(NEVER, ALWAYS)
    assert [(best.distance_m, best.duration_s, best.activity_id) for best in recent] == [
        (1000, 220, fast),
        (5000, 1300, slow),
    ]
    assert [(best.distance_m, best.activity_id) for best in ever] == [(1000, old), (5000, old)]


async def test_daily_sums_and_values_leave_out_what_has_no_value(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        first = await keep(work, 0, load=40.0)
        second = await keep(work, 0, load=15.5, sport=Sport.RIDE)
        await keep(work, 1, load=None)
        third = await keep(work, 2, load=0.0)
        await keep(work, 30)
        last = MONDAY + timedelta(days=6)
        sums = await work.metrics.daily_sums("load", MONDAY, last)
        values = await work.metrics.values("load", MONDAY, last)
        assert await work.metrics.daily_sums("unknown", MONDAY, last) == {}
    assert sums == {MONDAY: 55.5, MONDAY + timedelta(days=2): 0.0}
    assert sorted(values[:2]) == sorted([(first, MONDAY, 40.0), (second, MONDAY, 15.5)])
    assert values[2:] == [(third, MONDAY + timedelta(days=2), 0.0)]


async def test_seconds_in_zones_add_up_by_week_from_monday(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        await keep(work, 0, zones={"hr": [10.0, 20.0, 30.0], "pace": [1.0]})
        await keep(work, 6, zones={"hr": [1.0, 2.0]})
        await keep(work, 7, zones={"hr": [5.0, 5.0]})
        await keep(work, 8)
        found = await work.metrics.weekly_zone_seconds("hr", NEVER, ALWAYS)
    assert found == {MONDAY: [11.0, 22.0, 30.0], MONDAY + timedelta(days=7): [5.0, 5.0, 0.0]}


async def test_days_of_load_are_replaced_from_the_edited_day_on(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    days = [DailyLoad(MONDAY + timedelta(days=n), 50, 10 + n, 20 + n, -10) for n in range(400)]
    async with store.begin(user.id) as work:
        await work.metrics.save_daily(days)
        changed = [replace(day, load=60.0, formula_version=2) for day in days[398:]]
        await work.metrics.save_daily(changed)
        assert await work.metrics.daily(MONDAY, ALWAYS) == days[:398] + changed
        assert await work.metrics.daily(MONDAY, MONDAY) == days[:1]


async def test_newest_profile_counts_and_the_others_are_history(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        assert await work.metrics.profile() is None
        for week in (1, 0):
            figures = {"race_index": {"value": 48.0 + week, "unit": ""}}
            await work.metrics.save_profile(MONDAY + timedelta(days=7 * week), figures)
        newest = await work.metrics.profile()
        assert newest == (MONDAY + timedelta(days=7), {"race_index": {"value": 49.0, "unit": ""}})
        assert [day for day, _ in await work.metrics.profiles(NEVER, MONDAY)] == [MONDAY]


async def test_part_of_a_day_of_wellness_completes_what_was_known(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    morning = DailyWellness(MONDAY, sleep_s=27_000.0, resting_hr_bpm=47.0, steps=300)
    evening = DailyWellness(MONDAY, steps=11_000, stress_avg=28.0)
    async with store.begin(user.id) as work:
        await work.wellness.save([morning, DailyWellness(MONDAY + timedelta(days=1))], Provider.GARMIN)
        await work.wellness.save([evening], Provider.GARMIN)
        found = await work.wellness.between(NEVER, ALWAYS)
    assert found == [replace(morning, steps=11_000, stress_avg=28.0)]


async def test_watch_is_believed_before_a_file_and_a_file_fills_its_gaps(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        await work.wellness.save([DailyWellness(MONDAY, weight_kg=64.0, vo2max=51.0)], Provider.FILE)
        await work.wellness.save([DailyWellness(MONDAY, weight_kg=63.2)], Provider.GARMIN)
        found = await work.wellness.between(MONDAY, MONDAY)
    assert found == [DailyWellness(MONDAY, weight_kg=63.2, vo2max=51.0)]


async def test_weekly_totals_are_whole_weeks_by_sport(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        await keep(work, -1, km=5)
        await keep(work, 0, km=10, load=60.0)
        await keep(work, 6, km=20, load=None)
        await keep(work, 6, km=40, sport=Sport.RIDE, load=None)
        await keep(work, 7, km=3)
        wednesday = MONDAY + timedelta(days=2)
        weeks = await work.overview.totals(Period.WEEK, wednesday, wednesday)
        months = await work.overview.totals(Period.MONTH, NEVER, ALWAYS)
        years = await work.overview.totals(Period.YEAR, NEVER, ALWAYS)
    # 10 km and 20 km at 300 s/km; 41 m of ascent each
    assert [week.first_day for week in weeks] == [MONDAY]
    assert weeks[0].by_sport == {
        Sport.RUN: SportTotals(2, 30_000.0, 9_000.0, 82.0, 60.0),
        Sport.RIDE: SportTotals(1, 40_000.0, 12_000.0, 41.0, None),
    }
    assert [month.first_day for month in months] == [date(2026, 3, 1)]
    assert years[0].by_sport[Sport.RUN].activities == 4


async def test_list_comes_with_its_figures_in_one_go(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        ids = [await keep(work, day, load=float(day)) for day in range(5)]
        bare = a_run(user.id, start=MORNING + timedelta(days=9))
        await work.activities.upsert(bare, [], NOTHING)
        first = await work.overview.activities(limit=3, cursor=None, metric_keys=["load", "trimp"])
        rest = await work.overview.activities(limit=3, cursor=first.next_cursor, metric_keys=["load"])
    assert [row.activity.id for row in first.items + rest.items] == [bare.id, *reversed(ids)]
    assert first.items[0].metrics == {}
    assert first.items[1].metrics == {"load": MetricRow("load", 4.0, "load", 1, None, "heart_rate")}
    assert rest.next_cursor is None


async def test_glance_counts_what_a_first_screen_needs(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        empty = await work.overview.glance()
        await keep(work, 0)
        await keep(work, 3)
        await work.metrics.save_daily([DailyLoad(MONDAY, 50, 10, 20, -10)])
        await work.wellness.save([DailyWellness(MONDAY, steps=1)], Provider.GARMIN)
        full = await work.overview.glance()
    assert (empty.activities, empty.first_day, empty.newest_load, empty.newest_wellness_day) == (
        0,
        None,
        None,
        None,
    )
    assert (full.activities, full.first_day, full.last_day) == (2, MONDAY, MONDAY + timedelta(days=3))
    assert full.newest_load == DailyLoad(MONDAY, 50, 10, 20, -10)
    assert full.newest_wellness_day == MONDAY
    assert (full.open_proposals, full.jobs_that_need_the_runner) == (0, 0)


async def test_summaries_and_snapshots_are_kept_by_period(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    weeks = [AnalyticsSummary(Period.WEEK, MONDAY + timedelta(days=7 * n), {"km": n}, 1) for n in range(3)]
    async with store.begin(user.id) as work:
        analytics = work.analytics
        await analytics.save_summaries([*weeks, AnalyticsSummary(Period.MONTH, date(2026, 3, 1), {"km": 9})])
        await analytics.save_summaries([replace(weeks[1], figures={"km": 5}, formula_version=2)])
        found = await analytics.summaries(Period.WEEK, MONDAY, MONDAY + timedelta(days=7))
        assert found == [weeks[0], replace(weeks[1], figures={"km": 5}, formula_version=2)]
        await analytics.save_snapshot(date(2026, 3, 17), {"ctl": 41}, 1)
        await analytics.save_snapshot(date(2026, 3, 31), {"ctl": 44}, 1)
        assert await analytics.snapshots(date(2026, 3, 20), ALWAYS) == [(date(2026, 3, 1), {"ctl": 44})]


async def test_zones_are_in_force_from_their_day_once_confirmed(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    user = await a_user()
    threshold = DatedZones(
        uuid7(), "threshold_hr", "own", (168.0,), "bpm", "runner", MONDAY, confirmed_at=clock.now()
    )
    estimate = replace(
        threshold,
        id=uuid7(),
        values=(171.0,),
        source="race",
        valid_from=MONDAY + timedelta(days=7),
        confirmed_at=None,
    )
    bounds = replace(
        threshold, id=uuid7(), kind="hr_zones", system="friel", values=(142.8, 151.2, 159.6, 168.0)
    )
    async with store.begin(user.id) as work:
        for one in (threshold, estimate, bounds):
            await work.zones.save(one)
        later = MONDAY + timedelta(days=10)
        assert await work.zones.valid_on(MONDAY - timedelta(days=1)) == []
        assert await work.zones.valid_on(later) == [bounds, threshold]
        assert await work.zones.proposals() == [estimate]
        confirmed = await work.zones.confirm(estimate.id, clock.now())
        assert await work.zones.confirm(estimate.id, clock.advance(days=1)) == confirmed
        assert await work.zones.valid_on(later) == [bounds, confirmed]
        assert await work.zones.valid_on(MONDAY) == [bounds, threshold]
        assert await work.zones.history("threshold_hr") == [confirmed, threshold]
        await work.zones.delete(estimate.id)
        assert await work.zones.history("threshold_hr") == [threshold]
