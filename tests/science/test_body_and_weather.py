"""Gradient, VO2max, HRV, readiness, risk, weather, energy, caps, units, figures."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runcoach.domain.figures import Figure, Reason
from runcoach.science import (
    air,
    altitude,
    elevation,
    energy,
    form,
    gradient,
    heat,
    hrv,
    planning_caps,
    readiness,
    risk,
    units,
    vo2max,
    wind,
)
from runcoach.science.age_grade import age_grade
from runcoach.science.definitions import DEFINITIONS, figure, missing
from runcoach.science.rolling import rolling_mean, smooth


@given(st.floats(-0.08, 0.44), st.floats(0.001, 0.01), st.sampled_from(["strava", "tp_ngp", "elevate"]))
def test_steeper_up_is_harder(grade: float, more: float, model: str) -> None:
    assert gradient.gap_factor(grade + more, model) >= gradient.gap_factor(grade, model)


@pytest.mark.parametrize("model", gradient.MODELS)
def test_flat_ground_changes_nothing(model: str) -> None:
    assert gradient.gap_factor(0.0, model) == pytest.approx(1.0)
    assert gradient.gap_pace(300, 0.0, model) == pytest.approx(300)


@pytest.mark.parametrize("model", gradient.MODELS)
def test_beyond_the_measured_grades_the_limit_holds(model: str) -> None:
    assert gradient.gap_factor(0.9, model) == gradient.gap_factor(0.46, model)
    assert gradient.gap_factor(-0.9, model) == gradient.gap_factor(-0.46, model)
    assert np.isnan(gradient.gap_factors(np.array([np.nan]), model)[0])


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown model"):
        gradient.gap_factor(0.1, "magic")
    assert gradient.gap_pace(0, 0.1) is None


@given(st.floats(-0.25, 0.25))
def test_grade_is_found_on_an_even_slope(slope: float) -> None:
    distance = np.arange(600.0) * 3
    grades = elevation.grades(100 + distance * slope, distance)
    np.testing.assert_allclose(grades[20:-20], slope, atol=1e-9)


def test_a_bridge_is_no_hill_and_standing_still_is_flat() -> None:
    distance = np.arange(100.0) * 3
    jump = np.where(np.arange(100) >= 50, 400.0, 0.0)
    assert np.abs(elevation.grades(jump, distance)).max() <= elevation.STEEPEST_GPS
    assert (elevation.grades(np.full(50, 10.0), np.zeros(50)) == 0).all()


def test_climb_counts_what_exceeds_the_threshold() -> None:
    assert elevation.climb_m(np.array([0.0, 10, 4, 20])) == (26, 6)
    assert elevation.climb_m(np.array([0.0, 1, 0, 1, 0, 1])) == (0, 0)
    assert elevation.climb_m(np.array([5.0])) == (0, 0)
    assert elevation.climb_m(np.array([0.0, np.nan, 10])) == (10, 0)


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=100))
def test_gain_minus_loss_is_the_difference_within_the_threshold(heights: list[float]) -> None:
    gain, loss = elevation.climb_m(np.array(heights))
    assert abs(gain - loss - (heights[-1] - heights[0])) <= elevation.HYSTERESIS_M + 1e-9


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=60), st.integers(1, 40))
def test_moving_means_match_their_definition(values: list[float], window: int) -> None:
    samples = np.array(values)
    expected = [samples[index : index + window].mean() for index in range(len(samples) - window + 1)]
    np.testing.assert_allclose(rolling_mean(samples, window), expected, atol=1e-9)
    half = min(window // 2, len(samples) - 1) if window > 1 else 0
    centred = [samples[max(0, i - half) : i + half + 1].mean() for i in range(len(samples))]
    np.testing.assert_allclose(smooth(samples, window), centred, atol=1e-9)


@given(st.floats(120, 190), st.floats(1, 10))
def test_the_same_pace_at_a_lower_heart_rate_is_a_higher_vo2max(hr: float, less: float) -> None:
    high, low = (vo2max.effective_vo2max(10_000, 2700, value, 195) for value in (hr, hr - less))
    assert high is not None
    assert low is not None
    assert low > high


@given(st.floats(0.3, 1.2))
def test_heart_rate_and_speed_shares_are_inverse(share: float) -> None:
    heart = vo2max.pct_hrmax_from_pct_vvo2max(share)
    assert heart is not None
    assert vo2max.pct_vvo2max_from_pct_hrmax(heart) == pytest.approx(share)


def test_the_correction_factor_looks_at_the_three_best_races_in_any_order() -> None:
    races = [
        (10_000, 2400, 178, 190),
        (5000, 1150, 182, 190),
        (21_097.5, 5400, 170, 190),
        (5000, 1600, 120, 190),
    ]
    value = vo2max.correction_factor(races)
    assert value is not None
    assert 0.8 < value < 1.1
    assert vo2max.correction_factor(races[::-1]) == value
    assert vo2max.correction_factor([(5000, 1150, 0, 190)]) is None
    assert vo2max.vo2max_shape([(50, 3600), (40, 1200)]) == pytest.approx(47.5)
    assert vo2max.vo2max_shape([]) is None


def test_form_without_a_heart_rate_or_a_step_is_none() -> None:
    assert form.efficiency_factor(200, 0) is None
    assert form.decoupling_pct(3, 0, 3, 150) is None
    assert form.decoupling_pct(0, 140, 3, 150) is None
    assert form.step_length_m(3, 0) is None
    assert form.vertical_ratio_pct(80, 0) is None
    assert form.running_effectiveness(3, 0, 70) is None
    assert form.cadence_spm(88, 64) == 177  # 2 · (88 + 64/128)


@given(st.lists(st.floats(400, 1500), min_size=3, max_size=60), st.floats(0.5, 2))
def test_variability_scales_with_the_beats_and_ignores_their_level(rr: list[float], scale: float) -> None:
    base = hrv.rmssd(rr)
    assert hrv.rmssd([beat * scale for beat in rr]) == pytest.approx(base * scale if base else 0)
    assert hrv.rmssd([beat + 100 for beat in rr]) == pytest.approx(base, abs=1e-6)


def test_variability_needs_two_beats_and_some_variation() -> None:
    assert hrv.rmssd([800]) is None
    assert hrv.sdnn([800]) is None
    assert hrv.ln_rmssd([800, 800, 800]) is None
    assert hrv.hrv_normal_range([4.0]) is None


def test_artefacts_go_and_a_bad_night_is_not_used() -> None:
    good = [800.0, 810, 790, 805, 795, 800, 810, 790, 800, 805]
    cleaned = hrv.clean_rr([*good, 3000.0])
    assert cleaned is not None
    assert cleaned.tolist() == good
    assert hrv.clean_rr([800, 3000, 800, 100, 800, 3000]) is None


def test_a_week_of_low_hrv_is_below_the_baseline() -> None:
    nights: list[float | None] = [60.0 + index % 5 for index in range(53)]
    baseline, status = hrv.hrv_figures([*nights, *[45.0] * 7])
    assert baseline.number is not None
    assert status.value == "below"
    assert hrv.hrv_figures([*nights, *[62.0] * 7])[1].value == "normal"


def test_hrv_wants_fourteen_nights_and_three_recent_ones() -> None:
    assert hrv.hrv_figures([None] * 60)[1].reason is Reason.NO_HRV
    assert hrv.hrv_figures([60.0] * 13)[1].reason is Reason.NOT_ENOUGH_HISTORY
    assert hrv.hrv_figures([60.0] * 50 + [None] * 7)[1].reason is Reason.NOT_ENOUGH_HISTORY


def test_resting_heart_rate_drift_is_week_over_baseline() -> None:
    drift = readiness.resting_hr_drift([50.0] * 53 + [56.0] * 7)
    assert drift.number == pytest.approx(56 - (53 * 50 + 7 * 56) / 60)
    assert readiness.resting_hr_drift([50.0] * 10).reason is Reason.NOT_ENOUGH_HISTORY


def test_mornings_of_a_raised_heart_rate_are_counted_in_a_row() -> None:
    usual = [50.0, 51.0, 49.0] * 18
    assert readiness.resting_hr_days_raised(usual) == 0
    assert readiness.resting_hr_days_raised([*usual, 58.0]) == 1
    assert readiness.resting_hr_days_raised([*usual, 58.0, 57.0]) == 2
    assert readiness.resting_hr_days_raised([*usual, 58.0, None]) == 0
    assert readiness.resting_hr_days_raised([50.0] * 10 + [70.0]) == 0
    signals = readiness.Signals(rhr_drift_bpm=1.0, rhr_days_raised=2, tsb=0)
    assert {part.key: part.points for part in readiness.readiness(signals).components}["resting_hr"] == -2


def test_one_bad_night_and_several_low_days_are_seen() -> None:
    usual = [60.0, 62.0, 58.0] * 20
    assert hrv.hrv_days_below(usual) == 0
    low = [*usual, 40.0, 40.0, 40.0, 40.0]
    assert hrv.hrv_days_below(low) == 4
    assert hrv.hrv_days_below([*usual, *[40.0] * 20]) == 7
    night = hrv.hrv_today_sd([*usual, 50.0])
    assert night is not None
    assert night < -1
    assert hrv.hrv_today_sd([*usual, None]) is None
    assert hrv.hrv_today_sd([60.0] * 10) is None
    assert hrv.hrv_today_sd([60.0] * 60) == 0


@pytest.mark.parametrize("unknown", [None, 0.0, -1.0, float("nan"), float("inf")])
def test_a_night_without_a_value_is_a_night_without_a_value(unknown: float | None) -> None:
    nights = [60.0, 62.0, 58.0] * 10
    with_gaps = [value for night in nights for value in (night, unknown)]
    assert hrv.hrv_figures(with_gaps)[0].number == pytest.approx(hrv.hrv_figures(nights)[0].number)


@pytest.mark.parametrize(
    ("nights_h", "word"),
    [([8] * 28, "enough"), ([8] * 25 + [6] * 3, "short"), ([9] * 25 + [7] * 3, "below_own")],
)
def test_sleep_has_a_word(nights_h: list[float], word: str) -> None:
    assert readiness.sleep_status([hours * 3600 for hours in nights_h]).value == word
    assert readiness.sleep_status([None, None, 28_800.0]).reason is Reason.NO_SLEEP


def test_readiness_shows_its_parts_and_stops_for_illness() -> None:
    good = readiness.readiness(readiness.Signals(hrv_status="normal", sleep_status="enough"))
    assert good.figure.value == "green"
    assert {part.key for part in good.components} == {"hrv_week", "sleep"}
    tired = readiness.Signals(hrv_status="below", sleep_status="short", tsb=-5)
    assert readiness.readiness(tired).figure.value == "amber"
    worn = readiness.Signals(hrv_status="below", hrv_days_below=4, sleep_status="short", tsb=-35)
    assert readiness.readiness(worn).figure.value == "red"
    ill = readiness.Signals(hrv_status="above", sleep_status="enough", is_ill=True)
    assert readiness.readiness(ill).figure.value == "red"
    assert readiness.readiness(readiness.Signals(tsb=5)).figure.reason is Reason.TOO_FEW_INPUTS


@given(st.floats(0.1, 60), st.floats(0.1, 40), st.sampled_from([0.25, 0.5, 2, 1024]))
def test_a_spike_does_not_know_the_unit(distance: float, longest: float, scale: float) -> None:
    assert risk.session_spike(distance, longest) == risk.session_spike(distance * scale, longest * scale)


@pytest.mark.parametrize(
    ("km", "band"), [(11, "none"), (11.01, "small"), (13, "small"), (20, "moderate"), (20.1, "large")]
)
def test_spike_bands_include_their_upper_bound(km: float, band: str) -> None:
    assert risk.session_spike(km, 10) == band


def test_without_a_run_in_thirty_days_there_is_no_baseline() -> None:
    assert risk.session_spike(5, 0) == "no_baseline"
    assert risk.session_spike(-1, 10) is None
    assert risk.longest_allowed_km(0) is None
    assert risk.weeks_to_long_run(30, 15) == 8  # 15 · 1.1^8 = 32.2
    assert risk.weeks_to_long_run(10, 15) == 0
    assert risk.weekly_cap_km(20, 18) == 24
    assert risk.weekly_cap_km(50, 60) == pytest.approx(66)
    assert risk.two_week_progression(30, 0) is None


@given(st.floats(-10, 40), st.floats(5, 100))
def test_air_cannot_be_wetter_than_its_dew_point_says(t_c: float, rh: float) -> None:
    dew = heat.dew_point_c(t_c, rh)
    assert dew is not None
    assert dew <= t_c + 1e-9
    assert heat.vapour_pressure_hpa(dew, 100) == pytest.approx(heat.vapour_pressure_hpa(t_c, rh))


@given(st.floats(10, 38), st.floats(10, 95), st.floats(0.1, 4))
def test_hotter_or_wetter_is_never_cooler(t_c: float, rh: float, more: float) -> None:
    base, hotter, wetter = heat.swbgt(t_c, rh), heat.swbgt(t_c + more, rh), heat.swbgt(t_c, rh + more)
    assert base is not None
    assert hotter is not None
    assert wetter is not None
    assert hotter > base
    assert wetter > base


def test_heat_bands_and_flags_at_their_bounds() -> None:
    assert heat.hadley_band(60, 40) == (0, 0)
    assert heat.hadley_band(60, 41) == (0, 0.5)
    assert heat.hadley_band(100, 80) == (8, 10)
    assert heat.hadley_band(100, 81) is None
    assert [heat.heat_flag(t) for t in (17.9, 18, 23, 28)] == ["green", "yellow", "red", "black"]
    assert heat.vapour_pressure_hpa(20, 101) is None
    assert heat.dew_point_c(20, 0) is None
    assert heat.mantzios_slowdown_pct(7.5) == heat.mantzios_slowdown_pct(15) == 0
    assert heat.heat_adjusted_pace(324, 20) == 300  # the credit stops at 8 %


@given(st.floats(0.9, 4), st.floats(0.05, 1))
def test_higher_up_there_is_less_power(km: float, more: float) -> None:
    low, high = altitude.altitude_aerobic_power_pct(km), altitude.altitude_aerobic_power_pct(km + more)
    assert low is not None
    assert high is not None
    assert high < low


def test_low_hills_and_impossible_heights() -> None:
    assert altitude.sea_level_index(50, 800) == 50
    assert altitude.altitude_aerobic_power_pct(-1) is None
    assert altitude.altitude_aerobic_power_pct(9) is None
    raised = altitude.sea_level_index(50, 1600)
    assert raised == pytest.approx(50 / 0.90556, rel=1e-4)


@given(st.floats(2, 6), st.floats(-15, 15), st.floats(0.1, 5))
def test_more_headwind_is_never_easier(v: float, w: float, more: float) -> None:
    now, windier = wind.wind_energy_factor(v, w), wind.wind_energy_factor(v, w + more)
    assert now is not None
    assert windier is not None
    assert windier >= now


@given(st.floats(2, 6), st.floats(0.1, 6))
def test_a_tailwind_gives_less_than_a_headwind_takes(v: float, w: float) -> None:
    head, tail = wind.wind_energy_factor(v, w), wind.wind_energy_factor(v, -w)
    assert head is not None
    assert tail is not None
    assert head - 1 > 1 - tail >= 0
    assert wind.wind_energy_factor(0, 3) is None


@given(st.floats(0, 400), st.floats(0, 20))
def test_dirtier_air_never_has_a_better_index(c: float, more: float) -> None:
    clean, dirty = air.us_aqi_pm25(c), air.us_aqi_pm25(c + more)
    assert clean is not None
    assert dirty is not None
    assert clean <= dirty <= 500


def test_air_grades_at_their_bounds() -> None:
    assert [air.korea_pm_grade(pm, "pm10") for pm in (30, 31, 80, 81, 151)] == [
        "좋음",
        "보통",
        "보통",
        "나쁨",
        "매우나쁨",
    ]
    assert air.korea_pm_grade(-1, "pm25") is None
    assert air.us_aqi_pm25(0) == 0
    assert air.us_aqi_pm25(9.05) == 50  # cut to 9.0
    assert air.us_aqi_pm25(-1) is None
    assert [air.air_advice(value) for value in (100, 101, 151, 201)] == [
        "ok",
        "shorten",
        "indoors",
        "no_outdoor_running",
    ]


def test_energy_availability_wants_fat_free_mass_and_four_days() -> None:
    assert energy.energy_availability(2400, 600, 0) is None
    assert energy.energy_availability_figure([(2400, 600)] * 7, None).reason is Reason.NO_FAT_FREE_MASS
    few = energy.energy_availability_figure([(2400, 600), None, None, None], 50)
    assert few.reason is Reason.TOO_FEW_LOGGED_DAYS
    assert energy.energy_availability_figure([(2400, 600)] * 4, 50).number == pytest.approx(36)
    assert [energy.ea_class(value) for value in (29.9, 30, 44.9, 45)] == [
        "low",
        "reduced",
        "reduced",
        "adequate",
    ]


@given(st.floats(40, 100), st.floats(0, 6), st.floats(0, 1))
def test_more_training_never_asks_for_less_carbohydrate(kg: float, hours: float, more: float) -> None:
    now, later = energy.carbohydrate_g_per_day(kg, hours), energy.carbohydrate_g_per_day(kg, hours + more)
    assert now is not None
    assert later is not None
    assert later >= now


def test_targets_of_a_day_are_the_middle_of_their_range() -> None:
    carbohydrate, protein = energy.macro_target_figures(60, 1.0, date(2026, 3, 1))
    assert (carbohydrate.number, carbohydrate.unit) == (360, "g/day")  # 5–7 g/kg
    assert (carbohydrate.inputs["low_g"], carbohydrate.inputs["high_g"]) == (300, 420)
    assert protein.number == pytest.approx(96)  # 1.2–2.0 g/kg
    assert {part.reason for part in energy.macro_target_figures(None, 1.0)} == {Reason.NO_WEIGHT}
    assert {part.reason for part in energy.macro_target_figures(0, 1.0)} == {Reason.NO_WEIGHT}
    assert energy.fat_g_per_day(2700) == pytest.approx(60)
    assert energy.fat_g_per_day(0) is None


def test_low_energy_alone_is_no_flag_and_a_sign_alone_neither() -> None:
    assert not energy.is_energy_low(25)
    assert not energy.is_energy_low(30, has_performance_drop=True)
    assert not energy.is_energy_low(None, -5)
    assert not energy.is_energy_low(25, -2.0)
    assert energy.is_energy_low(25, -2.1)
    assert energy.is_energy_low(25, has_menstrual_change=True)
    assert energy.is_energy_low(25, has_repeated_illness=True)


def test_fuelling_at_its_limits() -> None:
    assert energy.carbohydrate_g_per_hour(44) == (0, 0)
    assert energy.carbohydrate_g_per_hour(180) == (60, 90)
    assert energy.carbohydrate_g_per_hour(-1) is None
    assert energy.protein_g_per_day(0) is None
    assert energy.running_kcal(70, 10) == pytest.approx(602)


@given(st.floats(0, 300), st.floats(0, 20), st.sampled_from(["T", "I", "R", "M"]))
def test_caps_grow_with_the_week_up_to_their_limit(week_km: float, more: float, zone: str) -> None:
    now, later = (
        planning_caps.quality_cap_km(zone, week_km),
        planning_caps.quality_cap_km(zone, week_km + more),
    )
    assert now is not None
    assert later is not None
    assert now <= later <= max(0.1 * (week_km + more), 29)


def test_caps_at_their_limits() -> None:
    assert planning_caps.long_run_cap_km(64, 360) == 16  # 25 % from 64 km
    assert planning_caps.long_run_cap_km(200, 360) == 25  # 150 min
    assert planning_caps.m_run_cap_km(200, 300) == 22  # 110 min
    assert planning_caps.quality_cap_km("I", -1) is None
    assert planning_caps.m_run_cap_km(60, 0) is None
    assert planning_caps.pfitz_taper_km(0) == (0, 0, 0)


@given(st.floats(1, 3000))
def test_a_pace_never_shows_sixty_seconds(pace_s: float) -> None:
    text = units.fmt_pace(pace_s)
    assert text is not None
    minutes, seconds = text.split(":")
    assert int(seconds) < 60
    assert abs(int(minutes) * 60 + int(seconds) - pace_s) <= 0.5


@pytest.mark.parametrize(
    ("seconds", "text"), [(59.5, "1:00"), (3599.5, "1:00:00"), (0, "0:00"), (11449.4, "3:10:49")]
)
def test_times_carry_before_they_split(seconds: float, text: str) -> None:
    assert units.fmt_time(seconds) == text


def test_units_at_zero_and_nonsense() -> None:
    assert units.pace_to_mps(0) is None
    assert units.mps_to_pace(0.4) is None
    assert units.fmt_pace(0) is None
    assert units.fmt_time(-1) is None
    assert units.fit_speed_raw(0) is None
    assert units.fit_hr_raw(85, "pct_hrmax") == 85
    assert units.fit_power_raw(95, "pct_ftp") == 95
    with pytest.raises(ValueError, match="unknown unit"):
        units.fit_hr_raw(85, "furlongs")
    with pytest.raises(ValueError, match="unknown duration"):
        units.fit_duration_raw("moons", 1)
    assert age_grade(1865, 0) is None


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_week_starts_on_its_monday(day: date) -> None:
    monday = units.monday_of(day)
    assert monday.weekday() == 0
    assert 0 <= (day - monday).days < 7
    assert units.week_start(day.isoformat()) == monday.isoformat()


def test_a_figure_has_a_value_or_a_reason() -> None:
    with pytest.raises(ValueError, match="either"):
        Figure("ctl", "load/day", 1)
    with pytest.raises(ValueError, match="NaN"):
        Figure("ctl", "load/day", 1, value=float("nan"))
    assert figure("ctl", 50.0, Reason.NO_SAMPLES).as_dict()["value"] == 50.0
    absent = missing("ctl", Reason.NOT_ENOUGH_HISTORY, date(2026, 3, 1), days=3).as_dict()
    assert (absent["value"], absent["reason"], absent["inputs"]) == (None, "not_enough_history", {"days": 3})


def test_every_definition_has_a_unit_and_a_version() -> None:
    for key, about in DEFINITIONS.items():
        assert about.key == key
        assert about.unit
        assert about.version >= 1


def test_a_spike_figure_carries_its_hazard_or_the_missing_baseline() -> None:
    spike = risk.session_spike_figure(12.0, 10.0)
    assert (spike.value, spike.inputs["hazard_ratio"]) == ("small", 1.64)
    assert risk.session_spike_figure(12.0, 0.0).reason is Reason.NO_BASELINE
    assert risk.session_spike_figure(None, 10.0).reason is Reason.NO_DISTANCE
