"""A proposal in short: what the coach may say of a plan that was just made, late, or not made."""

from datetime import date
from typing import Any
from uuid import UUID

from agent.tools.contract import ToolContext
from agent.tools.planned import workout_shown
from runcoach.domain.plan import Proposal
from runcoach.domain.workout import WorkoutKind
from runcoach.i18n import formats, t

MOST_KEY_SESSIONS = 3
_BODY_CAUSES = ("illness", "fatigue", "return", "missed", "goal_changed", "new_paces", "moved_availability")
"""Worth a sentence; that time has passed is not."""


def proposal_shown(proposal: Proposal, context: ToolContext) -> dict[str, Any]:
    """Weeks, how far they go, the first key sessions, what goes to the watch, and until when to decide."""
    draft = proposal.draft
    whole = [week for week in draft.weeks if len(week.workouts) == 7] or list(draft.weeks)
    least_m = min(week.planned_distance_m for week in whole)
    most_m = max(week.planned_distance_m for week in whole)
    key = [w for w in draft.workouts if w.kind.is_hard or w.kind is WorkoutKind.LONG]
    expires = proposal.expires_at.astimezone(context.zone).date()
    return _of(proposal.id, "proposed") | {
        "weeks": len(draft.weeks),
        "first_day_text": formats.day(_first_day(proposal), context.language),
        "last_day_text": formats.day(draft.end, context.language),
        "method": t(f"method.{draft.method.value}", context.language),
        "least_week_m": least_m,
        "least_week_text": formats.distance(least_m, context.units),
        "most_week_m": most_m,
        "most_week_text": formats.distance(most_m, context.units),
        "first_week_m": whole[0].planned_distance_m,
        "first_week_text": formats.distance(whole[0].planned_distance_m, context.units),
        "key_sessions": [workout_shown(w, context) for w in key[:MOST_KEY_SESSIONS]],
        "workouts_for_watch": sum(w.kind is not WorkoutKind.REST for w in proposal.items),
        "decide_until": formats.day(expires, context.language),
        "causes": _causes(proposal, context),
        "where": t("coach.proposed.where", context.language),
    }


def plan_preparing(proposal_id: UUID, context: ToolContext) -> dict[str, Any]:
    """It takes longer than anybody waits for in a chat."""
    return _of(proposal_id, "preparing") | {"text": t("coach.proposed", context.language)}


def plan_refused(proposal_id: UUID, code: str, context: ToolContext) -> dict[str, Any]:
    """There is no plan, with the reason and what to do, as the runner reads them."""
    return _of(proposal_id, "refused") | {
        "code": code,
        "reason": _sentence(code, "", context.language),
        "next": _sentence(code, ".next", context.language),
    }


def _of(proposal_id: UUID, status: str) -> dict[str, Any]:
    return {"proposal_id": str(proposal_id), "status": status, "needs_decision_of": "runner"}


def _first_day(proposal: Proposal) -> date:
    return min((w.day for w in proposal.draft.workouts), default=proposal.draft.start)


def _causes(proposal: Proposal, context: ToolContext) -> list[str]:
    found = {change.cause for change in proposal.draft.changes}
    return [t(f"cause.{cause}", context.language) for cause in _BODY_CAUSES if cause in found]


def _sentence(code: str, ending: str, language: str) -> str:
    """Of the error; of any error where there is none, or where it needs more than its code."""
    try:
        return t(f"error.{code}{ending}", language, rule=t("rule.other", language))
    except KeyError:
        return t(f"error.internal{ending}", language)
