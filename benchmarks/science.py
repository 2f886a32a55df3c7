"""All metrics of one activity, by the science room and by the same definitions written in pandas.

Both take turns in one process on the same run, so that a busy machine slows both; the ratio of medians is
printed; the two answers agree within half a percent. Run: python -m benchmarks.science
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from benchmarks._report import Result, conclude
from runcoach.domain.activity import Channel, Sport
from runcoach.science import gradient, zones
from runcoach.science.activity_metrics import ActivityMetrics, compute
from runcoach.science.best_efforts import DISTANCES_M, DURATIONS_S
from runcoach.science.pmc import pmc_series
from runcoach.science.streams import ActivityStreams, AthleteAnchors

ANCHORS = AthleteAnchors(
    190, 50, 168, threshold_speed_m_s=3.8, critical_power_w=300, weight_kg=68, sex="male"
)


def an_activity(seconds: int, seed: int = 7) -> ActivityStreams:
    """A run of this length at 1 Hz with seven channels."""
    rng = np.random.default_rng(seed)
    count = seconds + 1
    time_s = np.arange(count, dtype=np.float64)
    speed = 3.1 + 0.15 * np.sin(time_s / 240) + rng.normal(0, 0.08, count)
    distance = np.concatenate(([0.0], np.cumsum(speed[:-1])))
    return ActivityStreams(
        Sport.RUN,
        time_s,
        {
            Channel.HEART_RATE_BPM: np.round(148 + 8 * np.sin(time_s / 300) + rng.normal(0, 1.2, count)),
            Channel.SPEED_M_S: speed,
            Channel.DISTANCE_M: distance,
            Channel.ALTITUDE_M: np.round(50 + 12 * np.sin(distance / 700) + rng.normal(0, 0.15, count), 1),
            Channel.CADENCE_SPM: np.round(172 + rng.normal(0, 2, count)),
            Channel.POWER_W: np.round(82 * speed + rng.normal(0, 12, count)),
            Channel.TEMPERATURE_C: np.full(count, 18.0),
        },
    )


def own_three() -> zones.Zones:
    """Three zones by threshold heart rate."""
    found = zones.three_zones(168)
    assert found is not None
    return found


def in_pandas(streams: ActivityStreams) -> dict[str, float]:
    """The same figures as a pandas user would write them (best efforts: numpy, as pandas has nothing)."""
    frame = pd.DataFrame({channel.value: values for channel, values in streams.channels.items()})
    frame.index = pd.to_timedelta(streams.time_s, unit="s")
    frame["dt"] = (-frame.index.to_series().diff(-1)).dt.total_seconds().clip(upper=10).fillna(0)
    grid = frame.resample("1s").mean().interpolate(limit=10)
    hr, speed, weight = frame["heart_rate_bpm"], grid["speed_m_s"], frame["dt"]
    good = hr.where(hr.between(30, 240))
    group = (good != good.shift()).cumsum()
    good = good.where(weight.groupby(group).transform("sum") <= 60)
    x = ((good - 50) / 140).clip(upper=1.05)
    x = x.where(x >= 0.2, 0.0)
    found = {"trimp": float((weight * x * 0.64 * np.exp(1.92 * x)).sum() / 60)}
    height = grid["altitude_m"].rolling(15, center=True, min_periods=1).mean()
    way = grid["distance_m"]
    rise, run = height.shift(-5) - height.shift(5), (way.shift(-5) - way.shift(5)).clip(lower=20)
    grade = (rise / run).clip(-0.3, 0.3).fillna(0)
    graded = speed * np.interp(grade, gradient.STRAVA_GRADES, gradient.STRAVA_FACTORS)
    found["ngs"] = float((graded.rolling(30).mean().dropna() ** 4).mean() ** 0.25)
    found["np"] = float((grid["power_w"].rolling(30).mean().dropna() ** 4).mean() ** 0.25)
    found["load"] = (len(grid) - 1) / 36 * (found["np"] / 300) ** 2
    found["gap"] = float(1000 / graded.mean())
    found["ef"] = found["ngs"] * 60 / float(grid["heart_rate_bpm"].mean())
    body = pd.DataFrame({"v": graded, "hr": grid["heart_rate_bpm"]}).iloc[600:]
    blocks = body["v"].groupby(np.arange(len(body)) // 60).mean()
    found["cv"] = float(blocks.std() / blocks.mean())
    first, second = body.iloc[: len(body) // 2].mean(), body.iloc[len(body) // 2 :].mean()
    found["decoupling"] = float(100 * (1 - second["v"] / second["hr"] / (first["v"] / first["hr"])))
    systems = {
        "heart_rate_bpm": (zones.friel_hr_zones(168), own_three()),
        "speed_m_s": (zones.friel_pace_zones(3.8),),
        "power_w": (zones.power_zones(300),),
    }
    for channel, values in ((channel, values) for channel, all_of in systems.items() for values in all_of):
        bins = pd.cut(frame[channel], [*values.lower_bounds, np.inf], right=False)
        weight.groupby(bins, observed=False).sum()
    for channel in ("speed_m_s", "power_w", "heart_rate_bpm"):
        series = grid[channel]
        for duration in DURATIONS_S:
            if duration <= len(series):
                series.rolling(duration).mean().max()
    time_s, metres = streams.time_s, streams.channels[Channel.DISTANCE_M]
    for wanted in DISTANCES_M:
        if wanted <= metres[-1]:
            ends = np.interp(metres + wanted, metres, time_s, right=np.nan)
            found["best"] = float(np.nanmin(ends - time_s))
    steps = height.diff()
    found["gain"] = float(steps.clip(lower=0).sum())
    described = frame[["heart_rate_bpm", "cadence_spm", "power_w", "temperature_c"]].mean()
    found["hr"] = float(described["heart_rate_bpm"])
    found["moving"] = float(weight.where(frame["speed_m_s"] >= 0.5, 0).sum())
    return found


@dataclass(frozen=True)
class Timing:
    """Median milliseconds of two ways that took turns."""

    ours_ms: float
    theirs_ms: float

    @property
    def ratio(self) -> float:
        return self.theirs_ms / self.ours_ms


def interleaved(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> Timing:
    """Times both in turn."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for samples, run in zip(taken, (ours, theirs), strict=True):
            start = time.perf_counter()
            run()
            samples.append(1000 * (time.perf_counter() - start))
    return Timing(statistics.median(taken[0]), statistics.median(taken[1]))


