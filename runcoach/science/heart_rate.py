"""Which heart-rate samples can be believed."""

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]

LOWEST_BPM, HIGHEST_BPM = 30.0, 240.0
LONGEST_FLAT_S = 60.0
LOCK_BPM, SHORTEST_LOCK_S = 3.0, 120.0
EASY_SPEED_SHARE = 0.85
FEWEST_COVERED = 0.70


def believable(
    hr_bpm: Array,
    time_s: Array,
    cadence_spm: Array | None = None,
    speed_m_s: Array | None = None,
    threshold_speed_m_s: float | None = None,
) -> Array:
    """Heart rate with NaN where the sensor was wrong.

    Out are values outside 30–240 bpm, the same value for over 60 s (a frozen sensor), and more than 2 minutes
    within 3 bpm of the step rate at under 85 % of threshold speed (an optical sensor that follows the steps).
    """
    wrong = ~((hr_bpm >= LOWEST_BPM) & (hr_bpm <= HIGHEST_BPM))
    wrong |= long_runs(_same_as_next(hr_bpm), time_s, LONGEST_FLAT_S)
    if cadence_spm is not None and speed_m_s is not None and threshold_speed_m_s is not None:
        locked = np.abs(hr_bpm - cadence_spm) <= LOCK_BPM
        locked &= speed_m_s < EASY_SPEED_SHARE * threshold_speed_m_s
        wrong |= long_runs(locked, time_s, SHORTEST_LOCK_S)
    return np.where(wrong, np.nan, hr_bpm) if wrong.any() else hr_bpm


def long_runs(mask: NDArray[np.bool_], time_s: Array, longest_s: float) -> NDArray[np.bool_]:
    """Where `mask` holds without a break for longer than `longest_s`, last sample of the run included."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).view(np.int8)))
    starts, ends = edges[::2], np.minimum(edges[1::2], len(mask) - 1)
    out = np.zeros(len(mask), dtype=np.bool_)
    for index in np.flatnonzero(time_s[ends] - time_s[starts] > longest_s) if len(starts) else ():
        out[starts[index] : ends[index] + 1] = True
    return out


def interpolated(values: Array, time_s: Array, longest_s: float) -> Array:
    """Values with gaps of up to `longest_s` filled linearly; longer ones stay NaN."""
    known = ~np.isnan(values)
    if known.all() or not known.any():
        return values
    times = time_s[known]
    slot = np.searchsorted(times, time_s)
    inside = (slot > 0) & (slot < len(times)) & ~known
    gap = times[np.minimum(slot, len(times) - 1)] - times[np.maximum(slot - 1, 0)]
    filled = np.interp(time_s, times, values[known])
    return np.where(inside & (gap <= longest_s), filled, values)


def _same_as_next(values: Array) -> NDArray[np.bool_]:
    same = np.zeros(len(values), dtype=np.bool_)
    same[:-1] = values[1:] == values[:-1]
    return same
