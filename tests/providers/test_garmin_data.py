"""History and health from the watch maker, and every way that reading them can fail."""

import asyncio
import json
import time
from datetime import date, timedelta

import numpy as np
import pytest

from runcoach.domain.errors import (
    ProviderBlocked,
    ProviderChanged,
    ProviderRateLimited,
    ProviderRejected,
    ProviderUnavailable,
    ReauthRequired,
    RunCoachError,
)
from runcoach.providers.files.fit.decoder import FitDecoder
from runcoach.providers.garmin.source import GarminGatewayImpl
from tests.providers.conftest import TODAY, Runner

LIST = "/activitylist-service/*"


async def test_pages_are_newest_first_and_do_not_overlap(runner: Runner):
    connection = await runner.connect()
    first, second = await connection.list_activities(0, 20), await connection.list_activities(20, 20)
    starts = [a.start_time for a in first + second]
    assert len(first) == 20
    assert len(second) == 10
    assert starts == sorted(starts, reverse=True)
    assert len({a.external_id for a in first + second}) == 30
    assert await connection.list_activities(40, 20) == []


async def test_original_decodes_to_what_the_list_says(runner: Runner):
    connection = await runner.connect()
    for listed in (await connection.list_activities(0, 5))[:3]:
        (decoded,) = FitDecoder().decode(await connection.download_original(listed.external_id), "x.zip")
        assert decoded.sport == listed.sport
        assert decoded.distance_m == pytest.approx(listed.distance_m, abs=1)
        assert decoded.elapsed_s == pytest.approx(listed.elapsed_s, abs=1)
        assert abs((decoded.start_time - listed.start_time).total_seconds()) <= 1
        assert np.isfinite(decoded.streams.time_s).all()


async def test_edit_at_the_provider_changes_the_hash_and_nothing_else(runner: Runner):
    connection = await runner.connect()
    before = await connection.list_activities(0, 2)
    runner.world.post(f"/garmin/activities/{before[0].external_id}", name="한강 야간 러닝")
    after = await connection.list_activities(0, 2)
    assert after[0].name == "한강 야간 러닝"
    assert after[0].raw_hash != before[0].raw_hash
    assert after[1] == before[1]


async def test_wellness_has_one_entry_a_day_across_the_four_week_limit(runner: Runner):
    connection = await runner.connect()
    first = TODAY - timedelta(40)
    days = await connection.daily_wellness(first, TODAY - timedelta(1))
    assert [d.day for d in days] == [first + timedelta(n) for n in range(40)]
    for name in ("sleep_s", "sleep_score", "hrv_rmssd_ms", "resting_hr_bpm", "stress_avg", "steps",
                 "body_battery_high", "weight_kg"):  # fmt: skip
        assert any(getattr(d, name) is not None for d in days), name


async def test_wellness_of_one_day_is_that_of_the_range(runner: Runner):
    connection = await runner.connect()
    days = await connection.daily_wellness(TODAY - timedelta(9), TODAY - timedelta(1))
    full = next(d for d in days if d.sleep_s is not None)
    (alone,) = await connection.daily_wellness(full.day, full.day)
    assert alone == full


async def test_wellness_before_the_watch_is_empty_and_no_error(runner: Runner):
    connection = await runner.connect()
    days = await connection.daily_wellness(date(2010, 1, 1), date(2010, 1, 3))
    assert len(days) == 3
    assert all(d.is_empty for d in days)


async def test_wall_in_front_of_one_stream_is_not_taken_for_an_empty_one(runner: Runner):
    connection = await runner.connect()
    runner.world.fault("garmin", "/hrv-service/*", "html_instead_of_json", status=200, times=1)
    with pytest.raises(ProviderBlocked):
        await connection.daily_wellness(TODAY - timedelta(5), TODAY - timedelta(1))


async def test_stream_that_is_not_served_is_left_empty_and_the_rest_is_there(runner: Runner):
    connection = await runner.connect()
    first, last = TODAY - timedelta(8), TODAY - timedelta(1)
    days = await connection.daily_wellness(first, last)
    assert all(day.vo2max is None for day in days)  # the simulated account has no such route: 404
    assert any(day.resting_hr_bpm for day in days)


async def test_page_instead_of_a_file_is_a_wall_and_not_a_file(runner: Runner):
    connection = await runner.connect()
    (listed,) = await connection.list_activities(0, 1)
    runner.world.fault("garmin", "/download-service/*", "html_instead_of_json", status=200)
    with pytest.raises(ProviderBlocked):
        await connection.download_original(listed.external_id)


# Tokens


async def test_ended_access_token_is_refreshed_once_and_both_tokens_rotate(runner: Runner):
    connection = await runner.connect()
    before = json.loads(connection.session.tokens)
    runner.end_tokens()
    await connection.list_activities(0, 5)
    after = json.loads(connection.session.tokens)
    assert after["di_token"] != before["di_token"]
    assert after["di_refresh_token"] != before["di_refresh_token"]
    assert runner.world.requests("garmin", "/di-oauth2-service") == 1


