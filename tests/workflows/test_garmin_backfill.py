"""A whole history comes in: complete, newest first, and under the runner's hand."""

import asyncio
import time
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from temporalio.client import WorkflowHandle
from temporalio.testing import ActivityEnvironment

from activities.contracts import PageRequest
from activities.garmin import GarminSteps
from runcoach.domain.connection import JobState, Provider, SyncItemState
from tests.engines import MakeUser
from tests.rigs.durable import TODAY, Rig
from tests.rigs.runners import connected, log_in
from workflows.contracts import BackfillInput, OperatorNote, SyncResult
from workflows.garmin_backfill import GarminBackfill
from workflows.names import CORE_QUEUE, garmin_backfill_id

pytestmark = pytest.mark.engines


async def begin(rig: Rig, user_id: UUID, **wishes: Any) -> WorkflowHandle[GarminBackfill, SyncResult]:
    return await rig.client.start_workflow(
        GarminBackfill.run,
        BackfillInput(user_id, **wishes),
        id=garmin_backfill_id(user_id),
        task_queue=CORE_QUEUE,
    )


async def test_demo_history_is_complete_and_has_figures(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user)
    user_id = runner.id
    facts = rig.world.facts(runner.email)
    began = time.monotonic()
    result = await (await begin(rig, user_id)).result()
    took_s = time.monotonic() - began
    print(f"\n{facts['activities']} activities in {took_s:.1f} s")
    assert result.imported == facts["activities"]
    assert took_s < 90
    async with rig.store.begin(user_id) as work:
        assert await work.activities.count() == facts["activities"]
        counts = await work.sync_items.count(Provider.GARMIN)
        assert counts[SyncItemState.IMPORTED] == facts["activities"]
        daily = await work.metrics.daily(TODAY, TODAY)
        assert daily[0].ctl > 10
        profile = await work.metrics.profile()
        assert profile is not None
        assert 30 < profile[1]["race_index"]["value"] < 70
        coverage = await work.sync_states.coverage(TODAY.replace(year=2025), TODAY)
        assert "sleep" in coverage
        assert await successes(rig, user_id) == {"activities": True, "wellness": True}
    job = await rig.job(user_id, garmin_backfill_id(user_id))
    assert job is not None
    assert (job.state, job.done, job.failed) == (JobState.DONE, facts["activities"], 0)


async def successes(rig: Rig, user_id: UUID) -> dict[str, bool]:
    """Stream by stream, whether the screens can say when it was last seen."""
    async with rig.store.begin(user_id) as work:
        known = {s: await work.sync_states.get(Provider.GARMIN, s) for s in ("activities", "wellness")}
    return {stream: values.get("last_success_at") is not None for stream, values in known.items()}


async def test_daily_health_that_never_came_is_not_called_a_success(rig: Rig, a_user: MakeUser) -> None:
    user_id = (await connected(rig, a_user, activities=5)).id
    rig.world.fault("malformed_json", "/wellness-service/*", times=None)
    rig.world.fault("malformed_json", "/usersummary-service/*", times=None)
    handle = await begin(rig, user_id)
    await rig.until_job(user_id, handle.id, JobState.PARKED)
    await handle.execute_update(GarminBackfill.operate, OperatorNote("skip"))
    await handle.result()
    assert await successes(rig, user_id) == {"activities": True, "wellness": False}


async def test_download_that_was_killed_twice_is_not_begun_a_third_time(rig: Rig, a_user: MakeUser) -> None:
    user_id = (await connected(rig, a_user, activities=10)).id
    await ActivityEnvironment().run(GarminSteps(rig.ports).list_page, PageRequest(user_id, 0, 100))
    async with rig.store.begin(user_id) as work:
        once, twice = await work.sync_items.claim(Provider.GARMIN, 2)
        for item in (once, twice, twice):  # so often died a worker in the middle of it
            await work.sync_items.begin_download(Provider.GARMIN, item.external_id)
    result = await (await begin(rig, user_id)).result()
    assert (result.imported, result.failed) == (9, 1)
    path = f"/download-service/files/activity/{twice.external_id}"
    assert rig.world.requests(path) == []
    async with rig.store.begin(user_id) as work:
        [failed] = await work.sync_items.list_failed(Provider.GARMIN)
        assert (failed.state, failed.error_code) == (SyncItemState.FAILED, "download_interrupted")
        assert await work.sync_items.retry_failed(Provider.GARMIN, below_attempts=5) == 1
    assert (await (await begin(rig, user_id)).result()).imported == 1


async def test_downloads_that_the_provider_refused_use_up_nothing(rig: Rig, a_user: MakeUser) -> None:
    user_id = (await connected(rig, a_user, activities=3)).id
    rig.world.fault("server_5xx", "/download-service/*", times=9)
    assert (await (await begin(rig, user_id)).result()).imported == 3


