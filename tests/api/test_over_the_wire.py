"""Through a real socket: streams come as they are written, and end when nobody listens any more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from api import ApiDeps
from runcoach.domain.chat import TurnEventKind
from runcoach.domain.connection import JobState, JobStatus
from runcoach.storage.store import PgStore
from tests.api.conftest import ORIGIN, Browser, with_config


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """The app on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await running


@pytest.fixture
async def wire(deps: ApiDeps, runner: Browser) -> AsyncIterator[httpx.AsyncClient]:
    """The runner's client over a socket."""
    app = with_config(deps, allowed_hosts=frozenset({"127.0.0.1"}))
    cookies = {"rc_session": runner.http.cookies["rc_session"]}
    async with (
        serving(app) as base_url,
        httpx.AsyncClient(base_url=base_url, cookies=cookies, headers={"Origin": ORIGIN}, timeout=10) as http,
    ):
        yield http


async def test_answer_is_heard_while_it_is_written(
    wire: httpx.AsyncClient, runner: Browser, store: PgStore
) -> None:
    asked = (await wire.post("/api/v1/ai/chat", json={"message": "hello"})).json()

    async def publish(kind: TurnEventKind) -> None:
        async with store.begin(runner.user.id) as work:
            await work.chats.publish(UUID(asked["conversation_id"]), asked["turn_id"], kind, {})

    async with wire.stream("GET", asked["stream_url"]) as stream:
        lines = stream.aiter_lines()
        for number, kind in enumerate((TurnEventKind.DELTA, TurnEventKind.DELTA, TurnEventKind.DONE), 1):
            await publish(kind)  # the next one is written only after this one was heard
            async with asyncio.timeout(5):
                heard = [await anext(lines) for _ in range(4)]
            assert heard[:2] == [f"id: {number}", f"event: {kind.value}"]


async def test_progress_is_heard_as_it_happens(
    wire: httpx.AsyncClient, runner: Browser, store: PgStore
) -> None:
    job_id = f"garmin-backfill/{runner.user.id}"

    async def report(done: int, state: JobState = JobState.RUNNING) -> None:
        async with store.begin(runner.user.id) as work:
            await work.jobs.save(JobStatus(job_id, runner.user.id, "garmin_backfill", state, done, 100))

    await report(0)
    seen = []
    async with asyncio.timeout(15), wire.stream("GET", f"/api/v1/jobs/{job_id}/events") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                seen.append(line.split('"percent":')[1].split(",")[0])
                await report(len(seen) * 50, JobState.DONE if len(seen) == 2 else JobState.RUNNING)
    assert seen == ["0.0", "50.0", "100.0"]


async def test_listener_that_goes_away_leaves_nothing_running(
    wire: httpx.AsyncClient, runner: Browser
) -> None:
    asked = (await wire.post("/api/v1/ai/chat", json={"message": "hello"})).json()
    async with wire.stream("GET", asked["stream_url"]):
        await asyncio.sleep(0.3)
    async with asyncio.timeout(5):
        while any("_polls" in str(task.get_coro()) for task in asyncio.all_tasks()):
            await asyncio.sleep(0.05)


async def test_stream_ends_with_the_session(
    wire: httpx.AsyncClient, runner: Browser, store: PgStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.ai.QUIET_POLLS", 3)
    asked = (await wire.post("/api/v1/ai/chat", json={"message": "hello"})).json()
    async with asyncio.timeout(10), wire.stream("GET", asked["stream_url"]) as stream:
        await store.accounts.logout(runner.http.cookies["rc_session"])
        assert [line async for line in stream.aiter_lines() if line] == []


async def test_progress_ends_with_the_session(
    wire: httpx.AsyncClient, runner: Browser, store: PgStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.jobs.SESSION_POLLS", 2)
    job_id = f"garmin-backfill/{runner.user.id}"
    async with store.begin(runner.user.id) as work:
        await work.jobs.save(JobStatus(job_id, runner.user.id, "garmin_backfill", JobState.RUNNING, 1, 9))
    async with asyncio.timeout(10), wire.stream("GET", f"/api/v1/jobs/{job_id}/events") as stream:
        await store.accounts.logout(runner.http.cookies["rc_session"])
        heard = [line async for line in stream.aiter_lines() if line.startswith("event")]
    assert heard == ["event: job"]


async def test_upload_without_a_told_length_is_cut_off_at_the_limit(deps: ApiDeps, runner: Browser) -> None:
    app = with_config(deps, allowed_hosts=frozenset({"127.0.0.1"}), upload_max_bytes=50_000)

    async def endless() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.fit"\r\n\r\n'
        for _ in range(100):
            yield b"x" * 10_000

    headers = {"Content-Type": "multipart/form-data; boundary=b", "Origin": ORIGIN}
    cookies = {"rc_session": runner.http.cookies["rc_session"]}
    async with serving(app) as base_url, httpx.AsyncClient(base_url=base_url, cookies=cookies) as http:
        answer = await http.post("/api/v1/imports", content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
