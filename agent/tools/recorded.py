"""What was run. Strava-sourced rows never get here."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import Field

from agent.figures import shown
from agent.guarded_text import fenced
from agent.tools.contract import Fate, ToolArguments, ToolContext, ToolError
from runcoach.domain.activity import Lap, RecordedActivity, Source
from runcoach.domain.errors import NotFound
from runcoach.i18n import formats, t

MOST_LAPS = 30


class RecentArguments(ToolArguments):
    """How many and how far back."""

    limit: int = Field(5, ge=1, le=20, description="how many activities, newest first")
    days: int = Field(42, ge=1, le=365, description="how many days to look back")


class ActivityArguments(ToolArguments):
    """Which one."""

    activity_id: UUID = Field(description="id from get_recent_activities or get_calendar")


def counts(activity: RecordedActivity) -> bool:
    """A run that may be looked at."""
    return activity.sport.is_run and activity.source is not Source.STRAVA


async def get_recent_activities(arguments: RecentArguments, context: ToolContext) -> dict[str, Any]:
    """The newest recorded activities with distance, time, average pace and heart rate."""
    first = context.today - timedelta(days=arguments.days)
    found = await context.work.activities.between(first, context.today)
    allowed = [activity for activity in found if activity.source is not Source.STRAVA]
    newest = sorted(allowed, key=lambda a: a.start_time, reverse=True)[: arguments.limit]
    return {"activities": [summary(activity, context) for activity in newest], "days": arguments.days}


async def get_activity(arguments: ActivityArguments, context: ToolContext) -> dict[str, Any]:
    """One activity in full: totals, derived figures, laps and time in heart rate zones."""
    try:
        activity = await context.work.activities.get(arguments.activity_id)
    except NotFound as missing:
        raise ToolError(Fate.FIX, "no such activity; take an id from get_recent_activities") from missing
    if activity.source is Source.STRAVA:
        raise ToolError(Fate.ADAPT, "activities from Strava cannot be looked at")
    rows = await context.work.metrics.of_activity(activity.id)
    zones = await context.work.metrics.zones_of_activity(activity.id)
    laps = await context.work.activities.laps(activity.id)
    return summary(activity, context) | {
        "figures": [
            shown(row.definition_key, row.value, row.unit, context.language, context.units, reason=row.reason)
            for row in rows
        ],
        "zones_s": {name: [round(second) for second in seconds] for name, seconds in zones.items()},
        "laps": [_lap(lap, context.units) for lap in laps[:MOST_LAPS]],
    }


def summary(activity: RecordedActivity, context: ToolContext) -> dict[str, Any]:
    """Totals of an activity: no place, no name of a person."""
    pace = _pace(activity)
    return {
        "activity_id": str(activity.id),
        "date": activity.local_date.isoformat(),
        "date_text": formats.day(activity.local_date, context.language),
        "sport": t(f"sport.{activity.sport.value}", context.language),
        "name": fenced(activity.name),
        "distance_m": _whole(activity.distance_m),
        "distance_text": formats.distance(activity.distance_m, context.units),
        "moving_s": round(activity.moving_s),
        "moving_text": formats.clock(activity.moving_s),
        "pace_s_per_km": round(pace, 1) if pace else None,
        "pace_text": formats.pace(pace, context.units),
        "avg_hr_bpm": _whole(activity.avg_hr_bpm),
        "max_hr_bpm": _whole(activity.max_hr_bpm),
        "ascent_m": _whole(activity.ascent_m),
    }


def _pace(activity: RecordedActivity) -> float | None:
    if not activity.distance_m or activity.moving_s <= 0 or not activity.sport.is_run:
        return None
    return activity.moving_s / activity.distance_m * 1000


def _lap(lap: Lap, units: str) -> dict[str, Any]:
    pace = lap.moving_s / lap.distance_m * 1000 if lap.distance_m and lap.moving_s > 0 else None
    return {
        "lap": lap.index + 1,
        "distance_m": _whole(lap.distance_m),
        "moving_s": round(lap.moving_s),
        "pace_text": formats.pace(pace, units),
        "avg_hr_bpm": _whole(lap.avg_hr_bpm),
    }


def _whole(value: float | None) -> int | None:
    return None if value is None else formats.round_half_up(value)
