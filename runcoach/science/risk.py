"""Flags that raise an eyebrow. They say "raises the risk", never "will injure"."""

from datetime import date
from math import isfinite

from runcoach.domain.figures import Figure, Reason, Scalar
from runcoach.science.definitions import figure, missing
from runcoach.science.known import determined
from runcoach.science.tables import upper_band

SPIKE_BANDS = ((1.10, "none"), (1.30, "small"), (2.00, "moderate"))
"""Distance over the longest run of 30 days. Frandsen 2025: hazard ratios 1 / 1.64 / 1.52 / 2.28."""

SPIKE_HAZARD = {"none": 1.0, "small": 1.64, "moderate": 1.52, "large": 2.28}
LONGEST_STEP = 1.10
LOW_VOLUME_KM = 30.0
WEEKLY_STEP, WEEKLY_STEP_KM = 1.10, 4.0
_EPSILON = 1e-9


@determined
def session_spike(distance_km: float, longest_30d_km: float) -> str | None:
    """none, small, moderate or large: a run against the longest of the preceding 30 days.

    Up to 110 %, 130 %, 200 %, above; upper bounds inclusive. Without a run in 30 days: no_baseline (use the
    return protocol). None for negative or unknown distances. Frandsen 2025, 10.1136/bjsports-2024-109380.
    """
    if not isfinite(distance_km) or distance_km < 0:
        return None
    if longest_30d_km <= 0:
        return "no_baseline"
    return upper_band(SPIKE_BANDS, distance_km / longest_30d_km - _EPSILON, "large")


def session_spike_figure(
    distance_km: float | None, longest_30d_km: float, as_of: date | None = None
) -> Figure:
    """`session_spike` with its hazard ratio; without a run in 30 days there is no baseline."""
    about: dict[str, Scalar | None] = {"distance_km": distance_km, "longest_30d_km": longest_30d_km}
    band = session_spike(distance_km, longest_30d_km) if distance_km is not None else None
    if band is None or band == "no_baseline":
        reason = Reason.NO_DISTANCE if band is None else Reason.NO_BASELINE
        return missing("session_spike", reason, as_of, **about)
    hazard = SPIKE_HAZARD[band]
    return figure("session_spike", band, Reason.NO_BASELINE, as_of, hazard_ratio=hazard, **about)


@determined
def longest_allowed_km(longest_30d_km: float) -> float | None:
    """The longest run to prescribe: 1.10 × the longest of 30 days. None without one."""
    return LONGEST_STEP * longest_30d_km if longest_30d_km > 0 else None


def weekly_cap_km(last_week_km: float, mean_4_weeks_km: float) -> float:
    """Most distance for next week: +10 % of the larger of last week and the mean of four; under 30 km +4 km.

    A cap of prudence rather than proof: a graded 10 % did not reduce injuries (Buist 2008).
    """
    reference = max(last_week_km, mean_4_weeks_km)
    return reference + WEEKLY_STEP_KM if reference < LOW_VOLUME_KM else WEEKLY_STEP * reference


@determined
def two_week_progression(last_week_km: float, two_weeks_before_km: float) -> float | None:
    """Ratio of weekly distance to that of two weeks before; novices over 1.3 had more distance-type injuries.

    Nielsen 2014. None without distance two weeks before.
    """
    return last_week_km / two_weeks_before_km if two_weeks_before_km > 0 else None


@determined
def weeks_to_long_run(target_km: float, longest_km: float) -> int | None:
    """Weeks until the long run reaches a target at +10 % each; None without a long run."""
    if longest_km <= 0:
        return None
    weeks = 0
    while longest_km * LONGEST_STEP**weeks < target_km - _EPSILON:
        weeks += 1
    return weeks
