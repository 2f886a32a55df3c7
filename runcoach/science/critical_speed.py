"""Critical speed and D′: the speed that can be held long, and the metres above it that cannot.

Trials of about 2 to 15 minutes. Never extrapolate beyond about 40 minutes.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np

from runcoach.domain.figures import Figure, Reason
from runcoach.science.definitions import figure, missing
from runcoach.science.known import determined

SMALLEST_TIME_RATIO = 2.0
SMALLEST_D_PRIME_M, LARGEST_D_PRIME_M = 20.0, 600.0
"""Fits outside say more about the efforts than about the runner (our own bounds)."""


@determined
def critical_speed_2p(trials: Sequence[Sequence[float]]) -> tuple[float, float] | None:
    """(CS [m/s], D′ [m]) by least squares of d = CS·t + D′ over trials (distance_m, time_s).

    None with fewer than two different times, with values that are not positive, or when CS ≤ 0.
    Kordi 2019: 1200/2400/3600 m, 30 min apart.
    """
    if len(trials) < 2:
        return None
    points = np.asarray(trials, dtype=np.float64)
    d_m, t_s = points[:, 0], points[:, 1]
    if (points <= 0).any() or np.ptp(t_s) == 0:
        return None
    t_mean, d_mean = t_s.mean(), d_m.mean()
    slope = float(((t_s - t_mean) * (d_m - d_mean)).sum() / ((t_s - t_mean) ** 2).sum())
    if slope <= 0:
        return None
    return slope, float(d_mean - slope * t_mean)


@determined
def time_for_distance_2p(cs: float, d_prime: float, distance_m: float) -> float | None:
    """Time [s] over a distance: (d − D′)/CS. None where CS is not positive, D′ negative, or d ≤ D′.

    Monod & Scherrer's two parameters; for 2 to 40 minutes.
    """
    if cs <= 0 or d_prime < 0 or distance_m <= d_prime:
        return None
    return (distance_m - d_prime) / cs


@determined
def tte_2p(cs: float, d_prime: float, v: float) -> float | None:
    """Time to exhaustion [s] at speed v [m/s]: D′/(v − CS). None at or below CS: no limit in this model.

    Monod & Scherrer; for 2 to 40 minutes.
    """
    if v <= cs or d_prime <= 0:
        return None
    return d_prime / (v - cs)


@determined
def tte_3p(cs: float, d_prime: float, v_max: float, v: float) -> float | None:
    """Time to exhaustion [s], Morton's three parameters: D′/(v − CS) − D′/(v_max − CS).

    0 at v_max; None at or below CS, above v_max, or where v_max ≤ CS.
    """
    if v <= cs or v_max <= cs or v > v_max or d_prime <= 0:
        return None
    return d_prime / (v - cs) - d_prime / (v_max - cs)


def critical_speed_figures(
    trials: Sequence[Sequence[float]], as_of: date | None = None
) -> tuple[Figure, Figure]:
    """CS and D′ of the runner's best efforts with the guards on: at least two efforts, the longest at least
    twice the shortest, D′ of 20 to 600 m."""
    reason, fit = _checked(trials)
    if fit is None:
        return missing("critical_speed", reason, as_of), missing("d_prime", reason, as_of)
    cs, d_prime = fit
    count = len(trials)
    return (
        figure("critical_speed", cs, reason, as_of, efforts=count),
        figure("d_prime", d_prime, reason, as_of, efforts=count),
    )


def _checked(trials: Sequence[Sequence[float]]) -> tuple[Reason, tuple[float, float] | None]:
    times = [trial[1] for trial in trials]
    if len(times) < 2:
        return Reason.TOO_FEW_EFFORTS, None
    if min(times) <= 0 or max(times) / min(times) < SMALLEST_TIME_RATIO:
        return Reason.EFFORTS_TOO_SIMILAR, None
    fit = critical_speed_2p(trials)
    if fit is None or not SMALLEST_D_PRIME_M <= fit[1] <= LARGEST_D_PRIME_M:
        return Reason.OUTSIDE_VALID_RANGE, None
    return Reason.TOO_FEW_EFFORTS, fit
