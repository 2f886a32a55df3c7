"""A server, workers and a world for every scenario of this room."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from temporalio.client import Client

from runcoach.embedded.temporal import EmbeddedTemporal
from runcoach.settings import KeyRing, load_settings
from runcoach.simulators.context import WorldConfig
from runcoach.simulators.server import SimulatorServer
from runcoach.storage.store import PgStore
from runcoach.temporal.client import connect
from tests.fakes import FakeClock
from tests.rigs.durable import TODAY, Rig, World, real_ports, running_workers


@pytest.fixture(scope="session")
async def temporal_client(temporal: EmbeddedTemporal, keyring: KeyRing) -> Client:
    return await connect(load_settings(temporal_address=temporal.address), keyring)


@pytest.fixture(scope="session")
def outside() -> Iterator[World]:
    with SimulatorServer(WorldConfig(today=TODAY)) as server:
        yield World(server.base_url)


@pytest.fixture
def world(outside: World) -> World:
    outside.clear_faults()
    return outside


@pytest.fixture
async def rig(
    store: PgStore, clock: FakeClock, temporal_client: Client, world: World, tmp_path: Path
) -> AsyncIterator[Rig]:
    ports = real_ports(store, clock, tmp_path / "originals", world.base_url)
    async with running_workers(temporal_client, ports):
        yield Rig(temporal_client, ports, world)
