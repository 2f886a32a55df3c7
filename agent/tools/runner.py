"""Who the runner is: days, method, anchors, goals."""

from typing import Any

from agent.guarded_text import fenced
from agent.tools.contract import ToolArguments, ToolContext
from runcoach.domain.plan import Goal
from runcoach.i18n import formats, t


class ProfileArguments(ToolArguments):
    """None."""


async def get_profile(arguments: ProfileArguments, context: ToolContext) -> dict[str, Any]:
    """The runner's settings: days to run on, method, heart rate anchors, goals and injury notes."""
    profile = await context.work.users.profile()
    goals = await context.work.users.goals()
    language = context.language
    found: dict[str, Any] = {
        "today": context.today.isoformat(),
        "today_text": formats.day(context.today, language),
        "goals": [_goal(goal, context) for goal in goals if goal.status == "active"],
        "profile": None,
    }
    if profile is None:
        return found
    found["profile"] = {
        "available_weekdays": [formats.weekday_name(d, language) for d in sorted(profile.available_weekdays)],
        "long_run_weekday": formats.weekday_name(profile.long_run_weekday, language),
        "quality_days_per_week": profile.quality_days_per_week,
        "method": t(f"method.{profile.method.value}", language),
        "injury_notes": fenced(profile.injury_notes),
    }
    found["heart_rates"] = {
        "hr_max_bpm": profile.hr_max_bpm,
        "hr_rest_bpm": profile.hr_rest_bpm,
        "threshold_hr_bpm": profile.threshold_hr_bpm,
    }
    return found


def _goal(goal: Goal, context: ToolContext) -> dict[str, Any]:
    return {
        "kind": goal.kind,
        "title": fenced(goal.title),
        "race_date": goal.race_date.isoformat() if goal.race_date else None,
        "race_date_text": formats.day_with_year(goal.race_date, context.language),
        "race_distance_m": goal.race_distance_m,
        "race_distance_text": formats.distance(goal.race_distance_m, context.units),
        "target_time_s": goal.target_time_s,
        "target_time_text": formats.clock(goal.target_time_s),
    }
