"""How hard: zone caps, the easy share, and paces that this runner, or anybody, can run."""

from collections.abc import Iterator
from functools import lru_cache
from math import log

from runcoach.domain.plan import Method, RuleResult
from runcoach.domain.workout import PaceRange, PlannedWorkout, Step, StepKind, WorkoutKind
from runcoach.planning.rules.facts import Facts, broken, step_metres, step_seconds, steps_of
from runcoach.science.race_index import novice_marathon_offset_s_per_km, training_pace_s_per_km

CAPS = {"M": (0.20, 28_968.2), "T": (0.10, 1e9), "I": (0.08, 10_000.0), "R": (0.05, 8_000.0)}
"""Share of the week and metres at most of one session's work (Daniels' Running Formula, ch. 4)."""

EASY_SHARE = {Method.POLARIZED: 0.80}
PACE_TOLERANCE_S, BAND_S = 3.0, 5.0
INDEX_TOLERANCE = 0.5
_WORLD_RECORDS = (
    (100, 9.58), (200, 19.19), (400, 43.03), (800, 100.91), (1500, 206.0), (3000, 437.55),
    (5000, 755.36), (10_000, 1571.0), (21_097.5, 3402.0), (42_195, 7235.0),
)  # fmt: skip


def quality_share(facts: Facts) -> Iterator[RuleResult]:
    """Work in a zone stays within its share of the week."""
    for week in facts.draft.weeks:
        if not facts.is_whole(week):
            continue
        base_m = facts.trained_m(week)
        for workout in week.workouts:
            if workout.kind is WorkoutKind.RACE or facts.is_fixed(workout):
                continue
            for zone, (share, most_m) in CAPS.items():
                work_m = _work_metres(workout, zone, facts.draft.race_index)
                limit_m = min(share * base_m, most_m)
                if work_m > limit_m * 1.02 + 30:
                    yield broken(
                        "quality_share", day=workout.day, observed=work_m / 1000, limit=limit_m / 1000
                    )


def easy_share(facts: Facts) -> Iterator[RuleResult]:
    """At least 75 % of the time easy over any four weeks, 80 % by the method of that name."""
    limit = EASY_SHARE.get(facts.draft.method, 0.75)
    weeks = [week for week in facts.draft.weeks if facts.is_whole(week)]
    for last in range(3, len(weeks)):
        steps = [
            (step, count)
            for week in weeks[last - 3 : last + 1]
            for workout in week.workouts
            if workout.kind is not WorkoutKind.RACE and not facts.is_fixed(workout)
            for step, count in steps_of(workout)
        ]
        times_s = [(step, step_seconds(step, facts.draft.race_index) * count) for step, count in steps]
        total_s = sum(time_s for _, time_s in times_s)
        work_s = sum(time_s for step, time_s in times_s if step.pace_label in CAPS)
        if total_s > 0 and 1 - work_s / total_s < limit:
            yield broken(
                "easy_share", week=weeks[last], observed=100 * (1 - work_s / total_s), limit=100 * limit
            )


def pace_sanity(facts: Facts) -> Iterator[RuleResult]:
    """No pace faster than the world record, none outside the runner's zones, none without a race index."""
    index = facts.request.index
    if index is not None and abs(facts.draft.race_index - index) >= INDEX_TOLERANCE:
        yield broken("pace_sanity", observed=facts.draft.race_index, limit=index)
    for workout in facts.workouts:
        if facts.is_fixed(workout):
            continue
        for step, _ in steps_of(workout):
            if step.pace is None:
                continue
            zone_fastest, slowest = _zone_band(step.pace_label, facts.draft.race_index)
            fastest = max(_record_pace(step, step.pace), zone_fastest)
            if index is None or step.pace.fast_s_per_km < fastest or step.pace.slow_s_per_km > slowest:
                yield broken("pace_sanity", day=workout.day, observed=step.pace.fast_s_per_km, limit=fastest)


def _work_metres(workout: PlannedWorkout, zone: str, index: float) -> float:
    steps = [(s, n) for s, n in steps_of(workout) if s.pace_label == zone and s.kind is StepKind.WORK]
    return sum(step_metres(step, index) * count for step, count in steps)


@lru_cache(maxsize=256)
def _zone_band(label: str | None, index: float) -> tuple[float, float]:
    """Fastest and slowest pace that a step's zone allows."""
    zone = label if label in CAPS else "E"
    if zone == "E":
        fast, slow = training_pace_s_per_km(index, "E_fast"), training_pace_s_per_km(index, "E_slow")
    else:
        fast = slow = training_pace_s_per_km(index, zone)
    offset = novice_marathon_offset_s_per_km(index) if zone == "M" else 0.0
    width = PACE_TOLERANCE_S + (0.0 if zone == "E" else BAND_S)
    return (fast or 0.0) + offset - width, (slow or 1e9) + offset + width


def _record_pace(step: Step, pace: PaceRange) -> float:
    """World record pace [s/km] over the step's distance, between distances on a logarithmic scale."""
    metres = step.distance_m or (step.duration_s or 60) * 1000 / pace.fast_s_per_km
    points = [(log(distance), time_s / distance * 1000) for distance, time_s in _WORLD_RECORDS]
    at = log(max(metres, 1.0))
    if at <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        if at <= x1:
            return y0 + (y1 - y0) * (at - x0) / (x1 - x0)
    return points[-1][1]
