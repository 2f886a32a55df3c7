"""What a coach would look at first: where a plan starts, how long its runs are, how it grows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from runcoach.domain.plan import Phase, PlanDraft
from runcoach.domain.workout import PlannedWorkout, WorkoutKind
from runcoach.planning import Flag, IndexEstimate, PlanRequest, check_plan, make_plan
from runcoach.planning.ramp import typical_week_m
from tests.planning.athletes import GOAL_ID, MONDAY, a_profile, a_race, a_request

SATURDAY = date(2026, 11, 21)
DEMO_WEEKS = (46_000, 67_000, 29_000, 36_000, 20_000, 20_000, 36_000, 45_000)
"""Of the demo athlete: a race with its easy weeks around it, then back to what she usually runs."""


def runs(draft: PlanDraft, week: int) -> list[PlannedWorkout]:
    return [w for w in draft.weeks[week].workouts if w.kind is not WorkoutKind.REST]


def total_m(draft: PlanDraft, week: int) -> int:
    return sum(w.estimated_distance_m for w in runs(draft, week))


def demo(**changes: object) -> PlanRequest:
    half = replace(a_race(0, 21_098), id=GOAL_ID, race_date=SATURDAY + timedelta(weeks=11))
    base = a_request(
        today=SATURDAY,
        goal=half,
        race_index=IndexEstimate(44.0, SATURDAY, "best_effort"),
        recent_weeks_m=DEMO_WEEKS,
        current_week_m=34_000,
        longest_run_m=17_500,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def beginner(**changes: object) -> PlanRequest:
    base = a_request(
        profile=a_profile(available_weekdays=frozenset({1, 3, 5, 6}), quality_days_per_week=1),
        race_index=IndexEstimate(32.0, MONDAY, "best_effort"),
        recent_weeks_m=(14_000, 15_000, 18_000, 17_000, 20_000, 19_000, 21_000, 20_000),
        longest_run_m=8_000,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def strong() -> PlanRequest:
    every_day = a_profile(available_weekdays=frozenset(range(7)))
    weeks = (78_000, 82_000, 60_000, 80_000, 85_000, 79_000, 81_000, 80_000)
    index = IndexEstimate(57.0, MONDAY, "race")
    return a_request(profile=every_day, race_index=index, recent_weeks_m=weeks, longest_run_m=26_000)


@pytest.mark.parametrize(
    ("weeks", "usual_m"),
    [
        ((), 0.0),
        ((20_000, 20_000), 20_000),
        ((45_000, 45_000, 20_000, 45_000, 45_000, 45_000), 45_000),  # one light week is left out
        ((45_000, 45_000, 45_000, 45_000, 45_000, 20_000), 45_000),  # the newest, too
        ((45_000, 45_000, 45_000, 45_000, 20_000, 20_000), 32_500),  # two in a row are no exception
        ((90_000, 90_000, 40_000, 40_000, 40_000, 40_000, 40_000, 40_000), 40_000),  # six weeks, not more
    ],
)
def test_usual_week_leaves_out_light_ones(weeks: tuple[float, ...], usual_m: float) -> None:
    assert typical_week_m(weeks) == pytest.approx(usual_m)


def test_race_weeks_of_a_month_ago_do_not_pull_the_start_down() -> None:
    draft = make_plan(demo())
    assert 38_000 <= total_m(draft, 0) <= 45_000


def test_week_after_a_lighter_one_is_a_usual_week_again() -> None:
    draft = make_plan(a_request(recent_weeks_m=(45_000,) * 7 + (28_000,)))
    assert total_m(draft, 0) >= 0.97 * 44_900  # the cap: 110 % of the mean of four


@pytest.mark.parametrize("request_", [demo(), a_request(recent_weeks_m=(45_000,) * 8), strong()])
def test_no_run_is_shorter_than_25_minutes_for_who_runs_much(request_: PlanRequest) -> None:
    draft = make_plan(request_)
    shortest = [w for w in draft.workouts if w.kind is not WorkoutKind.REST]
    assert min(w.estimated_duration_s for w in shortest) >= 24 * 60
    assert min(w.estimated_distance_m for w in shortest) >= 4_000


def test_long_run_is_a_quarter_to_a_third_of_the_week_and_grows_to_the_race() -> None:
    draft = make_plan(demo())
    shares = []
    for week in draft.weeks:
        longest = max(w.estimated_distance_m for w in week.workouts if w.kind is WorkoutKind.LONG)
        shares.append(longest / total_m(draft, week.index))
    assert all(0.25 <= share <= 0.31 for share in shares)
    longs = [w.estimated_distance_m for w in draft.workouts if w.kind is WorkoutKind.LONG]
    assert max(longs[5:]) > max(longs[:3])


def test_eleven_weeks_to_a_half_build_then_become_specific() -> None:
    phases = [week.phase for week in make_plan(demo()).weeks]
    assert phases == [Phase.BUILD] * 5 + [Phase.PEAK] * 4  # two weeks of taper follow


def test_day_after_the_long_run_that_is_still_to_come_is_easy() -> None:
    every_day = a_profile(available_weekdays=frozenset(range(7)))
    draft = make_plan(demo(profile=every_day))
    assert draft.weeks[0].workouts[0].day.weekday() == 0
    assert not draft.weeks[0].workouts[0].kind.is_hard


def test_beginner_builds_slowly_with_a_lighter_week_after_three() -> None:
    draft = make_plan(beginner())
    assert [week.index for week in draft.weeks if week.is_deload] == [3, 7]
    assert total_m(draft, 0) == pytest.approx(20_000, rel=0.1)
    assert 1.2 <= total_m(draft, 6) / total_m(draft, 0) <= 1.5
    assert max(sum(w.kind.is_hard for w in runs(draft, week)) for week in range(9)) <= 1


def test_newcomer_grows_from_three_times_three_kilometres() -> None:
    draft = make_plan(beginner(recent_weeks_m=(), longest_run_m=0, days_since_run=None, race_index=None))
    assert [w.estimated_distance_m for w in runs(draft, 0)] == [3000] * 3
    assert total_m(draft, 8) >= 1.4 * total_m(draft, 0)


@pytest.mark.parametrize("flags", [frozenset({Flag.ILLNESS}), frozenset()])
def test_way_back_holds_no_work_at_any_pace(flags: frozenset[Flag]) -> None:
    weeks = DEMO_WEEKS[:6] + (12_000, 0)
    request = demo(flags=flags, recent_weeks_m=weeks, current_week_m=0, days_since_run=15)
    draft = make_plan(request)
    coming_back = [w for week in draft.weeks[:2] for w in week.workouts]
    labels = {getattr(step, "pace_label", None) for w in coming_back for step in w.segments}
    assert labels <= {"E"}
    assert all(check.passed for check in check_plan(draft, request))


def test_short_repeats_are_not_chosen_where_longer_ones_fit() -> None:
    titles = [w.title for w in make_plan(demo()).workouts if w.kind is WorkoutKind.INTERVAL]
    assert titles
    assert not any("x400m" in title for title in titles)


def test_lighter_week_comes_though_the_weeks_before_are_made_anew() -> None:
    first = make_plan(a_request())
    request = a_request(
        today=MONDAY + timedelta(days=14),
        previous=first,
        recent_weeks_m=(40_000,) * 6 + (40_000, 42_000),
        race_index=IndexEstimate(47.0, MONDAY, "race"),
    )
    assert [week.index for week in make_plan(request).weeks if week.is_deload][0] == 1
