"""What the rules look at: a plan's weeks and days, measured from its steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from runcoach.domain.plan import PlanDraft, PlanWeek, RuleResult
from runcoach.domain.workout import PlannedWorkout, Repeat, Step, StepKind, WorkoutKind
from runcoach.planning.request import PlanRequest
from runcoach.science.race_index import novice_marathon_offset_s_per_km, training_pace_s_per_km

_ZONES = {"E": "E", "M": "M", "T": "T", "I": "I", "R": "R", "strides": "R", "race": "M"}
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Facts:
    """A draft beside the request it answers."""

    draft: PlanDraft
    request: PlanRequest

    @property
    def workouts(self) -> tuple[PlannedWorkout, ...]:
        return self.draft.workouts

    @property
    def race_day(self) -> date | None:
        return self.request.race_day

    def is_fixed(self, workout: PlannedWorkout) -> bool:
        """Nobody chose its day here: locked by the runner, or the race."""
        locks = [lock for lock in self.request.locked if lock.day == workout.day]
        return workout.kind is WorkoutKind.RACE or any(
            lock.content_hash == workout.content_hash for lock in locks
        )

    def run_before_m(self, week: PlanWeek) -> float:
        """What was run in that week before the plan's first day."""
        return 0.0 if self.is_whole(week) else float(self.request.current_week_m)

    def trained_m(self, week: PlanWeek) -> float:
        """The week's training: planned and run before, without the race."""
        planned = sum(w.estimated_distance_m for w in week.workouts if w.kind is not WorkoutKind.RACE)
        return self.run_before_m(week) + planned

    def is_whole(self, week: PlanWeek) -> bool:
        """The plan holds all its seven days."""
        return week.monday >= self.request.first_open_day


def is_hard(workout: PlannedWorkout) -> bool:
    """Needs an easy day on either side: quality, race and the long run."""
    return workout.kind.is_hard or workout.kind is WorkoutKind.LONG


def steps_of(workout: PlannedWorkout) -> Iterator[tuple[Step, int]]:
    """Every step with how often it comes."""
    for segment in workout.segments:
        if isinstance(segment, Repeat):
            yield segment.work, segment.count
            if segment.recovery is not None:
                yield segment.recovery, segment.count
        else:
            yield segment, 1


@lru_cache(maxsize=256)
def zone_pace(label: str | None, index: float) -> float:
    """Middle pace [s/km] of a label at a race index."""
    zone = _ZONES.get(label or "E", "E")
    if zone == "E":
        slow, fast = training_pace_s_per_km(index, "E_slow"), training_pace_s_per_km(index, "E_fast")
        return ((slow or 0.0) + (fast or 0.0)) / 2
    offset = novice_marathon_offset_s_per_km(index) if zone == "M" else 0.0
    return (training_pace_s_per_km(index, zone) or 0.0) + offset


def step_metres(step: Step, index: float) -> float:
    """Distance of a step; standing rest has none."""
    if step.distance_m is not None:
        return float(step.distance_m)
    if step.duration_s is None or step.kind is StepKind.REST:
        return 0.0
    return step.duration_s * 1000 / zone_pace(step.pace_label, index)


def step_seconds(step: Step, index: float) -> float:
    """Time of a step."""
    if step.duration_s is not None:
        return float(step.duration_s)
    return (step.distance_m or 0) * zone_pace(step.pace_label, index) / 1000


def passed(rule: str, observed: float | None = None, limit: float | None = None) -> RuleResult:
    """The rule holds; `observed` is what came nearest to the limit."""
    return RuleResult(rule=rule, passed=True, observed=_short(observed), limit=_short(limit))


def broken(
    rule: str,
    *,
    week: PlanWeek | None = None,
    day: date | None = None,
    observed: float | None = None,
    limit: float | None = None,
) -> RuleResult:
    """The rule does not hold there."""
    return RuleResult(
        rule=rule,
        passed=False,
        week_index=week.index if week else None,
        day=day,
        observed=_short(observed),
        limit=_short(limit),
    )


def next_to(a: date, b: date) -> bool:
    """One day apart."""
    return abs(a - b) == _DAY


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
