"""Files that a runner dropped in become activities; what cannot be read is listed with its reason."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contracts import DailyRequest, FilesRequest, FilesResult
    from activities.figures import FigureSteps
    from activities.files import FileSteps
    from runcoach.domain.connection import JobState
    from workflows.contracts import ImportFilesInput, SyncResult

from workflows.level import update_level
from workflows.options import FIGURES, FILES
from workflows.run import Run


@workflow.defn(name="ImportFiles")
class ImportFiles(Run):
    """One per upload."""

    kind = "import_files"
    provider = "file"

    @workflow.run
    async def run(self, given: ImportFilesInput) -> SyncResult:
        return await self.conclude(given.user_id, self._import(given))

    async def _import(self, given: ImportFilesInput) -> SyncResult:
        await self.report(JobState.RUNNING, "importing")
        began = workflow.now().isoformat()
        request = FilesRequest(given.user_id, given.upload_id, began=began)
        first_day, remaining = None, 1
        while remaining:
            part = await self.step(FileSteps.import_next, request, FILES, f"import {request.limit} files")
            self._count(part)
            remaining = part.remaining
            first_day = min(filter(None, (first_day, part.first_day)), default=None)
        if first_day is not None:
            daily = DailyRequest(given.user_id, first_day)
            await self.step(FigureSteps.update_daily, daily, FIGURES, f"load and form from {first_day}")
            await update_level(self, given.user_id)
        await self.report(JobState.DONE, "done")
        imported, unreadable = self.counters["imported"], self.counters["unreadable"]
        return SyncResult(imported + unreadable + self.counters["duplicate"], imported, unreadable)

    def _count(self, part: FilesResult) -> None:
        for name in ("imported", "duplicate", "unreadable"):
            self.counters[name] = self.counters.get(name, 0) + getattr(part, name)
