"""What the coach knows before it looks: right, and as short after thirty years as after one."""

import json
from datetime import date, timedelta
from typing import Any

from agent.baseline import history_of
from agent.tools.contract import PlanIntent, PlanWish, ToolContext
from runcoach.ports.storage import AnalyticsSummary, DailyLoad, Period
from runcoach.science.definitions import stated
from tests.fakes_store import FakeAnalytics, FakeMetrics, FakeUsers, FakeWork, a_user

TODAY = date(2026, 3, 4)  # a Wednesday
MONDAY = date(2026, 3, 2)


async def no_plan(wish: PlanWish) -> PlanIntent:
    raise AssertionError("nobody asked for a plan")


def a_summary(period: Period, first: date, km: float, runs: int = 4) -> AnalyticsSummary:
    figures = {
        "distance": stated("distance", km * 1000, first, runs=runs).as_dict(),
        "moving_time": stated("moving_time", km * 330, first, activities=runs + 1).as_dict(),
        "load": stated("load", km * 6, first).as_dict(),
    }
    return AnalyticsSummary(period, first, figures)


async def history(rows: list[AnalyticsSummary], **metrics: Any) -> dict[str, Any]:
    work = FakeWork(FakeUsers(a_user()), metrics=FakeMetrics(**metrics), analytics=FakeAnalytics(rows))
    return await history_of(ToolContext(work, TODAY, "en", "metric", no_plan))  # type: ignore[arg-type]


async def test_recent_weeks_are_six_with_this_one_last_and_empty_ones_as_nothing() -> None:
    rows = [a_summary(Period.WEEK, MONDAY - timedelta(days=7 * back), 40 + back) for back in (0, 1, 3)]
    weeks = (await history(rows))["recent_weeks"]
    assert [week["distance_m"] for week in weeks] == [0, 0, 43_000, 0, 41_000, 40_000]
    assert [week["is_current"] for week in weeks] == [False] * 5 + [True]
    assert (weeks[-1]["runs"], weeks[-1]["load"]) == (4, 240)


async def test_trend_puts_six_whole_weeks_beside_the_six_before_and_leaves_this_one_out() -> None:
    rows = [a_summary(Period.WEEK, MONDAY - timedelta(days=7 * back), 30.0) for back in range(7, 13)]
    rows += [a_summary(Period.WEEK, MONDAY - timedelta(days=7 * back), 45.0) for back in range(1, 7)]
    rows += [a_summary(Period.WEEK, MONDAY, 5.0)]
    days = [DailyLoad(MONDAY - timedelta(days=80), 0, 31.2, 30, 1), DailyLoad(TODAY, 0, 44.4, 40, 4)]
    found = (await history(rows, days=days))["trend_12_weeks"]
    assert found["weekly_distance_before"]["distance_m"] == 30_000
    assert found["weekly_distance_recent"]["distance_m"] == 45_000
    assert (found["ctl_then"]["value"], found["ctl_now"]["value"]) == (31.2, 44.4)
    assert found["race_index_now"]["value"] is None
    assert found["race_index_now"]["reason"]


async def test_lifetime_is_all_years_in_one_line() -> None:
    years = [a_summary(Period.YEAR, date(year, 1, 1), km, 100) for year, km in ((2024, 1500), (2025, 2100))]
    found = (await history(years))["lifetime"]
    assert (found["since_year"], found["runs"], found["activities"]) == (2024, 200, 202)
    assert found["distance"]["distance_m"] == 3_600_000
    assert found["most_in_a_year"]["year"] == 2025
    assert (await history([]))["lifetime"] == {}


async def test_thirty_years_take_no_more_room_than_one() -> None:
    def rows(years: int) -> list[AnalyticsSummary]:
        weeks = [a_summary(Period.WEEK, MONDAY - timedelta(days=7 * n), 55.5) for n in range(52 * years)]
        return weeks + [a_summary(Period.YEAR, date(2026 - n, 1, 1), 2500.0) for n in range(years)]

    short, long = [len(json.dumps(await history(rows(years)))) for years in (1, 30)]
    assert long - short < 20
    assert long < 3_600  # under a thousand tokens
