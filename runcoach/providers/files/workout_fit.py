"""Planned workouts as FIT workout files, with fit-tool 0.9.16.

Its traps: a sub-field is scaled by the type that is set at that moment, so types come before values; its
strict mode counts repeat steps otherwise than the watches do; times are Unix milliseconds.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time

from fit_tool.fit_file_builder import FitFileBuilder
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.workout_message import WorkoutMessage
from fit_tool.profile.messages.workout_step_message import WorkoutStepMessage
from fit_tool.profile.profile_type import (
    FileType,
    Intensity,
    Manufacturer,
    Sport,
    WorkoutStepDuration,
    WorkoutStepTarget,
)

from runcoach.domain.errors import Invalid
from runcoach.domain.workout import PlannedWorkout, Repeat, Segment, Step, StepKind, WorkoutKind

_INTENSITIES = {
    StepKind.WARMUP: Intensity.WARMUP,
    StepKind.STEADY: Intensity.ACTIVE,
    StepKind.WORK: Intensity.ACTIVE,
    StepKind.RECOVERY: Intensity.RECOVERY,
    StepKind.REST: Intensity.REST,
    StepKind.COOLDOWN: Intensity.COOLDOWN,
}
_NAME_BYTES = 120
_NOTES_BYTES = 240


class FitWorkoutEncoder:
    """Implements WorkoutFileEncoder; the same workout gives the same bytes."""

    def encode(self, workout: PlannedWorkout) -> bytes:
        """The file's bytes. Raises Invalid for a day without steps."""
        if not workout.segments:
            raise Invalid(field="segments")
        steps = list(_steps(workout.segments))
        builder = FitFileBuilder(auto_define=True, strict=False)
        builder.add(_file_id(workout))
        builder.add(_workout(workout, len(steps)))
        builder.add_all(steps)
        return bytes(builder.build().to_bytes())


def _file_id(workout: PlannedWorkout) -> FileIdMessage:
    message = FileIdMessage()
    message.type = FileType.WORKOUT
    message.manufacturer = Manufacturer.DEVELOPMENT.value
    message.product = 0
    message.serial_number = workout.id.int % 0xFFFFFFFE + 1
    midnight = datetime.combine(workout.day, time.min, UTC)
    message.time_created = int(midnight.timestamp() * 1000)
    return message


def _workout(workout: PlannedWorkout, step_count: int) -> WorkoutMessage:
    message = WorkoutMessage()
    message.sport = Sport.GENERIC if workout.kind is WorkoutKind.CROSS else Sport.RUNNING
    message.num_valid_steps = step_count
    message.workout_name = _cut(workout.title, _NAME_BYTES)
    return message


def _steps(segments: tuple[Segment, ...]) -> Iterator[WorkoutStepMessage]:
    """Steps in order; a repeat follows the steps that it repeats and points back at their first."""
    index = 0
    for segment in segments:
        if isinstance(segment, Step):
            yield _step(index, segment)
            index += 1
            continue
        inner = [segment.work] + ([segment.recovery] if segment.recovery else [])
        for offset, step in enumerate(inner):
            yield _step(index + offset, step)
        yield _repeat(index + len(inner), index, segment)
        index += len(inner) + 1


def _step(index: int, step: Step) -> WorkoutStepMessage:
    message = WorkoutStepMessage()
    message.message_index = index
    message.intensity = _INTENSITIES[step.kind]
    if step.pace_label:
        message.workout_step_name = _cut(step.pace_label, _NAME_BYTES)
    if step.notes:
        message.notes = _cut(step.notes, _NOTES_BYTES)
    _set_end(message, step)
    _set_target(message, step)
    return message


def _set_end(message: WorkoutStepMessage, step: Step) -> None:
    if step.duration_s is not None:
        message.duration_type = WorkoutStepDuration.TIME
        message.duration_time = float(step.duration_s)
    elif step.distance_m is not None:
        message.duration_type = WorkoutStepDuration.DISTANCE
        message.duration_distance = float(step.distance_m)
    else:
        message.duration_type = WorkoutStepDuration.OPEN


def _set_target(message: WorkoutStepMessage, step: Step) -> None:
    """Metres per second, the slower one as "low"; zone 0 says that the custom range counts."""
    if step.pace is None:
        message.target_type = WorkoutStepTarget.OPEN
        return
    message.target_type = WorkoutStepTarget.SPEED
    message.target_value = 0
    message.custom_target_speed_low = 1000 / step.pace.slow_s_per_km
    message.custom_target_speed_high = 1000 / step.pace.fast_s_per_km


def _repeat(index: int, first: int, repeat: Repeat) -> WorkoutStepMessage:
    message = WorkoutStepMessage()
    message.message_index = index
    message.duration_type = WorkoutStepDuration.REPEAT_UNTIL_STEPS_CMPLT
    message.duration_step = first
    message.target_type = WorkoutStepTarget.OPEN
    message.target_value = repeat.count
    return message


def _cut(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, whole characters only."""
    return text.encode()[:limit].decode(errors="ignore")
