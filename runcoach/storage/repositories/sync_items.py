"""What a provider listed, and how far each item got."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert

from runcoach.domain.activity import ListedActivity
from runcoach.domain.connection import Provider, SyncItem, SyncItemState, SyncWindow
from runcoach.storage.repositories.repository import AnyRow, Repository
from runcoach.storage.tables.sync import sync_items

_columns = sync_items.c


class PgSyncItems(Repository):
    """The list of a backfill: it survives whatever process works on it."""

    async def discover(self, provider: Provider, items: Sequence[ListedActivity]) -> int:
        """Adds what is new, marks what changed as discovered again; how many of both."""
        latest = {item.external_id: self._row(provider, item) for item in items}
        if not latest:
            return 0
        statement = insert(sync_items).values(list(latest.values()))
        new = statement.excluded
        changed = statement.on_conflict_do_update(
            index_elements=["user_id", "provider", "external_id"],
            set_={
                **{name: new[name] for name in _LISTED},
                "state": SyncItemState.DISCOVERED.value,
                "attempts": 0,
                "downloads": 0,
                "error_code": None,
                "original_sha256": None,
            },
            where=(_columns.raw_hash != new.raw_hash) | (_columns.state == SyncItemState.DELETED.value),
        )
        return len(await self._all(changed.returning(_columns.external_id)))

    async def claim(self, provider: Provider, limit: int, window: SyncWindow | None = None) -> list[SyncItem]:
        """The newest items still to import; those that were tried before come last."""
        waiting = self._waiting(provider, window)
        tried = _columns.attempts + _columns.downloads
        order = (tried, _columns.started_at.desc(), _columns.external_id)
        rows = await self._all(select(sync_items).where(waiting).order_by(*order).limit(limit))
        return [_to_item(row) for row in rows]

    async def count_waiting(self, provider: Provider, window: SyncWindow | None = None) -> int:
        """How many `claim` would find without a limit."""
        waiting = select(func.count()).select_from(sync_items).where(self._waiting(provider, window))
        return int(await self._scalar(waiting))

    async def earliest_lost(self, provider: Provider, since: datetime) -> datetime | None:
        """Start of the earliest activity that went away at the provider since that instant."""
        gone = self._mine(sync_items, provider=provider.value, state=SyncItemState.DELETED.value)
        lost = select(func.min(_columns.started_at)).where(gone, _columns.updated_at >= since)
        earliest: datetime | None = await self._scalar(lost)
        return earliest

    async def begin_download(self, provider: Provider, external_id: str) -> int:
        """Counts a download before it begins; how many have begun now without coming to an end."""
        mine = self._mine(sync_items, provider=provider.value, external_id=external_id)
        begun = update(sync_items).where(mine).values(downloads=_columns.downloads + 1)
        return int(await self._scalar(begun.returning(_columns.downloads)))

    async def break_off_download(self, provider: Provider, external_id: str) -> None:
        """The provider answered with an error: that one is over, and nothing was taken."""
        mine = self._mine(sync_items, provider=provider.value, external_id=external_id)
        fewer = func.greatest(_columns.downloads - 1, 0)
        await self._run(update(sync_items).where(mine).values(downloads=fewer))

    async def keep_original(self, provider: Provider, external_id: str, sha256: str) -> None:
        """Remembers that the item's original is on disk, so that a crash does not download it again."""
        mine = self._mine(sync_items, provider=provider.value, external_id=external_id)
        await self._run(update(sync_items).where(mine).values(original_sha256=sha256, downloads=0))

    async def since(self, provider: Provider, start: datetime) -> list[SyncItem]:
        """Items of activities that started at or after `start`, newest first, whatever their state."""
        mine = self._mine(sync_items, provider=provider.value)
        newest = select(sync_items).where(mine, _columns.started_at >= start)
        rows = await self._all(newest.order_by(_columns.started_at.desc(), _columns.external_id))
        return [_to_item(row) for row in rows]

    async def finish(
        self,
        provider: Provider,
        external_id: str,
        state: SyncItemState,
        *,
        activity_id: UUID | None = None,
        error_code: str | None = None,
    ) -> None:
        """Where one attempt ended; the activity of an earlier one stays known."""
        mine = self._mine(sync_items, provider=provider.value, external_id=external_id)
        values = {
            "state": state.value,
            "attempts": _columns.attempts + 1,
            "activity_id": func.coalesce(activity_id, _columns.activity_id),
            "error_code": error_code,
        }
        await self._run(update(sync_items).where(mine).values(values))

    async def count(self, provider: Provider) -> Mapping[SyncItemState, int]:
        """Every state has a number."""
        mine = self._mine(sync_items, provider=provider.value)
        rows = await self._all(select(_columns.state, func.count()).where(mine).group_by(_columns.state))
        found = {row[0]: row[1] for row in rows}
        return {state: found.get(state.value, 0) for state in SyncItemState}

    async def list_failed(self, provider: Provider) -> list[SyncItem]:
        """What could not be imported, or not be read, newest first."""
        mine = self._mine(sync_items, provider=provider.value)
        failed = _columns.state.in_([SyncItemState.FAILED.value, SyncItemState.UNREADABLE.value])
        rows = await self._all(
            select(sync_items).where(mine, failed).order_by(_columns.started_at.desc(), _columns.external_id)
        )
        return [_to_item(row) for row in rows]

    async def retry_failed(self, provider: Provider, *, below_attempts: int | None = None) -> int:
        """Puts the failed ones back in line; the unreadable ones too, should a better decoder be there.

        `below_attempts`: only what failed and was tried less often.
        """
        mine = self._mine(sync_items, provider=provider.value)
        failed: ColumnElement[bool] = _columns.state.in_(
            [SyncItemState.FAILED.value, SyncItemState.UNREADABLE.value]
        )
        if below_attempts is not None:
            failed = (_columns.state == SyncItemState.FAILED.value) & (_columns.attempts < below_attempts)
        return await self._run(
            update(sync_items).where(mine, failed).values(state=SyncItemState.DISCOVERED.value, downloads=0)
        )

    def _waiting(self, provider: Provider, window: SyncWindow | None) -> ColumnElement[bool]:
        mine = self._mine(sync_items, provider=provider.value, state=SyncItemState.DISCOVERED.value)
        if window is None:
            return mine
        return mine & (
            (_columns.started_at >= window.started_since)
            | (_columns.updated_at >= window.found_since)
            | (_columns.attempts > 0)
        )

    def _row(self, provider: Provider, item: ListedActivity) -> dict[str, Any]:
        return {
            "user_id": self._user_id,
            "provider": provider.value,
            "external_id": item.external_id,
            "state": SyncItemState.DISCOVERED.value,
            "started_at": item.start_time,
            "name": item.name,
            "sport": item.sport.value,
            "distance_m": item.distance_m,
            "elapsed_s": item.elapsed_s,
            "raw_hash": item.raw_hash,
        }


_LISTED = ("started_at", "name", "sport", "distance_m", "elapsed_s", "raw_hash")


def _to_item(row: AnyRow) -> SyncItem:
    return SyncItem(
        external_id=row.external_id,
        state=SyncItemState(row.state),
        attempts=row.attempts,
        started_at=row.started_at,
        name=row.name,
        raw_hash=row.raw_hash,
        activity_id=row.activity_id,
        error_code=row.error_code,
        original_sha256=row.original_sha256,
    )
