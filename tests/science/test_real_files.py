"""Figures of real FIT files against the totals that the watches wrote into them.

Tolerances: distance 1.5 % or 20 m, timer to the second, elapsed 5 s or 1 %, average heart rate 2 bpm, highest
heart rate 2 bpm; climb 10 % in the median, since watches smooth it each in their own way.
"""

from functools import cache
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from runcoach.domain.activity import Channel, DecodedActivity
from runcoach.domain.errors import UnreadableFile
from runcoach.providers.files.fit.decoder import decode_fit
from runcoach.science.activity_metrics import ActivityMetrics, ActivityStreams, compute
from tests.science.builders import ANCHORS
from tests.science.test_activity_metrics import assert_sound
from tests.shared_files import shared

FOLDER = shared("fixtures/fit")
NOT_ON_FOOT = {"garmin-forerunner-10.fit"}
"""Labelled a run, at the speed of a bicycle: the limits for runners rightly cut it."""


@cache
def decoded(path: Path) -> tuple[DecodedActivity, ...]:
    try:
        return decode_fit(path.read_bytes())
    except UnreadableFile:
        return ()


def metrics_of(activity: DecodedActivity) -> ActivityMetrics:
    streams = ActivityStreams.of(activity.sport, activity.streams, timer_s=activity.moving_s)
    return compute(streams, ANCHORS)


EVERY_FILE = sorted(FOLDER.glob("*/*.fit"))
RUNS = [path for path in EVERY_FILE if path.parent.name == "run" and path.name not in NOT_ON_FOOT]


def test_the_files_are_there() -> None:
    assert len(RUNS) > 30


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("path", EVERY_FILE, ids=lambda path: path.name)
def test_no_file_gives_nan_infinity_or_a_rising_curve(path: Path) -> None:
    for activity in decoded(path):
        assert_sound(metrics_of(activity))


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.name)
def test_figures_agree_with_the_totals_of_the_watch(path: Path) -> None:
    (activity,) = decoded(path)
    metrics = metrics_of(activity)
    pairs = [
        (metrics.distance.number, activity.distance_m, 0.015, 20.0),
        (metrics.timer_time.number, activity.moving_s, 0.0, 1.0),
        (metrics.elapsed_time.number, activity.elapsed_s, 0.01, 5.0),
        (metrics.average_heart_rate.number, activity.avg_hr_bpm, 0.0, 2.0),
        (metrics.max_heart_rate.number, activity.max_hr_bpm, 0.0, 2.0),
    ]
    for ours, theirs, share, least in pairs:
        if ours is not None and theirs:
            assert abs(ours - theirs) <= max(share * theirs, least)


def test_climb_agrees_with_the_watches_in_the_median() -> None:
    errors = []
    for path in RUNS:
        for activity in decoded(path):
            ours = metrics_of(activity).elevation_gain.number
            if ours is not None and activity.ascent_m and activity.ascent_m > 20:
                errors.append(abs(ours - activity.ascent_m) / activity.ascent_m)
    assert len(errors) > 15
    assert median(errors) < 0.10


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.name)
def test_a_best_effort_is_at_least_as_fast_as_the_run_cut_into_such_pieces(path: Path) -> None:
    for activity in decoded(path):
        metrics = metrics_of(activity)
        total_m, elapsed_s = metrics.distance.number, metrics.elapsed_time.number
        times = [effort.time_s for effort in metrics.best_efforts]
        assert times == sorted(times)
        for effort in metrics.best_efforts:
            assert total_m is not None
            assert elapsed_s is not None
            assert effort.time_s <= elapsed_s / (total_m // effort.distance_m) + 1e-3


def test_time_in_zones_is_the_time_with_heart_rate() -> None:
    (activity,) = decoded(next(path for path in RUNS if path.name == "TrailRun20200215111630.fit"))
    metrics = metrics_of(activity)
    hr = activity.streams.get(Channel.HEART_RATE_BPM)
    assert hr is not None
    assert sum(metrics.zone_times[0].seconds) == pytest.approx(activity.moving_s, rel=0.01)
    assert not np.isnan(hr).all()
