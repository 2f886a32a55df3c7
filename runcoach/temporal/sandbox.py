"""The sandbox that workflow code runs in: it re-imports only the workflow modules, strictly.

Names are imported from leaf modules (`from workflows.contracts import X`), never from a parent package of a
workflow module: such an import would slip through unchecked. The root package `workflows` itself is never
passed through, else a `datetime.now()` in a workflow module would no longer be caught.
"""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import SandboxImportNotificationPolicy as Policy

PASSED_THROUGH = (
    "activities",
    "agent",
    "annotated_types",
    "numpy",
    "pydantic",
    "pydantic_core",
    "runcoach",
    "typing_extensions",
    "workflows.contracts",
    "workflows.failures",
    "workflows.level",
    "workflows.names",
    "workflows.options",
    "workflows.run",
    "workflows.uploads",
)
"""The helpers of workflows are among them, because the strict policy lets nothing be loaded twice by
accident; what the sandbox would catch in them is caught by the tests that read their source."""


def sandbox_runner() -> SandboxedWorkflowRunner:
    """The runner of every worker and of every replay."""
    policy = Policy.WARN_ON_DYNAMIC_IMPORT | Policy.RAISE_ON_UNINTENTIONAL_PASSTHROUGH
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    return SandboxedWorkflowRunner(restrictions=restrictions.with_import_notification_policy(policy))
