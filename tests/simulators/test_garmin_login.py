"""garminconnect's own login, code and token handling against the simulator."""

import json

import httpx
import pytest
from garminconnect import (
    GarminConnectAuthenticationError,
    GarminConnectTooManyRequestsError,
)

from tests.simulators.conftest import GarminRunner


def test_right_password_logs_in_by_the_mobile_route(runner: GarminRunner, control: httpx.Client) -> None:
    garmin = runner.logged_in()

    assert garmin.display_name == runner.account["display_name"]
    assert garmin.unit_system == "metric"
    asked = [r["path"] for r in control.get("/requests", params={"service": "garmin"}).json()["routes"]]
    assert "/mobile/api/login" in asked
    assert "/portal/api/login" not in asked


def test_wrong_password_is_an_authentication_error_and_asked_once(
    runner: GarminRunner, control: httpx.Client
) -> None:
    with pytest.raises(GarminConnectAuthenticationError):
        runner.client("not it").login()

    logins = control.get("/requests", params={"contains": "/api/login"}).json()["routes"]
    assert [row["count"] for row in logins] == [1]
    assert runner.effects() == []


@pytest.fixture
def mfa_runner(base: str, control: httpx.Client, no_login_pauses: None) -> GarminRunner:
    return GarminRunner(base, control, mfa=True, mfa_code="424242")


def test_code_can_be_given_in_a_fresh_object_from_a_json_state(mfa_runner: GarminRunner) -> None:
    status, state = mfa_runner.client(return_on_mfa=True).login()
    assert status == "needs_mfa"

    carried = json.loads(json.dumps(state))
    fresh = mfa_runner.client(password="unused", return_on_mfa=True)
    fresh.resume_login(carried, "424242")

    assert fresh.display_name == mfa_runner.account["display_name"]


def test_wrong_code_is_refused_and_the_right_one_still_works(mfa_runner: GarminRunner) -> None:
    garmin = mfa_runner.client(return_on_mfa=True)
    _, state = garmin.login()
    with pytest.raises(GarminConnectAuthenticationError):
        garmin.resume_login(state, "000000")

    garmin.resume_login(state, "424242")

    assert garmin.get_full_name()


def test_sixth_code_is_refused_even_when_right(mfa_runner: GarminRunner) -> None:
    garmin = mfa_runner.client(return_on_mfa=True)
    _, state = garmin.login()
    for _ in range(5):
        with pytest.raises(GarminConnectAuthenticationError):
            garmin.resume_login(state, "000000")

    with pytest.raises(GarminConnectAuthenticationError):
        garmin.resume_login(state, "424242")


def test_late_code_is_refused(base: str, control: httpx.Client, no_login_pauses: None) -> None:
    slow = GarminRunner(base, control, mfa=True, mfa_ttl_s=0.0)
    garmin = slow.client(return_on_mfa=True)
    _, state = garmin.login()

    with pytest.raises(GarminConnectAuthenticationError, match="SESSION_EXPIRED"):
        garmin.resume_login(state, "123456")


def test_ended_access_token_is_refreshed_and_the_refresh_token_rotates(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    before = json.loads(garmin.client.dumps())
    runner.control.post(f"/garmin/accounts/{runner.email}/end_tokens")

    assert garmin.count_activities() == 30

    after = json.loads(garmin.client.dumps())
    assert after["di_refresh_token"] != before["di_refresh_token"]
    assert ("token_refreshed", "") in runner.effects()


def test_token_about_to_expire_is_refreshed_before_the_call(
    base: str, control: httpx.Client, no_login_pauses: None
) -> None:
    short = GarminRunner(base, control, token_ttl_s=600)  # the library refreshes 900 s before the end
    garmin = short.logged_in()
    refreshed = sum(effect == "token_refreshed" for effect, _ in short.effects())

    assert refreshed >= 1
    assert garmin.count_activities() == 30


def test_old_refresh_token_is_worth_nothing_after_rotation(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    stolen = garmin.client.dumps()
    garmin.client._refresh_session()
    runner.control.post(f"/garmin/accounts/{runner.email}/end_tokens")
    thief = runner.client()
    thief.client.loads(stolen)

    with pytest.raises(GarminConnectAuthenticationError, match="401"):
        thief.count_activities()


def test_without_any_token_left_every_call_is_401(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    runner.control.post(f"/garmin/accounts/{runner.email}/end_tokens", json={"refresh": True})

    with pytest.raises(GarminConnectAuthenticationError, match="401"):
        garmin.count_activities()


def test_blocked_login_is_too_many_requests(runner: GarminRunner, control: httpx.Client) -> None:
    for glob in ("/mobile/*", "/sso/*", "/portal/*"):
        control.post(
            "/faults",
            json={
                "service": "garmin",
                "route_glob": glob,
                "kind": "html_instead_of_json",
                "status": 429,
                "times": None,
            },
        )

    with pytest.raises(GarminConnectTooManyRequestsError):
        runner.client().login()

    assert runner.effects() == []
