"""Which originals on disk are this user's."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from runcoach.ports.storage import RawFile
from runcoach.storage.repositories.repository import AnyRow, Repository
from runcoach.storage.tables.activities import garmin_raw_files

_table = garmin_raw_files.c


class PgRawFiles(Repository):
    """One row per original and user; two users may have the same file."""

    async def save(self, file: RawFile) -> None:
        """Adds; the activities of the same file come together."""
        row = {
            "user_id": self._user_id,
            "sha256": file.sha256,
            "kind": file.kind,
            "size_bytes": file.size_bytes,
            "activity_ids": list(file.activity_ids),
        }
        fresh = insert(garmin_raw_files).values(row)
        together = (
            func.unnest(_table.activity_ids + fresh.excluded.activity_ids).table_valued("id").render_derived()
        )
        unique = func.coalesce(
            select(func.array_agg(together.c.id.distinct())).scalar_subquery(), fresh.excluded.activity_ids
        )
        await self._run(
            fresh.on_conflict_do_update(
                index_elements=["user_id", "sha256"],
                set_={"activity_ids": unique, "kind": fresh.excluded.kind},
            )
        )

    async def list(self) -> Sequence[RawFile]:
        """By hash."""
        mine = select(garmin_raw_files).where(self._mine(garmin_raw_files))
        return [_to_file(row) for row in await self._all(mine.order_by(_table.sha256))]

    async def size_bytes(self) -> int:
        """What they take on disk."""
        total = func.coalesce(func.sum(_table.size_bytes), 0)
        return int(await self._scalar(select(total).where(self._mine(garmin_raw_files))))

    async def is_shared(self, sha256: str) -> bool:
        """Whether another user has the same original, so that its bytes must stay."""
        question = text("SELECT door_has_other_owner(:sha256, :user_id)")
        return bool(await self._scalar(question.bindparams(sha256=sha256, user_id=self._user_id)))

    async def delete(self, sha256: str) -> None:
        """Forgets it; one that is gone is fine."""
        await self._run(delete(garmin_raw_files).where(self._mine(garmin_raw_files, sha256=sha256)))


def _to_file(row: AnyRow) -> RawFile:
    return RawFile(row.sha256, row.kind, row.size_bytes, tuple(row.activity_ids))
