"""The regular look at Garmin and the night's housekeeping: who is due, once each, whoever else fails."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.client import ScheduleUpdate, ScheduleUpdateInput
from temporalio.testing import ActivityEnvironment

from activities.rounds import PageDone, RunnersPage, each_runner
from activities.sweep import DUE_AFTER, GIVEN_UP_AFTER, reason_to_wait
from runcoach.domain.chat import TurnEventKind
from runcoach.domain.connection import ConnectionState, JobState, JobStatus, Provider, SyncItemState
from runcoach.domain.errors import StorageUnavailable
from runcoach.ports.storage import User
from runcoach.temporal.schedules import ensure_schedules, is_same, wanted_schedules
from tests.engines import MakeUser
from tests.rigs.durable import Rig
from tests.rigs.runners import Runner, connected, with_history
from workflows.contracts import RoundInput, SyncInput
from workflows.garmin_sync import GarminSync
from workflows.names import (
    CORE_QUEUE,
    GARMIN_SWEEP_SCHEDULE,
    HOUSEKEEPING_SCHEDULE,
    garmin_backfill_id,
    garmin_sync_id,
)
from workflows.rounds import GarminSweep, Housekeeping

pytestmark = pytest.mark.engines

ROUNDS = (GARMIN_SWEEP_SCHEDULE, HOUSEKEEPING_SCHEDULE)


def before(user_id: UUID) -> UUID:
    """A round from here on meets nobody of an earlier test."""
    return UUID(int=user_id.int - 1)


async def sweep(rig: Rig, first: UUID, **wishes: int) -> dict[str, int]:
    return await rig.client.execute_workflow(
        GarminSweep.run,
        RoundInput(before(first), **wishes),
        id=f"garmin-sweep/{uuid4()}",
        task_queue=CORE_QUEUE,
    )


async def why_not(rig: Rig, runner: Runner) -> str | None:
    async with rig.store.begin(runner.id) as work:
        backfill = await work.jobs.get(garmin_backfill_id(runner.id))
        return await reason_to_wait(work, backfill, rig.ports.clock.now())


async def test_round_syncs_who_is_due_and_nobody_else(rig: Rig, a_user: MakeUser) -> None:
    runner = await with_history(rig, a_user, activities=5)
    await a_user()  # connected to nothing
    assert await sweep(rig, runner.id) == {"fresh": 1, "not_connected": 1}
    rig.world.advance(runner.email, 3)
    rig.ports.clock.advance(days=3)  # type: ignore[attr-defined]
    assert await sweep(rig, runner.id, page_size=1) == {"started": 1, "not_connected": 1}
    handle = rig.client.get_workflow_handle_for(GarminSync.run, garmin_sync_id(runner.id))
    assert (await handle.result()).imported > 0
    assert await sweep(rig, runner.id) == {"fresh": 1, "not_connected": 1}


async def test_sync_that_runs_already_is_not_joined_by_another(rig: Rig, a_user: MakeUser) -> None:
    runner = await with_history(rig, a_user, activities=5)
    rig.ports.clock.advance(hours=2)  # type: ignore[attr-defined]
    rig.world.fault("html_instead_of_json", "/activitylist-service/*")  # it is busy for a while
    running = await rig.client.start_workflow(
        GarminSync.run, SyncInput(runner.id), id=garmin_sync_id(runner.id), task_queue=CORE_QUEUE
    )
    await sweep(rig, runner.id)
    found = await rig.client.get_workflow_handle(garmin_sync_id(runner.id)).describe()
    assert found.run_id == running.first_execution_run_id
    await running.result()


async def test_who_must_log_in_again_or_whose_history_is_coming_waits(rig: Rig, a_user: MakeUser) -> None:
    runner = await with_history(rig, a_user, activities=2)
    rig.ports.clock.advance(days=1)  # type: ignore[attr-defined]
    assert await why_not(rig, runner) is None
    job = JobStatus(garmin_backfill_id(runner.id), runner.id, "garmin_backfill", JobState.PAUSED)
    async with rig.store.begin(runner.id) as work:
        await work.jobs.save(job)
    assert await why_not(rig, runner) == "importing_history"
    async with rig.store.begin(runner.id) as work:
        account = await work.connections.get(Provider.GARMIN)
        for state in (ConnectionState.REAUTH_REQUIRED, ConnectionState.COOLING_DOWN):
            await work.connections.save(type(account)(runner.id, Provider.GARMIN, state))
            assert await reason_to_wait(work, None, rig.ports.clock.now()) == "not_connected"


async def test_history_that_lost_its_run_or_never_began(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=2)
    assert await why_not(rig, runner) == "no_history"
    job = JobStatus(garmin_backfill_id(runner.id), runner.id, "garmin_backfill", JobState.RUNNING)
    async with rig.store.begin(runner.id) as work:
        await work.jobs.save(job)
    assert await why_not(rig, runner) == "importing_history"
    rig.ports.clock.advance(seconds=GIVEN_UP_AFTER.total_seconds() + 1)  # type: ignore[attr-defined]
    assert await why_not(rig, runner) is None
    assert timedelta(minutes=15) < DUE_AFTER < timedelta(hours=1)


async def test_runner_who_fails_stops_nobody_and_an_outage_repeats_the_page(
    rig: Rig, a_user: MakeUser
) -> None:
    users = [await a_user() for _ in range(3)]
    page, visited = RunnersPage(before(users[0].id), 10), list[UUID]()
    errors: dict[UUID, Exception] = {users[1].id: KeyError("bug")}

    async def visit(user: User) -> str:
        visited.append(user.id)
        if user.id in errors:
            raise errors[user.id]
        return "fine"

    done = await ActivityEnvironment().run(each_runner, rig.ports, page, visit)
    assert (done, len(visited)) == (PageDone(None, {"fine": 2, "failed": 1}), 3)
    errors[users[1].id] = StorageUnavailable()
    with pytest.raises(StorageUnavailable):
        await ActivityEnvironment().run(each_runner, rig.ports, page, visit)


async def test_night_puts_failed_items_back_and_the_next_sync_imports_them(
    rig: Rig, a_user: MakeUser
) -> None:
    runner = await with_history(rig, a_user, activities=40)
    async with rig.store.begin(runner.id) as work:
        oldest = (await work.activities.recent(40))[-1]
        await work.activities.delete(oldest.id)
        for _ in range(2):
            await work.sync_items.finish(Provider.GARMIN, oldest.external_id, SyncItemState.FAILED)
        chat = await work.chats.create("", "en")
        for kind in (TurnEventKind.DELTA, TurnEventKind.DONE):
            await work.chats.publish(chat.id, "t1", kind, {})
    counts = await rig.client.execute_workflow(
        Housekeeping.run, RoundInput(), id=f"housekeeping/{uuid4()}", task_queue=CORE_QUEUE
    )
    assert counts["with_items_to_retry"] >= 1
    assert "swept" in counts
    assert "failed" not in counts
    rig.ports.clock.advance(hours=1)  # type: ignore[attr-defined]
    await sweep(rig, runner.id)
    await rig.client.get_workflow_handle(garmin_sync_id(runner.id)).result()
    async with rig.store.begin(runner.id) as work:
        assert await work.activities.count() == 40
        assert len(await work.chats.events(chat.id, after_offset=0)) == 2, "somebody may still listen"


@pytest.mark.usefixtures("no_rounds_left")
async def test_schedules_of_rounds_are_as_wanted_and_stay_paused(rig: Rig) -> None:
    await ensure_schedules(rig.client, rig.store)
    wanted = wanted_schedules([])
    for schedule_id in ROUNDS:
        handle = rig.client.get_schedule_handle(schedule_id)
        assert is_same((await handle.describe()).schedule, wanted[schedule_id])
        await handle.pause(note="somebody looks")

        async def distort(known: ScheduleUpdateInput) -> ScheduleUpdate:
            known.description.schedule.spec.jitter = timedelta(seconds=1)
            return ScheduleUpdate(schedule=known.description.schedule)

        await handle.update(distort)
    await ensure_schedules(rig.client, rig.store)
    for schedule_id in ROUNDS:
        after = (await rig.client.get_schedule_handle(schedule_id).describe()).schedule
        assert is_same(after, wanted[schedule_id])
        assert (after.state.paused, after.state.note) == (True, "somebody looks")
