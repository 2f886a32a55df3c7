"""Planned workouts as the service's workout JSON, and back. Pure.

The numeric ids decide; the key strings beside them are decoration that the service ignores.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from runcoach.domain.workout import PaceRange, PlannedWorkout, Repeat, Segment, Step, StepKind, WorkoutKind

_RUNNING = {"sportTypeId": 1, "sportTypeKey": "running", "displayOrder": 1}
_OTHER = {"sportTypeId": 3, "sportTypeKey": "other", "displayOrder": 3}

_STEP_TYPES = {
    StepKind.WARMUP: (1, "warmup"),
    StepKind.COOLDOWN: (2, "cooldown"),
    StepKind.WORK: (3, "interval"),
    StepKind.RECOVERY: (4, "recovery"),
    StepKind.REST: (5, "rest"),
    StepKind.STEADY: (3, "interval"),
}
"""The watch shows 3 as "Run"; it has no word for steady, and shows 7 as "Other"."""

_IN_REPEAT = {number: kind for kind, (number, _) in _STEP_TYPES.items()} | {
    3: StepKind.WORK,
    7: StepKind.STEADY,
}
_OUTSIDE = _IN_REPEAT | {3: StepKind.STEADY}
_REPEAT_TYPE = 6
_LAP_BUTTON, _TIME, _DISTANCE, _ITERATIONS = 1, 2, 3, 7
_NO_TARGET, _PACE_ZONE = 1, 6

_NAME_LIMIT = 80
_NOTES_LIMIT = 500
_MARK = re.compile(r"^RunCoach (\S+)$", re.MULTILINE)


def workout_json(workout: PlannedWorkout, external_id: str) -> dict[str, Any]:
    """The workout as the service takes it, our id in its description."""
    sport = _OTHER if workout.kind is WorkoutKind.CROSS else _RUNNING
    order = count(1)
    groups = count(1)
    return {
        "workoutName": workout.title[:_NAME_LIMIT],
        "description": f"RunCoach {external_id}",
        "sportType": sport,
        "estimatedDurationInSecs": workout.estimated_duration_s,
        "estimatedDistanceInMeters": workout.estimated_distance_m,
        "workoutSegments": [
            {
                "segmentOrder": 1,
                "sportType": sport,
                "workoutSteps": [_segment(segment, order, groups) for segment in workout.segments],
            }
        ],
    }


def external_id_of(description: str | None) -> str | None:
    """Our id in a description, None in those of others."""
    match = _MARK.search((description or "").replace("\r\n", "\n"))
    return match.group(1) if match else None


def _segment(segment: Segment, order: Iterator[int], groups: Iterator[int]) -> dict[str, Any]:
    if isinstance(segment, Step):
        return _step(segment, next(order), None)
    own_order, group = next(order), next(groups)
    steps = [segment.work] + ([segment.recovery] if segment.recovery else [])
    return {
        "type": "RepeatGroupDTO",
        "stepOrder": own_order,
        "stepType": {"stepTypeId": _REPEAT_TYPE, "stepTypeKey": "repeat", "displayOrder": _REPEAT_TYPE},
        "childStepId": group,
        "numberOfIterations": segment.count,
        "endCondition": _condition(_ITERATIONS, "iterations"),
        "endConditionValue": float(segment.count),
        "smartRepeat": False,
        "workoutSteps": [_step(step, next(order), group) for step in steps],
    }


def _step(step: Step, order: int, group: int | None) -> dict[str, Any]:
    type_id, type_key = _STEP_TYPES[step.kind]
    condition, value = _end(step)
    return {
        "type": "ExecutableStepDTO",
        "stepOrder": order,
        "stepType": {"stepTypeId": type_id, "stepTypeKey": type_key, "displayOrder": type_id},
        "childStepId": group,
        "description": _description(step),
        "endCondition": condition,
        "endConditionValue": value,
        **_target(step.pace),
    }


def _description(step: Step) -> str | None:
    parts = [part for part in (step.pace_label, step.notes) if part]
    return " · ".join(parts)[:_NOTES_LIMIT] if parts else None


def _end(step: Step) -> tuple[dict[str, Any], float | None]:
    if step.duration_s is not None:
        return _condition(_TIME, "time"), float(step.duration_s)
    if step.distance_m is not None:
        return _condition(_DISTANCE, "distance"), float(step.distance_m)
    return _condition(_LAP_BUTTON, "lap.button"), None


def _condition(number: int, key: str) -> dict[str, Any]:
    return {
        "conditionTypeId": number,
        "conditionTypeKey": key,
        "displayOrder": number,
        "displayable": number != _ITERATIONS,
    }


def _target(pace: PaceRange | None) -> dict[str, Any]:
    """Metres per second on the step itself, the faster one first."""
    if pace is None:
        return {"targetType": _target_type(_NO_TARGET, "no.target")}
    return {
        "targetType": _target_type(_PACE_ZONE, "pace.zone"),
        "targetValueOne": 1000 / pace.fast_s_per_km,
        "targetValueTwo": 1000 / pace.slow_s_per_km,
    }


def _target_type(number: int, key: str) -> dict[str, Any]:
    return {"workoutTargetTypeId": number, "workoutTargetTypeKey": key, "displayOrder": number}


# Back


def segments_of(payload: dict[str, Any]) -> tuple[Segment, ...]:
    """The segments of a workout JSON. Raises ValueError or KeyError on steps that we never write.

    Work outside a repeat comes back as steady: the service has one word for both.
    """
    steps = [step for part in payload["workoutSegments"] for step in part["workoutSteps"]]
    return tuple(_segment_of(step) for step in steps)


def _segment_of(payload: dict[str, Any]) -> Segment:
    if payload["type"] != "RepeatGroupDTO":
        return _step_of(payload, _OUTSIDE)
    steps: Sequence[dict[str, Any]] = payload["workoutSteps"]
    if not 1 <= len(steps) <= 2:
        raise ValueError("a repeat holds work and, where there is one, recovery")
    work, *rest = (_step_of(step, _IN_REPEAT) for step in steps)
    return Repeat(int(payload["numberOfIterations"]), work, rest[0] if rest else None)


def _step_of(payload: dict[str, Any], kinds: Mapping[int, StepKind]) -> Step:
    label, notes = _label_and_notes(payload.get("description"))
    condition = payload["endCondition"]["conditionTypeId"]
    value = float(payload.get("endConditionValue") or 0)
    return Step(
        kind=kinds[payload["stepType"]["stepTypeId"]],
        duration_s=round(value) if condition == _TIME else None,
        distance_m=round(value) if condition == _DISTANCE else None,
        pace_label=label,
        pace=_pace_of(payload),
        notes=notes,
    )


def _label_and_notes(description: str | None) -> tuple[str | None, str | None]:
    """A pace label is one word; anything longer is a note."""
    if not description:
        return None, None
    first, _, rest = description.partition(" · ")
    if " " in first:
        return None, description
    return first, rest or None


def _pace_of(payload: dict[str, Any]) -> PaceRange | None:
    if (payload.get("targetType") or {}).get("workoutTargetTypeId") != _PACE_ZONE:
        return None
    speeds = sorted((float(payload["targetValueOne"]), float(payload["targetValueTwo"])), reverse=True)
    fast, slow = (round(1000 / speed, 3) for speed in speeds)
    return PaceRange(fast, slow)
