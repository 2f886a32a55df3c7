"""The simulators' answers are held to recorded ones: no invented key, no other type."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from garminconnect import Garmin

from tests.shared_files import shared
from tests.simulators.conftest import TODAY, GarminRunner
from tests.simulators.strava_athlete import Athlete
from tests.simulators.test_garmin_workouts import pushed

YESTERDAY = TODAY.replace(day=TODAY.day - 1).isoformat()
WEEK_AGO = TODAY.replace(day=TODAY.day - 7).isoformat()


def recorded(pattern: str) -> list[Any]:
    """The bodies of every recorded reply whose file matches."""
    found = sorted(shared("fixtures/garmin_api").glob(pattern))
    assert found, pattern
    bodies = (json.loads(path.read_text())["response"]["body"] for path in found)
    return [body for body in bodies if body is not None]


def kinds(values: list[Any], at: str = "") -> dict[str, set[str]]:
    """Every path in the values with the JSON types seen there; list items share the path of the list."""
    out: dict[str, set[str]] = {}
    for path, kind in (pair for value in values for pair in _walk(value, at)):
        out.setdefault(path, set()).add(kind)
    return out


def _walk(value: Any, at: str) -> Iterator[tuple[str, str]]:
    names = {bool: "bool", int: "number", float: "number", str: "text", type(None): "null"}
    if isinstance(value, dict):
        yield at, "object"
        for key, inner in value.items():
            yield from _walk(inner, f"{at}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, at)
    else:
        yield at, names[type(value)]


def differences(answered: Any, samples: list[Any], known: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Paths that no recording has, and types that none of them shows; null is allowed either way."""
    theirs, out = kinds(samples), {}
    for path, ours in kinds([answered]).items():
        if path in known:
            continue
        if path not in theirs:
            out[path] = "not recorded"
        elif not ours - {"null"} <= theirs[path] and theirs[path] != {"null"}:
            out[path] = (ours, theirs[path])
    return out


@pytest.fixture
def garmin(runner: GarminRunner) -> Garmin:
    return runner.logged_in()


def test_activity_list(garmin: Garmin) -> None:
    rows = [
        r
        for page in recorded("*/get_activitylist*.json")
        for r in (page if isinstance(page, list) else [page])
    ]

    assert differences(garmin.get_activities(0, 30), rows, frozenset({".workoutId"})) == {}


def test_activity_detail_and_its_parts(garmin: Garmin) -> None:
    for row in garmin.get_activities(0, 8):
        activity_id = str(row["activityId"])
        details = recorded("*/get_activity-service-activity-id_200_*.json")
        assert differences(garmin.get_activity(activity_id), details) == {}
        splits = recorded("*/get_activity-service-activity-id-splits*.json")
        assert differences(garmin.get_activity_splits(activity_id), splits) == {}
        zones = recorded("*/get_activity-service-activity-id-hrtimeinzones*.json")
        assert differences(garmin.get_activity_hr_in_timezones(activity_id), zones) == {}
        weather = recorded("*/get_activity-service-activity-id-weather*.json")
        assert differences(garmin.get_activity_weather(activity_id), weather) == {}


def test_nights(garmin: Garmin) -> None:
    nights = recorded("*/get_*dailysleepdata*.json")
    assert differences(garmin.get_sleep_data(YESTERDAY), nights) == {}
    assert differences(garmin.get_hrv_data(YESTERDAY), recorded("*/get_hrv-service-hrv-date_200*.json")) == {}
    ranges = recorded("hrv/get_hrv-service-hrv-daily*_200_*.json")
    assert differences(garmin.get_hrv_data_range(WEEK_AGO, YESTERDAY), ranges) == {}


def test_days(garmin: Garmin) -> None:
    stress = recorded("*/get_wellness-service-wellness-dailystress*.json")
    assert differences(garmin.get_stress_data(YESTERDAY), stress) == {}
    battery = recorded("*/get_*bodybattery-reports-daily*.json")
    assert differences(garmin.get_body_battery(WEEK_AGO, YESTERDAY), battery) == {}
    resting = recorded("*/get_userstats-service-wellness-daily*.json")
    assert differences(garmin.get_rhr_day(YESTERDAY), resting) == {}
    pages = recorded("*/get_usersummary-service-usersummary-daily*.json")
    assert differences(garmin.get_user_summary(YESTERDAY), pages) == {}
    ranges = recorded("summary/get_usersummary-service-stats-stress-daily*.json")
    assert differences(garmin.get_daily_stress_stats(WEEK_AGO, YESTERDAY), ranges) == {}


def test_weights(garmin: Garmin) -> None:
    ranges = recorded("body/get_weight-service-weight-range*.json")
    assert differences(garmin.get_weigh_ins("2026-10-01", YESTERDAY), ranges) == {}
    bodies = recorded("body/get_weight-service-weight-daterange*.json") + recorded("body/*dayview*.json")
    assert differences(garmin.get_body_composition("2026-10-01", YESTERDAY), bodies) == {}


def test_profile_and_settings(garmin: Garmin) -> None:
    profile = garmin.connectapi("/userprofile-service/socialProfile")
    assert differences(profile, recorded("profile/get_userprofile-service-socialprofile*.json")) == {}
    settings = garmin.connectapi("/userprofile-service/userprofile/user-settings")
    assert differences(settings, recorded("profile/get_userprofile-service-userprofile*.json")) == {}


def test_workout(garmin: Garmin) -> None:
    workout_id, _ = pushed(garmin, "2026-11-25")
    samples = recorded("workout/get_workout-service-workout-id*.json")
    samples += [{"workoutSegments": [{"workoutSteps": [{"targetValueOne": 1.0, "targetValueTwo": 1.0}]}]}]
    inner = ".workoutSegments.workoutSteps.workoutSteps.targetValue"

    found = differences(
        garmin.get_workout_by_id(workout_id), samples, frozenset({inner + "One", inner + "Two"})
    )

    assert found == {}


def test_strava_activity_and_upload(athlete: Athlete, fits: list[bytes]) -> None:
    def cassette(name: str) -> list[Any]:
        body = json.loads(shared(f"fixtures/strava_api/{name}").read_text())
        return [i["response"]["body"] for i in body["interactions"]]

    upload = athlete.upload(fits[0], "a.fit")
    assert differences(upload.response, cassette("client__create_upload_file_with_error.json")) == {}
    for _ in range(2):
        upload.poll()
    kept = athlete.client.protocol.get(f"/activities/{upload.activity_id}")
    assert (
        differences(kept, cassette("client__activity.json") + cassette("client__create_activity.json")) == {}
    )
