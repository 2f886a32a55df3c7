"""The rule that CI skips nothing, tried on a small suite of its own."""

from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
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
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makepyfile(test_small=SUITE, test_module=MODULE)
    return pytester


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNCOACH_REQUIRE_ALL", raising=False)


def test_at_home_a_missing_tool_is_a_skip(suite: pytest.Pytester) -> None:
    suite.runpytest_subprocess().assert_outcomes(passed=1, skipped=3)


def test_in_ci_a_missing_tool_is_a_failure_and_another_machine_is_not(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNCOACH_REQUIRE_ALL", "1")
    result = suite.runpytest_subprocess("--continue-on-collection-errors")
    result.assert_outcomes(passed=1, skipped=1, failed=1, errors=1)
    result.stdout.fnmatch_lines(["*everything is required here: no chromium here*"])
