"""The planner: what different runners get."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from runcoach.domain.errors import PlanRefused
from runcoach.domain.plan import Method, Phase, PlanDraft
from runcoach.domain.workout import PlannedWorkout, Repeat, WorkoutKind, segments_from_json, segments_to_json
from runcoach.i18n import has
from runcoach.planning import Flag, IndexEstimate, PlanRequest, check_plan, make_plan
from runcoach.planning.methods import PACKS
from tests.planning.athletes import MONDAY, a_profile, a_race, a_request, requests


def run_days(draft: PlanDraft, week: int) -> list[PlannedWorkout]:
    return [w for w in draft.weeks[week].workouts if w.kind is not WorkoutKind.REST]


def trained_m(draft: PlanDraft, week: int) -> int:
    return sum(w.estimated_distance_m for w in run_days(draft, week) if w.kind is not WorkoutKind.RACE)


@settings(max_examples=1000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(requests())
def test_any_runner_gets_a_plan_that_breaks_no_rule(request: PlanRequest) -> None:
    draft = make_plan(request)
    assert [check for check in check_plan(draft, request) if not check.passed] == []
    assert draft.is_sound
    assert len(draft.weeks) == 9


def test_same_request_gives_the_same_ids_and_hashes() -> None:
    first, second = make_plan(a_request()), make_plan(a_request())
    assert first == second
    assert len({w.id for w in first.workouts}) == len(first.workouts)


def test_another_seed_changes_ids_but_no_content() -> None:
    first, second = make_plan(a_request()), make_plan(a_request(seed="proposal-2"))
    assert [w.content_hash for w in first.workouts] == [w.content_hash for w in second.workouts]
    assert not {w.id for w in first.workouts} & {w.id for w in second.workouts}


def test_forty_km_a_week_and_two_quality_days_give_two_and_a_long_run() -> None:
    kinds = [w.kind for w in run_days(make_plan(a_request()), 0)]
    assert sum(kind.is_hard for kind in kinds) == 2
    assert kinds.count(WorkoutKind.LONG) == 1


def test_low_race_index_gives_one_quality_day() -> None:
    slow = IndexEstimate(31.0, MONDAY, "race")
    draft = make_plan(a_request(race_index=slow))
    assert max(sum(w.kind.is_hard for w in run_days(draft, week)) for week in range(9)) == 1


def test_no_history_starts_with_three_short_easy_runs_without_pace_targets() -> None:
    beginner = a_request(race_index=None, recent_weeks_m=(), longest_run_m=0, days_since_run=None)
    draft = make_plan(beginner)
    assert [w.estimated_distance_m for w in run_days(draft, 0)] == [3000, 3000, 3000]
    assert all(getattr(s, "pace", None) is None for w in draft.workouts for s in w.segments)
    assert not any(w.kind.is_hard for w in draft.workouts)


def test_every_fourth_week_is_lighter() -> None:
    draft = make_plan(a_request())
    assert [week.index for week in draft.weeks if week.is_deload] == [3, 7]
    assert trained_m(draft, 3) < 0.85 * trained_m(draft, 2)


def test_volume_grows_but_never_by_more_than_a_tenth_of_the_reference() -> None:
    draft = make_plan(a_request())
    assert trained_m(draft, 6) > trained_m(draft, 0)
    assert all(trained_m(draft, week) <= draft.weeks[week].cap_distance_m for week in range(9))


def test_race_in_the_window_is_tapered_to_and_recovered_from() -> None:
    draft = make_plan(a_request(goal=a_race(7)))
    phases = [week.phase for week in draft.weeks]
    assert phases[6:] == [Phase.TAPER, Phase.TAPER, Phase.RECOVERY]
    race_week = run_days(draft, 7)
    assert race_week[-1].kind is WorkoutKind.RACE
    assert race_week[-1].estimated_distance_m == 10_000
    assert trained_m(draft, 7) <= 0.6 * max(trained_m(draft, week) for week in range(6))
    assert not any(w.kind.is_hard for w in run_days(draft, 8))


def test_marathon_taper_lasts_three_weeks() -> None:
    strong = a_request(goal=a_race(8, 42_195), recent_weeks_m=(60_000,) * 8, longest_run_m=24_000)
    draft = make_plan(replace(strong, profile=a_profile(available_weekdays=frozenset(range(7)))))
    assert [week.phase for week in draft.weeks[6:]] == [Phase.TAPER] * 3
    assert trained_m(draft, 6) > trained_m(draft, 7) > trained_m(draft, 8)
    assert any("M" in w.title and w.kind is WorkoutKind.LONG for w in draft.workouts)


def test_race_far_away_decides_the_phase() -> None:
    assert make_plan(a_request(goal=a_race(20))).weeks[0].phase is Phase.BASE
    assert make_plan(a_request(goal=a_race(4))).weeks[0].phase is Phase.PEAK


def test_day_after_a_race_that_is_over_the_plan_recovers() -> None:
    marathon = a_race(-1, 42_195)
    draft = make_plan(a_request(goal=marathon))
    assert [week.phase for week in draft.weeks[:2]] == [Phase.RECOVERY, Phase.RECOVERY]


def test_three_weeks_off_come_back_at_half_and_without_quality() -> None:
    weeks = (40_000,) * 5 + (0, 0, 0)
    draft = make_plan(a_request(recent_weeks_m=weeks, days_since_run=21, longest_run_m=12_000))
    assert trained_m(draft, 0) <= 20_000
    assert trained_m(draft, 2) <= 30_000
    assert not any(w.kind.is_hard for week in range(3) for w in run_days(draft, week))
    assert draft.race_index == pytest.approx(45 * (1 - 0.003 * 16))


def test_illness_rests_three_days_first() -> None:
    draft = make_plan(a_request(flags=frozenset({Flag.ILLNESS})))
    assert min(w.day for w in run_days(draft, 0)) >= MONDAY + timedelta(days=3)
    assert not any(w.kind.is_hard for week in range(2) for w in run_days(draft, week))


def test_deep_fatigue_makes_the_first_week_light() -> None:
    draft = make_plan(a_request(tsb=-34.0))
    assert draft.weeks[0].is_deload
    assert trained_m(draft, 0) <= 30_000


def test_locked_workout_stays_and_the_week_is_built_around_it() -> None:
    lock = next(w for w in make_plan(a_request()).workouts if w.kind is WorkoutKind.THRESHOLD)
    request = a_request(locked=(lock,), seed="proposal-2")
    draft = make_plan(request)
    kept = next(w for w in draft.workouts if w.day == lock.day)
    assert (kept.content_hash, kept.is_locked) == (lock.content_hash, True)


def test_hard_run_yesterday_keeps_today_easy() -> None:
    every_day = a_profile(available_weekdays=frozenset(range(7)))
    draft = make_plan(a_request(profile=every_day, last_hard_day=MONDAY - timedelta(days=1)))
    first = draft.weeks[0].workouts[0]
    assert first.day == MONDAY
    assert not first.kind.is_hard


def test_mid_week_the_rest_of_the_week_is_easy() -> None:
    draft = make_plan(a_request(today=MONDAY + timedelta(days=2), current_week_m=12_000))
    assert draft.start == MONDAY
    assert {w.day for w in draft.weeks[0].workouts} == {MONDAY + timedelta(days=n) for n in range(2, 7)}
    assert not any(w.kind.is_hard for w in run_days(draft, 0))


@pytest.mark.parametrize(("offset", "start"), [(0, 0), (3, 0), (4, 7), (6, 7)])
def test_first_plan_late_in_the_week_starts_next_monday(offset: int, start: int) -> None:
    request = a_request(today=MONDAY + timedelta(days=offset))
    assert make_plan(request).start == MONDAY + timedelta(days=start)


def test_nobody_can_run_on_no_day() -> None:
    draft = make_plan(a_request(profile=a_profile(available_weekdays=frozenset())))
    assert all(w.kind is WorkoutKind.REST for w in draft.workouts)


def test_plan_that_cannot_pass_is_refused_by_name() -> None:
    locked = make_plan(a_request()).workouts
    long_run = next(w for w in locked if w.kind is WorkoutKind.LONG)
    outside = replace(long_run, day=long_run.day + timedelta(days=1))
    broken = a_request(locked=(long_run, replace(outside, day=long_run.day)))
    with pytest.raises(PlanRefused) as refused:
        make_plan(replace(broken, locked=(long_run, replace(long_run, title="Other 9km"))))
    assert refused.value.data["rule"] == "locked_kept"


@pytest.mark.parametrize("method", list(Method))
def test_every_method_has_a_pack_and_makes_a_plan_of_its_own(method: Method) -> None:
    strong = a_request(recent_weeks_m=(60_000,) * 8, longest_run_m=20_000, profile=a_profile(method=method))
    draft = make_plan(strong)
    assert draft.method is method
    assert PACKS[method].source
    assert any(w.kind.is_hard for w in draft.workouts)


def test_methods_differ() -> None:
    hashes = set()
    for method in Method:
        strong = a_request(
            recent_weeks_m=(60_000,) * 8, longest_run_m=20_000, profile=a_profile(method=method)
        )
        hashes.add(tuple(w.content_hash for w in make_plan(strong).workouts))
    assert len(hashes) == len(Method)


def test_koop_prescribes_time_and_feel() -> None:
    draft = make_plan(a_request(profile=a_profile(method=Method.KOOP), goal=a_race(12, 80_000)))
    steps = [s for w in draft.workouts for s in w.segments if not isinstance(s, Repeat)]
    assert all(step.pace is None and step.duration_s is not None for step in steps)


def test_titles_fit_on_a_watch_and_reasons_are_in_the_catalogues() -> None:
    for goal in (None, a_race(7), a_race(8, 42_195)):
        for workout in make_plan(a_request(goal=goal)).workouts:
            assert workout.title.isascii()
            assert len(workout.title) <= 32
            assert workout.reason_key is not None
            assert has(workout.reason_key)


def test_segments_survive_their_json() -> None:
    for workout in make_plan(a_request(goal=a_race(8, 42_195))).workouts:
        assert segments_from_json(segments_to_json(workout.segments)) == workout.segments


def test_sunday_plans_from_the_next_day_and_counts_the_week_that_ends() -> None:
    sunday = a_request(today=date(2026, 11, 29), recent_weeks_m=(40_000,) * 8, current_week_m=44_000)
    draft = make_plan(sunday)
    assert draft.start == date(2026, 11, 30)
    assert draft.weeks[0].cap_distance_m == 48_400  # 44 km and a tenth
