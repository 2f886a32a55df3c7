"""Time in zone: every sample counts the seconds until the next, at most ten."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]

LONGEST_SAMPLE_S = 10.0


def sample_seconds(time_s: Array, cap_s: float = LONGEST_SAMPLE_S) -> Array:
    """Seconds that each sample stands for: until the next one, at most `cap_s`; the last counts 0.

    The cap keeps a pause or a lost signal from counting as effort.
    """
    seconds = np.zeros(len(time_s), dtype=np.float64)
    if len(time_s) > 1:
        np.minimum(np.diff(time_s), cap_s, out=seconds[:-1])
    return seconds


def time_in_zones(values: Array, seconds: Array, lower_bounds: Sequence[float]) -> tuple[float, ...]:
    """Seconds in each zone, lower bound inclusive; below the first bound and NaN count nowhere.

    The values keep the watch's resolution, so a bound of 136.0 holds 136 bpm; 1e-9 guards the comparison
    against rounding in bounds that are shares of an anchor.
    """
    slot = np.searchsorted(np.asarray(lower_bounds) - 1e-9, values, side="right")
    missing = np.isnan(values)
    counted = np.where(missing, 0.0, seconds) if missing.any() else seconds
    sums = np.bincount(slot, weights=counted, minlength=len(lower_bounds) + 1)
    return tuple(sums[1:].tolist())
