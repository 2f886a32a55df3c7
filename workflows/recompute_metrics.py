"""All figures again from the kept samples: after a change of zones, of the profile, or of a formula."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contracts import DailyRequest, RecomputePage
    from activities.figures import FigureSteps
    from runcoach.domain.connection import JobState
    from workflows.contracts import RecomputeInput

from workflows.options import FIGURES
from workflows.run import Run


@workflow.defn(name="RecomputeMetrics")
class RecomputeMetrics(Run):
    """One at a time per runner."""

    kind = "recompute_metrics"

    @workflow.run
    async def run(self, given: RecomputeInput) -> int:
        return await self.conclude(given.user_id, self._recompute(given))

    async def _recompute(self, given: RecomputeInput) -> int:
        await self.report(JobState.RUNNING, "recomputing")
        request: RecomputePage | None = RecomputePage(given.user_id, first_day=given.first_day)
        self.counters["activities"] = 0
        while request is not None:
            page = await self.step(
                FigureSteps.recompute_page, request, FIGURES, f"activities after {request.after or 'all'}"
            )
            self.counters["activities"] += page.activities
            request = RecomputePage(given.user_id, after=page.after) if page.after else None
        daily = DailyRequest(given.user_id, given.first_day)
        await self.step(FigureSteps.update_daily, daily, FIGURES, "load and form")
        await self.step(FigureSteps.update_profile, given.user_id, FIGURES, "race index and paces")
        await self.report(JobState.DONE, "done")
        return self.counters["activities"]
