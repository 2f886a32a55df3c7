"""An even second: samples at any spacing, brought to 1 Hz with the gaps left open."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]

LONGEST_BRIDGED_S = 10.0
"""Gaps up to this long are smart recording, and are interpolated; longer ones are pauses or lost signal."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Whole seconds from the first sample to the last; a gap of over 10 s is one open second.

    So a pause of a night, or a broken clock, costs nothing, and no window reaches across it.
    `is_native`: the samples were whole seconds without a gap already, so that channels are taken as they are.
    """

    time_s: Array
    sample_time_s: Array
    is_native: bool

    @classmethod
    def of(cls, time_s: Array) -> "Grid":
        """The grid of strictly rising times; empty for no samples."""
        steps = np.diff(time_s)
        if len(time_s) == 0 or bool((steps == 1.0).all()):
            return cls(time_s, time_s, True)
        breaks = np.flatnonzero(steps > LONGEST_BRIDGED_S) + 1
        parts: list[Array] = []
        for part in np.split(time_s, breaks):
            seconds = part[0] + np.arange(int(part[-1] - part[0]) + 1, dtype=np.float64)
            parts += [seconds, part[-1:] + LONGEST_BRIDGED_S / 2]
        return cls(np.concatenate(parts[:-1]), time_s, False)

    def resample(self, values: Array, longest_s: float = LONGEST_BRIDGED_S) -> Array:
        """Values at each second, linear over gaps of up to `longest_s`; NaN elsewhere."""
        known = ~np.isnan(values)
        if self.is_native and known.all():
            return values
        times = self.sample_time_s[known]
        if len(times) == 0:
            return np.full(len(self.time_s), np.nan)
        out = np.interp(self.time_s, times, values[known], left=np.nan, right=np.nan)
        for index in np.flatnonzero(np.diff(times) > longest_s):
            first = np.searchsorted(self.time_s, times[index], side="right")
            last = np.searchsorted(self.time_s, times[index + 1], side="left")
            out[first:last] = np.nan
        return out
