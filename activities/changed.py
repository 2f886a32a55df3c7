"""From which day on figures must follow, also where the step that changed something broke off later."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from runcoach.ports.storage import UnitOfWork

CLOCKS_APART = timedelta(minutes=1)
"""A run's instants are the Temporal server's, a row's stamps are Postgres' own."""


def stamped_since(began: str) -> datetime:
    """From when on a row's stamp may be of the run that began then (ISO)."""
    return datetime.fromisoformat(began) - CLOCKS_APART


async def earliest_changed(work: UnitOfWork, began: str | None, days: Sequence[date | None]) -> str | None:
    """The earliest of `days`, and of what an earlier attempt of the same run kept."""
    kept = await work.activities.first_day(changed_since=stamped_since(began)) if began else None
    known = [day for day in (*days, kept) if day is not None]
    return min(known).isoformat() if known else None
