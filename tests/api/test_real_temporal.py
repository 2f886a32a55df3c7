"""The API on real engines: Postgres, a Temporal server, workers and the simulated world at the wire."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from socket import socket
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from temporalio.client import Client

from api import ApiDeps, create_app
from api.orchestration import Start
from api.temporal_orchestrator import TemporalOrchestrator
from runcoach.domain.errors import Conflict, MfaExpired, NotRunning, OrchestratorUnavailable
from runcoach.embedded.temporal import EmbeddedTemporal
from runcoach.providers.files.workout_fit import FitWorkoutEncoder
from runcoach.settings import KeyRing, load_settings
from runcoach.simulators.context import WorldConfig
from runcoach.simulators.server import SimulatorServer
from runcoach.storage.store import PgStore
from runcoach.temporal.client import connect
from tests.api.conftest import CONFIG, Browser, LogIn
from tests.fakes import FakeClock
from tests.rigs.durable import TODAY, Rig, World, real_ports, running_workers
from workflows.contracts import ConnectGarminInput, DecisionNote, MfaCode, PlanApprovalInput
from workflows.names import CORE_QUEUE

pytestmark = pytest.mark.engines


@pytest.fixture(scope="module")
async def client(temporal: EmbeddedTemporal, keyring: KeyRing) -> Client:
    return await connect(load_settings(temporal_address=temporal.address), keyring)


@pytest.fixture
def real(client: Client) -> TemporalOrchestrator:
    async def provide() -> Client:
        return client

    return TemporalOrchestrator(provide)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with SimulatorServer(WorldConfig(today=TODAY)) as server:
        yield World(server.base_url)


@pytest.fixture
async def rig(
    store: PgStore, clock: FakeClock, client: Client, world: World, tmp_path: Path
) -> AsyncIterator[Rig]:
    ports = real_ports(store, clock, tmp_path / "originals", world.base_url)
    async with running_workers(client, ports):
        yield Rig(client, ports, world)


@pytest.fixture
async def runner(rig: Rig, real: TemporalOrchestrator, log_in: LogIn) -> Browser:
    """A runner at an API whose every part is real."""
    ports = rig.ports
    deps = ApiDeps(
        ports.store, ports.clock, ports.originals, FitWorkoutEncoder(), real, CONFIG, strava=ports.strava
    )
    return await log_in(app=create_app(deps))


def a_wait(**more: object) -> Start:
    """A proposal's wait for somebody who is not there: it runs until it is told otherwise."""
    user_id, proposal_id = uuid4(), uuid4()
    given = PlanApprovalInput(user_id, proposal_id, "0" * 64, "2100-01-01T00:00:00+00:00")
    return Start("PlanApproval", f"plan-approval/{proposal_id}", CORE_QUEUE, given, "test")


# The orchestrator by itself


async def test_start_is_told_apart_from_one_that_runs_already(real: TemporalOrchestrator) -> None:
    start = a_wait()
    assert await real.start(start) is True
    assert await real.start(start) is False
    await real.cancel(start.id)


async def test_messages_to_a_run_that_is_not_there(real: TemporalOrchestrator) -> None:
    note = DecisionNote(uuid4())
    with pytest.raises(NotRunning):
        await real.update(f"plan-approval/{uuid4()}", "decide", note, update_id="u")
    with pytest.raises(NotRunning):
        await real.signal(f"plan-approval/{uuid4()}", "decide", note)
    await real.cancel(f"plan-approval/{uuid4()}")


async def test_update_without_workers_is_unavailable_in_time_and_a_signal_arrives(
    real: TemporalOrchestrator, client: Client
) -> None:
    start = a_wait()
    await real.start(start)
    began = asyncio.get_running_loop().time()
    with pytest.raises(OrchestratorUnavailable):
        await real.update(start.id, "decide", DecisionNote(uuid4()), update_id="u")
    assert asyncio.get_running_loop().time() - began < 8
    await real.signal(start.id, "decide", DecisionNote(uuid4()))
    await client.get_workflow_handle(start.id).terminate("test is over")


async def test_refusal_of_a_validator_arrives_by_its_code(real: TemporalOrchestrator, rig: Rig) -> None:
    user_id = uuid4()
    start = Start(
        "ConnectGarmin", f"garmin-connect/{user_id}", CORE_QUEUE, ConnectGarminInput(user_id), "test"
    )
    with pytest.raises((MfaExpired, NotRunning, Conflict)):
        await real.update_with_start(start, "submit_mfa", MfaCode(), update_id="u")


async def test_server_that_is_away_is_an_outage_and_no_bug() -> None:
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = load_settings(temporal_address=f"127.0.0.1:{port}")
    away = TemporalOrchestrator(lambda: connect(settings, KeyRing("k", {"k": b"0" * 32}), attempts=1))
    assert await away.is_healthy() is False
    with pytest.raises(OrchestratorUnavailable):
        await away.start(a_wait())


