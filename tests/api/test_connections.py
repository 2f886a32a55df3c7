"""Garmin and Strava as the API handles them: secrets pass through the vault, never through a workflow."""

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from api import ApiDeps
from runcoach.domain.connection import (
    ConnectionState,
    CoverageState,
    JobState,
    JobStatus,
    Provider,
    ProviderConnection,
)
from runcoach.domain.errors import Conflict, MfaExpired
from runcoach.i18n import t
from runcoach.storage.store import PgStore
from tests.api.conftest import ORIGIN, Browser, LogIn, NewClient, with_config
from tests.api.fakes import FakeOrchestrator
from tests.fakes import FakeClock
from tests.storage.builders import MONDAY, a_run, watch_streams
from workflows.contracts import ConnectGarminInput, ConnectStravaInput, OperatorNote
from workflows.names import connect_garmin_id, garmin_backfill_id, garmin_sync_id, strava_connect_id

SECRET = "canary-password-7391"
LOGIN = {"email": "runner@example.org", "password": SECRET}


async def opened(store: PgStore, runner: Browser, kind: str) -> bytes | None:
    async with store.begin(runner.user.id) as work:
        return await work.vault.open(kind)


async def set_state(
    store: PgStore,
    runner: Browser,
    state: ConnectionState,
    provider: Provider = Provider.GARMIN,
    **more: object,
) -> None:
    async with store.begin(runner.user.id) as work:
        await work.connections.save(ProviderConnection(runner.user.id, provider, state, **more))  # type: ignore[arg-type]


# Garmin


async def test_password_lies_sealed_for_minutes_and_the_workflow_gets_only_its_kind(
    runner: Browser, store: PgStore, clock: FakeClock, orchestrator: FakeOrchestrator
) -> None:
    answer = await runner.http.post("/api/v1/garmin/connect", json=LOGIN)
    assert answer.status_code == 202
    assert answer.json()["status_url"] == "/api/v1/garmin/status"
    (start,) = orchestrator.starts
    assert start.argument == ConnectGarminInput(runner.user.id, credentials_kind="garmin_login")
    assert SECRET not in str(start) + answer.text
    assert json.loads(await opened(store, runner, "garmin_login") or b"") == LOGIN
    clock.advance(minutes=10)
    assert await opened(store, runner, "garmin_login") is None


async def test_password_is_destroyed_at_once_where_no_login_can_begin(
    runner: Browser, store: PgStore, orchestrator: FakeOrchestrator
) -> None:
    orchestrator.is_away = True
    answer = await runner.http.post("/api/v1/garmin/connect", json=LOGIN)
    assert answer.status_code == 503
    assert await opened(store, runner, "garmin_login") is None


async def test_second_click_joins_the_login_that_runs(
    runner: Browser, orchestrator: FakeOrchestrator
) -> None:
    first = (await runner.http.post("/api/v1/garmin/connect", json=LOGIN)).json()
    second = (await runner.http.post("/api/v1/garmin/connect", json=LOGIN)).json()
    assert (first["started"], second["started"]) == (True, False)
    assert len(orchestrator.starts) == 1


async def test_while_garmin_cools_down_no_login_is_tried_and_the_wait_is_told(
    runner: Browser, store: PgStore, clock: FakeClock, orchestrator: FakeOrchestrator
) -> None:
    retry_at = clock.now() + timedelta(minutes=90)
    await set_state(
        store, runner, ConnectionState.COOLING_DOWN, retry_at=retry_at, error_code="login_rate_limited"
    )
    answer = await runner.http.post("/api/v1/garmin/connect", json=LOGIN)
    assert (answer.status_code, answer.json()["code"]) == (409, "login_rate_limited")
    assert answer.json()["retry_after_s"] == 5400
    assert orchestrator.starts == []
    assert await opened(store, runner, "garmin_login") is None
    shown = (await runner.http.get("/api/v1/garmin/status")).json()
    assert shown["state"] == "cooling_down"
    assert "가민" in shown["error"]["detail"]
    assert shown["error"]["next_step"]
    clock.advance(minutes=91)
    assert (await runner.http.post("/api/v1/garmin/connect", json=LOGIN)).status_code == 202


