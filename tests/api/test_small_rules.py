"""Decisions of the API that are plain functions of values."""

import pytest
from pydantic import ValidationError

from api.aliases import find_alias
from api.errors import problem_of, status_of
from api.routes.imports import safe_name
from api.schemas.plans import GenerateIn
from api.schemas.users import ProfileIn
from api.security import client_ip
from api.views.activities import pace_s_per_km
from api.views.chat import title_of
from api.views.words import word
from runcoach.domain import errors
from runcoach.i18n import LANGUAGES, has

PROXY = frozenset({"10.0.0.1", "10.0.0.2"})


@pytest.mark.parametrize(
    ("peer", "forwarded", "seen"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # a stranger's word counts for nothing
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # what stands before it anybody may write
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_client_is_the_nearest_address_that_is_no_proxy_of_ours(peer: str, forwarded: str, seen: str) -> None:
    assert client_ip(peer, {"x-forwarded-for": forwarded}, PROXY) == seen


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/api/v1/auth/garmin/mfa", "/api/v1/garmin/mfa"),
        ("/api/activities", "/api/v1/activities"),
        ("/api/chat/history", "/api/v1/ai/conversations"),
        ("/api/v1/health/body", "/api/v1/wellness"),
        ("/api/v1/sync/run", "/api/v1/ingest/run"),
    ],
)
def test_older_path_leads_to_the_new_one(old: str, new: str) -> None:
    alias = find_alias(old)
    assert alias is not None
    assert alias.path == new
    assert find_alias(new) is None


@pytest.mark.parametrize("path", ["/api/v1/auth/garmin/../me", "/healthz", "/api/v1/auth/garmin/mfa/x", "/"])
def test_path_that_is_no_older_one_stays(path: str) -> None:
    assert find_alias(path) is None


def every_error() -> list[type[errors.RunCoachError]]:
    found: list[type[errors.RunCoachError]] = []
    waiting: list[type[errors.RunCoachError]] = [errors.RunCoachError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += [child for child in kind.__subclasses__() if child.__module__ == errors.__name__]
    return found


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.code)
def test_every_failure_of_the_tree_has_a_status_and_sentences(kind: type[errors.RunCoachError]) -> None:
    error = kind("empty") if kind is errors.UnreadableFile else kind()
    assert 400 <= status_of(error) < 600
    assert (status_of(error) == 500) == (kind is errors.RunCoachError)
    for language in LANGUAGES:
        problem = problem_of(error, language, "id")
        assert problem.detail
        assert problem.next_step
        assert "{" not in problem.detail + problem.next_step


def test_another_runners_thing_looks_like_one_that_is_not_there() -> None:
    foreign = problem_of(errors.NotOwner(), "en", "id")
    assert foreign == problem_of(errors.NotFound(), "en", "id")


def test_every_cause_that_can_be_asked_for_has_words() -> None:
    for cause in GenerateIn.model_fields["cause"].annotation.__args__:  # type: ignore[union-attr]
        assert has(f"cause.{cause}"), cause
    assert word("cause", "requested", "en") != "requested"
    assert word("cause", "of a later version", "en") == "of a later version"


@pytest.mark.parametrize(
    ("duration_s", "distance_m", "pace"),
    [
        (3000.0, 10_000.0, 300.0),
        (3000.0, 0.0, None),
        (0.0, 100.0, None),
        (None, 100.0, None),
        (10.0, None, None),
    ],
)
def test_pace_needs_time_and_way(
    duration_s: float | None, distance_m: float | None, pace: float | None
) -> None:
    assert pace_s_per_km(duration_s, distance_m) == pace


def test_title_of_a_conversation_is_cut_between_words() -> None:
    assert title_of("  이번 주\n컨디션  어때요? ") == "이번 주 컨디션 어때요?"
    long = title_of("word " * 40)
    assert len(long) <= 61
    assert long.endswith("word…")


def test_name_without_anything_printable_is_still_a_name() -> None:
    assert safe_name("\x00\x01") == safe_name("") == safe_name(None) == safe_name("a/") == "file"


@pytest.mark.parametrize(
    "wrong",
    [
        {"hr_max_bpm": 25},
        {"hr_rest_bpm": 180},
        {"threshold_hr_bpm": 40},
        {"hr_max_bpm": 180, "threshold_hr_bpm": 185},
        {"max_weekly_distance_m": 1},
    ],
)
def test_profile_no_runner_can_have_is_refused(wrong: dict[str, int]) -> None:
    good = {"available_weekdays": [1, 6], "long_run_weekday": 6, "quality_days_per_week": 1}
    ProfileIn.model_validate(good | {"hr_max_bpm": 190, "hr_rest_bpm": 48, "threshold_hr_bpm": 172})
    with pytest.raises(ValidationError):
        ProfileIn.model_validate(good | wrong)
