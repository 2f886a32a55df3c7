"""stravalib against the simulator: consent, upload, poll, duplicates, limits, the inactive app."""

import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import requests
from requests.adapters import HTTPAdapter
from stravalib import Client, exc
from stravalib.util import limiter

from runcoach.simulators.strava.state import CLIENT_ID, CLIENT_SECRET
from runcoach.simulators.world import World
from tests.simulators.conftest import TODAY

SCOPES = "read,activity:read,activity:write"


class Rewrite(HTTPAdapter):
    """Sends what is meant for strava.com to the simulator."""

    def __init__(self, base: str) -> None:
        self.base = base
        super().__init__()

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        url = urlsplit(request.url)
        request.url = self.base + url.path + ("?" + url.query if url.query else "")
        kwargs["timeout"] = 10
        return super().send(request, *args, **kwargs)


class Meter(limiter.RateLimiter):
    """Keeps the last rates instead of sleeping."""

    last: Any = None

    def __call__(self, response_headers: dict[str, str], method: Any) -> None:
        self.last = limiter.get_rates_from_response_headers(response_headers, method)


class Athlete:
    """One athlete with the real client library."""

    def __init__(self, base: str, control: httpx.Client, number: int) -> None:
        self.base, self.control, self.number = base, control, number
        session = requests.Session()
        session.mount("https://www.strava.com", Rewrite(base + "/strava"))
        self.meter = Meter()
        self.client = Client(requests_session=session, rate_limiter=self.meter)

    def consent(self, **more: str) -> dict[str, list[str]]:
        asked = {
            "client_id": CLIENT_ID,
            "redirect_uri": "http://127.0.0.1/back",
            "response_type": "code",
            "scope": SCOPES,
            "state": "s1",
            "athlete": str(self.number),
        }
        page = httpx.get(self.base + "/strava/oauth/authorize", params=asked | more)
        assert page.status_code == 302
        return parse_qs(urlsplit(page.headers["location"]).query)

    def connect(self, **more: str) -> dict[str, Any]:
        code = self.consent(**more)["code"][0]
        tokens, _ = self.client.exchange_code_for_token(
            int(CLIENT_ID), CLIENT_SECRET, code, return_athlete=True
        )
        return dict(tokens)

    def upload(self, content: bytes, name: str) -> Any:
        return self.client.upload_activity(io.BytesIO(content), "fit", name="Run", external_id=name)

    def effects(self) -> list[str]:
        rows = self.control.get("/ledger", params={"service": "strava", "account": str(self.number)})
        return [row["effect"] for row in rows.json()]


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


@pytest.fixture
def athlete(base: str, strava: httpx.Client) -> Athlete:
    connected = Athlete(base, strava, next(_numbers))
    connected.connect()
    return connected


@pytest.fixture(scope="module")
def fits() -> list[bytes]:
    """Two runs of the world."""
    world = World.build(7, TODAY, activities=8)
    runs = [i for i in world.activity_ids() if world.session(i).sport.is_run]
    return [world.fit(activity_id) for activity_id in runs[:2]]


def test_consent_gives_a_code_that_works_once(base: str, strava: httpx.Client) -> None:
    athlete = Athlete(base, strava, next(_numbers))
    answer = athlete.consent()
    assert answer["state"] == ["s1"]

    code = answer["code"][0]
    tokens, who = athlete.client.exchange_code_for_token(
        int(CLIENT_ID), CLIENT_SECRET, code, return_athlete=True
    )
    assert who.id == athlete.number
    assert tokens["refresh_token"]
    with pytest.raises(exc.Fault, match="400"):
        athlete.client.exchange_code_for_token(int(CLIENT_ID), CLIENT_SECRET, code)


def test_runner_who_says_no_comes_back_with_access_denied(base: str, strava: httpx.Client) -> None:
    assert Athlete(base, strava, next(_numbers)).consent(approve="no")["error"] == ["access_denied"]


def test_wrong_secret_is_refused(athlete: Athlete) -> None:
    code = athlete.consent()["code"][0]

    with pytest.raises(exc.AccessUnauthorized):
        athlete.client.exchange_code_for_token(int(CLIENT_ID), "wrong", code)


def test_refresh_token_rotates(base: str, strava: httpx.Client) -> None:
    athlete = Athlete(base, strava, next(_numbers))
    first = athlete.connect()["refresh_token"]

    second = athlete.client.refresh_access_token(int(CLIENT_ID), CLIENT_SECRET, first)["refresh_token"]

    assert second != first
    with pytest.raises(exc.Fault, match="400"):
        athlete.client.refresh_access_token(int(CLIENT_ID), CLIENT_SECRET, first)
    assert athlete.client.get_athlete().id == athlete.number


