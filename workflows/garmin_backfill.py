"""The whole history, newest first: list a page, import a chunk, and again; daily health; figures."""

import contextlib
from dataclasses import replace
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contracts import (
        ChunkRequest,
        ChunkResult,
        DailyRequest,
        FinishedRequest,
        PageRequest,
        WellnessRequest,
    )
    from activities.figures import FigureSteps
    from activities.garmin import GarminSteps
    from runcoach.domain.connection import JobState
    from workflows.contracts import BackfillInput, SyncResult

from workflows.failures import Skipped, StepFailed
from workflows.level import update_level
from workflows.options import FIGURES, GARMIN_READ, ROWS
from workflows.run import Run
from workflows.uploads import upload_newest

CHUNKS_BETWEEN_FIGURES = 10


@workflow.defn(name="GarminBackfill")
class GarminBackfill(Run):
    """One per runner. Items lie in Postgres; only cursors and counters travel here."""

    kind = "garmin_backfill"
    provider = "garmin"

    @workflow.init
    def __init__(self, given: BackfillInput) -> None:
        super().__init__()
        self._at = given
        self._is_paused = given.is_paused
        self._is_cancelled = False
        self._chunks_here = 0
        self._changed_from: str | None = None
        self._remaining = 1

    @workflow.run
    async def run(self, given: BackfillInput) -> SyncResult:
        return await self.conclude(given.user_id, self._backfill())

    # What the runner may say

    @workflow.update(name="pause", description="Rest after the chunk at hand")
    async def pause(self) -> None:
        self._is_paused = True

    @workflow.update(name="resume", description="Go on")
    async def resume(self) -> None:
        self._is_paused = False

    @workflow.update(name="cancel", description="Stop; what is imported stays")
    async def cancel(self) -> None:
        self._is_cancelled = True

    @workflow.signal(name="pause")
    def pause_by_signal(self) -> None:
        self._is_paused = True

    @workflow.signal(name="resume")
    def resume_by_signal(self) -> None:
        self._is_paused = False

    @workflow.signal(name="cancel")
    def cancel_by_signal(self) -> None:
        self._is_cancelled = True

    # The story

    async def _backfill(self) -> SyncResult:
        if self._at.started_at is None:
            self._at = replace(self._at, started_at=workflow.now().isoformat())
            await self.report(JobState.RUNNING, "listing")
        while not self._is_cancelled and not self._is_complete:
            await self._rest_while_paused()
            if self._is_cancelled:
                break
            await self._one_round()
            await self._start_afresh_if_long()
        await self._update_figures()
        if self._is_cancelled:
            await self.report(JobState.CANCELLED, "cancelled")
            return self._result()
        await self._finish()
        return self._result()

    @property
    def _is_complete(self) -> bool:
        return self._at.listing_done and self._remaining == 0 and self._at.wellness_done

    async def _one_round(self) -> None:
        if not self._at.listing_done:
            await self._list_page()
        if self._at.chunks_done == 0:
            await self._newest_health_first()
        if self._remaining:
            await self._import_chunk()
        if self._at.listing_done and self._remaining == 0 and not self._at.wellness_done:
            await self._fetch_wellness(WellnessRequest(self._at.user_id, self._at.wellness_until))

    async def _newest_health_first(self) -> None:
        """The last weeks of daily health first: loads need a resting heart rate. It must not hold up runs."""
        newest = WellnessRequest(self._at.user_id, days=self._at.newest_health_days)
        with contextlib.suppress(StepFailed):
            await self._fetch_wellness(newest, may_park=False)

    async def _list_page(self) -> None:
        self.enter("listing")
        request = PageRequest(self._at.user_id, self._at.cursor, self._at.page_size)
        page = await self.step(
            GarminSteps.list_page, request, GARMIN_READ, f"list {request.limit} from {request.start}"
        )
        self._at = replace(
            self._at,
            cursor=self._at.cursor + page.listed,
            listing_done=page.next_start is None,
        )
        self._remaining = max(self._remaining, page.discovered)
        self.counters["listed"] = page.known_total

    async def _import_chunk(self) -> None:
        self.enter("importing")
        at = self._at
        request = ChunkRequest(at.user_id, at.chunk_size, self.kind, at.listing_done, began=at.started_at)
        chunk = await self.step(
            GarminSteps.import_chunk, request, GARMIN_READ, f"import chunk {self._at.chunks_done + 1}"
        )
        self._count(chunk)
        if self._at.chunks_done == 1 or self._at.chunks_done % CHUNKS_BETWEEN_FIGURES == 0:
            await self._update_figures()
            await self.step(FigureSteps.update_profile, self._at.user_id, FIGURES, "the level so far")

    def _count(self, chunk: ChunkResult) -> None:
        self._chunks_here += 1
        self._at = replace(
            self._at,
            chunks_done=self._at.chunks_done + 1,
            imported=self._at.imported + chunk.imported,
            failed=self._at.failed + chunk.failed,
        )
        self._remaining = chunk.remaining
        self.counters |= {
            "imported": self._at.imported,
            "failed": self._at.failed,
            "remaining": chunk.remaining,
        }
        if chunk.first_day:
            self._changed_from = min(self._changed_from or chunk.first_day, chunk.first_day)

    async def _fetch_wellness(self, request: WellnessRequest, *, may_park: bool = True) -> None:
        self.enter("daily_health")
        summary = f"daily health up to {request.last or 'today'}"
        try:
            window = await self.step(
                GarminSteps.wellness, request, GARMIN_READ, summary, may_park=may_park, may_skip=True
            )
        except Skipped:  # runs matter more: the rest of daily health is left out
            self._at = replace(self._at, wellness_done=True)
            return
        is_over = window.is_at_start and self._at.listing_done and self._remaining == 0
        self._at = replace(self._at, wellness_until=window.next_last, wellness_done=is_over)
        self.counters["health_days"] = self.counters.get("health_days", 0) + window.days_with_data

    async def _update_figures(self) -> None:
        if self._changed_from is None:
            return
        request = DailyRequest(self._at.user_id, self._changed_from)
        await self.step(
            FigureSteps.update_daily, request, FIGURES, f"load and form from {self._changed_from}"
        )
        self._changed_from = None

    async def _rest_while_paused(self) -> None:
        if not self._is_paused:
            return
        await self.report(JobState.PAUSED, "paused")
        await workflow.wait_condition(lambda: not self._is_paused or self._is_cancelled)
        if not self._is_cancelled:
            await self.report(JobState.RUNNING, "importing")

    async def _start_afresh_if_long(self) -> None:
        if self._chunks_here < self._at.chunks_per_run and not workflow.info().is_continue_as_new_suggested():
            return
        await self._update_figures()
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(replace(self._at, is_paused=self._is_paused))

    async def _finish(self) -> None:
        began = datetime.fromisoformat(self._at.started_at) if self._at.started_at else workflow.now()
        took_s = (workflow.now() - began).total_seconds()
        finished = FinishedRequest(self._at.user_id, took_s)
        await self.step(GarminSteps.finished, finished, ROWS, "remember how far it got")
        await update_level(self, self._at.user_id)
        await upload_newest(self, self._at.user_id)
        await self.report(JobState.DONE, "done")

    def _result(self) -> SyncResult:
        return SyncResult(self._at.cursor, self._at.imported, self._at.failed)
