"""The runner's level on any day, from what had been run by then: pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from runcoach.domain.activity import Sport
from runcoach.domain.figures import Figure, Reason
from runcoach.ports.storage import BestEffort
from runcoach.science.age_grade import age_grade_figure
from runcoach.science.anchors import Anchor, AnchorBook
from runcoach.science.critical_speed import critical_speed_figures
from runcoach.science.definitions import figure, missing, stated
from runcoach.science.level import (
    USABLE_DAYS,
    marathon_shape_figure,
    power_law_figure,
    prediction_figures,
    race_index_figure,
    threshold_pace_figure,
    training_pace_figures,
)
from runcoach.science.marathon_shape import KM_DAYS
from runcoach.science.prediction import Race
from runcoach.science.race_index import vdot_from_race
from runcoach.science.risk import session_spike_figure, two_week_progression
from runcoach.science.vo2max import SHAPE_DAYS, vo2max_shape

BOUND_FROM_M, BOUND_TO_M = 3000.0, 50_000.0
"""Shorter stretches inside a run are mostly intervals with rests before them."""

TRIAL_FROM_S, TRIAL_TO_S = 120.0, 900.0
TRIAL_FROM_M, TRIAL_TO_M = 800.0, 5000.0
VOLUME_DAYS, SPIKE_DAYS = 56, 30
EXPONENT_DAYS, FARTHER = 182, 1.5


@dataclass(frozen=True)
class Run:
    """One run as the level looks at it. `vo2max` is effective VO2max, None where the run tells none."""

    id: UUID
    day: date
    sport: Sport
    distance_m: float
    moving_s: float
    vo2max: float | None = None


@dataclass(frozen=True)
class Career:
    """Everything run so far, oldest first, and the numbers of the runner."""

    book: AnchorBook
    runs: Sequence[Run] = ()
    bests: Sequence[BestEffort] = ()

    def runs_of(self, day: date, days: int) -> Sequence[Run]:
        """Runs of the `days` days that end with `day`."""
        low = bisect_right(self._run_days, day - timedelta(days=days))
        return self.runs[low : bisect_right(self._run_days, day)]

    def bests_of(self, day: date, days: int) -> Sequence[BestEffort]:
        """Best efforts of the `days` days that end with `day`."""
        low = bisect_right(self._best_days, day - timedelta(days=days))
        return self.bests[low : bisect_right(self._best_days, day)]

    def before(self, run: Run, days: int) -> Sequence[Run]:
        """Runs of the days before that run's own."""
        low = bisect_left(self._run_days, run.day - timedelta(days=days))
        return self.runs[low : bisect_left(self._run_days, run.day)]

    @cached_property
    def _run_days(self) -> list[date]:
        return [run.day for run in self.runs]

    @cached_property
    def _best_days(self) -> list[date]:
        return [best.local_date or date.min for best in self.bests]


def level_figures(career: Career, day: date) -> dict[str, Any]:
    """Definition key → figure as JSON; paces, predictions and the like carry their zone or distance."""
    races = [race.on(day) for race in career.book.races if race.day <= day]
    shape = _vo2max_shape(career, day)
    index = index_figure(races, shape.number, career.bests_of(day, USABLE_DAYS), day)
    found = {"race_index": index, "vo2max_shape": shape, "vo2max_correction": _correction(career, day)}
    marathon_shape = _marathon_shape(career, shape.number, day)
    found |= _paces(index, day) | _anchors(career.book, day)
    found |= _predictions(career, races, marathon_shape.number, day) | {"marathon_shape": marathon_shape}
    speed, reserve = critical_speed_figures(_trials(career.bests_of(day, USABLE_DAYS)), day)
    found |= {"critical_speed": speed, "d_prime": reserve, "power_law_exponent": _exponent(races, day)}
    found |= {"session_spike": _spike(career, day), "weekly_progression": _progression(career, day)}
    found["age_grade"] = age_grade_figure(races, career.book.birth_year, career.book.sex, day)
    return {key: one.as_dict() for key, one in found.items()}


def index_figure(
    races: Sequence[Race], vo2max: float | None, bests: Sequence[BestEffort], day: date
) -> Figure:
    """Race index by race, else by effective VO2max; never below what a stretch of 3 km or more has proved.

    Such a stretch is a bound, not a measurement (`source` best_effort): nobody runs better than they can.
    Within a race the official distance counts, not the watch's slightly longer one.
    """
    found = race_index_figure(races, vo2max, day)
    raced = {day - timedelta(days=race.days_ago) for race in races}
    bound, best = _bound([best for best in bests if best.local_date not in raced])
    if bound is None or best is None or (found.number is not None and found.number >= bound):
        return found
    return stated(
        "race_index",
        bound,
        day,
        source="best_effort",
        distance_m=best.distance_m,
        time_s=best.duration_s,
        days_ago=(day - best.local_date).days if best.local_date else None,
        activity_id=str(best.activity_id) if best.activity_id else None,
    )


