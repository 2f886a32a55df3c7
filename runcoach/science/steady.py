"""Efficiency, drift and effective VO2max of one run, with the conditions under which they mean something."""

import numpy as np
from numpy.typing import NDArray

from runcoach.domain.activity import Sport
from runcoach.domain.figures import Reason
from runcoach.science import form, vo2max
from runcoach.science.heart_rate import FEWEST_COVERED
from runcoach.science.load_chain import has_own_distance
from runcoach.science.prepare import Prepared

type Array = NDArray[np.float64]

BLOCK_S = 60
SHORTEST_BODY_S = 1200
AFTER_PAUSE_S = 30
STOPPED_SHARE, MOST_STOPPED = 0.70, 0.10
"""A minute under 70 % of the usual speed held a red light; a run may have a tenth of such minutes."""

LONG_PAUSE_S, LONG_PAUSE_SHARE = 120.0, 0.10
"""Metres of distance per metre up and down for effective VO2max (Runalyze's default)."""


def efficiency_factor(data: Prepared) -> float | Reason:
    """Normalized graded speed [m/min] over mean heart rate, of a steady run of 20 minutes or more.

    Steadiness is judged after the first 10 minutes. Heart rate within 30 s after a pause does not count.
    """
    reason = _unsuited(data, form.SHORTEST_EF_S)
    if reason is not None:
        return reason
    if not _is_steady(data.effort_speed_1hz[int(form.WARM_UP_S) :]):
        return Reason.NOT_STEADY
    hr = _settled_hr(data)
    known = ~np.isnan(hr)
    if not known.any() or data.normalized_speed is None:
        return Reason.HEART_RATE_COVERAGE
    value = form.efficiency_factor(data.normalized_speed * 60, float(hr[known].mean()))
    return Reason.HEART_RATE_COVERAGE if value is None else value


def decoupling(data: Prepared) -> float | Reason:
    """Drift [%] from the first to the second half by time, after a warm-up of 10 minutes and without the last
    part of a kilometre; of a steady run of 40 minutes or more."""
    reason = _unsuited(data, form.SHORTEST_DECOUPLING_S)
    if reason is not None:
        return reason
    hr = _settled_hr(data)
    last = int(np.searchsorted(data.distance_1hz, data.distance_1hz[-1] // 1000 * 1000, side="right"))
    body = slice(int(form.WARM_UP_S), last)
    speed, hr = data.effort_speed_1hz[body], hr[body]
    if len(speed) < SHORTEST_BODY_S:
        return Reason.TOO_SHORT
    if not _is_steady(speed):
        return Reason.NOT_STEADY
    middle = len(speed) // 2
    halves = [_pair(speed[:middle], hr[:middle]), _pair(speed[middle:], hr[middle:])]
    if halves[0] is None or halves[1] is None:
        return Reason.HEART_RATE_COVERAGE
    value = form.decoupling_pct(*halves[0], *halves[1])
    return Reason.HEART_RATE_COVERAGE if value is None else value


def effective_vo2max(data: Prepared, climbed_m: tuple[float, float] | None) -> float | Reason:
    """Effective VO2max [ml/kg/min] of a run, or why this run says nothing about it."""
    streams, hr_max = data.streams, data.anchors.hr_max_bpm
    reason = _unsuited(data, vo2max.SHORTEST_S)
    if streams.sport is Sport.TREADMILL:
        return Reason.TREADMILL
    if reason is not None:
        return reason
    if hr_max is None:
        return Reason.NO_HR_MAX
    hr_avg = data.mean_hr_bpm
    if hr_avg is None or hr_avg < vo2max.LOWEST_HR_SHARE * hr_max:
        return Reason.HEART_RATE_TOO_LOW
    reason = _circumstances(data)
    if reason is not None:
        return reason
    up_m, down_m = climbed_m if climbed_m is not None else (0.0, 0.0)
    value = vo2max.effective_vo2max(
        data.total_m or 0.0,
        data.timer_s,
        hr_avg,
        hr_max,
        up_m,
        down_m,
        factor=data.anchors.vo2max_factor,
    )
    return Reason.TOO_SLOW if value is None else value


def _unsuited(data: Prepared, shortest_s: float) -> Reason | None:
    if not data.streams.sport.is_run:
        return Reason.NOT_A_RUN
    if data.hr_bpm is None:
        return Reason.NO_HEART_RATE
    if data.distance_m is None:
        return Reason.NO_SPEED
    if not has_own_distance(data):
        return Reason.DISTANCE_NOT_CALIBRATED
    if data.timer_s < shortest_s or len(data.speed_1hz) < shortest_s:
        return Reason.TOO_SHORT
    return Reason.HEART_RATE_COVERAGE if data.hr_coverage < FEWEST_COVERED else None


def _circumstances(data: Prepared) -> Reason | None:
    streams, paused_s = data.streams, data.elapsed_s - data.timer_s
    if streams.is_new_hr_sensor:
        return Reason.NEW_SENSOR
    if paused_s > max(LONG_PAUSE_S, LONG_PAUSE_SHARE * data.timer_s):
        return Reason.LONG_PAUSES
    if streams.swbgt_c is not None and streams.swbgt_c > vo2max.HOTTEST_SWBGT_C:
        return Reason.TOO_HOT
    height = data.altitude_1hz
    if height is not None and float(height.mean()) > vo2max.HIGHEST_M:
        return Reason.TOO_HIGH
    return None


def _settled_hr(data: Prepared) -> Array:
    """Heart rate of the kept seconds, NaN for 30 s after each pause."""
    assert data.hr_1hz is not None
    if data.running is None:
        return data.hr_1hz
    kept = np.flatnonzero(data.running)
    resumed = np.flatnonzero(np.diff(kept) > 1) + 1
    hr = data.hr_1hz.copy()
    for index in resumed:
        hr[index : index + AFTER_PAUSE_S] = np.nan
    return hr


def _is_steady(speed: Array) -> bool:
    """Means of a minute vary by less than 8 %; up to a tenth of the minutes may be slowed by a stop."""
    count = len(speed) // BLOCK_S
    if count < 2:
        return False
    means = speed[: count * BLOCK_S].reshape(count, BLOCK_S).mean(axis=1)
    ordered = np.sort(means)
    median = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    flowing = means[means > STOPPED_SHARE * median]
    if len(flowing) < (1 - MOST_STOPPED) * count:
        return False
    return bool(flowing.std() < form.STEADY_CV * flowing.mean())


def _pair(speed: Array, hr: Array) -> tuple[float, float] | None:
    known = ~np.isnan(hr)
    if known.mean() < FEWEST_COVERED:
        return None
    return float(speed[known].mean()), float(hr[known].mean())