async def test_many_calls_at_once_share_one_refresh(runner: Runner):
    connection = await runner.connect()
    runner.end_tokens()
    pages = await asyncio.gather(*(connection.list_activities(n, 2) for n in range(6)))
    assert all(pages)
    assert runner.world.requests("garmin", "/di-oauth2-service") == 1


async def test_rotated_session_opens_again_and_the_old_one_does_not(runner: Runner):
    connection = await runner.connect()
    old = connection.session
    runner.end_tokens()
    await connection.list_activities(0, 1)
    assert await runner.gateway.open(connection.session).list_activities(0, 1)
    with pytest.raises(ReauthRequired):
        await runner.gateway.open(old).list_activities(0, 1)


async def test_ended_refresh_token_asks_the_runner(runner: Runner):
    connection = await runner.connect()
    runner.end_tokens(refresh=True)
    with pytest.raises(ReauthRequired):
        await connection.list_activities(0, 5)


async def test_token_service_that_is_down_is_no_reason_to_log_in_again(runner: Runner):
    connection = await runner.connect()
    runner.end_tokens()
    runner.world.fault("garmin", "/di-oauth2-service/*", "server_5xx", times=None)
    with pytest.raises(ProviderUnavailable):
        await connection.list_activities(0, 5)


# Faults: each call is made once, and ends as one of ours


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("unauthorized_401", {}, ReauthRequired),
        ("rate_limited_429", {}, ProviderRateLimited),
        ("html_instead_of_json", {"status": 200}, ProviderBlocked),
        ("html_instead_of_json", {"status": 403}, ProviderBlocked),
        ("html_instead_of_json", {"status": 429}, ProviderRateLimited),
        ("html_instead_of_json", {"status": 503}, ProviderUnavailable),
        ("server_5xx", {}, ProviderUnavailable),
        ("server_5xx", {"status": 500}, ProviderUnavailable),
        ("reset_before_effect", {}, ProviderUnavailable),
        ("accepted_reply_lost", {}, ProviderUnavailable),
        ("truncated_body", {}, ProviderUnavailable),
        ("malformed_json", {}, ProviderChanged),
        ("empty_body", {}, ProviderChanged),
    ],
)
async def test_fault_on_the_list_becomes_our_error(
    runner: Runner, kind: str, more: dict[str, int], expected: type[RunCoachError]
):
    connection = await runner.connect()
    runner.world.fault("garmin", LIST, kind, times=None, **more)
    with pytest.raises(RunCoachError) as caught:
        await connection.list_activities(0, 5)
    assert type(caught.value) is expected
    tries = 2 if kind == "unauthorized_401" else 1
    assert runner.world.requests("garmin", "/activitylist-service") == tries


async def test_wait_of_a_429_is_the_providers(runner: Runner):
    connection = await runner.connect()
    runner.world.fault("garmin", LIST, "rate_limited_429", retry_after_s=77)
    with pytest.raises(ProviderRateLimited) as caught:
        await connection.list_activities(0, 5)
    assert caught.value.retry_after_s == 77
    assert await connection.list_activities(0, 5)


async def test_429_without_a_wait_says_nothing_about_it(runner: Runner):
    connection = await runner.connect()
    runner.world.fault("garmin", LIST, "rate_limited_429")
    with pytest.raises(ProviderRateLimited) as caught:
        await connection.list_activities(0, 5)
    assert caught.value.retry_after_s is None


async def test_call_that_the_library_refuses_is_no_outage(runner: Runner):
    connection = await runner.connect()
    with pytest.raises(ProviderRejected) as caught:
        await connection.download_original("not a number")
    assert caught.value.data["cause"] == "not_sent"
    assert runner.world.requests("garmin", "/") == 0


async def test_error_does_not_stick_to_the_next_call(runner: Runner):
    connection = await runner.connect()
    runner.world.fault("garmin", LIST, "server_5xx", times=1)
    with pytest.raises(ProviderUnavailable):
        await connection.list_activities(0, 5)
    with pytest.raises(ProviderRejected) as caught:
        await connection.download_original("1")
    assert caught.value.data["status"] == 404


@pytest.mark.parametrize("kind", ["hang", "slow_drip"])
async def test_server_that_does_not_get_on_is_given_up(
    runner: Runner, kind: str, monkeypatch: pytest.MonkeyPatch
):
    connection = await runner.connect()
    monkeypatch.setattr(connection._client._http, "_timeout", (1.0, 0.8))
    monkeypatch.setattr(connection._client._http, "_total_timeout_s", 1.5)
    runner.world.fault("garmin", LIST, kind, times=1, delay_s=0.3 if kind == "slow_drip" else None)
    started = time.monotonic()
    with pytest.raises(ProviderUnavailable):
        await connection.list_activities(0, 20)
    assert time.monotonic() - started < 4


async def test_calls_keep_the_pace(runner: Runner):
    session = (await runner.connect()).session
    gateway = GarminGatewayImpl(f"{runner.world.base_url}/garmin", min_interval_s=0.2)
    connections = [gateway.open(session) for _ in range(2)]
    started = time.monotonic()
    await asyncio.gather(*(c.list_activities(n, 1) for c in connections for n in range(2)))
    assert time.monotonic() - started >= 0.6  # four calls, three gaps, whichever account they are for