def _bound(bests: Sequence[BestEffort]) -> tuple[float | None, BestEffort | None]:
    usable = [
        (value, -best.distance_m, best)
        for best in bests
        if BOUND_FROM_M <= best.distance_m <= BOUND_TO_M
        and (value := _index_of(best.distance_m, best.duration_s)) is not None
    ]
    if not usable:
        return None, None
    value, _, best = max(usable, key=lambda one: one[:2])
    return value, best


@lru_cache(maxsize=50_000)
def _index_of(distance_m: float, duration_s: float) -> float | None:
    """Kept, since a long history asks for the same stretch on each of thirteen weeks."""
    return vdot_from_race(distance_m, duration_s)


def _vo2max_shape(career: Career, day: date) -> Figure:
    known = [(run.vo2max, run.moving_s) for run in career.runs_of(day, SHAPE_DAYS) if run.vo2max is not None]
    return figure("vo2max_shape", vo2max_shape(known), Reason.NO_RUNS, day, runs=len(known), days=SHAPE_DAYS)


def _correction(career: Career, day: date) -> Figure:
    """From all races, later ones too: a heart answers to effort in the same way before and after them."""
    if not any(race.avg_hr_bpm for race in career.book.races):
        return missing("vo2max_correction", Reason.NO_RACE, day)
    return stated("vo2max_correction", career.book.vo2max_factor, day)


def _paces(index: Figure, day: date) -> dict[str, Figure]:
    value = index.number
    if value is None:
        paces = {
            f"training_pace.{zone}": missing("training_pace", Reason.NO_RACE, day, zone=zone)
            for zone in ("E", "E_slow", "E_fast", "M", "T", "I", "R")
        }
    else:
        paces = {f"training_pace.{zone}": one for zone, one in training_pace_figures(value, day).items()}
    return paces | {"threshold_pace_estimate": threshold_pace_figure(value, day)}


def _predictions(
    career: Career, races: Sequence[Race], shape_pct: float | None, day: date
) -> dict[str, Figure]:
    runs = career.runs_of(day, VOLUME_DAYS)
    km_per_week = sum(run.distance_m for run in runs) / 1000 / (VOLUME_DAYS / 7)
    longest_km = max((run.distance_m for run in runs), default=0.0) / 1000
    found = prediction_figures(races, km_per_week, longest_km, day, shape_pct)
    return {f"race_prediction.{int(metres)}": one for metres, one in found.items()}


def _anchors(book: AnchorBook, day: date) -> dict[str, Figure]:
    named: dict[str, Anchor] = {
        "hr_max_estimate": book.hr_max(day),
        "lthr_estimate": book.threshold_hr(day),
    }
    return {
        key: stated(key, one.value, day, method=one.method, is_estimated=one.is_estimated)
        for key, one in named.items()
    }


def _marathon_shape(career: Career, vo2max: float | None, day: date) -> Figure:
    first = career.runs[0].day if career.runs else day
    runs = [(run.distance_m / 1000, (day - run.day).days) for run in career.runs_of(day, KM_DAYS + 1)]
    return marathon_shape_figure(vo2max, runs, (day - first).days, day)


def _trials(bests: Sequence[BestEffort]) -> list[tuple[float, float]]:
    fastest: dict[float, float] = {}
    for best in bests:
        is_trial = TRIAL_FROM_M <= best.distance_m <= TRIAL_TO_M
        if is_trial and TRIAL_FROM_S <= best.duration_s <= TRIAL_TO_S:
            fastest[best.distance_m] = min(best.duration_s, fastest.get(best.distance_m, best.duration_s))
    return sorted(fastest.items())


def _exponent(races: Sequence[Race], day: date) -> Figure:
    """Between the longest and the shortest race of half a year."""
    recent = sorted((race for race in races if race.days_ago <= EXPONENT_DAYS), key=lambda r: r.distance_m)
    if len(recent) < 2 or recent[-1].distance_m < FARTHER * recent[0].distance_m:
        return missing("power_law_exponent", Reason.TOO_FEW_EFFORTS, day, races=len(recent))
    return power_law_figure(recent[0], recent[-1], day)


def _spike(career: Career, day: date) -> Figure:
    """The newest run of the week against the longest of the 30 days before it."""
    recent = career.runs_of(day, 7)
    if not recent:
        return missing("session_spike", Reason.NO_RUNS, day)
    newest = recent[-1]
    longest_m = max((run.distance_m for run in career.before(newest, SPIKE_DAYS)), default=0.0)
    return session_spike_figure(newest.distance_m / 1000, longest_m / 1000, newest.day)


def _progression(career: Career, day: date) -> Figure:
    """Distance of seven days over the seven that ended two weeks before."""
    last_m = sum(run.distance_m for run in career.runs_of(day, 7))
    before_m = sum(run.distance_m for run in career.runs_of(day - timedelta(days=14), 7))
    ratio = two_week_progression(last_m / 1000, before_m / 1000)
    about = {"km": last_m / 1000, "km_before": before_m / 1000}
    return figure("weekly_progression", ratio, Reason.NO_BASELINE, day, **about)
