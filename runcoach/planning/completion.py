"""Which planned workouts were run."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from runcoach.domain.activity import RecordedActivity, Source
from runcoach.domain.plan import Completion, LedgerState
from runcoach.domain.workout import PlannedWorkout, WorkoutKind

TOLERANCE = 0.20


def match_completions(
    workouts: Iterable[PlannedWorkout], activities: Sequence[RecordedActivity], sync_healthy: bool
) -> tuple[Completion, ...]:
    """One row per workout of a day that is over, rest days left out.

    confirmed: a run of that local day within ±20 % of the distance. unknown: that day's runs are all shorter
    or longer, the nearest one is named. missed: the sync works and no run is there. assumed: no run is there,
    but the sync does not work. A run confirms one workout at most; Strava-sourced runs none.
    """
    runs = [a for a in activities if a.sport.is_run and a.source is not Source.STRAVA and a.distance_m]
    taken: set[UUID] = set()
    rows = []
    for workout in sorted(workouts, key=lambda w: (w.day, -w.estimated_distance_m, str(w.id))):
        if workout.kind is not WorkoutKind.REST and workout.estimated_distance_m > 0:
            rows.append(_match(workout, _of_day(runs, workout.day, taken), sync_healthy))
            taken |= {row.activity_id for row in rows[-1:] if row.activity_id is not None}
    return tuple(rows)


def _match(workout: PlannedWorkout, runs: list[RecordedActivity], sync_healthy: bool) -> Completion:
    if not runs:
        state = LedgerState.MISSED if sync_healthy else LedgerState.ASSUMED
        return Completion(workout.id, workout.day, state)
    nearest = min(runs, key=lambda run: (abs(_ratio(run, workout) - 1), str(run.id)))
    ratio = _ratio(nearest, workout)
    fits = 1 - TOLERANCE <= ratio <= 1 + TOLERANCE
    state = LedgerState.CONFIRMED if fits else LedgerState.UNKNOWN
    return Completion(workout.id, workout.day, state, nearest.id, round(ratio, 3))


def _of_day(runs: list[RecordedActivity], day: date, taken: set[UUID]) -> list[RecordedActivity]:
    return [run for run in runs if run.local_date == day and run.id not in taken]


def _ratio(run: RecordedActivity, workout: PlannedWorkout) -> float:
    return (run.distance_m or 0.0) / workout.estimated_distance_m