async def test_pause_rests_after_the_chunk_and_resume_completes(rig: Rig, a_user: MakeUser) -> None:
    user_id = (await connected(rig, a_user, activities=60)).id
    handle = await begin(rig, user_id, page_size=20, chunk_size=5)
    await handle.execute_update(GarminBackfill.pause)
    paused = await rig.until_job(user_id, handle.id, JobState.PAUSED)
    await asyncio.sleep(1)
    again = await rig.job(user_id, handle.id)
    assert again is not None
    assert again.done == paused.done < 60
    await handle.execute_update(GarminBackfill.resume)
    assert (await handle.result()).imported == 60


async def test_cancel_keeps_what_is_there(rig: Rig, a_user: MakeUser) -> None:
    user_id = (await connected(rig, a_user, activities=60)).id
    handle = await begin(rig, user_id, chunk_size=5)
    async with asyncio.timeout(20):
        while (job := await rig.job(user_id, handle.id)) is None or job.done < 5:
            await asyncio.sleep(0.05)
    await handle.signal(GarminBackfill.cancel_by_signal)
    result = await handle.result()
    assert 5 <= result.imported < 60
    job = await rig.job(user_id, handle.id)
    assert job is not None
    assert job.state is JobState.CANCELLED
    async with rig.store.begin(user_id) as work:
        assert await work.activities.count() == result.imported


async def test_ended_tokens_park_the_run_until_a_new_login(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=30)
    user_id = runner.id
    rig.world.end_tokens(runner.email)
    handle = await begin(rig, user_id)
    parked = await rig.until_job(user_id, handle.id, JobState.PARKED)
    assert (parked.error_code, parked.needs_human) == ("reauth_required", True)
    await log_in(rig, runner, then_backfill=True)
    assert (await handle.result()).imported == 30


async def test_rate_limit_is_waited_for_by_a_timer(rig: Rig, a_user: MakeUser) -> None:
    user_id = (await connected(rig, a_user, activities=10)).id
    rig.world.fault("rate_limited_429", "/activitylist-service/*", retry_after_s=2)
    handle = await begin(rig, user_id)
    waiting = await rig.until_job(user_id, handle.id, JobState.WAITING)
    assert waiting.error_code == "provider_rate_limited"
    assert (await handle.result()).imported == 10
    assert any(e.HasField("timer_started_event_attributes") for e in (await handle.fetch_history()).events)


async def test_a_blocked_provider_parks_and_retry_goes_on(rig: Rig, a_user: MakeUser) -> None:
    user_id = (await connected(rig, a_user, activities=10)).id
    rig.world.fault("html_instead_of_json", "/activitylist-service/*", times=None, retry_after_s=1)
    handle = await begin(rig, user_id)
    parked = await rig.until_job(user_id, handle.id, JobState.PARKED, timeout_s=150)
    assert parked.error_code == "provider_blocked"
    rig.world.clear_faults()
    await handle.execute_update(GarminBackfill.operate, OperatorNote("retry"))
    assert (await handle.result()).imported == 10


async def test_continue_as_new_carries_the_cursor(rig: Rig, a_user: MakeUser) -> None:
    user_id = (await connected(rig, a_user, activities=40)).id
    handle = await begin(rig, user_id, chunk_size=5, page_size=10, chunks_per_run=2)
    result = await handle.result()
    async with rig.store.begin(user_id) as work:
        assert await work.activities.count() == 40
    assert result.imported == 40
    first = await rig.client.get_workflow_handle(handle.id, run_id=handle.first_execution_run_id).describe()
    assert first.status is not None
    assert first.status.name == "CONTINUED_AS_NEW"


async def test_runner_who_told_nothing_has_loads_from_named_estimates(rig: Rig, a_user: MakeUser) -> None:
    runner = await connected(rig, a_user, activities=30)
    async with rig.store.begin(runner.id) as work:
        told = await work.users.profile()
        assert told is not None
        await work.users.save_profile(
            replace(told, hr_max_bpm=None, hr_rest_bpm=None, threshold_hr_bpm=None, birth_year=1990)
        )
    await (await begin(rig, runner.id)).result()
    async with rig.store.begin(runner.id) as work:
        proposals = {row.kind: row.source for row in await work.zones.proposals()}
        newest = (await work.activities.recent(1))[0]
        rows = {row.definition_key: row for row in await work.metrics.of_activity(newest.id)}
        loads = await work.metrics.daily_sums("load", TODAY.replace(year=2025), TODAY)
    assert proposals["hr_max"], "an estimate waits to be confirmed"
    assert len(loads) > 15
    assert rows["load"].source, "the load names what it was computed from"
