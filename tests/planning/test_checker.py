"""The checker refuses, by name, plans that were bent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from runcoach.domain.plan import PlanDraft, PlanWeek
from runcoach.domain.workout import PaceRange, PlannedWorkout, Repeat, Step, StepKind, WorkoutKind
from runcoach.i18n import has
from runcoach.planning import Flag, PlanRequest, check_plan, make_plan
from runcoach.planning.checker import RULES
from tests.planning.athletes import MONDAY, a_profile, a_race, a_request


def broken_rules(draft: PlanDraft, request: PlanRequest) -> set[str]:
    return {check.rule for check in check_plan(draft, request) if not check.passed}


def with_week(draft: PlanDraft, week: PlanWeek) -> PlanDraft:
    week = replace(week, planned_distance_m=sum(w.estimated_distance_m for w in week.workouts))
    weeks = tuple(week if other.index == week.index else other for other in draft.weeks)
    return replace(draft, weeks=weeks)


def with_workout(draft: PlanDraft, workout: PlannedWorkout) -> PlanDraft:
    week = next(week for week in draft.weeks if any(w.day == workout.day for w in week.workouts))
    workouts = tuple(workout if w.day == workout.day else w for w in week.workouts)
    return with_week(draft, replace(week, workouts=workouts))


def first_of(draft: PlanDraft, kind: WorkoutKind) -> PlannedWorkout:
    return next(w for w in draft.workouts if w.kind is kind)


def easy_of(metres: int, day_of: PlannedWorkout, kind: WorkoutKind = WorkoutKind.EASY) -> PlannedWorkout:
    step = Step(StepKind.STEADY, distance_m=metres, pace_label="E")
    return replace(
        day_of,
        kind=kind,
        title="bent",
        segments=(step,),
        estimated_distance_m=metres,
        estimated_duration_s=round(metres * 0.35),
    )


def scaled(draft: PlanDraft, index: int, factor: float) -> PlanDraft:
    week = draft.weeks[index]
    workouts = tuple(
        easy_of(round(w.estimated_distance_m * factor), w) if w.kind is not WorkoutKind.REST else w
        for w in week.workouts
    )
    return with_week(draft, replace(week, workouts=workouts))


def drop_a_week(draft: PlanDraft) -> PlanDraft:
    return replace(draft, weeks=draft.weeks[:-1])


def wrong_sum(draft: PlanDraft) -> PlanDraft:
    week = replace(draft.weeks[1], planned_distance_m=draft.weeks[1].planned_distance_m + 1000)
    return replace(draft, weeks=(draft.weeks[0], week, *draft.weeks[2:]))


def longer_than_its_steps(draft: PlanDraft) -> PlanDraft:
    workout = first_of(draft, WorkoutKind.LONG)
    return with_workout(draft, replace(workout, estimated_distance_m=workout.estimated_distance_m - 2000))


def run_on_a_monday(draft: PlanDraft) -> PlanDraft:
    return with_workout(draft, easy_of(3000, draft.weeks[1].workouts[0]))


def two_hard_days(draft: PlanDraft) -> PlanDraft:
    hard = first_of(draft, WorkoutKind.THRESHOLD)
    return with_workout(draft, replace(hard, day=hard.day - timedelta(days=1)))


def much_more(draft: PlanDraft) -> PlanDraft:
    return scaled(draft, 2, 1.4)


def no_lighter_week(draft: PlanDraft) -> PlanDraft:
    copy = tuple(
        replace(w, day=w.day + timedelta(days=7)) for w in draft.weeks[2].workouts
    )  # the third week once more
    return with_week(draft, replace(draft.weeks[3], workouts=copy))


def one_run_for_all(draft: PlanDraft) -> PlanDraft:
    return with_workout(draft, easy_of(21_000, first_of(draft, WorkoutKind.LONG), WorkoutKind.LONG))


def too_much_threshold(draft: PlanDraft) -> PlanDraft:
    return reps_of(draft, WorkoutKind.THRESHOLD, 12)


def reps_of(draft: PlanDraft, kind: WorkoutKind, count: int) -> PlanDraft:
    workout = first_of(draft, kind)
    segments = tuple(replace(s, count=count) if isinstance(s, Repeat) else s for s in workout.segments)
    block = next(s for s in workout.segments if isinstance(s, Repeat))
    more_m = (count - block.count) * ((block.work.distance_m or 0) + 170)
    return with_workout(
        draft,
        replace(workout, segments=segments, estimated_distance_m=workout.estimated_distance_m + more_m),
    )


def faster_than_anybody(draft: PlanDraft) -> PlanDraft:
    return paced(draft, PaceRange(135, 140))


def as_slow_as_a_walk(draft: PlanDraft) -> PlanDraft:
    return paced(draft, PaceRange(600, 640))


def paced(draft: PlanDraft, pace: PaceRange) -> PlanDraft:
    workout = first_of(draft, WorkoutKind.LONG)
    steps = tuple(replace(s, pace=pace) for s in workout.segments if isinstance(s, Step))
    return with_workout(draft, replace(workout, segments=steps))


def no_warmup(draft: PlanDraft) -> PlanDraft:
    workout = first_of(draft, WorkoutKind.THRESHOLD)
    return with_workout(draft, replace(workout, segments=workout.segments[1:]))


def run_every_day(draft: PlanDraft) -> PlanDraft:
    week = draft.weeks[1]
    return with_week(draft, replace(week, workouts=tuple(easy_of(3000, w) for w in week.workouts)))


MUTATIONS: list[tuple[str, Callable[[PlanDraft], PlanDraft]]] = [
    ("nine_weeks", drop_a_week),
    ("totals", wrong_sum),
    ("totals", longer_than_its_steps),
    ("availability", run_on_a_monday),
    ("hard_days_apart", two_hard_days),
    ("weekly_cap", much_more),
    ("deload", no_lighter_week),
    ("long_share", one_run_for_all),
    ("run_spike", one_run_for_all),
    ("quality_share", too_much_threshold),
    ("pace_sanity", faster_than_anybody),
    ("pace_sanity", as_slow_as_a_walk),
    ("framed", no_warmup),
    ("rest_day", run_every_day),
]


@pytest.mark.parametrize(("rule", "bend"), MUTATIONS, ids=lambda value: getattr(value, "__name__", value))
def test_bent_plan_is_refused_by_the_rule_it_breaks(
    rule: str, bend: Callable[[PlanDraft], PlanDraft]
) -> None:
    request = a_request()
    assert rule in broken_rules(bend(make_plan(request)), request)


def test_plan_of_another_runner_is_refused() -> None:
    draft = make_plan(a_request(recent_weeks_m=(90_000,) * 8, longest_run_m=25_000))
    assert {"weekly_cap", "run_spike"} <= broken_rules(draft, a_request())


def test_quality_for_a_runner_who_wants_none_is_refused() -> None:
    none = a_request(profile=a_profile(quality_days_per_week=0))
    assert "quality_per_week" in broken_rules(make_plan(a_request()), none)


def test_plan_as_usual_for_an_ill_runner_is_refused() -> None:
    ill = a_request(flags=frozenset({Flag.ILLNESS}))
    assert {"rest_when_unwell", "return_ramp"} <= broken_rules(make_plan(a_request()), ill)


def test_plan_as_usual_after_a_break_is_refused() -> None:
    back = a_request(days_since_run=20)
    assert "return_ramp" in broken_rules(make_plan(a_request()), back)


def test_plan_without_taper_is_refused() -> None:
    race = a_request(goal=a_race(7))
    assert {"taper", "around_race"} <= broken_rules(make_plan(a_request()), race)


def test_lock_that_is_gone_is_refused() -> None:
    draft = make_plan(a_request())
    lock = replace(first_of(draft, WorkoutKind.LONG), title="Mine")
    assert broken_rules(draft, a_request(locked=(lock,))) == {"locked_kept"}


def test_all_hard_weeks_leave_too_little_easy_time() -> None:
    draft = make_plan(a_request())
    hard = tuple(
        with_m(w) if w.kind in {WorkoutKind.EASY, WorkoutKind.STRIDES, WorkoutKind.LONG} else w
        for w in draft.workouts
    )
    for workout in hard:
        draft = with_workout(draft, workout)
    assert "easy_share" in broken_rules(draft, a_request())


def with_m(workout: PlannedWorkout) -> PlannedWorkout:
    step = Step(StepKind.WORK, distance_m=workout.estimated_distance_m, pace_label="M")
    return replace(workout, segments=(step,))


def test_sound_plan_lists_every_rule_once() -> None:
    request = a_request()
    checks = check_plan(make_plan(request), request)
    assert [check.rule for check in checks] == list(RULES)


def test_every_rule_has_a_name_in_both_languages() -> None:
    assert [rule for rule in RULES if not has(f"rule.{rule}")] == []


def test_result_names_week_or_day_and_both_numbers() -> None:
    draft = scaled(make_plan(a_request()), 0, 1.4)
    result = next(c for c in check_plan(draft, a_request()) if c.rule == "weekly_cap" and not c.passed)
    assert result.week_index == 0
    assert result.observed is not None
    assert result.limit == 44.0  # 40 km and a tenth
    assert draft.start == MONDAY
