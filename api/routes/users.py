"""The runner's profile and goals."""

from dataclasses import replace
from uuid import UUID, uuid4

from fastapi import APIRouter

from api.accepting import recompute_soon
from api.deps import CallerDep
from api.idempotency import EffectRoute
from api.schemas.users import GoalIn, GoalOut, GoalsOut, ProfileIn, ProfileOut
from api.views.users import goal_out, profile_out
from runcoach.domain.errors import NotFound
from runcoach.domain.plan import Goal, RunnerProfile
from runcoach.ports.storage import UnitOfWork

router = APIRouter(tags=["users"], route_class=EffectRoute)

DROPPED = "dropped"


@router.get("/users/profile")
async def profile(caller: CallerDep) -> ProfileOut:
    """What the planner respects."""
    async with caller.begin() as work:
        return profile_out(await work.users.profile())


@router.put("/users/profile")
async def save_profile(body: ProfileIn, caller: CallerDep) -> ProfileOut:
    """Replaces the profile."""
    saved = RunnerProfile(
        available_weekdays=frozenset(body.available_weekdays),
        **body.model_dump(exclude={"available_weekdays"}),
    )
    async with caller.begin() as work:
        before = await work.users.profile()
        await work.users.save_profile(saved)
    if before is None or _numbers(before) != _numbers(saved):
        await recompute_soon(caller)
    return profile_out(saved)


def _numbers(profile: RunnerProfile) -> tuple[object, ...]:
    """What figures are computed with."""
    own = (profile.hr_max_bpm, profile.hr_rest_bpm, profile.threshold_hr_bpm)
    return (*own, profile.birth_year, profile.sex)


@router.get("/goals")
async def goals(caller: CallerDep) -> GoalsOut:
    """Active ones first."""
    async with caller.begin() as work:
        kept = await work.users.goals()
    shown = sorted(kept, key=lambda goal: goal.status != "active")
    return GoalsOut(items=[goal_out(goal) for goal in shown])


@router.post("/goals", status_code=201)
async def add_goal(body: GoalIn, caller: CallerDep) -> GoalOut:
    """Adds a goal. A new plan is asked for separately."""
    goal = Goal(id=uuid4(), **body.model_dump())
    async with caller.begin() as work:
        await work.users.save_goal(goal)
    return goal_out(goal)


@router.get("/goals/{goal_id}")
async def one_goal(goal_id: UUID, caller: CallerDep) -> GoalOut:
    """One goal."""
    async with caller.begin() as work:
        return goal_out(await _goal(work, goal_id))


@router.put("/goals/{goal_id}")
async def change_goal(goal_id: UUID, body: GoalIn, caller: CallerDep) -> GoalOut:
    """Replaces a goal."""
    async with caller.begin() as work:
        await _goal(work, goal_id)
        goal = Goal(id=goal_id, **body.model_dump())
        await work.users.save_goal(goal)
    return goal_out(goal)


@router.delete("/goals/{goal_id}", status_code=204)
async def drop_goal(goal_id: UUID, caller: CallerDep) -> None:
    """Dropped, not erased: plans that were made for it still name it."""
    async with caller.begin() as work:
        await work.users.save_goal(replace(await _goal(work, goal_id), status=DROPPED))


async def _goal(work: UnitOfWork, goal_id: UUID) -> Goal:
    """Raises NotFound."""
    for goal in await work.users.goals():
        if goal.id == goal_id:
            return goal
    raise NotFound()
