"""Logging in at the watch maker: once, with or without a code, and every way it can fail."""

import json
from dataclasses import replace

import pytest

from runcoach.domain.errors import (
    LoginRateLimited,
    MfaExpired,
    ProviderBlocked,
    ProviderUnavailable,
    ReauthRequired,
    WrongMfaCode,
    WrongPassword,
)
from runcoach.ports.garmin import GarminSession, LoggedIn, MfaRequired
from runcoach.providers.garmin.source import GarminGatewayImpl
from tests.providers.conftest import Runner, World

LOGIN = "/mobile/api/login"


async def test_login_brings_tokens_and_the_names_that_urls_need(runner: Runner):
    result = await runner.gateway.login(runner.email, runner.password)
    assert isinstance(result, LoggedIn)
    assert set(json.loads(result.session.tokens)) == {"di_token", "di_refresh_token", "di_client_id"}
    assert result.session.display_name == runner.display_name
    assert result.session.unit_system == "metric"
    assert result.session.account_id
    assert runner.world.requests("garmin", LOGIN) == 1


async def test_session_shows_no_token_when_printed(runner: Runner):
    result = await runner.gateway.login(runner.email, runner.password)
    assert isinstance(result, LoggedIn)
    assert json.loads(result.session.tokens)["di_token"] not in repr(result)


async def test_wrong_password_is_told_after_one_try(runner: Runner):
    with pytest.raises(WrongPassword):
        await runner.gateway.login(runner.email, "not this one")
    assert runner.world.requests("garmin", LOGIN) == 1


async def test_code_resumes_in_another_process(world: World):
    runner = Runner(world, mfa=True)
    asked = await runner.gateway.login(runner.email, runner.password)
    assert isinstance(asked, MfaRequired)
    state = json.loads(json.dumps(asked.client_state))
    other_process = GarminGatewayImpl(f"{world.base_url}/garmin", min_interval_s=0)
    done = await other_process.resume_login(runner.email, state, runner.mfa_code)
    assert done.session.display_name == runner.display_name
    assert await other_process.open(done.session).list_activities(0, 1)


async def test_wrong_code_leaves_the_login_open_for_the_right_one(world: World):
    runner = Runner(world, mfa=True)
    asked = await runner.gateway.login(runner.email, runner.password)
    assert isinstance(asked, MfaRequired)
    with pytest.raises(WrongMfaCode):
        await runner.gateway.resume_login(runner.email, asked.client_state, "000000")
    done = await runner.gateway.resume_login(runner.email, asked.client_state, runner.mfa_code)
    assert isinstance(done, LoggedIn)


async def test_late_code_is_told_apart_from_a_wrong_one(world: World):
    runner = Runner(world, mfa=True, mfa_ttl_s=-1)
    asked = await runner.gateway.login(runner.email, runner.password)
    assert isinstance(asked, MfaRequired)
    with pytest.raises(MfaExpired):
        await runner.gateway.resume_login(runner.email, asked.client_state, runner.mfa_code)


async def test_too_many_wrong_codes_end_the_login(world: World):
    runner = Runner(world, mfa=True)
    asked = await runner.gateway.login(runner.email, runner.password)
    assert isinstance(asked, MfaRequired)
    for _ in range(5):
        with pytest.raises(WrongMfaCode):
            await runner.gateway.resume_login(runner.email, asked.client_state, "000000")
    with pytest.raises(MfaExpired):
        await runner.gateway.resume_login(runner.email, asked.client_state, runner.mfa_code)


@pytest.mark.parametrize("state", ["", "{}", "not json", "[1]", '{"domain": "garmin.com"}'])
async def test_state_that_is_none_means_start_again(runner: Runner, state: str):
    with pytest.raises(MfaExpired):
        await runner.gateway.resume_login(runner.email, state, "123456")


async def test_429_at_login_ends_the_attempt_at_once(runner: Runner):
    runner.world.fault("garmin", LOGIN, "rate_limited_429", times=None)
    with pytest.raises(LoginRateLimited) as caught:
        await runner.gateway.login(runner.email, runner.password)
    assert caught.value.data["retry_after_s"] == 3600
    assert runner.world.requests("garmin", "/api/login") == 1


async def test_html_429_at_login_is_a_rate_limit_too(runner: Runner):
    runner.world.fault("garmin", "/*/api/login", "html_instead_of_json", status=429, times=None)
    with pytest.raises(LoginRateLimited):
        await runner.gateway.login(runner.email, runner.password)
    assert runner.world.requests("garmin", "/api/login") == 1


async def test_wall_on_every_route_is_blocked(runner: Runner):
    runner.world.fault("garmin", "/*", "html_instead_of_json", status=403, times=None)
    with pytest.raises(ProviderBlocked):
        await runner.gateway.login(runner.email, runner.password)


async def test_outage_on_every_route_is_unavailable(runner: Runner):
    runner.world.fault("garmin", "/*", "server_5xx", times=None)
    with pytest.raises(ProviderUnavailable):
        await runner.gateway.login(runner.email, runner.password)


async def test_nobody_there_is_unavailable():
    gateway = GarminGatewayImpl("http://127.0.0.1:9/garmin", min_interval_s=0, zero_login_delays=True)
    with pytest.raises(ProviderUnavailable):
        await gateway.login("a@b.example", "password")


async def test_profile_that_fails_after_the_login_is_not_a_wrong_password(runner: Runner):
    runner.world.fault("garmin", "/userprofile-service/*", "server_5xx", times=None)
    with pytest.raises(ProviderUnavailable):
        await runner.gateway.login(runner.email, runner.password)


async def test_token_service_that_fails_after_the_login_is_not_a_wrong_password(runner: Runner):
    runner.world.fault("garmin", "/di-oauth2-service/*", "server_5xx", times=None)
    with pytest.raises((ProviderUnavailable, ProviderBlocked)):
        await runner.gateway.login(runner.email, runner.password)


def test_tokens_that_are_none_need_a_new_login():
    gateway = GarminGatewayImpl("http://127.0.0.1:9/garmin")
    session = GarminSession(tokens="nonsense", account_id="1", display_name="runner")
    with pytest.raises(ReauthRequired):
        gateway.open(session)


async def test_environment_does_not_bring_another_runners_tokens(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
):
    other = await runner.gateway.login(runner.email, runner.password)
    assert isinstance(other, LoggedIn)
    monkeypatch.setenv("GARMINTOKENS", other.session.tokens)
    with pytest.raises(WrongPassword):
        await runner.gateway.login(runner.email, "not this one")


async def test_pauses_of_the_real_service_stay_beside_a_simulator(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
):
    slept: list[float] = []
    monkeypatch.setattr("runcoach.providers.garmin.client.time.sleep", slept.append)
    await runner.gateway.login(runner.email, runner.password)
    assert slept == []
    live = GarminGatewayImpl(f"{runner.world.base_url}/garmin", min_interval_s=0)
    await live.login(runner.email, runner.password)
    assert len(slept) == 1
    assert 2 <= slept[0] <= 5


async def test_opening_makes_no_call(runner: Runner):
    connection = await runner.connect()
    reopened = runner.gateway.open(replace(connection.session))
    assert reopened.session == connection.session
    assert runner.world.requests("garmin", "/") == 0
