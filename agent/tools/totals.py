"""Sums over a span of days, and the fastest stretches in it. Strava-sourced rows never get here."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import Field

from agent.tools.contract import ToolArguments, ToolContext
from agent.tools.recorded import counts
from runcoach.i18n import formats, has, t
from runcoach.science.units import monday_of

type Span = Literal["this_week", "last_week", "this_month", "last_month", "this_year", "last_year"]
MOST_BESTS = 12


class TotalsArguments(ToolArguments):
    """Which span."""

    span: Span = Field("last_week", description="weeks run from Monday to Sunday")


class BestsArguments(ToolArguments):
    """How far back."""

    days: int = Field(365, ge=1, le=3660, description="how many days to look back")


async def get_totals(arguments: TotalsArguments, context: ToolContext) -> dict[str, Any]:
    """How far, how long and how often was run in a week, a month or a year; of this one, until today."""
    first, last = span_of(arguments.span, context.today)
    found = await context.work.activities.between(first, min(last, context.today))
    runs = [activity for activity in found if counts(activity)]
    distance_m = sum(run.distance_m or 0.0 for run in runs)
    moving_s = sum(run.moving_s for run in runs)
    return {
        "span": arguments.span,
        "first_text": formats.day(first, context.language),
        "last_text": formats.day(min(last, context.today), context.language),
        "is_over": last < context.today,
        "runs": len(runs),
        "distance_m": round(distance_m),
        "distance_text": formats.distance(distance_m, context.units),
        "moving_s": round(moving_s),
        "moving_text": formats.duration(moving_s, context.language),
    }


async def get_best_efforts(arguments: BestsArguments, context: ToolContext) -> dict[str, Any]:
    """The fastest stretch of each distance, from 400 m up, within any run of that time."""
    first = context.today - timedelta(days=arguments.days)
    found = await context.work.metrics.best_efforts(first, context.today)
    shown = [
        {
            "distance_m": round(best.distance_m),
            "distance_name": _distance_name(best.distance_m, context),
            "duration_s": round(best.duration_s, 1),
            "time_text": formats.clock(best.duration_s),
            "pace_text": formats.pace(best.duration_s / best.distance_m * 1000, context.units),
            "date_text": formats.day_with_year(best.local_date, context.language),
        }
        for best in sorted(found, key=lambda best: best.distance_m)
    ]
    return {"days": arguments.days, "bests": shown[-MOST_BESTS:]}


def span_of(span: Span, today: date) -> tuple[date, date]:
    """First and last day of it, whole."""
    which, unit = span.split("_")
    if unit == "week":
        first = monday_of(today) - timedelta(days=7 if which == "last" else 0)
        return first, first + timedelta(days=6)
    if unit == "year":
        year = today.year - (which == "last")
        return date(year, 1, 1), date(year, 12, 31)
    first = today.replace(day=1)
    if which == "last":
        first = (first - timedelta(days=1)).replace(day=1)
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _distance_name(distance_m: float, context: ToolContext) -> str:
    """`5K`, `하프`; distances without a name in metres or kilometres."""
    key = f"coach.race.{round(distance_m)}"
    if has(key):
        return t(key, context.language)
    return f"{round(distance_m)} m" if distance_m < 2000 else formats.distance(distance_m, context.units)
