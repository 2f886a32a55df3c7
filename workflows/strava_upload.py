"""One run to Strava: look, send, ask until it is processed. A duplicate is a success."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.strava import StravaSteps, UploadRequest
    from runcoach.domain.connection import JobState
    from workflows.contracts import StravaUploadInput

from workflows.failures import Failure
from workflows.options import STRAVA
from workflows.run import Run

FIRST_POLL_S, LONGEST_POLL_S, PATIENCE_S = 1.0, 60.0, 3600.0


@workflow.defn(name="StravaUpload")
class StravaUpload(Run):
    """One per recorded activity."""

    kind = "strava_upload"
    provider = "strava"

    @workflow.run
    async def run(self, given: StravaUploadInput) -> bool:
        return await self.conclude(given.user_id, self._upload(given))

    async def _upload(self, given: StravaUploadInput) -> bool:
        request = UploadRequest(given.user_id, given.activity_id)
        await self.report(JobState.RUNNING, "uploading")
        progress = await self.step(StravaSteps.upload, request, STRAVA, "find, or send")
        if not progress.is_done:
            await self._until_processed(request)
        await self.report(JobState.DONE, "done")
        return True

    async def _until_processed(self, request: UploadRequest) -> None:
        self.enter("processing")
        wait_s, waited_s = FIRST_POLL_S, 0.0
        while True:
            await workflow.sleep(timedelta(seconds=wait_s), summary="Strava processes the file")
            waited_s += wait_s
            wait_s = min(wait_s * 2, LONGEST_POLL_S)
            if (await self.step(StravaSteps.poll, request, STRAVA, "ask how far it is")).is_done:
                return
            if waited_s > PATIENCE_S:
                await self.park(Failure("provider_unavailable"))
                waited_s = 0.0
