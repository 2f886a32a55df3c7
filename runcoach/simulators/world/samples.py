"""From a session to one sample a second, everything hanging together physically.

Effort decides speed (threshold, heat, grade); speed and height decide power; effort with a lag, drift
and fatigue decides heart rate; speed decides cadence; the distance is the sum of the speeds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runcoach.simulators.world import body, routes
from runcoach.simulators.world.body import Floats
from runcoach.simulators.world.session import Block, Intensity, Session, Sport

_RIDE_FACTOR = 2.35  # a bicycle at the same effort
_MAX_SECONDS = 6 * 3600


@dataclass(frozen=True)
class LapMark:
    """A lap as sample numbers, the end excluded; it lasts until the sample at its end."""

    begin: int
    end: int
    intensity: Intensity
    by_distance: bool


@dataclass(frozen=True)
class Samples:
    """An activity at 1 Hz. `elapsed_s` skips over the pauses; channels the sport lacks are None."""

    elapsed_s: NDArray[np.int64]
    distance_m: Floats
    speed_mps: Floats
    altitude_m: Floats | None
    hr_bpm: NDArray[np.int64]
    cadence_spm: Floats | None
    power_w: NDArray[np.int64] | None
    lat: Floats | None
    lon: Floats | None
    temp_c: NDArray[np.int64]
    laps: tuple[LapMark, ...]
    pauses: tuple[tuple[int, int], ...]  # (last sample before the pause, seconds of it)

    @property
    def timer_s(self) -> int:
        return len(self.elapsed_s) - 1

    @property
    def elapsed_total_s(self) -> int:
        return int(self.elapsed_s[-1])


def sample(session: Session, seed: int) -> Samples:
    """Make every sample of the session; the same session and seed give the same samples."""
    rng = np.random.default_rng([seed, 7, session.ordinal])
    lengths, efforts, held = _block_plan(session)
    total = int(min(sum(lengths), _MAX_SECONDS))
    effort_wanted = body.low_pass(np.repeat(efforts, lengths)[:total], 6.0, 0.5)
    wander = body.low_pass(rng.standard_normal(total), 20.0, 0.0) * 0.2
    day_form = 1.0 + 0.012 * float(rng.standard_normal())
    flat = session.threshold_mps * day_form / (1.0 + body.heat_cost(session.temp_c))
    flat *= _RIDE_FACTOR if session.sport is Sport.CYCLING else 1.0
    rough = np.cumsum(effort_wanted * flat)
    height = routes.altitude_m(session.route, rough, float(rough[-1]))
    grade = np.gradient(height) / np.maximum(np.gradient(rough), 0.3)
    cost = body.grade_cost(grade)
    speed = np.maximum(effort_wanted * (1.0 + wander) * flat / cost, 0.0)
    speed = _hold_asked_speed(speed, held, lengths, total)
    return _assemble(session, rng, speed, flat, cost, lengths)


def _block_plan(session: Session) -> tuple[list[int], list[float], list[float | None]]:
    flat = session.threshold_mps / (1.0 + body.heat_cost(session.temp_c))
    flat *= _RIDE_FACTOR if session.sport is Sport.CYCLING else 1.0
    efforts = [b.effort if b.speed_mps is None else b.speed_mps / flat for b in session.blocks]
    lengths = [_length_s(b, e * flat) for b, e in zip(session.blocks, efforts, strict=True)]
    return lengths, efforts, [b.speed_mps for b in session.blocks]


def _length_s(block: Block, speed_mps: float) -> int:
    if block.duration_s is not None:
        return round(block.duration_s)
    return round((block.distance_m or 0.0) / speed_mps)


def _hold_asked_speed(speed: Floats, held: list[float | None], lengths: list[int], total: int) -> Floats:
    if not any(held):
        return speed
    asked = np.repeat([h if h is not None else np.nan for h in held], lengths)[:total]
    followed: Floats = np.where(np.isnan(asked), speed, 0.25 * speed + 0.75 * asked)
    return followed


def _assemble(
    session: Session, rng: np.random.Generator, speed: Floats, flat: float, cost: Floats, lengths: list[int]
) -> Samples:
    speed = _meet_distances(session, speed, lengths)
    distance = np.concatenate(([0.0], np.cumsum(speed[:-1])))
    seconds = np.arange(len(speed), dtype=np.float64)
    cost = np.append(cost, cost[-1])
    effort = speed * cost / flat
    pauses = _pauses(session, rng, len(speed))
    sport = session.sport
    lat, lon = _positions(session, rng, distance) if sport.has_gps else (None, None)
    is_foot = sport.is_run or sport is Sport.WALKING
    height = routes.altitude_m(session.route, distance, float(distance[-1])) + rng.normal(0, 0.25)
    return Samples(
        elapsed_s=_elapsed(len(speed), pauses),
        distance_m=distance if sport.has_distance else np.zeros_like(distance),
        speed_mps=speed if sport.has_distance else np.zeros_like(speed),
        altitude_m=np.round(height * 5) / 5 if sport.has_gps else None,
        hr_bpm=_heart_rate(session, rng, effort, seconds),
        cadence_spm=_cadence(rng, speed) if is_foot else None,
        power_w=_power(rng, speed, cost) if sport.is_run else None,
        lat=lat,
        lon=lon,
        temp_c=np.full(len(speed), round(session.temp_c + (0 if sport.has_gps else 1)), dtype=np.int64),
        laps=_laps(session, distance, lengths),
        pauses=pauses,
    )


def _meet_distances(session: Session, speed: Floats, lengths: list[int]) -> Floats:
    """Scale each block that ends by distance so that it covers exactly that."""
    speed, begin = speed.copy(), 0
    for block, length in zip(session.blocks, lengths, strict=True):
        part = speed[begin : begin + length]
        if block.distance_m is not None and len(part) == length and part.sum() > 0:
            part *= block.distance_m / part.sum()
        begin += length
    return np.append(speed, speed[-1])


def _heart_rate(
    session: Session, rng: np.random.Generator, effort: Floats, seconds: Floats
) -> NDArray[np.int64]:
    target = body.steady_hr_bpm(effort) + body.drift_bpm(seconds, effort, session.temp_c)
    start = body.HR_REST_BPM + 28.0
    lagged = body.low_pass(target + session.fatigue_bpm, 27.0, start)
    noise = body.low_pass(rng.standard_normal(len(effort)), 12.0, 0.0) * 6.0 + float(rng.normal(0, 1.2))
    return np.rint(np.clip(lagged + noise, 48, body.HR_MAX_BPM)).astype(np.int64)


def _cadence(rng: np.random.Generator, speed: Floats) -> Floats:
    exact = body.cadence_spm(speed) + body.low_pass(rng.standard_normal(len(speed)), 5.0, 0.0) * 2.0
    return np.maximum(np.rint(exact), 0.0)


def _power(rng: np.random.Generator, speed: Floats, cost: Floats) -> NDArray[np.int64]:
    exact = body.running_power_w(speed, cost)
    return np.rint(np.clip(exact + rng.standard_normal(len(speed)) * 4.0, 0, None)).astype(np.int64)


def _positions(session: Session, rng: np.random.Generator, distance: Floats) -> tuple[Floats, Floats]:
    aside = body.low_pass(rng.standard_normal(len(distance)), 40.0, 0.0) * 9.0 + float(rng.normal(0, 2))
    return routes.positions(session.route, distance, aside)


def _pauses(session: Session, rng: np.random.Generator, count: int) -> tuple[tuple[int, int], ...]:
    """Traffic lights and drinking fountains: some easy and long runs have one or two."""
    if session.kind not in ("easy", "long", "trail") or not session.sport.has_gps or rng.random() > 0.35:
        return ()
    places = sorted({int(p) for p in rng.integers(300, max(301, count - 300), int(rng.integers(1, 3)))})
    return tuple((place, int(rng.integers(15, 95))) for place in places if place < count - 60)


def _elapsed(count: int, pauses: tuple[tuple[int, int], ...]) -> NDArray[np.int64]:
    elapsed = np.arange(count, dtype=np.int64)
    for place, seconds in pauses:
        elapsed[place + 1 :] += seconds
    return elapsed


def _laps(session: Session, distance: Floats, lengths: list[int]) -> tuple[LapMark, ...]:
    last = len(distance)
    if session.lap_per_block:
        ends = np.minimum(np.cumsum(lengths), last - 1)
        ends[-1] = last
        begins = [0, *ends[:-1]]
        return tuple(
            LapMark(int(b), int(e), block.intensity, block.distance_m is not None)
            for b, e, block in zip(begins, ends, session.blocks, strict=True)
            if e > b
        )
    if not session.sport.has_distance:
        return (LapMark(0, last, Intensity.ACTIVE, False),)
    step = 5000.0 if session.sport is Sport.CYCLING else 1000.0
    marks = np.searchsorted(distance, np.arange(step, float(distance[-1]), step))
    edges = [0, *(int(m) for m in marks), last]
    return tuple(
        LapMark(b, e, Intensity.ACTIVE, i < len(marks))
        for i, (b, e) in enumerate(zip(edges[:-1], edges[1:], strict=True))
        if e > b
    )
