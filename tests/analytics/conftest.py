"""The demo athlete's two years in the real Postgres, imported once for this room."""

from collections.abc import AsyncIterator

import pytest

from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.settings import KeyRing
from runcoach.storage.store import PgStore
from tests.analytics.athlete import Athlete, demo_athlete
from tests.fakes import FakeClock


@pytest.fixture(scope="session")
async def demo(database: EmbeddedPostgres, keyring: KeyRing) -> AsyncIterator[Athlete]:
    """Read only: tests that change a history make an athlete of their own."""
    clock = FakeClock()
    store = PgStore(database.app_url, keyring, clock, pool_size=4, statement_timeout_s=30)
    yield await demo_athlete(store, clock)
    await store.close()
