"""Builders of runners and requests: a test names only what matters to it; and any runner at all."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from runcoach.domain.plan import Goal, Method, RunnerProfile
from runcoach.planning import Flag, IndexEstimate, PlanRequest

MONDAY = date(2026, 11, 23)
GOAL_ID = UUID("00000000-0000-4000-8000-000000000001")


def a_profile(**changes: Any) -> RunnerProfile:
    base = RunnerProfile(
        available_weekdays=frozenset({1, 2, 3, 5, 6}),
        long_run_weekday=6,
        quality_days_per_week=2,
        max_weekly_distance_m=None,
        method=Method.DANIELS,
        hr_max_bpm=188,
        hr_rest_bpm=48,
        threshold_hr_bpm=170,
        birth_year=1988,
        sex=None,
        injury_notes=None,
    )
    return replace(base, **changes)


def a_race(weeks: int, distance_m: int = 10_000, start: date = MONDAY, weekday: int = 6) -> Goal:
    day = start + timedelta(days=7 * weeks + weekday)
    return Goal(GOAL_ID, "race", "race", race_date=day, race_distance_m=distance_m)


def a_request(**changes: Any) -> PlanRequest:
    """A runner of 40 km a week with a race index of 45, on a Monday before the run."""
    base = PlanRequest(
        seed="proposal-1",
        today=MONDAY,
        profile=a_profile(),
        race_index=IndexEstimate(45.0, MONDAY - timedelta(days=20), "race"),
        recent_weeks_m=(40_000,) * 8,
        longest_run_m=14_000,
        days_since_run=1,
        tsb=-5.0,
    )
    return replace(base, **changes)


@st.composite
def requests(draw: st.DrawFn) -> PlanRequest:
    """Any runner: from nothing to 140 km a week, any days, method, race, break or illness."""
    today = MONDAY + timedelta(days=draw(st.integers(0, 27)))
    weekdays = draw(st.sets(st.integers(0, 6), min_size=1).map(frozenset))
    level_m = draw(st.sampled_from((0, 3_000, 9_000, 18_000, 30_000, 45_000, 70_000, 110_000, 140_000)))
    weeks = tuple(round(level_m * draw(st.floats(0.0, 1.3))) for _ in range(draw(st.integers(0, 8))))
    days_off = None if not any(weeks) else draw(st.sampled_from((0, 1, 2, 3, 6, 9, 16, 27, 28, 40, 60, 100)))
    if days_off is not None and days_off >= 14:
        gone = min(len(weeks), days_off // 7)
        weeks = weeks[: len(weeks) - gone] + (0,) * gone
    has_longest = days_off is not None and days_off < 30
    goal = draw(st.one_of(st.none(), _goals(today)))
    return PlanRequest(
        seed="any",
        today=today,
        profile=a_profile(
            available_weekdays=weekdays,
            long_run_weekday=draw(st.integers(0, 6)),
            quality_days_per_week=draw(st.integers(0, 2)),
            max_weekly_distance_m=draw(st.sampled_from((None, None, 8_000, 25_000, 60_000))),
            method=draw(st.sampled_from(tuple(Method))),
        ),
        goal=goal,
        race_index=draw(st.one_of(st.none(), _indices(today))),
        recent_weeks_m=weeks,
        current_week_m=draw(st.sampled_from((0, 0, 5_000, 20_000))) if any(weeks) else 0,
        longest_run_m=round(draw(st.floats(0.15, 0.6)) * level_m) if has_longest else 0,
        days_since_run=days_off,
        tsb=draw(st.one_of(st.none(), st.floats(-45, 25))),
        last_hard_day=draw(st.sampled_from((None, today - timedelta(days=1), today))),
        flags=draw(st.sets(st.sampled_from(tuple(Flag)), max_size=2).map(frozenset)),
    )


def _indices(today: date) -> st.SearchStrategy[IndexEstimate]:
    return st.floats(18, 80).map(lambda value: IndexEstimate(value, today - timedelta(days=30), "race"))


def _goals(today: date) -> st.SearchStrategy[Goal]:
    distances = st.sampled_from((1500, 5000, 10_000, 21_097, 42_195, 80_000))
    days = st.integers(-20, 150)
    return st.builds(
        lambda metres, offset: Goal(
            GOAL_ID, "race", "race", race_date=today + timedelta(days=offset), race_distance_m=metres
        ),
        distances,
        days,
    )
