"""Spans of days in queries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import Query

from api.deps import CallerDep
from runcoach.domain.errors import Invalid

LONGEST_DAYS = 366 * 30
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True)
class DayRange:
    """Both ends included, in the runner's own days."""

    first: date
    last: date


def day_range(*, days: int, after: int = 0) -> Callable[..., DayRange]:
    """A dependency: `first` and `last` as asked, else the last `days` days up to `after` days from today."""

    def read(
        caller: CallerDep,
        first: Annotated[date | None, Query(description="First day")] = None,
        last: Annotated[date | None, Query(description="Last day")] = None,
    ) -> DayRange:
        end = last or caller.today + timedelta(days=after)
        try:
            span = DayRange(first or end - timedelta(days=days - 1), end)
        except OverflowError as overflow:
            raise Invalid(field="first") from overflow
        if not EARLIEST <= span.first <= span.last <= LATEST:
            raise Invalid(field="last")
        if (span.last - span.first).days > LONGEST_DAYS:
            raise Invalid(field="first")
        return span

    return read


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())
