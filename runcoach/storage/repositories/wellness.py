"""The body's days, as the watch saw them."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, Table, bindparam, case, select

from runcoach.domain.activity import DailyWellness
from runcoach.domain.connection import Provider
from runcoach.storage.repositories.repository import Repository
from runcoach.storage.tables.figures import health_metrics, sleep

# Where several sources know a figure of the same day, the earlier in this list is believed.
_TRUSTED_FIRST = (Provider.GARMIN, Provider.FILE, Provider.STRAVA)


class PgWellness(Repository):
    """Nights in `sleep`, the rest in `health_metrics`, one row per day and source."""

    async def save(self, days: Sequence[DailyWellness], source: Provider) -> None:
        """Adds or completes days: what the source left out this time stays as it was."""
        for table, columns in _PARTS.items():
            rows = [self._values(day, source, columns) for day in days]
            known = [row for row in rows if any(row[name] is not None for name in columns)]
            await self._upsert(table, known, keep_known=True)

    async def between(self, first: date, last: date) -> list[DailyWellness]:
        """Days of which something is known, oldest first."""
        nights = await self._days(sleep, first, last)
        days = await self._days(health_metrics, first, last)
        return [
            DailyWellness(day, *nights.get(day, _NO_NIGHT), *days.get(day, _NO_DAY))
            for day in sorted(nights.keys() | days.keys())
        ]

    async def _days(self, table: Table, first: date, last: date) -> dict[date, tuple[Any, ...]]:
        """Day → what is known of it, each figure by the most trusted source that has it."""
        window = {"owner": self._user_id, "first": first, "last": last}
        found: dict[date, tuple[Any, ...]] = {}
        for day, *figures in (await self._connection.execute(_days_of(table), window)).all():
            known = found.get(day)
            found[day] = tuple(figures) if known is None else _completed(known, figures)
        return found

    def _values(self, day: DailyWellness, source: Provider, columns: Sequence[str]) -> dict[str, Any]:
        figures = {name: getattr(day, name) for name in columns}
        return {"day": day.day, "source": source.value, **figures}


@cache
def _days_of(table: Table) -> Select[Any]:
    """Built once: building it takes as long as running it, and every screen asks."""
    rank = case({source.value: place for place, source in enumerate(_TRUSTED_FIRST)}, value=table.c.source)
    columns = (table.c.day, *(table.c[name] for name in _PARTS[table]))
    within = table.c.day.between(bindparam("first"), bindparam("last"))
    mine = select(*columns).where(table.c.user_id == bindparam("owner"), within)
    return mine.order_by(table.c.day, rank)


def _completed(known: Sequence[Any], more: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(other if one is None else one for one, other in zip(known, more, strict=True))


_PARTS: dict[Table, tuple[str, ...]] = {
    table: tuple(field.name for field in fields(DailyWellness)[1:] if field.name in table.c)
    for table in (sleep, health_metrics)
}
"""The figures of each table. Together they are those of `DailyWellness` in its own order."""
_NO_NIGHT, _NO_DAY = ((None,) * len(columns) for columns in _PARTS.values())
