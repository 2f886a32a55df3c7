"""Weeks, months and years as they are kept: what was done in each, and the level at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from activities.anchors import load_anchors
from activities.profile import BOUND_TO_M, TRIAL_FROM_M, Career, Run, level_figures
from runcoach.domain.figures import Figure, Reason
from runcoach.ports.storage import AnalyticsSummary, DailyLoad, Period, PeriodTotals, SportTotals, UnitOfWork
from runcoach.science.definitions import DEFINITIONS, figure, stated
from runcoach.science.distribution import distribution_figures
from runcoach.science.units import monday_of

LEVEL_VERSION = 1
"""Raised when the make-up of profiles and snapshots changes."""

_LOAD_KEYS = ("ctl", "atl", "tsb")


@dataclass(frozen=True)
class Levels:
    """Monday → figures, and first of the month → figures, as JSON by definition key."""

    weeks: Mapping[date, Mapping[str, Any]]
    months: Mapping[date, Mapping[str, Any]]
    version: int = LEVEL_VERSION


async def load_career(work: UnitOfWork) -> Career:
    """Everything run so far."""
    computed = await work.derived.computed()
    values = await work.derived.values(["effective_vo2max"])
    runs = [
        Run(
            row.activity.id,
            row.activity.local_date,
            row.activity.sport,
            row.activity.distance_m or 0.0,
            row.activity.moving_s,
            values.get(row.activity.id, {}).get("effective_vo2max"),
        )
        for row in computed
        if row.activity.sport.is_run
    ]
    book = await load_anchors(work, computed)
    bests = await work.derived.bests(TRIAL_FROM_M, BOUND_TO_M)
    return Career(book, sorted(runs, key=lambda run: run.day), bests)


def past_levels(
    career: Career, daily: Sequence[DailyLoad], low_to_high: Sequence[float], today: date
) -> Levels:
    """The level at the end of every week and month since the first run; of the present ones, today."""
    loads = {row.day: row for row in daily}
    first = career.runs[0].day if career.runs else today
    weeks = {}
    for monday in _starts(monday_of(first), today, 7):
        weeks[monday] = _level(career, loads, min(monday + timedelta(days=6), today))
    this_week = monday_of(today)
    weeks[this_week] = weeks[this_week] | _distribution(low_to_high, today)
    months = {}
    for month in _months(first.replace(day=1), today):
        months[month] = _level(career, loads, min(_next_month(month) - timedelta(days=1), today))
    return Levels(weeks, months)


def _level(career: Career, loads: Mapping[date, DailyLoad], day: date) -> dict[str, Any]:
    row = loads.get(day)
    form = {
        key: figure(key, getattr(row, key) if row else None, Reason.NOT_ENOUGH_HISTORY, day).as_dict()
        for key in _LOAD_KEYS
    }
    return level_figures(career, day) | form


def _distribution(seconds: Sequence[float], today: date) -> dict[str, Any]:
    three = [*seconds, 0.0, 0.0, 0.0][:3]
    return {one.definition_key: one.as_dict() for one in distribution_figures(three, today)}


async def summaries_of(work: UnitOfWork, first: date, today: date) -> list[AnalyticsSummary]:
    """Weeks from Monday, months from the 1st and years that touch [first, today]."""
    found = []
    for period in Period:
        for totals in await work.overview.totals(period, first, today):
            figures = {key: one.as_dict() for key, one in total_figures(totals).items()}
            found.append(AnalyticsSummary(period, totals.first_day, figures, DEFINITIONS["load"].version))
    return found


def total_figures(totals: PeriodTotals) -> dict[str, Figure]:
    """Distance and climb of runs; time and load of everything, with how many there were."""
    everything = list(totals.by_sport.values())
    runs = [done for sport, done in totals.by_sport.items() if sport.is_run]
    loads = [done.load for done in everything if done.load is not None]
    as_of = totals.first_day
    return {
        "distance": stated("distance", sum(done.distance_m for done in runs), as_of, runs=_count(runs)),
        "elevation_gain": stated("elevation_gain", sum(done.ascent_m for done in runs), as_of),
        "moving_time": stated(
            "moving_time", sum(done.moving_s for done in everything), as_of, activities=_count(everything)
        ),
        "load": figure("load", sum(loads) if loads else None, Reason.NO_LOAD_SOURCE, as_of),
    }


def _count(done: Sequence[SportTotals]) -> int:
    return sum(one.activities for one in done)


def _starts(first: date, last: date, days: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(0, (last - first).days + 1, days)]


def _months(month: date, last: date) -> list[date]:
    found = []
    while month <= last:
        found.append(month)
        month = _next_month(month)
    return found


def _next_month(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
