"""Postgres goes away and comes back: callers are told to come again, and nobody restarts anything."""

import asyncio

import pytest

from runcoach.domain.connection import Provider
from runcoach.domain.errors import Invalid, NotFound, StorageUnavailable
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.ports.storage import UnitOfWork
from runcoach.storage.migrate import upgrade
from runcoach.storage.store import PgStore
from tests.engines import MakeUser, make_user
from tests.fakes import FakeClock


@pytest.fixture(scope="module")
async def fragile(tmp_path_factory: pytest.TempPathFactory):
    """A Postgres of this module's own, to be killed."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("fragile"))
    server.start()
    await upgrade(server.owner_url)
    yield server
    server.stop()


@pytest.fixture
async def fragile_store(fragile: EmbeddedPostgres, keyring):
    opened = PgStore(fragile.app_url, keyring, FakeClock(), pool_size=4)
    yield opened
    await opened.close()


async def as_user(store: PgStore, user, action) -> None:
    async with store.begin(user.id) as work:
        await action(work)


async def save(store: PgStore, user, number: int) -> None:
    async with store.begin(user.id) as work:
        await work.sync_states.save(Provider.GARMIN, f"s{number}", {"n": number})


async def test_power_cut_is_told_as_unavailable_and_the_pool_heals_by_itself(
    fragile: EmbeddedPostgres, fragile_store: PgStore
) -> None:
    store = fragile_store
    user = await make_user(store)
    await asyncio.gather(*(save(store, user, n) for n in range(4)))  # every connection of the pool is open
    fragile.kill()
    for attempt in range(3):
        with pytest.raises(StorageUnavailable) as told:
            await save(store, user, attempt)
        assert told.value.retry_after_s
    assert not await store.is_healthy()
    fragile.start()
    await asyncio.gather(*(save(store, user, n) for n in range(8)))
    assert await store.is_healthy()


async def test_cut_in_the_middle_keeps_what_was_committed_and_nothing_else(
    fragile: EmbeddedPostgres, fragile_store: PgStore
) -> None:
    store = fragile_store
    user = await make_user(store)
    await save(store, user, 1)

    async def write_two() -> None:
        async with store.begin(user.id) as work:
            await work.sync_states.save(Provider.GARMIN, "s2", {"n": 2})
            fragile.kill()
            await work.sync_states.save(Provider.GARMIN, "s3", {"n": 3})

    with pytest.raises(StorageUnavailable):
        await write_two()
    fragile.start()
    async with store.begin(user.id) as work:
        assert await work.sync_states.get(Provider.GARMIN, "s1") == {"n": 1}
        assert await work.sync_states.get(Provider.GARMIN, "s2") == {}
        assert await work.sync_states.get(Provider.GARMIN, "s3") == {}


async def test_restart_between_two_requests_is_not_even_noticed(
    fragile: EmbeddedPostgres, fragile_store: PgStore
) -> None:
    store = fragile_store
    user = await make_user(store)
    await asyncio.gather(*(save(store, user, n) for n in range(4)))
    fragile.stop()
    fragile.start()
    for n in range(6):
        await save(store, user, n)


async def test_pool_that_is_used_up_says_so_within_two_seconds(
    fragile: EmbeddedPostgres, fragile_store: PgStore
) -> None:
    store = fragile_store
    user = await make_user(store)
    release = asyncio.Event()

    async def hold() -> None:
        async with store.begin(user.id):
            await release.wait()

    holders = [asyncio.create_task(hold()) for _ in range(4)]
    await asyncio.sleep(0.1)
    loop = asyncio.get_running_loop()
    start = loop.time()
    with pytest.raises(StorageUnavailable):
        await save(store, user, 1)
    assert 1.5 < loop.time() - start < 3
    release.set()
    await asyncio.gather(*holders)
    await save(store, user, 1)


async def test_row_locked_by_somebody_is_unavailable_rather_than_a_hang(
    fragile: EmbeddedPostgres, fragile_store: PgStore
) -> None:
    store = fragile_store
    user = await make_user(store)
    async with store.begin(user.id) as first:
        await first.connections.lock(Provider.GARMIN)
        with pytest.raises(StorageUnavailable):
            async with store.begin(user.id) as second:
                await second.connections.lock(Provider.GARMIN)


async def test_cancelled_request_gives_its_connection_back(
    fragile: EmbeddedPostgres, fragile_store: PgStore
) -> None:
    store = fragile_store
    user = await make_user(store)

    async def stuck() -> None:
        async with store.begin(user.id) as work:
            await work.sync_states.save(Provider.GARMIN, "cancelled", {"n": 1})
            await asyncio.sleep(60)

    for _ in range(6):
        task = asyncio.create_task(stuck())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await asyncio.gather(*(save(store, user, n) for n in range(4)))
    async with store.begin(user.id) as work:
        assert await work.sync_states.get(Provider.GARMIN, "cancelled") == {}


async def test_error_of_the_caller_rolls_back_and_passes_as_it_is(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()

    async def write_and_fail() -> None:
        async with store.begin(user.id) as work:
            await work.sync_states.save(Provider.GARMIN, "s", {"n": 1})
            raise NotFound(what="anything")

    with pytest.raises(NotFound):
        await write_and_fail()
    async with store.begin(user.id) as work:
        assert await work.sync_states.get(Provider.GARMIN, "s") == {}


async def test_text_that_postgres_cannot_keep_is_the_callers_mistake(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()

    async def write(work: UnitOfWork) -> None:
        await work.chats.create("nul \x00 inside", "en")

    async def write_json(work: UnitOfWork) -> None:
        await work.sync_states.save(Provider.GARMIN, "s", {"name": "nul \x00 inside"})

    for attempt in (write, write_json):
        with pytest.raises(Invalid):
            await as_user(store, user, attempt)
