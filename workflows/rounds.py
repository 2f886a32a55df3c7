"""Rounds that a Schedule starts: through all runners, page by page, for none of them in particular."""

from dataclasses import replace

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.housekeeping import HousekeepingSteps
    from activities.rounds import PageDone, RunnersPage
    from activities.sweep import SweepPage, SweepSteps
    from workflows.contracts import RoundInput
    from workflows.names import CORE_QUEUE, garmin_backfill_id, garmin_sync_id

from workflows.options import FANOUT, ROWS
from workflows.run import Run

PAGES_PER_RUN = 100


class Round(Run):
    """A round that fails ends: the Schedule starts the next one, and a parked one would be in its way."""

    async def page(self, page: RunnersPage) -> PageDone:
        """What happens to one page of runners."""
        raise NotImplementedError

    async def go_round(self, given: RoundInput) -> dict[str, int]:
        """All pages; how many runners had which outcome."""
        after = given.after
        for _ in range(PAGES_PER_RUN):
            done = await self.page(RunnersPage(after, given.page_size))
            for outcome, count in sorted(done.counts.items()):
                self.counters[outcome] = self.counters.get(outcome, 0) + count
            self.enter("going round")
            after = done.after
            if after is None:
                return self.counters
        return workflow.continue_as_new(replace(given, after=after))


@workflow.defn(name="GarminSweep")
class GarminSweep(Round):
    """Every hour: a sync for each connected runner who is due. Nobody is looked at twice at once."""

    kind = "garmin_sweep"
    provider = "garmin"

    @workflow.run
    async def run(self, given: RoundInput) -> dict[str, int]:
        return await self.go_round(given)

    async def page(self, page: RunnersPage) -> PageDone:
        ids = garmin_sync_id("{user}"), garmin_backfill_id("{user}")
        request = SweepPage(page, "GarminSync", CORE_QUEUE, *ids)
        return await self.step(
            SweepSteps.start_syncs, request, FANOUT, f"runners after {page.after or 'none'}", may_park=False
        )


@workflow.defn(name="Housekeeping")
class Housekeeping(Round):
    """Every night."""

    kind = "housekeeping"

    @workflow.run
    async def run(self, given: RoundInput) -> dict[str, int]:
        if given.after is None:
            swept = await self.step(HousekeepingSteps.sweep, None, ROWS, "what is over", may_park=False)
            self.counters["swept"] = swept
        return await self.go_round(given)

    async def page(self, page: RunnersPage) -> PageDone:
        return await self.step(
            HousekeepingSteps.tidy, page, FANOUT, f"runners after {page.after or 'none'}", may_park=False
        )
