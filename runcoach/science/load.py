"""Session load on one scale: 100 is an hour at threshold.

Power, pace, heart rate and perceived exertion give the same unit, in that order of trust; the source is named
beside every value, and raw TRIMP never mixes with it.
"""

from collections.abc import Sequence
from enum import StrEnum
from math import isfinite, sqrt

import numpy as np

from runcoach.science.gradient import fourth_power_mean
from runcoach.science.known import determined
from runcoach.science.trimp import trimp_banister

NP_WINDOW_S = 30
DEFAULT_LTHR_SHARE = 0.85
"""Threshold heart rate as a share of the reserve where none is known (Elevate's default)."""

IF_BY_RPE = (0.0, 0.55, 0.55, 0.65, 0.72, 0.80, 0.86, 0.92, 0.98, 1.03, 1.08)
"""Intensity by RPE 0 to 10: our own table, in line with 30/60/90 load per easy/moderate/hard hour."""


class LoadSource(StrEnum):
    """What a load was computed from, most trusted first."""

    POWER = "power"
    PACE = "pace"
    HEART_RATE = "heart_rate"
    SESSION_RPE = "session_rpe"


@determined
def normalized_power(samples: Sequence[float]) -> float | None:
    """Normalized power [W] of 1 Hz samples: 30 s trailing means, 29 dropped, (mean of 4th powers)^¼.

    Zeros count. None with fewer than 30 samples, or with a missing one. Coggan, TrainingPeaks.
    """
    power_w = np.asarray(samples, dtype=np.float64)
    value = fourth_power_mean(power_w, NP_WINDOW_S)
    return value if value is not None and isfinite(value) else None


@determined
def intensity_factor(effort: float, threshold: float) -> float | None:
    """Effort over threshold, both in W or both in m/s. None where the threshold is not positive."""
    return effort / threshold if threshold > 0 and effort >= 0 else None


@determined
def tss(duration_s: float, np_w: float, ftp_w: float) -> float | None:
    """Load from power: 100 · hours · (NP/FTP)². None where FTP is not positive, or time or power negative.

    Duration in s, powers in W, result in load. Coggan, TrainingPeaks.
    """
    return _load(duration_s, intensity_factor(np_w, ftp_w))


@determined
def rtss(duration_s: float, ngs: float, threshold_speed: float) -> float | None:
    """Load from pace: 100 · hours · (NGS/threshold speed)², both as speeds in the same unit.

    Threshold is the speed of an hour's race. None as for `tss`. TrainingPeaks, with speeds instead of paces.
    """
    return _load(duration_s, intensity_factor(ngs, threshold_speed))


@determined
def hrss(trimp: float, hr_rest: float, hr_max: float, lthr: float, sex: str = "unknown") -> float | None:
    """Load from heart rate: 100 · TRIMP / TRIMP of an hour at threshold heart rate.

    None where TRIMP is negative or LTHR does not lie between rest and max. Rates in bpm, result in load.
    GoldenCheetah's TRIMP(100), Elevate's HRSS.
    """
    if trimp < 0 or not hr_rest < lthr <= hr_max:
        return None
    hour = trimp_banister(60, lthr, hr_rest, hr_max, sex)
    return 100 * trimp / hour if hour else None


def default_lthr(hr_rest: float, hr_max: float) -> float:
    """Threshold heart rate where none is known: rest + 0.85 of the reserve."""
    return hr_rest + DEFAULT_LTHR_SHARE * (hr_max - hr_rest)


@determined
def srpe_load(rpe: float, duration_min: float) -> float | None:
    """Foster's session load: RPE (CR-10, 0 to 10) · minutes. None outside (Borg 6–20 is another scale).

    Duration in minutes. Foster 2001.
    """
    if not 0 <= rpe <= 10 or duration_min < 0:
        return None
    return rpe * duration_min


@determined
def rpe_intensity(rpe: float) -> float | None:
    """Intensity factor of an RPE, linear between whole ones. None outside 0 to 10."""
    if not 0 <= rpe <= 10:
        return None
    return float(np.interp(rpe, np.arange(len(IF_BY_RPE)), IF_BY_RPE))


@determined
def rpe_load(rpe: float, duration_s: float) -> float | None:
    """Load from session RPE on the common scale: 100 · hours · IF(RPE)²."""
    return _load(duration_s, rpe_intensity(rpe))


@determined
def intensity_of_load(load: float, duration_s: float) -> float | None:
    """The steady intensity that gives this load: √(load / (100 · hours)). None for durations ≤ 0."""
    return sqrt(load / (duration_s / 36)) if duration_s > 0 and load >= 0 else None


def _load(duration_s: float, intensity: float | None) -> float | None:
    if intensity is None or duration_s < 0:
        return None
    return duration_s / 36 * intensity * intensity
