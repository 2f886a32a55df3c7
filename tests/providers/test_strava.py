"""Outbound to Strava: permission, upload, poll, duplicates, quotas, and every way each can fail."""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from runcoach.domain.errors import (
    AppInactive,
    ProviderBlocked,
    ProviderChanged,
    ProviderRateLimited,
    ProviderRejected,
    ProviderUnavailable,
    ReauthRequired,
    RunCoachError,
    ScopeMissing,
)
from runcoach.ports.strava import StravaSession, UploadStatus
from runcoach.providers.files.fit.decoder import FitDecoder
from runcoach.providers.http import Exchange
from runcoach.providers.strava.errors import data_error, token_error
from runcoach.providers.strava.limits import wait_s
from runcoach.providers.strava.mapping import match_activity, upload_status
from runcoach.providers.strava.source import StravaConnectionImpl, StravaGatewayImpl
from runcoach.providers.strava.wire import ActivityWire, UploadWire, parse
from runcoach.simulators.strava.state import CLIENT_ID, CLIENT_SECRET
from tests.providers.conftest import World
from tests.shared_files import shared

SCOPES = frozenset({"read", "activity:write", "activity:read"})
DEFAULTS = {
    "active": True, "processing_polls": 1, "duplicate_as_html": False, "short_limit": 200,
    "long_limit": 2000, "read_short_limit": 100, "read_long_limit": 1000, "token_ttl_s": 21_600,
}  # fmt: skip
_athletes = iter(range(700_001, 800_000))


def a_run() -> bytes:
    return shared("fixtures/fit/run/track_cs_728599.fit").read_bytes()


