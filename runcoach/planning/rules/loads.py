"""How much: weekly cap, lighter weeks, long runs, the ramp after a break, the taper."""

from collections.abc import Iterator
from math import ceil
from statistics import median

from runcoach.domain.plan import PlanWeek, RuleResult
from runcoach.domain.workout import PlannedWorkout, WorkoutKind
from runcoach.planning.rules.facts import Facts, broken, steps_of
from runcoach.science.units import MARATHON_M, monday_of

LIGHT_SHARE = 0.85
STARTER_WEEK_M, STARTER_RUN_M = 9_000.0, 3_000.0
SPIKE = 1.10
SLACK_M = 1.0
LONGEST_S, LONGEST_MARATHON_S = 150 * 60, 165 * 60
_WORK_ZONES = {"M", "T", "I", "R"}
_NO_TRAINING = {WorkoutKind.REST, WorkoutKind.CROSS, WorkoutKind.RACE}
_TRAINING = {WorkoutKind.EASY, WorkoutKind.RECOVERY, WorkoutKind.LONG, WorkoutKind.STRIDES}


def weekly_cap(facts: Facts) -> Iterator[RuleResult]:
    """At most 10 % more than last week or the mean of four; from little, 20 % and 3 km at most."""
    done = list(facts.request.reference_weeks_m)
    ramp = _ramp(facts)
    for position, week in enumerate(facts.draft.weeks):
        cap_m = ramp[position] if position < len(ramp) else _cap_after(done)
        cap_m = min(cap_m, facts.request.profile.max_weekly_distance_m or cap_m)
        trained_m = facts.trained_m(week)
        own_m = trained_m - _fixed_m(facts, week) - facts.run_before_m(week)
        if trained_m > cap_m + SLACK_M and own_m > 0:
            yield broken("weekly_cap", week=week, observed=trained_m / 1000, limit=cap_m / 1000)
        done.append(trained_m if facts.is_whole(week) else facts.request.counted_m(week.monday, trained_m))


def deload(facts: Facts) -> Iterator[RuleResult]:
    """Of any four whole weeks one holds at most 85 % of the largest; weeks of locks are the runner's own."""
    weeks = [week for week in facts.draft.weeks if facts.is_whole(week)]
    for last in range(3, len(weeks)):
        window = weeks[last - 3 : last + 1]
        metres = [facts.trained_m(week) for week in window]
        is_runners_own = 0 < _fixed_m(facts, weeks[last]) >= metres[-1]
        if min(metres) > LIGHT_SHARE * max(metres) and not is_runners_own:
            yield broken(
                "deload", week=weeks[last], observed=100 * min(metres) / max(metres), limit=100 * LIGHT_SHARE
            )


def long_share(facts: Facts) -> Iterator[RuleResult]:
    """One run is at most 30 % of its week (25 % from 64 km) and 150 minutes.

    More with few runs (1.2 times an even share) and before a marathon (35 %, 165 minutes).
    """
    race_m = (facts.request.goal.race_distance_m or 0) if facts.request.goal and facts.race_day else 0
    is_marathon = race_m >= 0.95 * MARATHON_M
    longest_s = LONGEST_MARATHON_S if is_marathon else LONGEST_S
    for week in facts.draft.weeks:
        base_m = facts.trained_m(week)
        runs = [w for w in week.workouts if w.kind not in _NO_TRAINING]
        share = 0.35 if is_marathon else 0.25 if base_m >= 64_000 else 0.30
        if 0 < len(runs) <= 4:
            share = max(share, 1.2 / len(runs))
        for workout in runs if facts.is_whole(week) else ():
            if workout.kind not in _TRAINING or facts.is_fixed(workout):
                continue
            limit_m = min(share, 1.0) * base_m
            if workout.estimated_distance_m > limit_m + SLACK_M:
                yield _broken_run("long_share", workout, limit_m)
            minutes = workout.estimated_duration_s / 60
            if minutes > longest_s / 60 + 1:
                yield broken("long_share", day=workout.day, observed=minutes, limit=longest_s / 60)


