"""Which day holds what: availability, easy days after hard ones, how many quality days."""

from collections.abc import Iterator
from datetime import timedelta

from runcoach.domain.plan import RuleResult
from runcoach.domain.workout import PlannedWorkout, WorkoutKind
from runcoach.planning.rules.facts import Facts, broken, is_hard, next_to
from runcoach.science.units import HALF_MARATHON_M

_OFF = {WorkoutKind.REST, WorkoutKind.CROSS}
MOST_RUN_DAYS = 6
UNWELL_DAYS = 3


def availability(facts: Facts) -> Iterator[RuleResult]:
    """Runs only on days that the runner has; locked ones and the race are the runner's own choice."""
    available = facts.request.profile.available_weekdays
    for workout in facts.workouts:
        if (
            workout.kind not in _OFF
            and workout.day.weekday() not in available
            and not facts.is_fixed(workout)
        ):
            yield broken("availability", day=workout.day)


def hard_days_apart(facts: Facts) -> Iterator[RuleResult]:
    """No two hard days in a row, the last one that was run included."""
    hard = [w for w in facts.workouts if is_hard(w)]
    for first, second in zip(hard, hard[1:], strict=False):
        too_near = first.day == second.day or next_to(first.day, second.day)
        if too_near and not (facts.is_fixed(first) and facts.is_fixed(second)):
            yield broken("hard_days_apart", day=second.day)
    last = facts.request.last_hard_day
    for workout in hard:
        if last is not None and next_to(workout.day, last) and not facts.is_fixed(workout):
            yield broken("hard_days_apart", day=workout.day)


def quality_per_week(facts: Facts) -> Iterator[RuleResult]:
    """Never more quality days than the runner has set."""
    limit = facts.request.profile.quality_days_per_week
    for week in facts.draft.weeks:
        chosen = [w for w in week.workouts if w.kind.is_hard and not facts.is_fixed(w)]
        locked = [w for w in week.workouts if w.kind.is_hard and w.kind is not WorkoutKind.RACE]
        if chosen and len(locked) > limit:
            yield broken("quality_per_week", week=week, observed=len(locked), limit=limit)


def rest_day(facts: Facts) -> Iterator[RuleResult]:
    """A full rest day in every whole week."""
    for week in facts.draft.weeks:
        runs = [w for w in week.workouts if w.kind not in _OFF]
        if facts.is_whole(week) and len(runs) > MOST_RUN_DAYS and not all(facts.is_fixed(w) for w in runs):
            yield broken("rest_day", week=week, observed=len(runs), limit=MOST_RUN_DAYS)


def rest_when_unwell(facts: Facts) -> Iterator[RuleResult]:
    """Illness or pain: three days off, then two weeks without anything hard."""
    if not facts.request.is_unwell:
        return
    today = facts.request.today
    for workout in facts.workouts:
        if facts.is_fixed(workout):
            continue
        days = (workout.day - today).days
        is_run = workout.kind not in _OFF
        if (is_run and days < UNWELL_DAYS) or (workout.kind.is_hard and days < 7):
            yield broken("rest_when_unwell", day=workout.day)


def around_race(facts: Facts) -> Iterator[RuleResult]:
    """Nothing hard in the two days before the race, nothing hard in the week after a long one."""
    race_day = facts.race_day
    if race_day is None:
        return
    goal = facts.request.goal
    is_long = bool(goal and (goal.race_distance_m or 0) >= HALF_MARATHON_M * 0.95)
    first, last = race_day - timedelta(days=2), race_day + timedelta(days=7 if is_long else 2)
    for workout in facts.workouts:
        inside = first <= workout.day <= last and workout.day != race_day
        if inside and is_hard(workout) and not facts.is_fixed(workout):
            yield broken("around_race", day=workout.day)
    if facts.draft.start <= race_day <= facts.draft.end and not _has_race(facts.workouts, facts):
        yield broken("around_race", day=race_day)


def _has_race(workouts: tuple[PlannedWorkout, ...], facts: Facts) -> bool:
    at_day = [w for w in workouts if w.day == facts.race_day]
    return not at_day or any(w.kind is WorkoutKind.RACE or facts.is_fixed(w) for w in at_day)