async def test_code_goes_through_the_vault(
    runner: Browser, store: PgStore, orchestrator: FakeOrchestrator
) -> None:
    orchestrator.running.add(connect_garmin_id(runner.user.id))
    answer = await runner.http.post("/api/v1/garmin/mfa", json={"code": "847261"})
    assert answer.status_code == 202
    assert await opened(store, runner, "garmin_mfa_code") == b"847261"
    assert "847261" not in str(orchestrator.updates) + answer.text


@pytest.mark.parametrize("refusal", [None, MfaExpired()])
async def test_code_that_nobody_waits_for_is_expired_and_destroyed(
    refusal: MfaExpired | None, runner: Browser, store: PgStore, orchestrator: FakeOrchestrator
) -> None:
    if refusal:
        orchestrator.running.add(connect_garmin_id(runner.user.id))
        orchestrator.refuses_with = refusal
    answer = await runner.http.post("/api/v1/garmin/mfa", json={"code": "847261"})
    assert (answer.status_code, answer.json()["code"]) == (409, "mfa_expired")
    assert await opened(store, runner, "garmin_mfa_code") is None


async def test_disconnect_destroys_tokens_and_stops_what_used_them(
    runner: Browser, store: PgStore, orchestrator: FakeOrchestrator
) -> None:
    await set_state(store, runner, ConnectionState.CONNECTED, account_name="Runner")
    async with store.begin(runner.user.id) as work:
        await work.vault.seal("garmin_tokens", b"token-canary")
    answer = await runner.http.post("/api/v1/garmin/disconnect")
    assert answer.json() == {"state": "disconnected"}
    assert await opened(store, runner, "garmin_tokens") is None
    assert garmin_backfill_id(runner.user.id) in orchestrator.cancels
    assert (await runner.http.get("/api/v1/garmin/status")).json()["state"] == "disconnected"


async def test_disconnect_works_without_temporal(
    runner: Browser, store: PgStore, orchestrator: FakeOrchestrator
) -> None:
    orchestrator.is_away = True
    async with store.begin(runner.user.id) as work:
        await work.vault.seal("garmin_tokens", b"token-canary")
    assert (await runner.http.post("/api/v1/garmin/disconnect")).status_code == 200
    assert await opened(store, runner, "garmin_tokens") is None


async def test_status_sums_up_the_coverage_of_each_stream(runner: Browser, store: PgStore) -> None:
    days = {
        MONDAY - timedelta(days=n): CoverageState.HAVE if n % 2 else CoverageState.EMPTY for n in range(10)
    }
    async with store.begin(runner.user.id) as work:
        await work.sync_states.set_coverage(Provider.GARMIN, "sleep", days)
    (summary,) = (await runner.http.get("/api/v1/garmin/status")).json()["coverage"]
    assert (summary["stream"], summary["have"], summary["empty"], summary["failed"]) == ("sleep", 5, 5, 0)


async def test_older_garmin_paths_lead_to_the_same_place(runner: Browser) -> None:
    new = await runner.http.get("/api/v1/garmin/status")
    for path in ("/api/v1/auth/garmin/status", "/api/auth/garmin/status", "/api/garmin/status"):
        old = await runner.http.get(path)
        assert old.json() == new.json()
        assert old.headers["sunset"].endswith("GMT")
    assert "deprecation" not in new.headers


# Syncs and jobs


@pytest.mark.parametrize(
    ("state", "code"),
    [(ConnectionState.REAUTH_REQUIRED, "reauth_required"), (ConnectionState.DISCONNECTED, "not_connected")],
)
async def test_sync_without_a_working_connection_says_what_to_do(
    state: ConnectionState, code: str, runner: Browser, store: PgStore, orchestrator: FakeOrchestrator
) -> None:
    await set_state(store, runner, state)
    for path in ("/api/v1/ingest/run", "/api/v1/ingest/backfill"):
        answer = await runner.http.post(path)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert answer.json()["next_step"]
    assert orchestrator.starts == []


async def test_sync_is_started_once_and_joined_afterwards(
    runner: Browser, store: PgStore, orchestrator: FakeOrchestrator
) -> None:
    await set_state(store, runner, ConnectionState.CONNECTED)
    answers = [(await runner.http.post("/api/v1/ingest/run")).json() for _ in range(3)]
    assert [answer["started"] for answer in answers] == [True, False, False]
    assert {answer["workflow_id"] for answer in answers} == {garmin_sync_id(runner.user.id)}


