"""Postgres is killed under a running API: 503 with a sentence meanwhile, and all is well afterwards."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from api import ApiDeps, create_app
from runcoach.embedded.errors import EngineError
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.settings import KeyRing
from runcoach.storage.migrate import upgrade
from runcoach.storage.store import PgStore
from tests.api.conftest import NewClient
from tests.engines import A_PASSWORD
from tests.fakes import FakeClock

pytestmark = [pytest.mark.engines, pytest.mark.chaos]

PATHS = ("/api/v1/auth/me", "/api/v1/dashboard/summary", "/api/v1/activities", "/api/v1/approvals")


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A Postgres of this test's own."""
    server = EmbeddedPostgres(tmp_path / "postgres")
    try:
        server.start()
    except EngineError as error:
        pytest.skip(f"Postgres is not here: {error}")
    yield server
    server.stop()


@pytest.fixture
async def mortal_store(
    mortal: EmbeddedPostgres, keyring: KeyRing, clock: FakeClock
) -> AsyncIterator[PgStore]:
    await upgrade(mortal.owner_url)
    store = PgStore(mortal.app_url, keyring, clock)
    yield store
    await store.close()


async def test_killed_postgres_is_503_in_words_and_heals(
    mortal: EmbeddedPostgres, mortal_store: PgStore, deps: ApiDeps, new_client: NewClient
) -> None:
    client = new_client(create_app(replace(deps, store=mortal_store)))
    owner = {"email": "first@example.org", "password": A_PASSWORD, "display_name": "First"}
    first = await client.post("/api/v1/auth/register", json=owner)
    assert (first.status_code, first.json()["is_owner"]) == (201, True)
    assert await codes(client) == {200}
    mortal.kill()
    for _ in range(3):
        for path in PATHS:
            answer = await client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
            assert answer.json()["next_step"]
    mortal.start()
    async with asyncio.timeout(10):
        while await codes(client) != {200}:
            await asyncio.sleep(0.1)


async def codes(client: httpx.AsyncClient) -> set[int]:
    """Status of every path."""
    return {(await client.get(path)).status_code for path in PATHS}
