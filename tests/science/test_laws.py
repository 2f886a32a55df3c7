"""Directions, units and orders: what must hold for the functions of the table, whatever the runner."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runcoach.science.vectors import FUNCTIONS

UP, DOWN = 1, -1
DIRECTIONS: tuple[tuple[str, Mapping[str, Any], str, float, float, int], ...] = (
    ("vo2_cost", {}, "v_m_min", 30, 500, UP),
    ("frac_vo2max", {}, "t_min", 1, 400, DOWN),
    ("velocity_from_vo2", {}, "vo2", 1, 100, UP),
    ("vdot_from_race", {"distance_m": 10_000}, "time_s", 1500, 7200, DOWN),
    ("vdot_from_race", {"time_s": 2400}, "distance_m", 4000, 15_000, UP),
    ("race_time_s", {"distance_m": 21_097.5}, "vdot", 25, 85, DOWN),
    ("race_time_s", {"vdot": 50}, "distance_m", 800, 50_000, UP),
    ("training_pace_s_per_km", {"zone": "E"}, "vdot", 25, 85, DOWN),
    ("vdot_after_break", {"vdot": 50}, "days_off", 0, 100, DOWN),
    ("vdot_weight_adjust", {"vdot": 50, "old_kg": 70}, "new_kg", 50, 90, DOWN),
    ("riegel_time_s", {"t1_s": 1200, "d1_m": 5000}, "d2_m", 800, 50_000, UP),
    ("cameron_time_s", {"t1_s": 1200, "d1_m": 5000}, "d2_m", 800, 50_000, UP),
    ("vickers_marathon_s", {"d1_m": 10_000, "miles_per_week": 30}, "t1_s", 1500, 5000, UP),
    ("vickers_marathon_s", {"d1_m": 10_000, "t1_s": 2400}, "miles_per_week", 0, 100, DOWN),
    (
        "vickers_marathon2_s",
        {"t1_s": 2400, "d1_m": 10_000, "t2_s": 5400, "d2_m": 21_097.5},
        "miles_per_week",
        0,
        100,
        DOWN,
    ),
    ("tanda_marathon_s", {"pace_s_per_km": 300}, "km_per_week", 0, 200, DOWN),
    ("tanda_marathon_s", {"km_per_week": 60}, "pace_s_per_km", 200, 450, UP),
    ("powerlaw_exponent", {"d1_m": 5000, "t1_s": 1200, "d2_m": 10_000}, "t2_s", 2400, 3000, UP),
    ("time_for_distance_2p", {"cs": 4.0, "d_prime": 200}, "distance_m", 300, 15_000, UP),
    ("tte_2p", {"cs": 4.0, "d_prime": 200}, "v", 4.01, 8, DOWN),
    ("tte_3p", {"cs": 4.0, "d_prime": 200, "v_max": 8}, "v", 4.01, 8, DOWN),
    ("marathon_shape_pct", {"effective_vo2max": 50, "long_points": 3}, "km_total", 0, 4000, UP),
    ("marathon_shape_factor", {"shape_pct": 60}, "distance_km", 0, 100, DOWN),
    ("trimp_banister", {"duration_min": 60, "hr_rest": 50, "hr_max": 190}, "hr", 30, 200, UP),
    ("trimp_banister", {"hr": 150, "hr_rest": 50, "hr_max": 190}, "duration_min", 0, 300, UP),
    ("srpe_load", {"duration_min": 45}, "rpe", 0, 10, UP),
    ("rtss", {"duration_s": 3600, "threshold_speed": 4}, "ngs", 0, 6, UP),
    ("tss", {"duration_s": 3600, "np_w": 250}, "ftp_w", 100, 400, DOWN),
    ("hrss", {"trimp": 100, "hr_rest": 50, "hr_max": 190, "sex": "male"}, "lthr", 100, 190, DOWN),
    ("ewma_alpha", {"method": "exp"}, "n_days", 1, 100, DOWN),
    ("ramp_rate", {"ctl_7_days_ago": 50}, "ctl_today", 0, 100, UP),
    ("rest_days_to_balance", {"ctl": 40}, "atl", 0, 150, UP),
    ("minetti_run", {}, "i", -0.1, 0.45, UP),
    ("minetti_walk", {}, "i", -0.05, 0.45, UP),
    ("gap_pace", {"pace_s_per_km": 300}, "grade", -0.08, 0.45, DOWN),
    ("efficiency_factor", {"speed_m_min": 200}, "hr", 80, 200, DOWN),
    ("decoupling_pct", {"speed1": 3, "hr1": 150, "speed2": 3}, "hr2", 120, 190, UP),
    ("pct_hrmax_from_pct_vvo2max", {}, "p", 0.3, 1.1, UP),
    ("pct_vvo2max_from_pct_hrmax", {}, "h", 0.3, 1.1, UP),
    ("effective_vo2max", {"distance_m": 10_000, "hr_avg": 160, "hr_max": 190}, "time_s", 1800, 5000, DOWN),
    ("effective_vo2max", {"distance_m": 10_000, "time_s": 2700, "hr_max": 190}, "hr_avg", 110, 195, DOWN),
    (
        "effective_vo2max",
        {"distance_m": 10_000, "time_s": 2700, "hr_avg": 160, "hr_max": 190},
        "up_m",
        0,
        800,
        UP,
    ),
    ("step_length_m", {"speed_m_s": 3}, "cadence_spm", 120, 220, DOWN),
    ("vertical_ratio_pct", {"vertical_oscillation_mm": 80}, "step_length_mm", 500, 1800, DOWN),
    ("running_effectiveness", {"speed_m_s": 3, "kg": 70}, "watts", 100, 400, DOWN),
    ("hrmax", {"formula": "gulati"}, "age", 10, 90, DOWN),
    ("karvonen", {"hr_rest": 50, "hr_max": 190}, "fraction", 0, 1, UP),
    ("hr_zone_edwards", {"hr_max": 190}, "hr", 0, 210, UP),
    ("polarization_index", {"z1": 0.8, "z3": 0.1}, "z2", 0.01, 0.2, DOWN),
    ("vapour_pressure_hpa", {"t_c": 25}, "rh", 0, 100, UP),
    ("swbgt", {"rh": 60}, "t_c", -10, 45, UP),
    ("dew_point_c", {"t_c": 25}, "rh", 1, 100, UP),
    ("mantzios_slowdown_pct", {}, "wbgt_c", 7.5, 45, UP),
    ("altitude_aerobic_power_pct", {}, "km", 0, 6, DOWN),
    ("wind_energy_factor", {"v": 3.5}, "headwind", -12, 12, UP),
    ("us_aqi_pm25", {}, "c", 0, 400, UP),
    ("energy_availability", {"intake_kcal": 2500, "ffm_kg": 50}, "exercise_kcal", 0, 3000, DOWN),
    ("quality_cap_km", {"zone": "I"}, "weekly_km", 0, 250, UP),
    ("m_run_cap_km", {"weekly_km": 80}, "m_pace_s_per_km", 180, 500, DOWN),
    ("long_run_cap_km", {"weekly_km": 100}, "easy_pace_s_per_km", 200, 600, DOWN),
    ("pace_to_mps", {}, "pace_s_per_km", 150, 2000, DOWN),
    ("pace_km_to_mi", {}, "pace_s_per_km", 150, 2000, UP),
    ("fit_speed_raw", {}, "pace_s_per_km", 150, 2000, DOWN),
    ("fit_duration_raw", {"kind": "time_s"}, "value", 0, 90_000, UP),
    ("fit_hr_raw", {"unit": "bpm"}, "value", 40, 220, UP),
    ("fit_power_raw", {"unit": "watts"}, "value", 1, 900, UP),
    ("age_grade", {"age_standard_s": 1600}, "time_s", 1600, 6000, DOWN),
)


@pytest.mark.parametrize(
    ("name", "rest", "key", "low", "high", "way"), DIRECTIONS, ids=lambda part: str(part)[:24]
)
@settings(max_examples=25)
@given(one=st.floats(0, 1), other=st.floats(0, 1))
def test_values_go_one_way(
    name: str, rest: Mapping[str, Any], key: str, low: float, high: float, way: int, one: float, other: float
) -> None:
    less, more = (low + (high - low) * share for share in sorted((one, other)))
    before, after = (FUNCTIONS[name](**rest, **{key: value}) for value in (less, more))
    assert isinstance(before, (int, float))
    assert isinstance(after, (int, float))
    assert way * (after - before) >= -1e-9 * max(abs(before), abs(after))


ORDERED: tuple[tuple[str, str, st.SearchStrategy[list[Any]], Mapping[str, Any]], ...] = (
    (
        "critical_speed_2p",
        "trials",
        st.lists(st.tuples(st.floats(400, 5000), st.floats(60, 1200)), max_size=6),
        {},
    ),
    (
        "trimp_runalyze",
        "hist",
        st.lists(st.tuples(st.floats(40, 200), st.floats(0, 900)), max_size=6),
        {"hr_rest": 50, "hr_max": 190},
    ),
    (
        "marathon_shape_long_points",
        "runs",
        st.lists(st.tuples(st.floats(5, 40), st.integers(0, 90)), max_size=6),
        {"effective_vo2max": 50},
    ),
    ("monotony", "daily", st.lists(st.floats(0, 300), min_size=7, max_size=7), {}),
    ("strain", "daily", st.lists(st.floats(0, 300), min_size=7, max_size=7), {}),
    ("sdnn", "rr", st.lists(st.floats(300, 2000), min_size=2, max_size=20), {}),
    ("hrv_normal_range", "ln_values", st.lists(st.floats(2, 6), min_size=2, max_size=20), {}),
)


@pytest.mark.parametrize(("name", "key", "lists", "rest"), ORDERED, ids=lambda part: str(part)[:24])
@settings(max_examples=25)
@given(data=st.data())
def test_the_order_of_what_has_none_does_not_matter(
    name: str, key: str, lists: st.SearchStrategy[list[Any]], rest: Mapping[str, Any], data: st.DataObject
) -> None:
    values = data.draw(lists)
    shuffled = data.draw(st.permutations(values))
    one, other = (FUNCTIONS[name](**{key: order}, **rest) for order in (values, shuffled))
    assert (one is None and other is None) or other == pytest.approx(one, rel=1e-6, abs=1e-6)


type Inputs = dict[str, Any]
SCALED: tuple[tuple[str, Inputs, Callable[[Inputs, float], Inputs], int], ...] = (
    (
        "riegel_time_s",
        {"t1_s": 1200, "d1_m": 5000, "d2_m": 9000},
        lambda inputs, k: inputs | {"d1_m": 5000 * k, "d2_m": 9000 * k},
        0,
    ),
    (
        "powerlaw_exponent",
        {"d1_m": 5000, "t1_s": 1200, "d2_m": 9000, "t2_s": 2300},
        lambda inputs, k: inputs | {"t1_s": 1200 * k, "t2_s": 2300 * k},
        0,
    ),
    (
        "rtss",
        {"duration_s": 3600, "ngs": 3, "threshold_speed": 4},
        lambda inputs, k: inputs | {"ngs": 3 * k, "threshold_speed": 4 * k},
        0,
    ),
    (
        "decoupling_pct",
        {"speed1": 3, "hr1": 150, "speed2": 2.9, "hr2": 155},
        lambda inputs, k: inputs | {"speed1": 3 * k, "speed2": 2.9 * k},
        0,
    ),
    (
        "tss",
        {"duration_s": 3600, "np_w": 200, "ftp_w": 250},
        lambda inputs, k: inputs | {"duration_s": 3600 * k},
        1,
    ),
    (
        "trimp_edwards",
        {"zone_minutes": [1, 2, 3, 4, 5]},
        lambda inputs, k: {"zone_minutes": [k * minutes for minutes in inputs["zone_minutes"]]},
        1,
    ),
    (
        "trimp_lucia",
        {"zone_minutes": [1, 2, 3]},
        lambda inputs, k: {"zone_minutes": [k * minutes for minutes in inputs["zone_minutes"]]},
        1,
    ),
    (
        "normalized_power",
        {"samples": list(range(60))},
        lambda inputs, k: {"samples": [k * w for w in range(60)]},
        1,
    ),
    ("lthr_from_tt", {"samples": [160] * 1800}, lambda inputs, k: {"samples": [160 * k] * 1800}, 1),
    (
        "ewma",
        {"loads": [50, 0, 80], "n_days": 42},
        lambda inputs, k: inputs | {"loads": [50 * k, 0, 80 * k]},
        1,
    ),
    (
        "monotony",
        {"daily": [0, 60, 30, 0, 90, 40, 0]},
        lambda inputs, k: {"daily": [k * load for load in inputs["daily"]]},
        0,
    ),
    (
        "strain",
        {"daily": [0, 60, 30, 0, 90, 40, 0]},
        lambda inputs, k: {"daily": [k * load for load in inputs["daily"]]},
        1,
    ),
    (
        "acwr_rolling",
        {"loads28": list(range(28))},
        lambda inputs, k: {"loads28": [k * load for load in range(28)]},
        0,
    ),
    (
        "acwr_ewma",
        {"loads": list(range(28))},
        lambda inputs, k: {"loads": [k * load for load in range(28)]},
        0,
    ),
    (
        "session_spike",
        {"distance_km": 13.2, "longest_30d_km": 11},
        lambda inputs, k: {"distance_km": 13.2 * k, "longest_30d_km": 11 * k},
        0,
    ),
    ("rmssd", {"rr": [800, 830, 790]}, lambda inputs, k: {"rr": [800 * k, 830 * k, 790 * k]}, 1),
    ("friel_hr_zone", {"hr": 161.3, "lthr": 170}, lambda inputs, k: {"hr": 161.3 * k, "lthr": 170 * k}, 0),
    (
        "age_grade",
        {"age_standard_s": 1600, "time_s": 2000},
        lambda inputs, k: {"age_standard_s": 1600 * k, "time_s": 2000 * k},
        0,
    ),
    ("pfitz_taper_km", {"peak_week_km": 80}, lambda inputs, k: {"peak_week_km": 80 * k}, 1),
)


@pytest.mark.parametrize(("name", "inputs", "scaled", "power"), SCALED, ids=lambda part: str(part)[:24])
@settings(max_examples=20)
@given(k=st.floats(0.2, 5))
def test_units_and_amounts_scale(
    name: str, inputs: Inputs, scaled: Callable[[Inputs, float], Inputs], power: int, k: float
) -> None:
    one, other = FUNCTIONS[name](**inputs), FUNCTIONS[name](**scaled(inputs, k))
    if isinstance(one, str):
        assert other == one
        return
    assert _flat(other) == pytest.approx([part * k**power for part in _flat(one)], rel=1e-6)


def _flat(value: object) -> list[float]:
    parts = value if isinstance(value, tuple) else (value,)
    assert all(isinstance(part, (int, float)) for part in parts)
    return list(parts)
