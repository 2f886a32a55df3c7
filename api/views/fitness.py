"""Figures, series and periods."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
from runcoach.domain.activity import DailyWellness, RecordedActivity, Source
from runcoach.domain.figures import Figure, Reason
from runcoach.ports.storage import DailyLoad
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
class Period:
    """Days that are summed up together, both ends included."""

    start: date
    end: date


def weeks(first: date, last: date) -> list[Period]:
    """Whole weeks from Monday that touch [first, last]."""
    return _periods(first - timedelta(days=first.weekday()), last, lambda day: day + timedelta(days=7))


def months(first: date, last: date) -> list[Period]:
    """Whole months that touch [first, last]."""
    return _periods(first.replace(day=1), last, lambda day: (day + timedelta(days=32)).replace(day=1))


def years(first: date, last: date) -> list[Period]:
    """Whole years that touch [first, last]."""
    return _periods(first.replace(month=1, day=1), last, lambda day: day.replace(year=day.year + 1))


def _periods(start: date, last: date, following: Callable[[date], date]) -> list[Period]:
    found: list[Period] = []
    while start <= last:
        begin, start = start, following(start)
        found.append(Period(begin, start - timedelta(days=1)))
    return found


def period_out(
    period: Period, activities: Iterable[RecordedActivity], loads: Mapping[date, float]
) -> PeriodOut:
    """One period. Distance and climb are of runs, time and load of everything; Strava's rows are left out."""
    mine = [
        one
        for one in activities
        if period.start <= one.local_date <= period.end and one.source is not Source.STRAVA
    ]
    runs = [one for one in mine if one.sport.is_run]
    load = sum(value for day, value in loads.items() if period.start <= day <= period.end)
    return PeriodOut(
        start=period.start,
        end=period.end,
        activities=len(mine),
        runs=len(runs),
        distance=_sum("distance", [run.distance_m for run in runs], period.end),
        moving_time=_sum("moving_time", [one.moving_s for one in mine], period.end),
        load=_total("load", load if mine else None, period.end),
        elevation_gain=_sum("elevation_gain", [run.ascent_m for run in runs], period.end),
    )


def _sum(key: str, values: Sequence[float | None], as_of: date) -> FigureOut:
    known = [value for value in values if value is not None]
    return _total(key, sum(known) if known else None, as_of)


def _total(key: str, value: float | None, as_of: date) -> FigureOut:
    rounded = None if value is None else round(value, DECIMALS)
    return FigureOut.of(figure(key, rounded, Reason.NO_RUNS, as_of))


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
