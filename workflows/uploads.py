"""Starts uploads to Strava as runs of their own, where Strava is connected."""

from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.strava import StravaSteps, UploadQuery
    from workflows.contracts import StravaUploadInput
    from workflows.names import CORE_QUEUE, strava_upload_id

from workflows.options import ROWS
from workflows.run import Run


async def upload_newest(run: Run, user_id: UUID) -> None:
    """After the first import: the newest run only, not the whole history."""
    await _upload(run, UploadQuery(user_id, limit=1))


async def upload_since(run: Run, user_id: UUID, since: str) -> None:
    """After a sync: runs that started since that instant (ISO) and are not there yet."""
    await _upload(run, UploadQuery(user_id, limit=50, started_since=since))


async def _upload(run: Run, query: UploadQuery) -> None:
    for activity_id in await run.step(StravaSteps.to_upload, query, ROWS, "what Strava should get"):
        try:
            await workflow.start_child_workflow(
                "StravaUpload",
                StravaUploadInput(query.user_id, activity_id),
                id=strava_upload_id(activity_id),
                task_queue=CORE_QUEUE,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                static_summary="Run to Strava",
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("this run is being uploaded already")
