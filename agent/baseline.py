"""What the coach knows before it looks: six weeks, the trend of twelve, a lifetime. Always about as long.

Everything comes from stored summaries, so it costs the same after ten years as after ten weeks.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from agent.figures import Shown, shown
from agent.tools.contract import ToolContext
from runcoach.i18n import formats
from runcoach.ports.storage import AnalyticsSummary, DailyLoad, Period
from runcoach.science.units import monday_of

RECENT_WEEKS, TREND_WEEKS = 6, 12
_YEARS = timedelta(days=366 * 60)

type Profile = tuple[date, Mapping[str, Any]]


async def history_of(context: ToolContext) -> dict[str, Any]:
    """Recent weeks, trend and lifetime, read from what is stored."""
    today, work = context.today, context.work
    first = monday_of(today) - timedelta(days=7 * TREND_WEEKS)
    weeks = await work.analytics.summaries(Period.WEEK, first, today)
    years = await work.analytics.summaries(Period.YEAR, today - _YEARS, today)
    daily = await work.metrics.daily(first, today)
    profiles = await work.metrics.profiles(first, today)
    return {
        "recent_weeks": recent_weeks(weeks, context),
        "trend_12_weeks": trend(weeks, daily, profiles, context),
        "lifetime": lifetime(years, context),
    }


def recent_weeks(weeks: Sequence[AnalyticsSummary], context: ToolContext) -> list[dict[str, Any]]:
    """Six weeks, this one last; a week without anything is a week of nothing."""
    known = {week.first_day: week for week in weeks}
    this = monday_of(context.today)
    mondays = [this - timedelta(days=7 * back) for back in reversed(range(RECENT_WEEKS))]
    return [_week(monday, known.get(monday), this, context) for monday in mondays]


def trend(
    weeks: Sequence[AnalyticsSummary],
    daily: Sequence[DailyLoad],
    profiles: Sequence[Profile],
    context: ToolContext,
) -> dict[str, Any]:
    """Whole weeks: the mean of the last six beside the six before; fitness and index at both ends."""
    this = monday_of(context.today)
    complete = {week.first_day: _value(week, "distance") or 0.0 for week in weeks if week.first_day < this}
    middle = this - timedelta(days=7 * RECENT_WEEKS)
    before = sum(metres for monday, metres in complete.items() if monday < middle)
    after = sum(metres for monday, metres in complete.items() if monday >= middle)
    return {
        "weekly_distance_before": _distance(before / RECENT_WEEKS, context),
        "weekly_distance_recent": _distance(after / RECENT_WEEKS, context),
        "ctl_then": _ctl(daily[0] if daily else None, context),
        "ctl_now": _ctl(daily[-1] if daily else None, context),
        "race_index_then": _index(profiles[0] if profiles else None, context),
        "race_index_now": _index(profiles[-1] if profiles else None, context),
    }


def lifetime(years: Sequence[AnalyticsSummary], context: ToolContext) -> dict[str, Any]:
    """All there is, in one line; {} before the first activity."""
    if not years:
        return {}
    busiest = max(years, key=lambda year: _value(year, "distance") or 0.0)
    return {
        "since_year": years[0].first_day.year,
        "runs": sum(_input(year, "distance", "runs") for year in years),
        "activities": sum(_input(year, "moving_time", "activities") for year in years),
        "distance": _distance(sum(_value(year, "distance") or 0.0 for year in years), context),
        "most_in_a_year": _distance(_value(busiest, "distance") or 0.0, context)
        | {"year": busiest.first_day.year},
    }


def _week(monday: date, week: AnalyticsSummary | None, this: date, context: ToolContext) -> dict[str, Any]:
    metres = (_value(week, "distance") if week else None) or 0.0
    load = _value(week, "load") if week else None
    return {
        "monday": monday.isoformat(),
        "week_text": formats.week(monday, context.language),
        "is_current": monday == this,
        "runs": _input(week, "distance", "runs") if week else 0,
        "distance_m": round(metres),
        "distance_text": formats.distance(metres, context.units),
        "load": round(load) if load is not None else None,
    }


def _distance(metres: float, context: ToolContext) -> Shown:
    return {"distance_m": round(metres), "text": formats.distance(metres, context.units)}


def _ctl(row: DailyLoad | None, context: ToolContext) -> Shown:
    value, day = (row.ctl, row.day) if row else (None, None)
    reason = None if row else "not_enough_history"
    return shown("ctl", value, "load/day", context.language, context.units, as_of=day, reason=reason)


def _index(profile: Profile | None, context: ToolContext) -> Shown:
    found: Mapping[str, Any] = (profile[1].get("race_index") if profile else None) or {}
    day = profile[0] if profile else None
    reason = found.get("reason") or "no_runs"
    value = found.get("value")
    return shown("race_index", value, "index", context.language, context.units, as_of=day, reason=reason)


def _value(summary: AnalyticsSummary, key: str) -> float | None:
    value = summary.figures.get(key, {}).get("value")
    return float(value) if isinstance(value, int | float) else None


def _input(summary: AnalyticsSummary, key: str, name: str) -> int:
    return int(summary.figures.get(key, {}).get("inputs", {}).get(name) or 0)
