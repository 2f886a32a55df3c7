"""Distance and speed of an activity, from whichever channels there are, without impossible leaps."""

import numpy as np
from numpy.typing import NDArray

from runcoach.domain.activity import Channel, Sport
from runcoach.science.heart_rate import long_runs
from runcoach.science.streams import ActivityStreams

type Array = NDArray[np.float64]

EARTH_M = 6_371_008.8
FASTEST_M_S, FASTEST_HELD_M_S, FASTEST_HELD_S = 12.0, 7.5, 30.0
"""Nobody runs faster than 12 m/s, nor (but for world records) 7.5 m/s for over 30 s: that is a car."""

FASTEST_OTHER_M_S = 35.0


def cumulative_distance(streams: ActivityStreams) -> Array | None:
    """Metres since the start at each sample, never falling: from distance, else speed, else position.

    Steps that no human makes count nothing. None where the activity has none of the three.
    """
    steps = _steps(streams)
    if steps is None:
        return None
    seconds = np.diff(streams.time_s)
    steps[steps > _limit(streams.sport) * seconds] = 0.0
    if streams.sport is not Sport.RIDE:
        fast = np.zeros(len(streams.time_s), dtype=np.bool_)
        fast[:-1] = steps > FASTEST_HELD_M_S * seconds
        if fast.any():
            steps[long_runs(fast, streams.time_s, FASTEST_HELD_S)[:-1]] = 0.0
    out = np.zeros(len(streams.time_s), dtype=np.float64)
    np.cumsum(steps, out=out[1:])
    return out


def speed(streams: ActivityStreams, distance_m: Array) -> Array:
    """Speed [m/s] at each sample: the device's, NaN where impossible; else the slope of the distance."""
    device = streams.get(Channel.SPEED_M_S)
    if device is not None:
        return np.where((device >= 0) & (device <= _limit(streams.sport)), device, np.nan)
    if len(distance_m) < 2:
        return np.zeros(len(distance_m))
    slope = np.diff(distance_m) / np.diff(streams.time_s)
    return np.concatenate((slope, slope[-1:]))


def _limit(sport: Sport) -> float:
    return FASTEST_OTHER_M_S if sport is Sport.RIDE else FASTEST_M_S


def _steps(streams: ActivityStreams) -> Array | None:
    distance = streams.get(Channel.DISTANCE_M)
    if distance is not None:
        known = ~np.isnan(distance)
        whole = distance if known.all() else np.interp(streams.time_s, streams.time_s[known], distance[known])
        return np.maximum(np.diff(whole), 0.0)
    device = streams.get(Channel.SPEED_M_S)
    if device is not None:
        seconds = np.minimum(np.diff(streams.time_s), 10.0)
        return np.asarray(np.nan_to_num(np.maximum(device[:-1], 0.0)) * seconds)
    return _great_circle_steps(streams)


def _great_circle_steps(streams: ActivityStreams) -> Array | None:
    latitude, longitude = streams.get(Channel.LATITUDE_DEG), streams.get(Channel.LONGITUDE_DEG)
    if latitude is None or longitude is None:
        return None
    known = ~(np.isnan(latitude) | np.isnan(longitude))
    if not known.any():
        return None
    times = streams.time_s
    phi = np.radians(np.interp(times, times[known], latitude[known]))
    theta = np.radians(np.interp(times, times[known], longitude[known]))
    half = (
        np.sin(np.diff(phi) / 2) ** 2 + np.cos(phi[1:]) * np.cos(phi[:-1]) * np.sin(np.diff(theta) / 2) ** 2
    )
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(half, 1.0))))
