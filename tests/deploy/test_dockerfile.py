import re
import tomllib

import pytest

from tests.deploy.compose import PROJECT, SERVICES

TEXT = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
STAGES = re.split(r"^(?=FROM )", TEXT, flags=re.MULTILINE)[1:]
LAST = STAGES[-1]


def test_it_is_built_in_stages_and_the_last_one_installs_nothing() -> None:
    assert len(STAGES) == 2
    assert "--require-hashes" in STAGES[0]
    assert not re.search(r"\b(pip|uv|apt-get|curl)\b", LAST)


def test_it_ends_as_an_ordinary_user_with_a_health_check() -> None:
    users = re.findall(r"^USER (\d+):", LAST, re.MULTILINE)
    assert users
    assert int(users[-1]) > 0
    assert re.search(r"^HEALTHCHECK ", LAST, re.MULTILINE)
    assert LAST.index("\nUSER ") < LAST.index("\nENTRYPOINT ")


def test_compose_uses_the_image_s_user() -> None:
    user = re.findall(r"^USER (\S+)", LAST, re.MULTILINE)[-1]
    assert {s["user"] for s in SERVICES.values() if str(s["image"]).startswith("runcoach:")} == {user}


def test_every_package_is_copied_and_allowed_by_dockerignore() -> None:
    config = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = set(config["tool"]["importlinter"]["root_packages"]) | {"migrations"}
    copied = set(re.findall(r"^COPY (\w+)/ ", LAST, re.MULTILINE))
    assert copied == packages
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "*"
    assert {f"!{name}/" for name in packages} <= set(ignored)


@pytest.mark.parametrize("file", ["Dockerfile", "deploy/compose/caddy/Dockerfile"])
def test_no_build_step_holds_a_secret_or_leaves_root_behind(file: str) -> None:
    text = (PROJECT / file).read_text(encoding="utf-8")
    assert not re.search(r"(password|secret|token|api_?key)\s*=", text, re.IGNORECASE)
    assert re.findall(r"^USER (\d+)", text, re.MULTILINE)[-1] != "0"
