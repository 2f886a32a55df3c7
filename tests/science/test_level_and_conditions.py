"""The runner's level and the day's conditions, as figures with their sources."""

import pytest

from runcoach.domain.figures import Reason
from runcoach.science import conditions, level
from runcoach.science.conditions import Weather
from runcoach.science.prediction import Race
from runcoach.science.race_index import race_time_s, training_pace_s_per_km, vdot_from_race
from runcoach.science.units import MARATHON_M


def test_a_recent_race_is_trusted_over_an_older_faster_one() -> None:
    found = level.race_index_figure([Race(10_000, 2700, 20), Race(10_000, 2400, 60)], 48.0)
    assert found.inputs["source"] == "recent_race"
    assert found.inputs["time_s"] == 2700


def test_without_a_recent_race_the_best_of_ninety_days_then_the_heart() -> None:
    older = level.race_index_figure([Race(10_000, 2400, 60)], 48.0)
    heart = level.race_index_figure([Race(10_000, 2400, 91)], 48.0)
    assert older.inputs["source"] == "race_of_90_days"
    assert (heart.value, heart.inputs["source"]) == (48.0, "effective_vo2max")
    assert level.race_index_figure([], None).reason is Reason.NO_RACE


def test_gps_distances_snap_to_the_official_one_within_two_percent() -> None:
    assert level.official_distance_m(10_150) == 10_000
    assert level.official_distance_m(10_250) == 10_250
    assert level.official_distance_m(42_800) == MARATHON_M


@pytest.mark.parametrize(
    ("previous", "found", "days", "race", "expected"),
    [
        (None, 50, 0, False, 50),
        (45, 50, 30, False, 46),
        (45, 50, 10, False, 45),
        (45, 50, 10, True, 50),
        (45, 43, 0, False, 43),
    ],
)
def test_the_training_index_rises_slowly_and_falls_at_once(
    previous: float | None, found: float, days: int, race: bool, expected: float
) -> None:
    assert level.training_index(previous, found, days, race) == expected


def test_every_zone_has_a_pace_and_novices_a_slower_marathon() -> None:
    figures = level.training_pace_figures(30.0)
    assert {figure.inputs["zone"] for figure in figures.values()} == {
        "E",
        "E_slow",
        "E_fast",
        "M",
        "T",
        "I",
        "R",
    }
    plain = training_pace_s_per_km(30.0, "M")
    assert plain is not None
    assert figures["M"].number == pytest.approx(plain + 11)


def test_predictions_carry_their_range() -> None:
    figures = level.prediction_figures([Race(10_000, 2400, 10)], 40, 18)
    marathon = figures[MARATHON_M]
    assert marathon.number is not None
    low, high = marathon.inputs["low_s"], marathon.inputs["high_s"]
    assert isinstance(low, float)
    assert isinstance(high, float)
    assert low < marathon.number < high
    assert all(item.reason is Reason.NO_RACE for item in level.prediction_figures([], 40, 18).values())


def test_marathon_shape_wants_seventy_days() -> None:
    runs = [(12.0, day) for day in range(0, 180, 2)]
    assert level.marathon_shape_figure(50, runs, 69).reason is Reason.NOT_ENOUGH_HISTORY
    assert level.marathon_shape_figure(None, runs, 400).reason is Reason.NO_RUNS
    base = level.marathon_shape_figure(50, runs, 400)
    longer = level.marathon_shape_figure(50, [*runs, (32.0, 5)], 400)
    assert base.number is not None
    assert longer.number is not None
    assert longer.number > base.number


def test_a_hot_hour_explains_part_of_the_pace() -> None:
    hot = Weather(temperature_c=28, humidity_pct=70)
    figures = conditions.weather_figures(hot)
    assert figures["wbgt"].inputs["flag"] == "black"  # 0.567·28 + 0.393·26.4 + 3.94 = 30.2
    effort = conditions.effort_in_weather(330, hot)
    assert effort.number is not None
    fair = effort.inputs["fair_pace_s_per_km"]
    assert isinstance(fair, float)
    assert fair == pytest.approx(330 / (1 + effort.number / 100))


def test_too_hot_is_another_reason_than_unknown() -> None:
    assert conditions.weather_figures(Weather(38, 80))["heat_slowdown"].reason is Reason.TOO_HOT_TO_RUN_HARD
    assert conditions.weather_figures(Weather())["heat_slowdown"].reason is Reason.NO_WEATHER
    assert conditions.effort_in_weather(330, Weather()).reason is Reason.NO_WEATHER
    assert conditions.effort_in_weather(None, Weather(10, 50)).reason is Reason.NO_SPEED


def test_altitude_wind_and_air_have_figures_or_reasons() -> None:
    figures = conditions.weather_figures(
        Weather(20, 50, headwind_m_s=4, altitude_m=1600, pm25_ug_m3=60), speed_m_s=4
    )
    assert figures["altitude_power"].number == pytest.approx(90.556, abs=0.001)
    assert figures["wind_energy"].number == pytest.approx(1.0384)
    assert figures["air_quality"].value == "indoors"
    unknown = conditions.weather_figures(Weather(20, 50))
    assert unknown["altitude_power"].reason is Reason.NO_ALTITUDE
    assert unknown["wind_energy"].reason is Reason.NO_WEATHER
    assert unknown["air_quality"].reason is Reason.NO_WEATHER
    assert conditions.weather_figures(Weather(altitude_m=500))["altitude_power"].number == 100


def test_threshold_pace_is_that_of_an_hours_race() -> None:
    found = level.threshold_pace_figure(50.0)
    assert found.number is not None
    hour_m = 3600 / found.number * 1000
    assert race_time_s(50.0, hour_m) == pytest.approx(3600, abs=0.01)
    assert level.threshold_pace_figure(None).reason is Reason.NO_RACE


def test_a_personal_exponent_needs_two_real_races() -> None:
    real = level.power_law_figure(Race(10_000, 2400), Race(21_097.5, 5340))
    assert real.number == pytest.approx(1.0713, abs=1e-3)
    slacked = level.power_law_figure(Race(5000, 1800), Race(10_000, 2400))
    assert slacked.reason is Reason.OUTSIDE_VALID_RANGE


def test_a_prediction_shows_what_marathon_shape_leaves_of_it() -> None:
    races = [Race(10_000, 2400, 10)]
    without = level.prediction_figures(races, 60, 30)
    full, half = (level.prediction_figures(races, 60, 30, None, shape) for shape in (101, 50))
    assert all(found.inputs["by_marathon_shape_s"] is None for found in without.values())
    equivalent = race_time_s(vdot_from_race(10_000, 2400) or 0.0, MARATHON_M)
    assert full[MARATHON_M].inputs["by_marathon_shape_s"] == pytest.approx(equivalent)
    assert half[MARATHON_M].inputs["by_marathon_shape_s"] > full[MARATHON_M].inputs["by_marathon_shape_s"]
    assert half[10_000.0].inputs["by_marathon_shape_s"] == pytest.approx(2400)
    assert half[MARATHON_M].number == without[MARATHON_M].number


def test_air_is_named_as_korea_names_it_too() -> None:
    found = conditions.weather_figures(Weather(pm25_ug_m3=40))["air_quality"]
    assert (found.value, found.inputs["korea_grade"]) == ("shorten", "나쁨")
