"""The samples of one activity, cleaned once and shared by every metric."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from runcoach.domain.activity import Channel, Sport
from runcoach.science import elevation, gradient
from runcoach.science.heart_rate import believable, interpolated
from runcoach.science.load import NP_WINDOW_S
from runcoach.science.resample import LONGEST_BRIDGED_S, Grid
from runcoach.science.streams import ActivityStreams, AthleteAnchors
from runcoach.science.time_in_zone import sample_seconds
from runcoach.science.track import cumulative_distance, speed
from runcoach.science.units import SLOWEST_PACED_SPEED_M_S

type Array = NDArray[np.float64]

FEWEST_ALTITUDES = 0.70


@dataclass(frozen=True)
class Prepared:
    """Clean samples: as recorded (`time_s`, `seconds`), and at 1 Hz of running timer (`*_1hz`)."""

    streams: ActivityStreams
    anchors: AthleteAnchors
    _seen: dict[Channel, Array | None] = field(default_factory=dict, repr=False, compare=False)
    _means: dict[tuple[Channel, float], float | None] = field(default_factory=dict, repr=False, compare=False)

    def get(self, channel: Channel) -> Array | None:
        """The channel as `ActivityStreams.get` judges it, looked through once."""
        if channel not in self._seen:
            self._seen[channel] = self.streams.get(channel)
        return self._seen[channel]

    @cached_property
    def time_s(self) -> Array:
        return self.streams.time_s

    @cached_property
    def seconds(self) -> Array:
        """Seconds each sample stands for, without pauses; at most ten."""
        whole = sample_seconds(self.time_s)
        for start_s, end_s in self.streams.pauses_s:
            following = self.time_s + whole
            whole = whole - np.clip(np.minimum(following, end_s) - np.maximum(self.time_s, start_s), 0, None)
        return np.asarray(whole)

    @cached_property
    def elapsed_s(self) -> float:
        return float(self.time_s[-1] - self.time_s[0]) if len(self.time_s) else 0.0

    @cached_property
    def timer_s(self) -> float:
        """Seconds of running timer: the device's own total, else the sum of the samples' seconds."""
        own = self.streams.timer_s
        return own if own is not None and own > 0 else float(self.seconds.sum())

    @cached_property
    def distance_m(self) -> Array | None:
        return cumulative_distance(self.streams)

    @cached_property
    def total_m(self) -> float | None:
        """Metres in all; None where nothing moved, or nobody measured it."""
        if self.distance_m is None or not len(self.distance_m):
            return None
        return float(self.distance_m[-1]) or None

    @cached_property
    def speed_m_s(self) -> Array | None:
        return None if self.distance_m is None else speed(self.streams, self.distance_m)

    @cached_property
    def moving_s(self) -> float | None:
        """Seconds at 0.5 m/s or more."""
        if self.speed_m_s is None:
            return None
        return float(self.seconds[self.speed_m_s >= SLOWEST_PACED_SPEED_M_S].sum())

    @cached_property
    def hr_bpm(self) -> Array | None:
        """Believable heart rate, gaps of up to 10 s filled."""
        raw = self.get(Channel.HEART_RATE_BPM)
        if raw is None:
            return None
        cadence = self.streams.channels.get(Channel.CADENCE_SPM)
        limit = self.anchors.threshold_speed_m_s
        good = believable(raw, self.time_s, cadence, self.speed_m_s, limit)
        return interpolated(good, self.time_s, LONGEST_BRIDGED_S)

    @cached_property
    def mean_hr_bpm(self) -> float | None:
        return weighted_mean(self.hr_bpm, self.seconds) if self.hr_bpm is not None else None

    @cached_property
    def hr_coverage(self) -> float:
        """Share of the timer with believable heart rate."""
        if self.hr_bpm is None or self.timer_s <= 0:
            return 0.0
        return min(1.0, float(self.seconds[~np.isnan(self.hr_bpm)].sum()) / self.timer_s)

    @cached_property
    def grid(self) -> Grid:
        return Grid.of(self.time_s)

    @cached_property
    def running(self) -> NDArray[np.bool_] | None:
        """Which seconds of the grid the timer ran and the speed is known; None = all of them."""
        if self.speed_m_s is None:
            return np.zeros(len(self.grid.time_s), dtype=np.bool_)
        keep = ~np.isnan(self.speed_grid)
        for start_s, end_s in self.streams.pauses_s:
            keep &= (self.grid.time_s < start_s) | (self.grid.time_s >= end_s)
        return None if keep.all() else keep

    @cached_property
    def speed_grid(self) -> Array:
        assert self.speed_m_s is not None
        return self.grid.resample(self.speed_m_s)

    @cached_property
    def speed_1hz(self) -> Array:
        return self.speed_grid if self.running is None else self.speed_grid[self.running]

    @cached_property
    def distance_1hz(self) -> Array:
        """Metres at each kept second, on the grid's straight lines between samples."""
        assert self.distance_m is not None
        if self.grid.is_native:
            return self._kept(self.distance_m)
        return self._kept(np.interp(self.grid.time_s, self.time_s, self.distance_m))

    @cached_property
    def hr_grid(self) -> Array | None:
        return None if self.hr_bpm is None else self.grid.resample(self.hr_bpm)

    @cached_property
    def hr_1hz(self) -> Array | None:
        return None if self.hr_grid is None else self._kept(self.hr_grid)

    @cached_property
    def altitude_grid(self) -> Array | None:
        raw = self.get(Channel.ALTITUDE_M)
        return None if raw is None else self.grid.resample(elevation.plausible(raw))

    @cached_property
    def altitude_1hz(self) -> Array | None:
        """Altitude at each kept second; None where the device knew under 70 % of them."""
        if self.altitude_grid is None:
            return None
        height = self._kept(self.altitude_grid)
        known = ~np.isnan(height)
        if not len(height) or known.mean() < FEWEST_ALTITUDES:
            return None
        if known.all():
            return height
        index = np.arange(len(height))
        return np.interp(index, index[known], height[known])

    @cached_property
    def gap_factors_1hz(self) -> Array | None:
        """Graded over actual speed at each kept second; None without speed or knowledge of the ground."""
        streams = self.streams
        if self.speed_m_s is None:
            return None
        if streams.sport is Sport.TREADMILL:
            grade = streams.treadmill_grade
            factor = gradient.gap_factor(grade) if grade is not None else None
            return None if factor is None else np.full(len(self.speed_1hz), factor)
        if streams.sport is Sport.TRACK:
            return np.ones(len(self.speed_1hz))
        if self.altitude_1hz is None or self.distance_m is None:
            return None
        return gradient.gap_factors(elevation.grades(self.altitude_1hz, self.distance_1hz))

    @cached_property
    def effort_speed_1hz(self) -> Array:
        """Graded speed where the ground is known, else speed."""
        return self.speed_1hz if self.gap_factors_1hz is None else self.speed_1hz * self.gap_factors_1hz

    @cached_property
    def normalized_speed(self) -> float | None:
        return gradient.normalized_speed(self.effort_speed_1hz) if self.speed_m_s is not None else None

    @cached_property
    def power_grid(self) -> Array | None:
        raw = self.get(Channel.POWER_W)
        return None if raw is None else self.grid.resample(raw)

    @cached_property
    def power_1hz(self) -> Array | None:
        """Power of the seconds that have one."""
        if self.power_grid is None:
            return None
        known = ~np.isnan(self.power_grid)
        return self.power_grid if known.all() else self.power_grid[known]

    @cached_property
    def normalized_power(self) -> float | None:
        return gradient.fourth_power_mean(self.power_1hz, NP_WINDOW_S) if self.power_1hz is not None else None

    def mean_of(self, channel: Channel, above: float = -np.inf) -> float | None:
        """Mean over time of the samples above a bound; None without one."""
        if (channel, above) not in self._means:
            values = self.get(channel)
            mean = None if values is None else weighted_mean(values, self.seconds, above)
            self._means[channel, above] = mean
        return self._means[channel, above]

    def _kept(self, grid_values: Array) -> Array:
        return grid_values if self.running is None else grid_values[self.running]


def weighted_mean(values: Array, seconds: Array, above: float = -np.inf) -> float | None:
    """Mean of the known values above a bound, each by its seconds; None without time.

    A plain sum, no dot product: that would wake the threads of the linear algebra library.
    """
    with np.errstate(invalid="ignore"):
        counted = values > above
    if not counted.all():
        values, seconds = values[counted], seconds[counted]
    weight = float(seconds.sum())
    return float((values * seconds).sum()) / weight if weight > 0 else None
