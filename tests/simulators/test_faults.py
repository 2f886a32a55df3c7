"""Each switch seen from a real HTTP client."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from garminconnect import GarminConnectConnectionError

from tests.simulators.conftest import GarminRunner
from tests.simulators.test_garmin_workouts import a_workout, pushed

PROFILE = "/userprofile-service/socialProfile"


@pytest.fixture
def api(base: str, runner: GarminRunner) -> Iterator[httpx.Client]:
    token = runner.logged_in().client.di_token
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=base + "/garmin", headers=headers, timeout=3) as client:
        yield client


def throw(control: httpx.Client, kind: str, glob: str = PROFILE, **more: Any) -> None:
    switch = {"service": "garmin", "route_glob": glob, "kind": kind, **more}
    assert control.post("/faults", json=switch).status_code == 201


def test_401_strikes_once_and_then_lets_through(api: httpx.Client, control: httpx.Client) -> None:
    throw(control, "unauthorized_401")

    assert [api.get(PROFILE).status_code for _ in range(3)] == [401, 200, 200]


def test_after_lets_requests_through_first_and_times_bounds_the_strikes(
    api: httpx.Client, control: httpx.Client
) -> None:
    throw(control, "server_5xx", after=2, times=2, status=502)

    assert [api.get(PROFILE).status_code for _ in range(6)] == [200, 200, 502, 502, 200, 200]


def test_429_with_and_without_retry_after(api: httpx.Client, control: httpx.Client) -> None:
    throw(control, "rate_limited_429", retry_after_s=120)
    throw(control, "rate_limited_429")

    with_wait, without = api.get(PROFILE), api.get(PROFILE)

    assert (with_wait.status_code, with_wait.headers["retry-after"]) == (429, "120")
    assert without.status_code == 429
    assert "retry-after" not in without.headers


@pytest.mark.parametrize("status", [200, 403, 429])
def test_html_instead_of_json(api: httpx.Client, control: httpx.Client, status: int) -> None:
    throw(control, "html_instead_of_json", status=status)

    reply = api.get(PROFILE)

    assert reply.status_code == status
    assert reply.text.startswith("<!DOCTYPE html>")


def test_malformed_and_empty_bodies(api: httpx.Client, control: httpx.Client) -> None:
    throw(control, "malformed_json")
    throw(control, "empty_body")

    with pytest.raises(ValueError):
        api.get(PROFILE).json()
    assert api.get(PROFILE).content == b""


def test_hang_says_nothing_until_the_client_gives_up(api: httpx.Client, control: httpx.Client) -> None:
    throw(control, "hang")

    with pytest.raises(httpx.ReadTimeout):
        api.get(PROFILE, timeout=0.3)
    assert api.get(PROFILE).status_code == 200


def test_slow_drip_keeps_sending_past_the_read_timeout(api: httpx.Client, control: httpx.Client) -> None:
    throw(control, "slow_drip", glob="/activitylist-service/activities/count", delay_s=0.05)

    begun = time.monotonic()
    reply = api.get("/activitylist-service/activities/count", timeout=httpx.Timeout(5, read=0.5))

    assert reply.json() == {"totalCount": 30}  # 17 bytes, so 16 pauses before the last
    assert time.monotonic() - begun > 16 * 0.05 * 0.95


def test_truncated_body_breaks_off(api: httpx.Client, control: httpx.Client) -> None:
    throw(control, "truncated_body")

    with pytest.raises(httpx.RemoteProtocolError):
        api.get(PROFILE)


def test_reset_before_effect_leaves_nothing_behind(
    api: httpx.Client, control: httpx.Client, runner: GarminRunner
) -> None:
    throw(control, "reset_before_effect", glob="/workout-service/workout", method="POST")

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        api.post("/workout-service/workout", json=a_workout())

    assert [effect for effect, _ in runner.effects()] == ["login"]


def test_accepted_but_reply_lost_leaves_the_effect_behind(
    api: httpx.Client, control: httpx.Client, runner: GarminRunner
) -> None:
    throw(control, "accepted_reply_lost", glob="/workout-service/workout", method="POST")

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        api.post("/workout-service/workout", json=a_workout("lost"))

    assert [effect for effect, _ in runner.effects()] == ["login", "workout_created"]
    assert [w["workoutName"] for w in api.get("/workout-service/workouts").json()] == ["lost"]


def test_reply_lost_to_the_client_library_is_an_error_and_one_workout(
    runner: GarminRunner, control: httpx.Client
) -> None:
    garmin = runner.logged_in()
    throw(control, "accepted_reply_lost", glob="/workout-service/schedule/*", method="POST")

    with pytest.raises((GarminConnectConnectionError, OSError)):
        pushed(garmin, "2026-11-25")

    assert len(garmin.get_scheduled_workouts_by_period("2026-11-25", "2026-11-25")) == 1


def test_401_makes_the_client_library_refresh_and_go_on(runner: GarminRunner, control: httpx.Client) -> None:
    garmin = runner.logged_in()
    throw(control, "unauthorized_401", glob="/activitylist-service/*", account=runner.email)

    assert len(garmin.get_activities(0, 20)) == 20

    assert runner.effects() == [("login", ""), ("token_refreshed", "")]


def test_switch_hits_only_its_service_route_and_method(api: httpx.Client, control: httpx.Client) -> None:
    throw(control, "server_5xx", glob="/workout-service/*", method="DELETE", times=None)
    control.post("/faults", json={"service": "strava", "route_glob": "*", "kind": "hang"})

    assert api.get(PROFILE).status_code == 200
    assert api.get("/workout-service/workouts").status_code == 200
    assert api.delete("/workout-service/workout/1").status_code == 503


def test_switch_can_be_taken_back(api: httpx.Client, control: httpx.Client) -> None:
    throw(control, "server_5xx", times=None)
    fault = control.get("/faults").json()[0]

    control.delete(f"/faults/{fault['id']}")

    assert api.get(PROFILE).status_code == 200
    assert control.delete(f"/faults/{fault['id']}").status_code == 404


@pytest.mark.parametrize("switch", [{"kind": "no such kind"}, {"kind": "hang", "colour": "red"}])
def test_unknown_switch_is_refused(control: httpx.Client, switch: dict[str, Any]) -> None:
    reply = control.post("/faults", json={"service": "garmin", "route_glob": "*", **switch})

    assert reply.status_code == 422
    assert control.get("/faults").json() == []


def test_requests_are_counted_by_route_and_by_path(api: httpx.Client, control: httpx.Client) -> None:
    control.post("/reset", json={"what": ["requests"]})
    for activity_id in (11, 12, 12):
        api.get(f"/activity-service/activity/{activity_id}")

    log = control.get("/requests", params={"service": "garmin"}).json()

    assert [(r["path"], r["count"]) for r in log["routes"]] == [("/activity-service/activity/{id}", 3)]
    assert {(r["path"], r["count"]) for r in log["paths"]} == {
        ("/activity-service/activity/11", 1),
        ("/activity-service/activity/12", 2),
    }


def test_switch_for_one_account_spares_the_others(
    base: str, api: httpx.Client, control: httpx.Client
) -> None:
    other = GarminRunner(base, control)
    throw(control, "server_5xx", glob="*", times=None, account=other.email)

    assert api.get(PROFILE).status_code == 200
    token = {"authorization": f"Bearer {_token(other)}"}
    assert httpx.get(base + "/garmin" + PROFILE, headers=token).status_code == 503


def _token(runner: GarminRunner) -> str:
    garmin = runner.client()
    garmin.client.verify_login = False
    garmin.client.login(runner.email, runner.password)
    return str(garmin.client.di_token)
