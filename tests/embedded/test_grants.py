"""Who is told what: a leak here would put a secret into the wrong process."""

import pytest

from runcoach.embedded.grants import GRANTS, child_environment
from runcoach.settings import Settings, load_settings

SECRETS = {
    "openai_api_key": "sk-planted-openai",
    "embeddings_api_key": "sk-planted-embeddings",
    "strava_client_secret": "planted-strava",
    "vault_key": "k1:planted-vault",
    "codec_key": "k1:planted-codec",
    "database_url": "postgresql://owner:planted-owner@db/x",
    "database_app_url": "postgresql://app:planted-app@db/x",
}
MAY_HAVE = {
    "migrations": {"planted-owner", "planted-app"},
    "simulators": set(),
    "worker": {"planted-strava", "planted-vault", "planted-codec", "planted-app"},
    "worker-llm": {"sk-planted-openai", "sk-planted-embeddings", "planted-codec", "planted-app"},
    "api": {"planted-vault", "planted-codec", "planted-app"},
    "ui": set(),
}


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> Settings:
    monkeypatch.setenv("RUNCOACH_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TEMPORAL_API_KEY", "planted-temporal")
    for name, value in SECRETS.items():
        monkeypatch.setenv(f"RUNCOACH_{name.upper()}", value)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-openai")
    monkeypatch.setenv("DATABASE_URL", SECRETS["database_url"])
    return load_settings()


@pytest.mark.parametrize("name", sorted(GRANTS))
def test_each_process_gets_its_own_secrets_and_no_other(settings: Settings, name: str) -> None:
    text = "\n".join(child_environment(settings, name).values())
    planted = {word.removeprefix("k1:") for word in SECRETS.values() if "://" not in word}
    planted |= {"planted-owner", "planted-app"}
    assert {word for word in planted if word in text} == MAY_HAVE[name]
    assert ("planted-temporal" in text) == (name in ("worker", "worker-llm", "api"))


def test_the_agent_works_apart_from_whoever_holds_garmin(settings: Settings) -> None:
    agent = child_environment(settings, "worker-llm")["RUNCOACH_WORKER_QUEUES"]
    others = child_environment(settings, "worker")["RUNCOACH_WORKER_QUEUES"]
    assert agent == "llm"
    assert others == "core,garmin,strava,cpu"


def test_what_a_child_reads_back_is_what_was_set(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    given = load_settings(
        api_port=9001, world_today="2026-11-20", public_urls="https://a.example,https://b.example"
    )
    for name, value in child_environment(given, "api").items():
        monkeypatch.setenv(name, value)
    child = load_settings()
    assert (child.api_port, child.world_today, child.public_urls) == (
        9001,
        given.world_today,
        ("https://a.example", "https://b.example"),
    )
    assert child.temporal_target == given.temporal_target
    assert child.data_dir == given.data_dir


def test_api_knows_where_temporals_ui_is_though_it_is_told_an_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An address alone reads as somebody else's Temporal, whose UI nobody here knows."""
    monkeypatch.setenv("RUNCOACH_TEMPORAL_UI_PORT", "8299")
    told = child_environment(load_settings(), "api")
    assert told["RUNCOACH_TEMPORAL_ADDRESS"]
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert load_settings().temporal_ui_url == "http://127.0.0.1:8299"
