"""Files a runner dropped in."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from runcoach.storage.ids import uuid7
from runcoach.storage.repositories.repository import AnyRow, Repository
from runcoach.storage.tables.sync import upload_files, uploads


class PgUploads(Repository):
    """An upload, and the fate of each file in it."""

    async def create(self, file_name: str, sha256: str, size_bytes: int) -> UUID:
        """A new upload."""
        upload_id = uuid7()
        row = {"id": upload_id, "file_name": file_name, "sha256": sha256, "size_bytes": size_bytes}
        await self._insert(uploads, [row])
        return upload_id

    async def get(self, upload_id: UUID) -> Mapping[str, Any] | None:
        """id, file_name, sha256, size_bytes, created_at."""
        row = await self._first(select(uploads).where(self._mine(uploads, id=upload_id)))
        return _upload(row) if row else None

    async def files(self, upload_id: UUID) -> Sequence[Mapping[str, Any]]:
        """file_name, sha256, size_bytes, state (waiting|imported|duplicate|unreadable), reason, ids."""
        mine = self._mine(upload_files, upload_id=upload_id)
        order = (upload_files.c.file_name, upload_files.c.sha256)
        return [_file(row) for row in await self._all(select(upload_files).where(mine).order_by(*order))]

    async def add_file(self, upload_id: UUID, file_name: str, sha256: str, size_bytes: int) -> None:
        """Notes a file; one that is there already stays as it is."""
        values = {
            "user_id": self._user_id,
            "upload_id": upload_id,
            "file_name": file_name,
            "sha256": sha256,
            "size_bytes": size_bytes,
        }
        await self._run(insert(upload_files).values(values).on_conflict_do_nothing())

    async def finish_file(
        self, upload_id: UUID, sha256: str, file_name: str, state: str, *, reason: str | None = None,
        activity_ids: Sequence[UUID] = (),
    ) -> None:  # fmt: skip
        """What became of it."""
        mine = self._mine(upload_files, upload_id=upload_id, sha256=sha256, file_name=file_name)
        values = {"state": state, "reason": reason, "activity_ids": list(activity_ids)}
        await self._run(update(upload_files).where(mine).values(values))

    async def list(self, limit: int) -> Sequence[Mapping[str, Any]]:
        """Newest first: id, file_name, sha256, size_bytes, created_at."""
        newest = select(uploads).where(self._mine(uploads)).order_by(uploads.c.id.desc()).limit(limit)
        return [_upload(row) for row in await self._all(newest)]


def _upload(row: AnyRow) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in ("id", "file_name", "sha256", "size_bytes", "created_at")}


def _file(row: AnyRow) -> Mapping[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("file_name", "sha256", "size_bytes", "state", "reason")},
        "ids": row.activity_ids,
    }
