"""Everything a run needs to be real: Postgres, a Temporal server, workers, and the world at the wire."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from temporalio.client import Client

from runcoach.domain.connection import JobState, JobStatus
from runcoach.ports.bundle import Ports
from runcoach.ports.clock import Clock
from runcoach.ports.storage import Store
from runcoach.providers.files.fit.decoder import FitDecoder
from runcoach.providers.files.workout_fit import FitWorkoutEncoder
from runcoach.providers.garmin.source import GarminGatewayImpl
from runcoach.providers.strava.source import StravaGatewayImpl
from runcoach.simulators.server import SimulatorServer
from runcoach.simulators.strava.state import CLIENT_ID, CLIENT_SECRET
from runcoach.storage.originals import DiskOriginals
from runcoach.temporal.worker import QUEUES, WorkerOptions, build_workers

TODAY = date(2026, 3, 2)
OPTIONS = WorkerOptions(build_id="test", parallel_downloads=4, grace=WorkerOptions("x").grace / 30)


class World:
    """The simulated outside, and its control API."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._http = httpx.Client(base_url=base_url, timeout=30)

    def account(self, **wishes: Any) -> dict[str, Any]:
        """A fresh Garmin account."""
        found: dict[str, Any] = self._post("/_control/garmin/accounts", wishes)
        return found

    def fault(self, kind: str, route: str, service: str = "garmin", **wishes: Any) -> None:
        """Let a route misbehave."""
        self._post(
            "/_control/faults", {"service": service, "route_glob": route, "kind": kind, "times": 1, **wishes}
        )

    def clear_faults(self) -> None:
        self._http.delete("/_control/faults").raise_for_status()

    def end_tokens(self, email: str, *, refresh: bool = True) -> None:
        """The account's tokens stop working."""
        self._post(f"/_control/garmin/accounts/{email}/end_tokens", {"refresh": refresh})

    def facts(self, email: str) -> dict[str, Any]:
        found: dict[str, Any] = self._http.get("/_control/world", params={"account": email}).json()
        return found

    def advance(self, email: str, days: int) -> list[dict[str, Any]]:
        lived: list[dict[str, Any]] = self._post("/_control/advance", {"days": days, "account": email})
        return lived

    def edit(self, activity_id: str, **changes: Any) -> None:
        self._post(f"/_control/garmin/activities/{activity_id}", changes)

    def ledger(self, account: str | None = None, service: str = "garmin") -> list[dict[str, Any]]:
        asked = {"service": service} | ({"account": account} if account else {})
        found: list[dict[str, Any]] = self._http.get("/_control/ledger", params=asked).json()
        return found

    def requests(self, contains: str, service: str = "garmin") -> list[dict[str, Any]]:
        """Exact paths with their counts."""
        asked = {"service": service, "contains": contains}
        found: list[dict[str, Any]] = self._http.get("/_control/requests", params=asked).json()["paths"]
        return found

    def strava_activities(self) -> list[dict[str, Any]]:
        """What stands on the simulated Strava."""
        found: list[dict[str, Any]] = self._http.get("/_control/strava/activities").json()
        return found

    def script_model(self, *steps: dict[str, Any]) -> None:
        """What the model says next, call by call."""
        self._post("/_control/llm/script", {"key": "*", "steps": list(steps)})

    def model_calls(self) -> list[dict[str, Any]]:
        """Every call that the model was asked, with what it answered."""
        calls: list[dict[str, Any]] = self._http.get("/_control/llm/calls").json()
        return calls

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self._http.post(path, json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None


def real_ports(store: Store, clock: Clock, originals: Path, base_url: str) -> Ports:
    """The real adapters, pointed at the simulated world."""
    return Ports(
        clock=clock,
        store=store,
        originals=DiskOriginals(originals),
        garmin=GarminGatewayImpl(base_url + "/garmin", min_interval_s=0, zero_login_delays=True),
        strava=StravaGatewayImpl(CLIENT_ID, CLIENT_SECRET, base_url=base_url + "/strava"),
        decoder=FitDecoder(),
        workout_files=FitWorkoutEncoder(),
        model=None,
    )


@contextlib.asynccontextmanager
async def running_workers(
    client: Client, ports: Ports, queues: Sequence[str] = tuple(QUEUES), options: WorkerOptions = OPTIONS
) -> AsyncIterator[None]:
    """All queues in this process."""
    async with contextlib.AsyncExitStack() as stack:
        for worker in build_workers(client, ports, queues, options):
            await stack.enter_async_context(worker)
        yield


@dataclass(frozen=True)
class Rig:
    """What a scenario works with."""

    client: Client
    ports: Ports
    world: World

    @property
    def store(self) -> Store:
        return self.ports.store

    async def give_login(self, user_id: UUID, email: str, password: str) -> None:
        """As the API does: sealed, for minutes."""
        async with self.store.begin(user_id) as work:
            secret = json.dumps({"email": email, "password": password}).encode()
            await work.vault.seal("garmin_login", secret)

    async def give_code(self, user_id: UUID, code: str) -> None:
        async with self.store.begin(user_id) as work:
            await work.vault.seal("garmin_mfa_code", code.encode())

    async def job(self, user_id: UUID, job_id: str) -> JobStatus | None:
        async with self.store.begin(user_id) as work:
            return await work.jobs.get(job_id)

    async def until_job(
        self, user_id: UUID, job_id: str, *states: JobState, timeout_s: float = 60
    ) -> JobStatus:
        """Waits until the job is in one of these states."""
        async with asyncio.timeout(timeout_s):
            while True:
                found = await self.job(user_id, job_id)
                if found is not None and found.state in states:
                    return found
                await asyncio.sleep(0.1)


def simulated_world(server: SimulatorServer) -> World:
    return World(server.base_url)
