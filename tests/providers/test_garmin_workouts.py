"""Workouts to the watch: created once, found again, scheduled, replaced, taken away; replies may get lost."""

from datetime import date, timedelta
from typing import Any

import pytest

from runcoach.domain.errors import ProviderRejected, ProviderUnavailable
from runcoach.domain.workout import Repeat, WorkoutKind
from runcoach.providers.garmin.workouts import external_id_of, segments_of, workout_json
from tests.providers.builders import INTERVALS, a_workout
from tests.providers.conftest import Runner
from tests.shared_files import shared

EXTERNAL_ID = "3f9c2a1e-55aa-4b6e-9f6e-0a1b2c3d4e5f:2026-11-30"


def steps_of(payload: dict[str, Any]) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = payload["workoutSegments"][0]["workoutSteps"]
    return steps


# The JSON


def test_segments_come_back_as_they_were():
    payload = workout_json(a_workout(), EXTERNAL_ID)
    for mine, back in zip(INTERVALS, segments_of(payload), strict=True):
        assert type(mine) is type(back)
        for a, b in zip(inner(mine), inner(back), strict=True):
            assert (a.kind, a.duration_s, a.distance_m, a.pace_label, a.notes) == (
                b.kind, b.duration_s, b.distance_m, b.pace_label, b.notes)  # fmt: skip
            assert (a.pace is None) == (b.pace is None)
            if a.pace and b.pace:
                assert b.pace.fast_s_per_km == pytest.approx(a.pace.fast_s_per_km, abs=0.01)
                assert b.pace.slow_s_per_km == pytest.approx(a.pace.slow_s_per_km, abs=0.01)


def inner(segment: Any) -> list[Any]:
    if not isinstance(segment, Repeat):
        return [segment]
    return [segment.work] + ([segment.recovery] if segment.recovery else [])


def test_pace_is_a_zone_in_metres_per_second_on_the_step_faster_first():
    work = steps_of(workout_json(a_workout(), EXTERNAL_ID))[2]["workoutSteps"][0]
    assert work["targetType"]["workoutTargetTypeId"] == 6
    assert work["targetValueOne"] == pytest.approx(1000 / 225)
    assert work["targetValueTwo"] == pytest.approx(1000 / 235)
    assert work["endCondition"]["conditionTypeId"] == 3
    assert work["endConditionValue"] == 800


def test_numeric_ids_are_the_services():
    steps = steps_of(workout_json(a_workout(), EXTERNAL_ID))
    ids = [(s["type"], s["stepType"]["stepTypeId"], s["endCondition"]["conditionTypeId"]) for s in steps]
    assert ids == [
        ("ExecutableStepDTO", 1, 1),
        ("ExecutableStepDTO", 3, 2),
        ("RepeatGroupDTO", 6, 7),
        ("RepeatGroupDTO", 6, 7),
        ("ExecutableStepDTO", 5, 2),
        ("ExecutableStepDTO", 2, 3),
    ]


def test_step_order_runs_through_the_children_of_repeats():
    steps = steps_of(workout_json(a_workout(), EXTERNAL_ID))
    orders = []
    for step in steps:
        orders.append(step["stepOrder"])
        orders += [child["stepOrder"] for child in step.get("workoutSteps", [])]
    assert orders == list(range(1, 10))
    assert [c["childStepId"] for c in steps[2]["workoutSteps"]] == [1, 1]
    assert steps[3]["childStepId"] == 2


def test_slower_first_is_understood_too():
    payload = workout_json(a_workout(), EXTERNAL_ID)
    work = steps_of(payload)[2]["workoutSteps"][0]
    work["targetValueOne"], work["targetValueTwo"] = work["targetValueTwo"], work["targetValueOne"]
    repeat = segments_of(payload)[2]
    assert isinstance(repeat, Repeat)
    assert repeat.work.pace is not None
    assert repeat.work.pace.fast_s_per_km == pytest.approx(225, abs=0.01)


def test_recorded_workout_of_the_service_can_be_read():
    import json

    path = next(shared("fixtures/garmin_api/workout").glob("get_*.json"))
    segments = segments_of(json.loads(path.read_text())["response"]["body"])
    assert isinstance(segments[1], Repeat)
    assert (segments[1].count, segments[1].work.duration_s) == (6, 60)


def test_cross_training_is_not_a_run():
    payload = workout_json(a_workout(kind=WorkoutKind.CROSS), EXTERNAL_ID)
    assert payload["sportType"]["sportTypeId"] == 3


def test_our_id_is_found_among_other_words():
    assert external_id_of(workout_json(a_workout(), EXTERNAL_ID)["description"]) == EXTERNAL_ID
    assert external_id_of(f"Edited by me\r\nRunCoach {EXTERNAL_ID}\r\nnice") == EXTERNAL_ID
    assert external_id_of("I like RunCoach very much") is None
    assert external_id_of(None) is None


# At the service


async def test_workout_is_created_found_scheduled_and_read_back(runner: Runner):
    connection = await runner.connect()
    created = await connection.create_workout(a_workout(), EXTERNAL_ID)
    found = await connection.find_workouts(frozenset({EXTERNAL_ID, "another"}))
    assert found == {EXTERNAL_ID: created}
    entry = await connection.schedule_workout(created.workout_id, date(2026, 11, 30))
    listed = await connection.scheduled_workouts(date(2026, 11, 30), date(2026, 11, 30))
    assert [(e.schedule_id, e.workout_id, e.day) for e in listed] == [
        (entry.schedule_id, created.workout_id, date(2026, 11, 30))
    ]
    kept = await connection.read_workout(created.workout_id)
    assert len(segments_of(kept)) == len(INTERVALS)
    assert kept["workoutName"] == "6×800 m 인터벌"