def difference(metrics: ActivityMetrics, other: dict[str, float]) -> dict[str, float]:
    """Relative difference of the figures that both have."""
    pairs = {
        "trimp": metrics.trimp.number,
        "np": metrics.normalized_power.number,
        "load": metrics.load.number,
        "gap": metrics.grade_adjusted_pace.number,
        "hr": metrics.average_heart_rate.number,
        "moving": metrics.moving_time.number,
    }
    return {key: abs(value / other[key] - 1) for key, value in pairs.items() if value}


def main() -> int:
    """Prints every figure on a line of its own; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    hour, four_hours = (activity_ratio(hours, rounds) for hours in (1, 4))
    pmc = ten_years()
    return conclude(
        [
            Result("all metrics of 1 h, times as fast as pandas", hour.ratio, "x", 5, 8, is_more_better=True),
            Result("all metrics of 4 h, times as fast as pandas", four_hours.ratio, "x", is_more_better=True),
            Result("all metrics of 1 h", hour.ours_ms, "ms"),
            Result("ten years of CTL, ATL and TSB", pmc.ours_ms, "ms", 5),
            Result("the same in pandas", pmc.theirs_ms, "ms"),
        ]
    )


def activity_ratio(hours: int, rounds: int) -> Timing:
    """One activity, both ways; their answers agree."""
    streams = an_activity(hours * 3600)
    apart = difference(compute(streams, ANCHORS), in_pandas(streams))
    assert max(apart.values()) < 0.005, apart
    return interleaved(partial(compute, streams, ANCHORS), partial(in_pandas, streams), rounds)


def ten_years() -> Timing:
    """Load and form of 3,653 days."""
    loads = np.random.default_rng(1).gamma(2, 30, 3653)
    series = pd.Series(loads)
    return interleaved(
        lambda: pmc_series(loads),
        lambda: [series.ewm(alpha=1 / days, adjust=False).mean() for days in (42, 7)],
        200,
    )


if __name__ == "__main__":
    sys.exit(main())
