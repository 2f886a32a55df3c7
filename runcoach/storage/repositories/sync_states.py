"""Where each stream of a provider was left, and which days are known."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import case, func, select

from runcoach.domain.connection import CoverageState, Provider
from runcoach.storage.repositories.repository import Repository
from runcoach.storage.tables.sync import coverage_days, sync_state

# Where two providers know of the same stream and day, the better answer shows.
_BEST_FIRST = (CoverageState.HAVE, CoverageState.EMPTY, CoverageState.PENDING, CoverageState.FAILED)


class PgSyncStates(Repository):
    """Cursors and coverage."""

    async def get(self, provider: Provider, stream: str) -> Mapping[str, Any]:
        """{} where nothing is known."""
        mine = self._mine(sync_state, provider=provider.value, stream=stream)
        values: Mapping[str, Any] | None = await self._scalar(select(sync_state.c["values"]).where(mine))
        return values or {}

    async def save(self, provider: Provider, stream: str, values: Mapping[str, Any]) -> None:
        """Replaces what was known."""
        row = {"provider": provider.value, "stream": stream, "values": dict(values)}
        await self._upsert(sync_state, [row])

    async def set_coverage(self, provider: Provider, stream: str, days: Mapping[date, CoverageState]) -> None:
        """One row per day."""
        await self._upsert(
            coverage_days,
            (
                {"provider": provider.value, "stream": stream, "day": day, "state": state.value}
                for day, state in days.items()
            ),
        )

    async def coverage(self, first: date, last: date) -> Mapping[str, Mapping[date, CoverageState]]:
        """By stream and day, of all providers together."""
        rank = case(
            {state.value: place for place, state in enumerate(_BEST_FIRST)}, value=coverage_days.c.state
        )
        within = coverage_days.c.day.between(first, last)
        best = (
            select(coverage_days.c.stream, coverage_days.c.day, func.min(rank))
            .where(self._mine(coverage_days), within)
            .group_by(coverage_days.c.stream, coverage_days.c.day)
            .order_by(coverage_days.c.stream, coverage_days.c.day)
        )
        found: dict[str, dict[date, CoverageState]] = {}
        for stream, day, place in await self._all(best):
            found.setdefault(stream, {})[day] = _BEST_FIRST[place]
        return found
