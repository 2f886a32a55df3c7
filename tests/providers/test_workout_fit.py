"""Workout files, read back by other people's decoders."""

from typing import Any

import fitdecode
import fitparse
import pytest

from runcoach.domain.errors import Invalid, UnreadableFile
from runcoach.domain.workout import PaceRange, Step, StepKind, WorkoutKind
from runcoach.providers.files.fit.decoder import FitDecoder
from runcoach.providers.files.workout_fit import FitWorkoutEncoder
from tests.providers.builders import a_workout

ENCODER = FitWorkoutEncoder()


def messages(data: bytes, name: str) -> list[dict[str, Any]]:
    return [message.get_values() for message in fitparse.FitFile(data).get_messages(name)]


def steps_of(data: bytes) -> list[dict[str, Any]]:
    return messages(data, "workout_step")


def test_repeats_point_back_at_their_first_step_and_count_as_steps():
    data = ENCODER.encode(a_workout())
    steps = steps_of(data)
    assert [s["message_index"] for s in steps] == list(range(9))
    repeats = [s for s in steps if s["duration_type"] == "repeat_until_steps_cmplt"]
    # warm-up 0, steady 1, work 2 + jog 3 repeated by 4, strides 5 repeated by 6, rest 7, cool-down 8
    assert [(s["message_index"], s["duration_step"], s["repeat_steps"]) for s in repeats] == [
        (4, 2, 6),
        (6, 5, 4),
    ]
    assert messages(data, "workout")[0]["num_valid_steps"] == 9


def test_pace_range_is_metres_per_second_slower_as_low():
    work = steps_of(ENCODER.encode(a_workout()))[2]
    assert work["target_type"] == "speed"
    assert work["target_speed_zone"] == 0
    assert work["custom_target_speed_low"] == pytest.approx(1000 / 235, abs=0.0005)
    assert work["custom_target_speed_high"] == pytest.approx(1000 / 225, abs=0.0005)


def test_raw_speed_is_the_published_value_for_four_minutes():
    # 1000 m / 240 s = 4.1667 m/s → 4167 mm/s, 300 s/km → 3333
    step = Step(StepKind.WORK, distance_m=800, pace=PaceRange(240, 300))
    data = ENCODER.encode(a_workout(segments=(step,)))
    with fitdecode.FitReader(data, processor=None) as reader:
        frames = [f for f in reader if isinstance(f, fitdecode.FitDataMessage) and f.global_mesg_num == 27]
    raw = {field.field_def.def_num: field.raw_value for field in frames[0].fields if field.field_def}
    assert (raw[5], raw[6]) == (3333, 4167)
    assert (raw[1], raw[2]) == (1, 80000)


def test_time_distance_and_lap_button_end_steps():
    steps = steps_of(ENCODER.encode(a_workout()))
    assert steps[0]["duration_type"] == "open"
    assert (steps[1]["duration_type"], steps[1]["duration_time"]) == ("time", 600)
    assert (steps[2]["duration_type"], steps[2]["duration_distance"]) == ("distance", 800)
    assert steps[0]["target_type"] == "open"


def test_intensities_tell_warm_up_work_and_recovery_apart():
    data = ENCODER.encode(a_workout())
    with fitdecode.FitReader(data) as reader:
        found = [
            frame.get_value("intensity", fallback=None)
            for frame in reader
            if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "workout_step"
        ]
    assert found == ["warmup", "active", "active", "recovery", None, "active", None, "rest", "cooldown"]


def test_korean_names_and_notes_come_back_whole():
    data = ENCODER.encode(a_workout())
    assert messages(data, "workout")[0]["wkt_name"] == "6×800 m 인터벌"
    assert steps_of(data)[1]["wkt_step_name"] == "E"
    assert steps_of(data)[1]["notes"] == "천천히 시작"


def test_long_title_is_cut_between_characters():
    data = ENCODER.encode(a_workout(title="가" * 100))
    assert messages(data, "workout")[0]["wkt_name"] == "가" * 40


def test_cross_training_is_not_sent_as_a_run():
    data = ENCODER.encode(
        a_workout(kind=WorkoutKind.CROSS, segments=(Step(StepKind.STEADY, duration_s=1800),))
    )
    assert messages(data, "workout")[0]["sport"] == "generic"


def test_same_workout_gives_same_bytes():
    assert ENCODER.encode(a_workout()) == ENCODER.encode(a_workout())


def test_rest_day_has_nothing_to_encode():
    with pytest.raises(Invalid):
        ENCODER.encode(a_workout(kind=WorkoutKind.REST, segments=()))


def test_own_decoder_says_that_a_workout_is_no_activity():
    with pytest.raises(UnreadableFile) as caught:
        FitDecoder().decode(ENCODER.encode(a_workout()), "w.fit")
    assert caught.value.data == {"reason": "no_activity", "file_type": "workout"}
