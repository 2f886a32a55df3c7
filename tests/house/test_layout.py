"""The layout on disk, in the build and in the import rules is one and the same."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = CONFIG["tool"]["importlinter"]["root_packages"]
NOT_SHIPPED = {"tests", "benchmarks", "migrations"}


def test_root_packages_are_the_ones_that_are_built_linted_and_typed() -> None:
    on_disk = {folder.parent.name for folder in PROJECT.glob("*/__init__.py")} - NOT_SHIPPED
    assert on_disk == set(ROOMS)
    assert set(CONFIG["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == set(ROOMS)
    assert set(CONFIG["tool"]["mypy"]["packages"]) == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_imported_from_here_and_not_from_a_dependency_of_that_name(room: str) -> None:
    spec = importlib.util.find_spec(room)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(PROJECT)


def folders_with_python(root: Path) -> set[Path]:
    return {file.parent for file in root.rglob("*.py") if "__pycache__" not in file.parts}


@pytest.mark.parametrize("root", ["tests", "benchmarks", *ROOMS])
def test_every_folder_with_code_is_a_package(root: str) -> None:
    bare = [
        str(folder.relative_to(PROJECT))
        for folder in folders_with_python(PROJECT / root)
        if not (folder / "__init__.py").exists()
    ]
    assert bare == []


def test_only_the_settings_read_the_environment() -> None:
    reads = re.compile(r"\bos\.(getenv|environ(?!\.setdefault\())\b")
    files = [file for room in ROOMS for file in (PROJECT / room).rglob("*.py")]
    readers = {
        str(file.relative_to(PROJECT)) for file in files if reads.search(file.read_text(encoding="utf-8"))
    }
    assert readers == {"runcoach/settings.py"}


def test_development_pins_are_the_same_as_the_ones_that_run() -> None:
    app, dev = (pins(PROJECT / "requirements" / f"{name}.txt") for name in ("app", "dev"))
    assert {name: dev.get(name) for name in app} == app


def test_every_pin_is_hashed() -> None:
    for name in ("app", "dev", "uv"):
        text = (PROJECT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        for block in re.split(r"\n(?=\S)", text):
            assert block.startswith("#") or "--hash=sha256:" in block, block[:80]


def pins(path: Path) -> dict[str, str]:
    return dict(
        re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    )
