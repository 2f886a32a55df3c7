"""Decisions: one push or a clear refusal, whatever happens twice, too late, or by somebody else."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.service import RPCError
from temporalio.testing import ActivityEnvironment

from activities.plan import PlanSteps, ProposeRequest
from runcoach.domain.connection import JobState
from runcoach.domain.plan import DecisionKind, Proposal, PublishState, VersionStatus
from tests.engines import MakeUser
from tests.rigs.durable import Rig
from tests.rigs.runners import Runner, connected, decide, propose, with_history
from tests.rigs.watch import assert_watch_holds, until_pushed
from workflows.contracts import ApprovalOutcome, DecisionNote
from workflows.names import plan_approval_id, push_id
from workflows.plan_approval import PlanApproval

pytestmark = pytest.mark.engines


def waiting(rig: Rig, proposal: Proposal) -> WorkflowHandle[PlanApproval, ApprovalOutcome]:
    return rig.client.get_workflow_handle_for(PlanApproval.run, plan_approval_id(proposal.id))


async def status(rig: Rig, proposal: Proposal) -> VersionStatus:
    async with rig.store.begin(proposal.user_id) as work:
        return (await work.plans.get(proposal.id)).status


async def no_push(rig: Rig, runner: Runner) -> None:
    effects = {entry["effect"] for entry in rig.world.ledger(runner.email)}
    assert effects <= {"login", "token_refreshed"}


def code_of(err: WorkflowUpdateFailedError) -> str | None:
    return getattr(err.cause, "type", None)


async def test_approved_workouts_and_no_others_are_on_the_watch(rig: Rig, a_user: MakeUser) -> None:
    runner = await with_history(rig, a_user)
    proposal = await propose(rig, runner.id)
    decision = await decide(rig, proposal)
    outcome = await waiting(rig, proposal).execute_update(PlanApproval.decide, DecisionNote(decision.id))
    assert outcome == ApprovalOutcome("approved", push_id(decision.id))
    await until_pushed(rig, decision)
    await assert_watch_holds(rig, runner, proposal)


async def test_the_same_decision_from_two_tabs_pushes_once(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=5)
    proposal = await propose(rig, runner.id)
    decision = await decide(rig, proposal)
    handle, note = waiting(rig, proposal), DecisionNote(decision.id)
    answers = await asyncio.gather(
        *(handle.execute_update(PlanApproval.decide, note) for _ in range(4)),
        handle.signal(PlanApproval.decide_by_signal, note),
        return_exceptions=True,
    )
    assert ApprovalOutcome("approved", push_id(decision.id)) in answers
    await until_pushed(rig, decision)
    await assert_watch_holds(rig, runner, proposal)


async def test_signal_with_the_row_of_the_owner_counts(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=5)
    proposal = await propose(rig, runner.id)
    decision = await decide(rig, proposal, DecisionKind.REJECT)
    await waiting(rig, proposal).signal(PlanApproval.decide_by_signal, DecisionNote(decision.id))
    assert await waiting(rig, proposal).result() == ApprovalOutcome("rejected")
    assert await status(rig, proposal) is VersionStatus.REJECTED
    await no_push(rig, runner)


async def test_invented_id_by_signal_is_refused_and_the_run_waits_on(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=5)
    proposal = await propose(rig, runner.id)
    handle = waiting(rig, proposal)
    await handle.signal(PlanApproval.decide_by_signal, DecisionNote(uuid4()))
    async with asyncio.timeout(20):
        while (await handle.query(PlanApproval.state)).counters.get("refused") != 1:
            await asyncio.sleep(0.1)
    assert await status(rig, proposal) is VersionStatus.PROPOSED
    await no_push(rig, runner)
    decision = await decide(rig, proposal)
    await handle.execute_update(PlanApproval.decide, DecisionNote(decision.id))
    await until_pushed(rig, decision)


async def test_decision_of_another_runner_is_refused(rig: Rig, a_user: MakeUser) -> None:
    alice = await connected(rig, a_user, activities=5)
    bob = await connected(rig, a_user, activities=5)
    proposal, other = await propose(rig, alice.id), await propose(rig, bob.id)
    of_bob = await decide(rig, other)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await waiting(rig, proposal).execute_update(PlanApproval.decide, DecisionNote(of_bob.id))
    assert code_of(refused.value) in {"not_found", "not_owner"}
    assert await status(rig, proposal) is VersionStatus.PROPOSED
    await no_push(rig, alice)


async def test_decision_on_an_older_proposal_of_the_same_runner_is_refused(
    rig: Rig, a_user: MakeUser
) -> None:
    runner = await connected(rig, a_user, activities=5)
    first = await propose(rig, runner.id)
    rejected = await decide(rig, first, DecisionKind.REJECT)
    second = await propose(rig, runner.id)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await waiting(rig, second).execute_update(PlanApproval.decide, DecisionNote(rejected.id))
    assert code_of(refused.value) == "not_owner"


async def test_nobody_decides_and_the_approved_plan_stays(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=5)
    first = await propose(rig, runner.id)
    decision = await decide(rig, first)
    await waiting(rig, first).execute_update(PlanApproval.decide, DecisionNote(decision.id))
    await until_pushed(rig, decision)
    second = await propose(rig, runner.id, approval_ttl_s=1)
    assert await waiting(rig, second).result() == ApprovalOutcome("expired")
    assert await status(rig, second) is VersionStatus.EXPIRED
    async with rig.store.begin(runner.id) as work:
        approved = await work.plans.approved()
    assert approved is not None
    assert approved.id == first.id
    with pytest.raises(RPCError):
        await waiting(rig, second).execute_update(PlanApproval.decide, DecisionNote(uuid4()))


async def test_row_whose_message_was_lost_is_found_at_the_end(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=5)
    proposal = await propose(rig, runner.id, approval_ttl_s=2)
    decision = await decide(rig, proposal)
    assert await waiting(rig, proposal).result() == ApprovalOutcome("approved", push_id(decision.id))
    await until_pushed(rig, decision)


async def test_edit_between_look_and_decision_voids_it(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=5)
    proposal = await propose(rig, runner.id)
    decision = await decide(rig, proposal)
    async with rig.store.begin(runner.id) as work:  # somebody with the database in hand
        from sqlalchemy import text

        await work.plans._connection.execute(  # type: ignore[attr-defined]
            text("UPDATE workouts SET title = 'Marathon' WHERE version_id = :id AND title <> 'Rest'"),
            {"id": proposal.id},
        )
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await waiting(rig, proposal).execute_update(PlanApproval.decide, DecisionNote(decision.id))
    assert code_of(refused.value) == "approval_changed"
    await no_push(rig, runner)


async def test_next_approved_plan_replaces_the_one_before(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=5)
    first = await propose(rig, runner.id)
    decision = await decide(rig, first)
    await waiting(rig, first).execute_update(PlanApproval.decide, DecisionNote(decision.id))
    await until_pushed(rig, decision)

    rig.ports.clock.advance(days=2)  # type: ignore[attr-defined]
    second = await propose(rig, runner.id)
    assert {w.content_hash for w in second.items} != {w.content_hash for w in first.items}
    again = await decide(rig, second)
    await waiting(rig, second).execute_update(PlanApproval.decide, DecisionNote(again.id))
    await until_pushed(rig, again)
    today = rig.ports.clock.now().date()
    await assert_watch_holds(rig, runner, second, but_before=today)
    assert await status(rig, first) is VersionStatus.SUPERSEDED
    async with rig.store.begin(runner.id) as work:
        states = {t.state for t in await work.plans.targets(again.id)}
    assert states == {PublishState.VERIFIED}


async def test_newer_proposal_ends_the_wait_for_the_older_one(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=5)
    older = await propose(rig, runner.id)
    newer = await propose(rig, runner.id)
    async with asyncio.timeout(20):
        assert await waiting(rig, older).result() == ApprovalOutcome("superseded")
    job = await rig.job(runner.id, plan_approval_id(older.id))
    assert job is not None
    assert (job.state, job.phase, job.needs_human) == (JobState.DONE, "superseded", False)
    still = await rig.job(runner.id, plan_approval_id(newer.id))
    assert still is not None
    assert still.state is JobState.WAITING
    decision = await decide(rig, newer)
    await waiting(rig, newer).execute_update(PlanApproval.decide, DecisionNote(decision.id))
    await until_pushed(rig, decision)
    await assert_watch_holds(rig, runner, newer)


async def test_older_wait_whose_message_was_lost_ends_by_itself(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=5)
    older = await propose(rig, runner.id, approval_ttl_s=4)
    async with rig.store.begin(runner.id) as work:  # another run died between its row and its message
        await work.plans.set_status(older.id, VersionStatus.SUPERSEDED)
    assert await waiting(rig, older).result() == ApprovalOutcome("superseded")


async def test_proposal_with_nobody_waiting_for_the_older_one_is_made(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=5)
    older = await propose(rig, runner.id)
    await waiting(rig, older).terminate()
    newer = await propose(rig, runner.id)
    assert await status(rig, newer) is VersionStatus.PROPOSED


async def test_repeated_step_names_the_same_superseded_proposals(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=5)
    older = await propose(rig, runner.id)
    request = ProposeRequest(runner.id, uuid4(), "requested", 3600)
    steps = PlanSteps(rig.ports)
    first = await ActivityEnvironment().run(steps.propose, request)
    again = await ActivityEnvironment().run(steps.propose, request)
    assert first == again
    assert first.superseded == (older.id,)


async def test_late_decision_is_refused_where_the_row_is_written(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=5)
    proposal = await propose(rig, runner.id)
    rig.ports.clock.advance(hours=73)  # type: ignore[attr-defined]
    with pytest.raises(Exception, match="approval_expired"):
        await decide(rig, proposal)
    assert proposal.expires_at - proposal.created_at == timedelta(hours=72)
