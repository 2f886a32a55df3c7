"""Steps that bring a runner's history in from Garmin: list, import, daily health, what changed since."""

import time
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from temporalio import activity

from activities.accounts import GarminAccounts
from activities.anchors import load_anchors
from activities.changed import earliest_changed
from activities.chunk import Chunk
from activities.contracts import (
    ChunkRequest,
    ChunkResult,
    FinishedRequest,
    PageRequest,
    PageResult,
    WellnessRequest,
    WellnessResult,
    WindowRequest,
    WindowResult,
)
from activities.garmin_items import ItemImport
from activities.garmin_window import (
    FILE_STREAM,
    WELLNESS_STREAM,
    forget_deleted,
    list_since,
    local_today,
    lost_since,
    succeeded,
    sync_window,
    window_start,
)
from activities.jobs import JobNote, save_job
from activities.steps import heartbeating, step
from activities.wellness import coverage_of
from runcoach.domain.connection import JobState, Provider, SyncItem, SyncItemState
from runcoach.ports.bundle import Ports
from runcoach.ports.storage import UnitOfWork


class GarminSteps:
    """Idempotent steps; what they did stands in the rows, so that a repeated step goes on where it was."""

    def __init__(self, ports: Ports, *, parallel_downloads: int = 1) -> None:
        self._ports = ports
        self._accounts = GarminAccounts(ports)
        self._items = ItemImport(ports)
        self._parallel = parallel_downloads

    @property
    def accounts(self) -> GarminAccounts:
        """Shared with the steps that write to the watch."""
        return self._accounts

    @step("garmin.list_page")
    async def list_page(self, request: PageRequest) -> PageResult:
        """Puts one page of the list into `sync_items`."""
        async with heartbeating(), self._accounts.account(request.user_id) as account:
            listed = await account.list_activities(request.start, request.limit)
        async with self._ports.store.begin(request.user_id) as work:
            discovered = await work.sync_items.discover(Provider.GARMIN, listed)
            total = sum((await work.sync_items.count(Provider.GARMIN)).values())
        is_last = len(listed) < request.limit
        return PageResult(None if is_last else request.start + len(listed), discovered, total, len(listed))

    @step("garmin.import_chunk")
    async def import_chunk(self, request: ChunkRequest) -> ChunkResult:
        """Imports the newest items that are still to do, each committed on its own."""
        began = time.monotonic()
        window = sync_window(request.started_since, request.began)
        async with self._ports.store.begin(request.user_id) as work:
            items = await work.sync_items.claim(Provider.GARMIN, request.limit, window)
            anchors = await load_anchors(work)
            zone = (await work.users.get()).time_zone
        async with heartbeating(0, len(items)) as tell, self._accounts.account(request.user_id) as account:

            async def import_one(item: SyncItem) -> date | None:
                return await self._items.keep(request.user_id, zone, account, item, anchors)

            chunk = Chunk(items, import_one, self._parallel, tell)
            await chunk.run()
            for item, err in chunk.poison(activity.info().attempt):
                await self._items.give_up(request.user_id, item, SyncItemState.FAILED, err)
        return await self._chunk_done(request, chunk.days, time.monotonic() - began)

    @step("garmin.wellness")
    async def wellness(self, request: WellnessRequest) -> WellnessResult:
        """One window of daily health, with what is known of each stream and day."""
        async with self._ports.store.begin(request.user_id) as work:
            last = date.fromisoformat(request.last) if request.last else await self._today(work)
            history_start = await work.activities.first_day()
        is_newest = request.last is None
        if not is_newest and (history_start is None or history_start > last):
            return WellnessResult(0, last.isoformat(), is_at_start=True)
        first = last - timedelta(days=request.days - 1)
        if history_start is not None and not is_newest:
            first = max(first, history_start)
        found = await self._fetch_wellness(request.user_id, first, last)
        is_at_start = history_start is None or history_start >= first
        return WellnessResult(found, (first - timedelta(days=1)).isoformat(), is_at_start)

    @step("garmin.sync_window")
    async def sync_window(self, request: WindowRequest) -> WindowResult:
        """Lists back to the window's start: new, changed and deleted activities, and its daily health."""
        user_id = request.user_id
        async with self._ports.store.begin(user_id) as work:
            since = await window_start(work, self._ports.clock.now(), request.window_days)
            today = await self._today(work)
        async with heartbeating(), self._accounts.account(user_id) as account:
            listed = await list_since(account, since, request.page_size)
        async with self._ports.store.begin(user_id) as work:
            discovered = await work.sync_items.discover(Provider.GARMIN, listed)
            gone = await forget_deleted(work, since, listed)
        found = await self._fetch_wellness(user_id, min(since.date(), today), today)
        async with self._ports.store.begin(user_id) as work:
            lost = await lost_since(work, request.began)
            first_day = await earliest_changed(work, request.began, [*gone, lost])
            window = sync_window(since.isoformat(), request.began)
            waiting = await work.sync_items.count_waiting(Provider.GARMIN, window)
        return WindowResult(since.isoformat(), discovered, len(gone), found, first_day, waiting)

    @step("garmin.finished")
    async def finished(self, request: FinishedRequest) -> None:
        """Remembers how far everything certainly is."""
        began = self._ports.clock.now() - timedelta(seconds=request.took_s)
        async with self._ports.store.begin(request.user_id) as work:
            await succeeded(work, FILE_STREAM, began)

    async def _chunk_done(
        self, request: ChunkRequest, days: Sequence[date | None], took_s: float
    ) -> ChunkResult:
        readable = [day for day in days if day is not None]
        window = sync_window(request.started_since, request.began)
        async with self._ports.store.begin(request.user_id) as work:
            remaining = await work.sync_items.count_waiting(Provider.GARMIN, window)
            eta_s = remaining * took_s / len(days) if days and request.is_listing_done else None
            note = await _progress(work, request, remaining, eta_s)
            await save_job(work, note, self._ports.clock.now())
            first_day = await earliest_changed(work, request.began, readable)
        return ChunkResult(len(readable), len(days) - len(readable), remaining, first_day)

    async def _fetch_wellness(self, user_id: UUID, first: date, last: date) -> int:
        asked_at = self._ports.clock.now()
        async with heartbeating(), self._accounts.account(user_id) as account:
            days = await account.daily_wellness(first, last)
        async with self._ports.store.begin(user_id) as work:
            if last >= await self._today(work):  # older days say nothing about how fresh the stream is
                await succeeded(work, WELLNESS_STREAM, asked_at)
            await work.wellness.save([day for day in days if not day.is_empty], Provider.GARMIN)
            for stream, states in coverage_of(days).items():
                await work.sync_states.set_coverage(Provider.GARMIN, stream, states)
        return sum(not day.is_empty for day in days)

    async def _today(self, work: UnitOfWork) -> date:
        return await local_today(work, self._ports.clock.now())


async def _progress(work: UnitOfWork, request: ChunkRequest, remaining: int, eta_s: float | None) -> JobNote:
    """How far the run is, for the screens."""
    counts = await work.sync_items.count(Provider.GARMIN)
    done = counts.get(SyncItemState.IMPORTED, 0)
    failed = counts.get(SyncItemState.UNREADABLE, 0) + counts.get(SyncItemState.FAILED, 0)
    return JobNote(
        user_id=request.user_id,
        job_id=activity.info().workflow_id or "",
        kind=request.job_kind,
        state=JobState.RUNNING,
        phase="importing",
        done=done,
        total=done + failed + remaining,
        failed=failed,
        eta_s=eta_s,
    )
