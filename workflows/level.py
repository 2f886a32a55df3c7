"""The runner's level after an import."""

from uuid import UUID

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.figures import FigureSteps

from workflows.options import FIGURES
from workflows.run import Run


async def update_level(run: Run, user_id: UUID) -> None:
    """Race index, training paces, predictions."""
    await run.step(FigureSteps.update_profile, user_id, FIGURES, "race index and training paces")
