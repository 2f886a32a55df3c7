"""The simulated outside world, one for the room; each test makes accounts of its own and throws switches."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from runcoach.ports.garmin import LoggedIn
from runcoach.providers.garmin.source import GarminConnectionImpl, GarminGatewayImpl
from runcoach.simulators.context import WorldConfig
from runcoach.simulators.server import SimulatorServer

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def server() -> Iterator[SimulatorServer]:
    with SimulatorServer(WorldConfig(seed=11, today=TODAY)) as running:
        yield running


class World:
    """The control API in the words of a test."""

    def __init__(self, server: SimulatorServer) -> None:
        self.base_url = server.base_url
        self.http = httpx.Client(base_url=f"{server.base_url}/_control", timeout=20)

    def fault(self, service: str, route: str, kind: str, **more: Any) -> None:
        answer = self.http.post(
            "/faults", json={"service": service, "route_glob": route, "kind": kind, **more}
        )
        assert answer.status_code == 201, answer.text

    def effects(self, service: str, account: str | None = None) -> list[dict[str, Any]]:
        asked = {"service": service} | ({"account": account} if account else {})
        rows: list[dict[str, Any]] = self.http.get("/ledger", params=asked).json()
        return rows

    def requests(self, service: str, part: str) -> int:
        """How often paths with `part` were asked for."""
        rows = self.http.get("/requests", params={"service": service, "contains": part}).json()["routes"]
        return sum(row["count"] for row in rows)

    def post(self, path: str, **body: Any) -> Any:
        answer = self.http.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
def world(server: SimulatorServer) -> Iterator[World]:
    """All switches off, nothing counted."""
    world = World(server)
    world.post("/reset")
    yield world
    world.post("/reset")
    world.http.close()


class Runner:
    """A fresh Garmin account and our gateway to it."""

    def __init__(self, world: World, **asked: Any) -> None:
        account = world.post("/garmin/accounts", **{"activities": 30, **asked})
        self.email: str = account["email"]
        self.password: str = account["password"]
        self.mfa_code: str = account["mfa_code"]
        self.display_name: str = account["display_name"]
        self.world = world
        self.gateway = GarminGatewayImpl(f"{world.base_url}/garmin", min_interval_s=0, zero_login_delays=True)

    async def connect(self) -> GarminConnectionImpl:
        """Logged in and open, with the requests so far forgotten."""
        result = await self.gateway.login(self.email, self.password)
        assert isinstance(result, LoggedIn)
        self.world.post("/reset", what=["requests"])
        return self.gateway.open(result.session)

    def end_tokens(self, *, refresh: bool = False) -> None:
        self.world.post(f"/garmin/accounts/{self.email}/end_tokens", refresh=refresh)

    def effects(self) -> list[str]:
        return [row["effect"] for row in self.world.effects("garmin", self.email)]


@pytest.fixture
def runner(world: World) -> Runner:
    return Runner(world)
