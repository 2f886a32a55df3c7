"""Exactly the approved workouts onto the watch calendar: each found or created, scheduled, read back.

New ones first; only when every one of them stands there, what they replace is taken away. A workout that
cannot be placed parks the run, and the others stay where they are.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.push import ParkedItem, PushItemQuery, PushQuery, PushSteps, RemoveQuery
    from runcoach.domain.connection import JobState
    from workflows.contracts import PushInput, PushResult

from workflows.failures import Failure, Skipped
from workflows.options import GARMIN_WRITE, ROWS
from workflows.run import Run

READ_BACK_TRIES = 3


@workflow.defn(name="PushWorkouts")
class PushWorkouts(Run):
    """One per approval."""

    kind = "push_workouts"
    provider = "garmin"

    @workflow.run
    async def run(self, given: PushInput) -> PushResult:
        return await self.conclude(given.user_id, self._push(given))

    async def _push(self, given: PushInput) -> PushResult:
        self.counters |= {"verified": 0, "removed": 0, "skipped": 0}
        await self.report(JobState.RUNNING, "checking")
        query = PushQuery(given.user_id, given.approval_id)
        todo = (await self.step(PushSteps.load, query, ROWS, "the approval and its workouts")).workout_ids
        await self.report(JobState.RUNNING, "pushing", done=0, total=len(todo))
        for place, workout_id in enumerate(todo, start=1):
            await self._place_or_skip(given, workout_id, f"{place} of {len(todo)}")
            await self.report(JobState.RUNNING, "pushing", done=place, total=len(todo))
        if not self.counters["skipped"]:
            await self._remove_replaced(given, query)
        await self.report(JobState.DONE, "done")
        return PushResult(self.counters["verified"], self.counters["removed"], self.counters["skipped"])

    async def _place_or_skip(self, given: PushInput, workout_id: UUID, place: str) -> None:
        item = PushItemQuery(given.user_id, given.approval_id, workout_id)
        try:
            await self._place(item, place)
            self.counters["verified"] += 1
        except Skipped:
            parked = ParkedItem(given.user_id, given.approval_id, workout_id, "skipped", is_skipped=True)
            await self.step(PushSteps.park, parked, ROWS, f"{place}: skipped")
            self.counters["skipped"] += 1

    async def _place(self, item: PushItemQuery, place: str) -> None:
        while True:
            for _ in range(READ_BACK_TRIES):
                await self._write(PushSteps.create, item, f"{place}: find or create")
                await self._write(PushSteps.schedule, item, f"{place}: on its day")
                if await self._write(PushSteps.verify, item, f"{place}: read back"):
                    return
            await self.park(Failure("provider_changed"), may_skip=True)

    async def _write[R](
        self, method: Callable[[Any, PushItemQuery], Awaitable[R]], item: PushItemQuery, summary: str
    ) -> R:
        return await self.step(method, item, GARMIN_WRITE, summary, may_skip=True)

    async def _remove_replaced(self, given: PushInput, query: PushQuery) -> None:
        """What older approvals left on the calendar; a skipped item leaves it all where it is."""
        self.enter("removing")
        for stale in await self.step(PushSteps.stale, query, ROWS, "what is replaced"):
            remove = RemoveQuery(given.user_id, given.approval_id, stale)
            try:
                await self.step(PushSteps.remove, remove, GARMIN_WRITE, "take away", may_skip=True)
                self.counters["removed"] += 1
            except Skipped:
                self.counters["skipped"] += 1
