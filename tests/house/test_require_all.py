"""The rule that CI skips nothing, tried on a small suite of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SUITE = """
import pytest

def test_passes():
    pass

def test_misses_something():
    pytest.skip("no chromium here")

@pytest.mark.skipif(True, reason="about not being root")
def test_for_another_machine():
    pass
"""
MODULE = "import pytest; pytest.skip('shared files are not here', allow_module_level=True)"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_small.py").write_text(SUITE)
    (tmp_path / "test_module.py").write_text(MODULE)
    return tmp_path


def run(suite: Path, required: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "tests.require_all", "--continue-on-collection-errors"]
    environment = {**os.environ, "RUNCOACH_REQUIRE_ALL": required, "PYTHONPATH": str(PROJECT)}
    return subprocess.run(command, cwd=suite, env=environment, capture_output=True, text=True).stdout


def test_at_home_a_missing_tool_is_a_skip(suite: Path) -> None:
    assert "1 passed, 3 skipped" in run(suite, "")


def test_in_ci_a_missing_tool_is_a_failure_and_another_machine_is_not(suite: Path) -> None:
    said = run(suite, "1")
    assert "1 failed, 1 passed, 1 skipped, 1 error" in said
    assert "everything is required here: no chromium here" in said
    assert "everything is required here: shared files are not here" in said


def test_this_suite_is_under_that_rule(request: pytest.FixtureRequest) -> None:
    assert request.config.pluginmanager.has_plugin("tests.require_all")
