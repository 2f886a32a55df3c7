"""scripts/find_python.py against made-up machines: programs are shell scripts that claim a version."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "find_python.py"


def claims(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return path


def refuses(path: Path) -> Path:
    """What a pyenv shim does when its version is not selected."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n")
    path.chmod(0o755)
    return path


def run(*folders: Path, home: Path | None = None, pyenv_root: Path | None = None) -> tuple[int, str]:
    environment = {"PATH": os.pathsep.join(map(str, folders)), "HOME": str(home) if home else ""}
    if pyenv_root:
        environment["PYENV_ROOT"] = str(pyenv_root)
    done = subprocess.run([sys.executable, str(SCRIPT)], env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout.strip() or done.stderr.strip()


def test_the_tested_version_comes_before_a_newer_one(tmp_path: Path) -> None:
    claims(tmp_path / "a" / "python3.13", "3.13.1")
    best = claims(tmp_path / "b" / "python3.12", "3.12.4")
    assert run(tmp_path / "a", tmp_path / "b") == (0, str(best))


def test_an_old_default_python_is_passed_over_for_a_newer_one(tmp_path: Path) -> None:
    claims(tmp_path / "a" / "python3", "3.11.7")
    newer = claims(tmp_path / "b" / "python3", "3.14.0")
    assert run(tmp_path / "a", tmp_path / "b") == (0, str(newer))


def test_a_name_that_does_not_keep_its_promise_is_passed_over(tmp_path: Path) -> None:
    claims(tmp_path / "a" / "python3.12", "3.9.2")
    refuses(tmp_path / "b" / "python3.12")
    good = claims(tmp_path / "c" / "python3.13", "3.13.0")
    assert run(tmp_path / "a", tmp_path / "b", tmp_path / "c") == (0, str(good))


@pytest.mark.parametrize("told_by", ["root", "home", "shims"])
def test_pyenvs_own_versions_are_found_behind_shims_that_refuse(tmp_path: Path, told_by: str) -> None:
    root = tmp_path / ".pyenv"
    refuses(root / "shims" / "python3.12")
    claims(root / "versions" / "3.11.7" / "bin" / "python", "3.11.7")
    claims(root / "versions" / "3.13.0" / "bin" / "python", "3.13.0")
    claims(root / "versions" / "3.12.1" / "bin" / "python", "3.12.1")
    newest = claims(root / "versions" / "3.12.10" / "bin" / "python", "3.12.10")
    empty = tmp_path / "empty"
    told = {
        "root": lambda: run(empty, home=empty, pyenv_root=root),
        "home": lambda: run(empty, home=tmp_path),
        "shims": lambda: run(root / "shims", home=empty),
    }
    assert told[told_by]() == (0, str(newest))


def test_where_there_is_none_it_says_so_and_fails(tmp_path: Path) -> None:
    claims(tmp_path / "a" / "python3", "3.11.7")
    code, said = run(tmp_path / "a", home=tmp_path)
    assert code == 1
    assert said == "No Python 3.12 or newer was found on PATH or among pyenv's versions."


def test_the_real_one_runs_and_is_new_enough() -> None:
    found = subprocess.check_output([sys.executable, str(SCRIPT)], text=True).strip()
    ask = "import sys; print(sys.version_info >= (3, 12))"
    assert subprocess.check_output([found, "-c", ask], text=True).strip() == "True"


def test_the_script_itself_starts_on_python_3_9() -> None:
    source = SCRIPT.read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    assert "from __future__ import annotations" in source
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Match)]


@pytest.mark.skipif(shutil.which("python3.9") is None, reason="about machines with a Python 3.9")
def test_the_script_runs_on_python_3_9() -> None:
    done = subprocess.run(["python3.9", str(SCRIPT)], capture_output=True, text=True)
    if "pyenv" in done.stderr:
        pytest.skip("about machines whose python3.9 starts")
    assert done.returncode == 0, done.stderr
