"""Where `RUNCOACH_REQUIRE_ALL=1`, as in CI, a test that would be skipped has failed.

Only a test that is about another kind of machine (its reason starts with "about ") may be skipped there.
"""

import os
from collections.abc import Generator

import pytest

_ABOUT_ANOTHER_MACHINE = "about "


def is_required() -> bool:
    """Whether nothing may be missing here."""
    return os.environ.get("RUNCOACH_REQUIRE_ALL") == "1"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skip while a test runs, or is set up."""
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A skip of a whole module."""
    report = yield
    _refuse_skip(report)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not is_required() or not report.skipped or hasattr(report, "wasxfail"):
        return
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = said.removeprefix("Skipped: ")
    if not reason.startswith(_ABOUT_ANOTHER_MACHINE):
        report.outcome = "failed"
        report.longrepr = f"everything is required here: {reason}"
