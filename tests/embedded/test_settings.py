import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from runcoach.settings import KeyRing, as_asyncpg, load_settings, with_login


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("RUNCOACH_", "DATABASE_URL", "OPENAI_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("RUNCOACH_DATA_DIR", str(tmp_path / "data"))


def test_nothing_set_means_embedded_engines_on_loopback_and_no_demo() -> None:
    settings = load_settings()
    assert settings.embeds_postgres
    assert settings.embeds_temporal
    assert not settings.demo
    assert settings.temporal_target == "127.0.0.1:7233"
    assert settings.owner_database_url.endswith("@127.0.0.1:5433/runcoach")


@pytest.mark.parametrize("name", ["DATABASE_URL", "RUNCOACH_DATABASE_URL"])
def test_an_owner_url_alone_gives_the_app_role_its_own_login(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "postgres://boss:p%40ss@db:5432/coach?ssl=require")
    settings = load_settings()
    assert settings.owner_database_url == "postgresql+asyncpg://boss:p%40ss@db:5432/coach?ssl=require"
    password = settings.role_password("runcoach_app")
    assert settings.app_database_url == (
        f"postgresql+asyncpg://runcoach_app:{password}@db:5432/coach?ssl=require"
    )


def test_an_argument_beats_the_environment_under_either_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "elsewhere:7233")
    assert load_settings().temporal_target == "elsewhere:7233"
    assert load_settings(temporal_address="here:1").temporal_target == "here:1"
    assert load_settings(temporal_address=None).embeds_temporal


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")
    monkeypatch.setenv("RUNCOACH_API_PORT", "")
    assert load_settings().openai_api_key is None
    assert load_settings().api_port == 8000


def test_secrets_do_not_show_in_the_settings_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted")
    monkeypatch.setenv("DATABASE_URL", "postgresql://o:planted@db/x")
    assert "planted" not in repr(load_settings())


def test_keys_are_made_once_kept_private_and_read_by_all_processes_alike(tmp_path: Path) -> None:
    show = "from runcoach.settings import load_settings as l; print(l().vault_keys.keys)"
    starts = [subprocess.Popen([sys.executable, "-c", show], stdout=subprocess.PIPE) for _ in range(4)]
    seen = {start.communicate(timeout=60)[0] for start in starts}
    assert len(seen) == 1
    file = tmp_path / "data" / "secrets" / "vault.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["vault.key"]
    assert load_settings().vault_keys.keys != load_settings().codec_keys.keys


def test_a_rotated_ring_seals_with_the_first_key_and_keeps_the_old_one() -> None:
    new, old = (base64.b64encode(bytes([n]) * 32).decode() for n in (2, 1))
    ring = KeyRing.parse(f"k2:{new}\nk1:{old}\n")
    assert ring.current_id == "k2"
    assert ring.keys == {"k2": b"\x02" * 32, "k1": b"\x01" * 32}
    assert "AQEB" not in repr(ring)


@pytest.mark.parametrize("text", ["", "k1", "k1:c2hvcnQ=", "k1:not base64"])
def test_a_damaged_key_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        KeyRing.parse(text)


def test_origins_are_exact_and_cookies_secure_behind_https(monkeypatch: pytest.MonkeyPatch) -> None:
    local = load_settings(api_port=8001, ui_port=7001)
    assert "http://localhost:7001" in local.allowed_origins
    assert not local.uses_secure_cookies
    monkeypatch.setenv("RUNCOACH_PUBLIC_URLS", "https://coach.example/, https://api.coach.example")
    public = load_settings()
    assert public.allowed_origins == {"https://coach.example", "https://api.coach.example"}
    assert public.uses_secure_cookies


@pytest.mark.parametrize(
    ("name", "value"), [("API_PORT", "70000"), ("WORKER_QUEUES", "core,bogus"), ("LLM_API", "telepathy")]
)
def test_a_wrong_value_is_refused_at_the_door(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"RUNCOACH_{name}", value)
    with pytest.raises(ValidationError):
        load_settings()


def test_other_databases_are_refused() -> None:
    with pytest.raises(ValueError, match="postgresql://"):
        as_asyncpg("mysql://a@b/c")


def test_a_login_with_odd_characters_is_quoted() -> None:
    assert with_login("postgresql+asyncpg://a:b@h:1/d", "u@x", "p/:?") == (
        "postgresql+asyncpg://u%40x:p%2F%3A%3F@h:1/d"
    )
