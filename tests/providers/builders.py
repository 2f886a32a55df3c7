"""Workouts to send somewhere; a test names only what it is about."""

from datetime import date
from typing import Any
from uuid import UUID

from runcoach.domain.workout import PaceRange, PlannedWorkout, Repeat, Step, StepKind, WorkoutKind

WORKOUT_ID = UUID("5b0c6f0e-0d55-4d0c-9a53-6a4b0d7c1a11")
INTERVAL_PACE = PaceRange(225, 235)

INTERVALS = (
    Step(StepKind.WARMUP),
    Step(StepKind.STEADY, duration_s=600, pace_label="E", pace=PaceRange(330, 375), notes="천천히 시작"),
    Repeat(
        6,
        Step(StepKind.WORK, distance_m=800, pace_label="I", pace=INTERVAL_PACE),
        Step(StepKind.RECOVERY, duration_s=120),
    ),
    Repeat(4, Step(StepKind.WORK, duration_s=20)),
    Step(StepKind.REST, duration_s=60),
    Step(StepKind.COOLDOWN, distance_m=1500),
)


def a_workout(**changes: Any) -> PlannedWorkout:
    values: dict[str, Any] = {
        "id": WORKOUT_ID,
        "day": date(2026, 11, 30),
        "kind": WorkoutKind.INTERVAL,
        "title": "6×800 m 인터벌",
        "segments": INTERVALS,
        "estimated_duration_s": 3600,
        "estimated_distance_m": 9800,
        **changes,
    }
    return PlannedWorkout(**values)
