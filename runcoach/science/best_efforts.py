"""Fastest stretches of an activity, and the mean-max curve."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runcoach.science.units import HALF_MARATHON_M, MARATHON_M, MILE_M

type Array = NDArray[np.float64]

DISTANCES_M = (
    400.0,
    800.0,
    1000.0,
    MILE_M,
    3000.0,
    5000.0,
    10_000.0,
    15_000.0,
    10 * MILE_M,
    20_000.0,
    HALF_MARATHON_M,
    30_000.0,
    MARATHON_M,
)

DURATIONS_S = (
    1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 360, 480, 600, 720, 900, 1200,
    1500, 1800, 2400, 2700, 3600, 4500, 5400, 7200, 9000, 10_800, 14_400, 18_000, 21_600,
)  # fmt: skip

_SHORT_OF_M = 1e-6
"""Window ends are sought this little inside the window, so that a pause at its edge is not part of it."""


@dataclass(frozen=True, slots=True)
class BestEffort:
    """The fastest time over a distance, and where it starts, both in seconds; elapsed, pauses included."""

    distance_m: float
    time_s: float
    start_s: float


@dataclass(frozen=True, slots=True)
class MeanMax:
    """Highest mean over at least each duration. Never rises with duration."""

    durations_s: tuple[int, ...]
    values: tuple[float, ...]


def best_efforts(
    time_s: Array, distance_m: Array, distances_m: Sequence[float] = DISTANCES_M
) -> tuple[BestEffort, ...]:
    """Fastest stretch of each distance that the activity covers, from rising times and cumulative metres.

    Windows begin or end at a sample, the other end is interpolated: for a track that is straight between its
    samples this is the exact minimum. Distances longer than the activity are left out.
    """
    if len(time_s) < 2:
        return ()
    total_m = float(distance_m[-1] - distance_m[0])
    found = (_best(time_s, distance_m, metres) for metres in distances_m if 0 < metres <= total_m)
    return tuple(effort for effort in found if effort is not None)


def fastest(efforts: Iterable[BestEffort]) -> dict[float, BestEffort]:
    """The fastest effort of each distance, whatever order they come in (ties: the earlier start)."""
    best: dict[float, BestEffort] = {}
    for effort in efforts:
        held = best.get(effort.distance_m)
        if held is None or (effort.time_s, effort.start_s) < (held.time_s, held.start_s):
            best[effort.distance_m] = effort
    return best


def mean_max(samples_1hz: Array, durations_s: Sequence[int] = DURATIONS_S) -> MeanMax:
    """Highest mean of 1 Hz samples over each duration that fits; windows with a missing sample do not count.

    A longer window may by chance hold a higher mean than a shorter one does; the curve then gives the shorter
    one the higher value, since the longer window proves it.
    """
    sums, gaps = _prefix_sums(samples_1hz)
    durations, values = [], []
    room = np.empty(len(samples_1hz), dtype=np.float64)
    for duration in durations_s:
        if duration > len(samples_1hz):
            break
        totals = np.subtract(sums[duration:], sums[:-duration], out=room[: len(sums) - duration])
        if gaps is not None:
            totals = totals[gaps[duration:] == gaps[:-duration]]
        if len(totals) == 0:
            break
        durations.append(duration)
        values.append(float(totals.max()) / duration)
    curve = np.maximum.accumulate(values[::-1])[::-1] if values else np.empty(0)
    return MeanMax(tuple(durations), tuple(curve.tolist()))


def merge_mean_max(curves: Iterable[MeanMax]) -> MeanMax:
    """The upper envelope of several activities' curves, in any order."""
    best: dict[int, float] = {}
    for curve in curves:
        for duration, value in zip(curve.durations_s, curve.values, strict=True):
            best[duration] = max(value, best.get(duration, value))
    durations = sorted(best)
    values = [best[duration] for duration in durations]
    rising = np.maximum.accumulate(values[::-1])[::-1] if values else np.empty(0)
    return MeanMax(tuple(durations), tuple(rising.tolist()))


def _best(time_s: Array, distance_m: Array, metres: float) -> BestEffort | None:
    reach = metres - _SHORT_OF_M
    last_start = int(np.searchsorted(distance_m, distance_m[-1] - reach, side="right"))
    first_end = int(np.searchsorted(distance_m, distance_m[0] + reach, side="left"))
    if last_start == 0 or first_end >= len(time_s):
        return None
    from_start = np.interp(distance_m[:last_start] + reach, distance_m, time_s) - time_s[:last_start]
    start = int(from_start.argmin())
    best = BestEffort(metres, float(from_start[start]), float(time_s[start]))
    starts = np.interp(distance_m[first_end:] - reach, distance_m, time_s)
    to_end = time_s[first_end:] - starts
    end = int(to_end.argmin())
    if to_end[end] < best.time_s:
        best = BestEffort(metres, float(to_end[end]), float(starts[end]))
    return best if best.time_s > 0 else None


def _prefix_sums(samples: Array) -> tuple[Array, NDArray[np.int64] | None]:
    missing = np.isnan(samples)
    sums = np.zeros(len(samples) + 1, dtype=np.float64)
    if not missing.any():
        np.cumsum(samples, out=sums[1:])
        return sums, None
    np.cumsum(np.where(missing, 0.0, samples), out=sums[1:])
    gaps = np.zeros(len(samples) + 1, dtype=np.int64)
    np.cumsum(missing, out=gaps[1:])
    return sums, gaps
