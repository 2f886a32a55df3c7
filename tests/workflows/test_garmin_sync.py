"""What changed since last time: new, edited and deleted runs, and no run twice."""

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.contracts import PageRequest
from activities.garmin import GarminSteps
from runcoach.domain.connection import Provider, SyncItemState
from runcoach.domain.errors import StorageUnavailable
from runcoach.storage.store import PgStore
from tests.engines import MakeUser
from tests.fakes import FakeClock
from tests.rigs.durable import Rig, World, real_ports, running_workers
from tests.rigs.faulty import FaultyStore
from tests.rigs.runners import Runner, connected, decide, propose, with_history
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


async def test_what_a_broken_off_sync_found_is_imported_all_the_same(rig: Rig, a_user: MakeUser) -> None:
    runner = await with_history(rig, a_user, activities=10)
    rig.world.advance(runner.email, 7)
    rig.ports.clock.advance(days=7)  # type: ignore[attr-defined]
    rig.world.fault("server_5xx", "/usersummary-service/*")  # after the list is kept
    assert (await sync(rig, runner)).imported > 0
    async with rig.store.begin(runner.id) as work:
        assert (await work.sync_items.count(Provider.GARMIN))[SyncItemState.DISCOVERED] == 0


async def test_sync_leaves_alone_what_a_cancelled_import_left_in_the_list(
    rig: Rig, a_user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.changed.CLOCKS_APART", timedelta())
    runner = await connected(rig, a_user, activities=80)
    listing = GarminSteps(rig.ports)
    await ActivityEnvironment().run(listing.list_page, PageRequest(runner.id, 0, 100))
    rig.world.advance(runner.email, 7)
    rig.ports.clock.advance(days=7)  # type: ignore[attr-defined]
    async with rig.store.begin(runner.id) as work:
        state = {"last_success_at": rig.ports.clock.now().isoformat()}
        await work.sync_states.save(Provider.GARMIN, "activities", state)
    result = await sync(rig, runner)
    async with rig.store.begin(runner.id) as work:
        left = (await work.sync_items.count(Provider.GARMIN))[SyncItemState.DISCOVERED]
    assert 0 < result.imported < 40
    assert left > 40


async def test_figures_follow_what_a_broken_off_attempt_changed(
    store: PgStore, clock: FakeClock, temporal_client: Client, world: World, a_user: MakeUser, tmp_path: Path
) -> None:
    faulty = FaultyStore(store, "sync_items", "count")  # needed when the items are kept already
    ports = real_ports(faulty, clock, tmp_path / "originals", world.base_url)
    rig = Rig(temporal_client, ports, world)
    async with running_workers(temporal_client, ports):
        runner = await with_history(rig, a_user, activities=30)
        async with store.begin(runner.id) as work:
            older = (await work.activities.recent(5))[-1]
        world.edit(older.external_id, deleted=True)
        world.fault("server_5xx", "/usersummary-service/*")  # when it is gone here already
        await sync(rig, runner)
        assert await load_on(store, runner, older.local_date) == 0
        world.edit(older.external_id, deleted=False)
        faulty.error = StorageUnavailable(retry_after_s=0.2)
        running = asyncio.create_task(sync(rig, runner))
        while faulty.failures < 2:
            await asyncio.sleep(0.1)
        faulty.error = None
        await running
    assert await load_on(store, runner, older.local_date) > 0


async def load_on(store: PgStore, runner: Runner, day: date) -> float:
    async with store.begin(runner.id) as work:
        return (await work.metrics.daily(day, day))[0].load


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
