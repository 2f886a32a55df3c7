"""Steps that bring a runner's history in from Garmin: list, import, daily health, what changed since."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from temporalio import activity

from activities.accounts import GarminAccounts
from activities.anchors import load_anchors
from activities.chunk import Chunk
from activities.importer import Importer, Kept, Original
from activities.jobs import JobNote, save_job
from activities.steps import heartbeating, step
from activities.wellness import coverage_of
from runcoach.domain.activity import ListedActivity, Source
from runcoach.domain.connection import JobState, Provider, SyncItem, SyncItemState
from runcoach.domain.errors import GiveUp, RunCoachError
from runcoach.ports.bundle import Ports
from runcoach.ports.garmin import GarminConnection
from runcoach.ports.storage import UnitOfWork
from runcoach.science.anchors import AnchorBook

FILE_STREAM, WELLNESS_STREAM = "activities", "wellness"


@dataclass(frozen=True)
class PageRequest:
    """One page of the list, newest first."""

    user_id: UUID
    start: int
    limit: int


@dataclass(frozen=True)
class PageResult:
    """`next_start` None: that was the last page. `discovered`: new or changed."""

    next_start: int | None
    discovered: int
    known_total: int
    listed: int = 0


@dataclass(frozen=True)
class ChunkRequest:
    """Import up to `limit` items, newest first. `job_kind` names the run for the screens."""

    user_id: UUID
    limit: int
    job_kind: str
    is_listing_done: bool = True


@dataclass(frozen=True)
class ChunkResult:
    """`first_day` (ISO): the earliest day that changed. `remaining`: still to import."""

    imported: int
    failed: int
    remaining: int
    first_day: str | None = None


@dataclass(frozen=True)
class WellnessRequest:
    """Daily health of [first, last], ISO dates; `last` None = the runner's today."""

    user_id: UUID
    last: str | None = None
    days: int = 90


@dataclass(frozen=True)
class WellnessResult:
    """`next_last`: the day before this window. `is_at_start`: nothing older is known of the runner."""

    days_with_data: int
    next_last: str
    is_at_start: bool


@dataclass(frozen=True)
class WindowRequest:
    """What changed since `window_days` before the last success."""

    user_id: UUID
    window_days: int
    page_size: int = 50


@dataclass(frozen=True)
class WindowResult:
    """`since` (ISO): where the window began. `first_day` (ISO): the earliest day that lost an activity."""

    since: str
    discovered: int
    deleted: int
    wellness_days: int
    first_day: str | None = None


@dataclass(frozen=True)
class FinishedRequest:
    """A whole backfill or sync got to its end; what was there `took_s` ago was certainly seen."""

    user_id: UUID
    took_s: float


