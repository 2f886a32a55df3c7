"""One simulator server for the room's tests, with the day pinned; each test makes its own accounts."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import garminconnect.client.sso as sso
import httpx
import pytest
from garminconnect import Garmin

from runcoach.simulators.context import WorldConfig
from runcoach.simulators.server import SimulatorServer
from runcoach.simulators.world import World
from tests.simulators.strava_athlete import Athlete

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def server() -> Iterator[SimulatorServer]:
    with SimulatorServer(WorldConfig(seed=7, today=TODAY)) as running:
        yield running


@pytest.fixture
def control(server: SimulatorServer) -> Iterator[httpx.Client]:
    """The control API, with all switches off before and after."""
    with httpx.Client(base_url=server.base_url + "/_control", timeout=20) as client:
        client.post("/reset")
        yield client
        client.post("/reset")


@pytest.fixture
def base(server: SimulatorServer) -> str:
    return server.base_url


class GarminRunner:
    """A fresh account with a few activities, and the real client library pointed at the simulator."""

    def __init__(self, base: str, control: httpx.Client, **asked: Any) -> None:
        self.base, self.control = base, control
        self.account = control.post("/garmin/accounts", json={"activities": 30, **asked}).json()
        self.email, self.password = self.account["email"], self.account["password"]

    def client(self, password: str | None = None, **options: Any) -> Garmin:
        garmin = Garmin(self.email, password or self.password, **options)
        http = garmin.client
        http._sso = http._connect = http._connectapi = self.base + "/garmin"
        http._portal_service_url = self.base + "/garmin/app"
        http._di_token_url = self.base + "/garmin/di-oauth2-service/oauth/token"
        return garmin

    def logged_in(self) -> Garmin:
        garmin = self.client()
        garmin.login()
        return garmin

    def effects(self) -> list[tuple[str, str]]:
        rows = self.control.get("/ledger", params={"service": "garmin", "account": self.email}).json()
        return [(row["effect"], row["key"]) for row in rows]


@pytest.fixture
def no_login_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for flow in ("LOGIN", "WIDGET", "MOBILE"):
        monkeypatch.setattr(sso, f"{flow}_DELAY_MIN_S", 0.0)
        monkeypatch.setattr(sso, f"{flow}_DELAY_MAX_S", 0.0)


@pytest.fixture
def runner(base: str, control: httpx.Client, no_login_pauses: None) -> GarminRunner:
    return GarminRunner(base, control)


@pytest.fixture
def strava(base: str, control: httpx.Client) -> Iterator[httpx.Client]:
    """Strava's settings, put back afterwards."""
    before = control.get("/strava/settings").json()
    wide = {
        "short_limit": 10_000,
        "read_short_limit": 10_000,
        "long_limit": 10_000,
        "read_long_limit": 10_000,
    }
    control.post("/strava/settings", json=wide)
    yield control
    control.post("/strava/settings", json=before)


_numbers = iter(range(500_001, 600_000))


def next_athlete() -> int:
    """A number that no test had before."""
    return next(_numbers)


@pytest.fixture
def athlete(base: str, strava: httpx.Client) -> Athlete:
    connected = Athlete(base, strava, next_athlete())
    connected.connect()
    return connected


@pytest.fixture(scope="session")
def fits() -> list[bytes]:
    """Two runs of the world."""
    world = World.build(7, TODAY, activities=8)
    runs = [i for i in world.activity_ids() if world.session(i).sport.is_run]
    return [world.fit(activity_id) for activity_id in runs[:2]]
