"""The demo athlete's two years in the real Postgres, imported once for this room."""

from collections.abc import AsyncIterator

import httpx
import pytest

from api import ApiDeps, create_app
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.settings import KeyRing
from runcoach.storage.store import PgStore
from runcoach.temporal.codec import SealingCodec
from tests.analytics.athlete import Athlete, demo_athlete
from tests.api.conftest import CONFIG, client_of
from tests.api.fakes import FakeOrchestrator, FakeOriginals
from tests.engines import A_PASSWORD
from tests.fakes import FakeClock


@pytest.fixture(scope="session")
async def demo(database: EmbeddedPostgres, keyring: KeyRing) -> AsyncIterator[Athlete]:
    """Read only: tests that change a history make an athlete of their own."""
    clock = FakeClock()
    store = PgStore(database.app_url, keyring, clock, pool_size=4, statement_timeout_s=30)
    yield await demo_athlete(store, clock)
    await store.close()


@pytest.fixture(scope="session")
async def screens(demo: Athlete, keyring: KeyRing) -> AsyncIterator[httpx.AsyncClient]:
    """The API as the demo athlete's browser asks it."""
    deps = ApiDeps(
        store=demo.ports.store,
        clock=demo.ports.clock,
        originals=FakeOriginals(),
        workout_files=demo.ports.workout_files,
        orchestrator=FakeOrchestrator(),
        config=CONFIG,
        codec=SealingCodec(keyring),
    )
    token = await demo.ports.store.accounts.login(
        demo.user.email, A_PASSWORD, client_ip="198.51.100.9", now=demo.ports.clock.now()
    )
    assert token is not None
    async with client_of(create_app(deps)) as client:
        client.cookies.set("rc_session", token)
        yield client
