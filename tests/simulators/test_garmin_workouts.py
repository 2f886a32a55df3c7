"""Workouts and the calendar through garminconnect, with the ledger as witness."""

from datetime import timedelta
from typing import Any

import pytest
from garminconnect import Garmin, GarminConnectConnectionError, GarminConnectNotFoundError

from tests.simulators.conftest import TODAY, GarminRunner

SPORT = {"sportTypeId": 1, "sportTypeKey": "running", "displayOrder": 1}


def step(kind: int, condition: int, value: float, pace: tuple[float, float] | None = None) -> dict[str, Any]:
    """A step by the vendor's numbers: condition 2 is time, 3 is distance; pace in m/s, faster first."""
    out: dict[str, Any] = {
        "type": "ExecutableStepDTO",
        "stepType": {"stepTypeId": kind},
        "endCondition": {"conditionTypeId": condition},
        "endConditionValue": value,
        "targetType": {"workoutTargetTypeId": 6 if pace else 1},
    }
    return out | ({"targetValueOne": pace[0], "targetValueTwo": pace[1]} if pace else {})


def a_workout(name: str = "6 x 800m", **fields: Any) -> dict[str, Any]:
    repeat = {
        "type": "RepeatGroupDTO",
        "stepType": {"stepTypeId": 6},
        "numberOfIterations": 6,
        "workoutSteps": [step(3, 3, 800.0, (4.0, 3.9)), step(4, 2, 120.0)],
    }
    steps = [step(1, 2, 900.0), repeat, step(2, 2, 600.0)]
    segment = {"segmentOrder": 1, "sportType": SPORT, "workoutSteps": steps}
    return {"workoutName": name, "sportType": SPORT, "workoutSegments": [segment], **fields}


def pushed(garmin: Garmin, day: str, name: str = "6 x 800m") -> tuple[int, int]:
    workout_id = garmin.upload_workout(a_workout(name))["workoutId"]
    return workout_id, garmin.schedule_workout(workout_id, day)["workoutScheduleId"]


def test_workout_is_stored_as_given_and_listed(runner: GarminRunner) -> None:
    garmin = runner.logged_in()

    workout_id = garmin.upload_workout(a_workout(description="rc:abc123"))["workoutId"]

    kept = garmin.get_workout_by_id(workout_id)
    inner = kept["workoutSegments"][0]["workoutSteps"][1]
    assert inner["numberOfIterations"] == 6
    assert inner["workoutSteps"][0]["targetValueOne"] == 4.0
    listed = garmin.get_workouts()
    assert [(w["workoutId"], w["description"]) for w in listed] == [(workout_id, "rc:abc123")]


def test_scheduled_workout_is_on_the_calendar_of_its_month_and_period(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    day = (TODAY + timedelta(days=2)).isoformat()

    workout_id, entry_id = pushed(garmin, day)

    month = garmin.get_scheduled_workouts(2026, 11)["calendarItems"]
    on_it = [(i["id"], i["workoutId"], i["date"]) for i in month if i["itemType"] == "workout"]
    assert on_it == [(entry_id, workout_id, day)]
    period = garmin.get_scheduled_workouts_by_period(day, day)
    assert [(p["workoutScheduleId"], p["workout"]["workoutId"]) for p in period] == [(entry_id, workout_id)]
    assert runner.effects()[-2:] == [
        ("workout_created", str(workout_id)),
        ("workout_scheduled", str(entry_id)),
    ]


def test_update_keeps_id_and_calendar_entry(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    workout_id, entry_id = pushed(garmin, "2026-11-25")

    garmin.update_workout(workout_id, a_workout("5 x 1000m"))

    assert garmin.get_workout_by_id(workout_id)["workoutName"] == "5 x 1000m"
    assert garmin.get_scheduled_workout_by_id(entry_id)["workout"]["workoutName"] == "5 x 1000m"


def test_moved_and_removed_entries(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    workout_id, entry_id = pushed(garmin, "2026-11-25")

    garmin.reschedule_workout(entry_id, "2026-11-27")
    assert garmin.get_scheduled_workout_by_id(entry_id)["calendarDate"] == "2026-11-27"
    garmin.unschedule_workout(entry_id)

    assert garmin.get_scheduled_workouts_by_period("2026-11-01", "2026-11-30") == []
    assert garmin.get_workout_by_id(workout_id)["workoutId"] == workout_id
    garmin.delete_workout(workout_id)
    with pytest.raises(GarminConnectNotFoundError):
        garmin.get_workout_by_id(workout_id)


def test_deleting_a_workout_takes_its_calendar_entries_along(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    workout_id, entry_id = pushed(garmin, "2026-11-25")

    garmin.delete_workout(workout_id)

    assert garmin.get_scheduled_workouts_by_period("2026-11-25", "2026-11-25") == []
    assert runner.effects()[-2:] == [
        ("workout_unscheduled", str(entry_id)),
        ("workout_deleted", str(workout_id)),
    ]


def test_ids_are_not_given_twice_after_a_deletion(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    first, _ = pushed(garmin, "2026-11-25")
    garmin.delete_workout(first)

    second, _ = pushed(garmin, "2026-11-25")

    assert second > first


def test_nobody_sees_or_touches_the_workout_of_another(base: str, runner: GarminRunner) -> None:
    workout_id, entry_id = pushed(runner.logged_in(), "2026-11-25")
    stranger = GarminRunner(base, runner.control).logged_in()

    for act in (stranger.get_workout_by_id, stranger.delete_workout):
        with pytest.raises(GarminConnectNotFoundError):
            act(workout_id)
    with pytest.raises(GarminConnectNotFoundError):
        stranger.unschedule_workout(entry_id)
    with pytest.raises(GarminConnectNotFoundError):
        stranger.schedule_workout(workout_id, "2026-11-26")
    assert stranger.get_workouts() == []


@pytest.mark.parametrize("broken", [{"workoutName": " "}, {"workoutSegments": []}, {"sportType": {}}])
def test_workout_that_the_vendor_would_refuse_leaves_no_trace(
    runner: GarminRunner, broken: dict[str, Any]
) -> None:
    garmin = runner.logged_in()

    with pytest.raises(GarminConnectConnectionError, match="400"):
        garmin.upload_workout(a_workout() | broken)

    assert all(effect == "login" for effect, _ in runner.effects())
