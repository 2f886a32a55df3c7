"""What goes into and out of the steps that bring a history in and keep its figures: ids, cursors, counters.

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


@dataclass(frozen=True)
class FilesRequest:
    """The next files of an upload. `began`: as of ChunkRequest."""

    user_id: UUID
    upload_id: UUID
    limit: int = 10
    began: str | None = None


@dataclass(frozen=True)
class FilesResult:
    """`first_day`: the earliest day that changed since the run began."""

    imported: int
    duplicate: int
    unreadable: int
    remaining: int
    first_day: str | None = None


@dataclass(frozen=True)
class DailyRequest:
    """Load and form from `first_day` (ISO) on; None = from the first activity."""

    user_id: UUID
    first_day: str | None = None


@dataclass(frozen=True)
class RecomputePage:
    """A page of days, oldest first; `after` (ISO) is the last day done, `first_day` where to begin."""

    user_id: UUID
    after: str | None = None
    first_day: str | None = None
    days: int = 732


@dataclass(frozen=True)
class RecomputedPage:
    """`after` None: everything is done."""

    activities: int
    after: str | None
