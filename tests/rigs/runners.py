"""Runners as scenarios need them: with an account, with a history, with a plan that waits."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from runcoach.domain.plan import Decision, DecisionKind, Method, Proposal, RunnerProfile
from tests.engines import MakeUser
from tests.rigs.durable import Rig
from workflows.connect_garmin import ConnectGarmin
from workflows.contracts import (
    BackfillInput,
    ConnectGarminInput,
    WeeklyPlanInput,
)
from workflows.garmin_backfill import GarminBackfill
from workflows.names import CORE_QUEUE, connect_garmin_id, garmin_backfill_id, weekly_plan_id
from workflows.weekly_plan import WeeklyPlan

PROFILE = RunnerProfile(
    available_weekdays=frozenset({1, 3, 5, 6}),
    long_run_weekday=6,
    quality_days_per_week=1,
    max_weekly_distance_m=None,
    method=Method.DANIELS,
    hr_max_bpm=190,
    hr_rest_bpm=48,
    threshold_hr_bpm=170,
    birth_year=1990,
    sex="female",
    injury_notes=None,
)


@dataclass(frozen=True)
class Runner:
    """Somebody with an account here and one at Garmin."""

    id: UUID
    email: str
    password: str


async def connected(rig: Rig, a_user: MakeUser, **wishes: Any) -> Runner:
    """With a fresh, connected account at Garmin and nothing imported."""
    user, account = await a_user(), rig.world.account(**wishes)
    runner = Runner(user.id, account["email"], account["password"])
    async with rig.store.begin(user.id) as work:
        await work.users.save_profile(PROFILE)
    await log_in(rig, runner)
    return runner


async def log_in(rig: Rig, runner: Runner, *, then_backfill: bool = False) -> None:
    await rig.give_login(runner.id, runner.email, runner.password)
    await rig.client.execute_workflow(
        ConnectGarmin.run,
        ConnectGarminInput(runner.id, then_backfill=then_backfill),
        id=connect_garmin_id(runner.id),
        task_queue=CORE_QUEUE,
    )


async def with_history(rig: Rig, a_user: MakeUser, activities: int = 30, **wishes: Any) -> Runner:
    """Connected, with the newest activities imported."""
    runner = await connected(rig, a_user, activities=activities, **wishes)
    await rig.client.execute_workflow(
        GarminBackfill.run,
        BackfillInput(runner.id),
        id=garmin_backfill_id(runner.id),
        task_queue=CORE_QUEUE,
    )
    return runner


async def propose(rig: Rig, runner_id: UUID, week: str = "2026-W10", **wishes: Any) -> Proposal:
    """A plan that waits for its decision."""
    done = await rig.client.execute_workflow(
        WeeklyPlan.run,
        WeeklyPlanInput(runner_id, week, **wishes),
        id=f"{weekly_plan_id(runner_id, week)}/{uuid4()}",
        task_queue=CORE_QUEUE,
    )
    assert done.proposal_id is not None, done.error_code
    async with rig.store.begin(runner_id) as work:
        return await work.plans.get(done.proposal_id)


async def decide(
    rig: Rig, proposal: Proposal, kind: DecisionKind = DecisionKind.APPROVE, **changes: Any
) -> Decision:
    """The row, as the API writes it."""
    values = {
        "id": uuid4(),
        "proposal_id": proposal.id,
        "user_id": proposal.user_id,
        "kind": kind,
        "content_hash": proposal.content_hash,
        "decided_at": rig.ports.clock.now(),
        "reason": None,
    }
    decision = Decision(**(values | changes))
    async with rig.store.begin(decision.user_id) as work:
        return await work.plans.decide(decision)
