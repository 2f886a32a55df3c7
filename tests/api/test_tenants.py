"""Two runners on one server: no operation shows or changes anything of the other one."""

import httpx
import pytest
from fastapi import FastAPI

from runcoach.storage.store import PgStore
from tests.api.conftest import Browser, LogIn
from tests.api.fakes import FakeOrchestrator
from tests.api.operations import Operation, operations
from tests.api.seed import Seeded, seed
from tests.fakes import FakeClock

STREAMS = {"jobs_watch", "ai_stream"}


@pytest.fixture
async def alice(log_in: LogIn, store: PgStore, clock: FakeClock) -> tuple[Browser, Seeded]:
    browser = await log_in()
    return browser, await seed(store, browser.user.id, clock)


async def call(client: httpx.AsyncClient, operation: Operation, seeded: Seeded) -> httpx.Response:
    url = operation.url(**seeded.rows()).replace("garmin-sync/nobody", seeded.job_id)
    if operation.id == "imports_take_files":
        return await client.post(url, files={"files": ("a.fit", b"x" * 20)})
    return await client.request(operation.method, url, json=operation.body)


async def test_owner_of_rows_reads_them_so_that_the_sweep_below_means_something(
    app: FastAPI, alice: tuple[Browser, Seeded]
) -> None:
    browser, seeded = alice
    showing = set()
    for one in (op for op in operations(app) if not op.is_unsafe and op.id not in STREAMS):
        answer = await call(browser.http, one, seeded)
        if one.row_parameters:
            missing = {"activities_original"}
            assert answer.status_code == (404 if one.id in missing else 200), f"{one}: {answer.text[:300]}"
        else:
            assert answer.status_code < 400, f"{one}: {answer.text[:300]}"
        if seeded.canary in answer.text:
            showing.add(one.id)
    assert len(showing) >= 18, showing


async def test_stranger_gets_404_for_every_row_and_no_byte_of_it(
    app: FastAPI,
    alice: tuple[Browser, Seeded],
    log_in: LogIn,
    store: PgStore,
    clock: FakeClock,
    orchestrator: FakeOrchestrator,
) -> None:
    _, seeded = alice
    bob = await log_in()
    await seed(store, bob.user.id, clock)
    before = await _all_of(store, alice[0])
    for one in operations(app):
        answer = await call(bob.http, one, seeded)
        assert seeded.canary not in answer.text, str(one)
        assert str(alice[0].user.id) not in answer.text, str(one)
        if one.row_parameters or "nobody" in one.url():
            assert answer.status_code == 404, f"{one}: {answer.status_code} {answer.text[:200]}"
        if one.id == "auth_logout":
            bob = await log_in()
    assert await _all_of(store, alice[0]) == before
    touched = str([*orchestrator.starts, *orchestrator.updates, *orchestrator.signals])
    assert str(alice[0].user.id) not in touched


async def _all_of(store: PgStore, browser: Browser) -> object:
    """What the API could have changed."""
    async with store.begin(browser.user.id) as work:
        return (
            await work.users.get(),
            await work.users.goals(),
            await work.plans.history(10),
            await work.chats.list(10),
            await work.jobs.list(),
            await work.uploads.list(10),
            await work.activities.recent(10),
        )
