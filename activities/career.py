"""Weeks, months and years as they are kept: what was done in each, and the level at its end."""

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from activities.anchors import load_anchors
from activities.profile import BOUND_TO_M, TRIAL_FROM_M, Career, Run, level_figures
from runcoach.domain.figures import Figure, Reason
from runcoach.ports.derived import Level, LevelSources
from runcoach.ports.storage import AnalyticsSummary, DailyLoad, Period, PeriodTotals, SportTotals, UnitOfWork
from runcoach.science.definitions import DEFINITIONS, figure, stated
from runcoach.science.distribution import distribution_figures
from runcoach.science.units import monday_of

LEVEL_VERSION = 1
"""Raised when the make-up of profiles and snapshots changes."""

_LOAD_KEYS = ("ctl", "atl", "tsb")


@dataclass(frozen=True)
class Levels:
    """Those that are new or differ."""

    weeks: Sequence[Level]
    months: Sequence[Level]


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
    career: Career,
    daily: Sequence[DailyLoad],
    low_to_high: Sequence[float],
    known: LevelSources,
    today: date,
) -> Levels:
    """The level at the end of every week and month since the first run, of the present ones today.

    Only those that were made from something else than now, or not at all.
    """
    loads = {row.day: row for row in daily}
    sources = Sources(career)
    first = career.runs[0].day if career.runs else today
    this_week = monday_of(today)

    def anew(start: date, end: date, made_from: str | None) -> Level | None:
        day, extra = min(end, today), low_to_high if start == this_week else ()
        source = sources.of(day, loads.get(day), extra)
        if source == made_from:
            return None
        figures = _level(career, loads, day) | (_distribution(extra, today) if start == this_week else {})
        return Level(start, figures, source, LEVEL_VERSION)

    weeks = [
        anew(monday, monday + timedelta(days=6), known.weeks.get(monday))
        for monday in _mondays(monday_of(first), today)
    ]
    months = [
        anew(month, _next_month(month) - timedelta(days=1), known.months.get(month))
        for month in _months(first.replace(day=1), today)
    ]
    return Levels([week for week in weeks if week], [month for month in months if month])


class Sources:
    """Names what a level was made from: formulas, runs, bests and races until then, anchors, load."""

    def __init__(self, career: Career) -> None:
        self._book = career.book
        versions = [(key, one.version) for key, one in sorted(DEFINITIONS.items())]
        self._start = repr((LEVEL_VERSION, versions)).encode()
        rows = [(run.day, repr(run)) for run in career.runs]
        rows += [(best.local_date or date.min, repr(best)) for best in career.bests]
        rows += [(race.day, repr(race)) for race in career.book.races]
        self._days, self._digests = self._roll(sorted(rows))

    def of(self, day: date, load: DailyLoad | None, extra: Sequence[float]) -> str:
        """A digest of everything that bears on the day."""
        at = bisect_right(self._days, day)
        anchors = self._book.on(day)
        form = [round(value, 6) for value in (load.ctl, load.atl, load.tsb)] if load else []
        named = (day, replace(anchors, estimated=frozenset()), sorted(anchors.estimated), form, list(extra))
        past = self._digests[at - 1] if at else self._start
        return hashlib.sha256(past + repr(named).encode()).hexdigest()[:32]

    def _roll(self, rows: Sequence[tuple[date, str]]) -> tuple[list[date], list[bytes]]:
        digest, days, digests = hashlib.sha256(self._start), [], []
        for day, text in rows:
            digest.update(text.encode())
            days.append(day)
            digests.append(digest.digest())
        return days, digests


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


def _mondays(monday: date, last: date) -> list[date]:
    return [monday + timedelta(days=7 * n) for n in range((last - monday).days // 7 + 1)]


def _months(month: date, last: date) -> list[date]:
    found = []
    while month <= last:
        found.append(month)
        month = _next_month(month)
    return found


def _next_month(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
