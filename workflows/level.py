"""The runner's level after an import; where it gives a threshold for the first time, all loads again."""

from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.figures import FigureSteps
    from workflows.contracts import RecomputeInput
    from workflows.names import CORE_QUEUE, recompute_id

from workflows.options import FIGURES
from workflows.run import Run


async def update_level(run: Run, user_id: UUID) -> None:
    """Race index, training paces, predictions."""
    await run.step(FigureSteps.update_profile, user_id, FIGURES, "race index and training paces")
    if not await run.step(
        FigureSteps.estimate_threshold, user_id, FIGURES, "a threshold where none is"
    ):
        return
    try:
        await workflow.start_child_workflow(
            "RecomputeMetrics",
            RecomputeInput(user_id),
            id=recompute_id(user_id),
            task_queue=CORE_QUEUE,
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            static_summary="All figures with the new threshold",
        )
    except WorkflowAlreadyStartedError:
        workflow.logger.info("all figures are being recomputed already")
