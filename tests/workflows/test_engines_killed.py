"""Temporal and Postgres killed once each in the middle of a backfill: it ends with every row."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes

import pytest

from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.embedded.temporal import EmbeddedTemporal
from runcoach.settings import KeyRing, load_settings
from runcoach.storage.migrate import upgrade
from runcoach.storage.store import PgStore
from runcoach.temporal.client import connect
from tests.engines import make_user
from tests.fakes import FakeClock
from tests.rigs.durable import Rig, World, real_ports, running_workers
from tests.rigs.runners import Runner, connected
from workflows.contracts import BackfillInput
from workflows.garmin_backfill import GarminBackfill
from workflows.names import CORE_QUEUE, garmin_backfill_id

pytestmark = [pytest.mark.engines, pytest.mark.chaos]

ACTIVITIES = 60


@dataclass(frozen=True)
class Engines:
    """Engines of this test alone, with a rig on them."""

    postgres: EmbeddedPostgres
    temporal: EmbeddedTemporal
    store: PgStore
    rig: Rig


@pytest.fixture
async def engines(tmp_path: Path, world: World) -> AsyncIterator[Engines]:
    postgres, temporal = EmbeddedPostgres(tmp_path / "postgres"), EmbeddedTemporal(tmp_path / "temporal")
    await asyncio.to_thread(postgres.start)
    await asyncio.to_thread(temporal.start)
    await upgrade(postgres.owner_url)
    ring = KeyRing("k", {"k": token_bytes(32)})
    clock = FakeClock()
    store = PgStore(postgres.app_url, ring, clock)
    client = await connect(load_settings(temporal_address=temporal.address), ring)
    ports = real_ports(store, clock, tmp_path / "originals", world.base_url)
    async with running_workers(client, ports):
        yield Engines(postgres, temporal, store, Rig(client, ports, world))
    await store.close()
    await asyncio.to_thread(temporal.stop)
    await asyncio.to_thread(postgres.stop)


async def until_kept(store: PgStore, runner: Runner, least: int) -> None:
    async with asyncio.timeout(60):
        while True:
            async with store.begin(runner.id) as work:
                if await work.activities.count() >= least:
                    return
            await asyncio.sleep(0.05)


@pytest.mark.timeout(240)
async def test_every_row_is_there_after_both_were_killed(engines: Engines) -> None:
    rig, store = engines.rig, engines.store

    async def a_user(**wishes: object) -> object:
        return await make_user(store, **wishes)

    runner = await connected(rig, a_user, activities=ACTIVITIES)  # type: ignore[arg-type]
    handle = await rig.client.start_workflow(
        GarminBackfill.run,
        BackfillInput(runner.id, chunk_size=5),
        id=garmin_backfill_id(runner.id),
        task_queue=CORE_QUEUE,
    )
    await until_kept(store, runner, 5)
    await asyncio.to_thread(engines.temporal.kill)
    await asyncio.sleep(1)
    await asyncio.to_thread(engines.temporal.start)
    await until_kept(store, runner, 20)
    await asyncio.to_thread(engines.postgres.kill)
    await asyncio.sleep(1)
    await asyncio.to_thread(engines.postgres.start)
    await asyncio.wait_for(handle.result(), 120)
    async with store.begin(runner.id) as work:
        assert await work.activities.count() == ACTIVITIES
