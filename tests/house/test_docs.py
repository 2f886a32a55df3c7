"""What the documents say is so."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from runcoach.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("deploy/*.md"), *PROJECT.glob("docs/**/*.md")])
README = (PROJECT / "README.md").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_link_and_picture_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    named = set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)?)\b", document.read_text(encoding="utf-8")))
    in_code = {name for name in named if f"make {name}" in " ".join(code_of(document))}
    assert in_code <= TARGETS


def code_of(document: Path) -> list[str]:
    text = document.read_text(encoding="utf-8")
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text)


def test_ci_runs_exactly_the_readme_s_test_command() -> None:
    commands = [block.strip() for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)]
    assert commands[:2] == ["make run", "make test"]
    assert "make test" in (PROJECT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_readme_names_settings_and_ports_that_exist() -> None:
    for name in re.findall(r"`RUNCOACH_(\w+)`", README):
        assert name.lower() in Settings.model_fields
    defaults = {field.default for name, field in Settings.model_fields.items() if name.endswith("_port")}
    assert {int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", README)} <= defaults


def test_the_readme_names_commands_that_exist() -> None:
    lines = "\n".join(re.findall(r"^\.venv/bin/runcoach .*", README, re.MULTILINE))
    commands = re.findall(r"bin/runcoach ((?:[a-z]+ ?)+)", lines)
    assert len(commands) >= 3
    for command in commands:
        asked = [sys.executable, "-m", "runcoach", *command.split(), "--help"]
        assert subprocess.run(asked, capture_output=True).returncode == 0, command


def test_every_decision_is_in_the_index() -> None:
    folder = PROJECT / "docs" / "adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in folder.glob("0*.md") if f"({page.name})" not in index] == []
