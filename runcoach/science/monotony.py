"""Foster's monotony and strain: is every day the same, and how much of it?"""

from collections.abc import Sequence

import numpy as np

from runcoach.science.known import determined

WEEK_DAYS = 7
HIGHEST_MONOTONY = 10.0
WARN_MONOTONY, CRITICAL_MONOTONY = 1.5, 2.0
"""Runalyze's two marks."""


@determined
def monotony(daily: Sequence[float], ddof: int = 0) -> float | None:
    """Mean over standard deviation of seven daily loads, rest days included; Foster 1998.

    Missing days count as 0 load. The deviation is the population's (ddof 1: the sample's, 7 % lower values).
    Capped at 10, which a week of equal days reaches; a week of zeros is 0. None for a load that is negative
    or not known.
    """
    if ddof not in (0, 1) or any(load < 0 for load in daily):
        return None
    loads = _week(daily)
    mean = float(loads.mean())
    if mean == 0:
        return 0.0
    deviation = float(loads.std(ddof=ddof))
    return min(HIGHEST_MONOTONY, mean / deviation) if deviation > 0 else HIGHEST_MONOTONY


def mark(value: float) -> str:
    """ok, warn from 1.5, critical from 2.0."""
    return "critical" if value >= CRITICAL_MONOTONY else "warn" if value >= WARN_MONOTONY else "ok"


@determined
def strain(daily: Sequence[float], ddof: int = 0) -> float | None:
    """Weekly sum of load times monotony [load]; Foster 1998. None as for `monotony`."""
    sameness = monotony(daily, ddof)
    return float(_week(daily).sum()) * sameness if sameness is not None else None


def _week(daily: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    loads = np.zeros(max(WEEK_DAYS, len(daily)), dtype=np.float64)
    loads[len(loads) - len(daily) :] = daily
    return loads