async def test_backfill_is_steered_while_it_runs(runner: Browser, orchestrator: FakeOrchestrator) -> None:
    idle = await runner.http.post("/api/v1/ingest/backfill/pause")
    assert (idle.status_code, idle.json()["code"]) == (409, "not_running")
    orchestrator.running.add(garmin_backfill_id(runner.user.id))
    for action in ("pause", "resume", "cancel"):
        assert (await runner.http.post(f"/api/v1/ingest/backfill/{action}")).status_code == 202
    assert [name for _, name, _, _ in orchestrator.updates] == ["pause", "resume", "cancel"]
    assert (await runner.http.post("/api/v1/ingest/backfill/explode")).status_code == 422


async def a_job(store: PgStore, runner: Browser, state: JobState, **more: object) -> str:
    job_id = garmin_backfill_id(runner.user.id)
    status = JobStatus(job_id, runner.user.id, "garmin_backfill", state, **more)  # type: ignore[arg-type]
    async with store.begin(runner.user.id) as work:
        await work.jobs.save(status)
    return job_id


async def test_parked_job_says_why_and_takes_retry(
    runner: Browser, store: PgStore, orchestrator: FakeOrchestrator
) -> None:
    job_id = await a_job(
        store, runner, JobState.PARKED, done=20, total=80, error_code="reauth_required", needs_human=True
    )
    orchestrator.running.add(job_id)
    shown = (await runner.http.get(f"/api/v1/jobs/{job_id}")).json()
    assert (shown["percent"], shown["can_operate"], shown["needs_human"]) == (25.0, True, True)
    assert shown["error"]["next_step"]
    answer = await runner.http.post(f"/api/v1/jobs/{job_id}/operate", json={"action": "retry"})
    assert answer.status_code == 200
    assert orchestrator.updates[0][:3] == (job_id, "operate", OperatorNote("retry", "runner", None))
    assert (await runner.http.post(f"/api/v1/jobs/{job_id}/operate", json={"action": "x"})).status_code == 422


async def test_parked_job_does_not_promise_to_try_again_by_itself(runner: Browser, store: PgStore) -> None:
    job_id = await a_job(store, runner, JobState.RUNNING, error_code="provider_unavailable")
    promised = (await runner.http.get(f"/api/v1/jobs/{job_id}")).json()["error"]["next_step"]
    await a_job(store, runner, JobState.PARKED, error_code="provider_unavailable", needs_human=True)
    parked = (await runner.http.get(f"/api/v1/jobs/{job_id}")).json()["error"]["next_step"]
    assert parked == t("job.parked.next", runner.user.language) != promised


async def test_job_parked_by_a_bug_says_whose_fault_it_is(runner: Browser, store: PgStore) -> None:
    job_id = await a_job(store, runner, JobState.PARKED, error_code="internal", needs_human=True)
    shown = (await runner.http.get(f"/api/v1/jobs/{job_id}")).json()["error"]
    assert shown["next_step"] == t("job.parked.internal.next", runner.user.language)


async def test_a_new_login_forgets_the_error_of_the_last_one(runner: Browser, store: PgStore) -> None:
    await set_state(store, runner, ConnectionState.DISCONNECTED, error_code="wrong_password")
    assert (await runner.http.post("/api/v1/garmin/connect", json=LOGIN)).status_code == 202
    shown = (await runner.http.get("/api/v1/garmin/status")).json()
    assert (shown["state"], shown["error"]) == ("disconnected", None)


