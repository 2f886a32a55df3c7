"""What goes into and out of the steps that bring a history in: ids, cursors, counters.

New fields get a default: these shapes are persisted in histories. Days and instants travel in ISO form.
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PageRequest:
    """One page of the list, newest first."""

    user_id: UUID
    start: int
    limit: int


@dataclass(frozen=True)
class PageResult:
    """`next_start` None: that was the last page. `discovered`: new or changed."""

    next_start: int | None
    discovered: int
    known_total: int
    listed: int = 0


@dataclass(frozen=True)
class ChunkRequest:
    """Import up to `limit` items, newest first. `job_kind` names the run for the screens.

    `began`: when the run began, so that a repeated step knows what an earlier attempt imported.
    `started_since` narrows it to what a sync is about; None = everything in the list.
    """

    user_id: UUID
    limit: int
    job_kind: str
    is_listing_done: bool = True
    began: str | None = None
    started_since: str | None = None


@dataclass(frozen=True)
class ChunkResult:
    """`first_day`: the earliest day that changed since the run began. `remaining`: still to import."""

    imported: int
    failed: int
    remaining: int
    first_day: str | None = None


@dataclass(frozen=True)
class WellnessRequest:
    """Daily health of the `days` up to `last`; None = the runner's today."""

    user_id: UUID
    last: str | None = None
    days: int = 90


@dataclass(frozen=True)
class WellnessResult:
    """`next_last`: the day before this window. `is_at_start`: nothing older is known of the runner."""

    days_with_data: int
    next_last: str
    is_at_start: bool


@dataclass(frozen=True)
class WindowRequest:
    """What changed since `window_days` before the last success."""

    user_id: UUID
    window_days: int
    page_size: int = 50
    began: str | None = None


@dataclass(frozen=True)
class WindowResult:
    """`since`: where the window began. `first_day`: the earliest day that lost an activity.

    `waiting`: items to import, those of an attempt that broke off too; None in older histories.
    """

    since: str
    discovered: int
    deleted: int
    wellness_days: int
    first_day: str | None = None
    waiting: int | None = None


@dataclass(frozen=True)
class FinishedRequest:
    """A whole backfill or sync got to its end; what was there `took_s` ago was certainly seen."""

    user_id: UUID
    took_s: float
