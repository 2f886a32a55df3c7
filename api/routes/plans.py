"""Plans and their workouts."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from api.accepting import launch
from api.deps import Caller, CallerDep
from api.idempotency import EffectRoute
from api.orchestration import Start
from api.routes.activities import attachment
from api.schemas.plans import (
    AssumptionOut,
    AssumptionsOut,
    GenerateAccepted,
    GenerateIn,
    PlanHistoryOut,
    PlanOut,
    TwoMonthsOut,
    WeekOut,
    WorkoutEdited,
    WorkoutPatch,
)
from api.views.plans import is_open, plan_out, plan_summary, week_out, workout_out
from runcoach.domain.errors import AlreadyDecided, Invalid, NotFound
from runcoach.domain.plan import Completion, LedgerState, PlanWeek, Proposal
from runcoach.domain.workout import PlannedWorkout, Segment, segments_from_json, segments_to_json
from runcoach.planning.rules.facts import step_metres, step_seconds, steps_of
from runcoach.ports.storage import UnitOfWork
from workflows.contracts import WeeklyPlanInput
from workflows.names import CORE_QUEUE, weekly_plan_id

router = APIRouter(tags=["plans"], route_class=EffectRoute)

WEEK = timedelta(days=7)


@router.get("/plans/two-months")
async def two_months(caller: CallerDep) -> TwoMonthsOut:
    """The approved version with what became of its days, and the proposal that waits beside it."""
    async with caller.begin() as work:
        approved = await work.plans.approved()
        waiting = await newest_open(work, caller)
        plan = await _plan(work, caller, approved) if approved else None
        done = await work.plans.completions(approved.draft.start, approved.draft.end) if approved else []
    return TwoMonthsOut(plan=plan, open_proposal_id=waiting.id if waiting else None, ledger=_ledger(done))


async def newest_open(work: UnitOfWork, caller: Caller) -> Proposal | None:
    """The proposal that can be decided now."""
    for proposal in await work.plans.open_proposals():
        if is_open(proposal, await work.plans.decision_of(proposal.id), caller.now):
            return proposal
    return None


def _ledger(done: list[Completion]) -> dict[LedgerState, int]:
    states = [completion.state for completion in done]
    return {state: states.count(state) for state in LedgerState}


async def _plan(work: UnitOfWork, caller: Caller, proposal: Proposal) -> PlanOut:
    draft = proposal.draft
    done = {c.workout_id: c for c in await work.plans.completions(draft.start, draft.end)}
    on_watch = {target.workout_id: target.state for target in await work.plans.targets()}
    runs = await work.activities.between(draft.start, min(draft.end, caller.today))
    km = [(run.local_date, run.distance_m or 0.0) for run in runs if run.sport.is_run]
    weeks: list[WeekOut] = []
    for week in draft.weeks:
        weeks.append(week_out(week, caller.language, done, on_watch, _done_m(week, km, caller.today)))
    return plan_out(proposal, weeks)


def _done_m(week: PlanWeek, distances: list[tuple[date, float]], today: date) -> float | None:
    """Run so far in that week; None while it has not begun."""
    if week.monday > today:
        return None
    return sum(metres for day, metres in distances if week.monday <= day < week.monday + WEEK)


@router.get("/plans/history")
async def history(caller: CallerDep, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> PlanHistoryOut:
    """Every version, newest first."""
    async with caller.begin() as work:
        found = await work.plans.history(limit)
    return PlanHistoryOut(items=[plan_summary(one, caller.language) for one in found])


@router.get("/plans/assumptions")
async def assumptions(caller: CallerDep) -> AssumptionsOut:
    """Planned days of the last eight weeks that are over and not confirmed."""
    async with caller.begin() as work:
        approved = await work.plans.approved()
        done = await work.plans.completions(caller.today - 8 * WEEK, caller.today)
    planned = {w.id: w for w in approved.draft.workouts} if approved else {}
    open_days = [c for c in done if c.state is not LedgerState.CONFIRMED and c.workout_id in planned]
    newest_first = sorted(open_days, key=lambda c: c.day, reverse=True)
    return AssumptionsOut(items=[_assumption(c, planned[c.workout_id]) for c in newest_first])


def _assumption(completion: Completion, workout: PlannedWorkout) -> AssumptionOut:
    return AssumptionOut(
        workout_id=workout.id,
        day=completion.day,
        title=workout.title,
        state=completion.state,
        distance_m=workout.estimated_distance_m,
    )


@router.post("/plans/generate", status_code=202)
async def generate(body: GenerateIn, caller: CallerDep) -> GenerateAccepted:
    """A new version as a proposal: it goes nowhere before it is approved."""
    proposal_id = uuid4()
    year, week, _ = caller.today.isocalendar()
    iso_week = f"{year}-W{week:02d}"
    start = Start(
        "WeeklyPlan",
        f"{weekly_plan_id(caller.user.id, iso_week)}/{proposal_id.hex[:8]}",
        CORE_QUEUE,
        WeeklyPlanInput(caller.user.id, iso_week, cause=body.cause, proposal_id=proposal_id),
        f"Plan {iso_week}, {body.cause}",
    )
    begun = await launch(caller, start)
    return GenerateAccepted(**begun.model_dump(), proposal_id=proposal_id)


@router.get("/plans/{plan_id}")
async def one_plan(plan_id: UUID, caller: CallerDep) -> PlanOut:
    """One version with its weeks."""
    async with caller.begin() as work:
        return await _plan(work, caller, await work.plans.get(plan_id))


@router.patch("/workouts/{workout_id}")
async def edit_workout(workout_id: UUID, body: WorkoutPatch, caller: CallerDep) -> WorkoutEdited:
    """Changes one workout of an open proposal. The hash changes: what was on a screen before is void."""
    async with caller.begin() as work:
        proposal, place = await work.plans.workout(workout_id)
        if not is_open(proposal, await work.plans.decision_of(proposal.id), caller.now):
            raise AlreadyDecided(decision=proposal.status.value)
        _check_day(body.day, proposal, caller.today)
        edited = proposal.draft.workouts[place]
        if body.segments is not None:
            edited = replace(edited, segments=_segments(body.segments))
        index = proposal.draft.race_index
        after = await work.plans.edit_workout(
            proposal.id,
            workout_id,
            segments_to_json(edited.segments),
            body.day,
            body.reason,
            estimated_duration_s=round(sum(step_seconds(s, index) * n for s, n in steps_of(edited))),
            estimated_distance_m=round(sum(step_metres(s, index) * n for s, n in steps_of(edited))),
        )
        changed, place = await work.plans.workout(workout_id)
    return WorkoutEdited(
        proposal_id=after.id,
        content_hash=after.content_hash,
        workout=workout_out(changed.draft.workouts[place], caller.language),
    )


def _check_day(day: date | None, proposal: Proposal, today: date) -> None:
    if day is not None and not max(today, proposal.draft.start) <= day <= proposal.draft.end:
        raise Invalid(field="day")


def _segments(segments: list[dict[str, Any]]) -> tuple[Segment, ...]:
    """Raises Invalid."""
    try:
        return segments_from_json(segments)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as wrong:
        raise Invalid(field="segments") from wrong


@router.get("/workouts/{workout_id}/fit", response_class=Response)
async def workout_file(workout_id: UUID, caller: CallerDep) -> Response:
    """The workout as a FIT file, for watches that take files."""
    async with caller.begin() as work:
        proposal, place = await work.plans.workout(workout_id)
    workout = proposal.draft.workouts[place]
    if not workout.segments:
        raise NotFound()
    data = await run_in_threadpool(caller.deps.workout_files.encode, workout)
    return attachment(data, f"{workout.day}-{workout.title}.fit")
