"""Whatever goes into a function of the table, no NaN, no infinity and no complaint comes out."""

import math
import warnings
from collections.abc import Mapping
from inspect import signature
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runcoach.science.conditions import Weather, effort_in_weather, weather_figures
from runcoach.science.hrv import hrv_days_below, hrv_figures, hrv_today_sd
from runcoach.science.level import marathon_shape_figure, prediction_figures, race_index_figure
from runcoach.science.prediction import Race
from runcoach.science.readiness import resting_hr_drift, sleep_status
from runcoach.science.vectors import FUNCTIONS

NAMES: Mapping[str, tuple[str, ...]] = {
    "zone": ("T", "I", "R", "M"),
    "method": ("tp", "exp", "span"),
    "model": ("strava", "tp_ngp", "minetti", "runalyze", "elevate"),
    "formula": ("fox", "tanaka", "gellish", "nes", "gulati"),
    "sex": ("male", "female", "unknown", "m", "F", ""),
    "pollutant": ("pm25", "pm10"),
    "kind": ("time_s", "distance_m"),
    "date_iso": ("2026-03-01", "9999-12-31", "0001-01-01", "2026-02-30", ""),
}
UNITS = {"fit_hr_raw": ("bpm", "percent"), "fit_power_raw": ("watts", "%ftp")}
ODD = (
    0,
    0.0,
    -0.0,
    -1,
    1,
    5e-324,
    1e-300,
    1e15,
    1e300,
    10**400,
    math.nan,
    math.inf,
    -math.inf,
    None,
    50,
    0.5,
)

anything = st.one_of(st.sampled_from(ODD), st.floats(-1e4, 1e4), st.floats(), st.integers(-300, 300))
numbers = st.lists(anything, max_size=40)
usual = st.lists(st.floats(0, 500), max_size=40)
pairs = st.lists(st.tuples(anything, anything).map(list), max_size=6)


def _garbage(name: str) -> st.SearchStrategy[dict[str, Any]]:
    by_type = {
        "Sequence[float]": st.one_of(numbers, usual),
        "Sequence[Sequence[float]]": pairs,
        "bool": st.booleans(),
        "int": st.sampled_from((0, 1)),
    }
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for key, parameter in signature(FUNCTIONS[name]).parameters.items():
        kind = str(getattr(parameter.annotation, "__name__", parameter.annotation))
        kind = str(parameter.annotation).replace("collections.abc.", "") if "Sequence" in kind else kind
        if kind == "str":
            fields[key] = st.sampled_from(UNITS[name] if key == "unit" else NAMES[key])
        else:
            fields[key] = by_type.get(kind, anything)
    return st.fixed_dictionaries(fields)


def _is_sound(value: object) -> bool:
    if value is None or isinstance(value, str):
        return True
    if isinstance(value, tuple):
        return all(isinstance(part, float) and _is_sound(part) for part in value)
    return isinstance(value, (int, float)) and math.isfinite(value)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@settings(max_examples=40)
@given(data=st.data())
def test_whatever_goes_in_no_nan_no_infinity_no_complaint_comes_out(name: str, data: st.DataObject) -> None:
    inputs = data.draw(_garbage(name))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert _is_sound(FUNCTIONS[name](**inputs))


faults = st.sampled_from((None, 0.0, -1.0, math.nan, math.inf, 1e300, 51.0))
bodies = st.lists(st.one_of(faults, st.floats(40, 70)), max_size=70)
maybe = st.one_of(faults, st.floats(0, 60))


@settings(max_examples=100)
@given(bodies)
def test_whatever_the_nights_each_figure_has_a_value_or_a_reason(values: list[float | None]) -> None:
    figures = [resting_hr_drift(values), sleep_status(values), *hrv_figures(values)]
    assert all((one.value is None) != (one.reason is None) for one in figures)
    assert 0 <= hrv_days_below(values) <= 7
    assert _is_sound(hrv_today_sd(values))


@settings(max_examples=100)
@given(maybe, maybe, maybe, maybe, maybe, maybe)
def test_whatever_the_weather_each_figure_has_a_value_or_a_reason(
    t_c: float | None,
    rh: float | None,
    wind: float | None,
    height: float | None,
    pm: float | None,
    speed: float | None,
) -> None:
    weather = Weather(t_c, rh, wind, height, pm)
    figures = [*weather_figures(weather, speed).values(), effort_in_weather(speed, weather)]
    assert all((one.value is None) != (one.reason is None) for one in figures)


@settings(max_examples=100)
@given(st.lists(st.tuples(maybe, maybe), max_size=4), maybe, maybe, maybe)
def test_whatever_the_races_each_figure_has_a_value_or_a_reason(
    results: list[tuple[float | None, float | None]],
    vo2max: float | None,
    km: float | None,
    shape: float | None,
) -> None:
    races = [Race((metres or 1) * 1000, (minutes or 1) * 60) for metres, minutes in results]
    figures = [race_index_figure(races, vo2max), marathon_shape_figure(vo2max, [(km or 0.0, 3)], 200)]
    figures += prediction_figures(races, km or 0.0, km or 0.0, None, shape).values()
    assert all((one.value is None) != (one.reason is None) for one in figures)
