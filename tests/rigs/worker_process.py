"""A worker in a process of its own, until it is killed: `python -m tests.rigs.worker_process JSON`."""

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path

from runcoach.settings import KeyRing, load_settings
from runcoach.storage.store import PgStore
from runcoach.temporal.client import connect
from tests.fakes import FakeClock
from tests.rigs.durable import real_ports, running_workers


async def work(about: dict[str, object]) -> None:
    """All queues, with the engines and the world that it was told."""
    keys = {key_id: bytes.fromhex(key) for key_id, key in dict(about["keys"]).items()}  # type: ignore[call-overload]
    ring = KeyRing(next(iter(keys)), keys)
    clock = FakeClock(datetime.fromisoformat(str(about["now"])))
    store = PgStore(str(about["database"]), ring, clock)
    client = await connect(load_settings(temporal_address=str(about["temporal"])), ring)
    ports = real_ports(store, clock, Path(str(about["originals"])), str(about["world"]))
    async with running_workers(client, ports):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(json.loads(sys.argv[1])))
