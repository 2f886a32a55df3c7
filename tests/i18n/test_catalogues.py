"""Both catalogues say the same things."""

import inspect

import pytest

from runcoach.domain import errors
from runcoach.domain.activity import Sport
from runcoach.domain.connection import ConnectionState, JobState, Provider
from runcoach.domain.figures import Reason
from runcoach.domain.plan import DecisionKind, LedgerState, Method, Phase, PublishState, VersionStatus
from runcoach.domain.workout import StepKind, WorkoutKind
from runcoach.i18n import LANGUAGES, error_text, has, keys, language_or_default, t
from runcoach.i18n.catalogue import catalogue, placeholders
from runcoach.science.definitions import DEFINITIONS

ERROR_CODES = sorted(
    {
        kind.code
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.RunCoachError)
    }
)
ENUM_GROUPS = {
    "workout.kind": WorkoutKind,
    "step": StepKind,
    "phase": Phase,
    "method": Method,
    "version.status": VersionStatus,
    "completion": LedgerState,
    "publish.state": PublishState,
    "job.state": JobState,
    "connection.state": ConnectionState,
    "provider": Provider,
    "decision": DecisionKind,
    "reason": Reason,
    "sport": Sport,
}


def test_languages_have_the_same_keys() -> None:
    assert set(catalogue("ko")) == set(catalogue("en"))


@pytest.mark.parametrize("key", keys())
def test_sentence_is_filled_and_has_the_same_placeholders(key: str) -> None:
    sentences = [catalogue(language)[key] for language in LANGUAGES]
    assert all(sentence.strip() for sentence in sentences)
    assert len({placeholders(sentence) for sentence in sentences}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ERROR_CODES)
def test_every_error_reads_as_two_sentences_without_any_data(code: str, language: str) -> None:
    assert has(f"error.{code}")
    assert has(f"error.{code}.next")
    text = error_text(code, language)
    for sentence in (text.what, text.next_step):
        assert sentence.endswith(".")
        assert "{" not in sentence
    assert text.what != text.next_step


@pytest.mark.parametrize("prefix", sorted(ENUM_GROUPS))
def test_every_word_of_a_closed_list_has_a_name(prefix: str) -> None:
    missing = [f"{prefix}.{item.value}" for item in ENUM_GROUPS[prefix] if not has(f"{prefix}.{item.value}")]
    assert missing == []


def test_every_metric_has_a_name() -> None:
    assert [about.name_key for about in DEFINITIONS.values() if not has(about.name_key)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_shows_the_trademark(language: str) -> None:
    assert [key for key, sentence in catalogue(language).items() if "vdot" in sentence.lower()] == []


def test_unknown_key_raises() -> None:
    with pytest.raises(KeyError):
        t("no.such.key", "ko")


def test_missing_value_raises_and_extra_value_is_ignored() -> None:
    with pytest.raises(KeyError):
        t("when.in", "en")
    assert t("when.later", "en", duration="5 minutes") == "in a while"


def test_value_cannot_reach_into_objects() -> None:
    assert t("when.in", "en", duration="{duration.__class__}") == "in about {duration.__class__}"


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en-US", "en"), ("EN", "en"), ("ko_KR", "ko"), ("fr", "ko"), (None, "ko"), ("", "ko")],
)
def test_language_tag_finds_its_catalogue(tag: str | None, language: str) -> None:
    assert language_or_default(tag) == language


def test_error_data_become_words() -> None:
    text = error_text("login_rate_limited", "ko", {"provider": "garmin", "retry_after_s": 301})
    assert text.what == "가민이 지금은 로그인을 받지 않아요."
    assert text.next_step.startswith("약 6분 뒤에 다시 로그인해 주세요.")
    assert (
        error_text("unreadable_file", "en", {"reason": "empty"}).what
        == "The file cannot be read: it is empty."
    )


def test_unknown_code_still_reads_as_a_sentence() -> None:
    assert error_text("martian", "en") == error_text("internal", "en")
