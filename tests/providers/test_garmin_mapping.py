"""Recorded answers of the watch maker to our nouns."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runcoach.domain.activity import Sport
from runcoach.domain.errors import ProviderChanged
from runcoach.providers.garmin.mapping import WellnessDays, listed_activity, sport_of
from runcoach.providers.garmin.wire import (
    ActivityTypeWire,
    ActivityWire,
    BodyBatteryDayWire,
    HrvRangeWire,
    MaxMetricDayWire,
    SleepStatsDayWire,
    SleepWire,
    StepsDayWire,
    StressDayWire,
    WeightRangeWire,
    parse,
    parse_list,
)
from tests.shared_files import shared

API = shared("fixtures/garmin_api")


def body(path: Path) -> Any:
    return json.loads(path.read_text())["response"]["body"]


def bodies(folder: str, pattern: str) -> list[Any]:
    found = [body(path) for path in sorted((API / folder).glob(pattern))]
    assert found, f"no {pattern} in {folder}"
    return found


def rows() -> list[dict[str, Any]]:
    pages = bodies("activity", "get_activitylist*search-activities_200_*.json")
    return [row for page in pages for row in page or []]


def of_id(number: int) -> dict[str, Any]:
    return next(row for row in rows() if row["activityId"] == number)


def test_every_recorded_row_of_a_list_is_read():
    for row in rows():
        listed = listed_activity(parse(ActivityWire, row))
        assert listed.external_id == str(row["activityId"])
        assert listed.start_time.tzinfo is UTC
        assert listed.elapsed_s is not None
        assert 0 < listed.elapsed_s < 86_400


def test_row_is_read_to_its_figures():
    listed = listed_activity(parse(ActivityWire, of_id(21482825013)))
    assert listed.name == "City - Base"
    assert listed.sport is Sport.TRAIL
    assert listed.start_time == datetime(2026, 1, 8, 14, 10, 21, tzinfo=UTC)
    assert listed.distance_m == pytest.approx(4261.19, abs=0.01)
    assert listed.elapsed_s == pytest.approx(2225.44, abs=0.01)


def test_milliseconds_of_old_rows_become_seconds():
    # 2021: elapsedDuration 2 702 589.1 beside duration 2 702.6
    listed = listed_activity(parse(ActivityWire, of_id(6609987243)))
    assert listed.elapsed_s == pytest.approx(2702.589, abs=0.001)


def test_row_without_a_start_is_a_change_at_the_provider():
    row = {**of_id(21482825013), "startTimeGMT": None, "beginTimestamp": None}
    with pytest.raises(ProviderChanged):
        listed_activity(parse(ActivityWire, row))


def test_badge_does_not_change_the_hash_but_a_new_distance_does():
    row = of_id(21482825013)
    before = listed_activity(parse(ActivityWire, row)).raw_hash
    assert listed_activity(parse(ActivityWire, {**row, "pr": True, "new": {}})).raw_hash == before
    assert listed_activity(parse(ActivityWire, {**row, "distance": 5000.0})).raw_hash != before


@pytest.mark.parametrize(
    ("key", "parent", "sport"),
    [
        ("running", 17, Sport.RUN),
        ("street_running", 1, Sport.RUN),
        ("treadmill_running", 1, Sport.TREADMILL),
        ("indoor_running", 1, Sport.TREADMILL),
        ("track_running", 1, Sport.TRACK),
        ("trail_running", 1, Sport.TRAIL),
        ("walking", 17, Sport.WALK),
        ("hiking", 17, Sport.HIKE),
        ("gravel_cycling", 2, Sport.RIDE),
        ("lap_swimming", 26, Sport.SWIM),
        ("strength_training", 29, Sport.STRENGTH),
        ("multi_sport", 17, Sport.OTHER),
        ("wheelchair_push_run", 199, Sport.OTHER),
        ("something_of_2030", 17, Sport.OTHER),
        ("something_of_2030", None, Sport.OTHER),
        (None, None, Sport.OTHER),
    ],
)
def test_activity_types(key: str | None, parent: int | None, sport: Sport):
    assert sport_of(ActivityTypeWire(type_key=key, parent_type_id=parent)) is sport


def test_no_type_of_the_services_own_list_becomes_a_run_by_accident():
    (types,) = bodies("activity", "*activitytypes_200_1.json")
    runs = {
        t["typeKey"]
        for t in types
        if sport_of(ActivityTypeWire(type_key=t["typeKey"], parent_type_id=t["parentTypeId"])).is_run
    }
    assert runs == {
        "running", "street_running", "track_running", "trail_running", "treadmill_running",
        "indoor_running", "virtual_run", "obstacle_run", "ultra_run",
    }  # fmt: skip


# Health


def days(first: str, last: str) -> WellnessDays:
    return WellnessDays(date.fromisoformat(first), date.fromisoformat(last))


def test_recorded_hrv_range_fills_its_days():
    ranges = bodies("hrv", "get_hrv-service-hrv-daily-date-date_200_1.json")
    found = days("2023-07-01", "2023-07-20")
    found.add_hrv(parse(HrvRangeWire, ranges[0]).hrv_summaries or [])
    assert found.days[0].hrv_rmssd_ms == 43
    assert all(day.hrv_rmssd_ms is not None for day in found.days)


def test_recorded_sleep_fills_its_stages():
    (sleep,) = bodies("sleep", "get_wellness-service-wellness-dailysleepdata-user_200_1.json")
    found = days("2021-07-19", "2021-07-21")
    wire = parse(SleepWire, sleep).daily_sleep
    assert wire is not None
    found.add_sleep([wire])
    night = found.days[1]
    assert (night.sleep_s, night.sleep_deep_s, night.sleep_light_s) == (25740, 4440, 18720)
    assert (night.sleep_rem_s, night.sleep_awake_s) == (2580, 1800)
    assert found.days[0].is_empty
    assert found.days[2].is_empty


def test_recorded_stress_steps_body_battery_and_weight():
    found = days("2023-07-01", "2026-04-01")
    for stress in bodies("summary", "*stress-daily*_200_*.json"):
        found.add_stress(parse_list(StressDayWire, stress))
    for battery in bodies("runpulse_kr", "*bodybattery-reports-daily_200_1.json"):
        found.add_body_battery(parse_list(BodyBatteryDayWire, battery))
    for weight in bodies("body", "*weight-range-date-date_200_*.json"):
        found.add_weight(parse(WeightRangeWire, weight).daily_weight_summaries or [])
    by_day = {day.day: day for day in found.days}
    assert by_day[date(2023, 7, 21)].stress_avg == 35
    march = by_day[date(2026, 3, 23)]
    assert (march.body_battery_high, march.body_battery_low) == (44, 5)
    assert by_day[date(2025, 6, 15)].weight_kg == pytest.approx(59.72)


def test_steps_of_a_range_fill_their_days():
    found = days("2026-01-01", "2026-01-02")
    found.add_steps(
        parse_list(StepsDayWire, [{"calendarDate": "2026-01-02", "totalSteps": 9123, "stepGoal": 8000}])
    )
    assert [day.steps for day in found.days] == [None, 9123]


def test_body_battery_rows_with_a_status_between_are_read():
    rows = [[1, "MEASURED", 62, 2.0], [2, "MEASURED", 18, 2.0], [3, "UNKNOWN", None, 2.0]]
    found = days("2026-01-01", "2026-01-01")
    found.add_body_battery(
        parse_list(BodyBatteryDayWire, [{"date": "2026-01-01", "bodyBatteryValuesArray": rows}])
    )
    assert (found.days[0].body_battery_high, found.days[0].body_battery_low) == (62, 18)


def test_negative_stress_is_too_little_measured_and_not_a_figure():
    found = days("2026-01-01", "2026-01-01")
    wire = {"calendarDate": "2026-01-01", "values": {"overallStressLevel": -1}}
    found.add_stress(parse_list(StressDayWire, [wire]))
    assert found.days[0].stress_avg is None


def test_precise_vo2max_wins_over_the_rounded_one():
    row = {"userId": 1, "cycling": None, "generic": {
        "calendarDate": "2026-01-01", "vo2MaxPreciseValue": 50.3, "vo2MaxValue": 50.0}}  # fmt: skip
    found = days("2026-01-01", "2026-01-01")
    found.add_vo2max(parse_list(MaxMetricDayWire, [row]))
    assert found.days[0].vo2max == 50.3


def test_range_statistics_of_sleep_are_seconds():
    row = {"calendarDate": "2026-01-01", "values": {
        "totalSleepTimeInSeconds": 27000, "deepTime": 4000, "lightTime": 17000, "remTime": 6000,
        "awakeTime": 900, "sleepScore": 81}}  # fmt: skip
    found = days("2026-01-01", "2026-01-01")
    found.add_sleep_stats(parse_list(SleepStatsDayWire, [row]))
    night = found.days[0]
    assert (night.sleep_s, night.sleep_deep_s, night.sleep_rem_s) == (27000, 4000, 6000)
    assert night.sleep_score == 81


@pytest.mark.parametrize("nothing", [None, {}, []])
def test_each_way_of_saying_nothing_is_an_empty_list(nothing: Any):
    assert parse_list(StressDayWire, nothing) == []


@pytest.mark.parametrize("answer", ["text", 7, {"error": "x"}, [1], [{"calendarDate": "no date"}]])
def test_shape_that_nobody_knows_is_a_change_and_names_no_content(answer: Any):
    with pytest.raises(ProviderChanged) as caught:
        parse_list(StressDayWire, answer)
    assert "x" not in str(caught.value.data.values())


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just([]), st.just({})
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(rows()[0])), SCALARS, max_size=4), st.sampled_from(rows()))
def test_mutated_rows_are_read_or_called_changed(changes: dict[str, Any], row: dict[str, Any]):
    try:
        listed = listed_activity(parse(ActivityWire, {**row, **changes}))
    except ProviderChanged:
        return
    assert listed.external_id
