"""The real Postgres and the real Temporal server, one each for a whole test session.

Whoever has none is told so by name: the test is skipped, which `require_all` makes a failure in CI.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from secrets import token_bytes
from uuid import UUID

import pytest

from runcoach.embedded.errors import EngineError
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.embedded.temporal import EmbeddedTemporal
from runcoach.ports.storage import User
from runcoach.settings import KeyRing
from runcoach.storage.migrate import upgrade
from runcoach.storage.store import PgStore
from tests.fakes import FakeClock

A_PASSWORD = "three quiet hills at dawn"

type MakeUser = Callable[..., Awaitable[User]]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A Postgres of this session's own, empty."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"))
    try:
        server.start()
    except EngineError as error:
        pytest.skip(f"Postgres is not here: {error}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def database(postgres: EmbeddedPostgres) -> EmbeddedPostgres:
    """That Postgres, with every migration run."""
    await upgrade(postgres.owner_url)
    return postgres


@pytest.fixture(scope="session")
def temporal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedTemporal]:
    """A Temporal server of this session's own, with our search attributes."""
    server = EmbeddedTemporal(tmp_path_factory.mktemp("temporal"))
    try:
        server.start()
    except EngineError as error:
        pytest.skip(f"Temporal is not here: {error}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def keyring() -> KeyRing:
    """The master key of this session's vault."""
    return KeyRing("k1", {"k1": token_bytes(32)})


@pytest.fixture
def clock() -> FakeClock:
    """Monday, 2 March 2026, until the test moves it."""
    return FakeClock()


@pytest.fixture
async def store(database: EmbeddedPostgres, keyring: KeyRing, clock: FakeClock) -> AsyncIterator[PgStore]:
    """The store as the app role opens it."""
    opened = PgStore(database.app_url, keyring, clock, pool_size=12)
    yield opened
    await opened.close()


@pytest.fixture
def a_user(store: PgStore) -> MakeUser:
    """Makes accounts: `await a_user()`, or with any of register's arguments."""
    return lambda **wishes: make_user(store, **wishes)


async def make_user(store: PgStore, **wishes: object) -> User:
    """An account that nobody else has. Invited by nobody: it is a demo one unless asked otherwise."""
    given: dict[str, object] = {
        "email": f"runner-{UUID(bytes=token_bytes(16)).hex}@example.org",
        "password": A_PASSWORD,
        "display_name": "Runner",
        "invite_code": None,
        "language": "ko",
        "time_zone": "Asia/Seoul",
        "is_demo": True,
    }
    return await store.accounts.register(**(given | wishes))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of this session's own."""
    return tmp_path_factory.mktemp("data")
