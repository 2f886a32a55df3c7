"""Checks a file of test vectors against the functions of this room.

A vector names a `function` of the table below, its keyword `inputs`, what is `expected` and the `tolerance`.
`expected: null` means that the inputs determine no value. An input of null is unknown and determines none;
where it may be left out, null is the same as leaving it out.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter, signature
from math import inf, isfinite
from typing import Any

from runcoach.science import (
    acwr,
    age_grade,
    air,
    altitude,
    critical_speed,
    distribution,
    energy,
    form,
    gradient,
    heat,
    hrv,
    load,
    marathon_shape,
    monotony,
    planning_caps,
    pmc,
    prediction,
    race_index,
    risk,
    thresholds,
    trimp,
    units,
    vo2max,
    wind,
    zones,
)

type Function = Callable[..., object]

FUNCTIONS: Mapping[str, Function] = {
    function.__name__: function
    for function in (
        race_index.vdot_from_race,
        race_index.race_time_s,
        race_index.vo2_cost,
        race_index.frac_vo2max,
        race_index.velocity_from_vo2,
        race_index.training_pace_s_per_km,
        race_index.vdot_after_break,
        race_index.vdot_weight_adjust,
        prediction.riegel_time_s,
        prediction.cameron_time_s,
        prediction.vickers_marathon_s,
        prediction.vickers_marathon2_s,
        prediction.tanda_marathon_s,
        prediction.powerlaw_exponent,
        critical_speed.critical_speed_2p,
        critical_speed.time_for_distance_2p,
        critical_speed.tte_2p,
        critical_speed.tte_3p,
        marathon_shape.marathon_shape_targets,
        marathon_shape.marathon_shape_pct,
        marathon_shape.marathon_shape_long_points,
        marathon_shape.marathon_shape_factor,
        trimp.trimp_banister,
        trimp.trimp_runalyze,
        trimp.trimp_edwards,
        trimp.trimp_lucia,
        load.srpe_load,
        load.rtss,
        load.tss,
        load.hrss,
        load.normalized_power,
        pmc.ewma_alpha,
        pmc.ewma,
        pmc.pmc,
        pmc.ramp_rate,
        pmc.rest_days_to_balance,
        monotony.monotony,
        monotony.strain,
        acwr.acwr_rolling,
        acwr.acwr_ewma,
        gradient.minetti_run,
        gradient.minetti_walk,
        gradient.gap_factor,
        gradient.gap_pace,
        form.efficiency_factor,
        form.decoupling_pct,
        form.step_length_m,
        form.vertical_ratio_pct,
        form.running_effectiveness,
        vo2max.pct_hrmax_from_pct_vvo2max,
        vo2max.pct_vvo2max_from_pct_hrmax,
        vo2max.effective_vo2max,
        thresholds.hrmax,
        thresholds.lthr_from_tt,
        zones.karvonen,
        zones.friel_hr_zone,
        zones.hr_zone_edwards,
        distribution.polarization_index,
        hrv.rmssd,
        hrv.sdnn,
        hrv.ln_rmssd,
        hrv.hrv_normal_range,
        hrv.hrv_status,
        risk.session_spike,
        heat.hadley_band,
        heat.vapour_pressure_hpa,
        heat.swbgt,
        heat.dew_point_c,
        heat.mantzios_slowdown_pct,
        altitude.altitude_aerobic_power_pct,
        wind.wind_energy_factor,
        air.korea_pm_grade,
        air.us_aqi_pm25,
        energy.energy_availability,
        energy.ea_class,
        planning_caps.quality_cap_km,
        planning_caps.m_run_cap_km,
        planning_caps.long_run_cap_km,
        planning_caps.pfitz_taper_km,
        units.pace_to_mps,
        units.pace_km_to_mi,
        units.fmt_pace,
        units.fmt_time,
        units.week_start,
        units.fit_speed_raw,
        units.fit_duration_raw,
        units.fit_hr_raw,
        units.fit_power_raw,
        age_grade.age_grade,
    )
}

_ROUNDING = 1e-12
"""Relative slack for the last bits of a float where a file asks for tolerance 0."""


@dataclass(frozen=True, slots=True)
class Report:
    """One line per failed vector, and how many passed out of how many."""

    failures: tuple[str, ...]
    passed: int
    total: int


def evaluate(vectors: Mapping[str, Any]) -> Report:
    """Runs every vector of a file (`{"vectors": [...]}`); an unknown function is a failure."""
    items = vectors.get("vectors")
    if not isinstance(items, list) or not items:
        return Report(("no vectors in this file",), 0, 0)
    outcomes = [_failure(item) for item in items]
    failures = tuple(line for line in outcomes if line is not None)
    return Report(failures, len(outcomes) - len(failures), len(outcomes))


def check(text: str) -> tuple[list[str], int, int]:
    """(failure lines, passed, total) of a vectors file; text that is none is one failure of 0."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        return [f"not JSON: line {error.lineno}, column {error.colno}"], 0, 0
    except RecursionError:
        return ["not a vectors file: nested too deeply"], 0, 0
    if isinstance(content, list):
        content = {"vectors": content}
    if not isinstance(content, dict):
        return ["not a vectors file"], 0, 0
    report = evaluate(content)
    return list(report.failures), report.passed, report.total


def _failure(vector: Any) -> str | None:
    if not isinstance(vector, dict) or not isinstance(vector.get("function"), str):
        return f"no function named: {vector!r:.80}"
    name = vector["function"]
    label = f"{vector.get('id', name)} ({name})"
    function, inputs = FUNCTIONS.get(name), vector.get("inputs", {})
    if function is None:
        return f"{label}: unknown function"
    if "expected" not in vector or not isinstance(inputs, dict):
        return f"{label}: no expected value or inputs"
    expected, tolerance = vector["expected"], vector.get("tolerance") or 0.0
    if not isinstance(tolerance, (int, float)) or not 0 <= tolerance < inf:
        return f"{label}: no tolerance: {tolerance!r:.80}"
    try:
        found = _answer(function, inputs)
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError) as error:
        return f"{label}: {type(error).__name__}: {error}".replace("\n", " ")
    if matches(found, expected, float(tolerance)):
        return None
    return f"{label}: expected {expected!r:.200} ± {tolerance}, found {found!r:.200}"


def _answer(function: Function, inputs: Mapping[str, Any]) -> object:
    about = signature(function)
    about.bind(**inputs)  # a wrong keyword is wrong even where another input is unknown
    given = {
        name: value
        for name, value in inputs.items()
        if value is not None or about.parameters[name].default is Parameter.empty
    }
    return function(**given)


def matches(found: object, expected: object, tolerance: float) -> bool:
    """Same shape, words equal, numbers within the tolerance and finite; None only matches None."""
    if (
        expected is None
        or found is None
        or isinstance(expected, (str, bool))
        or isinstance(found, (str, bool))
    ):
        return type(found) is type(expected) and found == expected
    if isinstance(expected, Sequence):
        return (
            isinstance(found, Sequence)
            and len(found) == len(expected)
            and all(matches(a, b, tolerance) for a, b in zip(found, expected, strict=True))
        )
    if not isinstance(found, (int, float)) or not isinstance(expected, (int, float)) or not isfinite(found):
        return False
    return abs(found - expected) <= tolerance + _ROUNDING * abs(expected)