def test_upload_is_processed_then_ready_with_the_figures_of_the_file(
    athlete: Athlete, fits: list[bytes]
) -> None:
    upload = athlete.upload(fits[0], "a.fit")
    assert upload.is_processing
    upload.poll()
    assert upload.is_processing
    upload.poll()
    assert upload.is_complete

    kept = athlete.client.get_activity(upload.activity_id)
    listed = list(athlete.client.get_activities(limit=10))

    world = World.build(7, TODAY, activities=8)
    run = next(i for i in world.activity_ids() if world.session(i).sport.is_run)
    assert float(kept.distance) == pytest.approx(world.summary(run).whole.distance_m, abs=0.1)
    assert kept.start_date == world.summary(run).start
    assert [a.id for a in listed] == [kept.id]
    assert athlete.effects() == ["authorized", "activity_created", "upload_accepted"]


@pytest.mark.parametrize(
    ("as_html", "expected"), [(False, "duplicate of activity {}"), (True, "/activities/{}")]
)
def test_second_upload_of_a_run_is_a_duplicate_that_names_the_first(
    athlete: Athlete, strava: httpx.Client, fits: list[bytes], as_html: bool, expected: str
) -> None:
    strava.post("/strava/settings", json={"processing_polls": 0, "duplicate_as_html": as_html})
    first = athlete.upload(fits[0], "a.fit")
    first.poll()

    second = athlete.upload(fits[0], "b.fit")

    with pytest.raises(exc.ActivityUploadFailed, match=expected.format(first.activity_id)):
        second.poll()
    assert athlete.effects().count("activity_created") == 1


def test_upload_whose_reply_was_lost_is_a_duplicate_the_next_time(
    athlete: Athlete, strava: httpx.Client, fits: list[bytes]
) -> None:
    strava.post(
        "/faults", json={"service": "strava", "route_glob": "/api/v3/uploads", "kind": "accepted_reply_lost"}
    )
    with pytest.raises(requests.ConnectionError):
        athlete.upload(fits[1], "c.fit")

    again = athlete.upload(fits[1], "c.fit")
    again.poll()

    with pytest.raises(exc.ActivityUploadFailed, match="duplicate of activity"):
        again.poll()
    assert athlete.effects().count("activity_created") == 1


def test_damaged_file_ends_as_an_error_not_an_activity(athlete: Athlete, fits: list[bytes]) -> None:
    upload = athlete.upload(fits[0][:-100], "broken.fit")
    upload.poll()

    with pytest.raises(exc.ActivityUploadFailed, match="malformed"):
        upload.poll()
    assert list(athlete.client.get_activities()) == []


def test_processing_can_last_for_ever(athlete: Athlete, strava: httpx.Client, fits: list[bytes]) -> None:
    strava.post("/strava/settings", json={"processing_polls": -1})
    upload = athlete.upload(fits[0], "a.fit")

    for _ in range(5):
        upload.poll()

    assert upload.is_processing


def test_upload_without_the_scope_names_it(base: str, strava: httpx.Client, fits: list[bytes]) -> None:
    reader = Athlete(base, strava, next(_numbers))
    reader.connect(grant="read,activity:read")

    upload = pytest.raises(exc.ActivityUploadFailed, reader.upload, fits[0], "a.fit")

    assert "activity:write_permission" in str(upload.value)


def test_rates_are_counted_and_the_limit_is_429(athlete: Athlete, strava: httpx.Client) -> None:
    athlete.client.get_athlete()
    used = athlete.meter.last
    assert used.short_usage >= 1

    strava.post("/strava/settings", json={"read_short_limit": used.short_usage + 1})
    athlete.client.get_athlete()

    with pytest.raises(exc.Fault, match="429"):
        athlete.client.get_athlete()


def test_inactive_app_is_told_as_such(athlete: Athlete, strava: httpx.Client) -> None:
    strava.post("/strava/settings", json={"active": False})

    with pytest.raises(exc.ApplicationInactive):
        athlete.client.get_athlete()


def test_deauthorized_app_sees_nothing_any_more(athlete: Athlete) -> None:
    athlete.client.deauthorize()

    with pytest.raises(exc.AccessUnauthorized):
        athlete.client.get_athlete()
    assert athlete.effects()[-1] == "deauthorized"


def test_activities_of_another_athlete_are_not_found(base: str, athlete: Athlete, fits: list[bytes]) -> None:
    athlete.control.post("/strava/settings", json={"processing_polls": 0})
    upload = athlete.upload(fits[0], "a.fit")
    upload.poll()
    other = Athlete(base, athlete.control, next(_numbers))
    other.connect()

    with pytest.raises(exc.ObjectNotFound):
        other.client.get_activity(upload.activity_id)
