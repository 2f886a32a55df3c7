"""Which of its sources a session's load comes from, by the rules of its type."""

from dataclasses import dataclass

import numpy as np

from runcoach.domain.activity import Sport
from runcoach.domain.figures import Reason
from runcoach.science import load
from runcoach.science.heart_rate import FEWEST_COVERED
from runcoach.science.load import LoadSource
from runcoach.science.prepare import Prepared
from runcoach.science.trimp import trimp_samples

POWER, PACE, HEART_RATE, RPE = (
    LoadSource.POWER,
    LoadSource.PACE,
    LoadSource.HEART_RATE,
    LoadSource.SESSION_RPE,
)
ORDER: dict[Sport, tuple[LoadSource, ...]] = {
    Sport.RUN: (POWER, PACE, HEART_RATE, RPE),
    Sport.TRACK: (POWER, PACE, HEART_RATE, RPE),
    Sport.TREADMILL: (POWER, PACE, HEART_RATE, RPE),
    Sport.TRAIL: (POWER, HEART_RATE, PACE, RPE),
}
"""On trails pace says less than the heart does. Whatever is no run counts by heart rate, else by RPE: its
speed and power have thresholds of their own."""

OTHER_ORDER = (HEART_RATE, RPE)


@dataclass(frozen=True, slots=True)
class SessionLoad:
    """A load with its source; `effort` and `threshold` share the source's unit."""

    source: LoadSource
    value: float
    intensity: float
    effort: float
    threshold: float | None


def session_load(data: Prepared) -> SessionLoad | None:
    """The load by the most trusted source that the session has, None without any."""
    for source in ORDER.get(data.streams.sport, OTHER_ORDER):
        found = _BY_SOURCE[source](data)
        if found is not None:
            return found
    return None


def has_own_distance(data: Prepared) -> bool:
    """Distance and speed were measured, not guessed by a watch on a treadmill."""
    streams = data.streams
    return data.distance_m is not None and (
        streams.sport is not Sport.TREADMILL or streams.is_distance_calibrated
    )


def session_trimp(data: Prepared) -> float | Reason:
    """Banister's TRIMP, scaled up for up to 30 % of missing heart rate; else the reason."""
    anchors = data.anchors
    if data.hr_bpm is None:
        return Reason.NO_HEART_RATE
    if anchors.hr_max_bpm is None:
        return Reason.NO_HR_MAX
    if anchors.hr_rest_bpm is None:
        return Reason.NO_HR_REST
    if data.hr_coverage < FEWEST_COVERED:
        return Reason.HEART_RATE_COVERAGE
    known = ~np.isnan(data.hr_bpm)
    total = trimp_samples(
        data.hr_bpm[known], data.seconds[known], anchors.hr_rest_bpm, anchors.hr_max_bpm, anchors.sex
    )
    return total / data.hr_coverage if total is not None else Reason.HEART_RATE_IMPLAUSIBLE


def _by_power(data: Prepared) -> SessionLoad | None:
    threshold, power = data.anchors.critical_power_w, data.power_1hz
    if threshold is None or threshold <= 0 or power is None or data.streams.is_power_estimated:
        return None
    if len(power) < FEWEST_COVERED * data.timer_s:
        return None
    return _of(POWER, data.timer_s, data.normalized_power, threshold)


def _by_pace(data: Prepared) -> SessionLoad | None:
    threshold = data.anchors.threshold_speed_m_s
    if threshold is None or threshold <= 0 or not has_own_distance(data) or not data.total_m:
        return None
    if len(data.speed_1hz) < FEWEST_COVERED * data.timer_s:
        return None
    return _of(PACE, data.timer_s, data.normalized_speed, threshold)


def _by_heart_rate(data: Prepared) -> SessionLoad | None:
    total, anchors = session_trimp(data), data.anchors
    if isinstance(total, Reason) or anchors.hr_rest_bpm is None or anchors.hr_max_bpm is None:
        return None
    lthr = anchors.lthr_bpm or load.default_lthr(anchors.hr_rest_bpm, anchors.hr_max_bpm)
    value = load.hrss(total, anchors.hr_rest_bpm, anchors.hr_max_bpm, lthr, anchors.sex)
    intensity = load.intensity_of_load(value, data.timer_s) if value is not None else None
    if value is None or intensity is None:
        return None
    return SessionLoad(HEART_RATE, value, intensity, total, lthr)


def _by_rpe(data: Prepared) -> SessionLoad | None:
    rpe = data.streams.session_rpe
    if rpe is None:
        return None
    value, intensity = load.rpe_load(rpe, data.timer_s), load.rpe_intensity(rpe)
    if value is None or intensity is None:
        return None
    return SessionLoad(RPE, value, intensity, rpe, None)


def _of(source: LoadSource, duration_s: float, effort: float | None, threshold: float) -> SessionLoad | None:
    if effort is None:
        return None
    intensity = effort / threshold
    return SessionLoad(source, duration_s / 36 * intensity * intensity, intensity, effort, threshold)


_BY_SOURCE = {POWER: _by_power, PACE: _by_pace, HEART_RATE: _by_heart_rate, RPE: _by_rpe}
