import os
import shutil
import subprocess
from pathlib import Path

import pytest

from runcoach import settings as settings_module
from runcoach.settings import KeyRing, load_settings
from tests.deploy.compose import PROJECT


def make_secrets(folder: Path) -> Path:
    script = folder / "deploy" / "compose" / "make-secrets.sh"
    script.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(PROJECT / "deploy" / "compose" / "make-secrets.sh", script)
    subprocess.run(["sh", str(script)], check=True, capture_output=True)
    return folder / "secrets"


def test_secrets_are_random_closed_to_others_and_never_made_twice(tmp_path: Path) -> None:
    first, second = make_secrets(tmp_path / "a"), make_secrets(tmp_path / "b")
    before = {file.name: file.read_bytes() for file in first.iterdir()}
    assert before["runcoach_vault_key"] != (second / "runcoach_vault_key").read_bytes()
    assert first.stat().st_mode & 0o777 == 0o700
    assert {file.name: file.read_bytes() for file in make_secrets(tmp_path / "a").iterdir()} == before


def test_the_processes_read_them_as_docker_mounts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_secrets(tmp_path)
    for name in [name for name in os.environ if name.startswith(("RUNCOACH_", "OPENAI_", "DATABASE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(settings_module, "DOCKER_SECRETS", folder)
    settings = load_settings(data_dir=tmp_path / "data")
    password = (folder / "runcoach_app_password").read_text()
    assert settings.app_database_url == f"postgresql+asyncpg://runcoach_app:{password}@postgres:5432/runcoach"
    assert settings.owner_database_url.startswith("postgresql+asyncpg://runcoach_owner:")
    assert settings.vault_keys == KeyRing.parse((folder / "runcoach_vault_key").read_text())
    assert settings.codec_keys != settings.vault_keys
    assert not (tmp_path / "data").exists()


def test_a_secret_left_empty_is_none_and_a_filled_one_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_secrets(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setattr(settings_module, "DOCKER_SECRETS", folder)
    assert load_settings().openai_api_key is None
    assert load_settings().strava_client_secret is None
    (folder / "openai_api_key").chmod(0o644)
    (folder / "openai_api_key").write_text("sk-test\n")
    key = load_settings().openai_api_key
    assert key is not None
    assert key.get_secret_value() == "sk-test"
