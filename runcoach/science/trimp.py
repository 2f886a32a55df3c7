"""Training impulse: minutes weighted by heart rate."""

from collections.abc import Sequence
from math import exp

import numpy as np
from numpy.typing import NDArray

from runcoach.science.known import determined
from runcoach.science.tables import by_name

BANISTER = {"male": (0.64, 1.92), "female": (0.86, 1.67), "unknown": (0.725, 1.795)}
"""(a, b) of x·a·e^(b·x), Banister/Morton. For an unknown sex b is midway and a close to Runalyze's."""

RUNALYZE = {"male": (0.64, 1.92), "female": (0.821776, 1.67), "unknown": (0.725215, 1.795)}
"""Runalyze's, chosen so that a minute at HRmax counts 4.3654 for everyone."""

EDWARDS_WEIGHTS = (1, 2, 3, 4, 5)
LUCIA_WEIGHTS = (1, 2, 3)

_OTHER_NAMES = {"m": "male", "f": "female", "": "unknown", "none": "unknown", "x": "unknown"}

HIGHEST_RESERVE_SHARE = 1.05
"""Samples above HRmax count as 105 % of the reserve at most: beyond, HRmax is wrong, not the day hard."""

LOWEST_RESERVE_SHARE = 0.2
"""Samples below count nothing, so that hours of strolling do not add up to a hard session."""

LARGEST_TOTAL, LARGEST_PER_HOUR = 10_000.0, 400.0


@determined
def trimp_banister(
    duration_min: float, hr: float, hr_rest: float, hr_max: float, sex: str = "unknown"
) -> float | None:
    """Banister's TRIMP at a steady heart rate: minutes · x · a·e^(b·x), x = (HR − rest)/(max − rest) ≥ 0.

    `sex`: male, female or unknown. At or below rest: 0. None for negative duration, max ≤ rest, or a heart
    rate that is not positive: that is no heart rate, which is never a load of 0.
    Average heart rates under-count intervals: use `trimp_samples` where there are samples. Duration in
    minutes, rates in bpm, result in TRIMP. Banister/Morton.
    """
    return _weighted([(hr, duration_min)], hr_rest, hr_max, by_name(BANISTER, _sex(sex)))


@determined
def trimp_runalyze(
    hist: Sequence[Sequence[float]], hr_rest: float, hr_max: float, sex: str = "unknown"
) -> float | None:
    """TRIMP of a histogram of (bpm, seconds) with Runalyze's constants.

    None for negative seconds or max ≤ rest, and without a single heart rate.
    """
    minutes = [(hr, seconds / 60) for hr, seconds in hist if hr > 0]
    return _weighted(minutes, hr_rest, hr_max, by_name(RUNALYZE, _sex(sex)))


def trimp_samples(
    hr_bpm: NDArray[np.float64],
    weight_s: NDArray[np.float64],
    hr_rest: float,
    hr_max: float,
    sex: str = "unknown",
) -> float | None:
    """Banister's TRIMP over samples, each with its own seconds; NaN samples count nothing.

    Shares of the reserve are capped at 1.05, and below 0.2 count 0. None where max ≤ rest, or the result is
    implausible (over 10 000, or over 400 per hour), as Runalyze does.
    """
    if hr_max <= hr_rest:
        return None
    a, b = by_name(BANISTER, _sex(sex))
    x = np.minimum((hr_bpm - hr_rest) / (hr_max - hr_rest), HIGHEST_RESERVE_SHARE)
    x = np.where(x >= LOWEST_RESERVE_SHARE, x, 0.0)
    total = float((weight_s * x * a * np.exp(b * x)).sum()) / 60
    hours = float(weight_s.sum()) / 3600
    return total if total <= min(LARGEST_TOTAL, LARGEST_PER_HOUR * hours) else None


@determined
def trimp_per_minute(hr: float, hr_rest: float, hr_max: float, sex: str = "unknown") -> float | None:
    """TRIMP of one minute at this heart rate."""
    return trimp_banister(1.0, hr, hr_rest, hr_max, sex)


@determined
def trimp_edwards(zone_minutes: Sequence[float]) -> float | None:
    """Edwards: minutes in 50–60, …, 90–100 % of HRmax, times 1 to 5. Below 50 % counts 0.

    None unless there are five amounts [min], none negative. Edwards 1993.
    """
    return _zonal(zone_minutes, EDWARDS_WEIGHTS)


@determined
def trimp_lucia(zone_minutes: Sequence[float]) -> float | None:
    """Lucia: minutes below VT1, between, above VT2, times 1, 2, 3. Lucia 2003.

    None unless there are three amounts [min], none negative.
    """
    return _zonal(zone_minutes, LUCIA_WEIGHTS)


def _zonal(minutes: Sequence[float], weights: Sequence[int]) -> float | None:
    if len(minutes) != len(weights) or any(value < 0 for value in minutes):
        return None
    return sum(weight * value for weight, value in zip(weights, minutes, strict=True))


def _weighted(
    minutes: Sequence[tuple[float, float]], hr_rest: float, hr_max: float, constants: tuple[float, float]
) -> float | None:
    if hr_max <= hr_rest or not minutes or any(hr <= 0 or amount < 0 for hr, amount in minutes):
        return None
    a, b = constants
    total = 0.0
    for hr, amount in minutes:
        x = max(0.0, (hr - hr_rest) / (hr_max - hr_rest))
        total += amount * x * a * exp(b * x)
    return total


def _sex(sex: str) -> str:
    name = sex.strip().lower()
    return _OTHER_NAMES.get(name, name)
