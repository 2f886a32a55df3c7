"""Failures leave a step as codes: retried, waited for, or given up; never as prose."""

import logging
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.testing import ActivityEnvironment

from activities.garmin_login import next_cool_down
from activities.recorded import local_date
from activities.steps import as_application_error, step
from activities.strava import fit_bytes
from runcoach.domain.errors import (
    NotOwner,
    ProviderRateLimited,
    ProviderUnavailable,
    ReauthRequired,
    RunCoachError,
    StorageUnavailable,
    UnreadableFile,
)
from workflows.failures import PASSING, REFUSALS


@pytest.mark.parametrize(
    ("error", "is_final"),
    [
        (ProviderUnavailable(), False),
        (ProviderRateLimited(retry_after_s=7), False),
        (ReauthRequired(), True),
        (UnreadableFile("truncated"), True),
        (NotOwner(), True),
    ],
)
def test_fate_of_an_error_is_whether_it_is_retried(error: RunCoachError, is_final: bool) -> None:
    told = as_application_error(error)
    assert (told.type, told.message, told.non_retryable) == (error.code, error.code, is_final)


def test_wait_that_the_provider_asked_for_is_the_delay() -> None:
    told = as_application_error(ProviderRateLimited(retry_after_s=7))
    assert told.next_retry_delay == timedelta(seconds=7)
    assert told.details[0]["retry_after_s"] == 7
    assert told.category is ApplicationErrorCategory.BENIGN


async def test_bug_says_where_and_never_what(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    about = "alice@example.org ran at 37.5, 127.0"

    @step("test.bug")
    async def bug() -> None:
        raise ValueError(about)

    with pytest.raises(ApplicationError) as told:
        await ActivityEnvironment().run(bug)
    assert (told.value.type, told.value.__cause__) == ("internal", None)
    assert "test_steps.py" in caplog.text
    assert "alice" not in caplog.text + str(told.value)


@pytest.mark.parametrize(("attempt", "is_last"), [(1, False), (4, False), (5, True), (90, True)])
async def test_bug_is_tried_a_few_times_and_an_outage_for_as_long_as_it_takes(
    attempt: int, is_last: bool
) -> None:
    @step("test.row")
    async def row(is_bug: bool) -> None:
        raise KeyError("x") if is_bug else StorageUnavailable()

    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=attempt)
    with pytest.raises(ApplicationError) as bug:
        await environment.run(row, True)
    assert bug.value.non_retryable is is_last
    with pytest.raises(ApplicationError) as outage:
        await environment.run(row, False)
    assert (outage.value.type, outage.value.non_retryable) == ("storage_unavailable", False)


def test_refusals_and_passing_failures_are_told_apart() -> None:
    assert {"not_owner", "approval_changed", "approval_expired", "not_found"} <= REFUSALS
    assert {"provider_unavailable", "provider_blocked", "storage_unavailable"} <= PASSING
    assert not REFUSALS & PASSING


@pytest.mark.parametrize(
    ("before_h", "asked_h", "wait_h"),
    [
        (None, None, 1),
        (1, None, 2),
        (2, None, 4),
        (16, None, 24),
        (24, None, 24),
        (None, 5, 5),
        (None, 90, 24),
    ],
)
def test_cool_down_doubles_from_an_hour_to_a_day(
    before_h: float | None, asked_h: float | None, wait_h: float
) -> None:
    wait = next_cool_down(before_h and before_h * 3600, asked_h and asked_h * 3600)
    assert wait == timedelta(hours=wait_h)


@pytest.mark.parametrize(
    ("offset_s", "zone", "day"),
    [
        (None, "Asia/Seoul", date(2026, 3, 3)),
        (9 * 3600, "UTC", date(2026, 3, 3)),
        (-8 * 3600, "Asia/Seoul", date(2026, 3, 2)),
        (None, "Australia/Lord_Howe", date(2026, 3, 3)),
    ],
)
def test_day_of_a_run_is_on_the_devices_own_clock(offset_s: int | None, zone: str, day: date) -> None:
    assert local_date(datetime(2026, 3, 2, 15, 30, tzinfo=UTC), offset_s, zone) == day


def test_file_for_strava_is_the_fit_inside_the_zip() -> None:
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("123_ACTIVITY.fit", b"the fit")
    assert fit_bytes(packed.getvalue()) == fit_bytes(b"the fit") == b"the fit"
    with pytest.raises(UnreadableFile):
        fit_bytes(packed.getvalue()[:20])
