"""Every metric that RunCoach states: its key, unit and formula version.

Raising a version makes every stored value of that metric stale, so that it is recomputed.
The words (`metric.<key>` for the name, `formula.<key>` for the definition) live in the catalogues.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from runcoach.domain.figures import Figure, Reason, Scalar


@dataclass(frozen=True, slots=True)
class Definition:
    """What a metric is called, counted in, and which edition of its formula is in force."""

    key: str
    unit: str
    version: int = 1

    @property
    def name_key(self) -> str:
        return f"metric.{self.key}"

    @property
    def formula_key(self) -> str:
        return f"formula.{self.key}"


_TABLE: tuple[tuple[str, str], ...] = (
    # one activity
    ("distance", "m"),
    ("elapsed_time", "s"),
    ("timer_time", "s"),
    ("moving_time", "s"),
    ("average_pace", "s/km"),
    ("average_heart_rate", "bpm"),
    ("max_heart_rate", "bpm"),
    ("average_cadence", "spm"),
    ("average_power", "W"),
    ("average_temperature", "degC"),
    ("elevation_gain", "m"),
    ("elevation_loss", "m"),
    ("trimp", "TRIMP"),
    ("trimp_edwards", "TRIMP"),
    ("trimp_lucia", "TRIMP"),
    ("load", "load"),
    ("intensity_factor", "ratio"),
    ("normalized_power", "W"),
    ("normalized_graded_pace", "s/km"),
    ("grade_adjusted_pace", "s/km"),
    ("efficiency_factor", "m/min/bpm"),
    ("decoupling", "%"),
    ("effective_vo2max", "ml/kg/min"),
    ("step_length", "m"),
    ("vertical_ratio", "%"),
    ("vertical_oscillation", "mm"),
    ("ground_contact", "ms"),
    ("running_effectiveness", "ratio"),
    ("time_in_hr_zones", "s"),
    ("best_effort", "s"),
    ("post_run_slowdown", "%"),
    # the runner's level
    ("race_index", "index"),
    ("training_pace", "s/km"),
    ("race_prediction", "s"),
    ("marathon_shape", "%"),
    ("critical_speed", "m/s"),
    ("d_prime", "m"),
    ("power_law_exponent", "ratio"),
    ("age_grade", "ratio"),
    ("hr_max_estimate", "bpm"),
    ("lthr_estimate", "bpm"),
    ("threshold_pace_estimate", "s/km"),
    ("vo2max_shape", "ml/kg/min"),
    ("vo2max_correction", "ratio"),
    # load over days
    ("ctl", "load/day"),
    ("atl", "load/day"),
    ("tsb", "load/day"),
    ("ramp_rate", "load/day/week"),
    ("monotony", "ratio"),
    ("strain", "load"),
    ("acwr", "ratio"),
    ("rest_days_to_balance", "days"),
    ("polarization_index", "index"),
    ("low_intensity_share", "ratio"),
    # the body and the day
    ("hrv_baseline", "ln ms"),
    ("hrv_status", "class"),
    ("resting_hr_drift", "bpm"),
    ("sleep_status", "class"),
    ("readiness", "class"),
    ("session_spike", "class"),
    ("weekly_progression", "ratio"),
    ("heat_slowdown", "%"),
    ("wbgt", "degC"),
    ("altitude_power", "%"),
    ("wind_energy", "ratio"),
    ("air_quality", "class"),
    ("energy_availability", "kcal/kg/day"),
    ("carbohydrate_target", "g/day"),
    ("protein_target", "g/day"),
)

_EDITIONS = {"trimp": 2, "readiness": 2}
"""Formulas in a later edition than their first. TRIMP 2: a = 0.725 where the sex is not known. Readiness 2:
last night's HRV, days of low HRV and mornings of a raised resting heart rate count too."""

DEFINITIONS: Mapping[str, Definition] = MappingProxyType(
    {key: Definition(key, unit, _EDITIONS.get(key, 1)) for key, unit in _TABLE}
)


def figure(
    key: str, value: Scalar | None, reason: Reason, as_of: date | None = None, **inputs: Scalar | None
) -> Figure:
    """The figure `key` with this value; `reason` speaks when the value is None."""
    about = DEFINITIONS[key]
    return Figure(
        definition_key=key,
        unit=about.unit,
        formula_version=about.version,
        value=value,
        reason=reason if value is None else None,
        inputs=MappingProxyType(inputs),
        as_of=as_of,
    )


def stated(key: str, value: Scalar, as_of: date | None = None, **inputs: Scalar | None) -> Figure:
    """The figure `key`, which is certainly known."""
    return figure(key, value, Reason.NO_SAMPLES, as_of, **inputs)


def missing(key: str, reason: Reason, as_of: date | None = None, **inputs: Scalar | None) -> Figure:
    """The figure `key`, absent, with the reason."""
    return figure(key, None, reason, as_of, **inputs)
