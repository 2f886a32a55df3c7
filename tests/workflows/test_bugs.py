"""A bug in a step parks the run within seconds; an outage is waited for; the log stays short."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle

from runcoach.domain.activity import RecordedActivity
from runcoach.domain.connection import JobState, Provider
from runcoach.domain.errors import StorageUnavailable
from runcoach.storage.store import PgStore
from runcoach.temporal.step_log import one_line_per_failure
from tests.engines import MakeUser
from tests.fakes import FakeClock
from tests.rigs.durable import Rig, World, real_ports, running_workers
from tests.rigs.faulty import FaultyStore
from tests.rigs.runners import connected
from workflows.contracts import BackfillInput, OperatorNote, SyncInput, SyncResult
from workflows.garmin_backfill import GarminBackfill
from workflows.garmin_sync import GarminSync
from workflows.names import CORE_QUEUE, garmin_backfill_id, garmin_sync_id

pytestmark = pytest.mark.engines

SECRET = "alice@example.org slept 7.5 h"


@pytest.fixture
def faulty(store: PgStore) -> FaultyStore:
    """What a sync remembers at its end cannot be written."""
    return FaultyStore(store, "sync_states", "save", lambda _, stream, __: stream == "activities")


@pytest.fixture
async def faulty_rig(
    faulty: FaultyStore, clock: FakeClock, temporal_client: Client, world: World, tmp_path: Path
) -> AsyncIterator[Rig]:
    ports = real_ports(faulty, clock, tmp_path / "originals", world.base_url)
    async with running_workers(temporal_client, ports):
        yield Rig(temporal_client, ports, world)


async def begin(rig: Rig, user_id: UUID) -> WorkflowHandle[GarminSync, SyncResult]:
    return await rig.client.start_workflow(
        GarminSync.run, SyncInput(user_id), id=garmin_sync_id(user_id), task_queue=CORE_QUEUE
    )


async def test_bug_in_a_row_step_parks_the_run_and_retry_goes_on(
    faulty_rig: Rig, faulty: FaultyStore, a_user: MakeUser, caplog: pytest.LogCaptureFixture
) -> None:
    one_line_per_failure()
    runner = await connected(faulty_rig, a_user, activities=5)
    faulty.error = KeyError(SECRET)
    handle = await begin(faulty_rig, runner.id)
    parked = await faulty_rig.until_job(runner.id, handle.id, JobState.PARKED)
    assert (parked.error_code, parked.needs_human) == ("internal", True)
    assert 1 < faulty.failures <= 6
    told = [record for record in caplog.records if record.name == "temporalio.activity"]
    assert [record.exc_info for record in told] == [None] * len(told)
    assert told[-1].getMessage().startswith("step garmin.finished failed: internal (attempt ")
    assert caplog.text.count("Traceback") == 0
    assert caplog.text.count("in call") == 1, "where it failed is told once"
    assert SECRET not in caplog.text
    faulty.error = None
    await handle.execute_update(GarminSync.operate, OperatorNote("retry"))
    assert (await handle.result()).imported == 5
    done = await faulty_rig.until_job(runner.id, handle.id, JobState.DONE)
    assert (done.error_code, done.needs_human) == (None, False)


async def test_run_parked_by_a_bug_can_be_given_up(
    faulty_rig: Rig, faulty: FaultyStore, a_user: MakeUser
) -> None:
    runner = await connected(faulty_rig, a_user, activities=2)
    faulty.error = TypeError()
    handle = await begin(faulty_rig, runner.id)
    await faulty_rig.until_job(runner.id, handle.id, JobState.PARKED)
    await handle.signal(GarminSync.operate_by_signal, OperatorNote("abort"))
    with pytest.raises(WorkflowFailureError):
        await handle.result()
    assert (await faulty_rig.until_job(runner.id, handle.id, JobState.CANCELLED)).error_code == "internal"


async def test_database_that_is_away_is_waited_for_beyond_the_attempts_of_a_bug(
    faulty_rig: Rig, faulty: FaultyStore, a_user: MakeUser
) -> None:
    runner = await connected(faulty_rig, a_user, activities=2)
    faulty.error = StorageUnavailable(retry_after_s=0.2)
    handle = await begin(faulty_rig, runner.id)
    while faulty.failures < 8:
        await handle.describe()
    job = await faulty_rig.job(runner.id, handle.id)
    assert job is not None
    assert job.state is JobState.RUNNING
    faulty.error = None
    await handle.result()


async def test_run_whose_job_cannot_be_shown_does_its_work(
    store: PgStore,
    clock: FakeClock,
    temporal_client: Client,
    world: World,
    tmp_path: Path,
    a_user: MakeUser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("activities.steps.BUG_ATTEMPTS", 1)
    faulty = FaultyStore(store, "jobs", "save")
    ports = real_ports(faulty, clock, tmp_path / "originals", world.base_url)
    rig = Rig(temporal_client, ports, world)
    async with running_workers(temporal_client, ports):
        runner = await connected(rig, a_user, activities=2)
        faulty.error = ValueError()
        handle = await begin(rig, runner.id)
        # The chunk writes its job too, in the transaction of its rows: that one parks.
        while (await handle.query(GarminSync.state)).error_code != "internal":
            assert faulty.failures < 50
        faulty.error = None
        await handle.signal(GarminSync.operate_by_signal, OperatorNote("retry"))
        await handle.result()
        async with rig.store.begin(runner.id) as work:
            assert await work.activities.count() == 2


async def test_item_that_trips_over_a_bug_is_put_aside_and_the_others_come_in(
    store: PgStore, clock: FakeClock, temporal_client: Client, world: World, tmp_path: Path, a_user: MakeUser
) -> None:
    kept: list[str] = []

    def is_third(run: RecordedActivity, *_: object) -> bool:
        if run.external_id not in kept:
            kept.append(run.external_id)
        return run.external_id == kept[min(2, len(kept) - 1)] and len(kept) > 2

    faulty = FaultyStore(store, "activities", "upsert", is_third)
    faulty.error = KeyError(SECRET)
    ports = real_ports(faulty, clock, tmp_path / "originals", world.base_url)
    rig = Rig(temporal_client, ports, world)
    async with running_workers(temporal_client, ports):
        runner = await connected(rig, a_user, activities=8)
        result = await rig.client.execute_workflow(
            GarminBackfill.run,
            BackfillInput(runner.id),
            id=garmin_backfill_id(runner.id),
            task_queue=CORE_QUEUE,
        )
    assert result.failed == 1
    async with store.begin(runner.id) as work:
        assert await work.activities.count() == 7
        [failed] = await work.sync_items.list_failed(Provider.GARMIN)
    assert (failed.external_id, failed.error_code) == (kept[2], "internal")
