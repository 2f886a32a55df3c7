"""Whatever goes into a function of the table, no NaN, no infinity and no complaint comes out."""

import math
import warnings
from collections.abc import Mapping
from inspect import signature
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
