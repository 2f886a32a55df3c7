"""Hills under the runner: climb, and the grade at every second."""

import numpy as np
from numpy.typing import NDArray

from runcoach.science.rolling import smooth

type Array = NDArray[np.float64]

SMOOTHING_S = 15
GRADE_REACH_M = 15.0
SHORTEST_GRADE_M = 20.0
STEEPEST_GPS, IMPOSSIBLE = 0.30, 0.45
HYSTERESIS_M = 2.0
LOWEST_M, HIGHEST_M = -500.0, 9000.0


def plausible(altitude_m: Array) -> Array:
    """Altitude with NaN where nobody can run: below −500 m or above 9000 m."""
    return np.where((altitude_m >= LOWEST_M) & (altitude_m <= HIGHEST_M), altitude_m, np.nan)


def climb_m(altitude_m: Array, threshold_m: float = HYSTERESIS_M) -> tuple[float, float]:
    """(gain, loss) in metres, both positive. A rise or fall counts once it exceeds the threshold.

    Missing samples are left out; fewer than two give 0, 0.
    """
    known = altitude_m[~np.isnan(altitude_m)]
    if len(known) < 2:
        return 0.0, 0.0
    gain = loss = 0.0
    anchor, *turns = _turning_points(known).tolist()
    for height in turns:
        step = height - anchor
        if step >= threshold_m:
            gain, anchor = gain + step, height
        elif step <= -threshold_m:
            loss, anchor = loss - step, height
    return gain, loss


def grades(altitude_1hz_m: Array, distance_1hz_m: Array) -> Array:
    """Grade at each second, over 15 m behind and ahead; altitude smoothed over 15 s.

    Under 20 m of way the rise counts over 20 m, so that standing still is flat. Over 45 % is a fault of the
    altitude (bridge, tunnel) and counts as flat; the rest is clamped to ±30 %.
    """
    height = smooth(altitude_1hz_m, SMOOTHING_S)
    ahead = _last_within(distance_1hz_m, distance_1hz_m + GRADE_REACH_M)
    backwards = -distance_1hz_m[::-1]
    behind = len(height) - 1 - _last_within(backwards, backwards + GRADE_REACH_M)[::-1]
    run_m = np.maximum(distance_1hz_m[ahead] - distance_1hz_m[behind], SHORTEST_GRADE_M)
    grade = (height[ahead] - height[behind]) / run_m
    grade[np.abs(grade) > IMPOSSIBLE] = 0.0
    return np.clip(grade, -STEEPEST_GPS, STEEPEST_GPS)


def _last_within(rising: Array, limits: Array) -> NDArray[np.int64]:
    """Where the last value lies that is at most the limit; limits rise too, none is below the first value.

    What `searchsorted(rising, limits, side="right") - 1` finds. But `interp` goes on from the place that it
    found before rather than searching each, which is three times as fast.
    """
    place = np.interp(limits, rising, np.arange(len(rising))).astype(np.int64)
    # Just before a value its own place may come out, by rounding.
    return np.asarray(place - (rising[place] > limits))


def _turning_points(heights: Array) -> Array:
    steps = np.diff(heights)
    moving = np.flatnonzero(steps)
    if len(moving) == 0:
        return heights[:1]
    signs = np.sign(steps[moving])
    turns = moving[1:][signs[1:] != signs[:-1]]
    return np.concatenate((heights[:1], heights[turns], heights[-1:]))
