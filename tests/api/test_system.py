"""What is told when parts are away, the codec for Temporal's UI, and repeated effects."""

import asyncio
from dataclasses import replace

import pytest
from fastapi import FastAPI
from google.protobuf import json_format
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from temporalio.api.common.v1 import Payload, Payloads

from api import ApiDeps, create_app
from api.deps import ApiConfig, DemoCredentials
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.settings import KeyRing, load_settings
from runcoach.storage.store import PgStore
from runcoach.temporal.codec import SealingCodec
from tests.api.conftest import ORIGIN, TEMPORAL_UI, Browser, LogIn, NewClient, with_config
from tests.api.fakes import FakeOrchestrator
from tests.api.operations import operations
from tests.api.test_sweeps import call
from tests.fakes import FakeClock

NOWHERE = "postgresql+asyncpg://nobody:nothing@127.0.0.1:9/none"


@pytest.fixture
def app_without_postgres(deps: ApiDeps, clock: FakeClock, keyring: KeyRing) -> FastAPI:
    return create_app(replace(deps, store=PgStore(NOWHERE, keyring, clock)))


async def test_without_postgres_every_operation_says_503_in_words_and_never_500(
    app_without_postgres: FastAPI, new_client: NewClient
) -> None:
    client = new_client(app_without_postgres)
    client.cookies.set("rc_session", "some-session")
    for one in operations(app_without_postgres):
        answer = await call(client, one)
        if one.id == "system_live":
            assert answer.status_code == 200
        elif one.id == "system_health":
            assert answer.json()["parts"][0]["is_healthy"] is False
            assert "데이터베이스" in answer.json()["parts"][0]["text"]
        elif one.id == "auth_register" and answer.status_code == 422:
            continue  # refused before anything is asked
        else:
            assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable"), str(one)
            assert int(answer.headers["retry-after"]) > 0
            assert answer.json()["detail"]


async def test_without_temporal_reads_go_on_and_new_work_says_503(
    app: FastAPI, runner: Browser, orchestrator: FakeOrchestrator
) -> None:
    orchestrator.is_away = True
    for path in ("/api/v1/fitness/recalculate", "/api/v1/strava/disconnect"):
        answer = await runner.http.post(path)
        assert (answer.status_code, answer.json()["code"]) == (503, "orchestrator_unavailable")
        assert int(answer.headers["retry-after"]) > 0
    for path in ("/api/v1/dashboard/summary", "/api/v1/activities", "/api/v1/jobs"):
        assert (await runner.http.get(path)).status_code == 200
    health = await runner.http.get("/api/v1/system/health")
    assert (health.status_code, health.json()["status"]) == (503, "degraded")


async def test_everything_well_is_told_in_words(new_client: NewClient) -> None:
    english = {"Origin": ORIGIN, "Accept-Language": "en"}
    answer = await new_client(**english).get("/api/v1/system/health")
    assert answer.status_code == 200
    assert [part["text"] for part in answer.json()["parts"]] == [
        "The database answers.",
        "The job server (Temporal) answers.",
    ]


async def test_demo_login_is_shown_on_a_demo_only(deps: ApiDeps, app: FastAPI, new_client: NewClient) -> None:
    plain = (await new_client().get("/api/v1/system/info")).json()
    assert (plain["is_demo"], plain["demo_login"]) == (False, None)
    demo = with_config(deps, demo=DemoCredentials("demo@runcoach.example", "demo-password"))
    shown = (await new_client(demo).get("/api/v1/system/info")).json()
    assert shown["demo_login"] == {"email": "demo@runcoach.example", "password": "demo-password"}


def test_config_follows_the_settings() -> None:
    plain = ApiConfig.from_settings(load_settings(api_port=8011, ui_port=7871))
    assert plain.allowed_origins >= {"http://127.0.0.1:7871", "http://localhost:8011"}
    assert (plain.secure_cookies, "127.0.0.1" in plain.allowed_hosts) == (False, True)
    public = ApiConfig.from_settings(load_settings(public_urls="https://run.example.org"))
    assert public.allowed_origins == {"https://run.example.org"}
    assert (public.secure_cookies, "run.example.org" in public.allowed_hosts) == (True, True)


# The codec of Temporal's UI


def sealed(keyring: KeyRing, secret: bytes) -> str:
    payload = SealingCodec(keyring).seal(Payload(metadata={"encoding": b"json/plain"}, data=secret))
    return str(json_format.MessageToJson(Payloads(payloads=[payload])))


