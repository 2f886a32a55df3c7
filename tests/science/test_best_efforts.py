"""Fastest stretches and mean-max curves, against brute force and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runcoach.science.best_efforts import (
    DISTANCES_M,
    BestEffort,
    MeanMax,
    best_efforts,
    fastest,
    mean_max,
    merge_mean_max,
)
from runcoach.science.resample import Grid

steps = st.lists(st.floats(0.2, 7), min_size=3, max_size=60)


def tracks(speeds: list[float]) -> tuple[np.ndarray, np.ndarray]:
    time_s = np.arange(len(speeds) + 1, dtype=np.float64)
    return time_s, np.concatenate(([0.0], np.cumsum(speeds)))


def test_thirteen_distances_are_asked_for() -> None:
    assert len(DISTANCES_M) == 13
    assert list(DISTANCES_M) == sorted(DISTANCES_M)


def test_an_even_run_takes_distance_over_speed() -> None:
    time_s = np.arange(3601.0)
    efforts = best_efforts(time_s, time_s * 3.0)
    assert [effort.distance_m for effort in efforts] == [d for d in DISTANCES_M if d <= 10_800]
    for effort in efforts:
        assert effort.time_s == pytest.approx(effort.distance_m / 3, abs=1e-5)


def test_the_fast_middle_is_found_between_samples() -> None:
    time_s = np.array([0.0, 100, 200, 300])
    distance_m = np.array([0.0, 200, 700, 900])  # 2, 5, 2 m/s
    (effort,) = best_efforts(time_s, distance_m, [600])
    # 500 m at 5 m/s and 100 m at 2 m/s on either side: 100 + 50 s
    assert effort.time_s == pytest.approx(150, abs=1e-5)


def test_a_pause_inside_the_window_counts_and_one_at_its_edge_does_not() -> None:
    time_s = np.array([0.0, 100, 400, 500])
    distance_m = np.array([0.0, 400, 400, 800])
    by_distance = {
        effort.distance_m: effort.time_s for effort in best_efforts(time_s, distance_m, [400, 800])
    }
    assert by_distance[400] == pytest.approx(100, abs=1e-4)
    assert by_distance[800] == pytest.approx(500, abs=1e-4)


@given(steps, st.floats(0.3, 1.0))
def test_no_window_on_a_fine_grid_beats_the_best_effort(speeds: list[float], share: float) -> None:
    time_s, distance_m = tracks(speeds)
    metres = distance_m[-1] * share
    (effort,) = best_efforts(time_s, distance_m, [metres])
    starts = np.linspace(0, distance_m[-1] - metres, 400)
    windows = np.interp(starts + metres, distance_m, time_s) - np.interp(starts, distance_m, time_s)
    assert effort.time_s <= windows.min() + 1e-4
    assert effort.time_s >= metres / max(speeds) - 1e-4


@given(steps)
def test_longer_takes_longer(speeds: list[float]) -> None:
    time_s, distance_m = tracks(speeds)
    wanted = [float(distance_m[-1]) * share for share in (0.2, 0.4, 0.6, 0.8, 1.0)]
    times = [effort.time_s for effort in best_efforts(time_s, distance_m, wanted)]
    assert len(times) == 5
    assert times == sorted(times)


@given(steps, st.floats(-1e6, 1e6))
def test_the_clock_at_the_start_does_not_matter(speeds: list[float], shift_s: float) -> None:
    time_s, distance_m = tracks(speeds)
    metres = [float(distance_m[-1]) / 2]
    one, other = best_efforts(time_s, distance_m, metres), best_efforts(time_s + shift_s, distance_m, metres)
    assert one[0].time_s == pytest.approx(other[0].time_s, abs=1e-4)


@given(st.permutations([(400.0, 80.0), (400.0, 79.0), (1000.0, 230.0), (400.0, 79.0), (1000.0, 231.0)]))
def test_bests_over_activities_do_not_depend_on_their_order(order: list[tuple[float, float]]) -> None:
    best = fastest(BestEffort(distance, time, 0.0) for distance, time in order)
    assert {distance: effort.time_s for distance, effort in best.items()} == {400.0: 79.0, 1000.0: 230.0}


def test_an_activity_too_short_has_no_bests() -> None:
    assert best_efforts(np.empty(0), np.empty(0)) == ()
    assert best_efforts(np.zeros(1), np.zeros(1)) == ()
    assert best_efforts(np.arange(10.0), np.zeros(10)) == ()


@given(st.lists(st.floats(0, 500), min_size=1, max_size=300))
def test_the_mean_max_curve_never_rises_and_bounds_every_window(values: list[float]) -> None:
    samples = np.array(values)
    curve = mean_max(samples)
    assert list(curve.values) == sorted(curve.values, reverse=True)
    assert curve.values[0] == pytest.approx(samples.max())
    for duration, value in zip(curve.durations_s, curve.values, strict=True):
        windows = np.convolve(samples, np.ones(duration) / duration, "valid")
        assert value >= windows.max() - 1e-9


def test_windows_do_not_reach_across_a_gap() -> None:
    samples = np.array([300.0] * 5 + [np.nan] + [300.0] * 5)
    assert mean_max(samples).durations_s == (1, 2, 5)
    assert mean_max(np.full(4, np.nan)).durations_s == ()
    assert mean_max(np.empty(0)) == MeanMax((), ())


@given(st.permutations([0, 1, 2]))
def test_the_envelope_of_curves_does_not_depend_on_their_order(order: list[int]) -> None:
    curves = [MeanMax((1, 5), (300.0, 200.0)), MeanMax((1, 5, 10), (250.0, 240.0, 230.0)), MeanMax((), ())]
    merged = merge_mean_max(curves[index] for index in order)
    assert merged == MeanMax((1, 5, 10), (300.0, 240.0, 230.0))


def test_resampling_fills_short_gaps_and_leaves_long_ones_open() -> None:
    time_s = np.array([0.0, 1, 4, 24, 25])
    grid = Grid.of(time_s)
    values = grid.resample(np.array([10.0, 20, 50, 70, 80]))
    assert values[:5].tolist() == [10, 20, 30, 40, 50]
    assert np.isnan(values[5])  # the one open second that stands for the gap
    assert values[6:].tolist() == [70, 80]


def test_an_even_second_grid_takes_the_samples_as_they_are() -> None:
    values = np.array([1.0, 2, 3])
    assert Grid.of(np.array([7.0, 8, 9])).resample(values) is values
    assert len(Grid.of(np.empty(0)).time_s) == 0


def test_a_broken_clock_costs_no_memory() -> None:
    assert len(Grid.of(np.array([0.0, 1, 1e9])).time_s) < 10


@given(st.lists(st.floats(0.1, 30), min_size=1, max_size=50))
def test_resampled_values_stay_within_those_recorded(gaps: list[float]) -> None:
    time_s = np.concatenate(([0.0], np.cumsum(gaps)))
    values = np.sin(time_s)
    resampled = Grid.of(time_s).resample(values)
    known = resampled[~np.isnan(resampled)]
    assert len(known) > 0
    assert known.min() >= values.min() - 1e-12
    assert known.max() <= values.max() + 1e-12
