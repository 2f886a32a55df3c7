"""Marathon shape: how far weekly distance and long runs reach for the marathon that the VO2max promises.

After Runalyze's published code (MarathonShape, TrainingRepository, BasicEndurance).
"""

from collections.abc import Sequence
from math import log

from runcoach.science.known import determined
from runcoach.science.units import round_half_up

LOWEST_VO2MAX = 25.0
LONG_RUN_KM = 13.0
KM_DAYS, LONG_RUN_DAYS = 182, 70
KM_SHARE = 0.67


@determined
def marathon_shape_targets(effective_vo2max: float) -> tuple[float, float] | None:
    """(weekly km, long-run km) that 100 % asks for: E^1.135 and 12 ln(E/4), E = max(25, effective VO2max).

    None where it is negative or not known. Runalyze, MarathonShape.
    """
    if effective_vo2max < 0:
        return None
    e = max(LOWEST_VO2MAX, effective_vo2max)
    return float(e**1.135), 12 * log(e / 4)


@determined
def marathon_shape_long_points(runs: Sequence[Sequence[float]], effective_vo2max: float) -> float | None:
    """Points of the long runs (km, days ago): Σ (2 − 2/70 · days)((km − 13)/(L − 13))².

    Only runs over 13 km within the last 70 days count; L is the long-run target. No such run: 0.
    None where the VO2max, a distance or a day is not known. Distances in km. Runalyze, TrainingRepository.
    """
    targets = marathon_shape_targets(effective_vo2max)
    if targets is None:
        return None
    reach_km = targets[1] - LONG_RUN_KM
    return sum(
        ((2 - 2 / LONG_RUN_DAYS * days_ago) * ((km - LONG_RUN_KM) / reach_km) ** 2)
        for km, days_ago in runs
        if km > LONG_RUN_KM and 0 <= days_ago <= LONG_RUN_DAYS
    )


@determined
def marathon_shape_pct(
    effective_vo2max: float,
    km_total: float,
    long_points: float,
    days_km: float = KM_DAYS,
    days_long: float = LONG_RUN_DAYS,
    share_km: float = KM_SHARE,
) -> int | None:
    """Marathon shape [%]: 100 (share · km·7/days_km / W + (1 − share) · points·7/days_long), rounded.

    `days_km` is 182, or with a shorter history max(70, its days). May exceed 100. None where a day count is
    not positive, an amount is negative, or the share is outside 0–1. Runalyze, MarathonShape.
    """
    targets = marathon_shape_targets(effective_vo2max)
    if targets is None or days_km <= 0 or days_long <= 0 or km_total < 0 or long_points < 0:
        return None
    if not 0 <= share_km <= 1:
        return None
    weekly_km = targets[0]
    distance_part = share_km * (km_total * 7 / days_km) / weekly_km
    long_part = (1 - share_km) * long_points * 7 / days_long
    return round_half_up(100 * (distance_part + long_part))


@determined
def marathon_shape_factor(distance_km: float, shape_pct: float) -> float | None:
    """Share of the VO2max that a prediction over `distance_km` may use.

    min(1, 0.6 + 0.4 max(0, 1 − (D^1.23 − shape)/100)): full from shape ≥ D^1.23 (about 100 % at 42.2 km, 43 %
    at 21.1 km, 17 % at 10 km), never below 0.6; 1 at no distance. None for a negative distance or shape.
    Runalyze, its VO2max prognosis.
    """
    if distance_km < 0 or shape_pct < 0:
        return None
    lacking_pct = float(distance_km**1.23) - shape_pct
    return min(1.0, 0.6 + 0.4 * max(0.0, 1 - lacking_pct / 100))


def history_days(days_since_first_run: int) -> int:
    """Days over which weekly distance is averaged: 182, less for a newcomer, never below 70."""
    return max(min(KM_DAYS, days_since_first_run), LONG_RUN_DAYS)