async def test_owner_reads_payloads_from_temporals_ui_and_leaves_a_trace(
    owner: Browser, keyring: KeyRing, database: EmbeddedPostgres
) -> None:
    headers = {"Origin": TEMPORAL_UI, "Content-Type": "application/json", "X-Namespace": "default"}
    body = sealed(keyring, b'"plain canary"')
    assert "plain canary" not in body
    answer = await owner.http.post("/api/v1/codec/decode", content=body, headers=headers)
    assert answer.status_code == 200
    opened = json_format.Parse(answer.text, Payloads())
    assert opened.payloads[0].data == b'"plain canary"'
    assert answer.headers["access-control-allow-origin"] == TEMPORAL_UI
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert await decodes_of(owner, database) == [1]
    back = await owner.http.post("/api/v1/codec/encode", content=answer.content, headers=headers)
    assert "plain canary" not in back.text


async def decodes_of(owner: Browser, database: EmbeddedPostgres) -> list[int]:
    engine = create_async_engine(database.owner_url)
    async with engine.begin() as connection:
        await connection.execute(
            text("SELECT set_config('app.user_id', :id, true)"), {"id": str(owner.user.id)}
        )
        rows = await connection.execute(text("SELECT payloads FROM decode_audit"))
        found = list(rows.scalars())
    await engine.dispose()
    return found


async def test_nobody_but_the_owner_reads_payloads(
    runner: Browser, new_client: NewClient, keyring: KeyRing
) -> None:
    headers = {"Origin": TEMPORAL_UI, "Content-Type": "application/json"}
    body = sealed(keyring, b'"plain canary"')
    for client, status in ((runner.http, 403), (new_client(), 401)):
        answer = await client.post("/api/v1/codec/decode", content=body, headers=headers)
        assert answer.status_code == status
        assert "plain canary" not in answer.text


async def test_temporals_ui_may_ask_for_payloads_and_for_nothing_else(owner: Browser) -> None:
    from_ui = {"Origin": TEMPORAL_UI}
    assert (await owner.http.post("/api/v1/auth/invites", headers=from_ui)).status_code == 403
    preflight = await owner.http.options("/api/v1/codec/decode", headers=from_ui)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == TEMPORAL_UI
    foreign = await owner.http.options("/api/v1/codec/decode", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in foreign.headers


@pytest.mark.parametrize("body", ["{", "5", '{"payloads": [{"data": 5}]}', '{"payloads": "x"}'])
async def test_payloads_that_are_none_are_refused(body: str, owner: Browser) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await owner.http.post("/api/v1/codec/decode", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_payload_of_another_key_is_refused_not_a_bug(owner: Browser) -> None:
    body = sealed(KeyRing("other", {"other": b"0" * 32}), b'"x"')
    headers = {"Content-Type": "application/json"}
    answer = await owner.http.post("/api/v1/codec/decode", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


# Idempotency-Key

GOAL = {"kind": "fitness", "title": "건강하게"}


async def goals_of(runner: Browser) -> int:
    return len((await runner.http.get("/api/v1/goals")).json()["items"])


async def test_same_key_does_it_once_and_answers_alike(runner: Browser) -> None:
    key = {"Idempotency-Key": "goal-1"}
    first = await runner.http.post("/api/v1/goals", json=GOAL, headers=key)
    again = await runner.http.post("/api/v1/goals", json=GOAL, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert await goals_of(runner) == 1


async def test_same_key_for_another_request_is_refused(runner: Browser) -> None:
    key = {"Idempotency-Key": "goal-2"}
    await runner.http.post("/api/v1/goals", json=GOAL, headers=key)
    other = await runner.http.post("/api/v1/goals", json=GOAL | {"title": "x"}, headers=key)
    assert other.status_code == 422
    assert await goals_of(runner) == 1


async def test_failed_request_frees_its_key(runner: Browser) -> None:
    key = {"Idempotency-Key": "goal-3"}
    wrong = await runner.http.post("/api/v1/goals", json={"kind": "race", "title": "x"}, headers=key)
    assert wrong.status_code == 422
    right = await runner.http.post("/api/v1/goals", json=GOAL, headers=key)
    assert right.status_code == 201


async def test_same_key_of_two_runners_are_two_keys(runner: Browser, log_in: LogIn) -> None:
    other = await log_in()
    for browser in (runner, other):
        answer = await browser.http.post("/api/v1/goals", json=GOAL, headers={"Idempotency-Key": "k"})
        assert answer.status_code == 201
    assert await goals_of(other) == 1


async def test_parallel_requests_with_one_key_have_one_effect(runner: Browser) -> None:
    key = {"Idempotency-Key": "goal-4"}
    answers = await asyncio.gather(
        *(runner.http.post("/api/v1/goals", json=GOAL, headers=key) for _ in range(6))
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert await goals_of(runner) == 1