class GarminSteps:
    """Idempotent steps; what they did stands in the rows, so that a repeated step goes on where it was."""

    def __init__(self, ports: Ports, *, parallel_downloads: int = 1) -> None:
        self._ports = ports
        self._accounts = GarminAccounts(ports)
        self._importer = Importer(ports)
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
        async with self._ports.store.begin(request.user_id) as work:
            items = await work.sync_items.claim(Provider.GARMIN, request.limit)
            anchors = await load_anchors(work)
            zone = (await work.users.get()).time_zone
        async with heartbeating(0, len(items)) as tell, self._accounts.account(request.user_id) as account:

            async def import_one(item: SyncItem) -> date | None:
                return await self._import_item(request.user_id, zone, account, item, anchors)

            chunk = Chunk(items, import_one, self._parallel, tell)
            await chunk.run()
            for item, err in chunk.poison(activity.info().attempt):
                await self._give_up(request.user_id, item, SyncItemState.FAILED, err)
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
            since = await self._window_start(work, request.window_days)
            today = await self._today(work)
        listed = await self._list_since(user_id, since, request.page_size)
        async with self._ports.store.begin(user_id) as work:
            discovered = await work.sync_items.discover(Provider.GARMIN, listed)
            gone = await self._forget_deleted(work, since, listed)
        found = await self._fetch_wellness(user_id, min(since.date(), today), today)
        first_day = min(gone).isoformat() if gone else None
        return WindowResult(since.isoformat(), discovered, len(gone), found, first_day)

    @step("garmin.finished")
    async def finished(self, request: FinishedRequest) -> None:
        """Remembers how far everything certainly is."""
        async with self._ports.store.begin(request.user_id) as work:
            began = self._ports.clock.now() - timedelta(seconds=request.took_s)
            await _succeeded(work, FILE_STREAM, began)

    async def _import_item(
        self, user_id: UUID, zone: str, account: GarminConnection, item: SyncItem, anchors: AnchorBook
    ) -> date | None:
        """The local day that changed; None where the item can never be read, and says so in its row."""
        try:
            sha256, data = await self._original(user_id, account, item)
            original = Original(
                user_id, zone, Source.GARMIN, item.external_id, item.name, f"{item.external_id}.zip", sha256
            )

            async def finish(work: UnitOfWork, kept: Kept) -> None:
                await work.sync_items.finish(
                    Provider.GARMIN,
                    item.external_id,
                    SyncItemState.IMPORTED,
                    activity_id=kept.activity_ids[0],
                )

            return (await self._importer.keep(original, anchors, finish, data)).first_day
        except GiveUp as err:
            await self._give_up(user_id, item, SyncItemState.UNREADABLE, err)
            return None

    async def _original(
        self, user_id: UUID, account: GarminConnection, item: SyncItem
    ) -> tuple[str, bytes | None]:
        """From disk where it was downloaded before, else from Garmin, kept before anything else is done."""
        if item.original_sha256 is not None and await self._is_on_disk(item.original_sha256):
            return item.original_sha256, None
        data = await account.download_original(item.external_id)
        sha256 = await self._ports.originals.put(data)
        async with self._ports.store.begin(user_id) as work:
            await work.sync_items.keep_original(Provider.GARMIN, item.external_id, sha256)
        return sha256, data

    async def _is_on_disk(self, sha256: str) -> bool:
        try:
            await self._ports.originals.get(sha256)
        except RunCoachError:
            return False
        return True

    async def _give_up(self, user_id: UUID, item: SyncItem, state: SyncItemState, err: RunCoachError) -> None:
        reason = err.data.get("reason")
        async with self._ports.store.begin(user_id) as work:
            await work.sync_items.finish(
                Provider.GARMIN,
                item.external_id,
                state,
                error_code=f"{err.code}.{reason}" if reason else err.code,
            )

    async def _chunk_done(
        self, request: ChunkRequest, days: Sequence[date | None], took_s: float
    ) -> ChunkResult:
        readable = [day for day in days if day is not None]
        async with self._ports.store.begin(request.user_id) as work:
            counts = await work.sync_items.count(Provider.GARMIN)
            done = counts.get(SyncItemState.IMPORTED, 0)
            failed = counts.get(SyncItemState.UNREADABLE, 0) + counts.get(SyncItemState.FAILED, 0)
            remaining = counts.get(SyncItemState.DISCOVERED, 0)
            note = JobNote(
                user_id=request.user_id,
                job_id=activity.info().workflow_id or "",
                kind=request.job_kind,
                state=JobState.RUNNING,
                phase="importing",
                done=done,
                total=done + failed + remaining,
                failed=failed,
                eta_s=remaining * took_s / len(days) if days and request.is_listing_done else None,
            )
            await save_job(work, note, self._ports.clock.now())
        return ChunkResult(
            imported=len(readable),
            failed=len(days) - len(readable),
            remaining=remaining,
            first_day=min(readable).isoformat() if readable else None,
        )

    async def _fetch_wellness(self, user_id: UUID, first: date, last: date) -> int:
        asked_at = self._ports.clock.now()
        async with heartbeating(), self._accounts.account(user_id) as account:
            days = await account.daily_wellness(first, last)
        async with self._ports.store.begin(user_id) as work:
            if last >= await self._today(work):  # older days say nothing about how fresh the stream is
                await _succeeded(work, WELLNESS_STREAM, asked_at)
            await work.wellness.save([day for day in days if not day.is_empty], Provider.GARMIN)
            for stream, states in coverage_of(days).items():
                await work.sync_states.set_coverage(Provider.GARMIN, stream, states)
        return sum(not day.is_empty for day in days)

    async def _window_start(self, work: UnitOfWork, window_days: int) -> datetime:
        known = await work.sync_states.get(Provider.GARMIN, FILE_STREAM)
        said = known.get("last_success_at")
        last = datetime.fromisoformat(said) if said else self._ports.clock.now() - timedelta(days=30)
        return last - timedelta(days=window_days)

    async def _list_since(self, user_id: UUID, since: datetime, page_size: int) -> list[ListedActivity]:
        """Pages until one of them ends before `since`; the list is ordered by start."""
        found: list[ListedActivity] = []
        async with heartbeating(), self._accounts.account(user_id) as account:
            while True:
                page = await account.list_activities(len(found), page_size)
                found.extend(page)
                if len(page) < page_size or page[-1].start_time < since:
                    return found

    async def _forget_deleted(
        self, work: UnitOfWork, since: datetime, listed: Sequence[ListedActivity]
    ) -> list[date]:
        """Days from which an activity went away at the provider; it goes away here too."""
        there = {item.external_id for item in listed}
        days: list[date] = []
        for item in await work.sync_items.since(Provider.GARMIN, since):
            if item.external_id in there or item.state is SyncItemState.DELETED:
                continue
            if item.activity_id is not None:
                days.append((await work.activities.get(item.activity_id)).local_date)
                await work.activities.delete(item.activity_id)
            await work.sync_items.finish(Provider.GARMIN, item.external_id, SyncItemState.DELETED)
        return days

    async def _today(self, work: UnitOfWork) -> date:
        return self._ports.clock.now().astimezone(ZoneInfo((await work.users.get()).time_zone)).date()


async def _succeeded(work: UnitOfWork, stream: str, at: datetime) -> None:
    """Everything of that stream that was there at `at` has been seen."""
    known = await work.sync_states.get(Provider.GARMIN, stream)
    values = {**known, "last_success_at": at.isoformat(), "last_error": None}
    await work.sync_states.save(Provider.GARMIN, stream, values)
