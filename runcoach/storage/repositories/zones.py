"""Thresholds and zone bounds, each valid from a day on."""

from dataclasses import fields
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from runcoach.domain.errors import NotFound
from runcoach.ports.storage import DatedZones
from runcoach.storage.repositories.repository import AnyRow, Repository
from runcoach.storage.tables.figures import athlete_zones

_table = athlete_zones.c
_FIELDS = tuple(field.name for field in fields(DatedZones))


class PgZones(Repository):
    """Confirmed rows count; the others are proposals."""

    async def save(self, zones: DatedZones) -> None:
        """Adds or changes, by id."""
        values = {name: getattr(zones, name) for name in _FIELDS}
        await self._upsert(athlete_zones, [values | {"values": list(zones.values)}])

    async def valid_on(self, day: date) -> list[DatedZones]:
        """The confirmed ones in force on that day, one per kind and system."""
        in_force = (
            select(athlete_zones)
            .where(self._mine(athlete_zones), _table.confirmed_at.is_not(None), _table.valid_from <= day)
            .ext(distinct_on(_table.kind, _table.system))
            .order_by(_table.kind, _table.system, _table.valid_from.desc(), _table.confirmed_at.desc())
        )
        return [_to_zones(row) for row in await self._all(in_force)]

    async def history(self, kind: str | None = None) -> list[DatedZones]:
        """Confirmed ones, newest first."""
        mine = self._mine(athlete_zones) if kind is None else self._mine(athlete_zones, kind=kind)
        confirmed = select(athlete_zones).where(mine, _table.confirmed_at.is_not(None))
        rows = await self._all(confirmed.order_by(_table.valid_from.desc(), _table.confirmed_at.desc()))
        return [_to_zones(row) for row in rows]

    async def proposals(self) -> list[DatedZones]:
        """Those that wait for the runner, newest first."""
        waiting = select(athlete_zones).where(self._mine(athlete_zones), _table.confirmed_at.is_(None))
        waiting = waiting.where(_table.dismissed_at.is_(None))
        return [_to_zones(row) for row in await self._all(waiting.order_by(_table.id.desc()))]

    async def confirm(self, zones_id: UUID, at: datetime) -> DatedZones:
        """Puts a proposal in force; the same again changes nothing. Raises NotFound."""
        confirmed = (
            update(athlete_zones)
            .where(self._mine(athlete_zones, id=zones_id))
            .values(confirmed_at=func.coalesce(_table.confirmed_at, at))
            .returning(athlete_zones)
        )
        if (row := await self._first(confirmed)) is None:
            raise NotFound(what="zones")
        return _to_zones(row)

    async def delete(self, zones_id: UUID) -> None:
        """Dismisses a proposal, or takes a row away; one that is gone is fine.

        A dismissed row stays: the same estimate is not asked about again.
        """
        mine = self._mine(athlete_zones, id=zones_id)
        waiting = update(athlete_zones).where(mine, _table.confirmed_at.is_(None))
        if not await self._run(waiting.values(dismissed_at=self._clock.now())):
            await self._run(delete(athlete_zones).where(mine))


def _to_zones(row: AnyRow) -> DatedZones:
    # By name: `values` is also a method of rows' mappings.
    known = {name: row._mapping[name] for name in _FIELDS}
    return DatedZones(**known | {"values": tuple(known["values"])})
