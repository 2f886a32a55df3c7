"""A server, workers and a world for every scenario of this room."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from temporalio.client import Client

from runcoach.embedded.temporal import EmbeddedTemporal
from runcoach.providers.llm.source import OpenAIModel
from runcoach.settings import KeyRing, load_settings
from runcoach.simulators.context import WorldConfig
from runcoach.simulators.server import SimulatorServer
from runcoach.storage.store import PgStore
from runcoach.temporal.client import connect
from runcoach.temporal.worker import QUEUES, ports_for_model
from tests.fakes import FakeClock
from tests.rigs.durable import TODAY, Rig, World, real_ports, running_workers
from workflows.names import GARMIN_SWEEP_SCHEDULE, HOUSEKEEPING_SCHEDULE


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


@pytest.fixture
async def model_rig(
    store: PgStore, clock: FakeClock, temporal_client: Client, world: World, tmp_path: Path
) -> AsyncIterator[Rig]:
    """The same with a model over the wire, in a worker that holds no door to watch or Strava."""
    ports = real_ports(store, clock, tmp_path / "originals", world.base_url)
    model = OpenAIModel("key", f"{world.base_url}/llm/v1", "simulated-coach", api="chat")
    agent_ports = replace(ports_for_model(ports), model=model)
    others = [name for name in QUEUES if name != "llm"]
    async with (
        running_workers(temporal_client, ports, others),
        running_workers(temporal_client, agent_ports, ["llm"]),
    ):
        yield Rig(temporal_client, ports, world)


@pytest.fixture
async def no_rounds_left(temporal_client: Client) -> AsyncIterator[None]:
    """Schedules of rounds must not go off in the middle of another test."""
    yield
    for schedule_id in (GARMIN_SWEEP_SCHEDULE, HOUSEKEEPING_SCHEDULE):
        await temporal_client.get_schedule_handle(schedule_id).delete()
