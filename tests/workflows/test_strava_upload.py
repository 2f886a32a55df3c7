"""The newest run on Strava: once, also when the reply is lost or it was there before."""

from typing import Any
from uuid import UUID

import pytest

from runcoach.domain.connection import JobState
from tests.engines import MakeUser
from tests.rigs.durable import Rig
from tests.rigs.runners import Runner, with_history
from tests.rigs.strava import connect_strava, newest_run
from workflows.contracts import StravaUploadInput
from workflows.names import CORE_QUEUE, strava_upload_id
from workflows.strava_upload import StravaUpload

pytestmark = pytest.mark.engines


async def upload(rig: Rig, user_id: UUID, activity_id: UUID) -> bool:
    return await rig.client.execute_workflow(
        StravaUpload.run,
        StravaUploadInput(user_id, activity_id),
        id=strava_upload_id(activity_id),
        task_queue=CORE_QUEUE,
    )


def uploaded(rig: Rig) -> list[dict[str, Any]]:
    return [e for e in rig.world.ledger(service="strava") if "upload" in e["effect"]]


async def ready(rig: Rig, a_user: MakeUser) -> tuple[Runner, UUID]:
    runner = await with_history(rig, a_user, activities=5)
    await connect_strava(rig, runner.id)
    return runner, await newest_run(rig, runner.id)


async def test_run_is_uploaded_once_and_mapped(rig: Rig, a_user: MakeUser) -> None:
    runner, activity_id = await ready(rig, a_user)
    before = len(uploaded(rig))
    assert await upload(rig, runner.id, activity_id)
    assert await upload(rig, runner.id, activity_id), "again is harmless"
    assert len(uploaded(rig)) == before + 1
    async with rig.store.begin(runner.id) as work:
        known = await work.strava_map.get(activity_id)
    assert known is not None
    assert known["strava_activity_id"]


async def test_lost_reply_does_not_upload_twice(rig: Rig, a_user: MakeUser) -> None:
    runner, activity_id = await ready(rig, a_user)
    before = len(rig.world.strava_activities())
    rig.world.fault("accepted_reply_lost", "*/uploads*", service="strava", method="POST")
    assert await upload(rig, runner.id, activity_id)
    assert len(rig.world.strava_activities()) == before + 1


async def test_duplicate_is_a_success(rig: Rig, a_user: MakeUser) -> None:
    runner, activity_id = await ready(rig, a_user)
    assert await upload(rig, runner.id, activity_id)
    async with rig.store.begin(runner.id) as work:  # the map is lost
        await work.strava_map.save(
            activity_id, {"upload_id": None, "strava_activity_id": None, "state": "new", "error_code": None}
        )
    assert await upload(rig, runner.id, activity_id)
    async with rig.store.begin(runner.id) as work:
        known = await work.strava_map.get(activity_id)
    assert known is not None
    assert known["strava_activity_id"]


async def test_quota_is_waited_for_by_a_timer(rig: Rig, a_user: MakeUser) -> None:
    runner, activity_id = await ready(rig, a_user)
    rig.world.fault("rate_limited_429", "*/uploads*", service="strava", method="POST", retry_after_s=1)
    handle = await rig.client.start_workflow(
        StravaUpload.run,
        StravaUploadInput(runner.id, activity_id),
        id=strava_upload_id(activity_id),
        task_queue=CORE_QUEUE,
    )
    waiting = await rig.until_job(runner.id, handle.id, JobState.WAITING)
    assert waiting.error_code == "provider_rate_limited"
    assert waiting.eta_s is not None
    await handle.terminate()
