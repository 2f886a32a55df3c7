"""One listed activity from Garmin into rows; from disk where it was downloaded before."""

from datetime import date
from uuid import UUID

from activities.importer import Importer, Kept, Original
from runcoach.domain.activity import Source
from runcoach.domain.connection import Provider, SyncItem, SyncItemState
from runcoach.domain.errors import DownloadInterrupted, GiveUp, RunCoachError
from runcoach.ports.bundle import Ports
from runcoach.ports.garmin import GarminConnection
from runcoach.ports.storage import UnitOfWork
from runcoach.science.anchors import AnchorBook

MOST_DOWNLOADS = 2
"""Of one item, whatever happens to the workers; the night's housekeeping gives it another chance."""


class ItemImport:
    """Imports items; what became of each stands in its row."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._importer = Importer(ports)

    async def keep(
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
        except DownloadInterrupted as err:
            await self.give_up(user_id, item, SyncItemState.FAILED, err)
            return None
        except GiveUp as err:
            await self.give_up(user_id, item, SyncItemState.UNREADABLE, err)
            return None

    async def give_up(self, user_id: UUID, item: SyncItem, state: SyncItemState, err: Exception) -> None:
        """Puts the item aside, with the reason; of a bug only that it is one."""
        code = err.code if isinstance(err, RunCoachError) else RunCoachError.code
        reason = err.data.get("reason") if isinstance(err, RunCoachError) else None
        async with self._ports.store.begin(user_id) as work:
            await work.sync_items.finish(
                Provider.GARMIN,
                item.external_id,
                state,
                error_code=f"{code}.{reason}" if reason else code,
            )

    async def _original(
        self, user_id: UUID, account: GarminConnection, item: SyncItem
    ) -> tuple[str, bytes | None]:
        """From disk where it was downloaded before, else from Garmin, kept before anything else is done."""
        if item.original_sha256 is not None and await self._is_on_disk(item.original_sha256):
            return item.original_sha256, None
        data = await self._download(user_id, account, item)
        sha256 = await self._ports.originals.put(data)
        async with self._ports.store.begin(user_id) as work:
            await work.sync_items.keep_original(Provider.GARMIN, item.external_id, sha256)
        return sha256, data

    async def _download(self, user_id: UUID, account: GarminConnection, item: SyncItem) -> bytes:
        """Counted before it begins, so that workers that are killed over and over ask no third time."""
        async with self._ports.store.begin(user_id) as work:
            begun = await work.sync_items.begin_download(Provider.GARMIN, item.external_id)
        if begun > MOST_DOWNLOADS:
            raise DownloadInterrupted()
        try:
            return await account.download_original(item.external_id)
        except RunCoachError:
            async with self._ports.store.begin(user_id) as work:
                await work.sync_items.break_off_download(Provider.GARMIN, item.external_id)
            raise

    async def _is_on_disk(self, sha256: str) -> bool:
        try:
            await self._ports.originals.get(sha256)
        except RunCoachError:
            return False
        return True
