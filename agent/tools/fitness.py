"""How the runner is: load over days, body, level, paces, weekly distances."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil
from typing import Any

from agent.figures import Shown, shown, shown_figure, shown_stored
from agent.tools.contract import ToolArguments, ToolContext
from agent.tools.recorded import counts
from runcoach.i18n import formats
from runcoach.ports.storage import DailyLoad
from runcoach.science.today import REMEMBERED_DAYS, WELLNESS_DAYS, today_figures
from runcoach.science.units import monday_of
from runcoach.science.zones import hrmax_zones

TREND_WEEKS = 6
_KEYS = (
    "ctl",
    "atl",
    "tsb",
    "ramp_rate",
    "monotony",
    "readiness",
    "sleep_status",
    "hrv_status",
    "resting_hr_drift",
)
BODY_DAYS = 7
"""So old may the newest night be that is still worth telling."""


class FitnessArguments(ToolArguments):
    """None."""


async def get_fitness(arguments: FitnessArguments, context: ToolContext) -> dict[str, Any]:
    """Today's fitness (CTL), fatigue (ATL), form (TSB) and readiness, the race index with training paces and
    race predictions, distance and training load of the last weeks, heart rate zones, and the newest night:
    sleep, HRV, resting heart rate."""
    return {
        "as_of": context.today.isoformat(),
        "figures": await figures_of_today(context, _KEYS),
        "level": await _level(context),
        "weeks": await weekly_distances(context, TREND_WEEKS),
        "body": await _body(context),
        "heart_rate_zones": await _heart_rate_zones(context),
    }


async def figures_of_today(context: ToolContext, keys: Sequence[str]) -> list[Shown]:
    """Load, form and body of today, as the dashboard has them."""
    today = context.today
    daily = await context.work.metrics.daily(today - timedelta(days=REMEMBERED_DAYS), today)
    wellness = await context.work.wellness.between(today - timedelta(days=WELLNESS_DAYS - 1), today)
    figures = today_figures([(row.day, row.load) for row in daily], wellness, today)
    return [shown_figure(figures[key], context.language, context.units) for key in keys if key in figures]


async def _level(context: ToolContext) -> list[Shown]:
    stored = await context.work.metrics.profile()
    if stored is None:
        return []
    wanted = (
        "race_index", "training_pace", "race_prediction", "marathon_shape", "vo2max_shape",
        "hr_max_estimate", "lthr_estimate",
    )  # fmt: skip
    return [
        shown_stored(key, figure, context.language, context.units)
        for key, figure in stored[1].items()
        if key.split(".")[0] in wanted and isinstance(figure, dict)
    ]


async def _heart_rate_zones(context: ToolContext) -> list[dict[str, Any]]:
    """Five zones of the maximum that all figures are computed with."""
    stored = await context.work.metrics.profile()
    known = (stored[1].get("hr_max_estimate") or {}).get("value") if stored else None
    if known is None:
        return []
    zones = hrmax_zones(float(known))
    lows = [ceil(bound) for bound in zones.lower_bounds]
    highs = [*(low - 1 for low in lows[1:]), formats.round_half_up(float(known))]
    return [
        {"zone": name, "low_bpm": low, "high_bpm": high, "text": f"{low}–{high} bpm"}
        for name, low, high in zip(zones.names, lows, highs, strict=True)
    ]


async def weekly_distances(context: ToolContext, weeks: int) -> list[dict[str, Any]]:
    """Running distance per week from Monday, this one last; Strava-sourced rows are left out."""
    first = monday_of(context.today) - timedelta(days=7 * (weeks - 1))
    runs = [run for run in await context.work.activities.between(first, context.today) if counts(run)]
    daily = await context.work.metrics.daily(first, context.today)
    return [_week(first + timedelta(days=7 * n), runs, daily, context) for n in range(weeks)]


async def _body(context: ToolContext) -> dict[str, Any] | None:
    """The newest day on which the watch saw sleep, HRV or resting heart rate."""
    first = context.today - timedelta(days=BODY_DAYS - 1)
    days = await context.work.wellness.between(first, context.today)
    seen = [day for day in days if day.sleep_s or day.hrv_rmssd_ms or day.resting_hr_bpm]
    newest = max(seen, key=lambda day: day.day, default=None)
    if newest is None:
        return None
    return {
        "date": newest.day.isoformat(),
        "date_text": formats.day(newest.day, context.language),
        "sleep_s": newest.sleep_s,
        "sleep_text": formats.duration(newest.sleep_s, context.language) if newest.sleep_s else None,
        "hrv_ms": newest.hrv_rmssd_ms,
        "hrv_text": formats.number(newest.hrv_rmssd_ms, 0, "ms") if newest.hrv_rmssd_ms else None,
        "resting_hr_bpm": newest.resting_hr_bpm,
        "resting_hr_text": formats.number(newest.resting_hr_bpm, 0, "bpm") if newest.resting_hr_bpm else None,
    }


def _week(monday: date, runs: list[Any], daily: Sequence[DailyLoad], context: ToolContext) -> dict[str, Any]:
    loads = [row.load for row in daily if monday <= row.day < monday + timedelta(days=7)]
    load = formats.round_half_up(sum(loads)) if loads else None
    own = [run for run in runs if monday <= run.local_date < monday + timedelta(days=7)]
    distance = sum(run.distance_m or 0.0 for run in own)
    figure = shown("distance", distance, "m", context.language, context.units)
    return {
        "monday": monday.isoformat(),
        "week_text": formats.week(monday, context.language),
        "runs": len(own),
        "is_current": monday == monday_of(context.today),
        "distance_m": round(distance),
        "distance_text": figure["text"],
        "load": load,
        "load_text": formats.number(load),
    }
