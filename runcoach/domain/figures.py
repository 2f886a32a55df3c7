"""A figure and where it came from: what a runner is shown is never a bare number.

A figure either has a value, or says why it has none. Nothing here computes; `runcoach.science` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import isfinite
from types import MappingProxyType

Scalar = float | int | str | bool
"""What a figure may be, or be made of: a number with its unit, or a word from a closed list."""

_NO_INPUTS: Mapping[str, Scalar | None] = MappingProxyType({})


class Reason(StrEnum):
    """Why a figure is not there. Each is a key in both catalogues, as `reason.<value>`."""

    NO_HEART_RATE = "no_heart_rate"
    HEART_RATE_COVERAGE = "heart_rate_coverage"
    HEART_RATE_IMPLAUSIBLE = "heart_rate_implausible"
    HEART_RATE_TOO_LOW = "heart_rate_too_low"
    NO_HR_MAX = "no_hr_max"
    NO_HR_REST = "no_hr_rest"
    NO_LTHR = "no_lthr"
    NO_ZONES = "no_zones"
    NO_SPEED = "no_speed"
    NO_DISTANCE = "no_distance"
    DISTANCE_NOT_CALIBRATED = "distance_not_calibrated"
    NO_ALTITUDE = "no_altitude"
    NO_THRESHOLD_SPEED = "no_threshold_speed"
    NO_POWER = "no_power"
    POWER_ESTIMATED = "power_estimated"
    NO_CRITICAL_POWER = "no_critical_power"
    NO_CADENCE = "no_cadence"
    NO_RUNNING_DYNAMICS = "no_running_dynamics"
    NO_TEMPERATURE = "no_temperature"
    NO_WEIGHT = "no_weight"
    NO_SESSION_RPE = "no_session_rpe"
    NO_LOAD_SOURCE = "no_load_source"
    NO_SAMPLES = "no_samples"
    TOO_SHORT = "too_short"
    TOO_SLOW = "too_slow"
    NOT_STEADY = "not_steady"
    LONG_PAUSES = "long_pauses"
    NOT_A_RUN = "not_a_run"
    NOT_FOR_THIS_TYPE = "not_for_this_type"
    TREADMILL = "treadmill"
    TOO_HOT = "too_hot"
    TOO_HIGH = "too_high"
    NEW_SENSOR = "new_sensor"
    TOO_FEW_EFFORTS = "too_few_efforts"
    EFFORTS_TOO_SIMILAR = "efforts_too_similar"
    OUTSIDE_VALID_RANGE = "outside_valid_range"
    NOT_ENOUGH_HISTORY = "not_enough_history"
    NOT_SYNCHRONISED = "not_synchronised"
    NO_RUNS = "no_runs"
    NO_RACE = "no_race"
    NO_AGE_OR_SEX = "no_age_or_sex"
    NO_HRV = "no_hrv"
    NO_SLEEP = "no_sleep"
    TOO_FEW_INPUTS = "too_few_inputs"
    NO_BASELINE = "no_baseline"
    NO_CHRONIC_LOAD = "no_chronic_load"
    NO_FAT_FREE_MASS = "no_fat_free_mass"
    TOO_FEW_LOGGED_DAYS = "too_few_logged_days"
    NO_WEATHER = "no_weather"
    TOO_HOT_TO_RUN_HARD = "too_hot_to_run_hard"


@dataclass(frozen=True, slots=True)
class Figure:
    """One value with its unit, definition, formula version, inputs and date; or the reason for its absence.

    `inputs` names what the value was computed from, each key with its unit (`hr_max_bpm`).
    `as_of` is the local day that the figure speaks about, None where the caller has not dated it.
    """

    definition_key: str
    unit: str
    formula_version: int
    value: Scalar | None = None
    reason: Reason | None = None
    inputs: Mapping[str, Scalar | None] = field(default_factory=lambda: _NO_INPUTS)
    as_of: date | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError(f"{self.definition_key}: a figure has either a value or a reason")
        if isinstance(self.value, float) and not isfinite(self.value):
            raise ValueError(f"{self.definition_key}: a figure is never NaN or infinite")

    @property
    def is_missing(self) -> bool:
        return self.value is None

    @property
    def number(self) -> float | None:
        """The value as a number, None where it is missing or a word."""
        if isinstance(self.value, (int, float)) and not isinstance(self.value, bool):
            return float(self.value)
        return None

    def as_dict(self) -> dict[str, object]:
        """The shape that the API, the chat and the dashboard show."""
        about: dict[str, object] = {
            "unit": self.unit,
            "definition_key": self.definition_key,
            "formula_version": self.formula_version,
            "inputs": dict(self.inputs),
            "as_of": self.as_of.isoformat() if self.as_of else None,
        }
        if self.reason is not None:
            return {"value": None, "reason": self.reason.value, **about}
        return {"value": self.value, **about}
