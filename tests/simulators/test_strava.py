"""stravalib against the simulator: consent, upload, poll, duplicates, limits, the inactive app."""

import gzip
import io
from collections.abc import Callable

import httpx
import pytest
import requests
from stravalib import exc

from runcoach.simulators.strava.state import CLIENT_ID, CLIENT_SECRET
from runcoach.simulators.world import World
from tests.simulators.conftest import TODAY, next_athlete
from tests.simulators.strava_athlete import Athlete


def test_consent_gives_a_code_that_works_once(base: str, strava: httpx.Client) -> None:
    athlete = Athlete(base, strava, next_athlete())
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
    assert Athlete(base, strava, next_athlete()).consent(approve="no")["error"] == ["access_denied"]


def test_wrong_secret_is_refused(athlete: Athlete) -> None:
    code = athlete.consent()["code"][0]

    with pytest.raises(exc.AccessUnauthorized):
        athlete.client.exchange_code_for_token(int(CLIENT_ID), "wrong", code)


def test_refresh_token_rotates(base: str, strava: httpx.Client) -> None:
    athlete = Athlete(base, strava, next_athlete())
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


def test_same_run_in_other_bytes_is_a_duplicate_too(athlete: Athlete, fits: list[bytes]) -> None:
    first = athlete.upload(fits[0], "a.fit")
    packed = io.BytesIO(gzip.compress(fits[0]))

    second = athlete.client.upload_activity(packed, "fit.gz", name="Run", external_id="b.fit.gz")
    second.poll()

    with pytest.raises(exc.ActivityUploadFailed, match="b.fit.gz duplicate of activity"):
        second.poll()
    assert first.upload_id != second.upload_id
    assert athlete.effects().count("activity_created") == 1


def truncated(content: bytes) -> bytes:
    return content[:-100]


def flipped(content: bytes) -> bytes:
    return content[:5000] + bytes([content[5000] ^ 0x01]) + content[5001:]


@pytest.mark.parametrize("damage", [truncated, flipped])
def test_damaged_file_ends_as_an_error_not_an_activity(
    athlete: Athlete, fits: list[bytes], damage: Callable[[bytes], bytes]
) -> None:
    upload = athlete.upload(damage(fits[0]), "broken.fit")
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
    reader = Athlete(base, strava, next_athlete())
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
    other = Athlete(base, athlete.control, next_athlete())
    other.connect()

    with pytest.raises(exc.ObjectNotFound):
        other.client.get_activity(upload.activity_id)