async def test_client_is_tried_again_after_a_failed_attempt(client: Client) -> None:
    answers: list[Client | None] = [None, client]

    async def provide() -> Client:
        found = answers.pop(0)
        if found is None:
            raise OrchestratorUnavailable()
        return found

    flaky = TemporalOrchestrator(provide)
    assert await flaky.is_healthy() is False
    assert await flaky.is_healthy() is True


# Through the whole house


async def poll(http: httpx.AsyncClient, url: str, key: str, *wanted: object) -> dict[str, object]:
    async with asyncio.timeout(40):
        while True:
            body: dict[str, object] = (await http.get(url)).json()
            if body.get(key) in wanted:
                return body
            await asyncio.sleep(0.1)


async def test_garmin_is_connected_with_a_code_and_a_wrong_one_is_told(runner: Browser, world: World) -> None:
    account = world.account(mfa=True, mfa_code="135790")
    login = {"email": account["email"], "password": account["password"]}
    assert (await runner.http.post("/api/v1/garmin/connect", json=login)).status_code == 202
    await poll(runner.http, "/api/v1/garmin/status", "state", "mfa_required")
    wrong = await runner.http.post("/api/v1/garmin/mfa", json={"code": "000000"})
    assert wrong.status_code == 202
    assert wrong.json()["error"]["code"] == "wrong_mfa_code"
    right = await runner.http.post("/api/v1/garmin/mfa", json={"code": "135790"})
    assert right.status_code == 202
    shown = await poll(runner.http, "/api/v1/garmin/status", "state", "connected")
    assert shown["error"] is None


async def test_strava_is_connected_by_a_workflow_and_left_again(
    runner: Browser, rig: Rig, world: World
) -> None:
    url = (await runner.http.get("/api/v1/strava/connect")).json()["authorize_url"]
    async with httpx.AsyncClient() as browser:
        back = (await browser.get(url, follow_redirects=False)).headers["location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    answer = await runner.http.get("/api/v1/strava/callback", params=asked)
    assert answer.headers["location"].endswith("?strava=connecting")
    await poll(runner.http, "/api/v1/strava/status", "state", "connected")
    async with rig.store.begin(runner.user.id) as work:
        assert await work.vault.open("strava_code") is None
        assert await work.vault.open("strava_tokens") is not None
    assert (await runner.http.post("/api/v1/strava/disconnect")).status_code == 202
    await poll(runner.http, "/api/v1/strava/status", "state", "disconnected")
    async with rig.store.begin(runner.user.id) as work:
        assert await work.vault.open("strava_tokens") is None


async def test_strava_code_that_was_used_is_told(runner: Browser, rig: Rig) -> None:
    url = (await runner.http.get("/api/v1/strava/connect")).json()["authorize_url"]
    state = parse_qs(urlsplit(url).query)["state"][0]
    params = {"code": "never-given", "state": state, "scope": "read,activity:write,activity:read"}
    await runner.http.get("/api/v1/strava/callback", params=params)
    job_id = f"strava-connect/{runner.user.id}"
    job = await poll(runner.http, f"/api/v1/jobs/{job_id}", "state", "failed")
    assert job["error"]
    shown = (await runner.http.get("/api/v1/strava/status")).json()
    assert (shown["state"], shown["error"]["next_step"] is not None) == ("disconnected", True)


async def test_question_is_answered_over_the_stream(runner: Browser) -> None:
    asked = (await runner.http.post("/api/v1/ai/chat", json={"message": "최근에 얼마나 뛰었어?"})).json()
    async with asyncio.timeout(40):
        stream = await runner.http.get(asked["stream_url"], params={"after": 0, "until": "done"})
    kinds = [line.removeprefix("event: ") for line in stream.text.splitlines() if line.startswith("event")]
    assert kinds[-1] == "done"
    shown = (await runner.http.get(f"/api/v1/ai/conversations/{asked['conversation_id']}")).json()
    assert shown["messages"][-1]["role"] == "assistant"
    assert shown["open_turn_id"] is None


async def test_plan_is_proposed_and_double_clicked_approval_reaches_its_workflow_once(
    runner: Browser,
) -> None:
    begun = (await runner.http.post("/api/v1/plans/generate", json={})).json()
    url = f"/api/v1/approvals/{begun['proposal_id']}"
    shown = await poll(runner.http, url, "is_open", True)
    body = {"content_hash": shown["content_hash"]}
    first, second = await asyncio.gather(*(runner.http.post(f"{url}/approve", json=body) for _ in range(2)))
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["decision"] == second.json()["decision"]
    decided = await poll(runner.http, url, "status", "approved")
    assert decided["decision"] == first.json()["decision"]
    late = await runner.http.post(f"{url}/reject", json={"reason": "x"})
    assert (late.status_code, late.json()["code"]) == (409, "already_decided")