async def test_calendar_is_read_across_the_end_of_a_year(runner: Runner):
    connection = await runner.connect()
    workout = await connection.create_workout(a_workout(), EXTERNAL_ID)
    days = [date(2026, 12, 30) + timedelta(n) for n in range(5)]
    for day in days:
        await connection.schedule_workout(workout.workout_id, day)
    entries = await connection.scheduled_workouts(date(2026, 12, 31), date(2027, 1, 2))
    assert [e.day for e in entries] == days[1:4]


async def test_update_keeps_the_id_and_the_calendar(runner: Runner):
    connection = await runner.connect()
    created = await connection.create_workout(a_workout(), EXTERNAL_ID)
    await connection.schedule_workout(created.workout_id, date(2026, 11, 30))
    await connection.update_workout(created.workout_id, a_workout(title="새 이름"), EXTERNAL_ID)
    found = await connection.find_workouts(frozenset({EXTERNAL_ID}))
    assert found[EXTERNAL_ID].workout_id == created.workout_id
    assert found[EXTERNAL_ID].title == "새 이름"
    assert len(await connection.scheduled_workouts(date(2026, 11, 30), date(2026, 11, 30))) == 1


async def test_taking_away_what_is_gone_is_fine(runner: Runner):
    connection = await runner.connect()
    created = await connection.create_workout(a_workout(), EXTERNAL_ID)
    entry = await connection.schedule_workout(created.workout_id, date(2026, 11, 30))
    for _ in range(2):
        await connection.unschedule_workout(entry.schedule_id)
    for _ in range(2):
        await connection.delete_workout(created.workout_id)
    assert await connection.find_workouts(frozenset({EXTERNAL_ID})) == {}
    assert runner.effects()[-4:] == [
        "workout_created", "workout_scheduled", "workout_unscheduled", "workout_deleted",
    ]  # fmt: skip


async def test_workout_far_down_the_library_is_found(runner: Runner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("runcoach.providers.garmin.source.WORKOUT_PAGE", 3)
    connection = await runner.connect()
    for n in range(8):
        await connection.create_workout(a_workout(title=f"workout {n}"), f"id-{n}")
    found = await connection.find_workouts(frozenset({"id-0", "id-7", "id-99"}))
    assert set(found) == {"id-0", "id-7"}


async def test_lost_reply_of_a_create_is_found_again_and_not_repeated(runner: Runner):
    connection = await runner.connect()
    runner.world.fault("garmin", "/workout-service/workout", "accepted_reply_lost", method="POST")
    with pytest.raises(ProviderUnavailable):
        await connection.create_workout(a_workout(), EXTERNAL_ID)
    assert EXTERNAL_ID in await connection.find_workouts(frozenset({EXTERNAL_ID}))
    assert runner.effects().count("workout_created") == 1


async def test_lost_reply_of_a_schedule_is_seen_in_the_calendar(runner: Runner):
    connection = await runner.connect()
    created = await connection.create_workout(a_workout(), EXTERNAL_ID)
    runner.world.fault("garmin", "/workout-service/schedule/*", "accepted_reply_lost", method="POST")
    with pytest.raises(ProviderUnavailable):
        await connection.schedule_workout(created.workout_id, date(2026, 11, 30))
    entries = await connection.scheduled_workouts(date(2026, 11, 30), date(2026, 11, 30))
    assert [e.workout_id for e in entries] == [created.workout_id]
    assert runner.effects().count("workout_scheduled") == 1


@pytest.mark.parametrize("step", ["unschedule", "delete", "update"])
async def test_lost_reply_of_any_other_write_can_simply_be_repeated(runner: Runner, step: str):
    connection = await runner.connect()
    created = await connection.create_workout(a_workout(), EXTERNAL_ID)
    entry = await connection.schedule_workout(created.workout_id, date(2026, 11, 30))

    async def write() -> None:
        if step == "unschedule":
            await connection.unschedule_workout(entry.schedule_id)
        elif step == "delete":
            await connection.delete_workout(created.workout_id)
        else:
            await connection.update_workout(created.workout_id, a_workout(title="B"), EXTERNAL_ID)

    method = "PUT" if step == "update" else "DELETE"
    runner.world.fault("garmin", "/workout-service/*", "accepted_reply_lost", method=method)
    with pytest.raises(ProviderUnavailable):
        await write()
    await write()
    left = await connection.find_workouts(frozenset({EXTERNAL_ID}))
    assert set(left) == (set() if step == "delete" else {EXTERNAL_ID})
    entries = await connection.scheduled_workouts(date(2026, 11, 30), date(2026, 11, 30))
    assert len(entries) == (1 if step == "update" else 0)


async def test_scheduling_what_is_not_there_is_refused(runner: Runner):
    connection = await runner.connect()
    with pytest.raises(ProviderRejected) as caught:
        await connection.schedule_workout("999999", date(2026, 11, 30))
    assert caught.value.data["status"] == 404


async def test_other_runners_workouts_are_not_seen(runner: Runner):
    connection = await runner.connect()
    await connection.create_workout(a_workout(), EXTERNAL_ID)
    other = await Runner(runner.world).connect()
    assert await other.find_workouts(frozenset({EXTERNAL_ID})) == {}
