"""What changed at Garmin since the last success: new, late, edited and deleted activities, daily health."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contracts import ChunkRequest, DailyRequest, FinishedRequest, WindowRequest, WindowResult
    from activities.figures import FigureSteps
    from activities.garmin import GarminSteps
    from activities.plan import PlanSteps
    from runcoach.domain.connection import JobState
    from workflows.contracts import SyncInput, SyncResult

from workflows.level import update_level
from workflows.options import FIGURES, GARMIN_READ, PLANNING, ROWS
from workflows.run import Run
from workflows.uploads import upload_since

CHUNK = 20


@workflow.defn(name="GarminSync")
class GarminSync(Run):
    """One per runner, whoever asked for it."""

    kind = "garmin_sync"
    provider = "garmin"

    @workflow.run
    async def run(self, given: SyncInput) -> SyncResult:
        return await self.conclude(given.user_id, self._sync(given))

    async def _sync(self, given: SyncInput) -> SyncResult:
        began = workflow.now()
        await self.report(JobState.RUNNING, "listing")
        request = WindowRequest(given.user_id, given.window_days, began=began.isoformat())
        window = await self.step(
            GarminSteps.sync_window, request, GARMIN_READ, "what changed since last time"
        )
        self.counters |= {"discovered": window.discovered, "deleted": window.deleted}
        first_day = await self._import(given, window, began.isoformat())
        await self._update_figures(given, first_day)
        await self.step(PlanSteps.match_done, given.user_id, PLANNING, "planned against done")
        finished = FinishedRequest(given.user_id, (workflow.now() - began).total_seconds())
        await self.step(GarminSteps.finished, finished, ROWS, "remember how far it got")
        await upload_since(self, given.user_id, window.since)
        await self.report(JobState.DONE, "done")
        return SyncResult(window.discovered, self.counters["imported"], self.counters["failed"])

    async def _import(self, given: SyncInput, window: WindowResult, began: str) -> str | None:
        """The earliest day that changed."""
        self.enter("importing")
        self.counters |= {"imported": 0, "failed": 0}
        first_day = window.first_day
        remaining = window.discovered if window.waiting is None else window.waiting
        while remaining:
            request = ChunkRequest(given.user_id, CHUNK, self.kind, began=began, started_since=window.since)
            part = await self.step(GarminSteps.import_chunk, request, GARMIN_READ, "import what is new")
            self.counters["imported"] += part.imported
            self.counters["failed"] += part.failed
            remaining = part.remaining
            first_day = min(filter(None, (first_day, part.first_day)), default=None)
        return first_day

    async def _update_figures(self, given: SyncInput, first_day: str | None) -> None:
        """Even without a new run today is a new day for form."""
        self.enter("figures")
        daily = DailyRequest(given.user_id, first_day or workflow.now().date().isoformat())
        await self.step(FigureSteps.update_daily, daily, FIGURES, "load and form")
        if first_day is not None:
            await update_level(self, given.user_id)
