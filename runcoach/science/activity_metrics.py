"""All figures of one activity in one call."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from runcoach.domain.activity import Channel, Sport
from runcoach.domain.figures import Figure, Reason, Scalar
from runcoach.science import elevation, steady
from runcoach.science.activity_zones import (
    ZoneTimes,
    all_zone_times,
    heart_zones,
    hr_zone_figure,
    zonal_trimps,
)
from runcoach.science.best_efforts import BestEffort, MeanMax, best_efforts, mean_max
from runcoach.science.definitions import figure
from runcoach.science.dynamics import dynamics
from runcoach.science.load import LoadSource
from runcoach.science.load_chain import SessionLoad, has_own_distance, session_load, session_trimp
from runcoach.science.prepare import Prepared
from runcoach.science.rolling import smooth
from runcoach.science.streams import ActivityStreams, AthleteAnchors, is_on_feet
from runcoach.science.units import mps_to_pace

__all__ = ["ActivityMetrics", "ActivityStreams", "AthleteAnchors", "ZoneTimes", "compute"]

NO_CURVE = MeanMax((), ())


@dataclass(frozen=True, slots=True)
class ActivityMetrics:
    """What one activity says. Each figure has a value or a reason."""

    distance: Figure
    elapsed_time: Figure
    timer_time: Figure
    moving_time: Figure
    average_pace: Figure
    average_heart_rate: Figure
    max_heart_rate: Figure
    average_cadence: Figure
    average_power: Figure
    average_temperature: Figure
    elevation_gain: Figure
    elevation_loss: Figure
    trimp: Figure
    trimp_edwards: Figure
    trimp_lucia: Figure
    load: Figure
    intensity_factor: Figure
    normalized_power: Figure
    normalized_graded_pace: Figure
    grade_adjusted_pace: Figure
    efficiency_factor: Figure
    decoupling: Figure
    effective_vo2max: Figure
    step_length: Figure
    vertical_ratio: Figure
    vertical_oscillation: Figure
    ground_contact: Figure
    running_effectiveness: Figure
    time_in_hr_zones: Figure
    load_source: LoadSource | None
    zone_times: tuple[ZoneTimes, ...]
    best_efforts: tuple[BestEffort, ...]
    mean_max_speed_m_s: MeanMax
    mean_max_power_w: MeanMax
    mean_max_hr_bpm: MeanMax

    def figures(self) -> Iterator[Figure]:
        """Every figure, by definition key unique."""
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, Figure):
                yield value


def compute(
    streams: ActivityStreams, anchors: AthleteAnchors, *, with_curves: bool = True
) -> ActivityMetrics:
    """All figures of one activity. Empty streams give reasons throughout.

    Mean-max curves are a sixth of the work: whoever does not keep them leaves them out.
    """
    data = Prepared(streams, anchors)
    load, climbed_m = session_load(data), _climbed(data)
    heart = heart_zones(data)
    curves = _curves(data) if with_curves else (NO_CURVE, NO_CURVE, NO_CURVE)
    return ActivityMetrics(
        **_totals(data, climbed_m),
        **_loads(data, load),
        **zonal_trimps(data, heart),
        **_speeds(data),
        **_steadiness(data, climbed_m),
        **dynamics(data),
        time_in_hr_zones=hr_zone_figure(data, heart.chosen),
        load_source=load.source if load is not None else None,
        zone_times=all_zone_times(data, heart),
        best_efforts=_bests(data),
        mean_max_speed_m_s=curves[0],
        mean_max_power_w=curves[1],
        mean_max_hr_bpm=curves[2],
    )


def _totals(data: Prepared, climbed_m: tuple[float, float] | None) -> dict[str, Figure]:
    as_of = data.streams.as_of
    speed = data.total_m / data.timer_s if data.total_m is not None and data.timer_s > 0 else None
    pace = mps_to_pace(speed) if speed is not None else None
    hr = data.hr_bpm
    known_hr = hr[~np.isnan(hr)] if hr is not None else np.empty(0)
    has_time = len(data.time_s) > 0
    return {
        "distance": figure("distance", data.total_m, Reason.NO_DISTANCE, as_of),
        "elapsed_time": figure(
            "elapsed_time", data.elapsed_s if has_time else None, Reason.NO_SAMPLES, as_of
        ),
        "timer_time": figure("timer_time", data.timer_s if has_time else None, Reason.NO_SAMPLES, as_of),
        "moving_time": figure("moving_time", data.moving_s, Reason.NO_SPEED, as_of),
        "average_pace": _pace_figure("average_pace", data, pace, as_of),
        "average_heart_rate": figure(
            "average_heart_rate",
            data.mean_hr_bpm,
            Reason.NO_HEART_RATE,
            as_of,
            coverage=data.hr_coverage,
        ),
        "max_heart_rate": figure(
            "max_heart_rate", float(known_hr.max()) if len(known_hr) else None, Reason.NO_HEART_RATE, as_of
        ),
        "average_cadence": figure(
            "average_cadence", data.mean_of(Channel.CADENCE_SPM, above=0.0), Reason.NO_CADENCE, as_of
        ),
        "average_power": figure("average_power", data.mean_of(Channel.POWER_W), Reason.NO_POWER, as_of),
        "average_temperature": figure(
            "average_temperature", data.mean_of(Channel.TEMPERATURE_C), Reason.NO_TEMPERATURE, as_of
        ),
        "elevation_gain": figure("elevation_gain", climbed_m and climbed_m[0], _ground_reason(data), as_of),
        "elevation_loss": figure("elevation_loss", climbed_m and climbed_m[1], _ground_reason(data), as_of),
    }


def _pace_figure(key: str, data: Prepared, pace: float | None, as_of: date | None) -> Figure:
    if data.distance_m is None:
        return figure(key, None, Reason.NO_DISTANCE, as_of)
    if not is_on_feet(data.streams.sport):
        return figure(key, None, Reason.NOT_FOR_THIS_TYPE, as_of)
    return figure(key, pace, Reason.TOO_SLOW, as_of)


def _loads(data: Prepared, load: SessionLoad | None) -> dict[str, Figure]:
    as_of, anchors = data.streams.as_of, data.anchors
    trimp = session_trimp(data)
    about: dict[str, Scalar | None] = {"timer_s": data.timer_s, "estimated": _estimated(anchors)}
    if load is not None:
        about |= {
            "source": load.source.value,
            "effort": load.effort,
            "threshold": load.threshold,
            "graded": data.gap_factors_1hz is not None if load.source is LoadSource.PACE else None,
        }
    heart: dict[str, Scalar | None] = {
        "hr_max_bpm": anchors.hr_max_bpm,
        "hr_rest_bpm": anchors.hr_rest_bpm,
        "sex": anchors.sex,
        "coverage": data.hr_coverage,
        "estimated": _estimated(anchors),
    }
    value, reason = (None, trimp) if isinstance(trimp, Reason) else (trimp, Reason.NO_HEART_RATE)
    return {
        "trimp": figure("trimp", value, reason, as_of, **heart),
        "load": figure("load", load.value if load else None, Reason.NO_LOAD_SOURCE, as_of, **about),
        "intensity_factor": figure(
            "intensity_factor", load.intensity if load else None, Reason.NO_LOAD_SOURCE, as_of, **about
        ),
        "normalized_power": figure(
            "normalized_power",
            data.normalized_power,
            Reason.NO_POWER if data.power_1hz is None else Reason.TOO_SHORT,
            as_of,
            estimated=data.streams.is_power_estimated,
        ),
    }


def _speeds(data: Prepared) -> dict[str, Figure]:
    """Normalized graded pace and grade-adjusted pace: only where the ground is known."""
    as_of, factors = data.streams.as_of, data.gap_factors_1hz
    reason = _speed_reason(data)
    normalized = adjusted = None
    if reason is None and factors is not None and len(factors):
        normalized = mps_to_pace(data.normalized_speed or 0.0)
        adjusted = mps_to_pace(float(data.effort_speed_1hz.mean()))
        reason = Reason.TOO_SHORT if data.normalized_speed is None else Reason.TOO_SLOW
    about: dict[str, Scalar | None] = {"model": "strava", "timer_s": data.timer_s}
    return {
        "normalized_graded_pace": figure(
            "normalized_graded_pace", normalized, reason or Reason.NO_ALTITUDE, as_of, **about
        ),
        "grade_adjusted_pace": figure(
            "grade_adjusted_pace", adjusted, reason or Reason.NO_ALTITUDE, as_of, **about
        ),
    }


def _steadiness(data: Prepared, climbed_m: tuple[float, float] | None) -> dict[str, Figure]:
    anchors = data.anchors
    temperature = data.mean_of(Channel.TEMPERATURE_C)
    return {
        "efficiency_factor": _judged("efficiency_factor", steady.efficiency_factor(data), data),
        "decoupling": _judged("decoupling", steady.decoupling(data), data, temperature_c=temperature),
        "effective_vo2max": _judged(
            "effective_vo2max",
            steady.effective_vo2max(data, climbed_m),
            data,
            hr_max_bpm=anchors.hr_max_bpm,
            factor=anchors.vo2max_factor,
            estimated=_estimated(anchors),
        ),
    }


def _judged(key: str, found: float | Reason, data: Prepared, **inputs: Scalar | None) -> Figure:
    value, reason = (None, found) if isinstance(found, Reason) else (found, Reason.NO_SAMPLES)
    return figure(key, value, reason, data.streams.as_of, **inputs)


def _climbed(data: Prepared) -> tuple[float, float] | None:
    if data.streams.sport in {Sport.TREADMILL, Sport.TRACK}:
        return None
    height = data.altitude_grid
    if height is None:
        return None
    known = height[~np.isnan(height)]
    return elevation.climb_m(smooth(known, elevation.SMOOTHING_S)) if len(known) > 1 else None


def _bests(data: Prepared) -> tuple[BestEffort, ...]:
    if data.distance_m is None or not _runs_on_own_distance(data):
        return ()
    return best_efforts(data.time_s, data.distance_m)


def _curves(data: Prepared) -> tuple[MeanMax, MeanMax, MeanMax]:
    """Of speed, power and heart rate."""
    knows_speed = data.speed_m_s is not None and _runs_on_own_distance(data)
    return (
        _curve(data.speed_grid if knows_speed else None),
        _curve(data.power_grid if not data.streams.is_power_estimated else None),
        _curve(data.hr_grid),
    )


def _curve(grid: NDArray[np.float64] | None) -> MeanMax:
    return mean_max(grid) if grid is not None else NO_CURVE


def _runs_on_own_distance(data: Prepared) -> bool:
    return data.streams.sport.is_run and has_own_distance(data)


def _speed_reason(data: Prepared) -> Reason | None:
    if not is_on_feet(data.streams.sport):
        return Reason.NOT_FOR_THIS_TYPE
    if data.distance_m is None:
        return Reason.NO_SPEED
    return None if has_own_distance(data) else Reason.DISTANCE_NOT_CALIBRATED


def _ground_reason(data: Prepared) -> Reason:
    if data.streams.sport in {Sport.TREADMILL, Sport.TRACK}:
        return Reason.NOT_FOR_THIS_TYPE
    return Reason.NO_ALTITUDE


def _estimated(anchors: AthleteAnchors) -> str | None:
    return ",".join(sorted(anchors.estimated)) or None
