"""Workers killed at random moments of a backfill: the same rows, nothing downloaded over and over."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from temporalio.client import Client

from runcoach.domain.connection import Provider, SyncItemState
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.embedded.temporal import EmbeddedTemporal
from runcoach.settings import KeyRing
from runcoach.storage.store import PgStore
from tests.engines import MakeUser
from tests.fakes import FakeClock
from tests.rigs.durable import Rig, World, real_ports, running_workers
from tests.rigs.runners import connected, with_history
from workflows.contracts import BackfillInput
from workflows.garmin_backfill import GarminBackfill
from workflows.names import CORE_QUEUE, garmin_backfill_id

pytestmark = [pytest.mark.engines, pytest.mark.chaos]

ACTIVITIES, KILLS = 80, 10


class WorkerProcess:
    """A worker of its own, to be killed."""

    def __init__(self, about: dict[str, Any]) -> None:
        self._about = json.dumps(about)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", "tests.rigs.worker_process", self._about])

    def kill(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()


async def rows(store: PgStore, user_id: UUID) -> dict[str, Any]:
    """What is kept of a runner, without the ids that are this runner's own."""
    async with store.begin(user_id) as work:
        first = await work.activities.first_day()
        assert first is not None
        recorded = await work.activities.recent(1000)
        counts = await work.sync_items.count(Provider.GARMIN)
        bests = await work.metrics.best_efforts(first, recorded[0].local_date)
        sums = await work.metrics.daily_sums("load", first, recorded[0].local_date)
    return {
        "activities": [(a.start_time, a.sport, a.distance_m, a.elapsed_s, a.avg_hr_bpm) for a in recorded],
        "imported": counts[SyncItemState.IMPORTED],
        "bests": [(b.distance_m, b.duration_s, b.local_date) for b in bests],
        "load": sums,
    }


@pytest.mark.timeout(280)
async def test_ten_kills_leave_the_rows_of_an_undisturbed_run(
    store: PgStore,
    clock: FakeClock,
    keyring: KeyRing,
    database: EmbeddedPostgres,
    temporal: EmbeddedTemporal,
    temporal_client: Client,
    world: World,
    a_user: MakeUser,
    tmp_path: Path,
) -> None:
    ports = real_ports(store, clock, tmp_path / "originals", world.base_url)
    rig = Rig(temporal_client, ports, world)
    seed = 4242
    async with running_workers(temporal_client, ports):
        undisturbed = await with_history(rig, a_user, activities=ACTIVITIES, seed=seed)
        disturbed = await connected(rig, a_user, activities=ACTIVITIES, seed=seed)
    worker = WorkerProcess(
        {
            "database": database.app_url,
            "temporal": temporal.address,
            "world": world.base_url,
            "originals": str(tmp_path / "originals"),
            "now": clock.now().isoformat(),
            "keys": {key_id: key.hex() for key_id, key in keyring.keys.items()},
        }
    )
    chance, asked_before = random.Random(7), downloads(world)
    handle = await temporal_client.start_workflow(
        GarminBackfill.run,
        BackfillInput(disturbed.id, chunk_size=10),
        id=garmin_backfill_id(disturbed.id),
        task_queue=CORE_QUEUE,
    )
    for _ in range(KILLS):
        worker.start()
        await asyncio.sleep(chance.uniform(2.5, 9.0))
        worker.kill()
    worker.start()
    began = time.monotonic()
    try:
        result = await asyncio.wait_for(handle.result(), 120)
    finally:
        worker.kill()
    print(f"\nafter {KILLS} kills done in {time.monotonic() - began:.1f} s: {result}")
    assert await rows(store, disturbed.id) == await rows(store, undisturbed.id)
    again = {path: n - asked_before.get(path, 0) for path, n in downloads(world).items()}
    assert max(again.values()) <= 2


def downloads(world: World) -> dict[str, int]:
    """How often each original was asked for."""
    return {row["path"]: row["count"] for row in world.requests("/download-service/files/activity/")}
