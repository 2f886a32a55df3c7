"""How the athlete lives on: follows the watch, sometimes misses a workout, sometimes uploads late."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from runcoach.simulators.world.season import Diary, easy_run, sessions_of_day
from runcoach.simulators.world.session import Block, Intensity, Session, Sport

_MISSES, _UPLOADS_LATE = 0.12, 0.10
_STEP_EFFORT = {"warmup": 0.70, "cooldown": 0.66, "recovery": 0.58, "rest": 0.50, "interval": 0.78}
_STEP_INTENSITY = {"warmup": Intensity.WARMUP, "cooldown": Intensity.COOLDOWN, "recovery": Intensity.REST}
_LAP_BUTTON_S = 300.0


@dataclass(frozen=True)
class WatchWorkout:
    """A workout that the watch offers on a day, as the vendor stores it."""

    workout_id: int
    name: str
    segments: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Whim:
    """What a test decides instead of the dice; None leaves it to them."""

    misses: bool | None = None
    late_days: int | None = None


def live_a_day(
    diary: Diary, day: date, offered: Sequence[WatchWorkout], has_plan: bool, whim: Whim
) -> list[Session]:
    """What gets recorded on the day. With a plan on the calendar, days without a workout stay free."""
    rng = diary.rng(day, 9)
    rolled = int(rng.integers(2, 5)) if rng.random() < _UPLOADS_LATE else 0
    late_days = rolled if whim.late_days is None else whim.late_days
    late = day + timedelta(days=late_days) if late_days else None
    if not has_plan:
        return [replace(s, visible_from=late) for s in sessions_of_day(diary, day)]
    missed = [rng.random() < _MISSES if whim.misses is None else whim.misses for _ in offered]
    done = [workout for workout, is_missed in zip(offered, missed, strict=True) if not is_missed]
    return [replace(run_workout(diary, day, workout), visible_from=late) for workout in done]


def run_workout(diary: Diary, day: date, workout: WatchWorkout) -> Session:
    """The session in which the athlete does what the watch says, at the pace that it asks for."""
    easy = easy_run(diary, day, 8000.0)
    steps = [step for segment in workout.segments for step in segment.get("workoutSteps") or ()]
    blocks = tuple(block for step in steps for block in _blocks(step))
    return replace(
        easy,
        sport=Sport.RUNNING,
        route="han_west" if easy.route == "indoor" else easy.route,
        kind="workout",
        title=workout.name,
        blocks=blocks or easy.blocks,
        lap_per_block=len(blocks) > 1,
        workout_id=workout.workout_id,
    )


def _blocks(step: dict[str, Any]) -> list[Block]:
    if step.get("type") == "RepeatGroupDTO":
        inner = [block for child in step.get("workoutSteps") or () for block in _blocks(child)]
        return inner * int(step.get("numberOfIterations") or 1)
    role = _key(step, "stepType")
    ends_by, value = _key(step, "endCondition"), float(step.get("endConditionValue") or 0.0)
    by_distance = ends_by == "distance" and value > 0
    return [
        Block(
            effort=_STEP_EFFORT.get(role, 0.74),
            duration_s=None if by_distance else (value or _LAP_BUTTON_S),
            distance_m=value if by_distance else None,
            intensity=_STEP_INTENSITY.get(role, Intensity.ACTIVE),
            speed_mps=_asked_speed(step),
        )
    ]


_KEY_BY_ID = {
    "stepType": {1: "warmup", 2: "cooldown", 3: "interval", 4: "recovery", 5: "rest", 6: "repeat"},
    "endCondition": {1: "lap.button", 2: "time", 3: "distance", 7: "iterations"},
    "targetType": {1: "no.target", 2: "power.zone", 4: "heart.rate.zone", 5: "speed.zone", 6: "pace.zone"},
}
_ID_NAME = {"stepType": "stepTypeId", "endCondition": "conditionTypeId", "targetType": "workoutTargetTypeId"}


def _key(step: dict[str, Any], name: str) -> str:
    """The vendor decides by the number and ignores the word beside it, so this does too."""
    number = (step.get(name) or {}).get(_ID_NAME[name])
    return _KEY_BY_ID[name].get(int(number or 0), "")


def _asked_speed(step: dict[str, Any]) -> float | None:
    one, two = step.get("targetValueOne"), step.get("targetValueTwo")
    if _key(step, "targetType") not in ("pace.zone", "speed.zone") or not one or not two:
        return None
    return (float(one) + float(two)) / 2.0
