"""Sleep, HRV, resting heart rate, stress, body battery and weight through garminconnect's methods."""

from datetime import timedelta

import pytest

from tests.simulators.conftest import TODAY, GarminRunner

YESTERDAY = TODAY - timedelta(days=1)


def days_back(count: int) -> str:
    return (TODAY - timedelta(days=count)).isoformat()


def test_night_is_told_alike_by_day_and_by_range(runner: GarminRunner) -> None:
    garmin = runner.logged_in()

    rows = garmin.get_sleep_daily(days_back(60), days_back(1))
    assert 50 <= len(rows) <= 60
    row = rows[-1]
    night = garmin.get_sleep_data(row["calendarDate"])["dailySleepDTO"]

    values = row["values"]
    assert night["sleepTimeSeconds"] == values["totalSleepTimeInSeconds"]
    assert night["sleepScores"]["overall"]["value"] == values["sleepScore"]
    stages = night["deepSleepSeconds"] + night["lightSleepSeconds"] + night["remSleepSeconds"]
    assert stages == night["sleepTimeSeconds"]
    in_bed = (night["sleepEndTimestampGMT"] - night["sleepStartTimestampGMT"]) / 1000
    assert in_bed == night["sleepTimeSeconds"] + night["awakeSleepSeconds"]


def test_hrv_is_told_alike_by_day_and_by_range(runner: GarminRunner) -> None:
    garmin = runner.logged_in()

    rows = garmin.get_hrv_data_range(days_back(30), days_back(1))["hrvSummaries"]
    one = garmin.get_hrv_data(rows[0]["calendarDate"])

    assert one["hrvSummary"] == rows[0]
    assert one["hrvReadings"]


def test_day_without_data_has_the_shapes_of_the_vendor(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    before_the_watch = "2019-01-01"

    assert garmin.get_hrv_data(before_the_watch) == {}  # 204
    assert garmin.get_stress_data(before_the_watch) is None  # null
    assert garmin.get_sleep_data(before_the_watch)["dailySleepDTO"]["sleepTimeSeconds"] is None
    assert garmin.get_rhr_daily(before_the_watch, before_the_watch) == []
    assert garmin.get_weigh_ins(before_the_watch, before_the_watch) == {"dailyWeightSummaries": []}


def test_resting_hr_stress_battery_and_weight_of_a_month(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    start, end = days_back(30), days_back(1)

    resting = garmin.get_rhr_daily(start, end)
    assert all(40 <= row["value"] <= 65 for row in resting)
    assert garmin.get_rhr_day(resting[0]["calendarDate"])["allMetrics"]["metricsMap"][
        "WELLNESS_RESTING_HEART_RATE"
    ] == [{"value": resting[0]["value"], "calendarDate": resting[0]["calendarDate"]}]
    stress = garmin.get_daily_stress_stats(start, end)
    assert len(stress) == 30
    assert garmin.get_stress_data(end)["avgStressLevel"] == stress[-1]["values"]["overallStressLevel"]
    battery = garmin.get_body_battery(start, end)
    assert [b["date"] for b in battery] == [s["calendarDate"] for s in stress]
    weights = garmin.get_weigh_ins(start, end)["dailyWeightSummaries"]
    assert all(60_000 <= w["latestWeight"]["weight"] <= 69_000 for w in weights)
    assert garmin.get_body_composition(start, end)["totalAverage"]["weight"] == pytest.approx(
        sum(w["minWeight"] for w in weights) / len(weights), abs=0.1
    )


def test_summary_of_a_day_agrees_with_the_range_of_summaries(runner: GarminRunner) -> None:
    garmin = runner.logged_in()

    day = garmin.get_user_summary(days_back(3))
    rows = garmin.get_daily_summaries(days_back(5), days_back(1))["data"]

    assert day in rows
    assert len(rows) == 5


def test_lactate_threshold_is_in_the_vendors_tenths(runner: GarminRunner) -> None:
    settings = runner.logged_in().client.connectapi("/userprofile-service/userprofile/user-settings")[
        "userData"
    ]

    assert 0.30 < settings["lactateThresholdSpeed"] < 0.40
    assert settings["lactateThresholdHeartRate"] == 171
