"""Onto the watch: exactly the approved workouts, whatever gets lost on the way."""

import asyncio
from typing import Any

import pytest

from runcoach.domain.connection import JobState
from runcoach.domain.plan import Decision, Proposal, PublishState
from tests.engines import MakeUser
from tests.rigs.durable import Rig
from tests.rigs.runners import PROFILE, connected, decide, log_in, propose
from tests.rigs.watch import assert_watch_holds, until_pushed
from workflows.contracts import DecisionNote, OperatorNote
from workflows.names import plan_approval_id, push_id
from workflows.plan_approval import PlanApproval
from workflows.push_workouts import PushWorkouts

pytestmark = pytest.mark.engines

WRITES = [
    ("POST", "/workout-service/workout"),
    ("POST", "/workout-service/schedule/*"),
    ("DELETE", "/workout-service/schedule/*"),
    ("DELETE", "/workout-service/workout/*"),
]


async def approve(rig: Rig, proposal: Proposal) -> Decision:
    decision = await decide(rig, proposal)
    handle = rig.client.get_workflow_handle_for(PlanApproval.run, plan_approval_id(proposal.id))
    await handle.execute_update(PlanApproval.decide, DecisionNote(decision.id))
    return decision


def effects(rig: Rig, email: str, effect: str) -> int:
    return sum(entry["effect"] == effect for entry in rig.world.ledger(email))


@pytest.mark.parametrize("kind", ["accepted_reply_lost", "reset_before_effect", "server_5xx"])
async def test_fault_on_every_write_in_turn_leaves_exactly_the_approved(
    rig: Rig, a_user: MakeUser, kind: str
) -> None:
    """The first plan meets faults on create and schedule, the one that replaces it on all four writes."""
    runner = await connected(rig, a_user, activities=5)
    first = await propose(rig, runner.id)
    for method, route in WRITES[:2]:
        for after in (0, 2, 3):
            rig.world.fault(kind, route, method=method, after=after)
    decision = await approve(rig, first)
    await until_pushed(rig, decision)
    await assert_watch_holds(rig, runner, first)
    assert effects(rig, runner.email, "workout_created") == len(first.items)
    assert effects(rig, runner.email, "workout_scheduled") == len(first.items)

    rig.ports.clock.advance(days=1)  # type: ignore[attr-defined]
    rig.world.clear_faults()
    for method, route in WRITES:
        for after in (0, 1):
            rig.world.fault(kind, route, method=method, after=after)
    second = await propose(rig, runner.id)
    again = await approve(rig, second)
    await until_pushed(rig, again)
    await assert_watch_holds(rig, runner, second, but_before=rig.ports.clock.now().date())
    created, deleted = (effects(rig, runner.email, f"workout_{e}") for e in ("created", "deleted"))
    hashes = {w.content_hash for w in first.items} | {w.content_hash for w in second.items}
    assert created == len(hashes)
    assert deleted == created - len(second.items) - _over(first, second, rig)


def _over(first: Proposal, second: Proposal, rig: Rig) -> int:
    """Workouts of days that are over stay in the account: they are history."""
    today = rig.ports.clock.now().date()
    kept = {w.content_hash for w in second.items}
    return sum(w.day < today and w.content_hash not in kept for w in first.items)


async def test_unchanged_workouts_keep_their_place(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=5)
    first = await propose(rig, runner.id)
    await until_pushed(rig, await approve(rig, first))
    ids = {e["key"] for e in rig.world.ledger(runner.email) if e["effect"] == "workout_created"}
    second = await propose(rig, runner.id)
    shared = {w.content_hash for w in first.items} & {w.content_hash for w in second.items}
    await until_pushed(rig, await approve(rig, second))
    created = [e["key"] for e in rig.world.ledger(runner.email) if e["effect"] == "workout_created"]
    assert len(created) == len(ids) + len(second.items) - len(shared)
    await assert_watch_holds(rig, runner, second, but_before=rig.ports.clock.now().date())


async def test_no_account_parks_until_there_is_one(rig: Rig, a_user: MakeUser) -> None:
    user, account = await a_user(), rig.world.account(activities=5)
    async with rig.store.begin(user.id) as work:
        await work.users.save_profile(PROFILE)
    proposal = await propose(rig, user.id)
    decision = await approve(rig, proposal)
    parked = await rig.until_job(user.id, push_id(decision.id), JobState.PARKED)
    assert (parked.error_code, parked.needs_human) == ("not_connected", True)

    from tests.rigs.runners import Runner

    runner = Runner(user.id, account["email"], account["password"])
    await log_in(rig, runner)
    await until_pushed(rig, decision)
    await assert_watch_holds(rig, runner, proposal)


async def test_skip_leaves_one_out_and_abort_stops(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=5)
    proposal = await propose(rig, runner.id)
    rig.world.fault("malformed_json", "/workout-service/workout", method="POST", times=None)
    decision = await approve(rig, proposal)
    handle = rig.client.get_workflow_handle_for(PushWorkouts.run, push_id(decision.id))
    await rig.until_job(runner.id, handle.id, JobState.PARKED)
    await handle.execute_update(PushWorkouts.operate, OperatorNote("skip"))
    await _until_target(rig, runner.id, decision, PublishState.SKIPPED)
    await rig.until_job(runner.id, handle.id, JobState.PARKED)
    await handle.signal(PushWorkouts.operate_by_signal, OperatorNote("abort"))
    aborted = await rig.until_job(runner.id, handle.id, JobState.CANCELLED)
    assert aborted.error_code == "provider_changed"


async def _until_target(rig: Rig, user_id: Any, decision: Decision, state: PublishState) -> None:
    async with asyncio.timeout(30):
        while True:
            async with rig.store.begin(user_id) as work:
                if any(t.state is state for t in await work.plans.targets(decision.id)):
                    return
            await asyncio.sleep(0.1)


async def test_forged_push_without_a_decision_writes_nothing(rig: Rig, a_user: MakeUser) -> None:
    from uuid import uuid4

    from temporalio.client import WorkflowFailureError

    from workflows.contracts import PushInput
    from workflows.names import CORE_QUEUE

    runner = await connected(rig, a_user, activities=5)
    await propose(rig, runner.id)
    forged = uuid4()
    with pytest.raises(WorkflowFailureError) as refused:
        await rig.client.execute_workflow(
            PushWorkouts.run, PushInput(runner.id, forged), id=push_id(forged), task_queue=CORE_QUEUE
        )
    assert refused.value.cause.type == "not_found"  # type: ignore[attr-defined]
    assert effects(rig, runner.email, "workout_created") == 0