def run_spike(facts: Facts) -> Iterator[RuleResult]:
    """No run beyond 110 % of the longest of the 30 days before it (Frandsen 2025); races are exempt."""
    request = facts.request
    runs = [w for w in facts.workouts if w.kind is not WorkoutKind.RACE and w.estimated_distance_m > 0]
    for week in facts.draft.weeks:
        for workout in week.workouts:
            if workout.kind in {WorkoutKind.RACE, WorkoutKind.REST} or facts.is_fixed(workout):
                continue
            before = [w.estimated_distance_m for w in runs if 0 < (workout.day - w.day).days <= 30]
            if (workout.day - request.today).days <= 30:
                before.append(request.longest_run_m)
            limit_m = max(SPIKE * max(before, default=0), STARTER_RUN_M)
            if request.longest_run_m <= 0:
                limit_m = max(limit_m, 0.30 * _return_week_m(facts, week))
            if workout.estimated_distance_m > limit_m + SLACK_M:
                yield _broken_run("run_spike", workout, limit_m)


def return_ramp(facts: Facts) -> Iterator[RuleResult]:
    """After a break: little, without anything hard, and more week by week."""
    for week, limit_m in zip(facts.draft.weeks, _ramp(facts), strict=False):
        trained_m = facts.trained_m(week)
        own_m = trained_m - _fixed_m(facts, week) - facts.run_before_m(week)
        if trained_m > limit_m + SLACK_M and own_m > 0:
            yield broken("return_ramp", week=week, observed=trained_m / 1000, limit=limit_m / 1000)
        for workout in week.workouts:
            is_work = any(step.pace_label in _WORK_ZONES for step, _ in steps_of(workout))
            if (workout.kind.is_hard or is_work) and not facts.is_fixed(workout):
                yield broken("return_ramp", day=workout.day)


def taper(facts: Facts) -> Iterator[RuleResult]:
    """The race week holds at most 60 % of the largest of the eight weeks before it, without the race."""
    race_day = facts.race_day
    if race_day is None:
        return
    race_monday = monday_of(race_day)
    before = [float(m) for m in facts.request.recent_weeks_m[-4:]]
    for week in facts.draft.weeks:
        if week.monday == race_monday and facts.is_whole(week):
            limit_m = 0.62 * max([*before, STARTER_WEEK_M])
            if facts.trained_m(week) - _fixed_m(facts, week) > limit_m:
                yield broken("taper", week=week, observed=facts.trained_m(week) / 1000, limit=limit_m / 1000)
        before.append(facts.trained_m(week))


def _cap_after(done: list[float]) -> float:
    reference = max(done[-1], sum(done[-4:]) / 4) if done else 0.0
    if reference >= 30_000:
        return 1.1 * reference
    return max(STARTER_WEEK_M, min(reference + 3000, 1.2 * reference))


def _ramp(facts: Facts) -> list[float]:
    """Metres per week on the way back, [] without a break."""
    days = facts.request.days_since_run or 0
    weeks = ceil(days / 7)
    shares: list[float] = []
    if 5 < days <= 28:
        shares = [0.5 if week < ceil(weeks / 2) else 0.75 for week in range(weeks)]
    elif days > 28:
        each = ceil(weeks / 3) if days <= 56 else 3
        shares = [share for share in (0.33, 0.5, 0.75) for _ in range(each)]
    if facts.request.is_unwell and len(shares) < 2:
        shares = [0.5, 0.75]
    running = [float(m) for m in facts.request.recent_weeks_m if m > 0]
    usual_m = max(median(running), STARTER_WEEK_M) if running else STARTER_WEEK_M
    return [share * usual_m for share in shares]


def _return_week_m(facts: Facts, week: PlanWeek) -> float:
    ramp = _ramp(facts)
    return ramp[week.index] if week.index < len(ramp) else STARTER_WEEK_M


def _fixed_m(facts: Facts, week: PlanWeek) -> float:
    fixed = (w for w in week.workouts if facts.is_fixed(w) and w.kind is not WorkoutKind.RACE)
    return float(sum(w.estimated_distance_m for w in fixed))


def _broken_run(rule: str, workout: PlannedWorkout, limit_m: float) -> RuleResult:
    return broken(rule, day=workout.day, observed=workout.estimated_distance_m / 1000, limit=limit_m / 1000)
