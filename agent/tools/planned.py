"""What is planned, what is proposed, and the wish for a new plan."""

from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator

from agent.tools.contract import PlanWish, ToolArguments, ToolContext
from agent.tools.recorded import summary
from runcoach.domain.activity import Source
from runcoach.domain.plan import PlanChange, PlanWeek, Proposal
from runcoach.domain.workout import PlannedWorkout, Repeat, Segment, Step, WorkoutKind
from runcoach.i18n import formats, has, t
from runcoach.science.units import monday_of

MOST_DAYS, MOST_CHANGES = 31, 20


class PlanArguments(ToolArguments):
    """How much of it."""

    weeks: int = Field(2, ge=1, le=9, description="how many weeks, this one first")


class CalendarArguments(ToolArguments):
    """Which days, at most 31."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> "CalendarArguments":
        if not 0 <= (self.last - self.first).days < MOST_DAYS:
            raise ValueError("last must be 0 to 30 days after first")
        return self


class ProposeArguments(ToolArguments):
    """Why."""

    reason: Literal["requested", "goal_change"] = Field(
        "requested", description="goal_change where the runner's goal has changed"
    )


async def get_plan(arguments: PlanArguments, context: ToolContext) -> dict[str, Any]:
    """The approved plan from this week on with each workout and its reason, and proposals that wait for the
    runner's decision with what they change and why."""
    approved = await context.work.plans.approved()
    waiting = await context.work.plans.open_proposals()
    return {
        "today": context.today.isoformat(),
        "approved": _version(approved, arguments.weeks, context) | _reasons(approved, context)
        if approved
        else None,
        "waiting_for_decision": [
            _version(proposal, arguments.weeks, context)
            | _expiry(proposal, context)
            | _reasons(proposal, context)
            for proposal in waiting
        ],
    }


async def get_calendar(arguments: CalendarArguments, context: ToolContext) -> dict[str, Any]:
    """Planned workouts and recorded runs side by side, day by day."""
    days = await context.work.overview.calendar(arguments.first, arguments.last)
    return {
        "days": [
            {
                "date": day.day.isoformat(),
                "date_text": formats.day(day.day, context.language),
                "planned": [workout_shown(w, context) for w in day.planned if w.kind is not WorkoutKind.REST],
                "done": [summary(a, context) for a in day.activities if a.source is not Source.STRAVA],
                "states": [t(f"completion.{row.state.value}", context.language) for row in day.completions],
            }
            for day in days
        ]
    }


async def propose_plan(arguments: ProposeArguments, context: ToolContext) -> dict[str, Any]:
    """Asks the planner for a new nine-week plan as a proposal, and says what is in it. Use it only when the
    runner asked for a plan. `status` is proposed, preparing (it takes longer) or refused (with the reason).
    Nothing reaches the watch by this: the runner looks at the proposal and approves or rejects it."""
    intent = await context.propose(PlanWish(cause=arguments.reason))
    return {
        "proposal_id": str(intent.proposal_id),
        "status": intent.status,
        "needs_decision_of": "runner",
        "text": t("coach.proposed", context.language),
    }


def _version(proposal: Proposal, weeks: int, context: ToolContext) -> dict[str, Any]:
    this_week = monday_of(context.today)
    shown = [week for week in proposal.draft.weeks if week.monday >= this_week][:weeks]
    return {
        "proposal_id": str(proposal.id),
        "version": proposal.version,
        "method": t(f"method.{proposal.draft.method.value}", context.language),
        "race_index": round(proposal.draft.race_index, 1),
        "weeks": [_week(week, context) for week in shown],
    }


def _week(week: PlanWeek, context: ToolContext) -> dict[str, Any]:
    runs = [w for w in week.workouts if w.kind is not WorkoutKind.REST]
    return {
        "monday": week.monday.isoformat(),
        "week_text": formats.week(week.monday, context.language),
        "phase": t(f"phase.{week.phase.value}", context.language),
        "is_lighter": week.is_deload,
        "planned_distance_m": week.planned_distance_m,
        "planned_distance_text": formats.distance(week.planned_distance_m, context.units),
        "workouts": [workout_shown(workout, context) for workout in runs],
    }


def workout_shown(workout: PlannedWorkout, context: ToolContext) -> dict[str, Any]:
    """A planned workout with its paces and its reason."""
    reason = workout.reason_key
    return {
        "date": workout.day.isoformat(),
        "date_text": formats.day(workout.day, context.language),
        "is_today": workout.day == context.today,
        "kind": t(f"workout.kind.{workout.kind.value}", context.language),
        "title": workout.title,
        "distance_m": workout.estimated_distance_m,
        "distance_text": formats.distance(workout.estimated_distance_m, context.units),
        "duration_s": workout.estimated_duration_s,
        "duration_text": formats.duration(workout.estimated_duration_s, context.language),
        "paces": _paces(workout.segments, context.units),
        "reason": t(reason, context.language) if reason and has(reason) else None,
    }


def _paces(segments: tuple[Segment, ...], units: str) -> list[str]:
    """`T 4:40–4:50 /km`, each zone once."""
    steps: list[Step] = []
    for segment in segments:
        steps.append(segment.work if isinstance(segment, Repeat) else segment)
    texts = [
        f"{step.pace_label} {formats.pace_range(step.pace.fast_s_per_km, step.pace.slow_s_per_km, units)}"
        for step in steps
        if step.pace is not None
    ]
    return list(dict.fromkeys(texts))


def _expiry(proposal: Proposal, context: ToolContext) -> dict[str, Any]:
    day = proposal.expires_at.astimezone(context.zone).date()
    return {"expires": formats.day(day, context.language)}


def _reasons(proposal: Proposal, context: ToolContext) -> dict[str, Any]:
    """What it changes from today on, and why."""
    upcoming = [change for change in proposal.draft.changes if change.day >= context.today]
    return {
        "causes": [
            t(f"cause.{cause}", context.language)
            for cause in dict.fromkeys(change.cause for change in upcoming)
            if has(f"cause.{cause}")
        ],
        "changes": [_change(change, context) for change in upcoming[:MOST_CHANGES]],
        "changes_left_out": max(0, len(upcoming) - MOST_CHANGES),
    }


def _change(change: PlanChange, context: ToolContext) -> dict[str, Any]:
    return {
        "date_text": formats.day(change.day, context.language),
        "before": change.before_title,
        "after": change.after_title,
        "cause": change.cause,
    }
