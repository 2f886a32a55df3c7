"""List, detail and download by garminconnect, and the FIT files against what the list says."""

import io
import zipfile
from datetime import UTC, datetime
from itertools import pairwise

import fitdecode
import fitparse
import pytest
from garminconnect import Garmin, GarminConnectConnectionError, GarminConnectNotFoundError

from tests.simulators.conftest import TODAY, GarminRunner

ORIGINAL = Garmin.ActivityDownloadFormat.ORIGINAL


def fit_of(garmin: Garmin, activity_id: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(garmin.download_activity(str(activity_id), ORIGINAL))) as archive:
        assert archive.namelist() == [f"{activity_id}_ACTIVITY.fit"]
        return archive.read(archive.namelist()[0])


def test_list_is_newest_first_and_pages_do_not_overlap(runner: GarminRunner) -> None:
    garmin = runner.logged_in()

    first, second = garmin.get_activities(0, 20), garmin.get_activities(20, 20)

    starts = [row["beginTimestamp"] for row in first + second]
    assert len(starts) == 30
    assert all(later > earlier for later, earlier in pairwise(starts))
    assert first[0]["startTimeLocal"][:10] < TODAY.isoformat()


def test_list_by_date_and_type_keeps_treadmill_and_trail_as_running(base: str, runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    every = garmin.get_activities(0, 30)
    day = every[5]["startTimeLocal"][:10]

    of_day = garmin.get_activities_by_date(day, day)
    runs = garmin.get_activities_by_date(every[-1]["startTimeLocal"][:10], activitytype="running")

    assert {row["startTimeLocal"][:10] for row in of_day} == {day}
    kinds = {"running", "treadmill_running", "track_running", "trail_running"}
    assert [r["activityId"] for r in runs] == [
        r["activityId"] for r in every if r["activityType"]["typeKey"] in kinds
    ]


def test_both_decoders_read_from_the_file_what_the_list_says(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    rows = garmin.get_activities(0, 30)
    kinds = {row["activityType"]["typeKey"]: row for row in rows}
    assert len(kinds) >= 3

    for row in kinds.values():
        raw = fit_of(garmin, row["activityId"])
        session = next(iter(fitparse.FitFile(io.BytesIO(raw)).get_messages("session"))).get_values()
        assert session["start_time"].replace(tzinfo=UTC) == datetime.strptime(
            row["startTimeGMT"], "%Y-%m-%d %H:%M:%S"
        ).replace(tzinfo=UTC)
        assert session["total_timer_time"] == row["duration"]
        assert session["total_elapsed_time"] == row["elapsedDuration"]
        assert session["avg_heart_rate"] == row["averageHR"]
        assert session["max_heart_rate"] == row["maxHR"]
        assert session["num_laps"] == row["lapCount"]
        assert (session["total_distance"] or 0.0) == pytest.approx(row["distance"], abs=0.01)
        assert _by_fitdecode(raw) == (row["duration"], row["averageHR"])


def _by_fitdecode(raw: bytes) -> tuple[float, float]:
    reader = fitdecode.FitReader(io.BytesIO(raw), check_crc=fitdecode.CrcCheck.RAISE)
    sessions = [
        frame for frame in reader if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name == "session"
    ]
    return sessions[0].get_value("total_timer_time"), sessions[0].get_value("avg_heart_rate")


def test_records_of_a_run_are_one_a_second_and_add_up(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    row = next(r for r in garmin.get_activities(0, 30) if r["activityType"]["typeKey"] == "running")

    parsed = fitparse.FitFile(io.BytesIO(fit_of(garmin, row["activityId"])))
    records = [message.get_values() for message in parsed.get_messages("record")]

    assert len(records) == row["duration"] + 1
    assert (records[-1]["timestamp"] - records[0]["timestamp"]).total_seconds() == row["elapsedDuration"]
    assert records[-1]["distance"] == pytest.approx(row["distance"], abs=0.01)
    mean_hr = sum(r["heart_rate"] for r in records) / len(records)
    assert mean_hr == pytest.approx(row["averageHR"], abs=0.51)
    assert {"position_lat", "enhanced_altitude", "power", "cadence", "step_length"} <= set(records[600])


def test_laps_add_up_to_the_activity(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    row = next(r for r in garmin.get_activities(0, 30) if r["lapCount"] > 5)

    splits = garmin.get_activity_splits(str(row["activityId"]))["lapDTOs"]
    parsed = fitparse.FitFile(io.BytesIO(fit_of(garmin, row["activityId"])))
    laps = [message.get_values() for message in parsed.get_messages("lap")]

    assert sum(lap["total_timer_time"] for lap in laps) == row["duration"]
    assert sum(lap["total_distance"] for lap in laps) == pytest.approx(row["distance"], abs=0.5)
    assert [lap["total_timer_time"] for lap in laps] == [s["duration"] for s in splits]


def test_detail_carries_the_figures_of_the_row(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    row = garmin.get_activities(0, 1)[0]

    detail = garmin.get_activity(str(row["activityId"]))

    assert detail["activityTypeDTO"]["typeKey"] == row["activityType"]["typeKey"]
    assert detail["summaryDTO"]["duration"] == row["duration"]
    zones = garmin.get_activity_hr_in_timezones(str(row["activityId"]))
    assert sum(zone["secsInZone"] for zone in zones) <= row["duration"]


def test_activity_of_somebody_else_is_forbidden_and_an_invented_one_is_missing(
    base: str, runner: GarminRunner
) -> None:
    other = GarminRunner(base, runner.control).logged_in().get_activities(0, 1)[0]["activityId"]
    garmin = runner.logged_in()

    with pytest.raises(GarminConnectConnectionError, match="Only owner"):
        garmin.download_activity(str(other), ORIGINAL)
    with pytest.raises(GarminConnectNotFoundError):
        garmin.download_activity("12345", ORIGINAL)


def test_activity_renamed_or_deleted_on_the_site_shows_in_the_list(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    first, second = (row["activityId"] for row in garmin.get_activities(0, 2))
    runner.control.post(f"/garmin/activities/{first}", json={"name": "Evening"})
    runner.control.post(f"/garmin/activities/{second}", json={"deleted": True})

    rows = garmin.get_activities(0, 30)

    assert rows[0]["activityName"] == "Evening"
    assert second not in {row["activityId"] for row in rows}
    assert garmin.count_activities() == 29


def test_edited_type_and_distance_show_in_list_and_detail(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    row = garmin.get_activities(0, 1)[0]
    edit = {"type": "trail_running", "distance_m": 5000.0}
    assert runner.control.post(f"/garmin/activities/{row['activityId']}", json=edit).status_code == 204

    after = garmin.get_activities(0, 1)[0]
    detail = garmin.get_activity(str(row["activityId"]))

    assert (after["activityType"]["typeKey"], after["distance"]) == ("trail_running", 5000.0)
    assert after["averageSpeed"] == pytest.approx(5000.0 / after["duration"], abs=0.001)
    assert detail["summaryDTO"]["distance"] == 5000.0
    refused = runner.control.post(f"/garmin/activities/{row['activityId']}", json={"colour": "red"})
    assert refused.status_code == 422


def test_account_with_no_activities_is_empty(base: str, runner: GarminRunner) -> None:
    garmin = GarminRunner(base, runner.control, activities=0).logged_in()

    assert garmin.get_activities(0, 20) == []
    assert garmin.count_activities() == 0
