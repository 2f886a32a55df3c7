"""Sunday night in one time zone: a new plan for each of its runners, started page by page."""

from dataclasses import replace

from temporalio import workflow
from temporalio.common import SearchAttributeKey

with workflow.unsafe.imports_passed_through():
    from activities.fanout import FanoutSteps, StartPage, WeekRequest
    from workflows.contracts import WeeklyRefreshInput
    from workflows.names import CORE_QUEUE, weekly_plan_id

from workflows.options import FANOUT
from workflows.run import ISO_WEEK, Run

PAGES_PER_RUN = 100
MEANT_FOR = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")


@workflow.defn(name="WeeklyRefresh")
class WeeklyRefresh(Run):
    """Belongs to no runner: no job row, only what Temporal's UI shows."""

    kind = "weekly_refresh"

    @workflow.run
    async def run(self, given: WeeklyRefreshInput) -> int:
        iso_week = given.iso_week or await self._week_meant(given)
        self._mark(ISO_WEEK.value_set(iso_week))
        return await self._start_all(replace(given, iso_week=iso_week), iso_week)

    async def _week_meant(self, given: WeeklyRefreshInput) -> str:
        """From the time the schedule meant, not from now: a late start still plans its own week."""
        at = workflow.info().typed_search_attributes.get(MEANT_FOR) or workflow.now()
        request = WeekRequest(given.time_zone, at.isoformat())
        return await self.step(FanoutSteps.iso_week, request, FANOUT, "which week")

    async def _start_all(self, given: WeeklyRefreshInput, iso_week: str) -> int:
        started, after = 0, given.after
        for _ in range(PAGES_PER_RUN):
            page = StartPage(
                time_zone=given.time_zone,
                workflow="WeeklyPlan",
                queue=CORE_QUEUE,
                id_template=weekly_plan_id("{user}", iso_week),
                arguments={"iso_week": iso_week, "cause": "weekly"},
                after=after,
                limit=given.page_size,
            )
            done = await self.step(FanoutSteps.start_page, page, FANOUT, f"runners after {after or 'none'}")
            started, after = started + done.started, done.after
            self.counters["started"] = started
            self.enter("starting")
            if after is None:
                return started
        return workflow.continue_as_new(replace(given, after=after))
