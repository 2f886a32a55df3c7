"""The figures of an activity, as a watch computes them when it is stopped."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from runcoach.simulators.world import body
from runcoach.simulators.world.samples import LapMark, Samples
from runcoach.simulators.world.session import Intensity, Session

SEOUL_OFFSET_S = 9 * 3600
_MOVING_MPS = 0.5
#: Lower bounds of the five heart-rate zones of this watch, as parts of the maximum.
HR_ZONE_FLOORS = (0.50, 0.60, 0.70, 0.80, 0.90)


@dataclass(frozen=True)
class Stretch:
    """Figures over a run of samples: a lap, or the whole activity."""

    start_s: int
    timer_s: int
    elapsed_s: int
    distance_m: float
    avg_speed_mps: float
    max_speed_mps: float
    avg_hr_bpm: int
    max_hr_bpm: int
    avg_cadence_spm: int | None
    max_cadence_spm: int | None
    avg_power_w: int | None
    max_power_w: int | None
    ascent_m: int | None
    descent_m: int | None
    calories: int
    begin: int
    end: int
    intensity: Intensity = Intensity.ACTIVE
    by_distance: bool = False


@dataclass(frozen=True)
class Summary:
    """The whole activity, its laps, and what the watch derives from them."""

    session: Session
    start: datetime
    whole: Stretch
    laps: tuple[Stretch, ...]
    moving_s: int
    min_altitude_m: float | None
    max_altitude_m: float | None
    start_position: tuple[float, float] | None
    end_position: tuple[float, float] | None
    hr_zone_s: tuple[int, ...]
    training_load: float
    aerobic_effect: float
    anaerobic_effect: float


def start_of(session: Session) -> datetime:
    """The instant at which the watch was started, from Seoul's wall clock."""
    midnight = datetime.combine(session.day, time(), UTC) - timedelta(seconds=SEOUL_OFFSET_S)
    return midnight + timedelta(minutes=session.start_minute, seconds=session.ordinal * 7 % 60)


def summarise(session: Session, samples: Samples) -> Summary:
    """Compute every figure of the activity from its samples."""
    count = len(samples.elapsed_s)
    whole = _stretch(samples, LapMark(0, count, Intensity.ACTIVE, False))
    load, aerobic, anaerobic = _effects(samples)
    heights = samples.altitude_m
    return Summary(
        session=session,
        start=start_of(session),
        whole=whole,
        laps=tuple(_stretch(samples, mark) for mark in samples.laps),
        moving_s=int(np.count_nonzero(samples.speed_mps[1:] > _MOVING_MPS)) or whole.timer_s,
        min_altitude_m=None if heights is None else float(heights.min()),
        max_altitude_m=None if heights is None else float(heights.max()),
        start_position=_position(samples, 0),
        end_position=_position(samples, -1),
        hr_zone_s=_zones(samples.hr_bpm),
        training_load=load,
        aerobic_effect=aerobic,
        anaerobic_effect=anaerobic,
    )


def _position(samples: Samples, index: int) -> tuple[float, float] | None:
    if samples.lat is None or samples.lon is None:
        return None
    return float(samples.lat[index]), float(samples.lon[index])


def _stretch(samples: Samples, mark: LapMark) -> Stretch:
    until = min(mark.end, len(samples.elapsed_s) - 1)
    part = slice(mark.begin, mark.end)
    timer = max(until - mark.begin, 1)
    distance = float(samples.distance_m[until] - samples.distance_m[mark.begin])
    hr, cadence, power = samples.hr_bpm[part], samples.cadence_spm, samples.power_w
    ascent, descent = _climb(samples, mark.begin, until)
    avg_hr = round(float(hr.mean()))
    return Stretch(
        start_s=int(samples.elapsed_s[mark.begin]),
        timer_s=timer,
        elapsed_s=int(samples.elapsed_s[until] - samples.elapsed_s[mark.begin]),
        distance_m=round(distance, 2),
        avg_speed_mps=round(distance / timer, 3),
        max_speed_mps=round(float(samples.speed_mps[part].max()), 3),
        avg_hr_bpm=avg_hr,
        max_hr_bpm=int(hr.max()),
        avg_cadence_spm=None if cadence is None else round(float(cadence[part].mean())),
        max_cadence_spm=None if cadence is None else int(cadence[part].max()),
        avg_power_w=None if power is None else round(float(power[part].mean())),
        max_power_w=None if power is None else int(power[part].max()),
        ascent_m=ascent,
        descent_m=descent,
        calories=_calories(distance, timer, avg_hr),
        begin=mark.begin,
        end=mark.end,
        intensity=mark.intensity,
        by_distance=mark.by_distance,
    )


def _climb(samples: Samples, begin: int, end: int) -> tuple[int | None, int | None]:
    if samples.altitude_m is None:
        return None, None
    steps = np.diff(samples.altitude_m[begin : end + 1])
    return round(float(steps[steps > 0].sum())), round(float(-steps[steps < 0].sum()))


def _calories(distance_m: float, timer_s: int, avg_hr_bpm: int) -> int:
    """Energy [kcal]: about 1 kcal/kg/km on foot, and by heart rate where there is no distance."""
    if distance_m > 0:
        return round(1.03 * body.MASS_KG * distance_m / 1000.0)
    return round(timer_s / 60.0 * max(2.0, (avg_hr_bpm - 60) * 0.11))


def _zones(hr_bpm: NDArray[np.int64]) -> tuple[int, ...]:
    floors = [round(body.HR_MAX_BPM * part) for part in HR_ZONE_FLOORS]
    zone = np.searchsorted(floors, hr_bpm[1:], side="right")
    return tuple(int(n) for n in np.bincount(zone, minlength=6)[1:6])


def _effects(samples: Samples) -> tuple[float, float, float]:
    """Training load and effects after the watch: monotone in time and heart rate, not its algorithm."""
    reserve = (samples.hr_bpm[1:] - body.HR_REST_BPM) / (body.HR_MAX_BPM - body.HR_REST_BPM)
    trimp = float((np.maximum(reserve, 0) * 0.64 * np.exp(1.92 * np.maximum(reserve, 0))).sum() / 60.0)
    above = float(np.count_nonzero(reserve > 0.90)) / 60.0
    aerobic = 5.0 * (1.0 - np.exp(-trimp / 95.0))
    return round(trimp * 1.35, 1), round(float(aerobic), 1), round(min(5.0, above / 4.0), 1)
