"""Figures, series and periods."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from api.schemas.common import FigureOut
from api.schemas.fitness import (
    HrDayOut,
    PeriodOut,
    SeriesOut,
    SleepDayOut,
    WellnessDayOut,
)
from runcoach.domain.activity import DailyWellness
from runcoach.domain.figures import Figure, Reason
from runcoach.ports.storage import DailyLoad, Period, PeriodTotals
from runcoach.science.definitions import DEFINITIONS, figure

LOAD_SERIES = ("load", "ctl", "atl", "tsb")
BODY_SERIES = ("sleep_s", "hrv_rmssd_ms", "resting_hr_bpm")
BODY_UNITS = {"sleep_s": "s", "hrv_rmssd_ms": "ms", "resting_hr_bpm": "bpm"}
SETTLING = timedelta(days=42)
DECIMALS = 3


def stored_figure(values: Mapping[str, Any]) -> FigureOut:
    """A figure as it was stored in the fitness profile."""
    return FigureOut.model_validate(values)


def figures_out(figures: Mapping[str, Figure]) -> dict[str, FigureOut]:
    """Computed figures on the wire."""
    return {key: FigureOut.of(one) for key, one in figures.items()}


def load_series(rows: Sequence[DailyLoad]) -> dict[str, SeriesOut]:
    """Load, fitness, fatigue and form per day."""
    return {name: _load(name, rows) for name in LOAD_SERIES}


def _load(name: str, rows: Sequence[DailyLoad]) -> SeriesOut:
    about = DEFINITIONS[name]
    points = [(row.day, round(float(getattr(row, name)), DECIMALS)) for row in rows]
    return SeriesOut(definition_key=name, unit=about.unit, formula_version=about.version, points=points)


def body_series(days: Sequence[DailyWellness]) -> dict[str, SeriesOut]:
    """Sleep, HRV and resting heart rate per known day."""
    return {
        name: SeriesOut(
            definition_key=name,
            unit=BODY_UNITS[name],
            formula_version=1,
            points=[(day.day, getattr(day, name)) for day in days],
        )
        for name in BODY_SERIES
    }


def warm_up_until(first_day: date | None) -> date | None:
    """Until then the load figures still settle."""
    return first_day + SETTLING if first_day else None


@dataclass(frozen=True)
class Span:
    """Days that are summed up together, both ends included."""

    start: date
    end: date


def spans(period: Period, first: date, last: date) -> list[Span]:
    """Whole weeks from Monday, months or years that touch [first, last], oldest first."""
    found: list[Span] = []
    start = _start_of(period, first)
    while start <= last:
        following = _after(period, start)
        found.append(Span(start, following - timedelta(days=1)))
        start = following
    return found


def _start_of(period: Period, day: date) -> date:
    if period is Period.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period is Period.MONTH else day.replace(month=1, day=1)


def _after(period: Period, start: date) -> date:
    if period is Period.WEEK:
        return start + timedelta(days=7)
    if period is Period.MONTH:
        return (start + timedelta(days=32)).replace(day=1)
    return start.replace(year=start.year + 1)


def period_out(span: Span, totals: Iterable[PeriodTotals]) -> PeriodOut:
    """One span of days. Distance and climb are of runs, time and load of everything."""
    sports = [pair for total in totals for pair in total.by_sport.items()]
    runs = [done for sport, done in sports if sport.is_run]
    everything = [done for _, done in sports]
    loads = [done.load for done in everything if done.load is not None]
    return PeriodOut(
        start=span.start,
        end=span.end,
        activities=sum(done.activities for done in everything),
        runs=sum(done.activities for done in runs),
        distance=_total("distance", [done.distance_m for done in runs], span.end),
        moving_time=_total("moving_time", [done.moving_s for done in everything], span.end),
        load=_total("load", loads, span.end),
        elevation_gain=_total("elevation_gain", [done.ascent_m for done in runs], span.end),
    )


def _total(key: str, values: Sequence[float], as_of: date) -> FigureOut:
    total = round(sum(values), DECIMALS) if values else None
    return FigureOut.of(figure(key, total, Reason.NO_RUNS, as_of))


def wellness_out(day: DailyWellness) -> WellnessDayOut:
    """One day of the body."""
    return WellnessDayOut.model_validate(day, from_attributes=True)


def sleep_out(day: DailyWellness) -> SleepDayOut:
    """One night."""
    return SleepDayOut(
        day=day.day,
        sleep_s=day.sleep_s,
        deep_s=day.sleep_deep_s,
        light_s=day.sleep_light_s,
        rem_s=day.sleep_rem_s,
        awake_s=day.sleep_awake_s,
        score=day.sleep_score,
    )


def hr_out(day: DailyWellness) -> HrDayOut:
    """One day of the resting heart."""
    return HrDayOut(day=day.day, resting_hr_bpm=day.resting_hr_bpm, hrv_rmssd_ms=day.hrv_rmssd_ms)
