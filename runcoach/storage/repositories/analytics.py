"""Stored summaries of weeks, months and years, and monthly snapshots."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from runcoach.ports.storage import AnalyticsSummary, Period
from runcoach.storage.repositories.repository import Repository
from runcoach.storage.tables.figures import analytics_summaries, fitness_snapshots


class PgAnalytics(Repository):
    """Figures as they were computed, with the version of their formulas."""

    async def save_summaries(self, rows: Sequence[AnalyticsSummary]) -> None:
        """Adds or replaces."""
        await self._upsert(
            analytics_summaries,
            (
                {
                    "period": row.period.value,
                    "first_day": row.first_day,
                    "figures": dict(row.figures),
                    "formula_version": row.formula_version,
                }
                for row in rows
            ),
        )

    async def summaries(self, period: Period, first: date, last: date) -> list[AnalyticsSummary]:
        """Those that begin within [first, last], oldest first."""
        table = analytics_summaries
        within = self._mine(table, period=period.value), table.c.first_day.between(first, last)
        rows = await self._all(select(table).where(*within).order_by(table.c.first_day))
        return [
            AnalyticsSummary(Period(row.period), row.first_day, row.figures, row.formula_version)
            for row in rows
        ]

    async def save_snapshot(self, month: date, figures: Mapping[str, Any], formula_version: int) -> None:
        """One per month, by its first day."""
        row = {
            "month": month.replace(day=1),
            "figures": dict(figures),
            "formula_version": formula_version,
        }
        await self._upsert(fitness_snapshots, [row])

    async def snapshots(self, first: date, last: date) -> list[tuple[date, Mapping[str, Any]]]:
        """(first of the month, figures), oldest first."""
        table = fitness_snapshots
        within = self._mine(table), table.c.month.between(first.replace(day=1), last)
        rows = await self._all(select(table).where(*within).order_by(table.c.month))
        return [(row.month, row.figures) for row in rows]
