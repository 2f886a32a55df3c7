"""The API on the real Postgres, with an orchestrator that remembers what it was asked for."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from secrets import token_hex

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from api import ApiConfig, ApiDeps, create_app
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.ports.storage import User
from runcoach.providers.files.workout_fit import FitWorkoutEncoder
from runcoach.settings import KeyRing
from runcoach.storage.store import PgStore
from runcoach.temporal.codec import SealingCodec
from tests.api.fakes import FakeOrchestrator, FakeOriginals, FakeStrava
from tests.engines import A_PASSWORD, MakeUser
from tests.fakes import FakeClock

ORIGIN = "http://coach.test:7860"
BASE = "http://coach.test:8000"
TEMPORAL_UI = "http://coach.test:8233"

CONFIG = ApiConfig(
    allowed_origins=frozenset({ORIGIN}),
    allowed_hosts=frozenset({"coach.test"}),
    public_api_url=BASE,
    public_ui_url=ORIGIN,
    temporal_ui_url=TEMPORAL_UI,
    temporal_ui_origins=frozenset({TEMPORAL_UI}),
)

type NewClient = Callable[..., httpx.AsyncClient]


@dataclass(frozen=True)
class Browser:
    """A logged-in runner at the API."""

    user: User
    http: httpx.AsyncClient
    email: str


type LogIn = Callable[..., Awaitable[Browser]]


@pytest.fixture
def orchestrator() -> FakeOrchestrator:
    return FakeOrchestrator()


@pytest.fixture
def originals() -> FakeOriginals:
    return FakeOriginals()


@pytest.fixture
def deps(
    store: PgStore,
    clock: FakeClock,
    keyring: KeyRing,
    orchestrator: FakeOrchestrator,
    originals: FakeOriginals,
) -> ApiDeps:
    return ApiDeps(
        store=store,
        clock=clock,
        originals=originals,
        workout_files=FitWorkoutEncoder(),
        orchestrator=orchestrator,
        config=CONFIG,
        strava=FakeStrava(),
        codec=SealingCodec(keyring),
    )


@pytest.fixture(scope="session")
def built_app() -> FastAPI:
    """Routes take a while to build and hold nothing: one app, which each test gives its own deps."""
    return create_app(ApiDeps(*[None] * 5, CONFIG))  # type: ignore[arg-type]


@pytest.fixture
def app(built_app: FastAPI, deps: ApiDeps) -> FastAPI:
    built_app.state.deps = deps
    return built_app


@pytest.fixture
async def new_client(app: FastAPI) -> AsyncIterator[NewClient]:
    """Clients of the app: `new_client()`, a browser on our own page unless other headers are given."""
    opened: list[httpx.AsyncClient] = []
    address = f"2001:db8::{token_hex(2)}:{token_hex(2)}"

    def make(app_to_ask: FastAPI = app, **headers: str) -> httpx.AsyncClient:
        opened.append(client_of(app_to_ask, address, **headers))
        return opened[-1]

    yield make
    for client in opened:
        await client.aclose()


def client_of(app: FastAPI, address: str = "2001:db8::1", **headers: str) -> httpx.AsyncClient:
    """A client whose failures come back as answers, as over a wire."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 1234))
    return httpx.AsyncClient(
        transport=transport, base_url=BASE, headers=headers or {"Origin": ORIGIN}, follow_redirects=False
    )


@pytest.fixture(scope="session")
def a_hash() -> str:
    """A password hash of today's strength, made once."""
    return PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1).hash(A_PASSWORD)


@pytest.fixture
def log_in(a_user: MakeUser, new_client: NewClient, store: PgStore, clock: FakeClock, a_hash: str) -> LogIn:
    """`await log_in()`: a new runner with a session, opened without the costly look at the password."""

    async def make(*, app: FastAPI | None = None, **wishes: object) -> Browser:
        user = await a_user(**wishes)
        token = await store.accounts._open_session(user.id, a_hash, A_PASSWORD, clock.now())
        client = new_client() if app is None else new_client(app)
        client.cookies.set("rc_session", token)
        return Browser(user, client, user.email)

    return make


@pytest.fixture
async def runner(log_in: LogIn) -> Browser:
    """A logged-in runner who reads Korean."""
    return await log_in()


@pytest.fixture
async def owner(log_in: LogIn, database: EmbeddedPostgres) -> Browser:
    """A logged-in runner who owns this installation; whoever owned it before no longer does."""
    browser = await log_in()
    engine = create_async_engine(database.owner_url)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE users NO FORCE ROW LEVEL SECURITY"))
        await connection.execute(text("UPDATE users SET is_owner = false WHERE is_owner"))
        await connection.execute(
            text("UPDATE users SET is_owner = true WHERE id = :id"), {"id": browser.user.id}
        )
        await connection.execute(text("ALTER TABLE users FORCE ROW LEVEL SECURITY"))
    await engine.dispose()
    return browser


def with_config(deps: ApiDeps, **changes: object) -> FastAPI:
    """The same app, configured otherwise."""
    return create_app(replace(deps, config=replace(deps.config, **changes)))  # type: ignore[arg-type]
