"""Workflows start in the strict sandbox, and what is forbidden there is caught."""

import pytest
from temporalio import workflow

from runcoach.temporal.sandbox import PASSED_THROUGH, sandbox_runner
from workflows.registry import ALL_WORKFLOWS


@pytest.mark.parametrize("kind", ALL_WORKFLOWS, ids=lambda kind: kind.__name__)
async def test_every_workflow_is_accepted_by_the_strict_sandbox(kind: type) -> None:
    sandbox_runner().prepare_workflow(workflow._Definition.must_from_class(kind))


def test_workflow_modules_are_not_passed_through() -> None:
    assert "workflows" not in PASSED_THROUGH
