"""Effective VO2max: what a run's pace at its heart rate says, after Runalyze's public code."""

from collections.abc import Sequence
from math import exp, log

from runcoach.science.known import determined
from runcoach.science.race_index import vdot_from_race, velocity_from_vo2, vo2_cost

FIT_OFFSET, FIT_SLOPE = 1.00466, 0.68725
"""Fit to Daniels' table of %HRmax at %vVO2max (59→65, 70→75.5, 80→85, 88→92, 100→100), ±1.25 points."""

CLIMB_M_PER_M, DESCENT_M_PER_M = 2.0, -1.0
"""Metres that a metre up and a metre down add to the distance: Runalyze's defaults."""

SHAPE_DAYS = 30
SHORTEST_S = 600.0
LOWEST_HR_SHARE = 0.60
HOTTEST_SWBGT_C = 25.0
HIGHEST_M = 1500.0
RACES_FOR_CORRECTION = 3


@determined
def pct_hrmax_from_pct_vvo2max(p: float) -> float | None:
    """Share of HRmax at a share p of the speed at VO2max: 1.00466 + 0.68725 ln p. None for p ≤ 0.

    Runalyze's fit to Daniels' table.
    """
    return FIT_OFFSET + FIT_SLOPE * log(p) if p > 0 else None


@determined
def pct_vvo2max_from_pct_hrmax(h: float) -> float | None:
    """Share of the speed at VO2max at a share h of HRmax: exp((h − 1.00466)/0.68725). None for h ≤ 0.

    Runalyze's fit to Daniels' table.
    """
    return exp((h - FIT_OFFSET) / FIT_SLOPE) if h > 0 else None


@determined
def effective_vo2max(
    distance_m: float,
    time_s: float,
    hr_avg: float,
    hr_max: float,
    up_m: float = 0.0,
    down_m: float = 0.0,
    k_up: float = CLIMB_M_PER_M,
    k_down: float = DESCENT_M_PER_M,
    factor: float = 1.0,
) -> float | None:
    """Effective VO2max [ml/kg/min] of a run: cost of the speed at 100 % of HRmax, times the runner's factor.

    The distance grows by k_up metres per metre up and k_down (negative) per metre down.
    None without heart rate, distance or time. `factor` comes from `correction_factor`.
    After Runalyze's public code (VO2maxCalculator).
    """
    effective_m = distance_m + k_up * up_m + k_down * down_m
    if effective_m <= 0 or time_s <= 0 or hr_avg <= 0 or hr_max <= 0:
        return None
    share = pct_vvo2max_from_pct_hrmax(hr_avg / hr_max)
    cost = vo2_cost(effective_m / time_s * 60 / share) if share else None
    return cost * factor if cost is not None and cost > 0 else None


@determined
def correction_factor(races: Sequence[tuple[float, float, float, float]]) -> float | None:
    """Largest ratio of race index to effective VO2max over the three best races; typically 0.85 to 0.95.

    `races`: (distance_m, time_s, average bpm, HRmax bpm). None without a race that gives both values.
    """
    pairs = []
    for distance_m, time_s, hr_avg, hr_max in races:
        index = vdot_from_race(distance_m, time_s)
        by_hr = effective_vo2max(distance_m, time_s, hr_avg, hr_max)
        if index is not None and by_hr is not None:
            pairs.append((index, index / by_hr))
    best = sorted(pairs, reverse=True)[:RACES_FOR_CORRECTION]
    return max(ratio for _, ratio in best) if best else None


@determined
def vo2max_shape(values: Sequence[tuple[float, float]]) -> float | None:
    """Mean of (effective VO2max, duration_s), weighted by duration, over the runs of the last 30 days.

    None without a run.
    """
    total_s = sum(duration_s for _, duration_s in values)
    return sum(value * duration_s for value, duration_s in values) / total_s if total_s > 0 else None


@determined
def vo2_at_speed_share(index: float, share: float) -> float | None:
    """Oxygen cost [ml/kg/min] at a share of the speed at VO2max of a runner with this index."""
    speed = velocity_from_vo2(index)
    return vo2_cost(speed * share) if speed is not None else None


@determined
def economy_ml_per_kg_km(vo2: float, v_m_min: float) -> float | None:
    """Running economy [ml/kg/km]: VO2/v · 1000. None for v ≤ 0."""
    return vo2 / v_m_min * 1000 if v_m_min > 0 else None