async def test_finished_job_takes_no_orders(runner: Browser, store: PgStore) -> None:
    job_id = await a_job(store, runner, JobState.DONE)
    answer = await runner.http.post(f"/api/v1/jobs/{job_id}/operate", json={"action": "retry"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_running")


async def test_run_that_is_not_parked_refuses_orders(
    runner: Browser, store: PgStore, orchestrator: FakeOrchestrator
) -> None:
    job_id = await a_job(store, runner, JobState.RUNNING)
    orchestrator.running.add(job_id)
    orchestrator.refuses_with = Conflict()
    answer = await runner.http.post(f"/api/v1/jobs/{job_id}/operate", json={"action": "retry"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def test_progress_is_streamed_until_the_job_is_over(runner: Browser, store: PgStore) -> None:
    job_id = await a_job(store, runner, JobState.DONE, done=450, total=450)
    answer = await runner.http.get(f"/api/v1/jobs/{job_id}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    kind, data = answer.text.strip().split("\n")
    assert kind == "event: job"
    assert json.loads(data.removeprefix("data: "))["percent"] == 100.0


# Strava


async def ask_strava(client: httpx.AsyncClient) -> str:
    """The state of a fresh permission request."""
    url = (await client.get("/api/v1/strava/connect")).json()["authorize_url"]
    return parse_qs(urlsplit(url).query)["state"][0]


def granted(state: str, scope: str = "read,activity:write,activity:read") -> dict[str, str]:
    return {"code": "code-canary", "state": state, "scope": scope}


async def test_permission_comes_back_once_and_the_code_goes_through_the_vault(
    runner: Browser, store: PgStore, orchestrator: FakeOrchestrator
) -> None:
    state = await ask_strava(runner.http)
    assert len(state) >= 43
    answer = await runner.http.post("/api/v1/strava/callback", json=granted(state))
    assert answer.status_code == 202
    (start,) = orchestrator.starts
    assert (start.id, start.argument) == (
        strava_connect_id(runner.user.id),
        ConnectStravaInput(runner.user.id, "strava_code"),
    )
    assert "code-canary" not in str(start) + answer.text
    assert json.loads(await opened(store, runner, "strava_code") or b"")["code"] == "code-canary"
    again = await runner.http.post("/api/v1/strava/callback", json=granted(state))
    assert (again.status_code, again.json()["code"]) == (409, "invalid_state")


async def test_state_of_another_session_missing_or_late_is_refused(
    runner: Browser, log_in: LogIn, clock: FakeClock, orchestrator: FakeOrchestrator, store: PgStore
) -> None:
    other = await log_in()
    foreign = await ask_strava(other.http)
    await ask_strava(runner.http)
    late = await ask_strava(runner.http)
    for state in (foreign, "x", late[:-1] + "A"):
        answer = await runner.http.post("/api/v1/strava/callback", json=granted(state))
        assert (answer.status_code, answer.json()["code"]) == (409, "invalid_state")
    late = await ask_strava(runner.http)
    clock.advance(minutes=10)
    answer = await runner.http.post("/api/v1/strava/callback", json=granted(late))
    assert answer.json()["code"] == "invalid_state"
    assert orchestrator.starts == []


async def test_permission_without_upload_is_asked_for_again(runner: Browser) -> None:
    state = await ask_strava(runner.http)
    answer = await runner.http.post("/api/v1/strava/callback", json=granted(state, "read"))
    assert (answer.status_code, answer.json()["code"]) == (409, "scope_missing")


async def test_browser_is_sent_on_to_our_own_page_whatever_came_back(runner: Browser) -> None:
    good = await runner.http.get("/api/v1/strava/callback", params=granted(await ask_strava(runner.http)))
    denied = await runner.http.get("/api/v1/strava/callback", params={"error": "access_denied", "state": "x"})
    forged = await runner.http.get("/api/v1/strava/callback", params=granted("forged"))
    assert [answer.status_code for answer in (good, denied, forged)] == [303] * 3
    assert [answer.headers["location"] for answer in (good, denied, forged)] == [
        f"{ORIGIN}/?strava=connecting",
        f"{ORIGIN}/?strava=scope_missing",
        f"{ORIGIN}/?strava=invalid_state",
    ]


async def test_installation_without_strava_says_so(
    deps: ApiDeps, runner: Browser, new_client: NewClient
) -> None:
    client = new_client(with_config(replace(deps, strava=None)))
    client.cookies = runner.http.cookies
    assert (await client.get("/api/v1/strava/status")).json()["is_available"] is False
    answer = await client.get("/api/v1/strava/connect")
    assert (answer.status_code, answer.json()["code"]) == (409, "app_inactive")


async def test_newest_run_goes_to_strava_when_connected(
    runner: Browser, store: PgStore, orchestrator: FakeOrchestrator
) -> None:
    offline = await runner.http.post("/api/v1/strava/sync/run", json={})
    assert offline.json()["code"] == "not_connected"
    await set_state(store, runner, ConnectionState.CONNECTED, Provider.STRAVA)
    nothing = await runner.http.post("/api/v1/strava/sync/run", json={})
    assert nothing.status_code == 404
    async with store.begin(runner.user.id) as work:
        run_id = await work.activities.upsert(a_run(runner.user.id), [], watch_streams(20))
    answer = await runner.http.post("/api/v1/strava/sync/run", json={})
    assert answer.json()["workflow_id"] == f"strava-upload/{run_id}"
