"""Which activity became which upload at Strava."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from runcoach.storage.repositories.repository import AnyRow, Repository
from runcoach.storage.tables.sync import strava_activity_map

_FIELDS = ("upload_id", "strava_activity_id", "state", "error_code", "uploaded_at")


class PgStravaMap(Repository):
    """One row per activity that was, or should be, uploaded."""

    async def get(self, activity_id: UUID) -> Mapping[str, Any] | None:
        """activity_id, upload_id, strava_activity_id, state, error_code, uploaded_at of one activity."""
        mine = self._mine(strava_activity_map, activity_id=activity_id)
        row = await self._first(select(strava_activity_map).where(mine))
        return _to_mapping(row) if row else None

    async def save(self, activity_id: UUID, values: Mapping[str, Any]) -> None:
        """Changes the fields that are given. Raises ValueError on one that is none of them."""
        if unknown := set(values) - set(_FIELDS):
            raise ValueError(f"not fields of the map: {', '.join(sorted(unknown))}")
        row = {"user_id": self._user_id, "activity_id": activity_id, "state": "pending", **values}
        statement = insert(strava_activity_map).values(row)
        if values:
            changes = dict(values)
            statement = statement.on_conflict_do_update(
                index_elements=["user_id", "activity_id"], set_=changes
            )
        else:
            statement = statement.on_conflict_do_nothing()
        await self._run(statement)

    async def list(self, limit: int) -> Sequence[Mapping[str, Any]]:
        """What changed last comes first."""
        table = strava_activity_map.c
        newest = select(strava_activity_map).where(self._mine(strava_activity_map))
        rows = await self._all(newest.order_by(table.updated_at.desc(), table.activity_id).limit(limit))
        return [_to_mapping(row) for row in rows]


def _to_mapping(row: AnyRow) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in ("activity_id", *_FIELDS)}
