"""What really happened to the demo athlete is found again by the figures, from the FIT files alone."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean

import numpy as np
import pytest

from runcoach.domain.activity import Sport
from runcoach.domain.figures import Figure
from runcoach.providers.files.fit.decoder import decode_fit
from runcoach.science import fitness, pmc
from runcoach.science.activity_metrics import ActivityMetrics, ActivityStreams, compute
from runcoach.science.best_efforts import fastest
from runcoach.science.level import race_index_figure
from runcoach.science.prediction import Race
from runcoach.science.readiness import resting_hr_drift
from runcoach.science.streams import AthleteAnchors
from runcoach.science.units import monday_of
from runcoach.simulators.world.planted import PlantedTruth
from runcoach.simulators.world.world import World

TODAY = date(2026, 3, 2)
SEOUL = timedelta(hours=9)
ANCHORS = AthleteAnchors(189, 51, 168, threshold_speed_m_s=3.5, weight_kg=68, sex="male")


@dataclass(frozen=True)
class Day:
    day: date
    sport: Sport
    metrics: ActivityMetrics


@dataclass(frozen=True)
class History:
    """Two years, computed once."""

    world: World
    days: tuple[Day, ...]

    def truth(self, kind: str) -> PlantedTruth:
        return next(planted for planted in self.world.planted if planted.kind == kind)

    def mean_of(self, pick: Callable[[ActivityMetrics], Figure], first: date, last: date) -> float:
        values = [pick(one.metrics).number for one in self.days if first <= one.day <= last]
        return mean(value for value in values if value is not None)

    def loads(self) -> tuple[date, np.ndarray]:
        first = self.days[0].day
        sessions = [(one.day, one.metrics.load.number or 0.0) for one in self.days]
        return first, fitness.daily_loads(sessions, first, TODAY)


@pytest.fixture(scope="module")
def history() -> History:
    world = World.build(7, TODAY)
    days = []
    for activity_id in world.activity_ids():
        (activity,) = decode_fit(world.fit(activity_id))
        streams = ActivityStreams.of(activity.sport, activity.streams, timer_s=activity.moving_s)
        days.append(Day((activity.start_time + SEOUL).date(), activity.sport, compute(streams, ANCHORS)))
    return History(world, tuple(sorted(days, key=lambda one: one.day)))


def test_every_run_has_a_load_with_its_source(history: History) -> None:
    assert len(history.days) > 400
    assert all(one.metrics.load.number for one in history.days)
    assert all(one.metrics.load_source is not None for one in history.days)


def test_the_ten_km_race_is_the_fastest_ten_km_of_its_season(history: History) -> None:
    race = history.truth("ten_km").start
    bests = {}
    for one in history.days:
        if race - timedelta(days=90) <= one.day <= race + timedelta(days=28):
            effort = fastest(one.metrics.best_efforts).get(10_000.0)
            if effort is not None:
                bests[one.day] = effort.time_s
    assert min(bests, key=lambda day: bests[day]) == race
    figure = race_index_figure([Race(10_000, bests[race], (TODAY - race).days)], None)
    assert figure.inputs["source"] == "recent_race"


def test_the_half_marathon_is_the_fastest_half_of_the_year_before_it(history: History) -> None:
    race = history.truth("half_marathon").start
    times = {}
    for one in history.days:
        effort = fastest(one.metrics.best_efforts).get(21_097.5)
        if effort is not None and one.day <= race + timedelta(days=60):
            times[one.day] = effort.time_s
    assert min(times, key=lambda day: times[day]) == race


def test_the_illness_is_a_gap_in_load_with_falling_fitness_and_a_raised_pulse(history: History) -> None:
    ill = history.truth("illness")
    first, loads = history.loads()
    start, end = (ill.start - first).days, (ill.end - first).days
    assert loads[start : end + 1].sum() == 0
    ctl, _, tsb = pmc.pmc_series(loads)
    assert ctl[end] < 0.8 * ctl[start - 1]
    assert tsb[end] > 15
    pulse = []
    for back in reversed(range(60)):
        health = history.world.health(ill.start + timedelta(days=6) - timedelta(days=back))
        pulse.append(health.resting_hr_bpm if health is not None else None)
    drift = resting_hr_drift(pulse)
    assert drift.number is not None
    assert drift.number > 3


def test_the_overreach_week_is_the_hardest_of_all_and_leaves_the_deepest_form(history: History) -> None:
    week = history.truth("overreach_week").start
    weeks = Counter[date]()
    for one in history.days:
        weeks[monday_of(one.day)] += one.metrics.load.number or 0.0
    assert weeks.most_common(1)[0][0] == week
    first, loads = history.loads()
    ctl, _, tsb = pmc.pmc_series(loads)
    lowest = first + timedelta(days=int(tsb[pmc.CTL_BUILDING_DAYS :].argmin()) + pmc.CTL_BUILDING_DAYS)
    assert timedelta(0) <= lowest - week <= timedelta(days=8)
    end = (week - first).days + 6
    assert pmc.ramp_rate(float(ctl[end]), float(ctl[end - 7])) > 5


def test_after_the_threshold_shift_vo2max_and_efficiency_are_higher(history: History) -> None:
    shift = history.truth("threshold_shift")
    before = (shift.start - timedelta(days=28), shift.start - timedelta(days=1))
    after = (shift.end + timedelta(days=1), shift.end + timedelta(days=28))
    for pick in (lambda m: m.effective_vo2max, lambda m: m.efficiency_factor):
        assert history.mean_of(pick, *after) > 1.01 * history.mean_of(pick, *before)


def test_in_the_hot_august_each_heartbeat_bought_less_speed(history: History) -> None:
    hot = history.truth("hot_august")
    july = (hot.start - timedelta(days=31), hot.start - timedelta(days=1))
    september = (hot.end + timedelta(days=1), hot.end + timedelta(days=30))
    in_august = history.mean_of(lambda m: m.efficiency_factor, hot.start, hot.end)
    warm = history.mean_of(lambda m: m.average_temperature, hot.start, hot.end)
    for month in (july, september):
        assert in_august < history.mean_of(lambda m: m.efficiency_factor, *month)
        assert warm > history.mean_of(lambda m: m.average_temperature, *month)
