"""The plan's frame: nine whole weeks, sums that add up, locks that stay."""

from collections.abc import Iterator
from datetime import timedelta

from runcoach.domain.plan import RuleResult
from runcoach.domain.workout import StepKind, WorkoutKind
from runcoach.planning.rules.facts import Facts, broken, step_metres, steps_of

WEEKS = 9
ESTIMATE_TOLERANCE, ESTIMATE_TOLERANCE_M = 0.04, 150
FRAME_S = 600


def nine_weeks(facts: Facts) -> Iterator[RuleResult]:
    """Nine weeks from Monday to Sunday without a gap, each open day exactly once."""
    draft, request = facts.draft, facts.request
    if len(draft.weeks) != WEEKS:
        yield broken("nine_weeks", observed=len(draft.weeks), limit=WEEKS)
        return
    for position, week in enumerate(draft.weeks):
        monday = draft.start + timedelta(days=7 * position)
        days = [monday + timedelta(days=offset) for offset in range(7)]
        expected = [day for day in days if day >= request.first_open_day]
        found = [w.day for w in week.workouts]
        if week.monday != monday or monday.weekday() != 0 or week.index != position or found != expected:
            yield broken("nine_weeks", week=week, observed=len(found), limit=len(expected))
    begins_well = request.today - timedelta(days=6) <= draft.start <= request.today + timedelta(days=7)
    if not begins_well or draft.end != draft.start + timedelta(days=7 * WEEKS - 1):
        yield broken("nine_weeks", day=draft.start)


def totals(facts: Facts) -> Iterator[RuleResult]:
    """A week's distance is the sum of its workouts, and a workout's that of its steps."""
    for week in facts.draft.weeks:
        total_m = sum(w.estimated_distance_m for w in week.workouts)
        if total_m != week.planned_distance_m:
            yield broken("totals", week=week, observed=week.planned_distance_m / 1000, limit=total_m / 1000)
    for workout in facts.workouts:
        if facts.is_fixed(workout):
            continue
        metres = sum(step_metres(step, facts.draft.race_index) * count for step, count in steps_of(workout))
        allowed = ESTIMATE_TOLERANCE_M + ESTIMATE_TOLERANCE * metres
        if abs(metres - workout.estimated_distance_m) > allowed:
            yield broken(
                "totals",
                day=workout.day,
                observed=workout.estimated_distance_m / 1000,
                limit=metres / 1000,
            )


def locked_kept(facts: Facts) -> Iterator[RuleResult]:
    """A workout that the runner has locked is there as it was."""
    there = {(w.day, w.content_hash) for w in facts.workouts}
    for lock in facts.request.locked:
        in_reach = (
            facts.request.first_open_day <= lock.day <= facts.draft.end and lock.day >= facts.draft.start
        )
        if in_reach and (lock.day, lock.content_hash) not in there:
            yield broken("locked_kept", day=lock.day)


def framed(facts: Facts) -> Iterator[RuleResult]:
    """A quality session starts and ends with at least ten easy minutes; rest days hold nothing."""
    for workout in facts.workouts:
        if workout.kind is WorkoutKind.REST and (workout.segments or workout.estimated_distance_m):
            yield broken("framed", day=workout.day)
        if not workout.kind.is_hard or facts.is_fixed(workout):
            continue
        steps = [step for step, _ in steps_of(workout)]
        ends = (steps[0], steps[-1]) if steps else ()
        kinds = tuple(step.kind for step in ends)
        if kinds != (StepKind.WARMUP, StepKind.COOLDOWN) or any((s.duration_s or 0) < FRAME_S for s in ends):
            yield broken("framed", day=workout.day)