class Athlete:
    """A fresh athlete who allows what the test says."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.number = next(_athletes)
        self.gateway = StravaGatewayImpl(CLIENT_ID, CLIENT_SECRET, f"{world.base_url}/strava")

    async def code(self, grant: str | None = None) -> str:
        url = self.gateway.authorize_url("state-1", "http://127.0.0.1/back")
        more = f"&athlete={self.number}" + (f"&grant={grant}" if grant else "")
        async with httpx.AsyncClient() as browser:
            back = (await browser.get(url + more)).headers["location"]
        return parse_qs(urlsplit(back).query)["code"][0]

    async def connect(self, grant: str | None = None) -> StravaConnectionImpl:
        session = await self.gateway.exchange_code(await self.code(grant), SCOPES)
        self.world.post("/reset", what=["requests"])
        return self.gateway.open(session)

    def end_tokens(self, *, refresh: bool = False) -> None:
        self.world.post(f"/strava/athletes/{self.number}/end_tokens", refresh=refresh)


@pytest.fixture
def athlete(world: World) -> Iterator[Athlete]:
    world.post("/strava/settings", **DEFAULTS)
    yield Athlete(world)
    world.post("/strava/settings", **DEFAULTS)


async def ready(connection: StravaConnectionImpl, upload_id: str | None) -> UploadStatus:
    assert upload_id is not None
    for _ in range(5):
        status = await connection.upload_status(upload_id)
        if not status.is_processing:
            return status
    raise AssertionError("the upload never ended")


# Permission


def test_browser_is_sent_to_the_real_service_unless_a_base_is_set():
    url = urlsplit(StravaGatewayImpl("1", "s").authorize_url("a b", "https://coach.example/back"))
    query = parse_qs(url.query)
    assert (url.scheme, url.netloc, url.path) == ("https", "www.strava.com", "/oauth/authorize")
    assert query["state"] == ["a b"]
    assert query["redirect_uri"] == ["https://coach.example/back"]
    assert query["scope"] == ["read,activity:write,activity:read"]


async def test_code_becomes_a_session_of_that_athlete(athlete: Athlete):
    session = await athlete.gateway.exchange_code(await athlete.code(), SCOPES)
    assert session.athlete_id == str(athlete.number)
    assert session.expires_at.timestamp() > time.time() + 3600
    assert session.access_token not in repr(session)


async def test_permission_that_was_not_ticked_is_named_before_the_code_is_spent(athlete: Athlete):
    code = await athlete.code()
    with pytest.raises(ScopeMissing) as caught:
        await athlete.gateway.exchange_code(code, frozenset({"read", "activity:read"}))
    assert caught.value.data["scope"] == "activity:write"
    assert await athlete.gateway.exchange_code(code, SCOPES)


async def test_wider_read_permission_is_enough(athlete: Athlete):
    scopes = frozenset({"activity:write", "activity:read_all"})
    assert await athlete.gateway.exchange_code(await athlete.code(), scopes)


async def test_code_that_was_used_asks_the_runner_again(athlete: Athlete):
    code = await athlete.code()
    await athlete.gateway.exchange_code(code, SCOPES)
    with pytest.raises(ReauthRequired):
        await athlete.gateway.exchange_code(code, SCOPES)


async def test_wrong_secret_is_the_applications_fault_not_the_runners(athlete: Athlete):
    gateway = StravaGatewayImpl(CLIENT_ID, "wrong", f"{athlete.world.base_url}/strava")
    with pytest.raises(AppInactive) as caught:
        await gateway.exchange_code(await athlete.code(), SCOPES)
    assert caught.value.data["cause"] == "wrong_application"


def test_without_an_application_there_is_no_permission_to_ask_for():
    with pytest.raises(AppInactive):
        StravaGatewayImpl(None, None).authorize_url("s", "https://coach.example")


# Upload


async def test_run_is_uploaded_polled_and_there_once(athlete: Athlete):
    connection = await athlete.connect()
    started = await connection.upload_fit(a_run(), "아침 달리기", "runcoach-1")
    assert started.is_processing
    assert (await connection.upload_status(started.upload_id or "")).is_processing
    done = await ready(connection, started.upload_id)
    assert done.activity_id is not None
    assert not done.is_duplicate
    effects = athlete.world.effects("strava", str(athlete.number))
    assert [e["effect"] for e in effects].count("upload_accepted") == 1


@pytest.mark.parametrize("as_html", [False, True])
async def test_duplicate_is_done_and_names_the_first(athlete: Athlete, as_html: bool):
    athlete.world.post("/strava/settings", duplicate_as_html=as_html)
    connection = await athlete.connect()
    first = await ready(connection, (await connection.upload_fit(a_run(), "a", "one")).upload_id)
    second = await ready(connection, (await connection.upload_fit(a_run(), "b", "two")).upload_id)
    assert second.is_duplicate
    assert second.activity_id == first.activity_id
    assert second.error_code is None


async def test_file_that_strava_cannot_read_is_an_error_of_the_upload(athlete: Athlete):
    connection = await athlete.connect()
    started = await connection.upload_fit(b"not a fit file", "x", "broken")
    status = await ready(connection, started.upload_id)
    assert (status.activity_id, status.error_code) == (None, "upload_failed")


async def test_finished_upload_is_found_by_our_id_and_by_its_time(athlete: Athlete):
    connection = await athlete.connect()
    (run,) = FitDecoder().decode(a_run(), "a.fit")
    start, elapsed = run.start_time, run.elapsed_s
    done = await ready(connection, (await connection.upload_fit(a_run(), "a", "runcoach-7")).upload_id)
    assert await connection.find_activity("runcoach-7", start, elapsed) == done.activity_id
    later = start + timedelta(seconds=20)
    assert await connection.find_activity("other", later, elapsed) == done.activity_id
    assert await connection.find_activity("other", start + timedelta(minutes=20), elapsed) is None
    assert await connection.find_activity("other", start, elapsed * 2) is None


async def test_lost_reply_of_an_upload_still_processing_shows_as_duplicate(athlete: Athlete):
    connection = await athlete.connect()
    athlete.world.fault("strava", "/api/v3/uploads", "accepted_reply_lost", method="POST")
    with pytest.raises(ProviderUnavailable):
        await connection.upload_fit(a_run(), "a", "runcoach-lost")
    again = await connection.upload_fit(a_run(), "a", "runcoach-lost")
    status = await ready(connection, again.upload_id)
    assert status.is_duplicate
    assert status.activity_id is not None


async def test_upload_without_the_permission_names_it(athlete: Athlete):
    connection = await athlete.connect(grant="read,activity:read")
    with pytest.raises(ScopeMissing) as caught:
        await connection.upload_fit(a_run(), "a", "x")
    assert caught.value.data["scope"] == "activity:write"


async def test_search_without_the_permission_names_it(athlete: Athlete):
    connection = await athlete.connect(grant="read,activity:write")
    with pytest.raises(ScopeMissing) as caught:
        await connection.find_activity("x", datetime(2026, 1, 1, tzinfo=UTC), 60)
    assert caught.value.data["scope"] == "activity:read"


# Tokens


async def test_token_near_its_end_is_refreshed_first_and_both_rotate(athlete: Athlete):
    athlete.world.post("/strava/settings", token_ttl_s=60)
    connection = await athlete.connect()
    before = connection.session
    athlete.world.post("/strava/settings", token_ttl_s=21_600)
    await connection.upload_fit(a_run(), "a", "x")
    after = connection.session
    assert after.access_token != before.access_token
    assert after.refresh_token != before.refresh_token
    assert after.athlete_id == before.athlete_id
    assert after.expires_at > before.expires_at


async def test_token_that_ended_early_is_refreshed_once(athlete: Athlete):
    connection = await athlete.connect()
    athlete.end_tokens()
    results = await asyncio.gather(
        *(connection.find_activity(f"{n}", datetime(2026, 1, 1, tzinfo=UTC), 60) for n in range(4))
    )
    assert results == [None] * 4
    assert athlete.world.requests("strava", "/oauth/token") == 1


async def test_ended_refresh_token_asks_the_runner(athlete: Athlete):
    connection = await athlete.connect()
    athlete.end_tokens(refresh=True)
    with pytest.raises(ReauthRequired):
        await connection.upload_fit(a_run(), "a", "x")


async def test_old_refresh_token_is_dead_after_rotation(athlete: Athlete):
    connection = await athlete.connect()
    old = replace(connection.session, expires_at=datetime(2020, 1, 1, tzinfo=UTC))
    first = athlete.gateway.open(old)
    await first.find_activity("x", datetime(2026, 1, 1, tzinfo=UTC), 60)
    with pytest.raises(ReauthRequired):
        await athlete.gateway.open(old).find_activity("x", datetime(2026, 1, 1, tzinfo=UTC), 60)


async def test_permission_given_back_twice_is_fine(athlete: Athlete):
    connection = await athlete.connect()
    await connection.deauthorize()
    await connection.deauthorize()
    with pytest.raises(ReauthRequired):
        await connection.upload_fit(a_run(), "a", "x")


async def test_environment_does_not_bring_another_application(
    athlete: Athlete, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("STRAVA_CLIENT_ID", "999")
    monkeypatch.setenv("STRAVA_CLIENT_SECRET", "another")
    connection = await athlete.connect()
    athlete.end_tokens()
    assert await connection.find_activity("x", datetime(2026, 1, 1, tzinfo=UTC), 60) is None


# Faults


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("rate_limited_429", {}, ProviderRateLimited),
        ("html_instead_of_json", {"status": 200}, ProviderBlocked),
        ("html_instead_of_json", {"status": 403}, ProviderBlocked),
        ("server_5xx", {}, ProviderUnavailable),
        ("reset_before_effect", {}, ProviderUnavailable),
        ("truncated_body", {}, ProviderUnavailable),
        ("malformed_json", {}, ProviderChanged),
        ("empty_body", {}, ProviderChanged),
        ("unauthorized_401", {}, ReauthRequired),
    ],
)
async def test_fault_on_an_upload_becomes_our_error(
    athlete: Athlete, kind: str, more: dict[str, int], expected: type[RunCoachError]
):
    connection = await athlete.connect()
    athlete.world.fault("strava", "/api/v3/uploads*", kind, times=None, **more)
    with pytest.raises(RunCoachError) as caught:
        await connection.upload_fit(a_run(), "a", "x")
    assert type(caught.value) is expected
    tries = 2 if kind == "unauthorized_401" else 1
    assert athlete.world.requests("strava", "/api/v3/uploads") == tries


async def test_token_service_that_is_down_is_no_reason_to_ask_the_runner(athlete: Athlete):
    connection = await athlete.connect()
    athlete.end_tokens()
    athlete.world.fault("strava", "/oauth/token", "server_5xx", times=None)
    athlete.world.fault("strava", "/api/v3/oauth/token", "server_5xx", times=None)
    with pytest.raises(ProviderUnavailable):
        await connection.upload_fit(a_run(), "a", "x")


async def test_switched_off_application_is_told_as_such(athlete: Athlete):
    connection = await athlete.connect()
    athlete.world.post("/strava/settings", active=False)
    with pytest.raises(AppInactive):
        await connection.upload_fit(a_run(), "a", "x")


async def test_used_up_quarter_is_told_with_its_wait_and_nobody_sleeps(athlete: Athlete):
    connection = await athlete.connect()
    athlete.world.post("/strava/settings", short_limit=0)
    started = time.monotonic()
    with pytest.raises(ProviderRateLimited) as caught:
        await connection.upload_fit(a_run(), "a", "x")
    assert time.monotonic() - started < 2
    assert 0 < (caught.value.retry_after_s or 0) <= 900


async def test_hanging_server_is_given_up(athlete: Athlete, monkeypatch: pytest.MonkeyPatch):
    connection = await athlete.connect()
    monkeypatch.setattr(connection._client._http, "_timeout", (1.0, 0.5))
    athlete.world.fault("strava", "/api/v3/uploads", "hang", times=1)
    with pytest.raises(ProviderUnavailable):
        await connection.upload_fit(a_run(), "a", "x")


# Values


@pytest.mark.parametrize(
    ("usage", "now", "wait"),
    [
        ("600,100", "2026-11-21T10:07:30", 450),  # until 10:15
        ("600,30000", "2026-11-21T23:59:00", 60),  # until midnight UTC
        ("600,30000", "2026-11-21T06:00:00", 18 * 3600),
        ("600,100", "2026-11-21T10:15:00", 900),
        ("", "2026-11-21T10:14:59", 1),
        ("nonsense", "2026-11-21T10:10:00", 300),
    ],
)
def test_wait_of_a_429_ends_with_its_window(usage: str, now: str, wait: float):
    headers = {"X-RateLimit-Limit": "600,30000", "X-RateLimit-Usage": usage}
    assert wait_s(headers, datetime.fromisoformat(now).replace(tzinfo=UTC).timestamp()) == wait


def test_used_up_reads_of_the_day_wait_for_midnight_too():
    headers = {
        "x-ratelimit-limit": "200,2000", "x-ratelimit-usage": "100,1000",
        "x-readratelimit-limit": "100,1000", "x-readratelimit-usage": "100,1000",
    }  # fmt: skip
    now = datetime(2026, 11, 21, 20, tzinfo=UTC).timestamp()
    assert wait_s(headers, now) == 4 * 3600


def test_recorded_429_is_a_wait_until_midnight():
    recorded = json.loads(
        shared("fixtures/strava_api/client__activity_with_ratelimit_exceeded.json").read_text()
    )
    answer = recorded["interactions"][0]["response"]
    now = datetime(2018, 11, 25, 13, 45, 45, tzinfo=UTC)
    error = data_error(exchange_of(answer), now_s=now.timestamp())
    assert isinstance(error, ProviderRateLimited)
    assert error.retry_after_s == (24 * 3600 - (13 * 3600 + 45 * 60 + 45))


def exchange_of(answer: dict[str, Any]) -> Exchange:
    return Exchange(answer["status"], headers=answer.get("headers", {}), body=answer["body"])


def test_recorded_missing_scope_is_named():
    recorded = json.loads(shared("fixtures/strava_api/oauth__missing_scope_401.json").read_text())
    error = data_error(exchange_of(recorded["response"]), now_s=0)
    assert isinstance(error, ScopeMissing)
    assert error.data["scope"] == "activity:read"


def test_recorded_wrong_client_is_the_applications_fault():
    recorded = json.loads(shared("fixtures/strava_api/oauth__token_invalid_client.json").read_text())
    answer = recorded["interactions"][0]["response"]
    assert isinstance(token_error(exchange_of(answer), now_s=0), AppInactive)


def test_recorded_not_found_is_a_refusal():
    recorded = json.loads(shared("fixtures/strava_api/client__not_found_error.json").read_text())
    answer = recorded["interactions"][0]["response"]
    assert isinstance(data_error(exchange_of(answer), now_s=0), ProviderRejected)


def test_both_recorded_forms_of_a_duplicate_are_read():
    recorded = json.loads(shared("fixtures/strava_api/upload__duplicate_error_variants.json").read_text())
    for variant in recorded["variants"]:
        status = upload_status(parse(UploadWire, variant))
        assert status == UploadStatus(
            str(variant["id"]), "8309312818", is_processing=False, is_duplicate=True
        )


def test_duplicate_without_a_number_is_an_error_and_not_lost():
    status = upload_status(UploadWire(id=1, error="x.fit duplicate of an activity of another athlete"))
    assert status == UploadStatus("1", None, is_processing=False, error_code="upload_duplicate")


def test_deleted_activity_does_not_stay_processing_for_ever():
    status = upload_status(UploadWire(id=1, status="The created activity has been deleted."))
    assert status.error_code == "activity_deleted"


def test_recorded_upload_is_ready():
    recorded = json.loads(shared("fixtures/strava_api/client__upload.json").read_text())
    status = upload_status(parse(UploadWire, recorded["interactions"][0]["response"]["body"]))
    assert status == UploadStatus("2136460097", "1998557443", is_processing=False)


def an_activity(**changes: Any) -> ActivityWire:
    values = {
        "id": 5,
        "external_id": None,
        "start_date": datetime(2026, 1, 1, tzinfo=UTC),
        "elapsed_time": 3600,
    }
    return ActivityWire(**{**values, **changes})


def test_our_id_wins_over_a_similar_start():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    activities = [an_activity(id=1), an_activity(id=2, external_id="rc-9.fit", elapsed_time=60)]
    assert match_activity(activities, "rc-9", start, 3600) == "2"


def test_run_of_another_length_is_not_taken_for_it():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert match_activity([an_activity(elapsed_time=1800)], "rc-9", start, 3600) is None


def test_session_of_nobody_shows_nothing():
    session = StravaSession("secret-a", "secret-r", datetime(2026, 1, 1, tzinfo=UTC), "1")
    assert "secret" not in repr(session)
