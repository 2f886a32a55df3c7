"""The newest run on Strava: once, also when the reply is lost or it was there before."""

from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest

from activities.sessions import STRAVA_TOKENS, strava_session_to_json
from runcoach.domain.connection import ConnectionState, JobState, Provider, ProviderConnection
from tests.engines import MakeUser
from tests.rigs.durable import Rig
from tests.rigs.runners import Runner, with_history
from workflows.contracts import StravaUploadInput
from workflows.names import CORE_QUEUE, strava_upload_id
from workflows.strava_upload import StravaUpload

pytestmark = pytest.mark.engines


async def connect_strava(rig: Rig, user_id: UUID) -> None:
    """As the API's callback does."""
    page = rig.ports.strava.authorize_url("state", "http://127.0.0.1/back")
    back = httpx.get(page, follow_redirects=False).headers["location"]
    asked = parse_qs(urlsplit(back).query)
    session = await rig.ports.strava.exchange_code(
        asked["code"][0], frozenset(asked["scope"][0].replace(" ", ",").split(","))
    )
    async with rig.store.begin(user_id) as work:
        await work.vault.seal(STRAVA_TOKENS, strava_session_to_json(session))
        await work.connections.save(
            ProviderConnection(
                user_id,
                Provider.STRAVA,
                ConnectionState.CONNECTED,
                account_id=f"{session.athlete_id}-{user_id}",  # one athlete, many test runners
            )
        )


async def newest(rig: Rig, user_id: UUID) -> UUID:
    async with rig.store.begin(user_id) as work:
        return next(a.id for a in await work.activities.recent(20) if a.sport.is_run)


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
    return runner, await newest(rig, runner.id)


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
