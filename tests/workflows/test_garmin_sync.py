"""What changed since last time: new, edited and deleted runs, and no run twice."""

from datetime import datetime, timedelta

import pytest

from runcoach.domain.connection import Provider, SyncItemState
from tests.engines import MakeUser
from tests.rigs.durable import Rig
from tests.rigs.runners import Runner, decide, propose, with_history
from tests.rigs.watch import until_pushed
from workflows.contracts import DecisionNote, RecomputeInput, SyncInput, SyncResult
from workflows.garmin_sync import GarminSync
from workflows.names import CORE_QUEUE, garmin_sync_id, plan_approval_id, recompute_id
from workflows.plan_approval import PlanApproval
from workflows.recompute_metrics import RecomputeMetrics

pytestmark = pytest.mark.engines


async def sync(rig: Rig, runner: Runner) -> SyncResult:
    return await rig.client.execute_workflow(
        GarminSync.run, SyncInput(runner.id, window_days=14), id=garmin_sync_id(runner.id),
        task_queue=CORE_QUEUE,
    )  # fmt: skip


async def test_nothing_new_changes_nothing(rig: Rig, a_user: MakeUser) -> None:
    runner = await with_history(rig, a_user, activities=10)
    now = rig.ports.clock.advance(hours=5)  # type: ignore[attr-defined]
    assert (await sync(rig, runner)).imported == 0
    async with rig.store.begin(runner.id) as work:
        assert await work.activities.count() == 10
        for stream in ("activities", "wellness"):
            seen = (await work.sync_states.get(Provider.GARMIN, stream))["last_success_at"]
            assert abs(datetime.fromisoformat(seen) - now) < timedelta(minutes=1)


async def test_deleted_and_renamed_at_the_provider(rig: Rig, a_user: MakeUser) -> None:
    runner = await with_history(rig, a_user, activities=10)
    async with rig.store.begin(runner.id) as work:
        newest, second = (await work.activities.recent(2))[:2]
    rig.world.edit(newest.external_id, deleted=True)
    rig.world.edit(second.external_id, name="Renamed by the runner")
    result = await sync(rig, runner)
    assert result.imported == 1
    async with rig.store.begin(runner.id) as work:
        assert await work.activities.count() == 9
        assert (await work.activities.get(second.id)).name == "Renamed by the runner"
        counts = await work.sync_items.count(Provider.GARMIN)
    assert counts[SyncItemState.DELETED] == 1


async def test_workouts_from_the_watch_are_matched_with_the_plan(rig: Rig, a_user: MakeUser) -> None:
    runner = await with_history(rig, a_user, activities=40)
    proposal = await propose(rig, runner.id)
    decision = await decide(rig, proposal)
    handle = rig.client.get_workflow_handle_for(PlanApproval.run, plan_approval_id(proposal.id))
    await handle.execute_update(PlanApproval.decide, DecisionNote(decision.id))
    await until_pushed(rig, decision)
    lived = rig.world.advance(runner.email, 7)
    rig.ports.clock.advance(days=7)  # type: ignore[attr-defined]
    result = await sync(rig, runner)
    recorded = [activity for day in lived for activity in day["recorded"]]
    assert result.imported >= sum(activity["visible_from"] is None for activity in recorded) > 0
    async with rig.store.begin(runner.id) as work:
        rows = await work.plans.completions(proposal.draft.start, proposal.draft.end)
    assert {row.state.value for row in rows} & {"confirmed"}


async def test_recompute_gives_the_figures_that_were_there(rig: Rig, a_user: MakeUser) -> None:
    runner = await with_history(rig, a_user, activities=20)
    async with rig.store.begin(runner.id) as work:
        start = await work.activities.first_day()
        assert start is not None
        today = rig.ports.clock.now().date()
        before = await work.metrics.daily(start, today)
        newest = (await work.activities.recent(1))[0]
        rows = await work.metrics.of_activity(newest.id)
    count = await rig.client.execute_workflow(
        RecomputeMetrics.run, RecomputeInput(runner.id), id=recompute_id(runner.id), task_queue=CORE_QUEUE
    )
    assert count == 20
    async with rig.store.begin(runner.id) as work:
        after = await work.metrics.daily(start, today)
        again = await work.metrics.of_activity(newest.id)
    assert [row.day for row in after] == [row.day for row in before]
    assert [row.ctl for row in after] == pytest.approx([row.ctl for row in before], abs=0.05)
    assert {row.definition_key: row.reason for row in again} == {r.definition_key: r.reason for r in rows}
    told = {row.definition_key: row.value for row in rows if row.value is not None}
    assert {r.definition_key: r.value for r in again if r.value is not None} == pytest.approx(told, rel=0.01)
