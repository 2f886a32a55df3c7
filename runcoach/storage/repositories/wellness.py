"""The body's days, as the watch saw them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table, case, select

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
        found: dict[date, dict[str, Any]] = {}
        for table, columns in _PARTS.items():
            for row in await self._trusted_first(table, first, last):
                figures = found.setdefault(row["day"], {})
                for name in columns:
                    if figures.get(name) is None:
                        figures[name] = row[name]
        return [DailyWellness(day, **found[day]) for day in sorted(found)]

    async def _trusted_first(self, table: Table, first: date, last: date) -> Sequence[Any]:
        rank = case(
            {source.value: place for place, source in enumerate(_TRUSTED_FIRST)}, value=table.c.source
        )
        within = select(table).where(self._mine(table), table.c.day.between(first, last))
        return (await self._connection.execute(within.order_by(table.c.day, rank))).mappings().all()

    def _values(self, day: DailyWellness, source: Provider, columns: Sequence[str]) -> dict[str, Any]:
        figures = {name: getattr(day, name) for name in columns}
        return {"day": day.day, "source": source.value, **figures}


_PARTS: dict[Table, tuple[str, ...]] = {
    table: tuple(
        column.name
        for column in table.columns
        if column.name not in {"user_id", "day", "source", "created_at", "updated_at"}
    )
    for table in (sleep, health_metrics)
}
